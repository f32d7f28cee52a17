"""Small drawings of the page as SVG: how usable the time was, a rate with its interval."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from spasm_video.records import QualityFlag
from spasm_video.report.look import BLINK_GREY, FLAG_WORDS, HAIRLINE, INK, SIDE_COLOUR
from spasm_video.report.spans import unusable_spans
from spasm_video.report.words import clock, interval, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.anatomy import Side
    from spasm_video.records import Estimate, Measurement

# Greys and dull hues: quality never competes with the colours of the sides.
FLAG_COLOUR: Mapping[QualityFlag | None, str] = {
    QualityFlag.NO_FACE: "#39434d",
    QualityFlag.TURNED: "#8d7a9e",
    QualityFlag.TOO_SMALL: "#a0895a",
    QualityFlag.BLURRED: "#8b97a3",
    QualityFlag.DARK: "#5c5470",
    QualityFlag.OCCLUDED: "#9a6a6a",
    QualityFlag.CUT: "#1f272e",
    QualityFlag.SETTLING: "#c3ccd4",
    None: "#b3bcc5",
}
_USABLE = "#cfe2d8"
NORMAL_BLINKS_PER_MIN = (8.0, 21.0)  # 95 % of healthy adults, silent, gaze ahead: Doughty 2001
_BAR_WIDTH = 1000


def flag_words(flag: QualityFlag | None) -> str:
    """Why time was lost."""
    return FLAG_WORDS[flag] if flag else "not measurable"


def usable_bar(measurement: Measurement) -> str:
    """The recording from left to right: usable, or lost and why."""
    duration_s = max(measurement.summary.duration_s, 1e-3)
    unit, begin_s = _BAR_WIDTH / duration_s, measurement.begin_s
    spans = unusable_spans(measurement.quality, 2 / unit)
    share = 100 * measurement.summary.usable_s / duration_s
    ground = _USABLE if share > 0 else FLAG_COLOUR[None]
    lost = "".join(
        f'<rect x="{(span.start_s - begin_s) * unit:.1f}" '
        f'width="{_width(span.start_s, span.end_s, unit)}" '
        f'height="14" fill="{FLAG_COLOUR.get(span.flag, FLAG_COLOUR[None])}">'
        f"<title>{escape(_said(span.start_s, span.end_s, span.flag))}</title></rect>"
        for span in spans
    )
    return (
        f'<svg class="usable" viewBox="0 0 {_BAR_WIDTH} 14" preserveAspectRatio="none" role="img" '
        f'aria-label="{share:.0f} per cent of the recording could be measured">'
        f'<rect width="{_BAR_WIDTH}" height="14" fill="{ground}"/>{lost}</svg>'
    )


def whisker(rate: Estimate, full: float, side: Side) -> str:
    """A dot with its 95 % interval on a scale from 0 to ``full``; empty where unknown."""
    if not math.isfinite(rate.value):
        return ""
    unit = 108 / max(full, 1e-9)
    low, high = rate.low * unit + 4, min(rate.high, full) * unit + 4
    colour = SIDE_COLOUR[side]
    return (
        '<svg class="whisker" viewBox="0 0 116 14" role="img" '
        f'aria-label="{number(rate.value)} a minute, 95 % interval {interval(rate)}">'
        f'<path d="M4 7H112" stroke="{HAIRLINE}"/>'
        f'<path d="M{low:.1f} 7H{high:.1f}" stroke="{colour}" stroke-width="2" opacity=".55"/>'
        f'<circle cx="{rate.value * unit + 4:.1f}" cy="7" r="3.6" fill="{colour}"/></svg>'
    )


def blink_range(rate: Estimate) -> str:
    """The blink rate beside the range of healthy adults: context, not a verdict."""
    low, high = NORMAL_BLINKS_PER_MIN
    full = max(40.0, 10 * math.ceil(rate.value * 0.11)) if math.isfinite(rate.value) else 40.0
    unit = 300 / full
    ticks = "".join(
        f'<text x="{10 + n * unit:.1f}" y="46" text-anchor="middle" class="tick">{n:.0f}</text>'
        for n in (0.0, low, high, full)
    )
    mark = ""
    if math.isfinite(rate.value):
        ends = (min(edge, full) * unit + 10 for edge in (rate.low, rate.high))
        mark = (
            '<path d="M{:.1f} 22H{:.1f}" '.format(*ends)
            + f'stroke="{INK}" stroke-width="2"/><circle cx="{10 + rate.value * unit:.1f}" '
            f'cy="22" r="5" fill="{INK}"/>'
        )
    return (
        '<svg class="blinks" viewBox="0 0 320 50" role="img" '
        f'aria-label="{number(rate.value)} blinks a minute; healthy adults 8 to 21">'
        f'<rect x="{10 + low * unit:.1f}" y="10" width="{(high - low) * unit:.1f}" height="24" '
        f'rx="2" fill="#e4e9ed"/><path d="M10 34H310" stroke="{BLINK_GREY}"/>{ticks}{mark}</svg>'
    )


def _width(start_s: float, end_s: float, unit: float) -> str:
    return f"{max((end_s - start_s) * unit, 1.5):.1f}"


def _said(start_s: float, end_s: float, flag: QualityFlag | None) -> str:
    return f"{clock(start_s, 1)}–{clock(end_s, 1)}: {flag_words(flag)}"
