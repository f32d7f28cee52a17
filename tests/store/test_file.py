"""The store in a file: rights, full disks, killed programs, backups, and what deleting leaves."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from spasm_video.errors import ClashError, MissingPartError, StoreError
from spasm_video.store import database, default_url, open_store, sessions, subjects, upkeep
from tests.store.conftest import a_session

if TYPE_CHECKING:
    from spasm_video.store import Store

KILLED = """
import os, random, signal, sys, time
from spasm_video.store import open_store, sessions
from tests.store.conftest import a_session

path, rounds = sys.argv[1], int(sys.argv[2])
random.seed(4)
told = 0
for n in range(rounds):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with open_store(path, "child") as store:
            for k in range(1000):
                sessions.add(store, a_session(video=f"{n}-{k}", label=f"{n}-{k}"))
                os.write(write, b".")  # only now is it promised
    os.close(write)
    told += len(os.read(read, 1))  # it is at work
    time.sleep(random.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        told += len(pipe.read())
print(told)
"""


def path_of(store: Store) -> Path:
    """The file of a store."""
    return Path(str(store.engine.url.database))


def test_the_file_is_for_its_user_alone(tmp_path: Path) -> None:
    """So is a folder that had to be made for it."""
    with open_store(str(tmp_path / "new" / "store.sqlite")) as store:
        assert stat.S_IMODE(path_of(store).stat().st_mode) == 0o600
        assert stat.S_IMODE(path_of(store).parent.stat().st_mode) == 0o700


def test_the_address_is_an_option_the_environment_or_the_users_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In this order."""
    monkeypatch.setenv("SPASM_VIDEO_STORE", "sqlite:////elsewhere/s.sqlite")
    assert default_url() == "sqlite:////elsewhere/s.sqlite"

    monkeypatch.delenv("SPASM_VIDEO_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", "/home/me/data")
    assert default_url() == "/home/me/data/spasm_video/store.sqlite"


@pytest.mark.parametrize("name", ["a b?c%41.sqlite", "ü.sqlite", "x:y@z#1.sqlite"])
def test_a_path_may_have_any_letters(tmp_path: Path, name: str) -> None:
    """It is a path, and no address in disguise."""
    with open_store(str(tmp_path / name)) as store:
        subjects.add(store, "P01")

    assert (tmp_path / name).is_file()


def test_readers_do_not_wait_for_a_writer(file_store: Store) -> None:
    """While one writes, another sees the last whole state."""
    subjects.add(file_store, "P01")
    with open_store(str(path_of(file_store))) as other, file_store.writing() as session:
        session.execute(text("INSERT INTO subject (code) VALUES ('P02')"))

        assert [one.code for one in subjects.listed(other)] == ["P01"]


@pytest.mark.parametrize(
    "address", ["mysql://host/db", "nonsense://x", "sqlite://", "postgresql:///x?port=many"]
)
def test_a_wrong_address_is_told(address: str) -> None:
    """In words, with an example of a right one."""
    with pytest.raises(StoreError):
        open_store(address)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    """No traceback of a driver."""
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL is an option; the line that installs it is told."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(MissingPartError, match=r"spasm-video\[postgres\]"):
        open_store("postgresql:///x")


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    """And left as it is."""
    other = tmp_path / "letter.txt"
    other.write_text("Dear doctor, " * 100)

    with pytest.raises(StoreError, match="not a database"):
        open_store(str(other))

    assert other.read_text().startswith("Dear doctor")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """With the way out."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="--store FILE"):
        open_store(str(tmp_path / "file" / "store.sqlite"))


def test_a_full_disk_loses_nothing(file_store: Store) -> None:
    """What was stored is kept, what did not fit is not there in part, and it is told."""
    sessions.add(file_store, a_session())
    with file_store.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    file_store.engine.dispose()
    event.listen(file_store.engine, "connect", limit)
    long = a_session(video="b", summary={"text": "x" * 100_000})

    with pytest.raises(StoreError, match=r"disk is full.*Free some room"):
        sessions.add(file_store, long)

    file_store.engine.dispose()
    event.remove(file_store.engine, "connect", limit)
    assert [one.video_sha256 for one in sessions.listed(file_store)] == ["a" * 64]
    sessions.add(file_store, long)
    assert len(sessions.listed(file_store)) == 2


def test_a_store_that_stays_locked_is_told(
    file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while a writer gives up, in words."""
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    with (
        closing(sqlite3.connect(path_of(file_store), isolation_level=None)) as other,
        open_store(str(path_of(file_store))) as store,
    ):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="Another program has been writing"):
            subjects.add(store, "P01")


def test_a_store_without_the_right_to_write_is_told(file_store: Store) -> None:
    """The file's own rights do not stop root, so the database is told to refuse."""
    file_store.engine.dispose()
    event.listen(file_store.engine, "connect", lambda c, _: c.execute("PRAGMA query_only = ON"))

    with pytest.raises(StoreError, match="cannot be opened for writing"):
        subjects.add(file_store, "P01")


def test_a_killed_program_loses_nothing_it_promised(tmp_path: Path) -> None:
    """Killed a hundred times in the middle of writing: every promised session is whole."""
    path = tmp_path / "store.sqlite"
    with open_store(str(path)):
        pass
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), "100"],
        capture_output=True, text=True, check=True, cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    promised = int(done.stdout)

    with open_store(str(path)) as store:
        rows = upkeep.info(store).rows
        whole = subjects.history(store, "P01").sessions
        with store.reading() as session:
            check = session.execute(text("PRAGMA integrity_check")).scalar_one()
    assert promised >= 100
    # The last of each round may have been stored before it could be promised.
    assert promised <= len(whole) <= promised + 100
    assert all(len(one.measures) == 2 and len(one.events) == 1 for one in whole)
    assert rows["audit"] == rows["audit_detail"] == len(whole) + 1
    assert check == "ok"


def test_a_backup_is_whole_while_others_write(file_store: Store, tmp_path: Path) -> None:
    """Taken in the middle of another's work, it opens and holds what was stored by then."""
    sessions.add(file_store, a_session())
    copy = tmp_path / "copy.sqlite"
    with file_store.writing() as session:
        session.execute(text("INSERT INTO subject (code) VALUES ('P02')"))
        upkeep.backup(file_store, copy)

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with open_store(str(copy)) as copied:
        assert [one.code for one in subjects.listed(copied)] == ["P01"]
        assert subjects.history(copied, "P01").sessions


def test_a_backup_takes_the_place_of_no_file(file_store: Store, tmp_path: Path) -> None:
    """An older backup may be the only good one."""
    (tmp_path / "old").write_text("kept")

    with pytest.raises(ClashError, match="exists already"):
        upkeep.backup(file_store, tmp_path / "old")

    assert (tmp_path / "old").read_text() == "kept"


def test_what_is_deleted_is_not_in_the_file_any_more(file_store: Store) -> None:
    """Neither in the database nor in its log on disk: the bytes are gone."""
    remark = "wife reports worse evenings"
    sessions.add(file_store, a_session(device=remark, folder=f"/results/{remark}"))
    with file_store.reading() as session:
        session.execute(text("SELECT 1"))
    folder = path_of(file_store).parent

    def found() -> bool:
        return any(remark.encode() in file.read_bytes() for file in folder.iterdir())

    assert found()
    subjects.delete(file_store, "P01")
    assert not found()


def test_a_deletion_under_other_eyes_says_what_is_left_to_do(
    file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are gone; the file is cleaned once the others have closed it."""
    sessions.add(file_store, a_session())
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    with (
        open_store(str(path_of(file_store))) as store,
        closing(sqlite3.connect(path_of(file_store), isolation_level=None)) as other,
    ):
        original = upkeep.forget

        def forget(own: Store) -> None:
            other.execute("BEGIN IMMEDIATE")
            original(own)

        monkeypatch.setattr(subjects, "forget", forget)
        with pytest.raises(StoreError, match="spasm-video store clean"):
            subjects.delete(store, "P01")
        other.execute("ROLLBACK")

        assert subjects.listed(store) == ()
        original(store)
