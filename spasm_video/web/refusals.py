"""What is said when something is refused or goes wrong: plain words, no internals."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from spasm_video.errors import ChangedError, OutputError, SpasmVideoError, UnknownError
from spasm_video.web.pages import language_of, render
from spasm_video.web.said import Said, marked, said
from spasm_video.web.texts import texts

if TYPE_CHECKING:
    from starlette.types import Scope

Refuse = Callable[["Scope", int, str], Response]

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REASONS = {403: "csrf", 404: "missing", 405: "method", 413: "size", 422: "wrong"}


def refuse(scope: Scope, status: int, reason: str) -> Response:
    """A refusal by the name of its reason in the catalogue."""
    request = Request(scope)
    t = texts(language_of(request))
    problem, remedy = t(f"refused.{reason}"), t(f"refused.{reason}_remedy")
    return _answer(
        request,
        status,
        Said(problem, t.language),
        Said(remedy, t.language),
        is_login=reason == "login",
    )


def tell_errors(app: FastAPI) -> None:
    """Every error of a page as a page, of a script's call as JSON."""

    @app.exception_handler(SpasmVideoError)
    async def told(request: Request, error: SpasmVideoError) -> Response:
        return _told(request, error)

    @app.exception_handler(OSError)
    async def full(request: Request, error: OSError) -> Response:
        if error.errno not in _FULL:
            raise error
        return _told(request, OutputError("The disk is full.", "Free some room, then try again."))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return refuse(request.scope, error.status_code, _REASONS.get(error.status_code, "wrong"))

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, _: RequestValidationError) -> Response:
        return refuse(request.scope, 422, "wrong")


def _status(error: SpasmVideoError) -> int:
    if isinstance(error, UnknownError):
        return 404
    return 409 if isinstance(error, ChangedError) else 422


def _told(request: Request, error: SpasmVideoError) -> Response:
    language = language_of(request)
    problem, remedy = said(error.problem, language), said(error.remedy, language)
    return _answer(request, _status(error), problem, remedy)


def _answer(
    request: Request, status: int, problem: Said, remedy: Said, *, is_login: bool = False
) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"problem": problem.text, "remedy": remedy.text}, status)
    language = language_of(request)
    return render(
        request,
        "refused.html.j2",
        status,
        problem=marked(problem, language),
        remedy=marked(remedy, language),
        is_login=is_login,
    )
