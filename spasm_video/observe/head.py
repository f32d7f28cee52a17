"""
The head-stabilised picture: the face upright, at one scale, standing still.

The rigid points of the mesh hold it; six patches of skin over bone then take out what
the mesh's own noise leaves (0.1 px).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import (
    EYE_CORNERS,
    IRIS_DIAMETER_MM,
    IRIS_ENDS,
    NOSE_BRIDGE,
    RIGID_LANDMARKS,
)
from spasm_video.observe.mesh import similarity

Floats = NDArray[np.float64]

PX_PER_MM = 2.4  # of the stabilised picture: a 320 px wide face at its own size
WIDTH_PX, HEIGHT_PX = 400, 560  # from above the brows to the collar bones
_BRIDGE_AT = (200.0, 150.0)
_BLUR_PX = 0.8  # quiets sensor noise and makes bilinear sampling honest
_FACE_BOX = (slice(100, 420), slice(90, 310))  # eyes to chin, for light and sharpness
_RIGID = np.array(RIGID_LANDMARKS)


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """Where the rigid points lie in the stabilised picture, (k, 2)."""

    rigid_px: Floats

    def to_head(self, points_px: Floats) -> Floats:
        """(2, 3) image pixels of this frame to the stabilised picture."""
        return similarity(points_px[_RIGID, :2], self.rigid_px)


def place_head(points_px: Floats) -> HeadPlace:
    """Set the picture up from one frame: eyes level, nose bridge fixed, iris 11.7 mm."""
    ends = points_px[np.array(IRIS_ENDS), :2]
    iris_px = float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).max())
    scale = PX_PER_MM * IRIS_DIAMETER_MM / max(iris_px, 1.0)
    left_outer, right_outer = points_px[[EYE_CORNERS[0][0], EYE_CORNERS[1][0]], :2]
    turn = atan2(*(left_outer - right_outer)[::-1])
    c, s = cos(turn) * scale, sin(turn) * scale
    upright = np.array([[c, s], [-s, c]])
    shift = np.array(_BRIDGE_AT) - upright @ points_px[NOSE_BRIDGE, :2]
    return HeadPlace(points_px[_RIGID, :2] @ upright.T + shift)


def head_picture(grey: NDArray[np.uint8], to_head: Floats) -> NDArray[np.uint8]:
    """(HEIGHT_PX, WIDTH_PX) uint8 grey levels; large faces are averaged, not skipped over."""
    zoom = hypot(to_head[0, 0], to_head[1, 0])
    move = to_head.copy()
    picture = grey
    while zoom < 0.6:  # halve until bilinear sampling touches every pixel
        half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        picture = half.astype(np.uint8, copy=False)
        move[:, 2] += move[:, :2] @ (0.5, 0.5)
        move[:, :2] *= 2
        zoom *= 2
    flat = cv2.warpAffine(picture, move, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(flat, (0, 0), _BLUR_PX).astype(np.uint8, copy=False)


def light_and_sharpness(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean grey level (0-255) of the face and the spread of its Laplacian (grey levels)."""
    face = np.ascontiguousarray(picture[_FACE_BOX][::2, ::2])
    return float(face.mean()), float(cv2.Laplacian(face, cv2.CV_32F).std())
