"""Robust location, spread and rate intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, chdtri

Floats = NDArray[np.float64]

_MAD_TO_SD = 1.4826  # of a normal distribution


def spread(values: Floats) -> float:
    """
    Median absolute deviation as a standard deviation; NaN of an empty or all-NaN input.

    >>> round(spread(np.array([1.0, 2.0, 3.0, 4.0, 100.0])), 4)
    1.4826
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan")
    return float(_MAD_TO_SD * np.median(np.abs(known - np.median(known))))


def quantile(values: Floats, q: float) -> float:
    """Quantile ``q`` (0-1) of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(np.quantile(known, q)) if len(known) else float("nan")


def count_interval(count: int, dispersion: float = 1.0) -> tuple[float, float]:
    """
    95 % interval of the mean of a count (exact Poisson, Garwood 1936).

    ``dispersion`` is variance over mean: spasms cluster, and an interval that forgets it
    is too narrow; the interval is then that of ``count / dispersion`` events, scaled.

    >>> [round(x, 1) for x in count_interval(10)]
    [4.8, 18.4]
    """
    scale = max(dispersion, 1.0)
    effective = count / scale
    # chdtri is the quantile of chi-squared from the right; scipy.stats takes half a second to load
    low = float(chdtri(2 * effective, 0.975)) / 2 if count else 0.0
    high = float(chdtri(2 * (effective + 1), 0.025)) / 2
    return low * scale, high * scale


def dispersion_of(times_s: Floats, starts_s: Floats, stops_s: Floats) -> float:
    """
    Variance over mean of the event counts in consecutive bins; at least 1.

    Bins are the half-open spans ``[starts_s, stops_s)``; fewer than four give 1.
    """
    if len(starts_s) < 4:
        return 1.0
    counts = np.array(
        [((times_s >= a) & (times_s < b)).sum() for a, b in zip(starts_s, stops_s, strict=True)]
    )
    mean = float(counts.mean())
    return max(1.0, float(counts.var(ddof=1)) / mean) if mean > 0 else 1.0


def even_chance(one: int, two: int) -> float:
    """
    Two-sided exact binomial p of a split of ``one + two`` events, both sides as likely; 1 of none.

    >>> even_chance(0, 6), even_chance(3, 3), even_chance(0, 0)
    (0.03125, 1.0, 1.0)
    """
    return min(1.0, 2 * float(bdtr(min(one, two), one + two, 0.5)))
