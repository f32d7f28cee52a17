"""
Where the parts of a face are in a picture of it, and which way its muscles pull.

Pixels count from the centre of the top left pixel, x to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import Region, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.simulate.arrays import AnyFloats, Floats

Points = tuple[tuple[float, float], ...]

_ALONG = 500  # points along a lid margin


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeMap:
    """The lid margins and the lower edge of the brow, each as points with x ascending, px."""

    upper: Points
    lower: Points
    brow_edge: Points

    @property
    def open_px(self) -> float:
        """How far the lids are apart where they are furthest apart, px."""
        x = np.linspace(self.upper[0][0], self.upper[-1][0], _ALONG)
        return float((curve(self.lower, x) - curve(self.upper, x)).max())


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceMap:
    """
    The places of one face in one picture, px.

    ``anchors`` are the points whose movement is the movement of their region. ``mouth`` is
    the line along which the lips part: below it everything goes with the jaw.
    """

    px_per_mm: float
    glabella: tuple[float, float]
    nose_tip: tuple[float, float]
    chin: tuple[float, float]
    head_centre: tuple[float, float]
    head_radii: tuple[float, float]
    eyes: Mapping[Side, EyeMap]
    mouth: Points
    anchors: Mapping[Side, Mapping[Region, tuple[float, float]]]

    def placed(self, scale: float, origin: tuple[float, float]) -> FaceMap:
        """The same face in a picture ``scale`` times as large, cut at ``origin`` of the old."""

        def point(old: tuple[float, float]) -> tuple[float, float]:
            x, y = ((at + 0.5 - cut) * scale - 0.5 for at, cut in zip(old, origin, strict=True))
            return x, y

        def points(old: Points) -> Points:
            return tuple(point(at) for at in old)

        return FaceMap(
            px_per_mm=self.px_per_mm * scale,
            glabella=point(self.glabella),
            nose_tip=point(self.nose_tip),
            chin=point(self.chin),
            head_centre=point(self.head_centre),
            head_radii=(self.head_radii[0] * scale, self.head_radii[1] * scale),
            eyes={
                side: EyeMap(
                    upper=points(eye.upper),
                    lower=points(eye.lower),
                    brow_edge=points(eye.brow_edge),
                )
                for side, eye in self.eyes.items()
            },
            mouth=points(self.mouth),
            anchors={
                side: {region: point(at) for region, at in of_side.items()}
                for side, of_side in self.anchors.items()
            },
        )

    @property
    def open_mm(self) -> dict[Side, float]:
        """How far each eye is open at rest where it is open widest, mm."""
        return {side: eye.open_px / self.px_per_mm for side, eye in self.eyes.items()}

    @property
    def up(self) -> Floats:
        """The unit vector from the chin to the forehead, (2,)."""
        along = np.subtract(self.glabella, self.chin)
        return np.asarray(along / np.hypot(*along))

    def out(self, side: Side) -> Floats:
        """The unit vector from the midline towards ``side``, (2,)."""
        up_x, up_y = self.up
        right = np.array([up_y, -up_x])
        return right if side is Side.RIGHT else -right

    def aside_px(self, side: Side, x: AnyFloats, y: AnyFloats) -> AnyFloats:
        """How far the points lie from the midline towards ``side``, px; negative beyond it."""
        out_x, out_y = self.out(side).tolist()
        return np.asarray((x - self.chin[0]) * out_x + (y - self.chin[1]) * out_y)


def curve(points: Points, x: Floats) -> Floats:
    """
    A smooth line through about all of ``points`` (a fourth degree polynomial) at ``x``.

    Before the first and after the last point the line stays level.
    """
    at, height = np.array(points).T
    centre, half = (at[0] + at[-1]) / 2, (at[-1] - at[0]) / 2
    fit = np.polynomial.Polynomial.fit(
        at, height, deg=min(4, at.size - 1), domain=[centre - half, centre + half]
    )
    return np.asarray(fit(np.clip(x, at[0], at[-1])))
