"""
What a timeline says: lines of comparable numbers, changes, courses after treatment, spread.

Days are counted from the first session of the line, or from a treatment where a name says
so. Everything that cannot be told is NaN or None, with the reason beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from spasm_video.anatomy import Region, Side
    from spasm_video.history import Segment, Session, Treatment
    from spasm_video.records import Estimate


class Verdict(StrEnum):
    """Whether a difference can be told from the error of measuring; never what it means."""

    LARGER = "larger than the measurement error"
    NOT_LARGER = "not larger than the measurement error"
    UNKNOWN = "cannot tell"


class AlertKind(StrEnum):
    """What asks for a second look."""

    RELAPSE = "risen again"
    WEAKNESS = "weakness"
    SIDE = "side"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Point:
    """One number of one session on a line; NaN with its reason where it is missing."""

    session: int
    date: dt.date
    day: float
    value: float
    low: float
    high: float
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it could be assessed."""
        return math.isfinite(self.value)


@dataclass(frozen=True, slots=True)
class Change:
    """
    The newest number against an earlier one: difference with its 95 % interval.

    ``since`` says which earlier one; ``percent`` is NaN where the earlier one is zero.
    """

    since: str
    earlier: Point | None
    latest: Point | None
    difference: Estimate
    percent: float
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """Theil-Sen slope per 30 days with its 95 % interval; NaN with the reason."""

    per_30_days: Estimate
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One number over all sessions of one method.

    ``smallest_change`` is the smallest difference of two single sessions that can be told
    from error (1.96 x sqrt 2 x the standard error of measurement), ``found_by`` whence it is
    known; NaN where it is not.
    """

    name: str
    title: str
    unit: str
    points: tuple[Point, ...]
    smallest_change: float
    found_by: str
    trend: Trend
    from_first: Change
    from_treatment: Change

    @property
    def known(self) -> tuple[Point, ...]:
        """The points that could be assessed."""
        return tuple(point for point in self.points if point.is_known)


@dataclass(frozen=True, slots=True)
class ToxinCourse:
    """
    The effect of toxin over the days since the injection, fitted over all cycles of a product.

    ``onset_day``: a tenth of the fall; ``nadir_day``: nine tenths of it; ``wear_off_day``: half
    of it is lost again; ``fall``: the share of the rate that is gone at the lowest (0-1);
    ``days_of_benefit``: from half of the fall until half of it is lost.
    ``curve`` is the fitted rate by days of the line, for a drawing; empty where nothing is
    fitted. Each number that the data do not carry is NaN, and ``reasons`` say why.
    """

    product: str
    treatments: tuple[Treatment, ...]
    onset_day: Estimate
    nadir_day: Estimate
    wear_off_day: Estimate
    fall: Estimate
    days_of_benefit: Estimate
    curve: tuple[tuple[float, float], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurgicalCourse:
    """
    What came after a decompression, by days since it; NaN where it cannot be told.

    ``silent_until_day``: the last free session before spasms came back; ``return_day``: the
    first session with spasms after it; ``remission_day`` lies between the last session with
    spasms (low) and the first of all the free ones that follow (high).
    """

    treatment: Treatment
    pattern: str
    silent_until_day: float
    return_day: float
    remission_day: Estimate
    followed_days: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """
    When a region of the affected side first took part, and in which sessions it did.

    ``first`` is the first session in which it did, ``not_before`` the last earlier one in
    which it was assessable and did not; None where there is none. ``states`` has one entry a
    session of the line: True, False, or None where it was not assessable.
    """

    region: Region
    first: dt.date | None
    not_before: dt.date | None
    states: tuple[bool | None, ...]
    is_confirmed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What asks for a second look, in words."""

    kind: AlertKind
    date: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A session that is not on the line, and why."""

    session: Session
    reason: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    The progression of one subject in one task under one method.

    ``side`` is None where the sessions do not tell one. Spasm and weakness are lines of
    their own; ``regions`` are the rates of each region on the affected side.
    """

    subject: str
    segment: Segment
    method: str
    side: Side | None
    sessions: tuple[Session, ...]
    left_out: tuple[LeftOut, ...]
    treatments: tuple[Treatment, ...]
    rate: Line
    tonic: Line
    size: Line
    weakness: Line
    regions: tuple[Line, ...]
    spread: tuple[Spread, ...]
    toxin: tuple[ToxinCourse, ...]
    surgery: tuple[SurgicalCourse, ...]
    alerts: tuple[Alert, ...]
    limits: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, spasm first."""
        return (self.rate, self.tonic, self.size, self.weakness, *self.regions)

    @property
    def last_treatment(self) -> Treatment | None:
        """The last before the last session; None without one."""
        return self.treatment_before(self.sessions[-1].date) if self.sessions else None

    def treatment_before(self, day: dt.date) -> Treatment | None:
        """The last treatment that began before a day; None without one."""
        before = [one for one in self.treatments if one.date < day]
        return before[-1] if before else None
