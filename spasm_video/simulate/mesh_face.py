"""
A face of points in three dimensions, and where a camera sees them.

The measures are those of an adult face. Millimetres: towards the patient's left, up,
towards the camera, from between the eyes a little below the bridge of the nose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import MEASURED_LANDMARKS, REGIONS, SIDES, SKIN_WINDOWS, Region, Side
from spasm_video.simulate.face_map import FaceMap
from spasm_video.simulate.skin import displacement_px

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.script import Performance

OPEN_MM = 9.0
"""Between the lid margins of an eye at rest, where it is open widest."""

DISTANCE_MM = 450.0
"""From the camera to the face: an arm's length and a half."""

MIDLINE: dict[int, tuple[float, float]] = {
    1: (-11, 75), 2: (-21, 61), 4: (-5, 76), 5: (4, 72), 6: (25, 58), 8: (40, 53), 9: (49, 54),
    10: (83, 45), 13: (-39, 52), 14: (-45, 54), 151: (65, 50), 152: (-94, 43), 168: (33, 52),
    195: (11, 68), 197: (17, 63),
}  # fmt: skip
"""Up and near, of each landmark on the midline."""

PAIRED: dict[tuple[int, int], tuple[float, float, float]] = {
    (263, 33): (44, 27, 32), (362, 133): (19, 26, 38),
    (474, 471): (37.35, 26.5, 40), (476, 469): (25.65, 26.5, 40),
    (386, 159): (32, 31, 39), (385, 158): (27, 31, 39), (387, 160): (37, 31, 39),
    (374, 145): (32, 22, 38), (380, 153): (27, 22, 38), (373, 144): (37, 22, 38),
    (293, 63): (50, 48, 38), (334, 105): (40, 51, 45), (296, 66): (28, 51, 50),
    (332, 103): (51, 75, 27), (337, 108): (16, 66, 49), (338, 109): (19, 82, 43),
    (356, 127): (77, 24, -20), (368, 139): (68, 37, 7), (454, 234): (77, 7, -24),
    (278, 48): (16, -9, 58), (279, 49): (17, -6, 56), (280, 50): (48, -7, 35),
    (347, 118): (44, 7, 35), (330, 101): (33, 1, 41), (425, 205): (38, -15, 41),
    (423, 203): (23, -16, 46), (426, 206): (30, -23, 44), (291, 61): (25, -43, 43),
    (422, 202): (33, -54, 38), (424, 204): (27, -61, 41),
    (378, 149): (32, -85, 28), (379, 150): (41, -80, 19),
}  # fmt: skip
"""Out, up and near, of each pair (left, right) of landmarks."""

ROW = {number: row for row, number in enumerate(MEASURED_LANDMARKS)}
_NECK_DROP_MM = 25.0  # from the jaw down to the middle of the neck's skin
_PLANE_MM = 45.0  # how near the skin of the face stands on the whole: there the scale holds
_SMALL_MM = 0.01


def rest_mm() -> Floats:
    """(landmark, 3) the face at rest."""
    face = np.full((len(MEASURED_LANDMARKS), 3), np.nan)
    for number, (up, near) in MIDLINE.items():
        face[ROW[number]] = (0, up, near)
    for (left, right), (across, up, near) in PAIRED.items():
        face[ROW[left]] = (across, up, near)
        face[ROW[right]] = (-across, up, near)
    return face


def centres_mm() -> Floats:
    """(window, side, out/up) where each skin window is at rest."""
    face = rest_mm()
    centres = np.empty((len(SKIN_WINDOWS), len(SIDES), 2))
    for index, window in enumerate(SKIN_WINDOWS):
        for column, side in enumerate(SIDES):
            middle = face[[ROW[number] for number in window.landmarks(side)], :2].mean(axis=0)
            centres[index, column] = abs(middle[0]), middle[1] - window.drop_mm
    return centres


def skin_response() -> Floats:
    """
    (window, region, out/up) how each window moves for each mm of each region of its side.

    The skin is pulled as in the pictures (``skin.displacement_px``), here to first order;
    a window reads the mean over its reach.
    """
    face = _map()
    response = np.zeros((len(SKIN_WINDOWS), len(REGIONS), 2))
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    for index, window in enumerate(SKIN_WINDOWS):
        out, up = centres_mm()[index, SIDES.index(Side.LEFT)]
        around = np.stack([np.cos(angles), np.sin(angles)]) * window.reach_mm * 0.7
        x = np.append(around[0], 0.0) + out
        y = np.append(around[1], 0.0) - up
        for number, region in enumerate(REGIONS):
            if region is Region.EYELID:
                continue
            moved = np.zeros((len(REGIONS), len(SIDES)))
            moved[number, SIDES.index(Side.LEFT)] = _SMALL_MM
            right, down = displacement_px(face, moved, x, y)
            response[index, number] = right.mean() / _SMALL_MM, -down.mean() / _SMALL_MM
    return response


def seen_px(
    face_mm: Floats, performance: Performance, px_per_mm: float, middle_px: tuple[float, float]
) -> Floats:
    """
    (n, landmark, 3) image pixels, depth last (away from the camera), of ``face_mm``.

    In perspective: what is nearer is larger.
    """
    turned = np.einsum("nij,nkj->nki", rotation(performance), face_mm * (1, -1, -1))
    turned[..., 2] += _PLANE_MM
    size = px_per_mm * performance.zoom[:, None]
    nearer = DISTANCE_MM / (DISTANCE_MM + turned[..., 2])
    points = turned * size[..., None]
    points[..., :2] *= nearer[..., None]
    points[..., :2] += performance.shift_mm[:, None] * px_per_mm + np.array(middle_px)
    return np.asarray(points)


def rotation(performance: Performance) -> Floats:
    """(n, 3, 3) in picture axes (right, down, away): nod first, then turn, then tilt."""
    # A head that turns to its own right turns to the picture's left.
    yaw, pitch, roll = np.radians(
        [-performance.yaw_deg, performance.pitch_deg, performance.roll_deg]
    )
    one, nil = np.ones_like(yaw), np.zeros_like(yaw)

    def matrices(*rows: tuple[Floats, Floats, Floats]) -> Floats:
        return np.moveaxis(np.array(rows), -1, 0)

    c, s = np.cos(pitch), np.sin(pitch)
    nod = matrices((one, nil, nil), (nil, c, s), (nil, -s, c))
    c, s = np.cos(yaw), np.sin(yaw)
    turn = matrices((c, nil, -s), (nil, one, nil), (s, nil, c))
    c, s = np.cos(roll), np.sin(roll)
    tilt = matrices((c, -s, nil), (s, c, nil), (nil, nil, one))
    return np.asarray(tilt @ turn @ nod)


def _map() -> FaceMap:
    """The face as a map in mm, y downwards: the patient's left is to the right."""
    face = rest_mm()

    def middle(*numbers: int) -> tuple[float, float]:
        out, up = face[[ROW[number] for number in numbers], :2].mean(axis=0)
        return float(out), float(-up)

    def anchors(side: Side) -> dict[Region, tuple[float, float]]:
        windows = {
            region: [w for w in SKIN_WINDOWS if w.region is region]
            for region in (Region.BROW, Region.CHEEK, Region.NECK)
        }
        at = {
            region: middle(*(number for w in own for number in w.landmarks(side)))
            for region, own in windows.items()
        }
        out, down = at[Region.NECK]
        at[Region.NECK] = out, down + _NECK_DROP_MM
        at[Region.MOUTH] = middle(291 if side is Side.LEFT else 61)
        return at

    return FaceMap(
        px_per_mm=1.0,
        glabella=middle(9),
        nose_tip=middle(1),
        chin=middle(152),
        head_centre=(0.0, 0.0),
        head_radii=(78.0, 110.0),
        eyes={},
        mouth=(),
        anchors={side: anchors(side) for side in SIDES},
    )
