"""From every earlier form of the store to the present one, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import spasm_video.store
from spasm_video.errors import StoreError, StoreFormError
from spasm_video.store import open_store, subjects, upkeep
from spasm_video.store.database import connect
from spasm_video.store.models import Base
from spasm_video.store.schema import REVISIONS, form_of, upgrade

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

MIGRATIONS = Path(spasm_video.store.__file__).parent / "migrations"
FIRST = {  # a row of each kind as the first form had them
    "subject": {"id": 7, "code": "P07"},
    "session": {
        "id": 3, "subject_id": 7, "date": "2025-12-01", "label": "first", "segment": "rest",
        "device": "", "mirrored": False, "side": "left", "is_confirmed": False,
        "duration_s": 60.5, "usable_s": 58.25, "method": "m", "video_sha256": "v", "folder": "",
        "summary": "{}", "made_with": "{}",
    },
    "measure": {
        "session_id": 3, "number": 1, "name": "spasms_per_min", "value": 4.5, "low": None,
        "high": None, "unit": "1/min", "reason": "",
    },
    "audit": {
        "id": 1, "at": "2025-12-01 10:00:00", "who": "me", "action": "add", "entity": "session",
        "entity_id": 3, "subject_id": 7,
    },
    "audit_detail": {
        "audit_id": 1, "subject_id": 7, "why": "because", "before": None,
        "after": json.dumps({"label": "first"}),
    },
}  # fmt: skip


@pytest.fixture
def first_form(address: str) -> Engine:
    """A store as the first version made it, with a subject in it."""
    engine = connect(address)
    upgrade(engine, REVISIONS[0])
    with engine.begin() as connection:
        for table, row in FIRST.items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608
    return engine


def test_the_chain_that_the_program_knows_is_that_of_the_files() -> None:
    """Opening a store loads no migration tool; so its list must be true."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    chain = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]

    assert tuple(reversed(chain)) == REVISIONS


def test_the_migrations_make_what_the_models_say(address: str) -> None:
    """Table by table and column by column, type and null and all."""
    engine = connect(address)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize("start", ["", *REVISIONS])
def test_every_form_walks_up_to_the_present(address: str, start: str) -> None:
    """From nothing, and from each revision."""
    engine = connect(address)
    if start:
        upgrade(engine, start)
        assert form_of(engine) == start

    upgrade(engine)

    assert form_of(engine) == REVISIONS[-1]
    engine.dispose()


def test_an_older_form_is_refused_with_its_remedy(first_form: Engine, address: str) -> None:
    """Nothing is changed behind anybody's back."""
    with pytest.raises(StoreFormError, match=r"older form 0001.*spasm-video store migrate"):
        open_store(address)

    assert form_of(first_form) == "0001"
    first_form.dispose()


def test_what_was_stored_in_the_first_form_is_kept(first_form: Engine, address: str) -> None:
    """Every value of every row; and the log is guarded from then on."""
    first_form.dispose()

    before, now, _ = upkeep.migrate(address)

    assert (before, now) == (REVISIONS[0], REVISIONS[-1])
    with open_store(address) as store:
        history = subjects.history(store, "P07")
        (line,) = subjects.log(store, "P07")
        with pytest.raises(StoreError, match="can only grow"), store.writing() as session:
            session.execute(text("DELETE FROM audit"))
    (session_,) = history.sessions
    assert (session_.name, session_.usable_s) == ("2025-12-01 rest first", 58.25)
    assert session_.measure("spasms_per_min").value == 4.5
    assert (line.who, line.why, line.after) == ("me", "because", {"label": "first"})


def test_a_file_is_copied_before_it_changes(tmp_path: Path) -> None:
    """The copy has the older form; the present form needs none."""
    path = tmp_path / "store.sqlite"
    engine = connect(str(path))
    upgrade(engine, REVISIONS[0])
    engine.dispose()

    _, _, kept = upkeep.migrate(str(path))

    assert kept is not None
    copied = connect(str(kept))
    assert form_of(copied) == REVISIONS[0]
    copied.dispose()
    assert upkeep.migrate(str(path)) == (REVISIONS[-1], REVISIONS[-1], None)


def test_a_walk_that_breaks_changes_nothing(
    first_form: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All revisions or none: the form and the rows are those before."""
    from alembic import op  # noqa: PLC0415 (patched here)

    calls: list[Any] = []
    original = op.execute

    def execute(statement: Any) -> None:
        calls.append(statement)
        if len(calls) > 2:
            raise OSError("power cut")
        original(statement)

    monkeypatch.setattr(op, "execute", execute)
    with pytest.raises(OSError, match="power cut"):
        upgrade(first_form)
    monkeypatch.undo()

    assert form_of(first_form) == REVISIONS[0]
    upgrade(first_form)
    assert form_of(first_form) == REVISIONS[-1]
    first_form.dispose()
