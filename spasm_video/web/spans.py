"""What is left out of a recording by hand: spans, and what is trimmed off its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from spasm_video.errors import InputError
from spasm_video.history import Edge, ExcludedSpan
from spasm_video.store import reviews, sessions
from spasm_video.web.desk import InStore, Number
from spasm_video.web.measured import drawn

if TYPE_CHECKING:
    from spasm_video.history import Review

router = APIRouter()
_API = "/api/people/{code}/sessions/{number}"
_FEWEST_FRAMES = 2


class Span(BaseModel):
    """A span to leave out."""

    start_s: Annotated[float, Field(ge=0, lt=1e6)]
    end_s: Annotated[float, Field(gt=0, lt=1e6)]


class Trim(BaseModel):
    """Where a recording shall begin or end; None: where it does by itself."""

    edge: Edge
    at_s: Annotated[float, Field(ge=0, lt=1e6)] | None = None


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
    time_s = drawn(sessions.found(store, code, str(number)))[0]
    if len(time_s) < _FEWEST_FRAMES:
        raise InputError("The recording is too short to be trimmed.", "Reject its movements.")
    # One step of the traces' own precision outwards: no frame is lost to its rounding.
    begin_s = max(float(np.nextafter(time_s[0], np.float32(-np.inf))), 0.0)
    frame_s = float(time_s[-1] - time_s[0]) / (len(time_s) - 1)
    recording_s = (begin_s, float(time_s[-1]) + frame_s)
    reviews.trim(store, code, number, wanted.edge, wanted.at_s, recording_s=recording_s)
    return {"excluded": spans_plain(reviews.review(store, code, number))}


def spans_plain(review: Review) -> list[dict[str, Any]]:
    """What is left out, as the page is told of it."""
    return [
        {"number": one.number, "start_s": one.start_s, "end_s": one.end_s}
        for one in review.excluded
    ]
