"""Pages: a template, the texts of the visitor's language, and what the page is about."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from spasm_video import __version__
from spasm_video.web.rights import may
from spasm_video.web.said import said_filter, typed_filter, word_filter
from spasm_video.web.texts import LANGUAGES, best_language, texts

_TEMPLATES = Path(__file__).parent / "templates"


def render(request: Request, template: str, status: int = 200, **about: Any) -> Response:
    """A page."""
    state = request.scope.get("state", {})
    t = texts(language_of(request))
    page = _environment().get_template(template)
    return HTMLResponse(
        page.render(
            t=t,
            word=state.get("word", ""),
            visitor=state.get("visitor"),
            is_site=state.get("is_site", False),
            may=lambda method, to: may(state["visitor"], method, to),
            path=request.url.path,
            here=_here(request),
            languages=LANGUAGES,
            version=__version__,
            **about,
        ),
        status,
    )


def _here(request: Request) -> str:
    """The address of a page on this server, with what it was asked."""
    asked = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{asked}" if asked else "")


def language_of(request: Request) -> str:
    """The language of the visitor."""
    asked = request.scope.get("state", {}).get("language", "")
    return best_language(asked, request.headers.get("accept-language", ""))


def _clock(at: dt.datetime) -> str:
    """A moment, UTC where it does not say, as clocks at the server show it."""
    aware = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return f"{aware.astimezone():%Y-%m-%d %H:%M}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"said": said_filter, "word": word_filter, "typed": typed_filter}
    made.filters["clock"] = _clock
    return made
