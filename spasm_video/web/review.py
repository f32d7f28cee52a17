"""
The review page: the video beside its traces, and what a person makes of each movement.

Every edit goes into the store at once, with a line in its log; the numbers that follow are
made when the page asks for them, and stand beside the first ones.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.errors import InputError
from spasm_video.history import Edge, ExcludedSpan, ReviewedEvent, Verdict
from spasm_video.measure.reviewed import reviewed
from spasm_video.measure.session import find
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams, params_hash
from spasm_video.records import Kind, RegionPart, SpasmEvent
from spasm_video.report.plain import summary_plain
from spasm_video.store import reviews, sessions
from spasm_video.web.desk import InStore, Number
from spasm_video.web.pages import language_of, render
from spasm_video.web.result import told
from spasm_video.web.texts import texts
from spasm_video.web.traces import kept_traces, traces_of
from spasm_video.web.visit import PREVIEW, file_of

if TYPE_CHECKING:
    from spasm_video.history import Review, Session
    from spasm_video.measure.summary import Findings
    from spasm_video.records import Measurement
    from spasm_video.web.traces import Traces

router = APIRouter()
_BASE = "/people/{code}/sessions/{number}"
_API = "/api" + _BASE


class EditedEvent(BaseModel):
    """
    An event as the page left it; ``number`` is its row's, ``measured`` its event's.

    ``seen`` is its mark before, so that a change in another window is not overwritten.
    """

    measured: Number = 0
    number: Number = 0
    verdict: Verdict
    onset_s: Annotated[float, Field(ge=0, lt=1e6)]
    offset_s: Annotated[float, Field(gt=0, lt=1e6)]
    side: Side
    kind: Kind
    regions: Annotated[list[Region], Field(min_length=1, max_length=len(REGIONS))]
    why: Annotated[str, Field(max_length=500)] = ""
    seen: Annotated[str, Field(max_length=200)] = ""


class Span(BaseModel):
    """A span to leave out."""

    start_s: Annotated[float, Field(ge=0, lt=1e6)]
    end_s: Annotated[float, Field(gt=0, lt=1e6)]


class Trim(BaseModel):
    """Where a recording shall begin or end; None: where it does by itself."""

    edge: Edge
    at_s: Annotated[float, Field(ge=0, lt=1e6)] | None = None


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
        "events": [_event_plain(one) for one in review.events],
        "excluded": _spans_plain(review),
        "measured": _headline(session.summary, t),
        "reviewed": _headline(review.summary, t) if review.summary else None,
    }


@router.get(_API + "/signals")
def signals(store: InStore, code: str, number: Number) -> Response:
    """The traces, as ``traces_of`` lays them out: rows of n frames, one after the other."""
    rows = _traces(sessions.found(store, code, str(number)))
    return Response(rows.tobytes(), media_type="application/octet-stream")


@router.put(_API + "/events")
def edit(
    store: InStore, code: str, number: Number, edited: Annotated[EditedEvent, Body()]
) -> dict[str, Any]:
    """Keep what was made of an event."""
    session = sessions.found(store, code, str(number))
    one = ReviewedEvent(
        event=_event(session, edited),
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


@router.post(_API + "/excluded")
def exclude(
    store: InStore, code: str, number: Number, span: Annotated[Span, Body()]
) -> dict[str, int]:
    """Leave a span out."""
    return {"number": reviews.exclude(store, code, number, ExcludedSpan(span.start_s, span.end_s))}


@router.delete(_API + "/excluded/{row}")
def include(store: InStore, code: str, number: Number, row: Number) -> dict[str, bool]:
    """Take a span in again."""
    reviews.include(store, code, number, row)
    return {"deleted": True}


@router.put(_API + "/trim")
def trim(
    store: InStore, code: str, number: Number, wanted: Annotated[Trim, Body()]
) -> dict[str, Any]:
    """Leave out what lies before the beginning or after the end; all spans as they are then."""
    time_s = _traces(sessions.found(store, code, str(number)))[0]
    if len(time_s) < _FEWEST_FRAMES:
        raise InputError("The recording is too short to be trimmed.", "Reject its movements.")
    # One step of the traces' own precision outwards: no frame is lost to its rounding.
    begin_s = max(float(np.nextafter(time_s[0], np.float32(-np.inf))), 0.0)
    frame_s = float(time_s[-1] - time_s[0]) / (len(time_s) - 1)
    recording_s = (begin_s, float(time_s[-1]) + frame_s)
    reviews.trim(store, code, number, wanted.edge, wanted.at_s, recording_s=recording_s)
    return {"excluded": _spans_plain(reviews.review(store, code, number))}


_FEWEST_FRAMES = 2


@router.post(_API + "/summary")
def summarise(request: Request, store: InStore, code: str, number: Number) -> dict[str, Any]:
    """Make the numbers that follow from the accepted events, and keep them."""
    session = sessions.found(store, code, str(number))
    review = reviews.review(store, code, number)
    plain = summary_plain(after_review(session, review))
    reviews.keep_summary(store, code, number, plain)
    return _headline(plain, texts(language_of(request)))


def after_review(session: Session, review: Review) -> Measurement:
    """The measurement that follows from a review; the errors are those of ``findings``."""
    spans_s = [(one.start_s, one.end_s) for one in review.excluded]
    return reviewed(findings(session), review.accepted, spans_s, AnalysisParams().measure)


def _spans_plain(review: Review) -> list[dict[str, Any]]:
    return [
        {"number": one.number, "start_s": one.start_s, "end_s": one.end_s}
        for one in review.excluded
    ]


def _traces(session: Session) -> Traces:
    """What is drawn of a session: as it was kept, or else from its track."""
    _refuse_other_numbers(session)
    kept = kept_traces(session)
    return traces_of(findings(session)) if kept is None else kept


def _refuse_other_numbers(session: Session) -> None:
    if session.made_with.get("params_hash") != params_hash(AnalysisParams().measure):
        raise InputError(
            "This session was measured with other numbers than those of this program.",
            f"Measure it again: spasm-video sessions remeasure {session.subject}",
        )


def findings(session: Session) -> Findings:
    """
    What was found in a session, from its track; the latest few are kept.

    Raises
    ------
    InputError : it was measured with other numbers, or its track is gone
    """
    _refuse_other_numbers(session)
    path = file_of(session, "track.npz")
    if path is None:
        raise InputError("The track of this session is not there any more.", "Measure it again.")
    return _found(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=3)
def _found(path: str, _changed_ns: int) -> Findings:
    return find(load_track(Path(path)), AnalysisParams().measure)


def _event(session: Session, edited: EditedEvent) -> SpasmEvent:
    """The edited event; its size is read from the traces, its measured parts stay as they were."""
    regions = list(dict.fromkeys(edited.regions))
    before = session.events[edited.measured - 1] if edited.measured <= len(session.events) else None
    known = {} if not edited.measured or before is None else {p.region: p for p in before.parts}
    is_moved = (
        before is None
        or not edited.measured
        or before.side is not edited.side
        or abs(before.onset_s - edited.onset_s) + abs(before.offset_s - edited.offset_s) > _SAME_S
    )
    if is_moved:
        known = {}
    missing = [region for region in regions if region not in known]
    found = findings(session) if missing or is_moved else None
    parts, peak_s = [], before.peak_s if before is not None and not is_moved else edited.onset_s
    highest = -math.inf
    for region in regions:
        if region in known:
            parts.append(known[region])
            continue
        size, at_s = _size(found, region, edited)
        parts.append(RegionPart(region, size, math.nan))
        if is_moved and size > highest:
            highest, peak_s = size, at_s
    is_measured = bool(edited.measured) and before is not None
    return SpasmEvent(
        edited.onset_s,
        peak_s,
        edited.offset_s,
        edited.side,
        edited.kind,
        tuple(parts),
        before.confidence if is_measured and before is not None else math.nan,
        bool(before.other_babinski)
        if is_measured and before is not None and not is_moved
        else False,
    )


_SAME_S = 1e-3


def _size(found: Findings | None, region: Region, edited: EditedEvent) -> tuple[float, float]:
    """The largest movement of a region beyond the other side within an event, and when; NaN."""
    if found is None:
        return math.nan, edited.onset_s
    time_s = found.signals.time_s
    within = (time_s >= edited.onset_s) & (time_s < edited.offset_s)
    values = found.signals.excess(region, edited.side)[within]
    if not np.isfinite(values).any():
        return math.nan, edited.onset_s
    at = int(np.nanargmax(values))
    return float(values[at]), float(time_s[within][at])


def _one(store: Any, code: str, number: int, row: int) -> dict[str, Any]:
    events = reviews.review(store, code, number).events
    return next(_event_plain(one) for one in events if one.number == row)


def _event_plain(one: ReviewedEvent) -> dict[str, Any]:
    event = one.event
    mm = max((p.amplitude_mm for p in event.parts if math.isfinite(p.amplitude_mm)), default=None)
    return {
        "measured": one.measured,
        "number": one.number,
        "verdict": str(one.verdict),
        "mark": one.mark,
        "onset_s": event.onset_s,
        "peak_s": event.peak_s,
        "offset_s": event.offset_s,
        "side": str(event.side),
        "kind": str(event.kind),
        "regions": [str(region) for region in event.regions],
        "amplitude_mm": mm,
        "confidence": event.confidence if math.isfinite(event.confidence) else None,
    }


def _headline(summary: dict[str, Any], t: Any) -> dict[str, Any]:
    result = told(summary, t)
    return {
        "headline": result.headline,
        "rate": result.rate,
        "interval": result.interval,
        "events": summary["events"],
        "usable": t.number(summary["usable_s"], 0),
    }
