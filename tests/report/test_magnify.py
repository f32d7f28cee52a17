"""Movement enlarged by as much as it says, where it was measured, on the side it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import SIDES, SKIN_WINDOWS, Side
from spasm_video.report.magnify import (
    HALF_HEIGHT_PX,
    HALF_WIDTH_PX,
    PX_PER_MM,
    half_face,
    magnified,
    still_places,
    window_centres,
)
from spasm_video.report.neutral import neutral_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TO_MM = np.array([[0.5, 0.0, -300.0], [0.0, 0.5, -200.0]])  # of a video of 2 px/mm


def face_px() -> Floats:
    """(478, 3) the neutral head in that video, its nose bridge where ``TO_MM`` says."""
    return neutral_mm() * 2.0 + (600.0, 400.0, 0.0)


def spot(at: Floats) -> NDArray[np.uint8]:
    """A dark half face with a light spot."""
    y, x = np.mgrid[0:HALF_HEIGHT_PX, 0:HALF_WIDTH_PX]
    light = 200 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 2.5**2))
    return np.repeat(light[..., None], 3, axis=2).astype(np.uint8)


def middle(picture: NDArray[np.uint8]) -> Floats:
    """The middle of the light."""
    light = picture[..., 0].astype(float)
    y, x = np.mgrid[0:HALF_HEIGHT_PX, 0:HALF_WIDTH_PX]
    found: Floats = np.array([(x * light).sum(), (y * light).sum()]) / light.sum()
    return found


@pytest.mark.parametrize("name", ["brow", "cheek", "mouth_corner"])
@pytest.mark.parametrize("times", [1.0, 4.0, 10.0])
def test_skin_goes_as_far_as_it_says(name: str, times: float) -> None:
    """A spot that went 0.3 mm out and up is shown 0.3 mm times so much from where it was."""
    half = half_face(TO_MM, Side.LEFT)
    centres = window_centres(face_px(), half)
    index = [window.name for window in SKIN_WINDOWS].index(name)
    moved_mm = np.zeros((len(SKIN_WINDOWS), 2))
    moved_mm[index] = (0.2, 0.22)
    step_px = moved_mm[index] * (1, -1) * PX_PER_MM
    rest = centres[index]

    shown = magnified(
        spot(rest + step_px), centres + step_px * (np.arange(len(centres)) == index)[:, None],
        still_places(face_px(), half), moved_mm, times,
    )  # fmt: skip

    way_mm = (middle(shown) - rest) / PX_PER_MM
    assert way_mm == pytest.approx(times * moved_mm[index] * (1, -1), abs=0.1 + 0.06 * times * 0.3)


def test_bone_and_what_is_not_known_stay() -> None:
    """The nose bridge does not move with the mouth; windows that were not followed pull nothing."""
    half = half_face(TO_MM, Side.LEFT)
    face = face_px()
    bridge = half.places(face[[168]])[0]
    moved_mm = np.full((len(SKIN_WINDOWS), 2), np.nan)
    moved_mm[[window.name for window in SKIN_WINDOWS].index("mouth_corner")] = (0.3, 0.3)

    shown = magnified(
        spot(bridge), window_centres(face, half), still_places(face, half), moved_mm, 10.0
    )

    assert middle(shown) == pytest.approx(bridge, abs=0.5)


@pytest.mark.parametrize("side", SIDES)
def test_both_halves_look_outwards_to_the_right(side: Side) -> None:
    """The healthy half is mirrored onto the affected one: the same places at the same place."""
    half = half_face(TO_MM, side)
    outer, inner = (263, 362) if side is Side.LEFT else (33, 133)
    places = half.places(face_px()[[outer, inner]])
    other = half_face(TO_MM, side.other).places(
        face_px()[[33, 133] if outer == 263 else [263, 362]]
    )
    assert places[0, 0] > places[1, 0]
    assert places == pytest.approx(other, abs=0.1)
    picture = np.zeros((900, 1200, 3), np.uint8)
    x, y = np.rint(face_px()[outer, :2]).astype(int)
    picture[y - 3 : y + 4, x - 3 : x + 4] = 255
    assert middle(half.cut(picture)) == pytest.approx(places[0], abs=1.0)
