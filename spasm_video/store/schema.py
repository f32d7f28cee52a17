"""
The form of the store: which one it has, how it is made, how an older one becomes the present.

The chain of revisions is named here, so that opening a store loads no migration tool.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from spasm_video.errors import StoreFormError
from spasm_video.store.database import WRITES

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

REVISIONS = ("0001", "0002", "0003")  # oldest first; the last is the present form
_MIGRATIONS = Path(__file__).parent / "migrations"


def form_of(engine: Engine) -> str:
    """The revision of a store; empty where nothing is in it yet."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return str(found or "")
    if tables:
        raise StoreFormError(
            f"{_shown(engine)} is a database of something else.", "Name another: --store FILE"
        )
    return ""


def make_ready(engine: Engine) -> None:
    """
    Make the tables where nothing is yet; refuse an older and a newer form.

    Raises
    ------
    StoreFormError : the store has another form, or belongs to another program
    """
    form = form_of(engine)
    if form == REVISIONS[-1]:
        return
    if form and form not in REVISIONS:
        raise StoreFormError(
            f"The store has form {form}; this program knows up to {REVISIONS[-1]}.",
            "Update the program: pip install --upgrade spasm-video. The store was left as it is.",
        )
    if form:
        raise StoreFormError(
            f"The store has the older form {form}.",
            "Bring it to the present one, which keeps a backup: spasm-video store migrate",
        )
    upgrade(engine)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Walk up the revisions, all of them or none."""
    from alembic import command  # noqa: PLC0415 (slow, and rarely needed)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    writer = engine.connect().execution_options(**{WRITES: True})
    with writer as connection, connection.begin():  # two programs may find the same empty store
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
