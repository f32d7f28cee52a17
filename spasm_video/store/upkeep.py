"""The store as a whole: what is in it, a backup, a newer form, and forgetting for good."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from spasm_video.errors import ClashError, StoreError
from spasm_video.store.database import connect, default_url, told
from spasm_video.store.models import Base
from spasm_video.store.schema import REVISIONS, form_of, upgrade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Engine

    from spasm_video.store.store import Store

_SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Where a store is, its form, the rows of each table, and its size; NaN where unknown."""

    address: str
    database: str
    form: str
    rows: Mapping[str, int]
    size_mb: float


def info(store: Store) -> StoreInfo:
    """What is in the store."""
    with store.reading() as session:
        rows = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    file = _file(store.engine)
    size_mb = file.stat().st_size / 1e6 if file else float("nan")
    return StoreInfo(store.address, store.engine.dialect.name, REVISIONS[-1], rows, size_mb)


def backup(store: Store, to: Path) -> Path:
    """
    Copy an SQLite store into a file while others go on using it; an existing file stays.

    Raises
    ------
    StoreError : the store is on a server, which has tools of its own, or cannot be copied
    ClashError : the file exists
    """
    file = _file(store.engine)
    if file is None:
        raise StoreError(
            "A store on PostgreSQL is backed up with the server's own tools.",
            "For example: pg_dump --format=custom --file=store.dump DATABASE",
        )
    if to.exists():
        raise ClashError(f"{to} exists already.", "Name another file.")
    _copy(file, to)
    return to


def migrate(address: str | None = None) -> tuple[str, str, Path | None]:
    """
    Bring a store to the present form: the form it had, has now, and the backup that was kept.

    SQLite is copied beside itself first. On PostgreSQL the whole walk is one transaction.
    """
    engine = connect(address or default_url())
    try:
        with told():
            before = form_of(engine)
            if before == REVISIONS[-1]:
                return before, before, None
            if before and before not in REVISIONS:  # says what to do
                from spasm_video.store.schema import make_ready  # noqa: PLC0415

                make_ready(engine)
            file, kept = _file(engine), None
            if before and file is not None:
                stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
                kept = file.with_name(f"{file.name}.form-{before}.{stamp}.backup")
                _copy(file, kept)
            upgrade(engine)
            return before, form_of(engine), kept
    finally:
        engine.dispose()


def forget(store: Store) -> None:
    """
    Overwrite what was deleted, the write-ahead log included.

    Deleted rows are overwritten as they go; this clears the log of what was written before.
    PostgreSQL frees them in its own time, and its server's files and backups are its owner's.
    """
    if store.engine.dialect.name != _SQLITE:
        return
    try:
        with closing(store.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise StoreError(
            f"It is deleted, but its traces in the store's file are not yet gone: {error}.",
            "Close other programs that use the store, then: spasm-video store clean",
        ) from error


def _file(engine: Engine) -> Path | None:
    return Path(str(engine.url.database)) if engine.dialect.name == _SQLITE else None


def _copy(file: Path, to: Path) -> None:
    """By SQLite's own online backup: whole also while another program writes."""
    try:
        with (
            closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            to.chmod(0o600)
            source.backup(target)
    except (sqlite3.Error, OSError) as error:
        to.unlink(missing_ok=True)
        raise StoreError(
            f"The store cannot be copied to {to}: {error}.", "Name another file, on a roomier disk."
        ) from error
