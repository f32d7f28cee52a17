"""
The shape of a face at rest, and how to take it out of a track.

Each frame is the person's own shape, turned, moved and zoomed as a rigid body, plus what the
face does. The shape is exchanged for a plain face's of the same scale; what the face does,
and how the head moves, stays in millimetres.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import (
    FOREHEAD_TOP,
    IRIS_DIAMETER_MM,
    IRIS_ENDS,
    MEASURED_LANDMARKS,
    RIGID_LANDMARKS,
    RIGID_PAIRS,
)

if TYPE_CHECKING:
    from spasm_video.records import FaceTrack

Floats = NDArray[np.float64]

_PLAIN = Path(__file__).parent / "plain_face.json"
_RIGID = np.array([MEASURED_LANDMARKS.index(number) for number in RIGID_LANDMARKS])
_PASSES = 3  # of aligning to the mean shape; the third changes nothing


@dataclass(frozen=True, slots=True, eq=False)
class OwnShape:
    """
    A person's shape and how each frame is placed.

    ``shape_px`` (landmark, 3) about the middle of its rigid points, level, x to the patient's
    left; ``px_per_mm`` its scale; ``turn`` (n, 3, 3), ``zoom`` (n,), ``shift_px`` (n, 3)
    bring it into each frame, NaN where there is no face.
    """

    shape_px: Floats
    px_per_mm: float
    turn: Floats
    zoom: Floats
    shift_px: Floats


def own_shape(track: FaceTrack) -> OwnShape:
    """The median shape of a track with at least one face."""
    points = track.points_px
    seen = np.isfinite(points).all(axis=(1, 2))
    shape = _level(points[seen][0])
    for _ in range(_PASSES):
        turn, zoom, shift = _placed(points[seen], shape)
        still = np.einsum("nji,nkj->nki", turn, points[seen] - shift[:, None]) / zoom[:, None, None]
        shape = _level(np.median(still, axis=0))
    turns = np.full((len(points), 3, 3), np.nan)
    zooms, shifts = np.full(len(points), np.nan), np.full((len(points), 3), np.nan)
    turns[seen], zooms[seen], shifts[seen] = _placed(points[seen], shape)
    at = {number: place for place, number in enumerate(MEASURED_LANDMARKS)}
    iris_px = max(float(np.linalg.norm(shape[at[a], :2] - shape[at[b], :2])) for a, b in IRIS_ENDS)
    return OwnShape(shape, iris_px / IRIS_DIAMETER_MM, turns, zooms, shifts)


def on_plain_face(track: FaceTrack) -> Floats:
    """(n, landmark, 3) px: the movements of a track on the plain face; NaN where no face."""
    if not np.isfinite(track.points_px).any():
        return np.asarray(track.points_px)
    own = own_shape(track)
    apart = plain_face_mm() * own.px_per_mm - own.shape_px
    placed = np.einsum("nij,kj->nki", own.turn, apart) * own.zoom[:, None, None]
    return np.asarray(track.points_px + placed)


def plain_face_mm() -> Floats:
    """(landmark, 3) mm: a symmetric face; see ``scripts/make_plain_face.py``."""
    plain = json.loads(_PLAIN.read_text(encoding="utf-8"))
    return np.array([plain[str(number)] for number in MEASURED_LANDMARKS])


def _level(shape: Floats) -> Floats:
    """About the middle of its rigid points, with left and right on one level and depth."""
    at = {number: place for place, number in enumerate(MEASURED_LANDMARKS)}
    lefts, rights = ([at[pair[side]] for pair in RIGID_PAIRS] for side in (0, 1))
    across = (shape[lefts] - shape[rights]).mean(axis=0)
    x = across / np.linalg.norm(across)
    up = shape[_RIGID].mean(axis=0) - shape[at[FOREHEAD_TOP]]
    y = up - x * (up @ x)
    y /= np.linalg.norm(y)
    axes = np.stack([x, y, np.cross(x, y)])
    level: Floats = (shape - shape[_RIGID].mean(axis=0)) @ axes.T
    return level


def _placed(points: Floats, shape: Floats) -> tuple[Floats, Floats, Floats]:
    """Turn, zoom and shift of the shape's rigid points onto each frame's (Umeyama 1991)."""
    to = points[:, _RIGID]
    middle, origin = to.mean(axis=1), shape[_RIGID].mean(axis=0)
    a, b = to - middle[:, None], shape[_RIGID] - origin
    u, s, vt = np.linalg.svd(np.einsum("nki,kj->nij", a, b))
    sign = np.ones_like(s)
    sign[:, 2] = np.sign(np.linalg.det(u) * np.linalg.det(vt))
    turn = np.einsum("nij,nj,njk->nik", u, sign, vt)
    zoom = (s * sign).sum(axis=1) / (b**2).sum()
    shift = middle - zoom[:, None] * np.einsum("nij,j->ni", turn, origin)
    return turn, zoom, shift
