"""
An open store: transactions to read and to write in, the log kept by the side.

Whatever a transaction adds, changes or deletes is logged within the same transaction, so
nothing is ever stored without its line in the log, nor logged without being stored.
"""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from spasm_video.errors import UnknownError
from spasm_video.store import audit
from spasm_video.store.database import WRITES, connect, default_url, told
from spasm_video.store.models import SubjectRow
from spasm_video.store.schema import make_ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from sqlalchemy.engine import Engine


@dataclass(frozen=True, slots=True)
class Store:
    """Subjects and all that belongs to them; ``who`` stands in the log. Close it, or use with."""

    engine: Engine
    who: str

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the database go."""
        self.close()

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @property
    def address(self) -> str:
        """Where it is, without a password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[OrmSession]:
        """One consistent view of the store."""
        with told(), OrmSession(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, why: str = "") -> Iterator[OrmSession]:
        """All that is done within is stored and logged, or none of it."""
        with told(), self.engine.connect().execution_options(**{WRITES: True}) as connection:
            with audit.LoggedSession(connection) as session, session.begin():
                session.info.update(who=self.who, why=why)
                yield session
            connection.commit()


def open_store(address: str | None = None, who: str | None = None) -> Store:
    """
    Open the store at an address, the user's own by default; it is made if it is not there.

    Raises
    ------
    StoreError : it cannot be reached, or has another form
    MissingPartError : PostgreSQL is asked for without the extra that reaches it
    """
    with told():
        engine = connect(address or default_url())
    try:
        with told():
            make_ready(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, who or _user())


def subject_row(session: OrmSession, code: str) -> SubjectRow:
    """The row of a subject, or UnknownError."""
    row = session.scalar(select(SubjectRow).where(SubjectRow.code == code))
    if row is None:
        raise UnknownError(
            f"There is no subject {code} in the store.", "See: spasm-video subjects list"
        )
    return row


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number without a name
        return "unknown"
