"""
Numbers with their 95 % interval.

Events of one clip are alike, and so are clips of one person: a share gets the wider of the
interval of its events (Wilson 1927) and of drawing the clips anew (bootstrap).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from spasm_video.dsp.robust import count_interval
from spasm_video.records import UNKNOWN, Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_DRAWS, _SEED = 1000, 20
_ENDS = (0.025, 0.975)
_Z = float(norm.ppf(_ENDS[1]))
_FEWEST_CLIPS = 4  # fewer say nothing of how clips differ


def wilson(hits: float, of: float) -> Estimate:
    """
    A share with its interval; unknown of nothing.

    >>> [round(x, 3) for x in (wilson(8, 10).low, wilson(8, 10).high)]
    [0.49, 0.943]
    """
    if of <= 0:
        return UNKNOWN
    share, z2 = hits / of, _Z**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    return Estimate(share, max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0))


def share(hits: Sequence[float], of: Sequence[float]) -> Estimate:
    """The share of all, from counts of each clip."""
    return _wider(
        wilson(sum(hits), sum(of)),
        _drawn(np.array([hits, of], float), lambda n: n[0] / n[1]),
    )


def f1(hits: Sequence[int], false: Sequence[int], missed: Sequence[int]) -> Estimate:
    """F1 from counts of each clip: 2 hits / (2 hits + false + missed); unknown of nothing."""
    either = sum(hits) + sum(false) + sum(missed)
    of_events = wilson(sum(hits), either)  # F1 = 2 s / (1 + s) of this share
    plain = Estimate(*(2 * s / (1 + s) for s in _parts(of_events)))
    counts = np.array([hits, false, missed], float)
    return _wider(plain, _drawn(counts, lambda n: 2 * n[0] / (2 * n[0] + n[1] + n[2])))


def f1_of(precision: Estimate, recall: Estimate) -> Estimate:
    """F1 of two shares that count different things; ends from the ends of both."""
    return Estimate(
        *(
            2 * p * r / (p + r) if p + r > 0 else (0.0 if p + r == 0 else math.nan)
            for p, r in zip(_parts(precision), _parts(recall), strict=True)
        )
    )


def per_minute(count: int, minutes: float) -> Estimate:
    """Events a minute, exact Poisson interval; unknown of no time."""
    if not minutes > 0:
        return UNKNOWN
    low, high = count_interval(count)
    return Estimate(count / minutes, low / minutes, high / minutes)


def statistic(values: Sequence[float], of: Callable[[Floats, int], Floats]) -> Estimate:
    """
    A statistic of what is known of ``values``, its interval by drawing them anew.

    ``of`` takes an array and the axis to work along.
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if not len(known):
        return UNKNOWN
    rng = np.random.default_rng(_SEED)
    drawn = of(known[rng.integers(0, len(known), (_DRAWS, len(known)))], 1)
    low, high = np.quantile(drawn, _ENDS)
    value = float(of(known[None], 1)[0])
    return Estimate(value, min(float(low), value), max(float(high), value))


def median(values: Sequence[float]) -> Estimate:
    """The median of what is known."""
    return statistic(values, lambda drawn, axis: np.median(drawn, axis=axis))


def ninth_decile(values: Sequence[float]) -> Estimate:
    """Nine of ten are below."""
    return statistic(values, lambda drawn, axis: np.quantile(drawn, 0.9, axis=axis))


def mean(values: Sequence[float]) -> Estimate:
    """The mean of what is known."""
    return statistic(values, lambda drawn, axis: drawn.mean(axis=axis))


def spread_ends(values: Sequence[float]) -> tuple[float, float]:
    """
    Limits of agreement: mean ± 1.96 standard deviations (Bland and Altman 1986).

    NaN of fewer than two values.
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if len(known) < 2:
        return math.nan, math.nan
    middle, half = float(known.mean()), _Z * float(known.std(ddof=1))
    return middle - half, middle + half


def _drawn(counts: Floats, of: Callable[[Floats], Floats]) -> Estimate:
    """The ends of a share of sums over clips, (k, clip) counts, the clips drawn anew."""
    clips = counts.shape[1]
    if clips < _FEWEST_CLIPS:
        return UNKNOWN
    rng = np.random.default_rng(_SEED)
    times = rng.multinomial(clips, np.full(clips, 1 / clips), size=_DRAWS)
    sums = counts @ times.T
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = of(sums)
    shares = shares[np.isfinite(shares)]
    if not len(shares):
        return UNKNOWN
    low, high = np.quantile(shares, _ENDS)
    return Estimate(math.nan, float(low), float(high))


def _wider(estimate: Estimate, ends: Estimate) -> Estimate:
    return Estimate(
        estimate.value,
        float(np.fmin(estimate.low, ends.low)),
        float(np.fmax(estimate.high, ends.high)),
    )


def _parts(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high
