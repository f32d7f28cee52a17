"""Intervals that are known from books or from drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spasm_video.validate.intervals import (
    f1,
    mean,
    median,
    per_minute,
    share,
    spread_ends,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0),
     (81, 263, 0.2553, 0.3662)],
)  # fmt: skip
def test_a_share_has_the_interval_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    """Tabled values, to 1e-4 (the last: Newcombe 1998)."""
    found = wilson(hits, of)

    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_a_share_of_nothing_is_unknown() -> None:
    """Not zero."""
    assert math.isnan(share([0, 0], [0, 0]).value)
    assert math.isnan(f1([0], [0], [0]).value)
    assert math.isnan(per_minute(0, 0.0).value)
    assert math.isnan(median([]).value)


def test_clips_that_differ_widen_the_interval() -> None:
    """The same 50 of 100 in equal clips and in all-or-nothing clips."""
    equal, unequal = share([5] * 10, [10] * 10), share([10, 0] * 5, [10] * 10)

    assert equal.value == unequal.value == 0.5
    assert (equal.low, equal.high) == pytest.approx((wilson(50, 100).low, wilson(50, 100).high))
    assert unequal.high - unequal.low > 1.5 * (equal.high - equal.low)


def test_f1_is_that_of_precision_and_recall() -> None:
    """8 found, 2 false, 4 missed: precision 0.8, recall 2/3, F1 0.727."""
    found = f1([8], [2], [4])

    assert found.value == pytest.approx(2 * 0.8 * (2 / 3) / (0.8 + 2 / 3))
    assert found.low < found.value < found.high
    assert f1([0, 0], [1, 0], [0, 3]).value == 0.0


def test_a_rate_has_the_exact_poisson_interval() -> None:
    """Clinical reference: 10 in 1 minute is 4.8 to 18.4; 0 in 3 minutes is at most 1.23."""
    ten, none = per_minute(10, 1.0), per_minute(0, 3.0)

    assert (ten.low, ten.high) == pytest.approx((4.8, 18.4), abs=0.05)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3.689 / 3, abs=1e-3)


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    """400 values of standard deviation 2: ± 0.196 to a tenth of it, and NaN is left out."""
    values = [*np.random.default_rng(1).normal(5, 2, 400), math.nan]
    found = mean(values)
    half = 1.96 * np.std(values[:-1]) / 20

    assert found.low == pytest.approx(found.value - half, abs=0.1 * half)
    assert found.high == pytest.approx(found.value + half, abs=0.1 * half)


def test_limits_of_agreement_lie_at_1_96_standard_deviations() -> None:
    """Of -1, 0, 1: standard deviation 1; one value has none."""
    assert spread_ends([-1.0, 0.0, 1.0]) == pytest.approx((-1.96, 1.96), abs=1e-3)
    assert all(math.isnan(end) for end in spread_ends([1.0]))
