"""
A portrait that moves: lids close, skin is pulled, the jaw falls, the head turns.

The picture is drawn twice: first the face in its resting place, then the whole of it as
the camera sees it. Both are warps, so every pixel is still one of the portrait's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from spasm_video.anatomy import SIDES, Side
from spasm_video.simulate.lids import Lids
from spasm_video.simulate.mouth import Mouth
from spasm_video.simulate.script import LID
from spasm_video.simulate.skin import displacement_px

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats, Picture, Plane
    from spasm_video.simulate.face_map import FaceMap
    from spasm_video.simulate.script import Performance

_DOME_MM = 75.0  # how far the cheeks stand before the rim of the head
_NOSE_MM = 16.0  # how far the tip of the nose stands before the cheeks
_NOSE_WIDTH_MM = 9.0
_GRAIN_PX = 1.1
_BORDER_PX = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How the camera frames a picture: enlarged by ``scale``, ``size_px`` (width, height) of it."""

    scale: float
    size_px: tuple[int, int]
    centre: tuple[float, float]
    """The middle of the view, px of the picture before it is enlarged."""


@dataclass(frozen=True, eq=False)
class Portrait:
    """
    A face at rest: ``picture`` (h, w, 3) of the scene, wider than the view by a border.

    ``face`` says where its parts are in ``picture``; ``size_px`` is the view's (width, height).
    """

    picture: Plane
    face: FaceMap
    size_px: tuple[int, int]

    @classmethod
    def framed(cls, source: Picture, face: FaceMap, framing: Framing, *, grain: float = 0) -> Self:
        """
        Enlarge ``source`` and cut out the view.

        ``grain`` is the strength of the fine texture of skin, grey levels: enlarging loses it.
        """
        width, height = (side + 2 * _BORDER_PX for side in framing.size_px)
        scale, (centre_x, centre_y) = framing.scale, framing.centre
        left, top = centre_x - width / 2 / scale, centre_y - height / 2 / scale
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        at_x, at_y = (x + 0.5) / scale + (left - 0.5), (y + 0.5) / scale + (top - 0.5)
        enlarged = cv2.remap(source, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        noise = np.random.default_rng(0).standard_normal((height, width), dtype=np.float32)
        texture = cv2.GaussianBlur(noise, (0, 0), _GRAIN_PX)
        texture = texture * np.float32(grain / texture.std())
        picture = np.asarray(enlarged, np.float32) + texture[..., None]
        return cls(picture, face.placed(scale, (left, top)), framing.size_px)

    @property
    def face_in_view(self) -> FaceMap:
        """Where the parts of the face at rest are in the view."""
        return self.face.placed(1.0, (float(_BORDER_PX), float(_BORDER_PX)))

    def shown(
        self, performance: Performance, index: int, last_row: Performance | None = None
    ) -> Plane:
        """
        The view at one instant of the performance, (h, w, 3), 0 to 255.

        A camera with a rolling shutter takes its last row later: ``last_row`` is the same
        performance at those instants.
        """
        posed = self.posed(
            performance.moved[index],
            jaw_mm=float(performance.jaw_mm[index]),
            gaze_mm=float(performance.gaze_mm[index]),
            chin_mm=float(performance.chin_mm[index]),
        )
        x, y = self._seen_from(performance, index)
        if last_row is not None:
            late_x, late_y = self._seen_from(last_row, index)
            late = np.linspace(0, 1, y.shape[0], dtype=np.float32)[:, None]
            x, y = x + late * (late_x - x), y + late * (late_y - y)
        return _sampled(posed, x, y)

    def posed(
        self, moved: Floats, *, jaw_mm: float = 0.0, gaze_mm: float = 0.0, chin_mm: float = 0.0
    ) -> Plane:
        """The face in its resting place with its parts moved, (Region, Side)."""
        px_per_mm = self.face.px_per_mm
        picture = self.picture.copy()
        for index, side in enumerate(SIDES):
            self._lids[side].draw(picture, float(moved[LID, index]), -gaze_mm * px_per_mm)
        self._mouth.draw(picture, jaw_mm * px_per_mm)
        self._mouth.stretch(picture, chin_mm * px_per_mm)
        x, y = self._grid
        shift_x, shift_y = displacement_px(self.face, moved, x, y)
        if not (shift_x.any() or shift_y.any()):
            return picture
        return _sampled(picture, x - shift_x, y - shift_y)

    def _seen_from(self, performance: Performance, index: int) -> tuple[Plane, Plane]:
        """Where in the resting picture each pixel of the view comes from."""
        roll = float(np.deg2rad(performance.roll_deg[index]))
        zoom = float(performance.zoom[index])
        shift_x, shift_y = (performance.shift_mm[index] * self.face.px_per_mm).tolist()
        pivot_x, pivot_y = self.face.head_centre
        width, height = self.size_px
        in_view = np.s_[_BORDER_PX : _BORDER_PX + height, _BORDER_PX : _BORDER_PX + width]
        dx, dy = (plane[in_view] for plane in self._grid)
        dx, dy = dx - (pivot_x + shift_x), dy - (pivot_y + shift_y)
        cos, sin = math.cos(roll) / zoom, math.sin(roll) / zoom
        x, y = pivot_x + cos * dx + sin * dy, pivot_y + cos * dy - sin * dx
        depth_px = self._depth_px(x, y)
        # What is near goes to the picture's left when the head turns to the patient's right.
        x += depth_px * math.sin(math.radians(performance.yaw_deg[index]))
        y += depth_px * math.sin(math.radians(performance.pitch_deg[index]))
        return x, y

    def _depth_px(self, x: Plane, y: Plane) -> Plane:
        """How far each point stands out before the rim of the head, px: a dome and a nose."""
        (centre_x, centre_y), (radius_x, radius_y) = self.face.head_centre, self.face.head_radii
        rim = ((x - centre_x) / radius_x) ** 2 + ((y - centre_y) / radius_y) ** 2
        dome = np.cos(np.pi / 2 * np.minimum(rim, 1)) ** 2
        nose_x, nose_y = self.face.nose_tip
        width_px = _NOSE_WIDTH_MM * self.face.px_per_mm
        nose = np.exp(-((x - nose_x) ** 2 + (y - nose_y) ** 2) / (2 * width_px**2))
        depth_mm = _DOME_MM * dome + _NOSE_MM * nose
        return np.asarray(self.face.px_per_mm * depth_mm, np.float32)

    @cached_property
    def _lids(self) -> dict[Side, Lids]:
        return {side: Lids.of(eye, self.face.px_per_mm) for side, eye in self.face.eyes.items()}

    @cached_property
    def _mouth(self) -> Mouth:
        return Mouth.of(self.face)

    @cached_property
    def _grid(self) -> tuple[Plane, Plane]:
        y, x = np.mgrid[0 : self.picture.shape[0], 0 : self.picture.shape[1]].astype(np.float32)
        return x, y


def _sampled(picture: Plane, x: Plane, y: Plane) -> Plane:
    taken = cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken, np.float32)
