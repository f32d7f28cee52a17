"""A person over time: what the timeline tells, and a drawing whose points can be opened."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from spasm_video.course import Verdict
from spasm_video.measure.timeline import timeline
from spasm_video.report.look import HAIRLINE, INK, SOFT_INK
from spasm_video.report.timeline.page import alert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.course import Change
    from spasm_video.history import History, Session, Treatment
    from spasm_video.web.texts import Texts

_WIDTH, _HEIGHT = 1000, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 44, 40
_DAY = 90  # width of one
_STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Course:
    """
    The drawing as SVG, what is told of the change, and how many sessions are left out.

    ``alerts`` are word, day and sentence of what asks for a second look.
    """

    svg: str
    change: str
    alerts: tuple[tuple[str, str, str], ...]
    left_out: int


def course(history: History, t: Texts) -> Course:
    """The timeline of a person in the visitor's language; empty where no session has a rate."""
    found = timeline(history)
    known = [one for one in found.sessions if one.measure("spasms_per_min").is_known]
    if not known:
        return Course("", "", (), len(found.left_out))
    svg = _drawing(known, history.treatments, t)
    return Course(svg, _change(found.rate.from_first, t), alert_rows(found), len(found.left_out))


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


def _anchor(at: float) -> str:
    """Of a day under the drawing, so that none is cut off at an edge."""
    if at < _LEFT + _DAY / 2:
        return "start"
    return "end" if at > _WIDTH - _RIGHT - _DAY / 2 else "middle"


def _drawing(sessions: Sequence[Session], treatments: Sequence[Treatment], t: Texts) -> str:
    days = [one.date for one in sessions] + [one.date for one in treatments]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    if first == last:
        first, span = first - dt.timedelta(days=1), 2
    rates = [one.measure("spasms_per_min") for one in sessions]
    highest = max(rate.high if math.isfinite(rate.high) else rate.value for rate in rates)
    step = next((s for s in _STEPS if highest / s <= 5), 100)
    full = step * max(math.ceil(highest / step), 1)

    def x(day: dt.date) -> float:
        return _LEFT + (day - first).days / span * (_WIDTH - _LEFT - _RIGHT)

    def y(rate: float) -> float:
        return _HEIGHT - _BOTTOM - rate / full * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<path d="M{_LEFT} {y(tick):.1f}H{_WIDTH - _RIGHT}" stroke="{HAIRLINE}"/>'
        f'<text x="{_LEFT - 10}" y="{y(tick) + 4:.1f}" text-anchor="end" class="tick">{tick}</text>'
        for tick in range(0, full + 1, step)
    ]
    for given in treatments:
        said = t(f"word.{given.kind}") + (f" {given.product}" if given.product else "")
        parts.append(
            f'<path d="M{x(given.date):.1f} {_TOP - 14}V{_HEIGHT - _BOTTOM}" stroke="{SOFT_INK}" '
            f'stroke-dasharray="4 4"/><text x="{x(given.date):.1f}" y="{_TOP - 20}" '
            f'text-anchor="middle" class="tick">{escape(said)}</text>'
        )
    line = " ".join(
        f"{x(one.date):.1f},{y(rate.value):.1f}" for one, rate in zip(sessions, rates, strict=True)
    )
    parts.append(f'<polyline points="{line}" fill="none" stroke="{HAIRLINE}" stroke-width="2"/>')
    for one, rate in zip(sessions, rates, strict=True):
        at, said = x(one.date), t("person.point", date=one.date, rate=t.number(rate.value))
        if math.isfinite(rate.low) and math.isfinite(rate.high):
            parts.append(
                f'<path d="M{at:.1f} {y(rate.low):.1f}V{y(rate.high):.1f}" stroke="{INK}" '
                'stroke-width="2" opacity=".35"/>'
            )
        parts.append(
            f'<a href="/people/{escape(one.subject)}/sessions/{one.number}" '
            f'aria-label="{escape(said)}">'
            f'<circle cx="{at:.1f}" cy="{y(rate.value):.1f}" r="7" fill="{INK}">'
            f"<title>{escape(said)}</title></circle></a>"
        )
    parts += [
        f'<text x="{x(day):.1f}" y="{_HEIGHT - 14}" text-anchor="{_anchor(x(day))}" '
        f'class="tick">{day.isoformat()}</text>'
        for day in dict.fromkeys((sessions[0].date, sessions[-1].date))
    ]
    label = escape(t("person.course_label", count=len(sessions)))
    return (
        f'<svg class="course" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )
