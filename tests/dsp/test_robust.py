"""Robust location and spread, and the interval of a count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from spasm_video.dsp.robust import count_interval, dispersion_of, even_chance, quantile, spread


def test_spread_is_a_standard_deviation() -> None:
    """Of normal values it is theirs; a fifth of wild ones move it by less than a half."""
    values = np.random.default_rng(3).normal(5, 2, 20000)
    assert spread(values) == pytest.approx(2.0, rel=0.03)

    values[::5] = 1000
    assert 2.0 < spread(values) < 3.0


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_known_is_unknown(values: list[float]) -> None:
    """NaN, not zero, and no warning."""
    assert np.isnan(spread(np.array(values)))
    assert np.isnan(quantile(np.array(values), 0.5))


def test_missing_values_are_passed_over() -> None:
    """Only what is known counts; infinite is not known."""
    values = np.array([1.0, np.nan, 2.0, 3.0, np.inf])

    assert spread(values) == pytest.approx(1.4826)
    assert quantile(values, 0.5) == 2.0
    assert quantile(values, 1.0) == 3.0


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)]
)
def test_the_interval_of_a_count_is_garwoods(count: int, low: float, high: float) -> None:
    """Exact Poisson limits, as tabled."""
    assert count_interval(count) == pytest.approx((low, high), abs=1e-3)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 4000 Poisson counts of mean 7, at least 95 in 100 intervals contain 7."""
    counts = np.random.default_rng(4).poisson(7.0, 4000)
    intervals = {int(count): count_interval(int(count)) for count in np.unique(counts)}

    held = np.mean([intervals[int(c)][0] <= 7.0 <= intervals[int(c)][1] for c in counts])

    assert 0.95 <= held <= 0.99


@given(count=st.integers(0, 500), dispersion=st.floats(1, 20))
def test_clustering_widens_an_interval(count: int, dispersion: float) -> None:
    """About the same count, and never narrower than without clusters."""
    low, high = count_interval(count)
    wide_low, wide_high = count_interval(count, dispersion)

    assert wide_low <= low + 1e-9
    assert wide_low <= count <= wide_high
    assert wide_high >= high - 1e-9


def test_less_than_random_clustering_is_not_believed() -> None:
    """A regular train does not narrow the interval."""
    assert count_interval(9, dispersion=0.2) == count_interval(9)


def test_dispersion_is_variance_over_mean() -> None:
    """Counts 4, 0, 0, 4: mean 2, variance 16/3."""
    starts = np.arange(4.0)
    times = np.array([0.0, 0.1, 0.2, 0.9, 3.0, 3.1, 3.2, 3.3])

    assert dispersion_of(times, starts, starts + 1) == pytest.approx(16 / 3 / 2)


def test_bins_are_half_open() -> None:
    """An event at a bin's end belongs to the next: counts 0, 4, 0, 0, variance 4, mean 1."""
    starts = np.arange(4.0)

    assert dispersion_of(np.full(4, 1.0), starts, starts + 1) == pytest.approx(4.0)


@pytest.mark.parametrize(("bins", "events"), [(3, 9), (0, 0), (8, 0)])
def test_too_little_to_judge_clustering_is_one(bins: int, events: int) -> None:
    """Fewer than four bins, or no event."""
    starts = np.arange(float(bins))

    assert dispersion_of(np.zeros(events), starts, starts + 1) == 1.0


def test_a_regular_train_is_not_below_one() -> None:
    """One event in each bin: variance zero, dispersion one."""
    starts = np.arange(6.0)

    assert dispersion_of(starts + 0.5, starts, starts + 1) == 1.0


@given(one=st.integers(0, 200), two=st.integers(0, 200))
def test_chances_are_those_of_the_library(one: int, two: int) -> None:
    """The binomial test and Garwood's interval, by the functions that load at once."""
    if one + two:
        assert even_chance(one, two) == pytest.approx(binomtest(one, one + two).pvalue, rel=1e-9)
    low, high = count_interval(one)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * one) / 2 if one else 0.0, rel=1e-9)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * (one + 1)) / 2, rel=1e-9)
