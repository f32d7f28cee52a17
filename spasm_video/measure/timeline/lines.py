"""
One number over time: its measurement error, trend, and change since the start and treatment.

Differences have intervals after Zou and Donner (2008, recovering the variance from the two
intervals), the smallest detectable change is 1.96 x sqrt 2 x the standard error of
measurement, the trend is Theil's and Sen's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import theilslopes

from spasm_video.course import Change, Line, Point, Trend, Verdict
from spasm_video.records import UNKNOWN, Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.history import Treatment
    from spasm_video.params import TimelineParams

_Z95 = 1.959964  # half the width of a 95 % interval in standard errors
_DAYS = 30.0
FIRST = "the first visit"


def line(  # noqa: PLR0913 (a line, whole)
    name: str,
    title: str,
    unit: str,
    points: tuple[Point, ...],
    *,
    treatments: Sequence[Treatment],
    params: TimelineParams,
) -> Line:
    """One number over all sessions, with everything that can be said of it."""
    known = [point for point in points if point.is_known]
    smallest, found_by = smallest_change(known, params)
    visits = by_day(known)
    strays = repeatable(known, params)
    return Line(
        name=name,
        title=title,
        unit=unit,
        points=points,
        smallest_change=smallest,
        found_by=found_by,
        trend=trend(visits, params),
        from_first=_from_first(visits, strays),
        from_treatment=_from_treatment(visits, strays, treatments, params),
    )


def smallest_change(points: Sequence[Point], params: TimelineParams) -> tuple[float, str]:
    """
    Smallest difference between two sessions that error alone does not explain, and its source.

    From repeats of one day where there are enough, else from the intervals of the numbers.
    """
    strays = repeatable(points, params)
    if math.isfinite(strays):
        return strays, f"{sum(map(len, _repeats(points)))} repeats of the same day"
    errors = [
        (point.high - point.low) / (2 * _Z95)
        for point in points
        if math.isfinite(point.high - point.low)
    ]
    if errors:
        return _Z95 * math.sqrt(2) * float(np.median(errors)), "the intervals of the sessions"
    return math.nan, ""


def repeatable(points: Sequence[Point], params: TimelineParams) -> float:
    """The smallest detectable change from repeats of one day; NaN where there are too few."""
    repeats = _repeats(points)
    freedom = sum(len(values) - 1 for values in repeats)
    if freedom < params.least_repeats:
        return math.nan
    within = sum(float(np.var(values, ddof=1)) * (len(values) - 1) for values in repeats)
    return _Z95 * math.sqrt(2 * within / freedom)


def by_day(points: Sequence[Point]) -> list[Point]:
    """One point a day: the mean of its sessions, with the interval of a mean."""
    days: dict[float, list[Point]] = defaultdict(list)
    for point in points:
        days[point.day].append(point)
    return [_mean(days[day]) for day in sorted(days)]


def trend(visits: Sequence[Point], params: TimelineParams) -> Trend:
    """Theil-Sen slope over all days with a number."""
    if len(visits) < params.trend_points:
        reason = f"{len(visits)} days with a number; a trend needs {params.trend_points}."
        return Trend(UNKNOWN, Verdict.UNKNOWN, reason)
    if visits[-1].day - visits[0].day < params.trend_days:
        reason = f"The history is shorter than {params.trend_days:g} days."
        return Trend(UNKNOWN, Verdict.UNKNOWN, reason)
    found = theilslopes([v.value for v in visits], [v.day for v in visits], method="separate")
    slope = Estimate(*(_DAYS * float(x) for x in (found[0], found[2], found[3])))
    is_told = slope.low > 0 or slope.high < 0
    return Trend(slope, Verdict.LARGER if is_told else Verdict.NOT_LARGER)


def change(since: str, earlier: Point, latest: Point, repeatable: float) -> Change:
    """
    The difference of two days, and whether it is larger than the error of measuring.

    Its interval must leave out zero; where repeats of a day tell how far a number strays
    (``repeatable``, NaN without them), the difference must reach that too.
    """
    value = latest.value - earlier.value
    below = math.hypot(latest.value - latest.low, earlier.high - earlier.value)
    above = math.hypot(latest.high - latest.value, earlier.value - earlier.low)
    difference = Estimate(value, value - below, value + above)
    percent = 100 * value / earlier.value if earlier.value > 0 else math.nan
    if math.isfinite(difference.low):
        is_told = (difference.low > 0 or difference.high < 0) and not abs(value) < repeatable
    elif math.isfinite(repeatable):
        is_told = abs(value) >= repeatable
    else:
        reason = "There are no intervals, and too few repeats of one day."
        return Change(since, earlier, latest, difference, percent, Verdict.UNKNOWN, reason)
    verdict = Verdict.LARGER if is_told else Verdict.NOT_LARGER
    return Change(since, earlier, latest, difference, percent, verdict)


def nothing(since: str, reason: str) -> Change:
    """A change that cannot be told."""
    return Change(since, None, None, UNKNOWN, math.nan, Verdict.UNKNOWN, reason)


def _from_first(visits: Sequence[Point], strays: float) -> Change:
    if len(visits) < 2:
        return nothing(FIRST, "Fewer than two days have this number.")
    return change(FIRST, visits[0], visits[-1], strays)


def _from_treatment(
    visits: Sequence[Point],
    strays: float,
    treatments: Sequence[Treatment],
    params: TimelineParams,
) -> Change:
    """The last treatment with a number after it, against the last number before it."""
    begun = [one for one in treatments if visits and one.date < visits[-1].date]
    if not begun:
        return nothing("the last treatment", "No treatment lies before the last number.")
    last = begun[-1]
    since = f"before the {last.kind} of {last.date}"
    before = [visit for visit in visits if visit.date <= last.date]
    if not before:
        return nothing(since, "No number lies before it.")
    gap = (last.date - before[-1].date).days
    if gap > params.before_days:
        return nothing(since, f"The last number before it is {gap} days older.")
    return change(since, before[-1], visits[-1], strays)


def _repeats(points: Sequence[Point]) -> list[list[float]]:
    days: dict[float, list[float]] = defaultdict(list)
    for point in points:
        days[point.day].append(point.value)
    return [values for values in days.values() if len(values) > 1]


def _mean(points: Sequence[Point]) -> Point:
    if len(points) == 1:
        return points[0]
    n = len(points)
    value = sum(point.value for point in points) / n
    below = math.sqrt(sum((point.value - point.low) ** 2 for point in points)) / n
    above = math.sqrt(sum((point.high - point.value) ** 2 for point in points)) / n
    first = points[0]
    return Point(first.session, first.date, first.day, value, value - below, value + above)
