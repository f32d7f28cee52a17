"""
Movement enlarged for the eye: a picture bent further along the way its skin was measured to go.

Lagrangian magnification: the motion of each skin window is known, so no filter guesses it
from brightness. Display only: nothing is ever measured on these pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from spasm_video.anatomy import SKIN_WINDOWS, STABLE_LANDMARKS, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

PX_PER_MM = 4.4
"""Of the half faces that are shown."""

HALF_WIDTH_PX, HALF_HEIGHT_PX = 400, 660
_BRIDGE_AT = (36.0, 190.0)  # in a half face: the nose bridge, a little of the other half before it
_REACH_MM, _LID_REACH_MM, _BONE_REACH_MM = 9.0, 4.5, 7.0  # how far a window speaks for the skin
_SOFT = 0.02  # keeps windows that lie close from pulling against each other
_ROUNDS = 5  # until a point and where it comes from agree
_STEP_PX = 4  # the field of motion is smooth; it is made coarser and scaled up
_MOST_MM = 9.0  # an enlarged movement is not shown beyond: skin would fold


@dataclass(frozen=True, slots=True)
class HalfFace:
    """Half a face, outwards to the right: ``to_half`` (2, 3) from pixels of the video."""

    side: Side
    to_half: Floats

    def places(self, points_px: Floats) -> Floats:
        """(k, 2) where points of the video lie in the half face."""
        shown: Floats = points_px[:, :2] @ self.to_half[:, :2].T + self.to_half[:, 2]
        return shown

    def cut(self, picture: Picture) -> Picture:
        """The half face, (660, 400, 3), upright; the left half is as seen, the right mirrored."""
        zoom = float(np.sqrt(abs(np.linalg.det(self.to_half[:, :2]))))
        smooth = cv2.GaussianBlur(picture, (0, 0), 0.45 / zoom) if zoom < 0.7 else picture
        size = (HALF_WIDTH_PX, HALF_HEIGHT_PX)
        half = cv2.warpAffine(
            smooth, self.to_half, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return cast("Picture", half)


def half_face(to_head_mm: Floats, side: Side) -> HalfFace:
    """
    A half of the face.

    ``to_head_mm`` (2, 3) from pixels of the video to mm from the nose bridge, upright, x
    towards the patient's left, y down.
    """
    out = 1.0 if side is Side.LEFT else -1.0
    turn = PX_PER_MM * np.diag([out, 1.0]) @ to_head_mm
    turn[:, 2] += _BRIDGE_AT
    return HalfFace(side, turn)


def magnified(
    half: Picture, centres: Floats, still: Floats, moved_mm: Floats, times: float
) -> Picture:
    """
    A half face with its movement enlarged.

    Parameters
    ----------
    half : (h, w, 3) as ``HalfFace.cut`` gives it
    centres : (window, 2) where the skin windows lie in it, px
    still : (k, 2) places over bone, which stay
    moved_mm : (window, out/up) what each window has moved from rest; NaN: not known
    times : 1 leaves the picture as it is
    """
    known = np.asarray(np.isfinite(np.hstack([moved_mm, centres])).all(axis=1), np.bool_)
    if times == 1 or not known.any():
        return half
    sources = [
        _Source(centre, _LID_REACH_MM if window.is_lid_margin else _REACH_MM, window.is_lid_margin)
        for window, centre, is_known in zip(SKIN_WINDOWS, centres, known, strict=True)
        if is_known
    ]
    sources += [_Source(place, _BONE_REACH_MM) for place in still]
    goal_mm = np.zeros((len(sources), 2))
    goal_mm[: known.sum()] = (times - 1) * moved_mm[known] * (1.0, -1.0)  # up is -y
    at = np.array([source.centre for source in sources])
    share = np.stack([source.share(at) for source in sources], axis=1)
    # So strong that at each window the skin goes just as far as it should.
    strength = np.linalg.solve(share + _SOFT * np.eye(len(sources)), goal_mm)
    height, width = half.shape[:2]
    rows, columns = np.mgrid[0:height:_STEP_PX, 0:width:_STEP_PX]
    grid = np.stack([columns, rows], axis=-1).astype(np.float64)
    more_mm = sum(
        (
            source.share(grid)[..., None] * own
            for source, own in zip(sources, strength, strict=True)
        ),
        start=np.zeros((*rows.shape, 2)),
    )
    size_mm = np.linalg.norm(more_mm, axis=-1, keepdims=True)
    more_mm = more_mm * np.minimum(1.0, _MOST_MM / np.maximum(size_mm, 1e-9))
    return _bent(half, np.asarray(PX_PER_MM * more_mm, np.float32))


@dataclass(frozen=True, slots=True)
class _Source:
    """A place whose motion is known, and how far around it the skin goes with it."""

    centre: Floats
    reach_mm: float
    is_wide: bool = False  # along a lid it speaks for more

    def share(self, at: Floats) -> Floats:
        away = (at - self.centre) * ((0.5, 1.0) if self.is_wide else (1.0, 1.0))
        reach_px = self.reach_mm * PX_PER_MM
        share: Floats = np.exp(-(away**2).sum(axis=-1) / (2 * reach_px**2))
        return share


def _bent(half: Picture, field_px: NDArray[np.float32]) -> Picture:
    """Every point moved by the field (coarse grid, x/y) that holds where it comes from."""
    height, width = half.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    from_x, from_y = x, y
    for _ in range(_ROUNDS):
        moved = cv2.remap(
            field_px, from_x / _STEP_PX, from_y / _STEP_PX, cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        from_x, from_y = x - moved[..., 0], y - moved[..., 1]
    bent = cv2.remap(half, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("Picture", bent)


def window_centres(points_px: Floats, half: HalfFace) -> Floats:
    """(window, 2) where the skin windows of a face (478, 3) lie in its half."""
    centres = [
        half.places(points_px[list(window.landmarks(half.side))]).mean(axis=0)
        for window in SKIN_WINDOWS
    ]
    drops_px = [(0.0, PX_PER_MM * window.drop_mm) for window in SKIN_WINDOWS]
    places: Floats = np.array(centres) + np.array(drops_px)
    return places


def still_places(points_px: Floats, half: HalfFace) -> Floats:
    """(k, 2) skin over bone in a half face."""
    return half.places(points_px[list(STABLE_LANDMARKS)])
