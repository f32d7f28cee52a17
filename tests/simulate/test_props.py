"""Hands and reflections come before the side they are meant for, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.simulate.props import draw_glare, draw_hand

NEAR = FACE.placed(3.0, (104.0, -7.0))
PLAIN = np.full((720, 720, 3), 90, np.float32)


def levels(side: Side, level: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How far something has come before one side."""
    return np.array([level if of is side else 0.0 for of in SIDES])


def at(picture: np.ndarray[tuple[int, ...], np.dtype[np.float32]], x: float, y: float) -> float:
    """The lightness of a place."""
    return float(picture[round(y), round(x)].mean())


@pytest.mark.parametrize("side", SIDES)
def test_a_hand_hides_the_cheek_and_the_mouth_corner_of_its_side(side: Side) -> None:
    """Both eyes stay free, the other cheek too."""
    drawn = draw_hand(PLAIN, NEAR, levels(side, 1.0))

    assert at(drawn, *NEAR.anchors[side][Region.CHEEK]) > 120
    assert at(drawn, *NEAR.anchors[side.other][Region.CHEEK]) == 90
    for eye in NEAR.eyes.values():
        assert at(drawn, *np.mean([*eye.upper, *eye.lower], axis=0)) == 90


@pytest.mark.parametrize("side", SIDES)
def test_a_reflection_covers_the_eye_of_its_side(side: Side) -> None:
    """And not the other."""
    drawn = draw_glare(PLAIN, NEAR, levels(side, 1.0))
    eyes = {
        of: at(drawn, *np.mean([*eye.upper, *eye.lower], axis=0)) for of, eye in NEAR.eyes.items()
    }

    assert eyes[side] > 180
    assert eyes[side.other] == 90
    assert (drawn != 90).any(axis=2).mean() < 0.06


def test_nothing_comes_where_nothing_is_asked() -> None:
    """The very same view."""
    assert draw_hand(PLAIN, NEAR, np.zeros(2)) is PLAIN
    assert draw_glare(PLAIN, NEAR, np.zeros(2)) is PLAIN


def test_a_face_out_of_view_does_no_harm() -> None:
    """A hand or a reflection outside the picture is not drawn."""
    away = NEAR.placed(1.0, (2000.0, 2000.0))

    for draw in (draw_hand, draw_glare):
        assert draw(PLAIN, away, np.ones(2)).shape == PLAIN.shape
