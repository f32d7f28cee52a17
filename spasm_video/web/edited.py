"""An event of the review page: how it is told, and what it is once a person has edited it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
from pydantic import BaseModel, Field

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.history import ReviewedEvent, Verdict
from spasm_video.records import Kind, RegionPart, SpasmEvent
from spasm_video.web.desk import Number
from spasm_video.web.measured import findings

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.measure.summary import Findings

_SAME_S = 1e-3


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


def edited_event(session: Session, edited: EditedEvent) -> SpasmEvent:
    """The event; its size is read from the traces, its measured parts stay as they were."""
    before = _measured(session, edited)
    is_moved = before is None or _is_elsewhere(before, edited)
    known = {} if before is None or is_moved else {part.region: part for part in before.parts}
    regions = tuple(dict.fromkeys(edited.regions))
    sizes = _sizes(session, [region for region in regions if region not in known], edited)
    largest = max(
        (size for size in sizes.values() if math.isfinite(size.mm)),
        key=lambda size: size.mm,
        default=_Size(math.nan, edited.onset_s),
    )
    return SpasmEvent(
        edited.onset_s,
        largest.at_s if before is None or is_moved else before.peak_s,
        edited.offset_s,
        edited.side,
        edited.kind,
        tuple(
            known.get(region) or RegionPart(region, sizes[region].mm, math.nan)
            for region in regions
        ),
        math.nan if before is None else before.confidence,
        before is not None and not is_moved and bool(before.other_babinski),
    )


def event_plain(one: ReviewedEvent) -> dict[str, Any]:
    """The event as the page is told of it; what is not known is None."""
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


class _Size(NamedTuple):
    mm: float
    at_s: float


def _measured(session: Session, edited: EditedEvent) -> SpasmEvent | None:
    """The event as it was measured; None for one that a person added."""
    is_there = 0 < edited.measured <= len(session.events)
    return session.events[edited.measured - 1] if is_there else None


def _is_elsewhere(before: SpasmEvent, edited: EditedEvent) -> bool:
    moved_s = abs(before.onset_s - edited.onset_s) + abs(before.offset_s - edited.offset_s)
    return before.side is not edited.side or moved_s > _SAME_S


def _sizes(session: Session, regions: list[Region], edited: EditedEvent) -> dict[Region, _Size]:
    if not regions:
        return {}  # also where the track is gone
    found = findings(session)
    return {region: _size(found, region, edited) for region in regions}


def _size(found: Findings, region: Region, edited: EditedEvent) -> _Size:
    """The largest movement of a region beyond the other side within an event, and when; NaN."""
    time_s = found.signals.time_s
    within = (time_s >= edited.onset_s) & (time_s < edited.offset_s)
    values = found.signals.excess(region, edited.side)[within]
    if not np.isfinite(values).any():
        return _Size(math.nan, edited.onset_s)
    at = int(np.nanargmax(values))
    return _Size(float(values[at]), float(time_s[within][at]))
