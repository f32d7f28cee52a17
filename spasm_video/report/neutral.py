"""
A recording without its person: a neutral head that moves as the face did.

The head is nobody's (a symmetric mesh, ``scripts/make_neutral_head.py``). What the person's
mesh does beyond the motion of the head is added to it; the lids, where meshes are blind,
close by the millimetres that were measured; arrows show the measured motion of the skin. No
picture, no shape of the face and no voice goes in: only movement.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import Delaunay

from spasm_video.anatomy import REGIONS, RIGID_LANDMARKS, SIDES, Region, Side
from spasm_video.report import canvas
from spasm_video.report.look import INK, SIDE_COLOUR, SOFT_INK
from spasm_video.report.overlay import patch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from spasm_video.report.moment import Moment

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

ARROW_GAIN = 5.0
"""Arrows are this many times as long as the movement, against the head's own scale."""

_RIGID = np.array(RIGID_LANDMARKS)
_PAGE, _MESH, _LINE = (245, 247, 249), (205, 212, 219), (85, 98, 111)
_UPPER_LIDS = (
    (263, 466, 388, 387, 386, 385, 384, 398, 362),
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
)
_LOWER_LIDS = (
    (263, 249, 390, 373, 374, 380, 381, 382, 362),
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
)
_BROWS = (
    (276, 283, 282, 295, 285), (300, 293, 334, 296, 336),
    (46, 53, 52, 65, 55), (70, 63, 105, 66, 107),
)  # fmt: skip
_LIPS = (
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
)
_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
_NOSE = ((168, 6, 197, 195, 5, 4), (48, 64, 98, 97, 2, 326, 327, 294, 278))
_LID_SHARE = 0.85  # of a closure is the upper lid's way down, the rest the lower's way up
_OPEN_MM = 9.0
_LEAST_ARROW_MM = 0.3
# Where the skin goes in a spasm: out (away from the nose) and up.
_PULL = {
    Region.BROW: (0.0, 1.0), Region.CHEEK: (0.5, 0.85), Region.MOUTH: (0.8, 0.6),
    Region.NECK: (0.5, 0.85),
}  # fmt: skip


class NeutralHead:
    """
    The neutral head, and how a person's mesh is carried over to it.

    ``faces_px`` (n, 478, 3) are some frames of the recording, by which its rest is known.
    """

    def __init__(self, faces_px: Iterable[Floats], width_px: int, height_px: int) -> None:
        self._head_mm = neutral_mm()
        self._rest_mm: Floats = np.median([self._in_head(face) for face in faces_px], axis=0)
        self._size_px = width_px, height_px
        low, high = self._head_mm[:, :2].min(axis=0), self._head_mm[:, :2].max(axis=0)
        self._scale = min(0.80 * width_px / (high - low)[0], 0.72 * height_px / (high - low)[1])
        centre = (low + high) / 2
        self._shift = np.array([width_px / 2, 0.47 * height_px]) - self._scale * centre
        self._triangles = Delaunay(self._head_mm[:468, :2]).simplices

    def places(self, points_px: Floats, moment: Moment) -> Floats:
        """(478, 2) where the landmarks of the head lie in its picture at a moment."""
        moved_mm = self._head_mm + self._in_head(points_px) - self._rest_mm
        lids = moment.displacement_mm[REGIONS.index(Region.EYELID)]
        for at, closed_mm in enumerate(lids):
            self._close(moved_mm, at, float(np.nan_to_num(closed_mm)))
        shown: Floats = moved_mm[:, :2] * self._scale + self._shift
        return shown

    def draw(self, places: Floats | None) -> Picture:
        """The head as lines; where no face was, an empty page that says so."""
        width_px, height_px = self._size_px
        picture = np.full((height_px, width_px, 3), _PAGE, np.uint8)
        if places is not None:
            canvas.mesh(picture, places[self._triangles], _MESH)
            self._draw_features(picture, places)
        words = (
            f"No picture of the person: a neutral head. Arrows: skin motion, {ARROW_GAIN:g} times"
        )
        canvas.text(
            picture, words, (width_px / 2, height_px - 58), canvas.rgb(SOFT_INK), 14, "middle"
        )
        return picture

    def draw_arrows(self, picture: Picture, places: Floats, moment: Moment) -> None:
        """An arrow where and as far as the skin of a region was measured to move."""
        for region, (out, up) in _PULL.items():
            for at, side in enumerate(SIDES):
                mm = float(moment.displacement_mm[REGIONS.index(region), at])
                if not abs(mm) >= _LEAST_ARROW_MM:  # also NaN
                    continue
                sign = 1.0 if side is Side.LEFT else -1.0
                way = np.array([sign * out, -up]) * mm * ARROW_GAIN * self._scale
                _arrow(picture, patch(places, region, side).mean(axis=0), way, SIDE_COLOUR[side])

    def _draw_features(self, picture: Picture, places: Floats) -> None:
        for upper, lower in zip(_UPPER_LIDS, _LOWER_LIDS, strict=True):
            canvas.tint(picture, places[[*upper, *lower]], canvas.WHITE, 1.0)
            canvas.line(picture, places[list(upper)], canvas.rgb(INK), 3)
            canvas.line(picture, places[list(lower)], _LINE, 2)
        for brow in _BROWS:
            canvas.line(picture, places[list(brow)], _LINE, 3)
        for ring in (*_LIPS, _OVAL):
            canvas.line(picture, places[list(ring)], _LINE, 2, closed=True)
        for path in _NOSE:
            canvas.line(picture, places[list(path)], _LINE, 2)

    def _close(self, head_mm: Floats, at: int, closed_mm: float) -> None:
        """Lower the upper lid of an eye and raise the lower, as measured, until they meet."""
        upper, lower = list(_UPPER_LIDS[at]), list(_LOWER_LIDS[at])
        rest_upper, rest_lower = self._head_mm[upper, 1], self._head_mm[lower, 1]
        share = min(max(closed_mm / _OPEN_MM, -0.3), 1.0)
        gap = rest_lower - rest_upper
        head_mm[upper, 1] = rest_upper + _LID_SHARE * share * gap
        head_mm[lower, 1] = rest_lower - (1 - _LID_SHARE) * share * gap

    def _in_head(self, points_px: Floats) -> Floats:
        """(478, 3) mm: turned, scaled and shifted so that bone lies on the neutral head's."""
        target, source = self._head_mm[_RIGID], points_px[_RIGID]
        source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
        u, sizes, vt = np.linalg.svd((target - target_mean).T @ (source - source_mean))
        keep = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
        turn = (u * keep) @ vt
        scale = (sizes * keep).sum() / ((source - source_mean) ** 2).sum()
        lain: Floats = (points_px - source_mean) @ turn.T * scale + target_mean
        return lain


def neutral_mm() -> Floats:
    """(478, 3) the neutral head, mm: towards the patient's left, down, away from the camera."""
    table = resources.files("spasm_video.report").joinpath("neutral_head.csv")
    rows = table.read_text(encoding="utf-8").splitlines()
    return np.array([[float(value) for value in row.split(",")] for row in rows])


def _arrow(picture: Picture, start: Floats, way: Floats, colour: str) -> None:
    length = float(np.hypot(*way))
    unit = way / length
    across = np.array([-unit[1], unit[0]])
    end, head = start + way, min(12.0, 0.5 * length)
    canvas.line(picture, np.array([start, end - 0.6 * head * unit]), canvas.rgb(colour), 4)
    tip = np.array([end, end - head * (unit + 0.5 * across), end - head * (unit - 0.5 * across)])
    canvas.tint(picture, tip, canvas.rgb(colour), 1.0)
