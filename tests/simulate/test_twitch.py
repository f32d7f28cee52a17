"""The time course of a movement is known at every instant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasm_video.errors import ParameterError
from spasm_video.simulate.twitch import Course, smooth_step


def at(course: Course, *time_s: float) -> list[float]:
    """The level at some instants."""
    return [float(level) for level in course.level(np.array(time_s))]


def test_onset_and_offset_are_at_a_tenth_of_the_peak() -> None:
    """The convention of the truth files, to the last digit."""
    course = Course.clonic(2.0, rise_s=0.05, decay_s=0.20)

    assert at(course, 2.0, 2.05, 2.25) == pytest.approx([0.1, 1.0, 0.1], abs=1e-12)


def test_a_ramp_is_half_a_cosine() -> None:
    """Half way up in time is half way up in level; the foot is 10 % before the onset."""
    course = Course.clonic(1.0, rise_s=0.05, decay_s=0.2)
    middle_s = (course.start_s + course.peak_s) / 2

    assert course.start_s == pytest.approx(1.0 - 0.05 * 0.2048 / 0.7952, abs=1e-5)
    assert at(course, middle_s) == pytest.approx([0.5], abs=1e-12)


def test_a_course_is_still_outside_its_span() -> None:
    """Exactly zero, so that a quiet frame is a quiet frame."""
    course = Course.clonic(1.0)

    assert at(course, 0.0, course.start_s, course.end_s, 9.0) == pytest.approx([0, 0, 0, 0])
    assert at(course, 0.0, 9.0) == [0.0, 0.0]


def test_a_twitch_rises_faster_than_it_decays() -> None:
    """45 ms up and 130 ms down where nothing else is asked."""
    course = Course.clonic(0.0)

    assert course.peak_s - course.onset_s == pytest.approx(0.045)
    assert course.offset_s - course.release_s == pytest.approx(0.130)
    assert course.duration_s == pytest.approx(0.175)


def test_a_tonic_spasm_holds_and_ripples() -> None:
    """It begins and ends its plateau at the peak and stays within the ripple between."""
    course = Course.tonic(1.0, hold_s=1.5, ripple=0.2)
    plateau = course.level(np.arange(course.peak_s, course.release_s, 0.001))

    assert at(course, 1.0, course.peak_s, course.release_s, course.offset_s) == pytest.approx(
        [0.1, 1.0, 1.0, 0.1], abs=1e-12
    )
    assert plateau.max() <= 1.0
    assert 0.8 <= plateau.min() < 0.87
    assert np.count_nonzero(np.diff(np.sign(np.diff(plateau)))) > 8


def test_without_a_ripple_the_plateau_is_flat() -> None:
    """The level is 1 all along."""
    course = Course.tonic(1.0, hold_s=1.0, ripple=0.0)

    assert at(course, course.peak_s, 1.5, course.release_s) == pytest.approx([1, 1, 1], abs=1e-12)


@given(lag_s=st.floats(0, 5), time_s=st.floats(0, 10))
def test_a_delayed_course_is_the_same_course_later(lag_s: float, time_s: float) -> None:
    """Only time moves."""
    course = Course.tonic(1.0, hold_s=1.0)

    assert at(course.delayed(lag_s), time_s + lag_s) == pytest.approx(at(course, time_s), abs=1e-6)


@pytest.mark.parametrize(
    "instants", [(1.0, 1.0, 1.2, 1.3), (1.0, 1.2, 1.1, 1.3), (1.0, 1.1, 1.2, 1.2)]
)
def test_instants_out_of_order_are_refused(instants: tuple[float, ...]) -> None:
    """Onset, peak, release, offset; only peak and release may fall together."""
    onset_s, peak_s, release_s, offset_s = instants

    with pytest.raises(ParameterError, match="in this order"):
        Course(onset_s=onset_s, peak_s=peak_s, release_s=release_s, offset_s=offset_s)


@pytest.mark.parametrize("ripple", [-0.1, 1.0])
def test_a_ripple_that_is_no_fraction_is_refused(ripple: float) -> None:
    """From 0 up to less than 1."""
    with pytest.raises(ParameterError, match="less than 1"):
        Course.tonic(0.0, hold_s=1.0, ripple=ripple)


def test_a_smooth_step_is_level_at_both_ends() -> None:
    """No kink where a movement begins: the slope starts from zero."""
    near = smooth_step(np.array([0.0, 0.001, 0.999, 1.0]), 0.0, 1.0)

    assert near.tolist() == pytest.approx([0, 0, 1, 1], abs=1e-5)
