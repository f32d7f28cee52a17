"""A reading holds everything the measurement needs, in the axes of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import SIDES, SKIN_WINDOWS, Region, Side, SkinWindow
from spasm_video.observe.follow import FoundFace
from spasm_video.observe.observer import FaceReader, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.observe.conftest import Floats, FrameOf, Picture, Posed

    ReadPull = Callable[[Region, Side, float], Reading]

WINDOW = {window.name: index for index, window in enumerate(SKIN_WINDOWS)}
OUT, UP = 0, 1


def face(points_px: Floats, *, fresh: bool = False, other_faces: int = 0) -> FoundFace:
    """A found face with these points."""
    return FoundFace(points_px, 0.9, fresh=fresh, other_faces=other_faces)


@pytest.fixture
def read_pull(rest: Picture, posed: Posed, rest_px: Floats, frame_of: FrameOf) -> ReadPull:
    """Read the portrait at rest, then pulled, the mesh standing still."""

    def read(region: Region, side: Side, pull_mm: float) -> Reading:
        sides = (pull_mm, 0.0) if side is Side.LEFT else (0.0, pull_mm)
        reader = FaceReader()
        reader.read(frame_of(rest), face(rest_px, fresh=True))
        return reader.read(frame_of(posed(**{region: sides}), 1), face(rest_px))

    return read


def test_a_reading_has_the_shapes_of_a_track(
    rest: Picture, rest_px: Floats, frame_of: FrameOf
) -> None:
    """One frame of every array of a ``FaceTrack``; finite from the second frame on."""
    reader = FaceReader()
    reader.read(frame_of(rest), face(rest_px, fresh=True))

    reading = reader.read(frame_of(rest, 1), face(rest_px, other_faces=2))

    windows, sides = len(SKIN_WINDOWS), len(SIDES)
    assert reading.points_px is rest_px
    assert reading.lid_px.shape == (sides, 2)
    assert reading.iris_px.shape == (sides, 2)
    assert reading.skin_step_px.shape == (windows, sides, 2)
    assert reading.skin_confidence.shape == (windows, sides)
    assert reading.skin_step_px == pytest.approx(0, abs=1e-3)
    assert (reading.presence, reading.other_faces, reading.fresh) == (0.9, 2, False)
    assert np.isfinite([*reading.lid_px.ravel(), *reading.iris_px.ravel()]).all()


def test_light_and_sharpness_are_those_of_the_face(
    rest: Picture, rest_px: Floats, frame_of: FrameOf
) -> None:
    """A picture at half the brightness has half of both."""
    bright = FaceReader().read(frame_of(rest), face(rest_px, fresh=True))
    dark = FaceReader().read(frame_of((rest // 2).astype(np.uint8)), face(rest_px, fresh=True))

    assert dark.brightness == pytest.approx(bright.brightness / 2, abs=1)
    assert dark.sharpness == pytest.approx(bright.sharpness / 2, rel=0.1)
    assert 100 < bright.brightness < 200


def test_the_first_frame_has_no_step(rest: Picture, rest_px: Floats, frame_of: FrameOf) -> None:
    """Skin steps are NaN and without confidence; lids and iris are there."""
    reading = FaceReader().read(frame_of(rest), face(rest_px, fresh=True))

    assert np.isnan(reading.skin_step_px).all()
    assert (reading.skin_confidence == 0).all()
    assert np.isfinite(reading.lid_px).all()


def test_a_fresh_face_starts_anew(rest: Picture, rest_px: Floats, frame_of: FrameOf) -> None:
    """Nothing of the old face is left: the readings are those of a new reader, to the byte."""
    shifted = np.roll(rest, 120, axis=1)
    shifted_px = rest_px + np.array([120.0, 0, 0])
    used = FaceReader()
    used.read(frame_of(rest), face(rest_px, fresh=True))

    again = used.read(frame_of(shifted, 1), face(shifted_px, fresh=True))
    new = FaceReader().read(frame_of(shifted, 1), face(shifted_px, fresh=True))

    assert np.isnan(again.skin_step_px).all()
    np.testing.assert_array_equal(again.lid_px, new.lid_px)
    np.testing.assert_array_equal(again.iris_px, new.iris_px)
    assert again.brightness == new.brightness


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("region", "window", "out_up"),
    [
        (Region.BROW, "brow", (0, 1)),
        (Region.CHEEK, "cheek", (1, 1)),
        (Region.MOUTH, "mouth_corner", (1, 1)),
        (Region.NECK, "neck_upper", (1, -1)),
    ],
)
def test_a_pull_of_one_side_is_read_on_that_side(
    read_pull: ReadPull, region: Region, window: str, out_up: tuple[int, int], side: Side
) -> None:
    """1.5 mm of brow, cheek, mouth or neck: out is away from the midline, up is to the brow."""
    reading = read_pull(region, side, 1.5)

    own = reading.skin_step_px[WINDOW[window], SIDES.index(side)]
    other = reading.skin_step_px[WINDOW[window], SIDES.index(side.other)]
    for axis in (OUT, UP):
        if out_up[axis]:
            assert own[axis] * out_up[axis] > 0.5
    assert np.hypot(*own) > 1.0
    assert np.hypot(*other) < 0.1


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("window", SKIN_WINDOWS, ids=lambda window: window.name)
def test_a_step_is_in_pixels_of_the_video(
    rest: Picture, rest_px: Floats, frame_of: FrameOf, window: SkinWindow, side: Side
) -> None:
    """Skin that goes 1.2 px right, the left side's out, and 0.9 px up is read so within 0.2 px."""
    drop_px = window.drop_mm * 2.6215
    middle = rest_px[list(window.landmarks(side)), :2].mean(axis=0) + np.array([0, drop_px])
    reader = FaceReader()
    reader.read(frame_of(rest), face(rest_px, fresh=True))

    reading = reader.read(frame_of(nudged(rest, middle, (1.2, -0.9)), 1), face(rest_px))

    step = reading.skin_step_px[WINDOW[window.name], SIDES.index(side)]
    assert step == pytest.approx([1.2 if side is Side.LEFT else -1.2, 0.9], abs=0.2)


def test_a_larger_video_gives_larger_steps(
    rest: Picture, posed: Posed, rest_px: Floats, frame_of: FrameOf
) -> None:
    """Half as many pixels on the face, half as many pixels of step, within 10 %."""
    pulled = posed(cheek=(1.5, 0.0))
    whole, half = FaceReader(), FaceReader()
    whole.read(frame_of(rest), face(rest_px, fresh=True))
    half.read(frame_of(halved(rest)), face((rest_px + 0.5) / 2 - 0.5, fresh=True))

    large = whole.read(frame_of(pulled, 1), face(rest_px))
    small = half.read(frame_of(halved(pulled), 1), face((rest_px + 0.5) / 2 - 0.5))

    cheek = WINDOW["cheek"], SIDES.index(Side.LEFT), UP
    assert small.skin_step_px[cheek] == pytest.approx(large.skin_step_px[cheek] / 2, rel=0.1)
    assert small.lid_px == pytest.approx(large.lid_px / 2, abs=1.0)


def halved(picture: Picture) -> Picture:
    """Every second pixel in each direction the mean of four."""
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
    return np.asarray(np.rint(blocks.mean(axis=(1, 3))), np.uint8)


def nudged(picture: Picture, middle: Floats, shift_px: tuple[float, float]) -> Picture:
    """The skin around a place shifted as one piece, what is 24 mm from it left."""
    reach_px = 72
    low_x, low_y = (max(int(at) - reach_px, 0) for at in middle)
    near = picture[low_y : int(middle[1]) + reach_px, low_x : int(middle[0]) + reach_px]
    y, x = np.mgrid[0 : near.shape[0], 0 : near.shape[1]].astype(np.float32)
    away = np.hypot(x + low_x - middle[0], y + low_y - middle[1])
    share = np.clip((62 - away) / 28, 0, 1)
    from_x, from_y = x - share * shift_px[0], y - share * shift_px[1]
    moved = picture.copy()
    moved[low_y : low_y + near.shape[0], low_x : low_x + near.shape[1]] = cv2.remap(
        near,
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved
