"""
Who asks: the owner of this machine, let in by the opening address, or an account of a site.

Sessions end with the server, and a site's after some hours; a login that fails again and
again must wait longer each time.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

_SESSION_S = 8 * 3600.0
_FREE_TRIES = 5
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 900.0
_FORGET_S = 24 * 3600.0
_MOST_NAMES = 10_000


class Role(StrEnum):
    """What a visitor may do; ``OWNER`` is the person at this machine."""

    OWNER = "owner"
    PATIENT = "patient"
    CLINICIAN = "clinician"
    READER = "reader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Visitor:
    """
    Who asks; ``name`` stands in the audit log, None for the login of the machine.

    ``subject`` is the only person whom a patient sees.
    """

    name: str | None = None
    role: Role = Role.OWNER
    subject: str = ""

    @property
    def is_patient(self) -> bool:
        """Whether only their own is there for them."""
        return self.role is Role.PATIENT


@dataclass(slots=True)
class Visitors:
    """The open sessions. Without a ``token`` nobody is let in by the opening address."""

    token: str | None
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, tuple[Visitor, float]] = field(default_factory=dict)
    _failed: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: str) -> Visitor | None:
        """Whose session it is; None where there is none, or where it is too old."""
        visitor, began_s = self._sessions.get(session, (None, 0.0))
        is_old = visitor is not None and visitor.role is not Role.OWNER
        if is_old and self.clock() - began_s > _SESSION_S:
            self.leave(session)
            return None
        return visitor

    def let_in(self, token: str) -> str | None:
        """A new session for who knows the token; None for who does not."""
        if self.token is None or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        return self.enter(Visitor())

    def enter(self, visitor: Visitor) -> str:
        """A new session."""
        session = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[session] = (visitor, self.clock())
        return session

    def leave(self, session: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(session, None)

    def wait_s(self, *names: str) -> float:
        """How long the next try of a name or an address must wait, s."""
        return max(self._wait_s(name) for name in names)

    def failed(self, *names: str) -> None:
        """A login went wrong."""
        now = self.clock()
        with self._lock:
            if len(self._failed) > _MOST_NAMES:  # many made-up names
                old = [name for name, (_, at) in self._failed.items() if now - at > _LONGEST_WAIT_S]
                for name in old:
                    del self._failed[name]
            for name in names:
                count, at = self._failed.get(name, (0, now))
                self._failed[name] = (1 if now - at > _FORGET_S else count + 1, now)

    def succeeded(self, *names: str) -> None:
        """A login went well: its failures are forgotten."""
        with self._lock:
            for name in names:
                self._failed.pop(name, None)

    def _wait_s(self, name: str) -> float:
        count, at = self._failed.get(name, (0, 0.0))
        if count < _FREE_TRIES:
            return 0.0
        wait_s = min(_FIRST_WAIT_S * 2.0 ** min(count - _FREE_TRIES, 30), _LONGEST_WAIT_S)
        return max(at + wait_s - self.clock(), 0.0)
