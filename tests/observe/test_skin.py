"""Skin windows report how far the skin moved, the head's own motion taken out."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import SIDES, SKIN_WINDOWS, STABLE_LANDMARKS, Side, SkinWindow
from spasm_video.observe.head import HEIGHT_PX, PX_PER_MM, WIDTH_PX, place_head
from spasm_video.observe.skin import SkinFlow, SkinStep

if TYPE_CHECKING:
    from tests.observe.conftest import Floats, Picture

FLAT_PX, FADE_PX = 22.0, 44.0  # a shift is whole over a window and gone in its neighbourhood
FAR_PX = 66.0  # from its middle on, no point of another window feels it
WINDOWS = [(window, side) for window in SKIN_WINDOWS for side in SIDES]
NAMES = [f"{window.name}-{side}" for window, side in WINDOWS]
Y, X = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)


@pytest.fixture(scope="module")
def in_head(rest_px: Floats) -> Floats:
    """(478, 2) the portrait's points in the stabilised picture."""
    to_head = place_head(rest_px).to_head(rest_px)
    return rest_px[:, :2] @ to_head[:, :2].T + to_head[:, 2]


@pytest.fixture(scope="module")
def skin() -> Floats:
    """(h, w) skin all over: grain of 4 px that varies by 9 grey levels."""
    white = np.random.default_rng(5).standard_normal((HEIGHT_PX, WIDTH_PX))
    grain = cv2.GaussianBlur(white, (0, 0), 1.6)
    return np.asarray(120 + 9 * grain / grain.std(), np.float64)


def seen(skin: Floats, x: Floats, y: Floats, *, noise: float = 0.0, seed: int = 0) -> Picture:
    """The picture in which each pixel shows the skin of (x, y); sensor noise in grey levels."""
    warped = cv2.remap(
        skin,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REFLECT,
    )
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.standard_normal((HEIGHT_PX, WIDTH_PX)), (0, 0), 0.8)
    return np.asarray(np.clip(np.rint(warped + noise * grain), 0, 255), np.uint8)


def still(skin: Floats, *, noise: float = 0.0, seed: int = 0) -> Picture:
    """The skin as it is."""
    return seen(skin, X, Y, noise=noise, seed=seed)


def pulled(skin: Floats, centre: Floats, shift_px: tuple[float, float]) -> Picture:
    """The skin around a place shifted, what is far from it left."""
    distance = np.hypot(X - centre[0], Y - centre[1])
    share = np.clip((FADE_PX - distance) / (FADE_PX - FLAT_PX), 0, 1)
    return seen(skin, X - share * shift_px[0], Y - share * shift_px[1])


def posed(
    skin: Floats, *, roll_deg: float = 0.0, zoom: float = 1.0, shift_px: float = 0
) -> Picture:
    """The whole picture turned clockwise about the chin, enlarged and shifted aside."""
    c, s = cos(radians(roll_deg)) / zoom, sin(radians(roll_deg)) / zoom
    dx, dy = X - 200 - shift_px, Y - 330
    return seen(skin, c * dx + s * dy + 200, -s * dx + c * dy + 330)


def step_of(before: Picture, after: Picture, in_head: Floats) -> SkinStep:
    """The step between two pictures of a face that stands still."""
    flow = SkinFlow()
    flow.step(before, in_head)
    return flow.step(after, in_head)


def middle_of(window: SkinWindow, side: Side, in_head: Floats) -> Floats:
    """(2,) the middle of a window as ``anatomy`` describes it."""
    landmarks = in_head[list(window.landmarks(side))]
    middle: Floats = landmarks.mean(axis=0) + np.array([0, window.drop_mm * PX_PER_MM])
    return middle


@pytest.mark.parametrize("shift_px", [(0.3, 0.0), (0.0, -0.6), (1.3, -1.1), (4.0, 5.0)])
@pytest.mark.parametrize(("window", "side"), WINDOWS, ids=NAMES)
def test_skin_that_moves_is_measured(
    skin: Floats, in_head: Floats, window: SkinWindow, side: Side, shift_px: tuple[float, float]
) -> None:
    """0.1 to 2.7 mm come back within 10 % and 0.02 mm; windows far from it stay below 0.03 mm."""
    middle = middle_of(window, side, in_head)
    far = np.array([np.hypot(*(middle_of(*other, in_head) - middle)) > FAR_PX for other in WINDOWS])

    step = step_of(still(skin), pulled(skin, middle, shift_px), in_head)

    found_mm = step.step_px.reshape(-1, 2) / PX_PER_MM
    own, wanted_mm = WINDOWS.index((window, side)), np.array(shift_px) / PX_PER_MM
    within_mm = min(0.02, 0.1 * np.abs(wanted_mm).max())
    assert found_mm[own] == pytest.approx(wanted_mm, abs=within_mm)
    assert np.abs(found_mm[far]).max() < 0.03
    assert step.confidence.ravel()[own] > 0.95
    assert far.sum() >= 10


@pytest.mark.parametrize(
    "pose",
    [
        {"roll_deg": 0.3},
        {"roll_deg": -0.3, "zoom": 1.003},
        {"zoom": 0.996},
        {"roll_deg": 0.2, "shift_px": 1.5},
    ],
    ids=str,
)
def test_what_the_head_does_is_no_movement_of_skin(
    skin: Floats, in_head: Floats, pose: dict[str, float]
) -> None:
    """What the stabilising left of roll, zoom and shift moves no window by 0.05 mm, neck too."""
    step = step_of(still(skin), posed(skin, **pose), in_head)

    moved_px = np.abs(posed(skin, **pose).astype(float) - still(skin)).mean()
    assert np.abs(step.step_px).max() / PX_PER_MM < 0.05
    assert moved_px > 1  # grey levels: the picture did change


def test_a_pull_near_the_bone_is_not_taken_for_the_head(skin: Floats, in_head: Floats) -> None:
    """One of the stable patches dragged along by 1 mm: other windows stay below 0.03 mm."""
    nose_side = in_head[STABLE_LANDMARKS[11]]
    far = [np.hypot(*(middle_of(*window, in_head) - nose_side)) > FAR_PX for window in WINDOWS]

    step = step_of(still(skin), pulled(skin, nose_side, (1.7, -1.7)), in_head)

    assert np.abs(step.step_px.reshape(-1, 2)[far]).max() / PX_PER_MM < 0.03


def test_even_skin_is_not_measured(in_head: Floats) -> None:
    """Where nothing can be told apart there is no step and no confidence."""
    even = np.full((HEIGHT_PX, WIDTH_PX), 120, np.uint8)

    step = step_of(even, even, in_head)

    assert np.isnan(step.step_px).all()
    assert (step.confidence == 0).all()


@pytest.mark.parametrize("noise", [1.0, 2.0, 4.0])
def test_noise_is_not_taken_for_skin(in_head: Floats, noise: float) -> None:
    """Even skin under sensor noise: half of the windows below 0.1, 49 in 50 below 0.7."""
    even = np.full((HEIGHT_PX, WIDTH_PX), 120.0)
    pictures = [still(even, noise=noise, seed=seed) for seed in range(9)]

    sure = np.array([step_of(*two, in_head).confidence for two in pairwise(pictures)])

    assert np.median(sure) < 0.1
    assert np.quantile(sure, 0.98) < 0.7


def test_an_even_neck_takes_nothing_from_the_face(skin: Floats, in_head: Floats) -> None:
    """The neck is not measured, every other window has its confidence and stands still."""
    shaved = skin.copy()
    shaved[370:] = 120
    neck = np.array([window.drop_mm > 0.6 for window in SKIN_WINDOWS])

    step = step_of(still(shaved, noise=0.5, seed=1), still(shaved, noise=0.5, seed=2), in_head)

    assert (step.confidence[neck] < 0.2).all()
    assert (step.confidence[~neck] > 0.95).all()
    assert np.abs(step.step_px[~neck]).max() / PX_PER_MM < 0.03


def test_a_window_outside_the_picture_is_not_measured(skin: Floats, in_head: Floats) -> None:
    """A face that leaves the picture on its right loses the windows there, not the others."""
    shifted = in_head + np.array([150.0, 0.0])

    step = step_of(still(skin), still(skin), shifted)

    left, right = SIDES.index(Side.LEFT), SIDES.index(Side.RIGHT)
    assert np.isnan(step.step_px[:, left]).all()
    assert (step.confidence[:, left] == 0).all()
    assert step.step_px[:, right] == pytest.approx(0, abs=1e-3)


def test_without_bone_there_is_no_step(skin: Floats, in_head: Floats) -> None:
    """Three stable patches in view cannot tell the head's motion from the skin's."""
    lost = in_head.copy()
    lost[list(STABLE_LANDMARKS[3:])] = -500

    assert np.isnan(step_of(still(skin), still(skin), lost).step_px).all()


def test_the_first_picture_has_no_step(skin: Floats, in_head: Floats) -> None:
    """There is nothing to compare it with."""
    step = SkinFlow().step(still(skin), in_head)

    assert step.step_px.shape == (len(SKIN_WINDOWS), len(SIDES), 2)
    assert np.isnan(step.step_px).all()
    assert (step.confidence == 0).all()


def test_a_forgotten_picture_gives_no_step(skin: Floats, in_head: Floats) -> None:
    """After a cut the first step is missing, the next one is there."""
    flow = SkinFlow()
    flow.step(still(skin), in_head)
    flow.forget()

    first, second = flow.step(still(skin), in_head), flow.step(still(skin), in_head)

    assert np.isnan(first.step_px).all()
    assert second.step_px == pytest.approx(0, abs=1e-3)


def test_the_windows_ride_on_the_mesh(skin: Floats, in_head: Floats) -> None:
    """A step begins where the mesh put the window in the picture before, whatever it was once."""
    flow, cheek = SkinFlow(), (4, SIDES.index(Side.LEFT))
    later = in_head - np.array([50.0, 30.0])
    middle = middle_of(SKIN_WINDOWS[4], Side.LEFT, later)
    flow.step(still(skin), in_head)
    flow.step(still(skin), later)

    step = flow.step(pulled(skin, middle, (1.0, 1.0)), in_head)

    assert step.step_px[cheek] == pytest.approx(np.ones(2), abs=0.1)
