"""The timeline, whole: from the history of a subject to all that can be said of its course."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, Side
from spasm_video.course import Line, Point, Timeline
from spasm_video.measure.timeline.alerts import alerts
from spasm_video.measure.timeline.choice import choose
from spasm_video.measure.timeline.lines import line
from spasm_video.measure.timeline.spread import spread
from spasm_video.measure.timeline.surgery import surgical_course
from spasm_video.measure.timeline.toxin import toxin_courses
from spasm_video.params import TimelineParams

if TYPE_CHECKING:
    from spasm_video.history import History, Measure, Segment, Session

_DAY = (
    "A recording of minutes stands for its day: spasms vary from hour to hour, and the intervals "
    "do not hold that."
)
_MEANING = (
    "No change of a video number is known to matter to a person; larger than the error of "
    "measuring does not mean better or worse."
)
_NO_SIDE = "The affected side is not known."


def timeline(
    history: History, params: TimelineParams | None = None, segment: Segment | None = None
) -> Timeline:
    """
    The progression of a subject over the sessions that can be compared.

    Without ``segment``, the task with the most sessions, rest before others. A subject
    without sessions gives empty lines, and says so.
    """
    params = params or TimelineParams()
    chosen = choose(history, segment)
    sessions, side = chosen.sessions, chosen.side
    treatments = history.treatments

    def drawn(name: str, title: str, unit: str, points: tuple[Point, ...]) -> Line:
        return line(name, title, unit, points, treatments=treatments, params=params)

    def numbers(name: str, title: str, unit: str) -> Line:
        return drawn(name, title, unit, _points(sessions, name))

    rate = numbers("spasms_per_min", "Spasms a minute", "1/min")
    weakness = drawn(
        "weakness_percent", "Affected eye wider at rest", "%", _weakness(sessions, side)
    )
    regions = tuple(
        drawn(
            f"{region}_per_min",
            f"{region.capitalize()}, spasms a minute",
            "1/min",
            _points(sessions, f"{region}_{side}_spasms_per_min" if side else ""),
        )
        for region in REGIONS
    )
    return Timeline(
        subject=history.subject.code,
        segment=chosen.segment,
        method=chosen.method,
        side=side,
        sessions=sessions,
        left_out=chosen.left_out,
        treatments=treatments,
        rate=rate,
        tonic=numbers("tonic_fraction", "Time in tonic spasm", "1"),
        size=numbers("median_amplitude_mm", "Median size", "mm"),
        weakness=weakness,
        regions=regions,
        spread=spread(sessions, side, params),
        toxin=toxin_courses(rate, treatments, params),
        surgery=surgical_course(rate, treatments, params),
        alerts=alerts(chosen, rate, weakness, treatments, params),
        limits=(*_limits(chosen.sessions, side, rate), *_other_numbers(params)),
    )


def _points(sessions: tuple[Session, ...], name: str) -> tuple[Point, ...]:
    """One number of every session; ``name`` is empty where the side it belongs to is unknown."""
    return tuple(_point(one, sessions[0], one.measure(name), "" if name else _NO_SIDE)
                 for one in sessions)  # fmt: skip


def _weakness(sessions: tuple[Session, ...], side: Side | None) -> tuple[Point, ...]:
    """How much wider the affected eye stands open at rest than the other; below 0 narrower."""
    points = []
    sign = 1.0 if side is Side.LEFT else -1.0
    for one in sessions:
        found = one.measure("resting_lid_difference_percent")
        point = _point(one, sessions[0], found, "" if side else _NO_SIDE)
        value = sign * found.value if side else math.nan
        points.append(
            Point(point.session, point.date, point.day, value, math.nan, math.nan, point.reason)
        )
    return tuple(points)


def _point(session: Session, first: Session, found: Measure, why: str) -> Point:
    day = float((session.date - first.date).days)
    if why:
        return Point(session.number, session.date, day, math.nan, math.nan, math.nan, why)
    return Point(
        session.number, session.date, day, found.value, found.low, found.high, found.reason
    )


def _limits(sessions: tuple[Session, ...], side: Side | None, rate: Line) -> tuple[str, ...]:
    """What cannot be said from such a history, in words."""
    told = []
    if not sessions:
        told.append("There is no session to show.")
    elif not rate.known:
        told.append("No session has a rate of spasms.")
    if sessions and side is None:
        told.append("The sessions do not tell an affected side: regions and weakness are left out.")
    return (*told, _DAY, _MEANING)


def _other_numbers(params: TimelineParams) -> tuple[str, ...]:
    """That a claim was made by other rules than usual."""
    usual = dataclasses.asdict(TimelineParams())
    other = [
        f"{name} {value:g} (usually {usual[name]:g})"
        for name, value in dataclasses.asdict(params).items()
        if value != usual[name]
    ]
    return (f"Made with other numbers than the usual: {', '.join(other)}.",) if other else ()
