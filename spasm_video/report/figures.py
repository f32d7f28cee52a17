"""overview.png: the whole recording at a glance, five regions with their events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.curves import min_max
from spasm_video.report.look import BLINK_GREY, HAIRLINE, INK, SIDE_COLOUR, SIDE_TINT, SOFT_INK
from spasm_video.report.scales import lane_mm
from spasm_video.report.spans import hidden_spans, unusable_spans
from spasm_video.report.words import interval, length, number

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spasm_video.records import Measurement

_COLUMNS = 1000  # two points each: finer than the picture's 1,650 pixels
_SIZE_INCHES, _DPI = (15.0, 8.6), 110
_MARGINS = {"left": 0.075, "right": 0.985, "top": 0.855, "bottom": 0.065, "hspace": 0.08}


def write_overview(measurement: Measurement, path: Path) -> None:
    """Draw the signals with their events into a PNG; left rises, right falls."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (slow to import)
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    marks, *lanes = figure.subplots(
        1 + len(REGIONS), 1, sharex=True,
        gridspec_kw={"height_ratios": [0.34, *(1 for _ in REGIONS)], **_MARGINS},
    )  # fmt: skip
    span_s = measurement.begin_s, measurement.begin_s + max(measurement.summary.duration_s, 1.0)
    _draw_marks(marks, measurement)
    for region, axes in zip(REGIONS, lanes, strict=True):
        _draw_lane(axes, measurement, region, span_s)
    lanes[-1].set_xlim(*span_s)
    lanes[-1].set_xlabel("seconds", fontsize=10, color=SOFT_INK)
    lanes[-1].tick_params(labelbottom=True)
    _draw_title(figure, measurement)
    # No software version in the file: the same measurement gives the same bytes.
    canvas.print_figure(path, metadata={"Software": None})


def _draw_lane(
    axes: Axes, measurement: Measurement, region: Region, span_s: tuple[float, float]
) -> None:
    full_mm = lane_mm(measurement, region)
    reach = 1.0 if math.isnan(full_mm) else full_mm
    _bare(axes)
    axes.set_ylim(-reach, reach)
    axes.set_ylabel(region.capitalize(), rotation=0, ha="left", va="center", fontsize=12, color=INK)
    axes.yaxis.set_label_coords(-0.075, 0.5)
    axes.axhline(0, color=HAIRLINE, linewidth=0.8, zorder=1)
    _hatch(axes, measurement, region, reach)
    if math.isnan(full_mm):
        axes.text(0.5 * sum(span_s), 0, "not measured", ha="center", va="center", color=SOFT_INK)
        axes.set_yticks([])
        return
    limit = measurement.signals.limit(region)
    for side in SIDES:
        up = 1.0 if side is Side.LEFT else -1.0
        spans = [
            (e.onset_s, e.duration_s)
            for e in measurement.events
            if e.side is side and region in e.regions
        ]
        _bars(axes, spans, (0, up * reach), facecolor=SIDE_TINT[side], zorder=2)
        times, mm = min_max(
            measurement.signals.time_s, measurement.signals.of(region, side), _COLUMNS, span_s
        )
        axes.plot(times, up * mm, color=SIDE_COLOUR[side], linewidth=0.9, zorder=4)
        if math.isfinite(limit):
            axes.axhline(up * limit, color=SOFT_INK, linewidth=0.7, linestyle=(0, (2, 3)), zorder=3)
    tick = float(f"{0.7 * full_mm:.1g}")
    axes.set_yticks([-tick, 0, tick], [f"{tick:g}", "0", f"{tick:g} mm"], fontsize=9)


def _draw_marks(axes: Axes, measurement: Measurement) -> None:
    """Events as bars and blinks as ticks, above the lanes."""
    _bare(axes)
    axes.set_ylim(0, 2)
    for side in SIDES:
        spans = [
            (e.onset_s, max(e.duration_s, 0.001 * measurement.summary.duration_s))
            for e in measurement.events
            if e.side is side
        ]
        _bars(axes, spans, (1.15, 0.7), facecolor=SIDE_COLOUR[side])
    peaks_s = [blink.peak_s for blink in measurement.blinks]
    axes.vlines(peaks_s, 0.15, 0.8, color=BLINK_GREY, linewidth=1.1)
    axes.set_yticks([0.48, 1.5], ["blinks", "spasms"], fontsize=10, color=INK)


def _hatch(axes: Axes, measurement: Measurement, region: Region, reach: float) -> None:
    quality, resolution_s = measurement.quality, 2 * measurement.summary.duration_s / _COLUMNS
    lost = [(span.start_s, span.end_s) for span in unusable_spans(quality, resolution_s)]
    lost += hidden_spans(quality, region, resolution_s)
    spans = [(start_s, end_s - start_s) for start_s, end_s in lost]
    _bars(
        axes, spans, (-reach, 2 * reach), facecolor="#f1f3f5", hatch="////", edgecolor="#c4ccd3",
        linewidth=0, zorder=1,
    )  # fmt: skip


def _bars(
    axes: Axes, spans: list[tuple[float, float]], y: tuple[float, float], **look: Any
) -> None:
    if spans:  # matplotlib takes its time over none, too
        axes.broken_barh(spans, y, **look)


def _draw_title(figure: Figure, measurement: Measurement) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 (slow to import)
    from matplotlib.patches import Patch  # noqa: PLC0415

    summary = measurement.summary
    rate = summary.spasms_per_min
    told = (
        f"Affected side: {summary.affected_side}   ·   spasms: {summary.events}, "
        f"{number(rate.value)} a minute (95 % interval {interval(rate)})   ·   "
        f"measured: {length(summary.usable_s)} of {length(summary.duration_s)}"
    )
    name = _drawable(measurement.provenance.video.file_name)
    figure.text(0.012, 0.957, name, fontsize=14, color=INK, weight="bold", parse_math=False)
    figure.text(0.012, 0.923, told.replace("\N{NO-BREAK SPACE}", " "), fontsize=11, color=INK)
    left, right = (SIDE_COLOUR[side] for side in SIDES)
    keys = (
        Line2D([], [], color=left, label="patient’s left, upwards"),
        Line2D([], [], color=right, label="patient’s right, downwards"),
        Line2D([], [], color=SOFT_INK, linestyle=(0, (2, 3)), label="detection limit"),
        Patch(facecolor="#f1f3f5", hatch="////", edgecolor="#c4ccd3", label="not usable"),
    )
    figure.legend(
        handles=keys, loc="upper left", bbox_to_anchor=(0.004, 0.915), ncols=len(keys),
        frameon=False, fontsize=10, labelcolor=INK,
    )  # fmt: skip


def _drawable(name: str) -> str:
    """A file name in letters the figure's font is sure to have, never too long for its line."""
    shown = "".join(
        letter if letter.isprintable() and letter < "\u0250" else "?" for letter in name
    )
    return shown if len(shown) <= 80 else f"{shown[:50]}…{shown[-26:]}"


def _bare(axes: Axes) -> None:
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=SOFT_INK, labelbottom=False)
    axes.grid(visible=True, axis="x", color=HAIRLINE, linewidth=0.5)
    axes.set_axisbelow(True)
