"""
The chart of a timeline: rate and tonic share, regions by time, weakness, treatments across.

Drawn once, as a vector picture for the page and as timeline.png. Spasm and weakness never
share a line. What could not be assessed is a cross or a hatched field, never a zero.
"""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import REGIONS, Side
from spasm_video.history import TreatmentKind
from spasm_video.report.look import HAIRLINE, INK, SIDE_COLOUR, SIDE_TINT, SOFT_INK
from spasm_video.report.timeline.captions import ENGLISH, Captions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spasm_video.course import Line, Timeline

_SIZE_INCHES, _DPI = (9.6, 4.75), 170
_TITLE_INCHES = 0.42
_HEIGHTS = (2.3, 0.85, 1.4, 0.85)
_MARGINS = {"left": 0.125, "right": 0.992, "top": 0.955, "bottom": 0.06, "hspace": 0.17}
_PLAIN = "#3d4a57"  # where no side is known
_WEAK = "#6a4c93"
_HATCH: dict[str, Any] = {
    "facecolor": "#ffffff",
    "edgecolor": "#9aa5b0",
    "hatch": "//////",
    "linewidth": 0,
}
_ROOM = 0.03  # of the span, beside the first and the last visit
STYLE: Any = {  # matplotlib's own type names every key there is
    "font.family": "sans-serif",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "spasm_video",
    "hatch.linewidth": 0.6,
}


def timeline_svg(timeline: Timeline) -> str:
    """The chart as the inside of a page: it scales, and takes the page's letters."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to import)

    with mpl.rc_context(STYLE):
        svg = svg_of(draw(timeline))
    head = f'<svg class="course" role="img" aria-label="{_said(timeline)}" viewBox='
    return re.sub(r"<svg [^>]*viewBox=", head, svg, count=1, flags=re.DOTALL)


def svg_of(figure: Figure) -> str:
    """A figure as SVG without letters of its own, from its first tag on."""
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*;?", "", svg)
    return re.sub(r"font: ((?:italic )?)([\d.]+px) [^;\"]*", r"font-size: \2", svg)


def write_timeline_png(timeline: Timeline, path: Path) -> None:
    """The chart as a picture, with a title of its own."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to import)

    with mpl.rc_context(STYLE):
        figure = draw(timeline, title=True)
        figure.savefig(
            path, dpi=_DPI, facecolor="white", metadata={"Software": None}, bbox_inches="tight",
            pad_inches=0.22,
        )  # fmt: skip


def draw(timeline: Timeline, captions: Captions = ENGLISH, *, title: bool = False) -> Figure:
    """The four lanes, from the first: rate, tonic share, regions, weakness."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (slow to import)
    from matplotlib.figure import Figure  # noqa: PLC0415

    height = _SIZE_INCHES[1] + (_TITLE_INCHES if title else 0)
    figure = Figure(figsize=(_SIZE_INCHES[0], height))
    FigureCanvasAgg(figure)
    margins = dict(_MARGINS)
    if title:
        margins["top"] = 0.87
        figure.text(0.0, 0.985, f"{timeline.subject}: facial spasm over time", fontsize=13,
                    color=INK, weight="bold", parse_math=False)  # fmt: skip
        figure.text(0.0, 0.948, _key(timeline), fontsize=8.5, color=SOFT_INK)
    rate, tonic, regions, weak = figure.subplots(
        4, 1, sharex=True, gridspec_kw={"height_ratios": _HEIGHTS, **margins}
    )
    colour = SIDE_COLOUR[timeline.side] if timeline.side else _PLAIN
    _draw_line(rate, timeline.rate, colour, captions, captions.rate)
    _draw_smallest(rate, timeline.rate)
    for course in timeline.toxin:
        if course.curve:
            days, values = zip(*course.curve, strict=True)
            rate.plot(days, values, color=colour, linewidth=6, alpha=0.16, zorder=2,
                      solid_capstyle="round")  # fmt: skip
    _draw_line(tonic, timeline.tonic, colour, captions, captions.tonic, percent=True)
    _draw_regions(regions, timeline, captions)
    _draw_weakness(weak, timeline, captions)
    _draw_treatments((rate, tonic, regions, weak), timeline, captions)
    _draw_days(weak, timeline, captions)
    return figure


def _draw_line(  # noqa: PLR0913 (what, and how it looks)
    axes: Axes, line: Line, colour: str, captions: Captions, name: str, *, percent: bool = False
) -> None:
    unit = 100 if percent else 1
    known = line.known
    _bare(axes, name)
    if known:
        days = [p.day for p in known]
        values = np.array([unit * p.value for p in known])
        ends = unit * np.array([[p.low, p.high] for p in known])
        top = max(1.0, 1.18 * float(np.nanmax(values)), 1.02 * _usual_high(ends, values))
        axes.set_ylim(0, top)
        axes.plot([p.day for p in line.points], [unit * p.value for p in line.points],
                  color=colour, linewidth=1.3, alpha=0.75, zorder=3)  # fmt: skip
        axes.vlines(days, ends[:, 0], np.minimum(ends[:, 1], 2 * top), color=colour,
                    linewidth=1.6, alpha=0.45, zorder=3)  # fmt: skip
        axes.plot(days, values, "o", color=colour, markersize=4.6, markeredgecolor="white",
                  markeredgewidth=0.8, zorder=4, clip_on=False)  # fmt: skip
    else:
        axes.set_ylim(0, 1)
        _nothing(axes, captions)
    _draw_unknown(axes, line)
    axes.yaxis.set_major_locator(_locator(4))
    unit_said = " %" if percent else ""
    axes.yaxis.set_major_formatter(lambda value, _: f"{captions.number(value)}{unit_said}")


def _draw_smallest(axes: Axes, line: Line) -> None:
    """Around the first visit: what two sessions may differ by without anything having changed."""
    if not line.known or not math.isfinite(line.smallest_change):
        return
    first = line.known[0]
    low = max(first.value - line.smallest_change, 0)
    axes.axhspan(low, first.value + line.smallest_change, color="#eef1f4", zorder=0, linewidth=0)


def _draw_regions(axes: Axes, timeline: Timeline, captions: Captions) -> None:
    """A row a region, a cell a visit; the shade is the rate, a dot that it takes part."""
    from matplotlib.collections import PatchCollection  # noqa: PLC0415 (slow to import)
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    _bare(axes, "")
    axes.set_ylim(len(REGIONS) - 0.5, -0.5)
    axes.set_yticks(range(len(REGIONS)), [captions.regions[region] for region in REGIONS])
    axes.tick_params(axis="y", labelsize=9, labelcolor=INK)
    axes.grid(visible=False)
    known = [p.value for line in timeline.regions for p in line.known]
    full = max(max(known, default=0.0), 1.0)
    shade = _shades(timeline.side)
    cells: list[Rectangle] = []
    hatched: list[Rectangle] = []
    shades: list[Any] = []
    dots: dict[str, list[tuple[float, int]]] = {"white": [], INK: []}
    edges = visit_edges(timeline)
    for row, (line, spread) in enumerate(zip(timeline.regions, timeline.spread, strict=True)):
        for (left, right), point, state in zip(edges, line.points, spread.states, strict=True):
            cell = Rectangle((left, row - 0.42), right - left, 0.84)
            if point.is_known:
                cells.append(cell)
                shades.append(shade(math.sqrt(max(point.value, 0.0) / full)))
            else:
                hatched.append(cell)
            if state:
                colour = "white" if point.value > 0.4 * full else INK
                dots[colour].append(((left + right) / 2, row))
    # All at once: a hundred visits would take seconds one by one.
    axes.add_collection(PatchCollection(cells, facecolors=shades, linewidths=0, zorder=1))
    axes.add_collection(PatchCollection(hatched, zorder=1, **_HATCH))
    for colour, places in dots.items():
        axes.plot(*np.array(places).reshape(-1, 2).T, "o", markersize=3, color=colour, zorder=3)


def _draw_weakness(axes: Axes, timeline: Timeline, captions: Captions) -> None:
    line = timeline.weakness
    _bare(axes, captions.weakness)
    known = line.known
    reach = max([15.0, *(1.25 * abs(point.value) for point in known)])
    axes.set_ylim(-reach, reach)
    axes.axhline(0, color=SOFT_INK, linewidth=0.7, zorder=1)
    if known:
        axes.plot([p.day for p in line.points], [p.value for p in line.points], "s-", color=_WEAK,
                  linewidth=1.2, markersize=3.8, markeredgecolor="white", markeredgewidth=0.7,
                  zorder=3)  # fmt: skip
    else:
        _nothing(axes, captions)
    _draw_unknown(axes, line)
    axes.yaxis.set_major_locator(_locator(4))
    axes.yaxis.set_major_formatter(
        lambda value, _: f"{'+' if value > 0 else ''}{captions.number(value)} %"
    )


def _draw_unknown(axes: Axes, line: Line) -> None:
    """Visits without a number: a cross at the foot."""
    days = [point.day for point in line.points if not point.is_known]
    if days:
        low, high = axes.get_ylim()
        axes.plot(days, [low + 0.08 * (high - low)] * len(days), "x", color=SOFT_INK,
                  markersize=5, markeredgewidth=1.1, zorder=4)  # fmt: skip


def _draw_treatments(all_axes: Sequence[Axes], timeline: Timeline, captions: Captions) -> None:
    """A line across all lanes, with its name above; drugs as a bar for as long as they last."""
    if not timeline.sessions:
        return
    origin = timeline.sessions[0].date
    span = max((timeline.sessions[-1].date - origin).days, 30)
    low, high = -_ROOM * span, (1 + _ROOM) * span
    top, last = all_axes[0], -math.inf
    for treatment in timeline.treatments:
        day = (treatment.date - origin).days
        if not low <= day <= high:
            continue
        is_drug = treatment.kind is TreatmentKind.DRUG
        for axes in all_axes:
            axes.axvline(day, color=INK, linewidth=0.8, alpha=0.4 if is_drug else 0.8,
                         linestyle=(0, (1, 2)) if is_drug else "-", zorder=2)  # fmt: skip
        name = " ".join(
            part for part in (captions.treatments[treatment.kind], treatment.product[:14]) if part
        )
        crowded = day - last < 0.11 * span
        top.annotate(
            name, (day, 1), (0, 12 if crowded else 3), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center" if day > low + 0.06 * span else "left",
            va="bottom", fontsize=8.5, color=INK, parse_math=False,
        )  # fmt: skip
        last = -math.inf if crowded else day
    all_axes[-1].set_xlim(low, high)


def _draw_days(axes: Axes, timeline: Timeline, captions: Captions) -> None:
    """Months below the last lane."""
    import datetime as dt  # noqa: PLC0415 (with its only user)

    axes.tick_params(labelbottom=True)
    if not timeline.sessions:
        axes.set_xticks([])
        return
    origin = timeline.sessions[0].date
    low, high = axes.get_xlim()
    months = max((high - low) / 30.44, 1)
    step = next((s for s in (1, 2, 3, 6, 12, 24) if months / s <= 12), 48)
    at = dt.date(origin.year - 1, 1, 1)
    ticks, names, year = [], [], None
    while (at - origin).days <= high:
        if (at - origin).days >= low:
            ticks.append((at - origin).days)
            month_said = captions.months[at.month - 1]
            names.append(month_said if at.year == year else f"{month_said} {at.year}")
            year = at.year
        month = at.month - 1 + step
        at = dt.date(at.year + month // 12, month % 12 + 1, 1)
    axes.set_xticks(ticks, names)


def visit_edges(timeline: Timeline) -> list[tuple[float, float]]:
    """
    A span of days around each visit, from the first visit on.

    Half way to the neighbours, but never wider than a month.
    """
    days = [float((one.date - timeline.sessions[0].date).days) for one in timeline.sessions]
    unique = sorted(set(days))
    widest = max(10.0, 0.022 * (unique[-1] - unique[0])) if unique else 0.0
    cells = {}
    for at, day in enumerate(unique):
        before = (day - unique[at - 1]) / 2 if at else widest
        after = (unique[at + 1] - day) / 2 if at + 1 < len(unique) else widest
        cells[day] = (day - 0.94 * min(before, widest), day + 0.94 * min(after, widest))
    return [cells[day] for day in days]


def _shades(side: Side | None) -> Any:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 (slow to import)

    colours = ["#f1f3f5", SIDE_TINT[side], SIDE_COLOUR[side]] if side else ["#f1f3f5", _PLAIN]
    return LinearSegmentedColormap.from_list("rate", colours)


def _usual_high(ends: Any, values: Any) -> float:
    """One very wide interval does not flatten all the others."""
    highs = ends[:, 1][np.isfinite(ends[:, 1])]
    return min(float(highs.max()), 1.7 * float(values.max())) if len(highs) else 0.0


def _locator(most: int) -> Any:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 (slow to import)

    return MaxNLocator(most, steps=[1, 2, 5, 10])


def _nothing(axes: Axes, captions: Captions) -> None:
    axes.text(0.5, 0.5, captions.unknown, transform=axes.transAxes, ha="center", va="center",
              color=SOFT_INK, style="italic")  # fmt: skip


def _bare(axes: Axes, name: str) -> None:
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=SOFT_INK, labelbottom=False)
    axes.grid(visible=True, axis="y", color=HAIRLINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.text(-0.144, 1.0, name, transform=axes.transAxes, fontsize=9, color=INK, va="top",
              linespacing=1.25)  # fmt: skip


def _key(timeline: Timeline) -> str:
    """What the picture shows, for where it stands alone."""
    side = f"patient’s {timeline.side} side, " if timeline.side else ""
    return (
        f"{side}{timeline.segment}; points with 95 % intervals; grey: may differ without a change; "
        "dot: region takes part; cross, hatched: not assessable"
    ).capitalize()


def _said(timeline: Timeline) -> str:
    known = timeline.rate.known
    if not known:
        return "No session has a rate of spasms"
    return (
        f"Spasms a minute from {known[0].value:.1f} on {known[0].date} to {known[-1].value:.1f} "
        f"on {known[-1].date}; the table has every visit"
    )
