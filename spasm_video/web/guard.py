"""
The door: who may ask, from which page, for how much; and what every answer carries.

Nothing passes without a session cookie, which only the opening address or a login gives; a
request that changes something also carries the session's own word (CSRF) and comes from our
own pages. A page loads scripts, styles and pictures from this server alone, and none inline.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders

from spasm_video.web.rights import may
from spasm_video.web.settings import CHUNK_BYTES, LARGEST_FORM_BYTES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from spasm_video.web.accounts import Accounts
    from spasm_video.web.refusals import Refuse
    from spasm_video.web.visitors import Visitors

_log = logging.getLogger(__name__)

COOKIE = "spasm_video_session"
CSRF_HEADER = "x-csrf-token"
OPEN_TO_ALL = ("/open", "/login", "/static/")
_LONGEST_LOOK = 500
SAFE = frozenset({"GET", "HEAD"})
METHODS = SAFE | {"POST", "PUT", "DELETE"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The page of a report is one file with its styles and pictures in it; scripts it has none.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-same-origin"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Door:
    """What the guard must know: its own names, and the key of the words it hands out."""

    origins: frozenset[str]
    key: bytes

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it over TLS alone."""
        return all(origin.startswith("https://") for origin in self.origins)

    @classmethod
    def of(cls, origins: frozenset[str]) -> Door:
        """A door with a new key; words of an earlier server open nothing."""
        return cls(origins, secrets.token_bytes(32))

    def word(self, session: str) -> str:
        """The CSRF word of a session."""
        return hmac.new(self.key, session.encode(), hashlib.sha256).hexdigest()

    def is_word(self, session: str, word: str) -> bool:
        """Whether this is the word of that session."""
        return hmac.compare_digest(self.word(session).encode(), word.encode())


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        door: Door,
        visitors: Visitors,
        refuse: Refuse,
        accounts: Accounts | None = None,
    ) -> None:
        self._app, self._door, self._visitors, self._refuse = app, door, visitors, refuse
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets
            return
        scope.setdefault("state", {})

        is_answered = False

        async def sealed(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start":
                is_answered = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._door.is_secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        headers = Headers(scope=scope)
        session = _cookie(headers, COOKIE)
        scope["state"]["session"] = session
        scope["state"]["is_site"] = self._accounts is not None
        scope["state"]["language"] = _cookie(headers, "language")
        refusal = self._refusal(scope, headers, session)
        if refusal:
            await self._refuse(scope, *refusal)(scope, receive, sealed)
            return
        scope["state"]["word"] = self._door.word(session) if session else ""
        await self._log_look(scope)
        try:
            await self._app(scope, _limited(receive, headers, scope["path"]), sealed)
        except Exception:
            _log.exception("%s %s", scope["method"], scope["path"])
            if is_answered:
                raise
            await self._refuse(scope, 500, "broken")(scope, receive, sealed)

    async def _log_look(self, scope: Scope) -> None:
        """On a site, who looks at a person or their picture is kept before anything is shown."""
        visitor, path = scope["state"].get("visitor"), scope["path"]
        if self._accounts is None or visitor is None or scope["method"] not in SAFE:
            return
        if path.startswith(("/people/", "/api/people/", "/videos/")):
            # Quoted: nobody writes lines, or to a terminal, by the path they ask for.
            asked = scope["query_string"].decode("ascii", "replace")
            what = quote(path) + (f"?{asked}" if asked else "")
            await run_in_threadpool(self._accounts.looked, visitor, what[:_LONGEST_LOOK])

    def _refusal(self, scope: Scope, headers: Headers, session: str) -> tuple[int, str] | None:
        """Status and the name of the reason; None where all is well."""
        return (
            self._of_call(scope, headers)
            or self._of_page(scope, headers)
            or self._of_visitor(scope, headers, session)
        )

    def _of_call(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Our own name, a method we have, a size we take."""
        host = headers.get("host", "")
        if not any(origin.partition("//")[2] == host for origin in self._door.origins):
            return 421, "host"
        if scope["method"] not in METHODS:
            return 405, "method"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most(scope["path"]):
            return 413, "size"
        return None

    def _of_page(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """From one of our own pages; only a first page may be opened from elsewhere."""
        site = headers.get("sec-fetch-site", "none")
        is_visit = headers.get("sec-fetch-mode") == "navigate" and scope["method"] in SAFE
        is_foreign = site in {"cross-site", "same-site"} and not is_visit
        if is_foreign or headers.get("origin", "") not in {"", *self._door.origins}:
            return 403, "origin"
        return None

    def _of_visitor(self, scope: Scope, headers: Headers, session: str) -> tuple[int, str] | None:
        """With a session; to change something, with its word as well."""
        if scope["path"].startswith(OPEN_TO_ALL) and scope["method"] in SAFE:
            return None
        visitor = self._visitors.of(session)
        if scope["path"] == "/login":
            return None  # nobody has a session yet; it looks at the origin itself
        if visitor is None or (self._accounts and not self._accounts.is_there(visitor)):
            return 401, "login" if self._accounts else "session"
        if not may(visitor, scope["method"], scope["path"]):
            return 404, "missing"
        scope["state"]["visitor"] = visitor
        # A form carries its word within; it is looked at where the form is read.
        is_form = _is_form(headers) and not scope["path"].startswith("/api/")
        word = headers.get(CSRF_HEADER, "")
        if scope["method"] in SAFE or is_form or self._door.is_word(session, word):
            return None
        return 403, "csrf"


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _most(path: str) -> int:
    return CHUNK_BYTES if path.startswith("/api/videos/") else LARGEST_FORM_BYTES


def _limited(receive: Receive, headers: Headers, path: str) -> Receive:
    """A body that says no length, or a wrong one, is cut off as well."""
    if "content-length" in headers:  # the server itself holds the sender to it
        return receive
    seen, most = 0, _most(path)

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > most else message

    return counted


def _cookie(headers: Headers, name: str) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""
