"""The stabilised picture shows the head upright, at one scale, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasm_video.anatomy import EYE_CORNERS, IRIS_ENDS, NOSE_BRIDGE, RIGID_LANDMARKS
from spasm_video.observe.head import (
    HEIGHT_PX,
    PX_PER_MM,
    WIDTH_PX,
    head_picture,
    light_and_sharpness,
    place_head,
)

if TYPE_CHECKING:
    from tests.observe.conftest import Floats, Picture, Seen

BRIDGE_AT = (200.0, 150.0)
MARKS_MM = np.array([[0, 0], [-50, 20], [45, 35], [10, 90], [-30, -40], [38, 140.0]])

views = {
    "px_per_mm": st.floats(0.4, 12),
    "turn_deg": st.floats(-80, 80),
    "at_px": st.tuples(st.floats(-500, 2000), st.floats(-500, 2000)),
}


def moved(to_head: Floats, points: Floats) -> Floats:
    """Image pixels to the stabilised picture."""
    return points[..., :2] @ to_head[:, :2].T + to_head[:, 2]


def spots(size_px: tuple[int, int], at_px: Floats, sigma_px: float) -> Picture:
    """Soft white spots on grey, (h, w)."""
    grey = np.full(size_px[::-1], 40, np.uint8)
    reach_px = int(4 * sigma_px)
    for x0, y0 in at_px:
        rows, columns = (slice(int(at) - reach_px, int(at) + reach_px) for at in (y0, x0))
        y, x = np.ogrid[rows, columns]
        light = 200 * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * sigma_px**2))
        grey[rows, columns] = np.rint(40 + light)
    return grey


def centre_of_light(picture: Picture, near_px: Floats, reach_px: int = 14) -> Floats:
    """(2,) x, y of the middle of the light above 50 grey levels around a place."""
    x0, y0 = np.rint(near_px).astype(int)
    y, x = np.mgrid[y0 - reach_px : y0 + reach_px + 1, x0 - reach_px : x0 + reach_px + 1]
    light = np.clip(picture[y, x].astype(np.float64) - 50, 0, None)
    centre: Floats = np.array([(x * light).sum(), (y * light).sum()]) / light.sum()
    return centre


@settings(max_examples=40)
@given(**views)
def test_the_head_stands_upright_at_one_scale(
    seen: Seen, px_per_mm: float, turn_deg: float, at_px: tuple[float, float]
) -> None:
    """However it is seen: bridge in its place, eyes level, irises 11.7 mm of 2.4 px."""
    points_px = seen(px_per_mm, turn_deg, at_px)

    in_head = moved(place_head(points_px).to_head(points_px), points_px)

    across = in_head[EYE_CORNERS[0][0]] - in_head[EYE_CORNERS[1][0]]
    iris_px = np.hypot(*(in_head[IRIS_ENDS[0][0]] - in_head[IRIS_ENDS[0][1]]))
    assert in_head[NOSE_BRIDGE] == pytest.approx(np.array(BRIDGE_AT), abs=1e-6)
    assert across == pytest.approx(np.array([90 * PX_PER_MM, 0]), abs=1e-6)
    assert iris_px == pytest.approx(11.7 * PX_PER_MM, abs=1e-6)
    assert PX_PER_MM == 2.4


@settings(max_examples=40)
@given(**views)
def test_a_face_that_moves_as_a_whole_stands_still_in_it(
    seen: Seen, px_per_mm: float, turn_deg: float, at_px: tuple[float, float]
) -> None:
    """Place, size and roll of the head are gone, to a thousandth of a pixel."""
    first_px, later_px = seen(), seen(px_per_mm, turn_deg, at_px)
    place = place_head(first_px)

    before = moved(place.to_head(first_px), first_px)
    after = moved(place.to_head(later_px), later_px)

    assert after == pytest.approx(before, abs=1e-3)


def test_what_is_not_bone_does_not_move_the_picture(seen: Seen) -> None:
    """An open mouth and raised brows leave it as it was, to the last digit."""
    rest_px = seen()
    grimace_px = rest_px.copy()
    soft = np.setdiff1d(np.arange(478), RIGID_LANDMARKS)
    grimace_px[soft] += (3.0, 25.0, 0.0)

    place = place_head(rest_px)

    np.testing.assert_array_equal(place.to_head(grimace_px), place.to_head(rest_px))


def test_the_larger_iris_sets_the_scale(face_mm: Floats) -> None:
    """A lid that covers one iris, or an eye turned away, does not make the head grow."""
    points_px = face_mm * 2.0 + 300
    points_px[list(IRIS_ENDS[1]), 0] = points_px[list(IRIS_ENDS[1]), 0].mean() + np.array([3, -3])

    to_head = place_head(points_px).to_head(points_px)

    assert np.hypot(to_head[0, 0], to_head[1, 0]) == pytest.approx(PX_PER_MM / 2.0)


@pytest.mark.parametrize("px_per_mm", [1.3, 2.4, 3.9, 4.1, 7.9, 8.3, 16.5])
@pytest.mark.parametrize("odd_px", [0, 1])
def test_the_picture_lies_where_the_points_lie(seen: Seen, px_per_mm: float, odd_px: int) -> None:
    """Marks on a turned face come out within 0.05 px, halved 0, 1 or 2 times, odd or even."""
    size_px = (int(130 * px_per_mm) * 2 + odd_px, int(135 * px_per_mm) * 2 + odd_px)
    at_px = (size_px[0] / 2 + 0.3, size_px[1] / 3 - 0.4)
    points_px = seen(px_per_mm, 7.0, at_px)
    to_head = place_head(points_px).to_head(points_px)
    marks_px = np.array(BRIDGE_AT) + MARKS_MM * PX_PER_MM
    back = cv2.invertAffineTransform(to_head)
    grey = spots(size_px, marks_px @ back[:, :2].T + back[:, 2], sigma_px=1.1 * px_per_mm)

    picture = head_picture(grey, to_head)

    assert picture.shape == (HEIGHT_PX, WIDTH_PX)
    for mark_px in marks_px:
        assert centre_of_light(picture, mark_px) == pytest.approx(mark_px, abs=0.05)


def test_a_large_face_is_averaged_not_skipped_over(seen: Seen) -> None:
    """Sensor noise of 20 grey levels on a face four times too large: below 4 are left."""
    rng = np.random.default_rng(2)
    grey = np.clip(rng.normal(120, 20, (2400, 2400)), 0, 255).astype(np.uint8)
    points_px = seen(4 * PX_PER_MM, 0.0, (1000.0, 700.0))

    picture = head_picture(grey, place_head(points_px).to_head(points_px))

    assert picture.std() < 4


def test_light_is_the_mean_grey_level_of_the_face() -> None:
    """An even picture of grey level 90 has a brightness of 90 and no sharpness."""
    picture = np.full((HEIGHT_PX, WIDTH_PX), 90, np.uint8)

    assert light_and_sharpness(picture) == (90.0, 0.0)


def test_only_the_face_counts_for_light_and_sharpness() -> None:
    """A bright and busy background beside the face changes neither."""
    picture = np.full((HEIGHT_PX, WIDTH_PX), 90, np.uint8)
    picture[:, :60] = picture[:, -60:] = np.random.default_rng(3).integers(0, 255, (560, 60))

    assert light_and_sharpness(picture) == (90.0, 0.0)


def test_blur_lowers_the_sharpness(rest: Picture, rest_px: Floats) -> None:
    """A portrait out of focus by 1 mm loses four tenths of its sharpness, and no light."""
    grey = np.asarray(cv2.cvtColor(rest, cv2.COLOR_RGB2GRAY), np.uint8)
    blurred = np.asarray(cv2.GaussianBlur(grey, (0, 0), 2.6), np.uint8)
    to_head = place_head(rest_px).to_head(rest_px)

    light, sharp = light_and_sharpness(head_picture(grey, to_head))
    blurred_light, blurred_sharp = light_and_sharpness(head_picture(blurred, to_head))

    assert blurred_sharp < 0.6 * sharp
    assert blurred_light == pytest.approx(light, abs=1.0)
