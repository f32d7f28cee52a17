"""
Long curves as few points: the lowest and the highest value of each column of a drawing.

A twitch of one frame stays visible in ten minutes of video; a mean or every n-th frame
would lose it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_GAP_S = 0.5  # a longer gap between frames breaks the line


def min_max(
    time_s: Floats, values: Floats, columns: int, span_s: tuple[float, float]
) -> tuple[Floats, Floats]:
    """
    The curve within a span, in at most two points a column; NaN breaks it.

    >>> t = np.arange(6.0)
    >>> min_max(t, np.array([0, 9, 0, 0, -4, 0.0]), 2, (0.0, 6.0))
    (array([0., 2., 3., 5.]), array([ 0.,  9., -4.,  0.]))
    """
    first, last = np.searchsorted(time_s, span_s)
    time_s, values = time_s[first:last], values[first:last]
    gaps = np.flatnonzero(np.diff(time_s) > _GAP_S) + 1
    if len(time_s) <= 2 * columns:
        return np.insert(time_s, gaps, time_s[gaps]), np.insert(values, gaps, np.nan)
    width_s = (span_s[1] - span_s[0]) / columns
    column = ((time_s - span_s[0]) / width_s).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    ends = np.append(starts[1:], len(column)) - 1
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    # Falling or rising through the column: take the ends in that order.
    rising = values[ends] >= values[starts]
    pairs = np.where(rising, low, high), np.where(rising, high, low)
    times = np.stack([time_s[starts], time_s[ends]], axis=1).ravel()
    return times, np.stack(pairs, axis=1).ravel()


def svg_path(x: Floats, y: Floats) -> str:
    """
    A polyline in whole units as the data of an SVG path: one part between NaNs.

    >>> svg_path(np.array([0.0, 10, 20, 30]), np.array([5.0, 8, np.nan, 1]))
    'M0 5l10 3'
    """
    known = np.isfinite(y)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    return "".join(
        _line(np.rint(x[start:stop]).astype(np.int64), np.rint(y[start:stop]).astype(np.int64))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start > 1
    )


def _line(x: NDArray[np.int64], y: NDArray[np.int64]) -> str:
    steps = np.stack([np.diff(x), np.diff(y)], axis=1)
    steps = steps[steps.any(axis=1)]  # points that fall on the one before
    moves = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
    return f"M{x[0]} {y[0]}l{moves}" if moves else ""
