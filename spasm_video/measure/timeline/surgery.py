"""
After a decompression: at once free, a silent period, a delayed remission.

Spasms often stay or come back for months and then go; so nothing is called a failure, and
before a year is over all is said to be open.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spasm_video.course import SurgicalCourse
from spasm_video.history import TreatmentKind
from spasm_video.measure.timeline.lines import by_day
from spasm_video.records import UNKNOWN, Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.course import Line, Point
    from spasm_video.history import Treatment
    from spasm_video.params import TimelineParams


def surgical_course(
    rate: Line, treatments: Sequence[Treatment], params: TimelineParams
) -> tuple[SurgicalCourse, ...]:
    """One course for each operation, up to the next treatment by operation or toxin."""
    courses = []
    for treatment in treatments:
        if treatment.kind is not TreatmentKind.SURGERY:
            continue
        ends = [
            other.date
            for other in treatments
            if other.date > treatment.date and other.kind is not TreatmentKind.DRUG
        ]
        after = [
            visit
            for visit in by_day(rate.known)
            if visit.date > treatment.date and (not ends or visit.date <= ends[0])
        ]
        courses.append(_course(treatment, after, params))
    return tuple(courses)


def _course(treatment: Treatment, after: Sequence[Point], params: TimelineParams) -> SurgicalCourse:
    nan = math.nan
    if not after:
        why = "No session with a rate lies after the operation."
        return SurgicalCourse(treatment, "cannot tell", nan, nan, UNKNOWN, nan, (why,))
    days = [float((visit.date - treatment.date).days) for visit in after]
    free = [visit.value <= params.free_per_min for visit in after]
    silent, back = _silent(days, free, params)
    remission = _remission(days, free)
    reasons: list[str] = []
    if days[0] > params.silent_days:
        reasons.append(
            f"The first session came {days[0]:.0f} days after the operation: a silent period "
            "could not be seen."
        )
    if not free[-1] and days[-1] < params.surgery_days:
        reasons.append(
            f"{days[-1]:.0f} days after the operation all is open: spasms may go within a year "
            "and later."
        )
    if math.isfinite(remission.value) and sum(free[-2:]) < 2:
        reasons.append("Only the last session is free so far; one session confirms nothing.")
    pattern = _pattern(free, silent, params, days)
    return SurgicalCourse(treatment, pattern, silent, back, remission, days[-1], tuple(reasons))


def _silent(
    days: Sequence[float], free: Sequence[bool], params: TimelineParams
) -> tuple[float, float]:
    """The last free day of a silent period and the day of the return; NaN without one."""
    if not free[0] or days[0] > params.silent_days or all(free):
        return math.nan, math.nan
    at = free.index(False)
    return days[at - 1], days[at]


def _remission(days: Sequence[float], free: Sequence[bool]) -> Estimate:
    """Between the last session with spasms and the first of all the free ones after it."""
    if not free[-1]:
        return UNKNOWN
    last = max((at for at, is_free in enumerate(free) if not is_free), default=-1)
    low = days[last] if last >= 0 else 0.0
    high = days[last + 1]
    return Estimate((low + high) / 2, low, high)


def _pattern(
    free: Sequence[bool], silent: float, params: TimelineParams, days: Sequence[float]
) -> str:
    if all(free):
        return "free in every session since"
    if math.isfinite(silent):
        return "silent period, then spasms again" + (", then free" if free[-1] else "")
    if free[-1]:
        return "spasms at first, free later"
    if any(free):
        return "free for a time, spasms again"
    return "spasms in every session since" + (
        "" if days[-1] < params.surgery_days else ", a year on"
    )
