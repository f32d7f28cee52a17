"""A falling jaw: lower lip and chin go down, the lips part, the dark of the mouth shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from spasm_video.simulate.face_map import curve
from spasm_video.simulate.twitch import smooth_step

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats, Plane
    from spasm_video.simulate.face_map import FaceMap

_DARK_RGB = np.array([58, 26, 24], np.float32)
_REACH_MM = 22.0  # from the chin down to where the skin of the neck is at rest
_WIDEN = 0.35  # how much wider than the mouth the moving skin is, a mm of depth below it
_EDGE_MM = 0.8
_SHUT_MM = 9.0  # below the line of shut lips the skin stays, then it gives over as much again


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """
    The mouth and what goes with the jaw, ready to be opened.

    Attributes
    ----------
    box : the rows and columns of the picture that the jaw may move
    x, y : (h, w) px of the picture, of the pixels of the box
    line : (w,) the line along which the lips part, y px
    follows : (h, w) the part of the jaw's fall that each pixel follows, 0 to 1
    px_per_mm : the scale
    """

    box: tuple[slice, slice]
    x: Floats
    y: Floats
    line: Floats
    centre_x: float
    half_px: float
    chin_y: float
    px_per_mm: float

    @classmethod
    def of(cls, face: FaceMap) -> Self:
        """Prepare the mouth of a face map."""
        first, last = face.mouth[0], face.mouth[-1]
        half_px = (last[0] - first[0]) / 2
        bottom = face.chin[1] + _REACH_MM * face.px_per_mm
        wide_px = half_px + 14 * face.px_per_mm
        centre_x = (first[0] + last[0]) / 2
        rows = slice(int(min(y for _, y in face.mouth)) - 2, int(bottom) + 2)
        columns = slice(int(centre_x - wide_px) - 1, int(centre_x + wide_px) + 2)
        y, x = np.mgrid[rows, columns].astype(np.float64)
        return cls(
            box=(rows, columns),
            x=x,
            y=y,
            line=curve(face.mouth, x[0]),
            centre_x=centre_x,
            half_px=half_px,
            chin_y=face.chin[1],
            px_per_mm=face.px_per_mm,
        )

    def draw(self, picture: Plane, fall_px: float) -> None:
        """Lower the jaw in ``picture`` by ``fall_px``."""
        if fall_px <= 0:
            return
        fallen = fall_px * self._follows(self.y)
        # The fall is smooth, so two steps find the skin that has come to each pixel.
        source_y = self.y - fall_px * self._follows(self.y - fallen)
        opened = self.line + fall_px * self._across(np.zeros_like(self.line))
        skin = cv2.remap(
            picture,
            self.x.astype(np.float32),
            np.maximum(source_y, self.line).astype(np.float32),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ).astype(np.float32)
        soft_px = _EDGE_MM * self.px_per_mm
        drawn = picture[self.box].copy()
        depth = smooth_step(self.y - self.line, -soft_px / 2, soft_px / 2)
        depth = depth * np.clip((opened - self.line) / soft_px, 0, 1)
        drawn += (_DARK_RGB - drawn) * depth[..., None]
        lip = smooth_step(self.y - opened, -soft_px / 2, soft_px / 2)
        drawn += (skin - drawn) * lip[..., None]
        picture[self.box] = drawn

    def stretch(self, picture: Plane, fall_px: float) -> None:
        """Lower the chin in ``picture`` by ``fall_px`` with the lips shut: the skin stretches."""
        if fall_px <= 0:
            return
        lips_px = _SHUT_MM * self.px_per_mm
        going = smooth_step(self.y - self.line, lips_px, lips_px + _SHUT_MM * self.px_per_mm)
        source_y = self.y - fall_px * self._follows(self.y - fall_px * going) * going
        picture[self.box] = cv2.remap(
            picture,
            self.x.astype(np.float32),
            source_y.astype(np.float32),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ).astype(np.float32)

    def _follows(self, y: Floats) -> Floats:
        below_px = np.maximum(y - self.line, 0)
        reach_px = _REACH_MM * self.px_per_mm
        down = 1 - smooth_step(y, self.chin_y - reach_px / 3, self.chin_y + reach_px)
        return np.asarray(self._across(below_px) * down)

    def _across(self, below_px: Floats) -> Floats:
        wide_px = self.half_px + np.minimum(_WIDEN * below_px, 13 * self.px_per_mm)
        aside = np.abs(self.x[0] - self.centre_x) / wide_px
        return np.asarray(np.cos(np.pi / 2 * np.minimum(aside, 1)))
