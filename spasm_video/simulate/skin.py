"""
The pull of the facial muscles on the skin, as a smooth warp of the picture.

Every region pulls with a Gaussian window around its anchor. The windows travel with the
skin and their strengths are solved together, so that each anchor moves by exactly what
was asked, however much its neighbours move. Nothing crosses the midline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.simulate.twitch import smooth_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.simulate.arrays import AnyFloats, Floats, Plane
    from spasm_video.simulate.face_map import FaceMap

DIRECTION: Mapping[Region, tuple[float, float]] = {
    Region.BROW: (0.15, 0.99),
    Region.CHEEK: (0.30, 0.95),
    Region.MOUTH: (0.78, 0.63),
    Region.NECK: (0.45, -0.89),
}
"""Outwards and upwards: which way each muscle pulls; the platysma down and to the side."""

WINDOW_MM: Mapping[Region, tuple[float, float]] = {
    Region.BROW: (12.0, 6.0),
    Region.CHEEK: (8.0, 7.0),
    Region.MOUTH: (7.5, 7.5),
    Region.NECK: (6.0, 9.0),
}
"""The sigma of each window along outwards and upwards."""

_MIDLINE_MM = 8.0
"""Over this width beside the midline the pull fades to nothing."""


def displacement_px(face: FaceMap, moved_mm: Floats, x: Plane, y: Plane) -> tuple[Plane, Plane]:
    """
    How far the skin that is now at (x, y) has come, px.

    ``moved_mm`` is (Region, Side), each along the region's ``DIRECTION``; the eyelid, which
    is no skin that slides, is passed over.
    """
    shift_x, shift_y = np.zeros_like(x), np.zeros_like(y)
    for index, side in enumerate(SIDES):
        pulls = {
            region: moved_mm[REGIONS.index(region), index]
            for region in DIRECTION
            if moved_mm[REGIONS.index(region), index] != 0
        }
        if not pulls:
            continue
        fade = smooth_step(face.aside_px(side, x, y), 0, _MIDLINE_MM * face.px_per_mm)
        for region, at, strength in _pulls(face, side, pulls):
            (at_x, at_y), (pull_x, pull_y) = at.tolist(), strength.tolist()
            window = fade * _window(face, side, region, x - at_x, y - at_y)
            shift_x += pull_x * window
            shift_y += pull_y * window
    return shift_x, shift_y


def direction(face: FaceMap, region: Region, side: Side) -> Floats:
    """The unit vector in the picture along which a region of one side moves, (2,)."""
    outwards, upwards = DIRECTION[region]
    along = outwards * face.out(side) + upwards * face.up
    return np.asarray(along / np.hypot(*along))


def _pulls(
    face: FaceMap, side: Side, pulls: Mapping[Region, float]
) -> list[tuple[Region, Floats, Floats]]:
    """Where each window stands now and how strong it must be, px."""
    wanted = np.array(
        [mm * face.px_per_mm * direction(face, region, side) for region, mm in pulls.items()]
    )
    now = np.array([face.anchors[side][region] for region in pulls]) + wanted
    shared = np.stack(
        [
            _window(face, side, region, now[:, 0] - at[0], now[:, 1] - at[1])
            for region, at in zip(pulls, now, strict=True)
        ],
        axis=1,
    )
    return list(zip(pulls, now, np.linalg.solve(shared, wanted), strict=True))


def _window(face: FaceMap, side: Side, region: Region, dx: AnyFloats, dy: AnyFloats) -> AnyFloats:
    out, up = face.out(side).tolist(), face.up.tolist()
    wide_px, high_px = (sigma * face.px_per_mm for sigma in WINDOW_MM[region])
    aside, above = dx * out[0] + dy * out[1], dx * up[0] + dy * up[1]
    return np.asarray(np.exp(-((aside / wide_px) ** 2 + (above / high_px) ** 2) / 2))
