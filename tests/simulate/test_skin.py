"""The skin goes as many millimetres as was asked, on the side that was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.simulate.skin import DIRECTION, direction, displacement_px

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.simulate.arrays import Floats, Plane
    from spasm_video.simulate.portrait import Portrait

    Draw = Callable[[Callable[[Plane, Plane], Plane]], Portrait]

SIDED = [(region, side) for region in DIRECTION for side in SIDES]
ALL_MM = {Region.BROW: 2.5, Region.CHEEK: 2.0, Region.MOUTH: 4.5, Region.NECK: 2.5}


def moved(side: Side, peaks: dict[Region, float]) -> Floats:
    """(Region, Side) with some regions of one side moved."""
    all_at_rest = np.zeros((len(REGIONS), len(SIDES)))
    for region, peak in peaks.items():
        all_at_rest[REGIONS.index(region), SIDES.index(side)] = peak
    return all_at_rest


@pytest.mark.parametrize(("region", "side"), SIDED)
@pytest.mark.parametrize("with_it", [(), tuple(DIRECTION)])
def test_an_anchor_moves_by_what_was_asked(
    region: Region, side: Side, with_it: tuple[Region, ...]
) -> None:
    """Exactly, alone or with all its neighbours: what is now there came from the anchor."""
    peaks = {mover: ALL_MM[mover] for mover in (region, *with_it)}
    wanted_px = ALL_MM[region] * FACE.px_per_mm * direction(FACE, region, side)
    now = np.asarray(FACE.anchors[side][region] + wanted_px, np.float32)

    shift = displacement_px(FACE, moved(side, peaks), now[:1], now[1:])

    assert np.hypot(*wanted_px) / FACE.px_per_mm == pytest.approx(ALL_MM[region])
    assert np.concatenate(shift) == pytest.approx(wanted_px, abs=1e-3)


@pytest.mark.parametrize(("region", "side"), SIDED)
def test_a_mark_on_the_skin_goes_with_it(region: Region, side: Side, drawn_face: Draw) -> None:
    """In the picture: a dark dot on the anchor is found again, moved by the stated mm."""
    before_x, before_y = drawn_face(lambda x, _: x).face.anchors[side][region]

    def dot(x: Plane, y: Plane) -> Plane:
        return 200 - 150 * np.exp(-((x - before_x) ** 2 + (y - before_y) ** 2) / 2)

    face = drawn_face(dot)
    posed = face.posed(moved(side, ALL_MM))[..., 0]
    dark = np.clip(195 - posed, 0, None)
    y, x = np.indices(dark.shape)
    after = np.array([(dark * x).sum(), (dark * y).sum()]) / dark.sum()

    found_mm = (after - (before_x, before_y)) / face.face.px_per_mm
    along_mm = float(found_mm @ direction(face.face, region, side))
    assert along_mm == pytest.approx(ALL_MM[region], abs=0.06)
    assert np.hypot(*found_mm) == pytest.approx(ALL_MM[region], abs=0.06)


@pytest.mark.parametrize("side", SIDES)
def test_the_other_half_of_the_face_is_untouched(side: Side, drawn_face: Draw) -> None:
    """Beyond the midline every pixel keeps its value to the last bit."""
    rng = np.random.default_rng(1)
    face = drawn_face(lambda x, _: np.asarray(rng.uniform(0, 255, x.shape), np.float32))
    posed = face.posed(moved(side, ALL_MM | {Region.EYELID: 1.0}))
    y, x = np.mgrid[0 : posed.shape[0], 0 : posed.shape[1]].astype(np.float32)
    other_half = face.face.aside_px(side, x, y) < 0

    assert np.array_equal(posed[other_half], face.picture[other_half])
    assert not np.array_equal(posed[~other_half], face.picture[~other_half])


def test_the_patients_right_is_on_the_left_of_the_picture() -> None:
    """The portrait is not mirrored."""
    for region in DIRECTION:
        assert FACE.anchors[Side.RIGHT][region][0] < FACE.anchors[Side.LEFT][region][0]
    assert FACE.out(Side.RIGHT)[0] < -0.99
    assert FACE.up[1] < -0.99


@pytest.mark.parametrize(
    ("region", "outwards", "upwards"),
    [
        (Region.BROW, 0, 1),
        (Region.CHEEK, 1, 1),
        (Region.MOUTH, 1, 1),
        (Region.NECK, 1, -1),
    ],
)
def test_every_muscle_pulls_its_own_way(region: Region, outwards: int, upwards: int) -> None:
    """Brow up, cheek and mouth up and out, platysma down and out; mirrored on the left."""
    for side in SIDES:
        along = direction(FACE, region, side)

        assert np.hypot(*along) == pytest.approx(1.0)
        assert along @ FACE.up * upwards > 0.5
        assert along @ FACE.out(side) > 0.25 * outwards


def test_a_face_at_rest_is_not_warped() -> None:
    """Nothing asked, nothing moved."""
    y, x = np.mgrid[80:200:20, 150:290:20].astype(np.float32)

    shift_x, shift_y = displacement_px(FACE, np.zeros((5, 2)), x, y)

    assert not shift_x.any()
    assert not shift_y.any()


def test_the_skin_never_folds() -> None:
    """At the largest pulls neighbours stay in order: no pixel is drawn from beyond the next."""
    y, x = np.mgrid[70:220, 150:300].astype(np.float32)
    for region in DIRECTION:
        shift_x, shift_y = displacement_px(FACE, moved(Side.RIGHT, {region: 8.0}), x, y)

        assert np.diff(x - shift_x, axis=1).min() > 0
        assert np.diff(y - shift_y, axis=0).min() > 0
