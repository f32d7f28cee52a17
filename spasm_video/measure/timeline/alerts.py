"""What asks for a second look: spasms risen again, weakness, sides, and poorer pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import Region
from spasm_video.course import Alert, AlertKind, Verdict
from spasm_video.measure.timeline.lines import by_day, change, repeatable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.course import Line, Point
    from spasm_video.history import Session, Treatment
    from spasm_video.measure.timeline.choice import Choice
    from spasm_video.params import TimelineParams

_LEAST = 3  # sessions before the newest that tell what is usual


def alerts(
    chosen: Choice,
    rate: Line,
    weakness: Line,
    treatments: Sequence[Treatment],
    params: TimelineParams,
) -> tuple[Alert, ...]:
    """All of them, in order of time."""
    found = [
        *_risen_again(rate, treatments, params),
        *_weak(weakness, rate, params),
        *_sides(chosen),
        *_quality(chosen.sessions, params),
    ]
    return tuple(sorted(found, key=lambda one: (one.date, one.kind)))


def _risen_again(
    rate: Line, treatments: Sequence[Treatment], params: TimelineParams
) -> list[Alert]:
    """The newest rate lies above the lowest since the last treatment by more than the error."""
    visits = by_day(rate.known)
    begun = [one for one in treatments if visits and one.date < visits[-1].date]
    if not begun:
        return []
    last = begun[-1]
    before = [visit for visit in visits if visit.date <= last.date]
    since = [visit for visit in visits if visit.date > last.date]
    lowest = min(since, key=lambda visit: visit.value)
    strays = repeatable(rate.known, params)
    if not before or not _is_larger(lowest, before[-1], strays):
        return []
    if not _is_larger(lowest, since[-1], strays):
        return []
    days = (lowest.date - last.date).days
    return [
        Alert(
            AlertKind.RELAPSE,
            since[-1].date,
            f"Spasms have risen again: {since[-1].value:.1f} a minute, after {lowest.value:.1f} "
            f"at the lowest, {days} days after the {last.kind} of {last.date}.",
        )
    ]


def _weak(weakness: Line, rate: Line, params: TimelineParams) -> list[Alert]:
    """
    The affected eye stands wider than at the first visit; a fall of the rate is then doubtful.

    A weak side moves less, and its spasms with it: that is no cure.
    """
    points = by_day(weakness.known)
    if not points:
        return []
    found: list[Alert] = []
    was_weak = False
    rates = {visit.day: visit for visit in by_day(rate.known)}
    for point in points[1:]:
        is_weak = point.value - points[0].value > params.weak_percent
        if is_weak and not was_weak:
            wider = f"{point.value - points[0].value:.0f} %"
            words = (
                f"Set against the other, the affected eye stands {wider} wider at rest than at the "
                "first visit: a sign of weakness."
            )
            if _has_fallen(rates, point, points[0]):
                words += " A weak side moves less: the fall of the rate may be weakness, in part."
            found.append(Alert(AlertKind.WEAKNESS, point.date, words))
        was_weak = is_weak
    return found


def _has_fallen(rates: dict[float, Point], point: Point, first: Point) -> bool:
    now, then = rates.get(point.day), rates.get(first.day)
    return now is not None and then is not None and now.value < then.value


def _sides(chosen: Choice) -> list[Alert]:
    if chosen.side is None:
        return []
    other = str(chosen.side.other)
    left_out = [one.session for one in chosen.left_out if str(one.session.side) == other]
    confirmed = [one for one in chosen.sessions if str(one.side) == other]
    told = [(one, "left out until somebody confirms it") for one in left_out]
    told += [(one, "confirmed by a person, and kept") for one in confirmed]
    return [
        Alert(
            AlertKind.SIDE, one.date, f"The session of {one.date} shows the {other} side; {what}."
        )
        for one, what in told
        if one.method == chosen.method
    ]


def _quality(sessions: Sequence[Session], params: TimelineParams) -> list[Alert]:
    """The newest recording against what was usual before it."""
    if not sessions:
        return []
    newest, earlier = sessions[-1], sessions[:-1]
    found = []
    share = newest.usable_s / newest.duration_s if newest.duration_s > 0 else 0.0
    if share < params.usable_share:
        found.append(f"Only {100 * share:.0f} % of the newest recording could be used.")
    for name, what in (
        (f"{Region.EYELID}_{side}_limit_mm", f"the detection limit of the {side} eyelid")
        for side in ("left", "right")
    ):
        usual = [one.measure(name).value for one in earlier if one.measure(name).is_known]
        now = newest.measure(name).value
        if len(usual) >= _LEAST and now > params.drift_ratio * float(np.median(usual)):
            found.append(
                f"In the newest recording {what} is {now:.2f} mm, usual were "
                f"{float(np.median(usual)):.2f} mm: smaller spasms are missed, and the rate looks "
                "lower."
            )
    rates = [one.measure("real_fps").value for one in earlier]
    rates = [rate for rate in rates if math.isfinite(rate)]
    now = newest.measure("real_fps").value
    if len(rates) >= _LEAST and now * params.drift_ratio < float(np.median(rates)):
        found.append(
            f"The newest recording has {now:.0f} frames a second, usual were "
            f"{float(np.median(rates)):.0f}: short twitches are missed, and the rate looks lower."
        )
    return [Alert(AlertKind.QUALITY, newest.date, words) for words in found]


def _is_larger(lowest: Point, other: Point, strays: float) -> bool:
    found = change("", lowest, other, strays)
    return found.verdict is Verdict.LARGER and found.difference.value > 0
