"""How a number is spread over many videos, as a small drawing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.report.words import number

if TYPE_CHECKING:
    from collections.abc import Sequence

_BINS = 24
_WIDTH, _HEIGHT, _BASE = 300, 92, 70
_LEFT = 10
_FILL, _MEDIAN = "#6b7885", "#16212c"


def histogram(name: str, values: Sequence[float], digits: int) -> str:
    """
    Columns from the least to the largest value, the median marked; empty of nothing known.

    Missing values are not drawn; the caller says how many there are.
    """
    known = np.array([v for v in values if math.isfinite(v)])
    if not len(known):
        return ""
    low, high = float(known.min()), float(known.max())
    is_alike = high - low < 10.0**-digits
    if is_alike:  # one column in the middle
        low, high = low - 1, high + 1
    counts, edges = np.histogram(known, _BINS, (low, high))
    unit_x, unit_y = (_WIDTH - 2 * _LEFT) / (high - low), (_BASE - 8) / counts.max()
    bars = "".join(
        f'<rect x="{_LEFT + (edge - low) * unit_x:.1f}" y="{_BASE - count * unit_y:.1f}" '
        f'width="{(high - low) / _BINS * unit_x - 1:.1f}" height="{count * unit_y:.1f}" '
        f'fill="{_FILL}"><title>{number(edge, digits)} and more: {count}</title></rect>'
        for count, edge in zip(counts, edges[:-1], strict=True)
        if count
    )
    median = float(np.median(known))
    at = _LEFT + (median - low) * unit_x
    ends = "".join(
        f'<text x="{x}" y="{_BASE + 15}" text-anchor="{anchor}" class="tick">'
        f"{number(edge, digits)}</text>"
        for x, anchor, edge in ((_LEFT, "start", low), (_WIDTH - _LEFT, "end", high))
        if abs(x - at) > _LEFT * 4 and not is_alike
    )
    return (
        f'<svg class="histogram" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{name}: {len(known)} videos from {number(low, digits)} to '
        f'{number(high, digits)}, median {number(median, digits)}">{bars}'
        f'<path d="M{_LEFT} {_BASE}H{_WIDTH - _LEFT}" stroke="#8b97a3"/>'
        f'<path d="M{at:.1f} 2V{_BASE + 3}" stroke="{_MEDIAN}" stroke-width="1.5"/>'
        f'<text x="{at:.1f}" y="{_BASE + 15}" text-anchor="middle" class="median">'
        f"{number(median, digits)}</text>{ends}</svg>"
    )
