"""The camera before the face: light that drifts a little, and the noise of its sensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Picture, Plane

_BRIGHTER_HZ = 0.07
_SIDEWAYS_HZ = 0.045


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """
    What stands between the face and the picture.

    ``blur_px`` is the sigma of a lens out of focus, ``noise`` the sensor's, in grey levels;
    ``drift`` is the largest change of the light, a fraction, of the whole picture and from one
    edge to the other.
    """

    blur_px: float = 0.0
    noise: float = 1.2
    drift: float = 0.02
    seed: int = 0

    def taken(self, view: Plane, index: int, time_s: float, exposure: float = 1.0) -> Picture:
        """
        The picture of frame ``index``: the same index gives the same noise.

        ``exposure`` is how bright the light makes it, 1 as the portrait is.
        """
        rng = np.random.default_rng([self.seed, index])
        phase = np.random.default_rng(self.seed).uniform(0, 2 * np.pi, 2)
        whole, across = self.drift * np.sin(
            2 * np.pi * np.array([_BRIGHTER_HZ, _SIDEWAYS_HZ]) * time_s + phase
        )
        light = 1 + whole + across * np.linspace(-1, 1, view.shape[1])
        light = exposure * light
        if self.blur_px > 0:
            view = np.asarray(cv2.GaussianBlur(view, (0, 0), self.blur_px), np.float32)
        noise = rng.standard_normal(view.shape, dtype=np.float32)
        seen = view * light.astype(np.float32)[:, None] + np.float32(self.noise) * noise
        return np.asarray(np.clip(np.rint(seen), 0, 255), np.uint8)
