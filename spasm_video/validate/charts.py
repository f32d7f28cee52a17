"""Figures of the page as SVG: what is found at which size, agreement of sizes, one clip's event."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.look import HAIRLINE, INK, SIDE_COLOUR, SIDE_TINT, SOFT_INK
from spasm_video.validate.agreement import amplitude_pairs
from spasm_video.validate.intervals import spread_ends
from spasm_video.validate.sensitivity import DURATIONS_MS, SIZES_MM, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spasm_video.records import Measurement
    from spasm_video.validate.comparison import Comparison
    from spasm_video.validate.sensitivity import Cell
    from spasm_video.validate.spasms import Spasm
    from spasm_video.validate.tables import Row

# White to deep green-blue: in grey print still from light to dark, and no colour of a side.
_SHADES = ("#f4f7f6", "#cfe3dc", "#93c4b4", "#4b9c8b", "#1d6f66", "#0c4641")
_DARK_FROM = 0.62  # white letters from here
_TRUE, _FOUND = "#1d6f66", "#16212c"
_REACH_S = 1.5  # of a close-up, to both sides of the spasm
_LANE_LEAST_MM = 1.0


def size_duration_map(cells: Sequence[Cell], fps: float, least_face_px: float) -> str:
    """Recall by size and duration, a panel a region; empty where the map was not measured."""
    shown = [c for c in cells if c.fps == fps and c.face_px >= least_face_px]
    labels = list(dict.fromkeys(c.region for c in shown))
    ordered = [r for r in (*map(str, REGIONS), *labels) if r in labels]
    panels = list(dict.fromkeys(ordered))
    if not panels:
        return ""
    figure = _figure(10.4, 2.55 * math.ceil(len(panels) / 3) + 0.25)
    axes = figure.subplots(math.ceil(len(panels) / 3), 3, squeeze=False, sharex=True, sharey=True)
    for at, one in enumerate(axes.flat):
        if at >= len(panels):
            one.set_visible(False)
            continue
        grid = [
            [
                together(
                    c for c in shown
                    if (c.region, c.size_mm, c.duration_ms) == (panels[at], size, lasts)
                ).value
                for size in SIZES_MM
            ]
            for lasts in DURATIONS_MS
        ]  # fmt: skip
        _heat(one, np.array(grid), 1.0, lambda v: f"{100 * v:.0f}")
        one.set_title(_title(panels[at]), fontsize=10, color=INK, loc="left", pad=5)
        one.set_xticks(range(len(SIZES_MM)), [f"{s:g}" for s in SIZES_MM])
        one.set_yticks(range(len(DURATIONS_MS)), [_lasts(d) for d in DURATIONS_MS])
        if at % 3 == 0:
            one.set_ylabel("duration", fontsize=8.5, color=SOFT_INK)
        if at >= len(panels) - 3:
            one.set_xlabel("size, mm", fontsize=8.5, color=SOFT_INK)
            one.tick_params(labelbottom=True)
    figure.tight_layout(h_pad=1.4, w_pad=1.6)
    return _svg(figure, "Share of spasms found, by size and duration, for each region")


def half_found_map(rows: Sequence[Row]) -> str:
    """The size of which half are found, by frame rate and face, a panel a region."""
    shown = [row for row in rows if row.set_name == "half"]
    names = list(dict.fromkeys(row.condition for row in shown))
    if not names:
        return ""
    rates = sorted({row.fps for row in shown})
    faces = sorted({row.face_px for row in shown})
    value = {(r.condition, r.fps, r.face_px): r.figure.estimate.value for r in shown}
    figure = _figure(10.4, 0.75 + 0.34 * len(rates))
    axes = figure.subplots(1, len(names), squeeze=False, sharey=True)[0]
    for at, (one, name) in enumerate(zip(axes, names, strict=True)):
        grid = np.array([[value.get((name, f, px), math.nan) for px in faces] for f in rates])
        # A small size is a good one: dark, as in the other map.
        good = 1 - np.clip(np.log(np.clip(grid, 0.25, 4.0) / 0.25) / math.log(16), 0, 1)
        _heat(one, good, 1.0, lambda _: "", told=grid)
        one.set_title(_title(name), fontsize=9, color=INK, loc="left", pad=5)
        one.set_xticks(range(len(faces)), [f"{px:g}" for px in faces])
        one.set_yticks(range(len(rates)), [f"{f:g}" for f in rates])
        if at == 0:
            one.set_ylabel("frames/s", fontsize=8.5, color=SOFT_INK)
        one.set_xlabel("face, px", fontsize=8.5, color=SOFT_INK)
    figure.tight_layout(w_pad=0.8)
    return _svg(figure, "Size of which half of the spasms are found, by frame rate and face")


def bland_altman(clips: Sequence[Comparison]) -> str:
    """Found minus true size against their mean; empty of fewer than two pairs."""
    pairs = amplitude_pairs(clips)
    if len(pairs) < 2:
        return ""
    true, found = np.array(pairs).T
    middle, error = (true + found) / 2, found - true
    low, high = spread_ends(list(error))
    figure = _figure(6.4, 3.5)
    axes = figure.subplots()
    _bare(axes)
    axes.scatter(middle, error, s=9, color=_TRUE, alpha=0.35, linewidths=0, zorder=3)
    bias = float(error.mean())
    reach = float(np.abs([*np.quantile(error, [0.01, 0.99]), low, high]).max()) * 1.25
    axes.set_ylim(-reach, reach)
    axes.set_xlim(0, float(middle.max()) * 1.22)
    axes.axhline(0, color=SOFT_INK, linewidth=0.7, zorder=1)
    for level, name, dashes in ((bias, "bias", ()), (low, "95 % above", (4, 3)),
                                (high, "95 % below", (4, 3))):  # fmt: skip
        style: Any = (0, dashes) if dashes else "solid"
        axes.axhline(level, color=INK, linewidth=1.0, linestyle=style, zorder=2)
        axes.annotate(
            f"{name}\n{level:+.2f} mm".replace("-", "−"), (0.995, level),
            xycoords=("axes fraction", "data"), xytext=(0, 2.5),
            textcoords="offset points", ha="right", va="bottom", fontsize=8, color=INK,
            linespacing=1.05,
        )  # fmt: skip
    axes.set_xlabel("mean of found and true, mm", fontsize=9, color=SOFT_INK)
    axes.set_ylabel("found − true, mm", fontsize=9, color=SOFT_INK)
    figure.tight_layout()
    return _svg(figure, f"Found minus true size of {len(pairs)} spasms against their mean")


def closeup(measurement: Measurement, clip: Comparison, spasm: Spasm) -> str:
    """The signals around a spasm, the true spasms drawn as bars above and the found below."""
    start_s, end_s = spasm.onset_s - _REACH_S, spasm.offset_s + _REACH_S
    figure = _figure(5.0, 3.0)
    marks, *lanes = figure.subplots(
        1 + len(REGIONS), 1, sharex=True,
        gridspec_kw={"height_ratios": [0.8, *(1 for _ in REGIONS)], "hspace": 0.1,
                     "left": 0.13, "right": 0.97, "top": 0.99, "bottom": 0.1},
    )  # fmt: skip
    _bare(marks)
    marks.set_ylim(0, 2)
    marks.set_yticks([1.5, 0.5], ["true", "found"], fontsize=8, color=INK)
    for y, spasms in ((1.12, clip.true), (0.12, clip.found)):
        for one in spasms:
            marks.broken_barh(
                [(one.onset_s, max(one.duration_s, 0.02))], (y, 0.72),
                facecolor=SIDE_COLOUR[one.side],
            )  # fmt: skip
    for region, axes in zip(REGIONS, lanes, strict=True):
        _lane(axes, measurement, region, (start_s, end_s))
        for one in clip.true:
            if region in one.regions:
                axes.axvspan(one.onset_s, one.offset_s, color=SIDE_TINT[one.side], zorder=0)
    lanes[-1].set_xlim(start_s, end_s)
    lanes[-1].tick_params(labelbottom=True)
    return _svg(figure, "Signals around the spasm, with true and found spasms")


def _lane(
    axes: Axes, measurement: Measurement, region: Region, span_s: tuple[float, float]
) -> None:
    signals = measurement.signals
    inside = (signals.time_s >= span_s[0]) & (signals.time_s <= span_s[1])
    curves = {side: signals.of(region, side)[inside] for side in SIDES}
    limit = signals.limit(region)
    sizes = [np.nanmax(np.abs(c)) for c in curves.values() if np.isfinite(c).any()]
    reach = 1.15 * max([_LANE_LEAST_MM, 0.0 if math.isnan(limit) else limit, *sizes])
    _bare(axes)
    axes.set_ylim(-reach, reach)
    axes.axhline(0, color=HAIRLINE, linewidth=0.8, zorder=1)
    axes.set_ylabel(region.capitalize(), rotation=0, ha="left", va="center", fontsize=8, color=INK)
    axes.yaxis.set_label_coords(-0.14, 0.5)
    axes.set_yticks([])
    axes.text(
        0.998, 0.9, f"±{reach:.1f} mm", transform=axes.transAxes, ha="right", va="top",
        fontsize=6.5, color=SOFT_INK,
    )  # fmt: skip
    for side, curve in curves.items():
        up = 1.0 if side is Side.LEFT else -1.0
        axes.plot(signals.time_s[inside], up * curve, color=SIDE_COLOUR[side], linewidth=0.9)
        if math.isfinite(limit):
            axes.axhline(up * limit, color=SOFT_INK, linewidth=0.6, linestyle=(0, (2, 3)))


def _heat(axes: Axes, shade: Any, most: float, words: Any, told: Any = None) -> None:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 (slow to import)

    colours = LinearSegmentedColormap.from_list("found", _SHADES)
    axes.imshow(np.ma.masked_invalid(shade), cmap=colours, vmin=0, vmax=most, aspect="auto")
    axes.set_facecolor("#ffffff")
    for (i, j), value in np.ndenumerate(shade):
        text = words(value) if told is None else _mm_words(float(told[i, j]))
        if math.isfinite(value) or told is not None:
            colour = "white" if value >= _DARK_FROM * most else INK
            axes.text(j, i, text, ha="center", va="center", fontsize=8.5, color=colour)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(shade.shape[1] + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(shade.shape[0] + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0, labelsize=8.5, labelcolor=SOFT_INK)


def _mm_words(mm: float) -> str:
    if math.isnan(mm):
        return ""
    if math.isinf(mm):
        return f"> {max(SIZES_MM):g}"
    return f"≤{mm:.2f}" if mm <= min(SIZES_MM) * 1.05 else f"{mm:.2f}"


def _title(label: str) -> str:
    return "Three together" if "+" in label else label.capitalize()


def _lasts(ms: float) -> str:
    return f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"


def _figure(width_in: float, height_in: float) -> Figure:
    from matplotlib.figure import Figure as Drawn  # noqa: PLC0415 (slow to import)

    return Drawn(figsize=(width_in, height_in), facecolor="none")


def _bare(axes: Axes) -> None:
    axes.spines[:].set_visible(False)
    axes.set_facecolor("none")
    axes.tick_params(length=0, labelsize=8, labelcolor=SOFT_INK)
    axes.grid(visible=True, axis="x", color=HAIRLINE, linewidth=0.5)
    axes.set_axisbelow(True)


def _svg(figure: Figure, said: str) -> str:
    """The figure inside the page; the same figure gives the same bytes."""
    import matplotlib as mpl  # noqa: PLC0415 (slow to import)
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415

    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": said, "svg.fonttype": "path"}):
        FigureCanvasSVG(figure).print_figure(
            out, format="svg", metadata={"Date": None, "Creator": None}
        )
    text = out.getvalue()
    drawn = text[text.index("<svg") :]
    return drawn.replace("<svg", f'<svg class="chart" role="img" aria-label="{said}"', 1)
