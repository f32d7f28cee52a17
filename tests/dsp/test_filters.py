"""Running statistics over seconds, with their rules for what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from spasm_video.dsp.filters import (
    fill,
    high_pass,
    running_max,
    running_median,
    running_noise,
    samples,
    top_hat,
    widen,
)

NAN = np.nan


def clock(count: int, fps: float = 10.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Times of evenly filmed frames."""
    return np.arange(count) / fps


@pytest.mark.parametrize(
    ("window_s", "fps", "count"),
    [(1.0, 10, 11), (1.0, 30, 31), (1.0, 60, 61), (0.6, 60, 37), (0.01, 30, 3), (0.1, 30, 3)],
)
def test_a_window_is_an_odd_number_of_samples(window_s: float, fps: float, count: int) -> None:
    """The same seconds at any frame rate, never fewer than three samples."""
    assert samples(window_s, clock(200, fps)) == count


@pytest.mark.parametrize("shift_s", [0.0, 0.1, 7.77, 123.4, 4321.0])
def test_a_window_does_not_hang_on_the_last_digit_of_a_time(shift_s: float) -> None:
    """0.65 s at 60 frames a second is 39 samples, wherever in the file they are."""
    assert samples(0.65, clock(200, 60) + shift_s) == 39
    assert samples(0.3, clock(200, 30) + shift_s) == 9


def test_one_long_gap_does_not_change_the_window() -> None:
    """The usual interval decides, not the mean."""
    time_s = clock(50)
    time_s[25:] += 100

    assert samples(1.0, time_s) == samples(1.0, clock(50))


@pytest.mark.parametrize("count", [0, 1])
def test_a_window_of_next_to_nothing_is_three_samples(count: int) -> None:
    """One frame has no interval."""
    assert samples(0.5, clock(count)) == 3


@pytest.mark.parametrize(
    ("values", "filled"),
    [
        ([1.0, NAN, 3.0], [1.0, 2.0, 3.0]),
        ([NAN, 2.0, NAN, NAN], [2.0, 2.0, 2.0, 2.0]),
        ([NAN, NAN], [0.0, 0.0]),
        ([], []),
        ([1.0, np.inf, 3.0], [1.0, 2.0, 3.0]),
    ],
)
def test_what_is_missing_lies_on_the_line_between(values: list[float], filled: list[float]) -> None:
    """Ends are held, nothing known gives zeros."""
    assert_allclose(fill(np.array(values)), filled)


def test_fill_leaves_its_input_alone() -> None:
    """A new array comes back."""
    values = np.array([1.0, NAN])

    fill(values)

    assert np.isnan(values[1])


def test_a_median_ignores_what_is_briefer_than_half_its_window() -> None:
    """A pulse of 0.4 s is gone from the median of a second, one of 0.7 s is not."""
    short, long = np.zeros(60), np.zeros(60)
    short[20:24], long[20:27] = 5.0, 5.0

    assert running_median(short, clock(60), 1.0).max() == 0.0
    assert running_median(long, clock(60), 1.0).max() == 5.0


def test_a_median_follows_a_slope_and_repeats_its_ends() -> None:
    """In the middle the slope itself; at the ends the edge value counts again."""
    slope = np.arange(20.0)

    smooth = running_median(slope, clock(20), 0.4)

    assert_array_equal(smooth[2:-2], slope[2:-2])
    assert_array_equal(smooth[[0, 1, -2, -1]], [0, 1, 18, 19])


def test_samples_left_out_are_bridged() -> None:
    """A pulse longer than half the window is no baseline when it is left out."""
    values = np.arange(60.0)
    values[20:30] += 50.0
    busy = np.zeros(60, np.bool_)
    busy[20:30] = True

    smooth = running_median(values, clock(60), 1.0, leave_out=busy)

    assert_allclose(smooth[6:-6], np.arange(60.0)[6:-6])


def test_nothing_is_left_out_when_nearly_all_would_be() -> None:
    """A baseline of the last tenth would be no baseline."""
    values = np.linspace(0, 1, 50)
    nearly_all = np.arange(50) >= 5

    assert_array_equal(
        running_median(values, clock(50), 1.0, leave_out=nearly_all),
        running_median(values, clock(50), 1.0),
    )


@pytest.mark.parametrize("count", [1, 3, 7])
def test_a_window_longer_than_the_recording_is_cut(count: int) -> None:
    """A second of five seconds' baseline is the median of what there is."""
    values = np.arange(float(count))

    smooth = running_median(values, clock(count), 5.0)

    assert smooth.shape == (count,)
    assert smooth[count // 2] == np.median(values)


def test_high_pass_keeps_the_brief_and_drops_the_slow() -> None:
    """A pulse on a slope comes back at its size."""
    values = np.arange(60.0) / 10
    values[30:33] += 2.0

    brief = high_pass(values, clock(60), 1.0)

    assert_allclose(brief[30:33], 2.0, atol=0.35)
    assert_allclose(np.delete(brief, np.s_[24:38])[5:-5], 0.0, atol=1e-12)


def test_high_pass_fills_what_is_missing() -> None:
    """A hole reads as the line between its ends: no movement."""
    values = np.where(np.arange(40) == 20, NAN, 7.0)

    assert_array_equal(high_pass(values, clock(40), 1.0), np.zeros(40))


def test_a_maximum_reaches_half_its_window_to_either_side() -> None:
    """A peak is seen 0.2 s before and after in a window of 0.4 s, not further."""
    values = np.zeros(20)
    values[10] = 3.0

    assert_array_equal(np.flatnonzero(running_max(values, clock(20), 0.4)), np.arange(8, 13))


@pytest.mark.parametrize("percentile", [35.0, 50.0, 60.0])
def test_noise_is_a_standard_deviation(percentile: float) -> None:
    """Of normal noise of 0.3 mm, 0.3 mm, whichever percentile is taken."""
    noise = np.random.default_rng(1).normal(0, 0.3, 6000)

    found = running_noise(noise, clock(6000, 60), 20.0, percentile)

    assert float(np.median(found)) == pytest.approx(0.3, rel=0.03)


def test_brief_movements_do_not_raise_the_noise() -> None:
    """A tenth of the time spent in twitches ten times as large adds a fifth, not a tenfold."""
    values = np.random.default_rng(2).normal(0, 0.1, 3000)
    calm = float(np.median(running_noise(values, clock(3000, 60), 3.0)))
    values[::10] += 1.0

    assert float(np.median(running_noise(values, clock(3000, 60), 3.0))) < 1.3 * calm


def test_flags_widen_by_seconds() -> None:
    """0.3 s to either side, and to a frame at least."""
    flags = np.zeros(20, np.bool_)
    flags[10] = True

    assert_array_equal(np.flatnonzero(widen(flags, clock(20), 0.3)), np.arange(7, 14))
    assert_array_equal(np.flatnonzero(widen(flags, clock(20), 0.0)), [9, 10, 11])
    assert not widen(np.zeros(5, np.bool_), clock(5), 1.0).any()
    assert_array_equal(widen(np.array([True]), clock(1), 1.0), [True])


def test_no_flag_gives_an_array_of_its_own() -> None:
    """Writing to the answer does not write to the question."""
    flags = np.zeros(3, np.bool_)

    widen(flags, clock(3), 1.0)[0] = True

    assert not flags.any()


def test_a_top_hat_keeps_what_is_short() -> None:
    """A bump of 0.3 s at any height and on any slope; a step and a dip leave nothing."""
    time_s = clock(100)
    bump = np.where((time_s > 4.95) & (time_s < 5.25), 2.0, 0.0)
    step = np.where(time_s > 3, 7.0, 0.0)

    assert_allclose(top_hat(bump + step, time_s, 0.5), bump, atol=1e-12)
    assert_allclose(top_hat(-bump + 3, time_s, 0.5), 0, atol=1e-12)
    assert top_hat(bump + 0.4 * time_s, time_s, 0.5).max() == pytest.approx(2.0, abs=0.2)


def test_a_top_hat_leaves_out_what_is_long() -> None:
    """A second is too long for a window of half a second."""
    time_s = clock(100)
    held = np.where((time_s > 4) & (time_s < 5), 2.0, 0.0)

    assert not top_hat(held, time_s, 0.5).any()
