"""A person's sessions over time as a drawing: rate with its interval, treatments, one method."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from spasm_video.history import Segment
from spasm_video.report.look import HAIRLINE, INK, SOFT_INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.history import History, Session, Treatment
    from spasm_video.web.texts import Texts

_WIDTH, _HEIGHT = 1000, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 44, 40
_STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Course:
    """The drawing as SVG, of how many sessions, and what was left out of it."""

    svg: str
    sessions: int
    other_methods: int


def course(history: History, t: Texts) -> Course:
    """
    Sessions at rest measured by the newest session's method, in order of time.

    Only one method makes a line; sessions of another are counted and left out.
    """
    rest = [one for one in history.sessions if one.segment is Segment.REST]
    newest = max(rest, key=lambda one: (one.date, one.number), default=None)
    alike = [one for one in rest if newest is not None and one.method == newest.method]
    known = [one for one in alike if one.measure("spasms_per_min").is_known]
    if not known:
        return Course("", 0, len(rest) - len(alike))
    svg = _drawing(known, history.treatments, t)
    return Course(svg, len(known), len(rest) - len(alike))


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
            f'<a href="/people/{escape(one.subject)}/sessions/{one.number}">'
            f'<circle cx="{at:.1f}" cy="{y(rate.value):.1f}" r="7" fill="{INK}">'
            f"<title>{escape(said)}</title></circle></a>"
        )
    ends = {sessions[0].date: "start", sessions[-1].date: "end"}
    for day, anchor in ends.items():
        parts.append(
            f'<text x="{x(day):.1f}" y="{_HEIGHT - 14}" text-anchor="'
            f'{"middle" if len(ends) == 1 else anchor}" class="tick">{day.isoformat()}</text>'
        )
    label = escape(t("person.course_label", count=len(sessions)))
    return (
        f'<svg class="course" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )
