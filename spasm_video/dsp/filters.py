"""
Running statistics over a window of seconds.

Windows are turned into an odd number of samples by the median sampling interval; spans
with longer holes are split by the caller.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import grey_opening, maximum_filter1d, median_filter, percentile_filter

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_HALF = 1e-4
_GAUSSIAN_QUANTILE = {35.0: 0.4538, 50.0: 0.6745, 60.0: 0.8416}  # of |x| for a unit normal


def samples(window_s: float, time_s: Floats) -> int:
    """Odd number of samples that covers ``window_s``; at least 3."""
    interval_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else window_s
    # Halves go down: 0.65 s at 60 frames/s must not hang on the last digit of a time stamp.
    return max(3, 2 * round(window_s / interval_s / 2 - _HALF) + 1)


def fill(values: Floats) -> Floats:
    """NaN replaced by the line between its neighbours, the ends held; all NaN gives zeros."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros_like(values)
    at = np.arange(len(values))
    return np.interp(at, at[known], values[known])


def running_median(
    values: Floats, time_s: Floats, window_s: float, *, leave_out: Bools | None = None
) -> Floats:
    """
    Median over ``window_s`` about each sample, (n,); the ends repeat.

    Samples in ``leave_out`` are bridged first, unless they are nearly all there is.
    """
    kept = fill(values)
    if leave_out is not None and leave_out.any() and (~leave_out).mean() > 0.15:
        kept = fill(np.where(leave_out, np.nan, values))
    size = min(samples(window_s, time_s), (2 * len(kept) - 1) | 1)
    smoothed: Floats = median_filter(kept, size, mode="nearest")
    return smoothed


def high_pass(
    values: Floats, time_s: Floats, window_s: float, *, leave_out: Bools | None = None
) -> Floats:
    """What is left of ``values`` (n,) above its running median; NaN filled first."""
    return fill(values) - running_median(values, time_s, window_s, leave_out=leave_out)


def opened(values: Floats, time_s: Floats, window_s: float) -> Floats:
    """``values`` (n,) without what rises for less than ``window_s``: a morphological opening."""
    low: Floats = grey_opening(values, size=(samples(window_s, time_s),), mode="nearest")
    return low


def top_hat(values: Floats, time_s: Floats, window_s: float) -> Floats:
    """
    What rises above its surroundings for less than ``window_s``, (n,), never negative.

    Morphological white top-hat: a step or a slow rise leaves nothing, at whatever height.
    """
    return values - opened(values, time_s, window_s)


def running_max(values: Floats, time_s: Floats, window_s: float) -> Floats:
    """Largest value within half of ``window_s`` to either side, (n,)."""
    highest: Floats = maximum_filter1d(values, samples(window_s, time_s), mode="nearest")
    return highest


def running_noise(
    values: Floats,
    time_s: Floats,
    window_s: float,
    percentile: float = 60.0,
    *,
    half: bool = False,
) -> Floats:
    """
    Standard deviation that a normal noise of the same ``percentile`` of |x| would have.

    Brief movements above the percentile do not raise it. ``half``: one sign was set to 0
    before, as noise about 0 leaves half of its samples.
    """
    size = min(samples(window_s, time_s), (2 * len(values) - 1) | 1)
    rank = 50 + percentile / 2 if half else percentile
    level = percentile_filter(np.abs(values), rank, size=size, mode="reflect")
    noise: Floats = level / _GAUSSIAN_QUANTILE[percentile]
    return noise


def widen(flags: Bools, time_s: Floats, by_s: float) -> Bools:
    """True where a flag is true within ``by_s`` to either side."""
    if not flags.any():
        return flags.copy()
    reach = max(1, round(by_s / float(np.median(np.diff(time_s))))) if len(time_s) > 1 else 1
    wide: Bools = maximum_filter1d(flags.astype(np.uint8), 2 * reach + 1, mode="constant") > 0
    return wide
