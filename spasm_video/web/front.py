"""The first page, the way in, the choice of language, and the words of our scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from spasm_video.errors import UnknownError
from spasm_video.store import Store, sessions
from spasm_video.web.desk import AtDesk, InStore, OfVisitor, go
from spasm_video.web.guard import COOKIE
from spasm_video.web.jobs import OPEN, State
from spasm_video.web.library import VideoRow
from spasm_video.web.pages import language_of, render
from spasm_video.web.refusals import refuse
from spasm_video.web.texts import LANGUAGES, texts
from spasm_video.web.work import shown

if TYPE_CHECKING:
    from spasm_video.history import Listed

router = APIRouter()
_RECENT = 8
_YEAR_S = 365 * 24 * 3600


@router.get("/open")
def open_door(request: Request, at: AtDesk, token: str = "") -> Response:
    """Let a browser in that knows the token."""
    session = at.visitors.let_in(token)
    if session is None:
        return refuse(request.scope, 401, "session")
    response = RedirectResponse("/", 303)
    response.set_cookie(COOKIE, session, httponly=True, samesite="strict")
    return response


@router.get("/")
def home(request: Request, at: AtDesk, who: OfVisitor, store: InStore) -> Response:
    """What can be done, what is under way, what was done last."""

    def is_there(video: VideoRow) -> bool:
        return not who.is_patient or video.owner == who.name

    open_ = [
        job
        for job in at.jobs.listed()
        if job.state in {*OPEN, State.ASKS} and is_there(at.library.video(job.video_id))
    ]
    arriving = [video for video in at.library.arriving() if is_there(video)]
    return render(
        request,
        "home.html.j2",
        jobs=[shown(at, job) for job in open_ if job.state in OPEN],
        asking=[shown(at, job) for job in open_ if job.state == State.ASKS],
        arriving=[(video, at.library.received(video)) for video in arriving],
        unmeasured=[video for video in at.library.unmeasured() if is_there(video)],
        newest=_newest(store, who.subject if who.is_patient else None),
    )


def _newest(store: Store, code: str | None) -> list[Listed]:
    """The latest sessions of everybody or of one, who may have none yet."""
    try:
        found = sessions.listed(store, code, newest=_RECENT)
    except UnknownError:
        return []
    return sorted(found, key=lambda one: (one.date, one.number), reverse=True)


@router.get("/language/{language}")
def choose_language(language: str, to: str = "/") -> Response:
    """Remember the language of this browser."""
    if language not in LANGUAGES:
        raise HTTPException(404)
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\"))
    response = go(to if is_ours else "/")
    response.set_cookie("language", language, max_age=_YEAR_S, httponly=True, samesite="strict")
    return response


@router.get("/words.json")
def words(request: Request) -> Response:
    """The texts that our scripts show."""
    t = texts(language_of(request))
    own = {key: text for key, text in t.entries.items() if key.startswith(("js.", "word."))}
    return JSONResponse({"language": t.language} | own)
