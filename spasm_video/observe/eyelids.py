"""
Each eye on its own: lid margins and iris from a picture of that eye alone.

The face mesh pulls both eyes towards each other (a closed right eye drags the open left
one to 85 %). The per-eye network of MediaPipe's iris model sees one eye only.
"""

from __future__ import annotations

from math import atan2, exp, hypot
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import EYE_CORNERS, SIDES, Side
from spasm_video.observe.mesh import Crop
from spasm_video.observe.weights import load_network

if TYPE_CHECKING:
    from spasm_video.observe.weights import Network

Floats = NDArray[np.float64]

_INPUT_PX = 64
_WIDTHS = 2.3  # the crop is 2.3 eye widths, as the network was trained
_UPPER, _LOWER = (11, 12, 13), (3, 4, 5)  # of the network's eye contour
_MIRRORED = tuple(side is Side.LEFT for side in SIDES)  # the network knows right eyes
_CORNER_FOLLOW_S = 0.32  # the eye corners' place in the head is followed slowly: still in a blink
_USUAL_STEP_S = 1 / 30


class EyeReader:
    """Lid margins and iris of both eyes, in the head's own upright axes."""

    def __init__(self) -> None:
        self._net: Network = load_network("eye_lids")
        self._corners: Floats | None = None

    def forget(self) -> None:
        """A new face: forget where the eyes were."""
        self._corners = None

    def read(
        self,
        image_rgb: NDArray[np.uint8],
        points_px: Floats,
        to_head: Floats,
        elapsed_s: float = _USUAL_STEP_S,
    ) -> tuple[Floats, Floats]:
        """
        Heights of the lid margins and the iris centre, measured from the eye's middle.

        Parameters
        ----------
        image_rgb : (h, w, 3) uint8
        points_px : (478, 3) of the same frame
        to_head : (2, 3) image pixels to the stabilised head picture
        elapsed_s : time since the frame before

        Returns
        -------
        lids_px : (side, upper/lower) image pixels, positive towards the brow
        iris_px : (side, across/up) image pixels; across is positive away from the nose
        """
        corners = points_px[np.array(EYE_CORNERS), :2] @ to_head[:, :2].T + to_head[:, 2]
        if self._corners is None:
            self._corners = corners
        kept = exp(-elapsed_s / _CORNER_FOLLOW_S)
        self._corners = kept * self._corners + (1 - kept) * corners
        from_head = cv2.invertAffineTransform(to_head)
        placed = self._corners @ from_head[:, :2].T + from_head[:, 2]
        crops = [
            _crop_of_eye(outer, inner, mirrored=mirrored)
            for (outer, inner), mirrored in zip(placed, _MIRRORED, strict=True)
        ]
        pictures = [
            _picture(image_rgb, crop, mirrored=mirrored)
            for crop, mirrored in zip(crops, _MIRRORED, strict=True)
        ]
        tensor = np.multiply(np.stack(pictures), np.float32(1 / 255), dtype=np.float32)
        contour, iris = self._net(tensor)
        sides = np.array([crop.side_px for crop in crops])[:, None] / _INPUT_PX
        eye = contour.reshape(2, 71, 3).astype(np.float64) - _INPUT_PX / 2
        centre = iris.reshape(2, 5, 3)[:, 0, :2].astype(np.float64) - _INPUT_PX / 2
        upper = -eye[:, _UPPER, 1].mean(axis=1)
        lower = -eye[:, _LOWER, 1].mean(axis=1)
        lids_px = np.stack([upper, lower], axis=1) * sides
        iris_px = np.stack([-centre[:, 0], -centre[:, 1]], axis=1) * sides
        return lids_px, iris_px


def _crop_of_eye(outer: Floats, inner: Floats, *, mirrored: bool) -> Crop:
    across = (outer - inner) if mirrored else (inner - outer)
    x_px, y_px = (outer + inner) / 2
    side_px = _WIDTHS * hypot(*across)
    return Crop(float(x_px), float(y_px), side_px, atan2(across[1], across[0]))


def _picture(image_rgb: NDArray[np.uint8], crop: Crop, *, mirrored: bool) -> NDArray[np.uint8]:
    """(64, 64, 3): sampled twice as fine, then averaged, so that a large eye does not alias."""
    fine = 2 * _INPUT_PX
    to_crop = crop.to_crop(fine)
    if mirrored:  # about the crop's middle, so that a mirrored face gives the same numbers
        to_crop[0] = (0, 0, fine) - to_crop[0]
    to_crop[:, 2] += 0.5  # fine pixel pairs centre on the coarse sample point
    big = cv2.warpAffine(image_rgb, to_crop, (fine, fine), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(big, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)
