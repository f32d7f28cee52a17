"""
Where the head points and how large a pixel is on the face.

Angles come from the mesh's own depth; millimetres from the iris, which is 11.7 mm across
in everyone to within 4 %, so that the error of scale cancels within a person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import (
    FOREHEAD_TOP,
    IRIS_DIAMETER_MM,
    IRIS_ENDS,
    NOSE_BASE,
    RIGID_LANDMARKS,
    RIGID_PAIRS,
)
from spasm_video.records import FaceTrack, HeadFrame

Floats = NDArray[np.float64]


def head_frame(track: FaceTrack) -> HeadFrame:
    """
    Head pose and scale of every frame.

    Returns
    -------
    HeadFrame
        ``rotation_deg`` (n, yaw/pitch/roll): yaw is positive when the face turns to the
        patient's left, pitch when it looks up, roll when it tilts to the patient's left;
        ``mm_per_px`` (n,). NaN where there is no face.
    """
    return HeadFrame(track.time_s, _rotation_deg(track), _mm_per_px(track))


def _rotation_deg(track: FaceTrack) -> Floats:
    lefts, rights = zip(*RIGID_PAIRS, strict=True)
    across = (track.landmarks(*lefts) - track.landmarks(*rights)).mean(axis=1)
    up = track.landmarks(FOREHEAD_TOP)[:, 0] - track.landmarks(NOSE_BASE)[:, 0]
    yaw = np.degrees(np.arctan2(across[:, 2], across[:, 0]))
    pitch = np.degrees(np.arctan2(up[:, 2], -up[:, 1]))
    roll = np.degrees(np.arctan2(across[:, 1], across[:, 0]))
    return np.stack([yaw, pitch, roll], axis=1)


def _mm_per_px(track: FaceTrack) -> Floats:
    """Iris for the person, rigid points for the moment: the iris alone is 2 % noisy."""
    ends = np.array(IRIS_ENDS)
    iris = track.landmarks(*ends[:, 0])[..., :2] - track.landmarks(*ends[:, 1])[..., :2]
    iris_px = np.linalg.norm(iris, axis=2).max(axis=1)
    rigid = track.landmarks(*RIGID_LANDMARKS)
    from_centre = rigid - rigid.mean(axis=1, keepdims=True)
    size_px = np.sqrt((from_centre**2).sum(axis=2).mean(axis=1))
    known = np.isfinite(size_px)
    if not known.any():
        return np.full(len(size_px), np.nan)
    iris_of_size = float(np.median(iris_px[known] / size_px[known]))
    scale: Floats = IRIS_DIAMETER_MM / (iris_of_size * size_px)
    return scale


def rigid_motion_out(track: FaceTrack, numbers: tuple[int, ...], at: NDArray[np.intp]) -> Floats:
    """
    Landmarks with the head's shift, turn and zoom taken out.

    Returns
    -------
    (m, k, 2) image pixels of the median frame, upright (y downwards), about the head's
    middle, for the frames ``at`` (m,), which must all have a face.
    """
    rigid = track.landmarks(*RIGID_LANDMARKS)[at, :, :2]
    centre = rigid.mean(axis=1, keepdims=True)
    shape = rigid - centre
    reference = np.median(rigid, axis=0)
    reference = reference - reference.mean(axis=0)
    lefts, rights = zip(*RIGID_PAIRS, strict=True)
    level = track.landmarks(*lefts)[at, :, :2] - track.landmarks(*rights)[at, :, :2]
    dx, dy = np.median(level.mean(axis=1), axis=0)
    length = float(np.hypot(dx, dy))
    c, s = dx / length, dy / length
    reference = reference @ np.array([[c, -s], [s, c]])
    size = (shape**2).sum(axis=(1, 2))
    a = (shape * reference).sum(axis=(1, 2)) / size
    b = (shape[..., 0] * reference[:, 1] - shape[..., 1] * reference[:, 0]).sum(axis=1) / size
    x, y = np.moveaxis(track.landmarks(*numbers)[at, :, :2] - centre, -1, 0)
    a, b = a[:, None], b[:, None]
    return np.stack([a * x - b * y, b * x + a * y], axis=-1)
