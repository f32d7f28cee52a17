"""The crop of a face stands still on its bone, and points come back to where they were seen."""

from __future__ import annotations

from math import atan2, degrees, hypot, radians
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasm_video.anatomy import CHIN, EYE_CORNERS, NOSE_TIP, RIGID_LANDMARKS, SIDES, Side
from spasm_video.observe.detector import FaceBox
from spasm_video.observe.mesh import (
    Anchor,
    Crop,
    FaceMesh,
    crop_of_box,
    crop_of_points,
    similarity,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.simulate.portrait import Portrait
    from tests.observe.conftest import Floats, Picture, Seen

RIGID = list(RIGID_LANDMARKS)
RIGHT_OUTER, LEFT_OUTER = EYE_CORNERS[1][0], EYE_CORNERS[0][0]
BLANK = np.full((60, 80, 3), 90, np.uint8)

crops = st.builds(
    Crop,
    x_px=st.floats(-100, 2000),
    y_px=st.floats(-100, 2000),
    side_px=st.floats(20, 2000),
    turn_rad=st.floats(-3, 3),
)


def turned(points: Floats, *, scale: float, turn_deg: float, shift: tuple[float, float]) -> Floats:
    """Points turned clockwise in the picture, enlarged, then shifted."""
    turn = radians(turn_deg)
    x, y = points[..., 0], points[..., 1]
    return np.stack(
        [
            scale * (np.cos(turn) * x - np.sin(turn) * y) + shift[0],
            scale * (np.sin(turn) * x + np.cos(turn) * y) + shift[1],
        ],
        axis=-1,
    )


class FixedNetwork:
    """Sees the same points in whatever it is shown, and keeps the pictures."""

    def __init__(self, landmarks: Floats, logit: float = 10.0) -> None:
        self.landmarks = landmarks
        self.logit = logit
        self.pictures: list[Floats] = []

    def __call__(self, tensor: Floats) -> tuple[Floats, Floats]:
        """Answer as the landmark network does."""
        self.pictures.append(tensor[0].copy())
        return self.landmarks[None], np.array([[self.logit]])


@pytest.fixture
def mesh_that_sees(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[FaceMesh, FixedNetwork]]:
    """A mesh whose network sees the given points of its 256 px."""

    def make(landmarks: Floats, *, crops: int = 1) -> tuple[FaceMesh, FixedNetwork]:
        network = FixedNetwork(landmarks)
        monkeypatch.setattr("spasm_video.observe.mesh.load_network", lambda _: network)
        return FaceMesh(crops=crops), network

    return make


@pytest.fixture
def in_crop_px() -> Floats:
    """(478, 3) places in the 256 px that the network sees."""
    return np.random.default_rng(4).uniform((0, 0, -60), (256, 256, 60), (478, 3))


@settings(max_examples=40)
@given(crop=crops)
def test_a_crop_is_a_turned_square(crop: Crop) -> None:
    """Its middle is the middle, its top edge is ``side_px`` long and turned clockwise."""
    to_crop = crop.to_crop(256)
    back = cv2.invertAffineTransform(to_crop)
    corners = np.array([[0.0, 0.0], [256.0, 0.0], [128.0, 128.0]]) @ back[:, :2].T + back[:, 2]
    edge = corners[1] - corners[0]

    assert corners[2] == pytest.approx(np.array([crop.x_px, crop.y_px]), abs=1e-6)
    assert hypot(*edge) == pytest.approx(crop.side_px)
    assert atan2(edge[1], edge[0]) == pytest.approx(crop.turn_rad)


def test_what_is_seen_in_the_crop_comes_back_in_the_picture(
    mesh_that_sees: Callable[..., tuple[FaceMesh, FixedNetwork]], in_crop_px: Floats
) -> None:
    """A point of the crop lies where ``to_crop`` took it from; depth is in picture pixels too."""
    crop = Crop(40.5, 22.25, 64.0, radians(-25))
    mesh, _ = mesh_that_sees(in_crop_px)

    points_px, _ = mesh.points(BLANK, crop)

    to_crop = crop.to_crop(256)
    again_px = points_px[:, :2] @ to_crop[:, :2].T + to_crop[:, 2]
    assert again_px == pytest.approx(in_crop_px[:, :2], abs=1e-9)
    assert points_px[:, 2] == pytest.approx(in_crop_px[:, 2] / 4, abs=1e-9)


def test_the_network_is_shown_the_crop(
    mesh_that_sees: Callable[..., tuple[FaceMesh, FixedNetwork]], in_crop_px: Floats
) -> None:
    """A white spot appears where ``to_crop`` says, from 0 to 1; the edge goes on outside."""
    picture = np.full((200, 200, 3), (255, 102, 0), np.uint8)
    picture[148:153, 98:103] = 255
    crop = Crop(30.0, 150.0, 200.0, radians(30))
    mesh, network = mesh_that_sees(in_crop_px)

    mesh.points(picture, crop)

    shown = network.pictures[0]
    expected = crop.to_crop(256) @ (100, 150, 1)
    y, x = np.nonzero(shown[..., 2] > 0.5)
    assert np.array([x.mean(), y.mean()]) == pytest.approx(expected, abs=0.3)
    assert shown[0, 0] == pytest.approx(np.array([1.0, 0.4, 0.0]))
    assert shown.max() == 1.0


@pytest.mark.parametrize(("logit", "presence"), [(0.0, 0.5), (4.0, 0.98201), (-1e4, 0.0)])
def test_presence_is_a_probability(
    mesh_that_sees: Callable[..., tuple[FaceMesh, FixedNetwork]],
    in_crop_px: Floats,
    logit: float,
    presence: float,
) -> None:
    """The logistic of the network's logit, without overflow."""
    mesh, network = mesh_that_sees(in_crop_px)
    network.logit = logit

    assert mesh.points(BLANK, Crop(40, 30, 50, 0))[1] == pytest.approx(presence, abs=1e-5)


def test_four_crops_lie_about_the_one(
    mesh_that_sees: Callable[..., tuple[FaceMesh, FixedNetwork]], in_crop_px: Floats
) -> None:
    """Their mean is the single crop, within 0.05 px of 256; no two are alike."""
    crop = Crop(40.0, 30.0, 256.0, radians(12))
    single, _ = mesh_that_sees(in_crop_px)
    several, network = mesh_that_sees(in_crop_px, crops=4)
    noise = np.random.default_rng(6).integers(0, 255, (60, 80, 3)).astype(np.uint8)

    one_px, _ = single.points(noise, crop)
    mean_px, _ = several.points(noise, crop)

    assert mean_px == pytest.approx(one_px, abs=0.05)
    assert len({picture.tobytes() for picture in network.pictures}) == 4


@settings(max_examples=40)
@given(
    scale=st.floats(0.2, 5),
    turn_deg=st.floats(-179, 179),
    shift=st.tuples(st.floats(-900, 900), st.floats(-900, 900)),
)
def test_a_similarity_is_found_exactly(
    seen: Seen, scale: float, turn_deg: float, shift: tuple[float, float]
) -> None:
    """Turn, scale and shift of a face come back to a billionth of its size."""
    source = seen()[:, :2]
    target = turned(source, scale=scale, turn_deg=turn_deg, shift=shift)

    found = similarity(source, target)

    assert source @ found[:, :2].T + found[:, 2] == pytest.approx(target, abs=1e-6)
    assert degrees(atan2(found[1, 0], found[0, 0])) == pytest.approx(turn_deg, abs=1e-6)


def test_a_similarity_is_the_best_in_the_least_squares_sense(seen: Seen) -> None:
    """Strewn points: no small change of the four numbers brings them closer."""
    source = seen()[RIGID, :2]
    target = source * 1.1 + np.random.default_rng(7).normal(0, 4, source.shape)
    best = similarity(source, target)

    def miss(a: float, b: float, x: float, y: float) -> float:
        move = np.array([[a, -b, x], [b, a, y]])
        return float(((source @ move[:, :2].T + move[:, 2] - target) ** 2).sum())

    numbers = np.array([best[0, 0], best[1, 0], *best[:, 2]])
    for change in np.vstack([np.eye(4), -np.eye(4)]) * (1e-3, 1e-3, 0.1, 0.1):
        assert miss(*(numbers + change)) > miss(*numbers)


def test_the_crop_of_a_box_is_half_as_large_again_and_turned_with_the_eyes() -> None:
    """As the network was trained: 1.5 times the longer side, the eyes level."""
    box = FaceBox(100, 50, 180, 150, np.array([[120.0, 80.0], [160.0, 120.0]]), 0.9)

    crop = crop_of_box(box)

    assert (crop.x_px, crop.y_px, crop.side_px) == (140.0, 100.0, 150.0)
    assert crop.turn_rad == pytest.approx(radians(45))


def test_the_crop_of_points_is_half_as_large_again_as_the_face() -> None:
    """Around all points, turned with the outer corners of the eyes."""
    points_px = np.full((478, 3), 200.0)
    points_px[[0, 1], 0], points_px[[2, 3], 1] = [150, 230], [160, 280]
    points_px[RIGHT_OUTER, :2], points_px[LEFT_OUTER, :2] = (180, 190), (220, 170)

    crop = crop_of_points(points_px)

    assert (crop.x_px, crop.y_px, crop.side_px) == (190.0, 220.0, 180.0)
    assert crop.turn_rad == pytest.approx(atan2(-20, 40))


def test_the_crop_goes_with_the_head(seen: Seen) -> None:
    """A head that turns by 10 degrees, comes 20 % nearer and shifts takes its crop along."""
    first_px, crop = seen()[:, :2], Crop(330.0, 210.0, 260.0, radians(-3))
    later_px = turned(first_px, scale=1.2, turn_deg=10.0, shift=(30.0, -12.0))

    moved = Anchor(first_px[RIGID], crop).crop_for(later_px)

    middle = turned(np.array([crop.x_px, crop.y_px]), scale=1.2, turn_deg=10.0, shift=(30, -12))
    assert np.array([moved.x_px, moved.y_px]) == pytest.approx(middle)
    assert moved.side_px == pytest.approx(1.2 * 260)
    assert moved.turn_rad == pytest.approx(radians(7))


def test_the_crop_does_not_go_with_the_mouth(seen: Seen) -> None:
    """A jaw that falls by 20 px moves the box around all points, not the crop."""
    first_px, crop = seen(), Crop(330.0, 210.0, 260.0, 0.1)
    open_px = first_px.copy()
    open_px[np.setdiff1d(np.arange(478), RIGID), 1] += 20

    moved = Anchor(first_px[RIGID, :2], crop).crop_for(open_px)

    assert crop_of_points(open_px).y_px == pytest.approx(crop_of_points(first_px).y_px + 20, abs=2)
    assert (moved.x_px, moved.y_px) == pytest.approx((330.0, 210.0))
    assert (moved.side_px, moved.turn_rad) == pytest.approx((260.0, 0.1))


def test_the_points_lie_on_the_portrait(rest_px: Floats, portrait: Portrait) -> None:
    """Nose tip, chin and outer eye corners within 4.5 mm of where they were measured by eye."""
    face = portrait.face
    expected = {
        NOSE_TIP: face.nose_tip,
        CHIN: face.chin,
        EYE_CORNERS[SIDES.index(Side.LEFT)][0]: face.eyes[Side.LEFT].upper[-1],
        EYE_CORNERS[SIDES.index(Side.RIGHT)][0]: face.eyes[Side.RIGHT].upper[0],
    }

    for landmark, at_px in expected.items():
        miss_mm = np.hypot(*(rest_px[landmark, :2] - at_px)) / face.px_per_mm
        assert miss_mm < 4.5, landmark


def test_depth_is_smaller_nearer_the_camera(rest_px: Floats) -> None:
    """The tip of the nose stands before the eyes, the eyes before the ears: 15 mm at least."""
    nose, eye, ear = (rest_px[landmark, 2] for landmark in (NOSE_TIP, RIGHT_OUTER, 234))

    assert nose < eye - 40
    assert eye < ear - 40


def test_noise_is_not_a_face(mesh: FaceMesh) -> None:
    """A crop without a face has a presence below a tenth."""
    noise = np.random.default_rng(8).integers(0, 255, (300, 300, 3)).astype(np.uint8)

    assert mesh.points(noise, Crop(150, 150, 280, 0))[1] < 0.1


def test_the_face_is_present(mesh: FaceMesh, rest: Picture, rest_px: Floats) -> None:
    """The portrait's presence is above 0.99."""
    assert mesh.points(rest, crop_of_points(rest_px))[1] > 0.99
