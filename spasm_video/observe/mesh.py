"""
The 478 points of a face: the Face Landmarker's network on a crop that stands still.

The crop follows the rigid points (bone under thin skin) of the frame before, not the
box around all points: a moving mouth then cannot shake the whole mesh.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import RIGID_LANDMARKS
from spasm_video.observe.weights import load_network

if TYPE_CHECKING:
    from spasm_video.observe.detector import FaceBox
    from spasm_video.observe.weights import Network

Floats = NDArray[np.float64]

_INPUT_PX = 256
_BOX_MARGIN = 1.5  # the network was trained on 1.5 x the face box
_EYE_OUTER = (33, 263)
_RIGID = np.array(RIGID_LANDMARKS)
# Shift (crop px), zoom and turn (rad) of the extra crops of the high quality setting:
# small, unlike each other, mean close to nothing.
_JITTERS = ((-2.3, 1.1, -0.02, -0.02), (1.7, -2.1, 0.015, 0.015),
            (2.6, 2.2, 0.03, -0.01), (-2.0, -1.2, -0.025, 0.015))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crop:
    """A turned square of the picture: centre and side in px, turn in radians."""

    x_px: float
    y_px: float
    side_px: float
    turn_rad: float

    def to_crop(self, size_px: int) -> Floats:
        """(2, 3) image pixels to crop pixels; the crop's corner is its pixel 0."""
        scale = size_px / self.side_px
        c, s = cos(self.turn_rad) * scale, sin(self.turn_rad) * scale
        half = size_px / 2
        return np.array(
            [
                [c, s, half - c * self.x_px - s * self.y_px],
                [-s, c, half + s * self.x_px - c * self.y_px],
            ]
        )

    def jittered(self, jitter: tuple[float, float, float, float]) -> Crop:
        """The crop moved a little."""
        dx, dy, zoom, turn = jitter
        unit = self.side_px / _INPUT_PX
        return Crop(
            self.x_px + dx * unit,
            self.y_px + dy * unit,
            self.side_px * (1 + zoom),
            self.turn_rad + turn,
        )


def crop_of_box(box: FaceBox) -> Crop:
    """The crop for a face that was just detected."""
    across = box.eyes_px[1] - box.eyes_px[0]
    x_px, y_px = box.centre_px
    side_px = _BOX_MARGIN * box.size_px
    return Crop(float(x_px), float(y_px), side_px, atan2(across[1], across[0]))


def crop_of_points(points_px: Floats) -> Crop:
    """The crop around all points of a face (MediaPipe's rule)."""
    low, high = points_px[:, :2].min(axis=0), points_px[:, :2].max(axis=0)
    across = points_px[_EYE_OUTER[1], :2] - points_px[_EYE_OUTER[0], :2]
    x_px, y_px = (low + high) / 2
    side_px = _BOX_MARGIN * float((high - low).max())
    return Crop(float(x_px), float(y_px), side_px, atan2(across[1], across[0]))


def similarity(source: Floats, target: Floats) -> Floats:
    """(2, 3) turn, scale and shift that brings ``source`` (k, 2) closest to ``target``."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    x, y = source - source_mean, target - target_mean
    size = float((x**2).sum())
    a = float((x * y).sum()) / size
    b = float((x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]).sum()) / size
    turn = np.array([[a, -b], [b, a]])
    return np.column_stack([turn, target_mean - turn @ source_mean])


@dataclass(frozen=True, slots=True)
class Anchor:
    """The face and crop that later crops are moved from, so that they do not drift."""

    rigid_px: Floats
    crop: Crop

    def crop_for(self, points_px: Floats) -> Crop:
        """Move the first crop as the rigid points have moved since."""
        move = similarity(self.rigid_px, points_px[_RIGID, :2])
        x_px, y_px = move[:, :2] @ (self.crop.x_px, self.crop.y_px) + move[:, 2]
        scale, turn = hypot(move[0, 0], move[1, 0]), atan2(move[1, 0], move[0, 0])
        return Crop(x_px, y_px, self.crop.side_px * scale, self.crop.turn_rad + turn)


class FaceMesh:
    """The landmark network on crops of a picture."""

    def __init__(self, *, crops: int = 1) -> None:
        self._net: Network = load_network("face_mesh")
        self._jitters = _JITTERS[:crops] if crops > 1 else ((0.0, 0.0, 0.0, 0.0),)

    def points(self, image_rgb: NDArray[np.uint8], crop: Crop) -> tuple[Floats, float]:
        """
        (478, 3) image pixels and the presence of a face (0-1).

        The third coordinate is depth in pixels, smaller is nearer the camera.
        """
        found = [self._once(image_rgb, crop.jittered(jitter)) for jitter in self._jitters]
        points_px = np.mean([points for points, _ in found], axis=0)
        return points_px, float(np.mean([presence for _, presence in found]))

    def _once(self, image_rgb: NDArray[np.uint8], crop: Crop) -> tuple[Floats, float]:
        to_crop = crop.to_crop(_INPUT_PX)
        picture = cv2.warpAffine(
            image_rgb, to_crop, (_INPUT_PX, _INPUT_PX), borderMode=cv2.BORDER_REPLICATE
        )
        tensor = np.multiply(picture, np.float32(1 / 255), dtype=np.float32)[None]
        landmarks, logit = self._net(tensor)
        raw = landmarks.reshape(-1, 3).astype(np.float64)
        unit = crop.side_px / _INPUT_PX
        c, s = cos(crop.turn_rad) * unit, sin(crop.turn_rad) * unit
        u, v = raw[:, 0] - _INPUT_PX / 2, raw[:, 1] - _INPUT_PX / 2
        points_px = np.column_stack(
            [crop.x_px + c * u - s * v, crop.y_px + s * u + c * v, raw[:, 2] * unit]
        )
        presence = 1 / (1 + np.exp(-np.clip(float(np.ravel(logit)[0]), -100, 100)))
        return points_px, float(presence)
