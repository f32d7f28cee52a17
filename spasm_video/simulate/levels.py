"""
One scenario, three levels: movements in millimetres, a track of points, pictures.

The same scenario gives the same spasms at the same times on every level, and the same bytes
each time. The truth is plain data, in the format of the truth files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import SIDES
from spasm_video.errors import OutputError, ParameterError
from spasm_video.records import FaceTrack, MovementSignals
from spasm_video.simulate.clip import write_timed_clip
from spasm_video.simulate.drawing import drawn
from spasm_video.simulate.film import filmed, retaken
from spasm_video.simulate.mesh_face import OPEN_MM
from spasm_video.simulate.nasa_portrait import FACE, SOURCE
from spasm_video.simulate.over import cast, drawn_over, find_faces, frames_of
from spasm_video.simulate.script import LID, perform
from spasm_video.simulate.timing import frame_times
from spasm_video.simulate.tracker import tracked
from spasm_video.simulate.truth import scenario_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from spasm_video.simulate.arrays import Picture
    from spasm_video.simulate.over import FaceFinder
    from spasm_video.simulate.scenarios import Scenario

    OnFrame = Callable[[str, float, float], None]

_NOISE = 6  # a stream of chance
_NOISE_MM = np.array([0.03, 0.05, 0.05, 0.05, 0.10])  # of each region, in slow head motion
CLIPS = (".mp4", ".mov", ".mkv")
"""The endings of the files that a clip can be."""

_LIMIT = 5.0  # times the noise
_LEAST_LIMIT_MM = 0.3
_FINE_CRF = 18  # of a video that is coded again, unless the scenario says otherwise


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
    return MovementSignals(time_s, read_mm, one_sided_mm, limit_mm), truth


def simulate_track(scenario: Scenario) -> tuple[FaceTrack, dict[str, Any]]:
    """
    What an observer would hand on of the face, and the truth of it.

    Points in perspective, lids, skin steps with the noise and the faults of each channel.
    """
    script, time_s = drawn(scenario), frame_times(scenario)
    track = tracked(scenario, perform(script, time_s))
    return track, scenario_truth(scenario, script, time_s, dict.fromkeys(SIDES, OPEN_MM))


def simulate_clip(
    scenario: Scenario,
    out: Path,
    over: Path | None = None,
    *,
    find_face: FaceFinder | None = None,
    on_frame: OnFrame | None = None,
) -> dict[str, Any]:
    """
    Film the scenario as an H.264 file ``out``, its truth beside it, and return the truth.

    Without ``over`` a portrait is filmed; with it the spasms, and only they, are put into
    that video or photo, whose face ``find_face`` finds. ``on_frame`` hears of every frame:
    the step of the work, the seconds done and those there are.

    Raises
    ------
    MissingPartError : scikit-image, which ships the portrait, is not installed
    VideoError, NoFaceError : ``over`` cannot be read, or shows no face
    """
    if out.suffix.lower() not in CLIPS:
        raise OutputError(f"{out.name} is no video file.", f"Call it one of *{', *'.join(CLIPS)}.")
    tell = on_frame or (lambda _step, _done_s, _total_s: None)
    camera = scenario.camera
    if over is None:
        script, time_s = drawn(scenario), frame_times(scenario)
        truth = scenario_truth(scenario, script, time_s, FACE.open_mm) | {"source": SOURCE}
        pictures = filmed(scenario, script, time_s)
        crf = camera.crf
    else:
        if find_face is None:
            raise ParameterError(
                "Nothing finds the face in the video.", "Call spasm_video.pipeline.simulate_over."
            )
        frames = frames_of(over, scenario)
        length_s = scenario.length_s
        faces = find_faces(frames(), find_face, lambda at_s: tell("looking", at_s, length_s))
        scenario, script, truth = cast(scenario, faces)
        truth["source"] = f"spasms drawn into {over.name} by spasm_video"
        pictures = retaken(scenario, drawn_over(frames(), faces, script))
        crf = camera.crf if "crf" in camera.model_fields_set else _FINE_CRF
    length_s = scenario.length_s
    whole = out.with_name(f".{out.stem}.part{out.suffix}")
    try:
        write_timed_clip(
            whole,
            _told(pictures, lambda at_s: tell("drawing", at_s, length_s)),
            fps=scenario.frames.fps,
            crf=crf,
        )
        whole.replace(out)
    finally:
        whole.unlink(missing_ok=True)
    write_truth(truth, out)
    return truth


def write_truth(truth: dict[str, Any], beside: Path) -> Path:
    """Write the truth beside a file, as ``<stem>.truth.json``."""
    path = beside.with_suffix(".truth.json")
    path.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return path


def _told(
    pictures: Iterator[tuple[float, Picture]], tell: Callable[[float], None]
) -> Iterator[tuple[float, Picture]]:
    for at_s, picture in pictures:
        yield at_s, picture
        tell(at_s)
