"""
Skin where the mesh is blind: how far each patch of skin moved since the frame before.

Sparse Lucas-Kanade flow (Bouguet's pyramidal form, in OpenCV) on a few points of every
window in the head-stabilised picture; a window moves by the median of its points. What
the head itself still does there is fitted on skin over bone and taken out, turn included:
a tenth of a degree of roll would lift one cheek by 0.1 mm against the other. Steps from
frame to frame cannot lose their lock for long, and talking skin changes its look slowly
enough for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import SIDES, SKIN_WINDOWS, STABLE_LANDMARKS, SkinWindow
from spasm_video.observe.head import PX_PER_MM

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]

_CROSS = ((0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
_LINE = tuple((x, 0.0) for x in np.linspace(-1.0, 1.0, 7))
_ROW = ((0.0, 0.0), (1.0, 0.0), (-1.0, 0.0))
_LID_PATCH_PX, _SKIN_PATCH_PX = (15, 11), (21, 21)  # 6 x 5 and 9 x 9 mm
_STABLE_REACH_MM = 2.5
_LEVELS = 2  # of the pyramid: follows 40 mm/s at 30 frames/s and more
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.01)
_SURE_PX = 0.35  # disagreement of a window's points at which half the confidence is gone
_FIT_ROUNDS = 5
_FIT_SCALE_PX = 0.1  # beyond it a stable patch loses its say in the fit
_FEWEST_STABLE = 4


@dataclass(frozen=True, slots=True)
class SkinStep:
    """
    Motion of every window since the frame before, in pixels of the stabilised picture.

    ``step_px`` (window, side, x/y); NaN where a window could not be followed.
    ``confidence`` (window, side) 0-1: share of points followed, less where they disagree.
    """

    step_px: Floats
    confidence: Floats


class SkinFlow:
    """Remembers the last picture and where the windows were in it."""

    def __init__(self) -> None:
        self._picture: Picture | None = None
        self._places: Floats | None = None

    def forget(self) -> None:
        """A cut or another face: the next frame has no step."""
        self._picture = None

    def step(self, picture: Picture, in_head: Floats) -> SkinStep:
        """
        Follow all windows into ``picture``.

        Parameters
        ----------
        picture : (h, w) uint8, head-stabilised
        in_head : (478, 2) mesh points in the same picture: where the windows are
        """
        places = _places(in_head)
        before, start = self._picture, self._places
        self._picture, self._places = picture, places
        count = len(SKIN_WINDOWS)
        if before is None or start is None:
            empty = np.full((count, len(SIDES), 2), np.nan)
            return SkinStep(empty, np.zeros((count, len(SIDES))))
        moved, sure = _follow(before, picture, start)
        head = _head_step(start[_STABLE], moved[_STABLE], start[_SKIN])
        step = (moved[_SKIN] - head).reshape(count, len(SIDES), 2)
        return SkinStep(step, sure[_SKIN].reshape(count, len(SIDES)))


def _layout(window: SkinWindow) -> tuple[Floats, bool]:
    """Points of a window about its centre (px of the stabilised picture); is it a lid."""
    pattern = _LINE if window.is_lid_margin else _CROSS
    return np.array(pattern) * window.reach_mm * PX_PER_MM, window.is_lid_margin


_LAYOUTS = [
    *(_layout(window) for window in SKIN_WINDOWS for _ in SIDES),
    *((np.array(_ROW) * _STABLE_REACH_MM * PX_PER_MM, False) for _ in STABLE_LANDMARKS),
]
_OWNER = np.concatenate([np.full(len(points), i) for i, (points, _) in enumerate(_LAYOUTS)])
_OFFSETS = np.concatenate([points for points, _ in _LAYOUTS])
_SIZES = np.bincount(_OWNER)
_RANK = np.arange(len(_OWNER)) - np.searchsorted(_OWNER, _OWNER)  # of a point in its window
_MEMBERS = np.full((len(_LAYOUTS), _SIZES.max() + 1), -1)  # the last point, which is NaN
_MEMBERS[_OWNER, _RANK] = np.arange(len(_OWNER))
_ON_LID = np.concatenate([np.full(len(points), lid) for points, lid in _LAYOUTS])
_SKIN = slice(0, len(SKIN_WINDOWS) * len(SIDES))
_STABLE = slice(_SKIN.stop, len(_LAYOUTS))
_CENTRES = [window.landmarks(side) for window in SKIN_WINDOWS for side in SIDES] + [
    (number,) for number in STABLE_LANDMARKS
]
_LANDMARKS = np.concatenate(_CENTRES)
_LANDMARK_COUNT = np.array([[len(numbers)] for numbers in _CENTRES])
_FIRST_LANDMARK = np.cumsum(_LANDMARK_COUNT) - _LANDMARK_COUNT[:, 0]
_DROPS = np.zeros((len(_LAYOUTS), 2))
_DROPS[_SKIN, 1] = [window.drop_mm * PX_PER_MM for window in SKIN_WINDOWS for _ in SIDES]


def _places(in_head: Floats) -> Floats:
    """(window x side + stable, 2) centres of all windows."""
    sums: Floats = np.add.reduceat(in_head[_LANDMARKS], _FIRST_LANDMARK)
    centres: Floats = sums / _LANDMARK_COUNT + _DROPS
    return centres


def _follow(before: Picture, after: Picture, start: Floats) -> tuple[Floats, Floats]:
    """Median step and confidence of each window."""
    points = (start[_OWNER] + _OFFSETS).astype(np.float32)
    height, width = after.shape
    steps = np.full(points.shape, np.nan)
    for on_lid, patch in ((True, _LID_PATCH_PX), (False, _SKIN_PATCH_PX)):
        which = np.flatnonzero(on_lid == _ON_LID)
        begin = points[which, None]
        found, status, _ = cv2.calcOpticalFlowPyrLK(
            before, after, begin, np.empty_like(begin),
            winSize=patch, maxLevel=_LEVELS, criteria=_STOP,
        )  # fmt: skip
        step = found[:, 0].astype(np.float64) - points[which]
        step[status[:, 0] == 0] = np.nan
        steps[which] = step
    x, y = points[:, 0], points[:, 1]
    steps[(x < 0) | (y < 0) | (x >= width) | (y >= height)] = np.nan
    return _by_window(steps)


def _by_window(steps: Floats) -> tuple[Floats, Floats]:
    """Median of each window's points, and how far they agree."""
    own = np.concatenate([steps, [[np.nan, np.nan]]])[_MEMBERS]
    good = np.isfinite(own[..., 0]).sum(axis=1)
    moved = _median(own, good)
    moved[2 * good < _SIZES] = np.nan
    apart = _median(np.abs(own - moved[:, None]).max(axis=2), good)
    sure = good / _SIZES / (1 + (apart / _SURE_PX) ** 2)
    return moved, np.where(np.isnan(sure), 0.0, sure)


def _median(values: Floats, good: NDArray[np.int64]) -> Floats:
    """Median of the ``good`` finite ones of each row; NaN where there is none."""
    ordered = np.sort(values, axis=1)  # NaN comes last
    row = np.arange(len(values))
    lower, upper = ordered[row, np.maximum(good - 1, 0) // 2], ordered[row, good // 2]
    middle: Floats = (lower + upper) / 2
    return middle


def _head_step(stable: Floats, moved: Floats, skin: Floats) -> Floats:
    """What a rigid head does at each window: a robust similarity fit to the stable steps."""
    known = np.isfinite(moved[:, 0])
    if known.sum() < _FEWEST_STABLE:
        return np.full(skin.shape, np.nan)
    place, step = stable[known], moved[known]
    centre = place.mean(axis=0)
    x, y = (place - centre).T
    one, nil = np.ones_like(x), np.zeros_like(x)
    design = np.concatenate(
        [np.stack([one, nil, x, -y], axis=1), np.stack([nil, one, y, x], axis=1)]
    )
    target = step.T.ravel()
    weight = np.ones(len(x))
    for _ in range(_FIT_ROUNDS):
        both = np.concatenate([weight, weight])[:, None]
        fitted = np.linalg.solve(design.T @ (both * design), design.T @ (both[:, 0] * target))
        left = (target - design @ fitted).reshape(2, -1)
        weight = 1 / (1 + (left**2).sum(axis=0) / _FIT_SCALE_PX**2)
    x, y = (skin - centre).T
    tx, ty, zoom, turn = fitted
    return np.stack([tx + zoom * x - turn * y, ty + zoom * y + turn * x], axis=1)
