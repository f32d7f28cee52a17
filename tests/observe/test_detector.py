"""The detector finds faces, large and small, and nothing where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import Side
from spasm_video.observe.detector import FaceBox, FaceDetector

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.simulate.portrait import Portrait
    from tests.observe.conftest import Floats, Picture

    Answers = dict[int, tuple[float, list[float]]]

STREET = (140, 150, 160)
FACE_MM = 140.0  # from above the brows to below the chin


def placed(
    rest: Picture, size_px: tuple[int, int], scale: float, at_px: tuple[float, float]
) -> Picture:
    """The portrait, shrunk, its corner somewhere in an even picture of (width, height)."""
    small = cv2.resize(rest, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = np.full((size_px[1], size_px[0], 3), STREET, np.uint8)
    x, y = (int(at) for at in at_px)
    picture[y : y + small.shape[0], x : x + small.shape[1]] = small
    return picture


def eye_middles(portrait: Portrait) -> Floats:
    """(2, 2) the middles of the image-left and the image-right eye, px of the portrait."""
    eyes = (portrait.face.eyes[side] for side in (Side.RIGHT, Side.LEFT))
    return np.array([np.mean([*eye.upper, *eye.lower], axis=0) for eye in eyes])


@pytest.fixture
def detector_that_answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], FaceDetector]:
    """A detector whose network gives these anchors a logit and their regressors, others none."""

    def make(answers: Answers) -> FaceDetector:
        regressors, logits = np.zeros((1, 896, 16)), np.full((1, 896, 1), -20.0)
        for anchor, (logit, values) in answers.items():
            logits[0, anchor, 0] = logit
            regressors[0, anchor, : len(values)] = values
        network = lambda _: (regressors, logits)  # noqa: E731 (a network is a function)
        monkeypatch.setattr("spasm_video.observe.detector.load_network", lambda _: network)
        return FaceDetector(minimum_score=0.5)

    return make


def test_it_finds_the_portrait(detector: FaceDetector, rest: Picture, portrait: Portrait) -> None:
    """One face; its eyes within 6 mm, its box from the forehead to the chin within 15 mm."""
    (face,) = detector.detect(rest)

    px_per_mm = portrait.face.px_per_mm
    eyes_px = eye_middles(portrait)
    assert face.score > 0.8
    assert face.eyes_px == pytest.approx(eyes_px, abs=6 * px_per_mm)
    assert face.left_px < eyes_px[0, 0] < eyes_px[1, 0] < face.right_px
    assert face.top_px < eyes_px[:, 1].min()
    assert face.bottom_px == pytest.approx(portrait.face.chin[1], abs=15 * px_per_mm)
    assert face.size_px == pytest.approx(FACE_MM * px_per_mm, abs=20 * px_per_mm)


@pytest.mark.parametrize("size_px", [(816, 1451), (1451, 816), (817, 1450)])
def test_the_shape_of_the_picture_does_not_move_the_face(
    detector: FaceDetector, rest: Picture, portrait: Portrait, size_px: tuple[int, int]
) -> None:
    """Upright and wide, odd and even: the eyes stay within 6 mm."""
    at_px = (size_px[0] - 816) // 2, (size_px[1] - 816) // 2
    (face,) = detector.detect(placed(rest, size_px, 1.0, at_px))

    expected = eye_middles(portrait) + at_px
    assert face.eyes_px == pytest.approx(expected, abs=6 * portrait.face.px_per_mm)


def test_a_small_face_needs_a_thorough_look(
    detector: FaceDetector, rest: Picture, portrait: Portrait
) -> None:
    """A face of 64 px in 1280 x 720: lost in the whole picture, found in a part of it."""
    scale = 64 / (FACE_MM * portrait.face.px_per_mm)
    picture = placed(rest, (1280, 720), scale, (830, 140))

    assert detector.detect(picture) == []
    (face,) = detector.detect(picture, thorough=True)
    expected = (eye_middles(portrait) + 0.5) * scale - 0.5 + (830, 140)
    assert face.eyes_px == pytest.approx(expected, abs=6)
    assert face.size_px == pytest.approx(64, abs=16)


@pytest.mark.parametrize("thorough", [False, True])
def test_noise_and_an_even_picture_hold_no_face(detector: FaceDetector, *, thorough: bool) -> None:
    """Not even when looked at in parts."""
    noise = np.random.default_rng(9).integers(0, 255, (360, 640, 3)).astype(np.uint8)

    assert detector.detect(noise, thorough=thorough) == []
    assert detector.detect(np.full_like(noise, 127), thorough=thorough) == []


def test_a_tiny_picture_holds_no_face(detector: FaceDetector) -> None:
    """One pixel is enough to look at, in parts too."""
    assert detector.detect(np.zeros((1, 1, 3), np.uint8), thorough=True) == []


def test_the_largest_face_comes_first(detector: FaceDetector, rest: Picture) -> None:
    """Two faces, the left one of them half as large."""
    picture = np.full((816, 1300, 3), STREET, np.uint8)
    picture[:408, :408] = cv2.resize(rest, (408, 408), interpolation=cv2.INTER_AREA)
    picture[:, 484:] = rest

    large, small = detector.detect(picture)

    assert large.size_px == pytest.approx(2 * small.size_px, rel=0.25)
    assert large.centre_px[0] > 484
    assert small.centre_px[0] < 408


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (719, 1280), (640, 641)])
@pytest.mark.parametrize(
    ("anchor", "cell_px"),
    [
        (2 * (16 * 3 + 5), (5.5 * 8, 3.5 * 8)),  # two to a cell of 8 px, 16 cells a row
        (512 + 6 * (8 * 1 + 4) + 5, (4.5 * 16, 1.5 * 16)),  # then six to a cell of 16 px
    ],
)
def test_a_box_comes_back_from_the_letterbox_exactly(
    detector_that_answers: Callable[[Answers], FaceDetector],
    anchor: int,
    cell_px: tuple[float, float],
    width: int,
    height: int,
) -> None:
    """An anchor, its regressors and the letterbox of an odd or even picture, to 1e-9 px."""
    detector = detector_that_answers({anchor: (3.0, [2.0, -3.0, 40.0, 30.0, -9.0, -5, 11, -4])})

    (face,) = detector.detect(np.zeros((height, width, 3), np.uint8))

    side = max(width, height)
    corner = np.array([(width - side) / 2, (height - side) / 2])
    centre = (np.array(cell_px) + np.array([2, -3])) / 128 * side + corner
    eyes = (np.array(cell_px) + np.array([[-9, -5], [11, -4]])) / 128 * side + corner
    assert face.centre_px == pytest.approx(centre, abs=1e-9)
    assert face.right_px - face.left_px == pytest.approx(40 / 128 * side)
    assert face.bottom_px - face.top_px == pytest.approx(30 / 128 * side)
    assert face.eyes_px == pytest.approx(eyes, abs=1e-9)
    assert face.score == pytest.approx(1 / (1 + np.exp(-3)))


def test_boxes_of_one_face_become_their_mean_by_score(
    detector_that_answers: Callable[[Answers], FaceDetector],
) -> None:
    """Scores 0.8 and 0.6 give 4 : 3; a face elsewhere and one below the score are not mixed in."""
    box = [0.0, 0.0, 40.0, 40.0, -8.0, -8.0, 8.0, -8.0]
    moved = [7.0, 0.0, 40.0, 40.0, -1.0, -8.0, 15.0, -8.0]
    middle, corner = 2 * (16 * 8 + 8), 2 * (16 * 2 + 2)
    detector = detector_that_answers(
        {
            middle: (np.log(4), box),
            middle + 1: (np.log(1.5), moved),
            middle + 2: (-0.1, [30.0, *box[1:]]),
            corner: (2.0, [0.0, 0.0, 20.0, 20.0]),
        }
    )

    first, second = detector.detect(np.zeros((128, 128, 3), np.uint8))

    assert first.centre_px == pytest.approx(np.array([68 + 3, 68]))
    assert first.eyes_px == pytest.approx(np.array([[63, 60], [79, 60]]))
    assert first.score == pytest.approx(0.8)
    assert second.size_px == pytest.approx(20)


def test_the_size_of_a_box_is_its_longer_side() -> None:
    """Whether it lies or stands."""
    eyes = np.zeros((2, 2))

    assert FaceBox(10, 20, 50, 90, eyes, 1.0).size_px == 70
    assert FaceBox(10, 20, 90, 50, eyes, 1.0).size_px == 80
    assert FaceBox(10, 20, 50, 90, eyes, 1.0).centre_px.tolist() == [30.0, 55.0]
