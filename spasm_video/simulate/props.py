"""What comes before a face: a hand, a reflection on glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from spasm_video.anatomy import SIDES, Region, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spasm_video.simulate.arrays import Floats, Plane
    from spasm_video.simulate.face_map import FaceMap

# Of a hand seen from its back, fingers up: from the knuckle of the middle finger, out and
# up, mm, and how thick. Each is a capsule from one end to the other.
_HAND = (
    ((-15.0, 2.0), (-20.0, 42.0), 8.0),
    ((-3.0, 4.0), (-4.0, 52.0), 8.5),
    ((9.0, 2.0), (11.0, 47.0), 8.0),
    ((20.0, -4.0), (26.0, 30.0), 7.0),
    ((-18.0, -28.0), (-40.0, -2.0), 9.0),
    ((-8.0, -20.0), (12.0, -22.0), 25.0),
    ((2.0, -45.0), (6.0, -140.0), 24.0),
)
_AWAY_MM = (30.0, -150.0)  # where a hand rests that is not before the face, out and up
_KNUCKLE_MM = (6.0, -24.0)  # of a hand at the cheek, from the middle of the cheek
_SKIN_RGB = np.array([214, 168, 142], np.float32)
_ROUND_MM = 7.0  # from the rim of a finger to where it is level
_CREASE = 0.25
_SHADE = 0.62  # of the light at the rim of a finger
_SOFT_MM = 1.0
_GLARE_MM = 9.0
_GLARE = 230.0  # grey levels
_GLARE_COVERS = 0.8
_GLARE_HIGH, _GLARE_SLANT = 0.7, 0.43  # its height over its width, and how it leans
_GLARE_REACH = 2.2  # beyond so many sizes nothing of it is seen


def draw_hand(view: Plane, face: FaceMap, levels: Floats) -> Plane:
    """The view with a hand before the cheek of each side, as far as ``levels`` (Side,) say."""
    for side, level in zip(SIDES, levels, strict=True):
        if level > 0:
            view = _with_hand(view, face, side, float(level))
    return view


def draw_glare(view: Plane, face: FaceMap, levels: Floats) -> Plane:
    """The view with a reflection before the eye of each side, as far as ``levels`` say."""
    for side, level in zip(SIDES, levels, strict=True):
        if level > 0:
            view = _with_glare(view, face, side, float(level))
    return view


def _with_glare(view: Plane, face: FaceMap, side: Side, level: float) -> Plane:
    """A window on a curved glass: a slanted soft patch that slides in from outside."""
    eye = face.eyes[side]
    size_px = _GLARE_MM * face.px_per_mm
    x, y = np.mean([*eye.upper, *eye.lower], axis=0)
    x += float(face.out(side)[0]) * (1 - level) * 2 * size_px
    reach = _GLARE_REACH * size_px
    top, left = (max(int(at - reach), 0) for at in (y, x))
    box = (slice(top, max(int(y + reach), 0)), slice(left, max(int(x + reach), 0)))
    part = view[box]
    down, right = np.indices(part.shape[:2], np.float32)
    along = (right + left - x) / size_px
    across = (down + top - y) / (_GLARE_HIGH * size_px) + _GLARE_SLANT * along
    patch = level * _GLARE_COVERS * np.exp(-(along**4) - across**4)
    drawn = view.copy()
    drawn[box] = part + (_GLARE - part) * patch[..., None]
    return drawn


def _with_hand(view: Plane, face: FaceMap, side: Side, level: float) -> Plane:
    scale, out, up = face.px_per_mm, face.out(side), face.up
    away = (1 - level) * (_AWAY_MM[0] * out + _AWAY_MM[1] * up)
    cheek = np.array(face.anchors[side][Region.CHEEK])
    knuckle = cheek + scale * (_KNUCKLE_MM[0] * out + _KNUCKLE_MM[1] * up + away)
    bones = [
        ([knuckle + scale * (x * out + y * up) for x, y in (start, end)], thick_mm * scale)
        for start, end, thick_mm in _HAND
    ]
    reach = max(thick_px for _, thick_px in bones) + 2 * scale
    ends = np.array([end for both, _ in bones for end in both])
    left, top = np.maximum(np.floor(ends.min(axis=0) - reach), 0).astype(int)
    right, bottom = np.maximum(np.ceil(ends.max(axis=0) + reach), 0).astype(int)
    box = (slice(int(top), int(bottom)), slice(int(left), int(right)))
    part = view[box]
    if not part.size:
        return view
    inside, lines = _outline(part.shape[:2], bones, np.array([left, top]))
    depth = cv2.distanceTransform((inside > 127).astype(np.uint8), cv2.DIST_L2, 5)
    light = _SHADE + (1 - _SHADE) * np.sqrt(np.clip(depth / (_ROUND_MM * scale), 0, 1))
    light -= _CREASE * cv2.GaussianBlur(lines.astype(np.float32) / 255, (0, 0), 0.8 * scale)
    cover = cv2.GaussianBlur(inside.astype(np.float32) / 255, (0, 0), _SOFT_MM * scale / 2)
    hand = _SKIN_RGB * light[..., None]
    drawn = view.copy()
    drawn[box] = part + (hand - part) * cover[..., None]
    return drawn


def _outline(
    shape: tuple[int, ...], bones: list[tuple[list[Floats], float]], origin: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Where a hand is, 0 to 255, and the lines where one finger lies before another."""
    inside, lines = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for ends, thick_px in bones:
        a, b = (tuple(int(v) for v in np.rint(end - origin)) for end in ends)
        capsule = np.zeros(shape, np.uint8)
        cv2.line(capsule, a, b, (255,), max(1, round(2 * thick_px)), cv2.LINE_AA)
        rim = cv2.dilate(capsule, np.ones((3, 3), np.uint8)) - capsule
        lines = np.maximum(lines, np.minimum(rim, inside)).astype(np.uint8)
        inside = np.maximum(inside, capsule)
    return inside, lines
