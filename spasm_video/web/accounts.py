"""
Accounts of a site: names, passwords hashed by argon2, roles; and who looked at whom.

A password is never kept, and a login that fails takes as long for a name that is not there.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from spasm_video.errors import ClashError, InputError, MissingPartError, UnknownError
from spasm_video.history import check_code
from spasm_video.web.library import AccountRow, ReadRow
from spasm_video.web.visitors import Role, Visitor

if TYPE_CHECKING:
    from spasm_video.web.library import Library

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
SHORTEST_PASSWORD = 12
ROLES = (Role.PATIENT, Role.CLINICIAN, Role.READER, Role.ADMIN)


class Accounts:
    """The accounts of a library."""

    def __init__(self, library: Library) -> None:
        self._library, self._hasher = library, _hasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def add(self, name: str, password: str, role: Role, subject: str = "") -> None:
        """
        A new account; a patient's names the person whom it may see.

        Raises
        ------
        InputError : the name, the password or the person makes no sense
        ClashError : there is one of that name
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot name an account.",
                "Use 2 to 32 small letters, digits, dots, dashes and underscores.",
            )
        if len(password) < SHORTEST_PASSWORD:
            raise InputError(
                f"The password is shorter than {SHORTEST_PASSWORD} letters.", "Use a longer one."
            )
        if role is Role.PATIENT:
            check_code(subject)
        elif subject:
            raise InputError("Only a patient has a person of their own.", "Leave out --subject.")
        row = AccountRow(
            name=name, password=self._hasher.hash(password), role=str(role), subject=subject
        )
        with self._library.writing() as orm:
            if orm.get(AccountRow, name) is not None:
                raise ClashError(f"There is an account {name} already.", "Choose another name.")
            orm.add(row)

    def listed(self) -> tuple[Visitor, ...]:
        """Everybody who may log in, by name."""
        with self._library.reading() as orm:
            rows = orm.scalars(select(AccountRow).order_by(AccountRow.name))
            return tuple(Visitor(row.name, Role(row.role), row.subject) for row in rows)

    def delete(self, name: str) -> None:
        """An account; what was done in its name stays in the logs."""
        with self._library.writing() as orm:
            row = orm.get(AccountRow, name)
            if row is None:
                raise UnknownError(f"There is no account {name}.", "See: spasm-video accounts list")
            orm.delete(row)

    def known(self, name: str, password: str) -> Visitor | None:
        """Who logs in so; None where name or password is wrong."""
        from argon2.exceptions import VerificationError  # noqa: PLC0415 (an extra)

        with self._library.reading() as orm:
            row = orm.get(AccountRow, name)
        try:
            self._hasher.verify(row.password if row else self._nobody, password)
        except VerificationError:
            return None
        return Visitor(row.name, Role(row.role), row.subject) if row else None

    def is_there(self, visitor: Visitor) -> bool:
        """Whether an account is still what it was at the login."""
        with self._library.reading() as orm:
            row = orm.get(AccountRow, visitor.name)
        return row is not None and (row.role, row.subject) == (visitor.role, visitor.subject)

    def looked(self, visitor: Visitor, path: str) -> None:
        """Log that somebody looks at a person."""
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        with self._library.writing() as orm:
            orm.add(ReadRow(at=now, who=visitor.name or "", path=path))

    def reads(self) -> tuple[tuple[dt.datetime, str, str], ...]:
        """When, who and what, oldest first."""
        with self._library.reading() as orm:
            rows = orm.scalars(select(ReadRow).order_by(ReadRow.id))
            return tuple((row.at, row.who, row.path) for row in rows)


def _hasher() -> Any:
    try:
        from argon2 import PasswordHasher  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingPartError(
            f"A site needs argon2: {error}.", "pip install 'spasm-video[site]'"
        ) from error
    return PasswordHasher()
