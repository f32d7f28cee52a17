"""Simulated recordings that need the observing side: a face to be found, a track to be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import MEASURED_LANDMARKS, REGIONS, SIDES
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.observer import Reading
from spasm_video.observe.track import TrackWriter
from spasm_video.params import ObserveParams
from spasm_video.simulate.levels import (
    simulate_clip,
    simulate_signals,
    simulate_track,
    write_truth,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.records import FaceTrack
    from spasm_video.simulate.levels import OnFrame
    from spasm_video.simulate.scenarios import Scenario
    from spasm_video.video.frames import Frame

_POINTS = 478
_TIME_DIGITS, _MM_DIGITS = 4, 4


def simulate_over(
    scenario: Scenario, out: Path, over: Path, on_frame: OnFrame | None = None
) -> dict[str, Any]:
    """
    Put the scenario's spasms into a video or photo; as ``simulate_clip``, with a face finder.

    Raises
    ------
    VideoError, NoFaceError : ``over`` cannot be read, or shows no face
    """
    follower = FaceFollower(ObserveParams())

    def find(frame: Frame) -> NDArray[np.float64] | None:
        face = follower.find(frame)
        return None if face is None else face.points_px

    return simulate_clip(scenario, out, over, find_face=find, on_frame=on_frame)


def simulate_track_file(scenario: Scenario, out: Path) -> dict[str, Any]:
    """Write the scenario as a track that ``analyze`` measures, its truth beside it."""
    track, truth = simulate_track(scenario)
    save_track(track, out)
    write_truth(truth, out)
    return truth


def simulate_signals_file(scenario: Scenario, out: Path) -> dict[str, Any]:
    """
    Write the scenario's movements as a table (Parquet, or CSV by its ending), truth beside it.

    One row a frame: ``time_s``, then ``<region>_<side>_mm`` as in ``signals.parquet``.
    """
    import pandas as pd  # noqa: PLC0415 (only here)

    signals, truth = simulate_signals(scenario)
    columns = {"time_s": signals.time_s.round(_TIME_DIGITS)}
    for region in REGIONS:
        for side in SIDES:
            columns[f"{region}_{side}_mm"] = signals.of(region, side).round(_MM_DIGITS)
    table = pd.DataFrame(columns)
    if out.suffix.lower() == ".csv":
        table.to_csv(out, index=False, lineterminator="\n")
    else:
        table.to_parquet(out, index=False)
    write_truth(truth, out)
    return truth


def save_track(track: FaceTrack, path: Path) -> None:
    """Write a track as a track file; landmarks that are not measured are NaN in it."""
    with TrackWriter(path.parent) as writer:
        for index, time_s in enumerate(track.time_s):
            writer.append(float(time_s), _reading(track, index))
        writer.save(path, track.video, track.observed_with, dict(track.models))


def _reading(track: FaceTrack, index: int) -> Reading | None:
    if not np.isfinite(track.presence[index]):
        return None
    points = np.full((_POINTS, 3), np.nan)
    points[list(MEASURED_LANDMARKS)] = track.points_px[index]
    return Reading(
        points_px=points,
        presence=float(track.presence[index]),
        lid_px=track.lid_px[index],
        iris_px=track.iris_px[index],
        skin_step_px=track.skin_step_px[index],
        skin_confidence=track.skin_confidence[index],
        sharpness=float(track.sharpness[index]),
        brightness=float(track.brightness[index]),
        other_faces=int(track.other_faces[index]),
        fresh=bool(track.taken[index]),
    )
