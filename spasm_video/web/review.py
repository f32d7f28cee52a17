"""
The review page: the video beside its traces, and what a person makes of each movement.

Every edit goes into the store at once, with a line in its log; the numbers that follow are
made when the page asks for them, and stand beside the first ones.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from spasm_video.anatomy import REGIONS
from spasm_video.history import ReviewedEvent
from spasm_video.report.plain import summary_plain
from spasm_video.store import reviews, sessions
from spasm_video.web.desk import InStore, Number
from spasm_video.web.edited import EditedEvent, edited_event, event_plain
from spasm_video.web.measured import after_review, drawn
from spasm_video.web.pages import language_of, render
from spasm_video.web.result import told
from spasm_video.web.spans import spans_plain
from spasm_video.web.texts import texts
from spasm_video.web.visit import PREVIEW, file_of

router = APIRouter()
_BASE = "/people/{code}/sessions/{number}"
_API = "/api" + _BASE


@router.get(_BASE + "/review")
def review_page(request: Request, store: InStore, code: str, number: Number) -> Response:
    """The page; its script asks for the rest."""
    session = sessions.found(store, code, str(number))
    return render(
        request,
        "review.html.j2",
        session=session,
        has_video=file_of(session, PREVIEW) is not None,
        has_signals=file_of(session, "track.npz") is not None,
    )


@router.get(_API + "/review")
def state(request: Request, store: InStore, code: str, number: Number) -> dict[str, Any]:
    """Every event with its verdict, the excluded spans, and both versions of the numbers."""
    session = sessions.found(store, code, str(number))
    review = reviews.review(store, code, number)
    t = texts(language_of(request))
    return {
        "duration_s": session.duration_s,
        "regions": list(REGIONS),
        "limits_mm": {
            region: session.summary["regions"][region]["left"]["limit_mm"] for region in REGIONS
        },
        "events": [event_plain(one) for one in review.events],
        "excluded": spans_plain(review),
        "measured": _headline(session.summary, t),
        "reviewed": _headline(review.summary, t) if review.summary else None,
    }


@router.get(_API + "/signals")
def signals(store: InStore, code: str, number: Number) -> Response:
    """The traces, as ``traces_of`` lays them out: rows of n frames, one after the other."""
    rows = drawn(sessions.found(store, code, str(number)))
    return Response(rows.tobytes(), media_type="application/octet-stream")


@router.put(_API + "/events")
def edit(
    store: InStore, code: str, number: Number, edited: Annotated[EditedEvent, Body()]
) -> dict[str, Any]:
    """Keep what was made of an event."""
    session = sessions.found(store, code, str(number))
    one = ReviewedEvent(
        event=edited_event(session, edited),
        verdict=edited.verdict,
        measured=edited.measured,
        number=edited.number,
    )
    row = reviews.set_event(store, code, number, one, edited.why, seen=edited.seen)
    return {"number": row, "event": _one(store, code, number, row)}


@router.delete(_API + "/events/{row}")
def take_back(
    store: InStore, code: str, number: Number, row: Number, seen: str = ""
) -> dict[str, bool]:
    """Nobody has said anything of this event."""
    reviews.delete_event(store, code, number, row, seen=seen)
    return {"deleted": True}


@router.post(_API + "/summary")
def summarise(request: Request, store: InStore, code: str, number: Number) -> dict[str, Any]:
    """Make the numbers that follow from the accepted events, and keep them."""
    session = sessions.found(store, code, str(number))
    review = reviews.review(store, code, number)
    plain = summary_plain(after_review(session, review))
    reviews.keep_summary(store, code, number, plain)
    return _headline(plain, texts(language_of(request)))


def _one(store: Any, code: str, number: int, row: int) -> dict[str, Any]:
    events = reviews.review(store, code, number).events
    return next(event_plain(one) for one in events if one.number == row)


def _headline(summary: dict[str, Any], t: Any) -> dict[str, Any]:
    result = told(summary, t)
    return {
        "headline": result.headline,
        "rate": result.rate,
        "interval": result.interval,
        "events": summary["events"],
        "usable": t.number(summary["usable_s"], 0),
    }
