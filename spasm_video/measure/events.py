"""
Find spasms: movement of one side that the other side does not share.

A spasm shows in brief evidence (against a baseline of 0.7 s: clonic twitches) or in held
evidence (against 5 s of rest: tonic spasms and slow grimaces). The eyelid speaks for
itself; cheek and mouth speak together, or alone when far above their limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.dsp.intervals import Span, above_with_hysteresis, merge_close
from spasm_video.measure.calm import between
from spasm_video.records import Kind, RegionPart, SpasmEvent

if TYPE_CHECKING:
    from spasm_video.measure.evidence import Evidence
    from spasm_video.params import EventParams

Floats = NDArray[np.float64]

_EYELID, _BROW, _CHEEK, _MOUTH = range(4)  # of REGIONS
_IS_FAR = np.array([region in (Region.BROW, Region.NECK) for region in REGIONS])
_MOST = 6.0  # times its limit: more of one skin region says no more
_LAG_SHARE = 0.25  # a region begins at a quarter of its own peak: steep, above the noise


@dataclass(frozen=True, slots=True, eq=False)
class SpanMovement:
    """What event finding needs of one span: times, evidence and one-sided movement."""

    time_s: Floats
    proof: Evidence
    one_sided_mm: Floats  # (m, region) left minus right, brief and slow together
    frame_s: float


def strength(proof: Evidence, params: EventParams) -> Floats:
    """(m, side) how strongly each side shows a spasm; 1 is the level that counts."""
    lid, cheek, mouth = (
        np.maximum(proof.brief_ratio[:, region], 0.0) for region in (_EYELID, _CHEEK, _MOUTH)
    )
    calm = proof.calm[:, None]
    share = between(params.one_skin_share, params.one_skin_calm_share, calm)
    alone = share * np.minimum(np.maximum(cheek, mouth), _MOST)
    skin = np.maximum(np.minimum(cheek, mouth), alone)
    brief = np.hypot(lid, skin) / brief_level(proof.calm, params)[:, None]
    held_lid, held_cheek, held_mouth = (
        np.maximum(proof.held_ratio[:, region], 0.0) for region in (_EYELID, _CHEEK, _MOUTH)
    )
    joined = np.minimum(held_lid, np.maximum(held_cheek, held_mouth))
    lid_alone = between(params.held_lid_alone, params.held_calm_alone, calm)
    skin_alone = calm * np.maximum(held_cheek, held_mouth) / params.held_calm_alone
    held = np.max([joined, held_lid / lid_alone, skin_alone], axis=0) / params.held_level
    result: Floats = np.maximum(brief, held)
    return result


def brief_level(calm: Floats, params: EventParams) -> Floats:
    """(m,) how many times its limit brief evidence must reach."""
    return between(params.brief_level, params.brief_calm_level, calm)


def find_events(span: SpanMovement, params: EventParams) -> list[SpasmEvent]:
    """All spasms of one span, in order of onset; none gives an empty list."""
    strong = strength(span.proof, params)
    found: list[SpasmEvent] = []
    for index, side in enumerate(SIDES):
        runs = above_with_hysteresis(strong[:, index], enter=1.0, leave=params.end_share)
        runs = merge_close(runs, span.time_s, params.join_gap_s)
        of_side = _apart(span, strong[:, index], runs, side, params)
        found += [event for event in of_side if event.duration_s >= params.shortest_s]
    kept = [event for event in found if not _is_echo(event, found, params.echo_s)]
    return sorted(kept, key=lambda event: event.onset_s)


def _apart(
    span: SpanMovement, strong: Floats, runs: list[Span], side: Side, params: EventParams
) -> list[SpasmEvent]:
    """The spasms of one side; those that reach into each other are one: a blink parted it."""
    found: list[tuple[Span, SpasmEvent]] = []
    for run in runs:
        event = _event(span, run, side, strong, params)
        while event is not None and found and event.onset_s < found[-1][1].offset_s:
            (start, _), _ = found.pop()
            run = start, run[1]  # noqa: PLW2901 (the two are one from here on)
            event = _event(span, run, side, strong, params)
        if event is not None:
            found.append((run, event))
    return [event for _, event in found]


def _is_echo(event: SpasmEvent, found: list[SpasmEvent], echo_s: float) -> bool:
    """
    Is a stronger event of the other side at the same time, or just before or after.

    A hard closure drags the other lid along and lets it rebound.
    """
    return any(
        other.side is not event.side
        and other.confidence > event.confidence
        and other.onset_s < event.offset_s + echo_s
        and event.onset_s < other.offset_s + echo_s
        for other in found
    )


def _event(
    span: SpanMovement, run: Span, side: Side, strong: Floats, params: EventParams
) -> SpasmEvent | None:
    start, stop = run
    index = SIDES.index(side)
    sign = 1.0 if side is Side.LEFT else -1.0
    is_brief = span.time_s[stop - 1] - span.time_s[start] < params.brief_longest_s
    moved = sign * (span.proof.brief_mm if is_brief else span.one_sided_mm)
    ratio = np.fmax(span.proof.brief_ratio[:, :, index], span.proof.held_ratio[:, :, index])
    level = ratio[start:stop].max(axis=0)
    amplitude = moved[start:stop].max(axis=0)
    enough = np.where(_IS_FAR, params.involved_far_level, params.involved_level)
    enough[_CHEEK] = params.involved_cheek_level
    involved = (level >= enough) & (amplitude >= params.involved_least_mm)
    if not involved.any():
        # What counts moved too little to be named: the evidence was not in millimetres.
        return None
    leader = int(np.argmax(np.where(involved, level, -np.inf)))
    peak = start + int(np.argmax(moved[start:stop, leader]))
    onset_s, offset_s = _edges(span, moved[:, leader], run, peak, params)
    begin = {
        region: _begin_s(span.time_s, moved[:, region], start, stop)
        for region in np.flatnonzero(involved)
    }
    first_s = min(begin.values())
    parts = tuple(
        RegionPart(REGIONS[region], float(amplitude[region]), 1000 * (when - first_s))
        for region, when in sorted(begin.items(), key=lambda item: (item[1], item[0]))
    )
    lasts_s = offset_s - onset_s
    return SpasmEvent(
        onset_s=onset_s,
        peak_s=float(span.time_s[peak]),
        offset_s=offset_s,
        side=side,
        kind=Kind.TONIC if lasts_s >= params.tonic_from_s else Kind.CLONIC,
        parts=parts,
        confidence=1 - 0.5 / float(strong[start:stop].max()),
        other_babinski=bool(involved[_EYELID] and involved[_BROW]),
    )


def _edges(
    span: SpanMovement, moved: Floats, run: Span, peak: int, params: EventParams
) -> tuple[float, float]:
    """Where the leading region crosses a tenth of its peak, between frames."""
    time_s = span.time_s
    level = params.edge_share * float(moved[peak])
    start, stop = run
    first = start
    while (
        first > 0 and moved[first] > level and time_s[start] - time_s[first] < params.edge_reach_s
    ):
        first -= 1
    while first < peak and moved[first + 1] <= level:
        first += 1
    last = stop - 1
    end = len(moved) - 1
    while (
        last < end and moved[last] > level and time_s[last] - time_s[stop - 1] < params.edge_reach_s
    ):
        last += 1
    while last > peak and moved[last - 1] <= level:
        last -= 1
    onset = _crossing(time_s, moved, first, first + 1, level) if first < peak else time_s[first]
    if last > peak:
        offset = _crossing(time_s, moved, last - 1, last, level)
    else:
        offset = time_s[last] + span.frame_s
    return float(onset), float(max(offset, onset + 1e-4))


def _crossing(time_s: Floats, values: Floats, one: int, two: int, level: float) -> float:
    """When the line between two samples meets ``level``, held to their times."""
    rise = values[two] - values[one]
    share = 0.5 if rise == 0 else float(np.clip((level - values[one]) / rise, 0.0, 1.0))
    return float(time_s[one] + share * (time_s[two] - time_s[one]))


def _begin_s(time_s: Floats, moved: Floats, start: int, stop: int) -> float:
    """When a region's own movement begins, looked for a little before the event."""
    low = max(start - 3, 0)
    peak = start + int(np.argmax(moved[start:stop]))
    level = _LAG_SHARE * float(moved[peak])
    at = peak
    while at > low and moved[at - 1] > level:
        at -= 1
    return _crossing(time_s, moved, at - 1, at, level) if at > 0 else float(time_s[at])
