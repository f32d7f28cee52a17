"""Who asks: the owner of this machine, let in by the opening address."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a visitor may do; ``OWNER`` is the person at this machine."""

    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; ``name`` stands in the audit log, None for the login of the machine."""

    name: str | None = None
    role: Role = Role.OWNER


@dataclass(slots=True)
class Visitors:
    """The open sessions; they end with the server."""

    token: str
    _sessions: dict[str, Visitor] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: str) -> Visitor | None:
        """Whose session it is; None where there is none."""
        return self._sessions.get(session)

    def let_in(self, token: str) -> str | None:
        """A new session for who knows the token; None for who does not."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        session = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[session] = Visitor()
        return session
