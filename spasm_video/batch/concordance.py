"""
Agreement of two or more readings in one number with its 95 % interval.

Thin: pingouin and statsmodels compute, this says when there is nothing to compute.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.errors import MissingPartError
from spasm_video.records import UNKNOWN, Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_CLIPS = 5  # of fewer, an interval says nothing
_INSTALL = "Install it: pip install 'spasm-video[agreement]'"


def icc(readings: Floats) -> Estimate:
    """
    ICC(2,1): absolute agreement of single readings, readers at random (Shrout, Fleiss 1979).

    ``readings`` (clip, reader); clips with a missing reading are left out. Unknown of fewer
    than five clips, or where all readings are one and the same.

    >>> table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8],
    ...                   [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> round(icc(table.astype(float)).value, 2)
    0.29
    """
    whole = readings[np.isfinite(readings).all(axis=1)]
    if len(whole) < FEWEST_CLIPS or np.ptp(whole) == 0:
        return UNKNOWN
    import pandas as pd  # noqa: PLC0415 (heavy)

    clips, readers = np.indices(whole.shape)
    table = pd.DataFrame({"clip": clips.ravel(), "reader": readers.ravel(), "grade": whole.ravel()})
    with warnings.catch_warnings():  # it still calls pandas in ways that will go
        warnings.simplefilter("ignore")
        found = _pingouin().intraclass_corr(
            data=table, targets="clip", raters="reader", ratings="grade"
        )
    row = found[found["Type"] == "ICC(A,1)"].iloc[0]
    low, high = row["CI95"]
    return _estimate(row["ICC"], low, high)


def weighted_kappa(first: Floats, second: Floats, *, is_ordered: bool) -> Estimate:
    """
    Cohen's kappa of two readers; of ordered grades with quadratic weights.

    ``first``, ``second`` (clip,) numbers of the categories, NaN where missing. Unknown of
    fewer than five clips, or where both only ever name one category.
    """
    known = np.isfinite(first) & np.isfinite(second)
    a, b = first[known].astype(int), second[known].astype(int)
    if len(a) < FEWEST_CLIPS or np.ptp(np.concatenate([a, b])) == 0:
        return UNKNOWN
    low, high = min(a.min(), b.min()), max(a.max(), b.max())
    counts = np.zeros((high - low + 1, high - low + 1))
    np.add.at(counts, (a - low, b - low), 1)
    if not is_ordered:
        used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
        counts = counts[used][:, used]
    try:
        from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingPartError("statsmodels is not installed.", _INSTALL) from error
    with np.errstate(all="ignore"):
        found = cohens_kappa(counts, wt="quadratic" if is_ordered else None)
    return _estimate(found.kappa, found.kappa_low, found.kappa_upp)


def rank_correlation(first: Floats, second: Floats) -> Estimate:
    """Spearman's rank correlation; unknown of fewer than five clips or of a constant."""
    known = np.isfinite(first) & np.isfinite(second)
    a, b = first[known], second[known]
    if len(a) < FEWEST_CLIPS or np.ptp(a) == 0 or np.ptp(b) == 0:
        return UNKNOWN
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _pingouin().corr(a, b, method="spearman").iloc[0]
    low, high = found["CI95"]
    return _estimate(found["r"], low, high)


def _estimate(value: float, low: float, high: float) -> Estimate:
    if not math.isfinite(value):
        return UNKNOWN
    return Estimate(*(float(np.clip(number, -1, 1)) for number in (value, low, high)))


def _pingouin() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pingouin  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingPartError("pingouin is not installed.", _INSTALL) from error
    return pingouin
