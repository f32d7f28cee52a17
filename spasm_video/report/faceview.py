"""The part of a picture that holds a face and its neck, shown at a set size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

_BESIDE, _ABOVE, _BELOW = 0.22, 0.34, 0.55  # of a face's width, around its points
_OUTSIDE = (232, 235, 238)
_SMALLEST_FACE_PX = 16.0


@dataclass(frozen=True, slots=True)
class FaceView:
    """A window of a picture: its corner and ``scale``, output pixels for one of the picture."""

    x_px: float
    y_px: float
    scale: float
    width_px: int
    height_px: int

    def places(self, points_px: Floats) -> Floats:
        """(k, 2) where points of the picture, (k, 2 or 3), lie in the view."""
        shown: Floats = (points_px[:, :2] - (self.x_px, self.y_px)) * self.scale
        return shown

    def cut(self, picture: Picture) -> Picture:
        """(height, width, 3) the view of an RGB picture; grey where the picture has ended."""
        scale, x_px, y_px = self.scale, self.x_px, self.y_px
        while scale < 0.6:  # halve until every pixel counts
            half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            picture = cast("Picture", half)
            scale, x_px, y_px = 2 * scale, x_px / 2, y_px / 2
        matrix = np.array([[scale, 0.0, -scale * x_px], [0.0, scale, -scale * y_px]])
        size = (self.width_px, self.height_px)
        return cast("Picture", cv2.warpAffine(picture, matrix, size, borderValue=_OUTSIDE))


def view_around(points_px: Floats, width_px: int, height_px: int) -> FaceView:
    """
    The view that holds a face wherever it is in a recording.

    ``points_px`` (n, k, 2 or 3) of frames with a face. Rare excursions may leave the view.
    """
    low = np.percentile(points_px[..., :2].min(axis=1), 1, axis=0)
    high = np.percentile(points_px[..., :2].max(axis=1), 99, axis=0)
    face_px = float(np.median(np.ptp(points_px[..., 0], axis=1)))
    face_px = max(face_px, _SMALLEST_FACE_PX)
    low = low - np.array([_BESIDE, _ABOVE]) * face_px
    high = high + np.array([_BESIDE, _BELOW]) * face_px
    scale = float(min(width_px / (high[0] - low[0]), height_px / (high[1] - low[1])))
    corner = (low + high) / 2 - np.array([width_px, height_px]) / (2 * scale)
    return FaceView(float(corner[0]), float(corner[1]), scale, width_px, height_px)
