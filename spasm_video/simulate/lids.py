"""
A closing eye: the skin of the upper lid comes down over the eyeball.

The lashes travel with the lid margin, the skin above them unfolds, the lower lid rises a
little to meet them. The eyeball stays where it is and is covered, never squeezed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from spasm_video.simulate.face_map import curve
from spasm_video.simulate.twitch import smooth_step

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats, Plane
    from spasm_video.simulate.face_map import EyeMap

UPPER_SHARE = 0.85
"""The part of the closing that the upper lid does; the lower lid rises by the rest."""

_LASHES_MM = 2.6  # the dark band above the margin that moves as one piece,
_LASHES = 0.4  # and at most this part of the way to the brow
_LAP_MM = 0.6  # how far the lashes of a shut eye lie over the lower lid
_EDGE_MM = 0.7  # the softness of a lid margin against the eyeball
_BELOW_MM = 5.0  # how far the rise of the lower lid reaches into the skin below it
_SHADOW = 0.45  # the darkening of the eyeball right under a fallen lid
_SHADOW_MM = 1.6
_LINE = 0.30  # the darkening along the line of a shut eye
_LINE_MM = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Lids:
    """
    One eye, ready to be closed in a picture.

    Attributes
    ----------
    box : the rows and columns of the picture that a closing eye may change
    x, y : (h, w) px of the picture, of the pixels of the box
    upper, lower, brow : (w,) the lid margins and the lower edge of the brow, y px
    open_px : how far the lids are apart at rest where they are furthest apart
    px_per_mm : the scale
    """

    box: tuple[slice, slice]
    x: Floats
    y: Floats
    upper: Floats
    lower: Floats
    brow: Floats
    open_px: float
    px_per_mm: float

    @classmethod
    def of(cls, eye: EyeMap, px_per_mm: float) -> Self:
        """Prepare the eye of a face map."""
        margin_px = 3 * _BELOW_MM * px_per_mm
        columns = slice(int(eye.upper[0][0]) - 1, int(eye.upper[-1][0]) + 3)
        rows = slice(
            int(min(y for _, y in eye.brow_edge)) - 1,
            int(max(y for _, y in eye.lower) + margin_px) + 1,
        )
        y, x = np.mgrid[rows, columns].astype(np.float64)
        upper, lower = curve(eye.upper, x[0]), curve(eye.lower, x[0])
        middle = (upper + lower) / 2
        return cls(
            box=(rows, columns),
            x=x,
            y=y,
            upper=np.minimum(upper, middle),
            lower=np.maximum(lower, middle),
            brow=curve(eye.brow_edge, x[0]),
            open_px=eye.open_px,
            px_per_mm=px_per_mm,
        )

    def draw(self, picture: Plane, closure: float, gaze_px: float = 0.0) -> None:
        """Close the eye in ``picture`` by ``closure``, 0 to 1, the iris moved by ``gaze_px``."""
        if closure == 0 and gaze_px == 0:
            return
        open_ = self.lower - self.upper
        lap = closure**12 * _LAP_MM * self.px_per_mm * np.sqrt(open_ / self.open_px)
        upper = self.upper + UPPER_SHARE * closure * open_ + lap
        lower = self.lower - (1 - UPPER_SHARE) * closure * open_
        # At first the edges are as sharp as they were, so that nothing jumps at the onset.
        moving = min(1.0, 0.02 + 5 * closure + 0.3 * abs(gaze_px) / self.px_per_mm)
        soft_px = moving * _EDGE_MM * self.px_per_mm

        eyeball = self._eyeball(picture, gaze_px) * self._shade(upper, closure)[..., None]
        above = self._sampled(
            picture, np.minimum(self._skin_above(upper), self.upper - soft_px / 2)
        )
        below = self._sampled(
            picture, np.maximum(self._skin_below(lower), self.lower + soft_px / 2)
        )
        covers = smooth_step(upper - self.y, -soft_px / 2, soft_px / 2)
        rises = smooth_step(self.y - lower, -soft_px / 2, soft_px / 2)
        drawn = eyeball + (below - eyeball) * rises[..., None]
        drawn += (above - drawn) * covers[..., None]
        picture[self.box] = drawn * self._lash_line(upper, closure)[..., None]

    def _eyeball(self, picture: Plane, gaze_px: float) -> Plane:
        if gaze_px == 0:
            return picture[self.box]
        profile = (self.lower - self.upper) / self.open_px
        middle = (self.lower + self.upper) / 2
        inside = np.exp(-(((self.y - middle) / (0.6 * self.open_px)) ** 4))
        return self._sampled(picture, self.y, self.x - gaze_px * profile**0.5 * inside)

    def _skin_above(self, upper: Floats) -> Floats:
        """Where the skin that is now at each pixel above the margin comes from, y px."""
        lashes_px = np.minimum(_LASHES_MM * self.px_per_mm, _LASHES * (self.upper - self.brow))
        unfolded = np.maximum(self.upper - lashes_px - self.brow, 1.0)
        now = np.maximum(upper - lashes_px - self.brow, 1.0)
        stretched = self.brow + (self.y - self.brow) * unfolded / now
        carried = self.y - (upper - self.upper)
        return np.where(self.y < self.brow, self.y, np.maximum(stretched, carried))

    def _skin_below(self, lower: Floats) -> Floats:
        depth_mm = np.maximum(self.y - lower, 0) / self.px_per_mm
        return np.asarray(self.y + (self.lower - lower) * np.exp(-((depth_mm / _BELOW_MM) ** 2)))

    def _shade(self, upper: Floats, closure: float) -> Floats:
        under_mm = np.maximum(self.y - upper, 0) / self.px_per_mm
        return np.asarray(1 - _SHADOW * closure * np.exp(-under_mm / _SHADOW_MM))

    def _lash_line(self, upper: Floats, closure: float) -> Floats:
        away_mm = (self.y - upper) / self.px_per_mm
        profile = (self.lower - self.upper) / self.open_px
        return np.asarray(1 - _LINE * closure * profile * np.exp(-((away_mm / _LINE_MM) ** 2)))

    def _sampled(self, picture: Plane, y: Floats, x: Floats | None = None) -> Plane:
        return cv2.remap(
            picture,
            (self.x if x is None else x).astype(np.float32),
            y.astype(np.float32),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ).astype(np.float32)
