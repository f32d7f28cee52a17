"""
The chart of a timeline to explore: each visit a link that shows its numbers.

The chart is that of the printed page. Without a script, and without inline style, which no
page of a server may have; pointer, keyboard and screen reader all reach each visit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from threading import Lock
from typing import TYPE_CHECKING

from spasm_video.report.timeline.captions import ENGLISH, Captions
from spasm_video.report.timeline.figure import STYLE, draw, svg_of, visit_edges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

    from spasm_video.course import Timeline

_PT_PER_INCH = 72  # a unit of matplotlib's SVG
_LINE, _LETTER, _PAD = 13.0, 4.6, 8.0  # of a card: height of a line, width of a letter, margin
_NARROWEST = 9.0  # a visit can be hit by a finger
_drawing = Lock()  # matplotlib's settings are those of the whole process


@dataclass(frozen=True, slots=True)
class VisitLink:
    """Where a visit is opened, and the lines of its card; the first is its name."""

    href: str
    lines: tuple[str, ...]


def timeline_chart(
    timeline: Timeline, visits: Sequence[VisitLink], label: str, captions: Captions = ENGLISH
) -> str:
    """The chart as SVG for a page; ``visits`` are those of the timeline's sessions, in order."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to import)

    with _drawing, mpl.rc_context(STYLE):
        figure = draw(timeline, captions)
        svg = svg_of(figure)
        columns = _columns(figure, timeline)
    head = (
        f'<svg class="course" role="group" aria-label="{escape(label)}" '
        'stroke-linejoin="round" stroke-linecap="butt" viewBox='
    )
    svg = re.sub(r"<svg [^>]*viewBox=", head, svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'style="([^"]*)"', _as_attributes, svg)
    links = (
        line
        for visit, column in zip(visits, columns, strict=True)
        for line in _link(visit, column, _size(figure))
    )
    return f"{svg[: svg.rindex('</svg>')]}{''.join(links)}</svg>"


def _as_attributes(style: re.Match[str]) -> str:
    """A drawing's style as attributes of its own, which need no permission."""
    rules = (rule.partition(":") for rule in style[1].split(";") if ":" in rule)
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, _, value in rules)


def _size(figure: Figure) -> tuple[float, float]:
    width, height = figure.get_size_inches() * _PT_PER_INCH
    return float(width), float(height)


def _columns(figure: Figure, timeline: Timeline) -> list[tuple[float, float]]:
    """From where to where each visit reaches, across, in units of the SVG."""
    to_px, per_px = figure.axes[0].transData, _PT_PER_INCH / figure.dpi
    found = []
    for edges in visit_edges(timeline):
        left, right = (float(to_px.transform((day, 0))[0]) * per_px for day in edges)
        widened = max(_NARROWEST - (right - left), 0) / 2
        found.append((left - widened, right + widened))
    return found


def _link(
    visit: VisitLink, column: tuple[float, float], size: tuple[float, float]
) -> Iterator[str]:
    (left, right), (width, height) = column, size
    wide = max(map(len, visit.lines)) * _LETTER + 2 * _PAD
    high = len(visit.lines) * _LINE + _PAD
    x = right + 3 if right + 3 + wide <= width else max(left - 3 - wide, 0)
    said = escape(", ".join(visit.lines))
    yield (
        f'<a class="visit" href="{escape(visit.href)}" aria-label="{said}">'
        f'<rect class="column" x="{left:.1f}" y="16" width="{right - left:.1f}" '
        f'height="{height - 40:.1f}" rx="3"/><g class="card" aria-hidden="true">'
        f'<rect x="{x:.1f}" y="20" width="{wide:.1f}" height="{high:.1f}" rx="4"/>'
    )
    for at, line in enumerate(visit.lines, start=1):
        weight = ' font-weight="600"' if at == 1 else ""
        yield f'<text x="{x + _PAD:.1f}" y="{20 + at * _LINE:.1f}"{weight}>{escape(line)}</text>'
    yield "</g></a>"
