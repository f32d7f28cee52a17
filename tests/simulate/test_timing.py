"""Frames come when the camera takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from spasm_video.simulate.scenarios import Frames, Scenario
from spasm_video.simulate.timing import TICKS_PER_S, frame_times


def times(length_s: float = 60, seed: int = 1, **frames: Any) -> np.ndarray[Any, Any]:
    """The times of such frames."""
    return frame_times(Scenario(length_s=length_s, seed=seed, frames=Frames(**frames)))


@pytest.mark.parametrize("fps", [15, 29.97, 30, 60, 240])
def test_a_regular_camera_is_even(fps: float) -> None:
    """To a tick of the clock."""
    time_s = times(10, fps=fps)

    assert time_s == pytest.approx(np.arange(round(10 * fps)) / fps, abs=1 / TICKS_PER_S)


def test_a_variable_camera_keeps_its_mean_rate_and_its_order() -> None:
    """Intervals differ by a third and more, never run back."""
    time_s = times(timing="variable")
    steps_s = np.diff(time_s)

    assert time_s[0] == 0
    assert steps_s.min() > 0.015
    assert steps_s.mean() == pytest.approx(1 / 30, rel=0.02)
    assert steps_s.std() > 0.003


def test_frames_are_dropped_as_often_as_asked() -> None:
    """Here and there, and the rest keep their times."""
    time_s = times(300, dropped_share=0.1)

    assert len(time_s) == pytest.approx(8100, rel=0.02)
    assert set(np.round(np.diff(time_s) * 30)) > {1, 2}


def test_a_gap_has_no_frame() -> None:
    """From its start on, up to its end."""
    time_s = times(10, gaps_s=((2, 3), (5.5, 6)))

    assert not ((time_s >= 2) & (time_s < 3)).any()
    assert not ((time_s >= 5.5) & (time_s < 6)).any()
    assert len(time_s) == 300 - 30 - 15


def test_the_same_seed_is_the_same_camera() -> None:
    """And another one another."""
    assert np.array_equal(times(seed=3, timing="variable"), times(seed=3, timing="variable"))
    assert not np.array_equal(times(seed=3, timing="variable"), times(seed=4, timing="variable"))
