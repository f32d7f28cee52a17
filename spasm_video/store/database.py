"""
Reaching the database: its address, how a connection is set up, and its errors in words.

SQLite keeps a write-ahead log, so that readers never wait and a killed program leaves the
last whole state; a second writer waits its turn. What is deleted is overwritten.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from spasm_video.errors import ClashError, MissingPartError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = "SPASM_VIDEO_STORE"
WRITES = "writes"  # the execution option of a connection that will write
_FILE = "store.sqlite"
_POSTGRES = "postgresql+psycopg"
_BUSY_MS = 30_000
_AGAIN_S = 0.01
_WRITERS = 7236183  # any number that other programs on the server do not lock
_KEPT = "What was stored before is kept; nothing of this call is."


def default_url() -> str:
    """The address of the store: of the environment, or the file in the user's data folder."""
    return os.environ.get(ENVIRONMENT) or str(data_folder() / _FILE)


def data_folder() -> Path:
    """Where a user's data lies on this system; it need not exist."""
    return platformdirs.user_data_path("spasm_video", appauthor=False)


def connect(address: str) -> Engine:
    """
    An engine for an address: a path, ``sqlite:///FILE`` or ``postgresql://…``.

    Raises
    ------
    StoreError : the address makes no sense, or its folder cannot be made
    MissingPartError : PostgreSQL is asked for without the extra that reaches it
    """
    url = parsed(address)
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
        engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise MissingPartError(
            f"PostgreSQL cannot be reached: {error}.", "pip install 'spasm-video[postgres]'"
        ) from error
    event.listen(engine, "begin", _begin_postgres)
    return engine


def parsed(address: str) -> URL:
    """The address as SQLAlchemy knows it; a bare path is an SQLite file."""
    if not re.match(r"[a-z+]{2,}:", address):
        return URL.create("sqlite", database=address)  # whatever letters the path has
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise _no_address(address) from error
    except ModuleNotFoundError:  # the driver is asked for when the engine is made
        pass
    if url.get_backend_name() == "postgresql":
        return url.set(drivername=_POSTGRES)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise _no_address(address)
    return url


@contextmanager
def told() -> Iterator[None]:
    """What the database refuses, as an error with a way out."""
    try:
        yield
    except ArgumentError as error:
        raise StoreError(
            f"The store's address makes no sense: {error}.",
            "Give a file, sqlite:///FILE, or postgresql://USER@HOST/DATABASE",
        ) from error
    except IntegrityError as error:
        if "only grow" in str(error.orig):
            raise _in_words(error) from error
        raise ClashError(
            f"The store holds this already: {_first_line(error)}.", "Give it another name."
        ) from error
    except DBAPIError as error:
        raise _in_words(error) from error


def _in_words(error: DBAPIError) -> StoreError:
    said = _first_line(error)
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return StoreError(
            f"The store cannot be written: {said}.", f"Free some room, then call again. {_KEPT}"
        )
    if "locked" in said or "busy" in said:
        return StoreError(
            f"Another program has been writing to the store for {_BUSY_MS // 1000} s.",
            f"Wait for it, then call again. {_KEPT}",
        )
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return StoreError(
            f"The store cannot be opened for writing: {said}.",
            "Check the rights of the file and its folder, or name another one: --store FILE",
        )
    if "only grow" in said:
        return StoreError(f"The store refuses it: {said}.", "Correct a row by a new one.")
    if "not a database" in said or "malformed" in said:
        return StoreError(
            f"The store cannot be read: {said}.",
            "Bring back a backup, or name another file: --store FILE",
        )
    return StoreError(f"The store cannot be used: {said}.", f"Check its address. {_KEPT}")


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")


def _no_address(address: str) -> StoreError:
    return StoreError(
        f"{address} is no address of a store.",
        "Give a file, sqlite:///FILE, or postgresql://USER@HOST/DATABASE",
    )


def _make_folder(url: URL) -> None:
    """For the user alone; an empty file gets the same rights before anything is in it."""
    file = Path(str(url.database))
    if file.parent.is_dir() and file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise StoreError(
            f"The store cannot be made at {file}: {error.strerror}.", "Name another: --store FILE"
        ) from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Autocommit on the driver's side: SQLAlchemy says BEGIN itself."""
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_MS}",
        "synchronous = FULL",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:
    """The first program turns the log on; SQLite does not wait here for another, so we do."""
    until_s = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until_s:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    """A writer takes its turn at once: two that began as readers could not both go on."""
    will_write = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if will_write else "BEGIN")


def _begin_postgres(connection: Any) -> None:
    """Writers take turns here too, so that no rule is checked against what is on its way."""
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
