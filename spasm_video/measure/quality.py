"""
What each frame is good for, and which frames belong together.

Quality decides once; what cannot be measured becomes NaN and no later step asks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import IRIS_DIAMETER_MM, REGIONS, SKIN_WINDOWS, Region
from spasm_video.records import FaceTrack, HeadFrame, Quality, QualityFlag

if TYPE_CHECKING:
    from spasm_video.params import QualityParams

Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]

UNUSABLE = (
    QualityFlag.NO_FACE
    | QualityFlag.TURNED
    | QualityFlag.TOO_SMALL
    | QualityFlag.BLURRED
    | QualityFlag.DARK
    | QualityFlag.SETTLING
    | QualityFlag.CUT
)


def assess(track: FaceTrack, head: HeadFrame, params: QualityParams) -> Quality:
    """Judge every frame; a camera slower than ``slowest_fps`` makes nothing usable."""
    time_s = track.time_s
    yaw, pitch = np.abs(head.rotation_deg[:, :2]).T
    found = np.isfinite(track.presence)
    settling = _since_taken_s(track) < params.settling_s
    with np.errstate(invalid="ignore"):
        flags = {
            QualityFlag.NO_FACE: ~found,
            QualityFlag.TURNED: (yaw > params.largest_yaw_deg) | (pitch > params.largest_pitch_deg),
            QualityFlag.TOO_SMALL: IRIS_DIAMETER_MM / head.mm_per_px < params.smallest_iris_px,
            QualityFlag.BLURRED: track.sharpness < params.softest,
            QualityFlag.DARK: track.brightness < params.darkest,
            QualityFlag.SETTLING: settling,
            QualityFlag.CUT: track.taken & (np.arange(len(time_s)) > 0),
            QualityFlag.OTHER_FACES: track.other_faces > 0,
            QualityFlag.SLOW_CAMERA: np.full(len(time_s), frame_rate(time_s) < params.slowest_fps),
        }
    reasons = np.zeros(len(time_s), np.int64)
    for flag, holds in flags.items():
        reasons |= np.where(holds, int(flag), 0)
    usable: Bools = (reasons & int(UNUSABLE | QualityFlag.SLOW_CAMERA)) == 0
    usable &= _in_long_spans(track, usable, params)
    regions = _region_usable(track, usable, params)
    neck = regions[:, REGIONS.index(Region.NECK)]
    reasons |= np.where(usable & ~neck, int(QualityFlag.NECK_HIDDEN), 0)
    return Quality(time_s, reasons, usable, frame_lengths_s(time_s), regions)


def frame_rate(time_s: NDArray[np.float64]) -> float:
    """Usual frames a second; NaN for fewer than two."""
    return float(1 / np.median(np.diff(time_s))) if len(time_s) > 1 else float("nan")


def frame_lengths_s(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How long each frame stands for, (n,): until the next, but not across a gap."""
    if len(time_s) < 2:
        return np.zeros(len(time_s))
    steps = np.diff(time_s)
    usual = float(np.median(steps))
    lengths: NDArray[np.float64] = np.minimum(np.append(steps, usual), 2.5 * usual)
    return lengths


def spans(track: FaceTrack, keep: Bools, longest_gap_s: float) -> list[Indices]:
    """Frames that belong together: kept, one face, no long gap; each an index array."""
    at = np.flatnonzero(keep)
    if not len(at):
        return []
    usual = float(np.median(np.diff(track.time_s))) if len(track.time_s) > 1 else 0.0
    gap = np.diff(track.time_s[at]) > max(longest_gap_s, 2.5 * usual)
    new_face = np.diff(np.cumsum(track.taken)[at]) > 0
    return np.split(at, np.flatnonzero(gap | new_face) + 1)


def _in_long_spans(track: FaceTrack, usable: Bools, params: QualityParams) -> Bools:
    kept = np.zeros(len(usable), bool)
    for at in spans(track, usable, params.longest_gap_s):
        if track.time_s[at[-1]] - track.time_s[at[0]] >= params.shortest_span_s:
            kept[at] = True
    return kept


def _since_taken_s(track: FaceTrack) -> NDArray[np.float64]:
    """Seconds since the face was taken up anew; infinite in a video's first taking."""
    since = np.full(len(track.time_s), np.inf)
    for index in np.flatnonzero(track.taken):
        if index:
            since[index:] = track.time_s[index:] - track.time_s[index]
    return since


def _region_usable(track: FaceTrack, usable: Bools, params: QualityParams) -> Bools:
    """(n, region): a region counts where any of its windows was followed on both sides."""
    followed: Bools = (track.skin_confidence >= params.least_confidence).min(axis=2)
    result: Bools = np.zeros((len(usable), len(REGIONS)), np.bool_)
    for index, region in enumerate(REGIONS):
        own = [i for i, window in enumerate(SKIN_WINDOWS) if window.region is region]
        result[:, index] = followed[:, own].any(axis=1)
    result[:, REGIONS.index(Region.EYELID)] = np.isfinite(track.lid_px).all(axis=(1, 2))
    result[:, REGIONS.index(Region.MOUTH)] = np.isfinite(track.presence)
    seen: Bools = result & usable[:, None]
    return seen
