"""The places of a face in a picture from the points of a face mesh, numbered as in ``anatomy``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import (
    CHIN,
    EYE_CORNERS,
    IRIS_DIAMETER_MM,
    IRIS_ENDS,
    MOUTH_CORNERS,
    NOSE_TIP,
    RIGID_LANDMARKS,
    SIDES,
    SKIN_WINDOWS,
    Region,
    Side,
)
from spasm_video.simulate.face_map import EyeMap, FaceMap

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.face_map import Points

_GLABELLA = 9
_NECK_DROP_MM = 25.0
_UNFOLDS = 0.55  # of the way from the lid margin to the brow

# Along each margin from the picture's left to its right.
_UPPER = {
    Side.RIGHT: (33, 246, 161, 160, 159, 158, 157, 173, 133),
    Side.LEFT: (362, 398, 384, 385, 386, 387, 388, 466, 263),
}
_LOWER = {
    Side.RIGHT: (33, 7, 163, 144, 145, 153, 154, 155, 133),
    Side.LEFT: (362, 382, 381, 380, 374, 373, 390, 249, 263),
}
_BROW_EDGE = {Side.RIGHT: (46, 53, 52, 65, 55), Side.LEFT: (285, 295, 282, 283, 276)}
_MOUTH = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)


def size_px(points_px: Floats) -> float:
    """How large the rigid part of the head is in the picture, whatever the face does."""
    rigid = points_px[list(RIGID_LANDMARKS), :2]
    return float(np.sqrt(((rigid - rigid.mean(axis=0)) ** 2).sum(axis=1).mean()))


def iris_px(points_px: Floats) -> float:
    """The width of the wider iris."""
    ends = points_px[np.array(IRIS_ENDS), :2]
    return float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).max())


def px_per_mm_of(points_px: list[Floats]) -> list[float]:
    """
    The scale of each frame: the iris for the person, the rigid head for the moment.

    ``points_px`` are (478, 3) or (478, 2), of frames with a face.
    """
    sizes = np.array([size_px(points) for points in points_px])
    irises = np.array([iris_px(points) for points in points_px])
    return list(sizes * float(np.median(irises / sizes)) / IRIS_DIAMETER_MM)


def roll_rad(points_px: Floats) -> float:
    """How far the line of the eyes is tilted, clockwise in the picture."""
    (left, _), (right, _) = EYE_CORNERS
    across, down = points_px[left, :2] - points_px[right, :2]
    return float(np.arctan2(down, across))


def face_map_of(points_px: Floats, px_per_mm: float) -> FaceMap:
    """The map of one face in one picture."""
    chin, glabella = points_px[CHIN, :2], points_px[_GLABELLA, :2]
    up = (glabella - chin) / np.hypot(*(glabella - chin))
    middle = points_px[list(RIGID_LANDMARKS), :2].mean(axis=0)
    eyes = {
        side: EyeMap(
            upper=_points(points_px, _UPPER[side]),
            lower=_points(points_px, _LOWER[side]),
            brow_edge=_unfolding_to(points_px, side),
        )
        for side in SIDES
    }
    return FaceMap(
        px_per_mm=px_per_mm,
        glabella=_point(glabella),
        nose_tip=_point(points_px[NOSE_TIP, :2]),
        chin=_point(chin),
        head_centre=_point(middle),
        head_radii=(75 * px_per_mm, 110 * px_per_mm),
        eyes=eyes,
        mouth=_points(points_px, _MOUTH),
        anchors={side: _anchors(points_px, side, up * px_per_mm) for side in SIDES},
    )


def _unfolding_to(points_px: Floats, side: Side) -> Points:
    """
    The line up to which the skin of the upper lid unfolds: short of the brow.

    The mesh's lower edge of a brow is where it thinks a brow to be; hair drawn down with
    the lid would betray a miss.
    """
    lid_x, lid_y = points_px[list(_UPPER[side]), :2].T
    x, y = points_px[list(_BROW_EDGE[side]), :2].T
    lid = np.interp(x, lid_x, lid_y)
    line = np.stack([x, lid - _UNFOLDS * (lid - y)], axis=1)
    return tuple(_point(at) for at in line)


def _anchors(points_px: Floats, side: Side, up_mm: Floats) -> dict[Region, tuple[float, float]]:
    """The middle of each region; ``up_mm`` (2,) is a millimetre upwards, px."""

    def middle(region: Region) -> Floats:
        numbers = [n for w in SKIN_WINDOWS if w.region is region for n in w.landmarks(side)]
        return np.asarray(points_px[numbers, :2].mean(axis=0))

    return {
        Region.BROW: _point(middle(Region.BROW)),
        Region.CHEEK: _point(middle(Region.CHEEK)),
        Region.MOUTH: _point(points_px[MOUTH_CORNERS[SIDES.index(side)], :2]),
        Region.NECK: _point(middle(Region.NECK) - _NECK_DROP_MM * up_mm),
    }


def _point(at: Floats) -> tuple[float, float]:
    return float(at[0]), float(at[1])


def _points(points_px: Floats, numbers: tuple[int, ...]) -> Points:
    return tuple(_point(points_px[number, :2]) for number in numbers)
