"""
One frame in, everything the measurement needs of it out.

Two halves that can overlap in time: finding the face (needs the frame before) and reading
lids and skin (needs the face).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import SIDES, Side
from spasm_video.observe.eyelids import EyeReader
from spasm_video.observe.head import HeadPlace, head_picture, light_and_sharpness, place_head
from spasm_video.observe.skin import SkinFlow

if TYPE_CHECKING:
    from spasm_video.observe.follow import FoundFace
    from spasm_video.video.frames import Frame

Floats = NDArray[np.float64]
# Away from the nose is +x for the patient's left, -x for the right.
_OUT = np.array([1.0 if side is Side.LEFT else -1.0 for side in SIDES])


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One frame of a ``FaceTrack``.

    ``points_px`` (478, 3); ``lid_px`` (side, upper/lower); ``iris_px`` (side, across/up);
    ``skin_step_px`` (window, side, out/up) since the frame before; ``skin_confidence``
    (window, side); pixels are those of the video. NaN where not measured.
    """

    points_px: Floats
    presence: float
    lid_px: Floats
    iris_px: Floats
    skin_step_px: Floats
    skin_confidence: Floats
    sharpness: float
    brightness: float
    other_faces: int
    fresh: bool


class FaceReader:
    """Lids and skin of a found face, frame after frame."""

    def __init__(self) -> None:
        self._eyes = EyeReader()
        self._skin = SkinFlow()
        self._place: HeadPlace | None = None
        self._before_s = 0.0

    def read(self, frame: Frame, face: FoundFace) -> Reading:
        """Read lids and skin of the frame."""
        if face.fresh or self._place is None:
            self._place = self._begin(face.points_px)
        to_head = self._place.to_head(face.points_px)
        picture = head_picture(frame.grey, to_head)
        in_head = face.points_px[:, :2] @ to_head[:, :2].T + to_head[:, 2]
        skin = self._skin.step(picture, in_head)
        zoom = np.hypot(to_head[0, 0], to_head[1, 0])
        outward_up = skin.step_px * np.stack([_OUT, np.full(len(SIDES), -1.0)], axis=1) / zoom
        lid_px, iris_px = self._eyes.read(
            frame.image_rgb, face.points_px, to_head, frame.time_s - self._before_s
        )
        self._before_s = frame.time_s
        brightness, sharpness = light_and_sharpness(picture)
        return Reading(
            points_px=face.points_px,
            presence=face.presence,
            lid_px=lid_px,
            iris_px=iris_px,
            skin_step_px=outward_up,
            skin_confidence=skin.confidence,
            sharpness=sharpness,
            brightness=brightness,
            other_faces=face.other_faces,
            fresh=face.fresh,
        )

    def _begin(self, points_px: Floats) -> HeadPlace:
        self._eyes.forget()
        self._skin.forget()
        return place_head(points_px)
