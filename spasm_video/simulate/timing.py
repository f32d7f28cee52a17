"""When the camera takes its pictures: evenly, unevenly, with some missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.scenarios import Scenario

TICKS_PER_S = 90_000
"""The clock of the time stamps: every frame comes on a tick."""

_STREAM = 1
_LATE = 0.3  # of a frame: a variable camera hands on its pictures up to so late
_DRIFT = 0.12  # and its rate wanders by this part,
_DRIFT_HZ = 0.07  # so often a second, as its exposure follows the light


def frame_times(scenario: Scenario) -> Floats:
    """The instant of every frame, (n,) seconds, the first at 0, strictly increasing."""
    frames = scenario.frames
    rng = np.random.default_rng([scenario.seed, _STREAM])
    count = round(scenario.length_s * frames.fps)
    time_s = np.arange(count) / frames.fps
    if frames.timing == "variable":
        phase = rng.uniform(0, 2 * np.pi)
        wave = 2 * np.pi * _DRIFT_HZ
        # The integral of a rate that wanders as a sine: the clock runs on, never back.
        time_s += _DRIFT / wave * (np.cos(phase) - np.cos(wave * time_s + phase))
        time_s += rng.uniform(0, _LATE / frames.fps, count)
    keep = rng.random(count) >= frames.dropped_share
    for start_s, end_s in frames.gaps_s:
        keep &= (time_s < start_s) | (time_s >= end_s)
    keep &= time_s < scenario.length_s
    time_s = time_s[keep]
    return np.asarray(np.round((time_s - time_s[:1]) * TICKS_PER_S) / TICKS_PER_S)
