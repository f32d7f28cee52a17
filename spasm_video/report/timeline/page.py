"""What the timeline's page says beside its chart: headline, visits, courses, spread, doubts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.course import AlertKind, Verdict
from spasm_video.history import SCALES, TreatmentKind
from spasm_video.report.page import Figure
from spasm_video.report.words import NOTHING, counted, listed, number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from spasm_video.course import Change, Line, Spread, SurgicalCourse, Timeline, ToxinCourse
    from spasm_video.history import Rating, Treatment
    from spasm_video.records import Estimate

MOST_VISITS = 12  # rows in the page; timeline.csv has all
MOST_RATINGS = 4
_ALERT_WORDS = {
    AlertKind.RELAPSE: "Risen again",
    AlertKind.WEAKNESS: "Weakness",
    AlertKind.SIDE: "Side",
    AlertKind.QUALITY: "Recording",
}


_REPEATED = (AlertKind.WEAKNESS,)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One session in the table, every number already in words."""

    date: str
    label: str
    since: str
    rate: str
    between: str
    tonic: str
    size: str
    regions: str
    weakness: str
    usable: str
    note: str


def facts(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """Whose line it is, and what is on it."""
    sessions = timeline.sessions
    side = f"patient’s {timeline.side}" if timeline.side else "not known"
    rows = [("Affected side", side), ("Task", str(timeline.segment))]
    if sessions:
        rows.append(("From", _day(sessions[0].date)))
        rows.append(("To", _day(sessions[-1].date)))
    rows.append(("On the line", counted(len(sessions), "session")))
    rows.append(("Method", timeline.method or NOTHING))
    return tuple(rows)


def headline(timeline: Timeline) -> tuple[Figure, ...]:
    """The newest number, two changes, and the days since the last treatment."""
    return (
        _newest(timeline.rate),
        _changed("Since the first visit", timeline.rate.from_first),
        _changed(_since(timeline.rate.from_treatment), timeline.rate.from_treatment),
        _treated(timeline),
    )


def findings(timeline: Timeline) -> str:
    """What was seen, in sentences for a patient."""
    known = timeline.rate.known
    if not known:
        return "No recording so far tells how often spasms come."
    newest = known[-1]
    where = f" on the patient’s {timeline.side} side" if timeline.side else ""
    if newest.value > 0:
        told = (
            f"In the newest recording with a count, of {_day(newest.date)}, there were about "
            f"{number(newest.value)} spasms a minute{where}; {number(newest.low)} to "
            f"{number(newest.high)} would fit as well."
        )
    else:
        told = (
            f"In the newest recording with a count, of {_day(newest.date)}, no spasm was "
            f"seen{where}; up to {number(newest.high)} a minute would fit as well."
        )
    first = timeline.rate.from_first
    if first.earlier is not None:
        told += (
            f" At the first visit there were {number(first.earlier.value)}: "
            f"the difference is {first.verdict}."
        )
    trend = timeline.rate.trend
    if math.isfinite(trend.per_30_days.value):
        slope = trend.per_30_days
        what = "rise" if slope.value > 0 else "fall"
        sure = "" if trend.verdict is Verdict.LARGER else ", which the visits do not tell from none"
        over = "Over all visits, treatments included," if timeline.treatments else "Over all visits"
        told += (
            f" {over} the trend is a {what} of {number(abs(slope.value), 2)} a minute every 30 "
            f"days{sure}."
        )
    return told


def visit_rows(timeline: Timeline) -> tuple[VisitRow, ...]:
    """The newest visits, oldest first."""
    start = max(len(timeline.sessions) - MOST_VISITS, 0)
    return tuple(_visit(timeline, at) for at in range(start, len(timeline.sessions)))


def toxin_rows(course: ToxinCourse) -> tuple[tuple[str, str], ...]:
    """The course after toxin, each number with its interval or unknown."""
    fall = course.fall
    share = f"{number(100 * fall.value, 0, '%')} ({_between(fall, 100)})"
    return (
        ("Onset (a tenth of the fall)", _days(course.onset_day)),
        ("Full effect (nine tenths)", _days(course.nadir_day)),
        ("Fall at the lowest", share if math.isfinite(fall.value) else NOTHING),
        ("Half of it lost again", _days(course.wear_off_day)),
        ("Half of it or more held for", _days(course.days_of_benefit, "")),
    )


def toxin_title(course: ToxinCourse) -> str:
    """Which toxin, and how often."""
    name = f"toxin {course.product}".strip()
    return f"After {name}, {counted(len(course.treatments), 'injection')} together"


def surgery_rows(course: SurgicalCourse) -> tuple[tuple[str, str], ...]:
    """The course after an operation."""
    rows = [("Seen so far", course.pattern)]
    if math.isfinite(course.silent_until_day):
        rows.append(("Free until", f"day {course.silent_until_day:.0f}"))
        rows.append(("Spasms again", f"day {course.return_day:.0f}"))
    gone = course.remission_day
    if math.isfinite(gone.value):
        rows.append(("Free from", f"between day {gone.low:.0f} and day {gone.high:.0f}"))
    if math.isfinite(course.followed_days):
        rows.append(("Followed for", counted(round(course.followed_days), "day")))
    return tuple(rows)


def change_rows(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """The other lines since the first visit, each with its verdict."""
    lines = ((timeline.tonic, "Tonic", 100), (timeline.weakness, "Eye wider", 1))
    return tuple((name, _line_change(line.from_first, times)) for line, name, times in lines)


def spread_rows(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """Each region and when it first took part, in that order; those that did not at the end."""
    if not timeline.sessions:
        return ()
    first = timeline.sessions[0].date
    told = sorted(
        (one for one in timeline.spread), key=lambda one: (one.first is None, one.first or first)
    )
    return tuple((one.region.capitalize(), _spread(one, first)) for one in told)


def alert_rows(timeline: Timeline) -> tuple[tuple[str, str, str], ...]:
    """Word, day and sentence of each alert, the newest first; spells of weakness as one."""
    rows = []
    for kind, word in _ALERT_WORDS.items():
        alike = [alert for alert in timeline.alerts if alert.kind is kind]
        if kind in _REPEATED and len(alike) > 1:
            days = listed(_day(alert.date) for alert in alike[:-1])
            rows.append((word, _day(alike[-1].date), f"{alike[-1].words} Likewise on {days}."))
        else:
            rows += [(word, _day(alert.date), alert.words) for alert in alike]
    return tuple(sorted(rows, key=lambda row: row[1], reverse=True))


def rating_rows(ratings: Sequence[Rating]) -> tuple[tuple[str, str, str], ...]:
    """The newest scores that people gave: day, score, wording and rater."""
    return tuple(
        (
            _day(one.date),
            f"{SCALES[one.scale][0] if one.scale in SCALES else one.scale}: {one.value:g}",
            f"{one.wording}, {one.rater}",
        )
        for one in sorted(ratings, key=lambda one: one.date)[-MOST_RATINGS:]
    )


def not_told(timeline: Timeline) -> tuple[str, ...]:
    """What cannot be said, and which sessions are not on the line, and why."""
    told = [f"{course.product or 'Toxin'}: {why}" for course in timeline.toxin
            for why in course.reasons]  # fmt: skip
    told += [why for course in timeline.surgery for why in course.reasons]
    change = timeline.rate.from_treatment
    if timeline.treatments and change.verdict is Verdict.UNKNOWN:
        told.append(f"Change since the treatment: {change.reason}")
    reasons: dict[str, list[str]] = {}
    for left in timeline.left_out:
        reasons.setdefault(left.reason, []).append(_day(left.session.date))
    told += [f"Not on the line, {listed(days)}: {why}" for why, days in reasons.items()]
    unknown = [point for point in timeline.rate.points if not point.is_known]
    by_reason: dict[str, list[str]] = {}
    for point in unknown:
        by_reason.setdefault(point.reason or "no rate", []).append(_day(point.date))
    told += [f"No rate on {listed(days)}: {why}" for why, days in by_reason.items()]
    return (*told, *timeline.limits)


def smallest(line: Line) -> str:
    """The smallest detectable change in words."""
    if not math.isfinite(line.smallest_change):
        return "The smallest change that could be told is not known."
    return (
        f"Grey: two single visits may differ by {number(line.smallest_change)} a minute without "
        f"anything having changed (from {line.found_by})."
    )


def _newest(line: Line) -> Figure:
    if not line.known:
        return Figure("Newest count", NOTHING, "", "cannot be told", "unknown")
    newest = line.known[-1]
    return Figure(
        f"Spasms on {_day(newest.date)}", number(newest.value), "a minute",
        f"95 % interval {number(newest.low)}–{number(newest.high)}",
    )  # fmt: skip


def _changed(name: str, change: Change) -> Figure:
    if change.verdict is Verdict.UNKNOWN:
        return Figure(name, NOTHING, "", change.reason, "unknown")
    value = number(change.percent, 0, "%") if math.isfinite(change.percent) else NOTHING
    value = f"+{value}" if change.percent > 0 else value
    difference = f"{number(change.difference.value)} a minute ({interval_to(change.difference)})"
    return Figure(name, value, "", f"{difference}: {change.verdict}")


def _line_change(change: Change, times: float) -> str:
    value = times * change.difference.value
    if change.verdict is Verdict.UNKNOWN:
        return "cannot tell"
    points = number(value, 1, "points")
    return f"{'+' if value > 0 else ''}{points}: {change.verdict}"


def interval_to(estimate: Estimate) -> str:
    """
    An interval that may cross zero, with "to" between its ends.

    >>> from spasm_video.records import Estimate
    >>> interval_to(Estimate(-5.0, -9.0, -1.0))
    '−9.0 to −1.0'
    """
    if not math.isfinite(estimate.low):
        return "interval unknown"
    return f"{number(estimate.low)} to {number(estimate.high)}"


def _since(change: Change) -> str:
    if change.earlier is None:
        return "Since the last treatment"
    return "Since " + change.since.rpartition(" of ")[0]


def _treated(timeline: Timeline) -> Figure:
    last = timeline.last_treatment
    if last is None:
        return Figure("Since a treatment", NOTHING, "", "none was entered before", "unknown")
    days = (timeline.sessions[-1].date - last.date).days
    return Figure(f"Since the {last.kind}", str(days), "days", f"{_given(last)}, {_day(last.date)}")


def _given(treatment: Treatment) -> str:
    what = "decompression" if treatment.kind is TreatmentKind.SURGERY else "injection"
    name = treatment.product or ("drug" if treatment.kind is TreatmentKind.DRUG else what)
    dose = f" {treatment.dose:g} {treatment.dose_unit}".rstrip()
    return name + (dose if math.isfinite(treatment.dose) else "")


def _visit(timeline: Timeline, at: int) -> VisitRow:
    session = timeline.sessions[at]
    rate, tonic = timeline.rate.points[at], timeline.tonic.points[at]
    weakness, size = timeline.weakness.points[at], timeline.size.points[at]
    before = timeline.treatment_before(session.date)
    took = [one.region for one in timeline.spread if one.states[at]]
    days = f"{(session.date - before.date).days} d after {before.kind}" if before else "before any"
    wider = number(weakness.value, 0, "%")
    is_wider = weakness.value >= 0.5
    return VisitRow(
        date=_day(session.date),
        label=session.label,
        since=days if timeline.treatments else NOTHING,
        rate=number(rate.value),
        between=f"{number(rate.low)}–{number(rate.high)}" if rate.is_known else "",
        tonic=number(100 * tonic.value, 1, "%"),
        size=number(size.value),
        regions=", ".join(took) or NOTHING,
        weakness=f"+{wider}" if is_wider else wider,
        usable=number(session.usable_s, 0),
        note="" if rate.is_known else rate.reason or "not assessable",
    )


def _spread(one: Spread, first: dt.date) -> str:
    if one.first is None:
        return one.reason
    sure = "" if one.is_confirmed else "; no later visit confirms it"
    if one.not_before is None:
        return ("from the first visit" if one.first == first else f"on {_day(one.first)}") + sure
    return f"between {_day(one.not_before)} and {_day(one.first)}{sure}"


def _days(estimate: Estimate, before: str = "day ") -> str:
    if not math.isfinite(estimate.value):
        return "cannot tell"
    after = "" if before else " days"
    return f"{before}{number(estimate.value, 0)}{after} ({_between(estimate, 1)})"


def _between(estimate: Estimate, times: float) -> str:
    scaled = [max(times * end, 0.0) for end in (estimate.low, estimate.high)]
    if times == 100:
        scaled[1] = min(scaled[1], 100.0)
    return f"{scaled[0]:.0f}–{scaled[1]:.0f}"


def _day(date: dt.date) -> str:
    return date.isoformat()
