"""
One scenario, three levels: movements in millimetres, a track of points, pictures.

The same scenario gives the same spasms at the same times on every level, and the same bytes
each time. The truth is plain data, in the format of the truth files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import FaceTrack, MovementSignals
from spasm_video.simulate.clip import write_timed_clip
from spasm_video.simulate.drawing import drawn
from spasm_video.simulate.film import filmed
from spasm_video.simulate.mesh_face import OPEN_MM
from spasm_video.simulate.nasa_portrait import FACE, SOURCE
from spasm_video.simulate.script import LID, perform
from spasm_video.simulate.timing import frame_times
from spasm_video.simulate.tracker import tracked
from spasm_video.simulate.truth import scenario_truth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spasm_video.simulate.scenarios import Scenario

_NOISE = 6  # a stream of chance
_NOISE_MM = np.array([0.03, 0.05, 0.05, 0.05, 0.10])  # of each region, in slow head motion
_LIMIT = 5.0  # times the noise
_LEAST_LIMIT_MM = 0.3


def simulate_signals(scenario: Scenario) -> tuple[MovementSignals, dict[str, Any]]:
    """
    The movement of each region and side, and the truth of it.

    True displacement plus white noise; nothing of the head, the camera or the mesh.
    """
    script, time_s = drawn(scenario), frame_times(scenario)
    moved_mm = perform(script, time_s).moved.copy()
    moved_mm[:, LID] *= OPEN_MM
    rng = np.random.default_rng([scenario.seed, _NOISE])
    read_mm = moved_mm + rng.standard_normal(moved_mm.shape) * _NOISE_MM[:, None]
    limit_mm = np.maximum(_LIMIT * _NOISE_MM, _LEAST_LIMIT_MM)
    one_sided_mm = read_mm[..., 0] - read_mm[..., 1]
    truth = scenario_truth(scenario, script, time_s, dict.fromkeys(SIDES, OPEN_MM))
    assert read_mm.shape == (len(time_s), len(REGIONS), len(SIDES))  # noqa: S101 (the axes)
    return MovementSignals(time_s, read_mm, one_sided_mm, limit_mm), truth


def simulate_track(scenario: Scenario) -> tuple[FaceTrack, dict[str, Any]]:
    """
    What an observer would hand on of the face, and the truth of it.

    Points in perspective, lids, skin steps with the noise and the faults of each channel.
    """
    script, time_s = drawn(scenario), frame_times(scenario)
    track = tracked(scenario, perform(script, time_s))
    return track, scenario_truth(scenario, script, time_s, dict.fromkeys(SIDES, OPEN_MM))


def simulate_clip(scenario: Scenario, out: Path) -> dict[str, Any]:
    """
    Film the scenario as an H.264 file ``out``, its truth beside it, and return the truth.

    Raises
    ------
    MissingPartError : scikit-image, which ships the portrait, is not installed
    """
    script, time_s = drawn(scenario), frame_times(scenario)
    truth = scenario_truth(scenario, script, time_s, FACE.open_mm) | {"source": SOURCE}
    pictures = filmed(scenario, script, time_s)
    write_timed_clip(out, pictures, fps=scenario.frames.fps, crf=scenario.camera.crf)
    plain = json.dumps(truth, indent=1) + "\n"
    out.with_suffix(".truth.json").write_text(plain, encoding="utf-8")
    return truth
