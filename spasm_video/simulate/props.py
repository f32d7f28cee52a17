"""What comes before a face: a hand, a reflection on glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from spasm_video.anatomy import SIDES, Region, Side

if TYPE_CHECKING:
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
_SHADE = 0.62  # of the light at the rim of a finger
_SOFT_MM = 1.0
_GLARE_MM = 9.0
_GLARE = 230.0


def draw_hand(view: Plane, face: FaceMap, levels: Floats) -> Plane:
    """The view with a hand before the cheek of each side, as far as ``levels`` (Side,) say."""
    for side, level in zip(SIDES, levels, strict=True):
        if level > 0:
            view = _with_hand(view, face, side, float(level))
    return view


def draw_glare(view: Plane, face: FaceMap, levels: Floats) -> Plane:
    """The view with a reflection before the eye of each side, as far as ``levels`` say."""
    for side, level in zip(SIDES, levels, strict=True):
        if level <= 0:
            continue
        upper, lower = np.array(face.eyes[side].upper), np.array(face.eyes[side].lower)
        x0, y0 = np.concatenate([upper, lower]).mean(axis=0)
        y, x = np.mgrid[0 : view.shape[0], 0 : view.shape[1]].astype(np.float32)
        size_px = _GLARE_MM * face.px_per_mm
        # A window on a curved glass: a slanted soft patch that slides in from outside.
        out_x, _ = face.out(side)
        along = (x - x0 - out_x * (1 - level) * 2 * size_px) / size_px
        across = (y - y0 + 0.3 * (x - x0)) / (0.7 * size_px)
        patch = level * 0.8 * np.exp(-(along**4) - across**4)
        view = view + (_GLARE - view) * patch[..., None].astype(np.float32)
    return view


def _with_hand(view: Plane, face: FaceMap, side: Side, level: float) -> Plane:
    scale = face.px_per_mm
    out, up = face.out(side), face.up
    cheek = np.array(face.anchors[side][Region.CHEEK])
    away = (1 - level) * (_AWAY_MM[0] * out + _AWAY_MM[1] * up)
    knuckle = cheek + scale * (-18 * up + 6 * out + away)
    inside = np.zeros(view.shape[:2], np.uint8)
    lines = np.zeros(view.shape[:2], np.uint8)
    for start, end, thick_mm in _HAND:
        ends = [knuckle + scale * (x * out + y * up) for x, y in (start, end)]
        a, b = (tuple(int(v) for v in np.rint(at)) for at in ends)
        capsule = np.zeros_like(inside)
        cv2.line(capsule, a, b, 255, max(1, round(2 * thick_mm * scale)), cv2.LINE_AA)
        rim = cv2.subtract(cv2.dilate(capsule, None), capsule)
        lines = np.maximum(np.asarray(lines), np.minimum(rim, inside)).astype(np.uint8)
        inside = np.maximum(inside, capsule)
    x, y = (int(v) for v in np.rint(cheek))
    reach = max(2, round(3 * scale))
    patch = view[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
    skin = patch.reshape(-1, 3).mean(axis=0) if patch.size else np.array([170, 130, 110])
    depth = cv2.distanceTransform((inside > 127).astype(np.uint8), cv2.DIST_L2, 5)
    round_ = _SHADE + (1 - _SHADE) * np.sqrt(np.clip(depth / (7 * scale), 0, 1))
    round_ -= 0.25 * cv2.GaussianBlur(lines.astype(np.float32) / 255, (0, 0), 0.8 * scale)
    alpha = cv2.GaussianBlur(inside.astype(np.float32) / 255, (0, 0), _SOFT_MM * scale / 2)
    drawn = skin * round_[..., None]
    return np.asarray(view + (drawn - view) * alpha[..., None], np.float32)
