"""A person over time: what the timeline tells, and its chart, whose visits can be opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS
from spasm_video.course import Verdict
from spasm_video.history import TreatmentKind
from spasm_video.measure.timeline import timeline
from spasm_video.report.timeline.captions import Captions
from spasm_video.report.timeline.interactive import VisitLink, timeline_chart
from spasm_video.report.timeline.page import alert_rows

if TYPE_CHECKING:
    from spasm_video.course import Change, Timeline
    from spasm_video.history import History, Measure, Segment, Session
    from spasm_video.web.texts import Texts


@dataclass(frozen=True, slots=True)
class Course:
    """
    The chart as SVG, its task, what is told of the change, and how many sessions are left out.

    ``alerts`` are word, day and sentence of what asks for a second look.
    """

    svg: str
    segment: Segment
    change: str
    alerts: tuple[tuple[str, str, str], ...]
    left_out: int


def course(history: History, t: Texts, segment: Segment | None = None) -> Course:
    """The timeline of a person in the visitor's language; empty where no session has a rate."""
    found = timeline(history, segment=segment)
    if not found.rate.known:
        return Course("", found.segment, "", (), len(found.left_out))
    label = t("person.course_label", count=len(found.sessions))
    visits = [_visit(found, at, t) for at in range(len(found.sessions))]
    svg = timeline_chart(found, visits, label, _captions(t))
    change = _change(found.rate.from_first, t)
    return Course(svg, found.segment, change, alert_rows(found), len(found.left_out))


def _change(change: Change, t: Texts) -> str:
    """The newest rate against that of the first visit, and whether error explains it."""
    if change.earlier is None or change.latest is None:
        return ""
    key = {Verdict.LARGER: "larger", Verdict.NOT_LARGER: "not_larger"}.get(change.verdict)
    if key is None:
        return ""
    return t(
        f"person.change_{key}",
        first=t.number(change.earlier.value),
        last=t.number(change.latest.value),
    )


def _captions(t: Texts) -> Captions:
    return Captions(
        rate=t("person.lane_rate"),
        tonic=t("person.lane_tonic"),
        weakness=t("person.lane_eye"),
        regions={region: t(f"word.region_{region}") for region in REGIONS},
        treatments={kind: t(f"word.{kind}") for kind in TreatmentKind},
        unknown=t("result.not_told"),
        months=tuple(t("word.months").split()),
        number=t.short,
    )


def _visit(found: Timeline, at: int, t: Texts) -> VisitLink:
    """The page of a visit, and its numbers: rate with its range, tonic share, parts, eye."""
    session = found.sessions[at]
    rate = session.measure("spasms_per_min")
    lines = [" ".join(part for part in (session.date.isoformat(), session.label) if part)]
    lines.append(_rate(rate, t) if rate.is_known else t("person.point_unknown"))
    if (tonic := found.tonic.points[at]).is_known:
        lines.append(t("person.point_tonic", percent=t.number(100 * tonic.value)))
    moved = [
        f"{t(f'word.region_{region}')} {t.number(line.points[at].value)}"
        for region, line in zip(REGIONS, found.regions, strict=True)
        if line.points[at].value > 0
    ]
    if moved:
        lines.append(", ".join(moved))
    if (eye := found.weakness.points[at]).is_known:
        lines.append(t("person.point_eye", percent=t.number(eye.value)))
    lines.append(t("person.point_used", seconds=t.number(session.usable_s, 0)))
    return VisitLink(_page_of(session), tuple(lines))


def _rate(rate: Measure, t: Texts) -> str:
    if not (math.isfinite(rate.low) and math.isfinite(rate.high)):
        return t("person.point_rate", rate=t.number(rate.value))
    return t(
        "person.point_range",
        rate=t.number(rate.value),
        low=t.number(rate.low),
        high=t.number(rate.high),
    )


def _page_of(session: Session) -> str:
    return f"/people/{session.subject}/sessions/{session.number}"
