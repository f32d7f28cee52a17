"""Each eye is read on its own: its lids and its iris, whatever the other eye does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import EYE_CORNERS, SIDES, Side
from spasm_video.observe.eyelids import EyeReader
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.head import WIDTH_PX, place_head
from spasm_video.observe.observer import FaceReader
from spasm_video.params import ObserveParams

if TYPE_CHECKING:
    from spasm_video.simulate.portrait import Portrait
    from tests.observe.conftest import Floats, FrameOf, Picture, Posed

LEFT, RIGHT = SIDES.index(Side.LEFT), SIDES.index(Side.RIGHT)
CLOSURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
PAIRS = np.array(EYE_CORNERS)


@pytest.fixture(scope="module")
def eyes() -> EyeReader:
    """Both eyes' network; forget before use."""
    return EyeReader()


@pytest.fixture(scope="module")
def to_head(rest_px: Floats) -> Floats:
    """The portrait's way into the stabilised picture."""
    return place_head(rest_px).to_head(rest_px)


def aperture(lids_px: Floats) -> Floats:
    """(side,) the distance of the lid margins."""
    opening: Floats = lids_px[:, 0] - lids_px[:, 1]
    return opening


def closing(side: Side, closure: float) -> dict[str, tuple[float, float]]:
    """One eye closed, as the portrait is posed."""
    return {"eyelid": (closure, 0.0) if side is Side.LEFT else (0.0, closure)}


def test_open_eyes_are_as_open_as_they_are(
    eyes: EyeReader, rest: Picture, rest_px: Floats, to_head: Floats, portrait: Portrait
) -> None:
    """Each aperture of the portrait within 1 mm of its own, the middle between the lids."""
    eyes.forget()
    lids_px, _ = eyes.read(rest, rest_px, to_head)

    for index, side in enumerate(SIDES):
        found_mm = aperture(lids_px)[index] / portrait.face.px_per_mm
        assert found_mm == pytest.approx(portrait.face.open_mm[side], abs=1.0)
    assert (lids_px[:, 0] > 0).all()
    assert (lids_px[:, 1] < 0).all()


@pytest.mark.parametrize("side", SIDES)
def test_a_closing_eye_is_seen_to_close(
    eyes: EyeReader,
    posed: Posed,
    rest_px: Floats,
    to_head: Floats,
    side: Side,
) -> None:
    """Step by step to below 0.4 of its rest; the other eye stays within 0.2 %: no leak."""
    open_px = []
    for closure in CLOSURES:
        eyes.forget()
        open_px.append(aperture(eyes.read(posed(**closing(side, closure)), rest_px, to_head)[0]))

    share = np.array(open_px) / open_px[0]
    own, other = share[:, SIDES.index(side)], share[:, SIDES.index(side.other)]
    assert (np.diff(own) < -0.05).all()
    assert own[-1] < 0.4
    assert other == pytest.approx(np.ones(len(CLOSURES)), abs=0.002)


@pytest.mark.parametrize("side", SIDES)
def test_a_wink_barely_moves_the_other_eye_through_the_mesh(
    posed: Posed, frame_of: FrameOf, side: Side
) -> None:
    """Found, followed and read: the closed eye below 0.35, the open one within 4 % of its rest."""
    follower, reader = FaceFollower(ObserveParams()), FaceReader()
    open_px = []
    for index, closure in enumerate((0.0, 0.0, 1.0, 1.0)):
        frame = frame_of(posed(**closing(side, closure)), index)
        face = follower.find(frame)
        assert face is not None
        open_px.append(aperture(reader.read(frame, face).lid_px))

    for winking in open_px[2:]:
        share = winking / open_px[1]
        assert share[SIDES.index(side)] < 0.35
        assert share[SIDES.index(side.other)] == pytest.approx(1.0, abs=0.04)


def test_the_iris_moves_away_from_the_nose_on_the_side_of_the_glance(
    eyes: EyeReader, posed: Posed, rest_px: Floats, to_head: Floats, portrait: Portrait
) -> None:
    """A glance 1.5 mm to the patient's right: right iris outward, left iris inward, both > 1 mm."""
    eyes.forget()
    _, ahead_px = eyes.read(posed(), rest_px, to_head)
    eyes.forget()
    _, aside_px = eyes.read(posed(gaze_mm=1.5), rest_px, to_head)

    moved_mm = (aside_px - ahead_px)[:, 0] / portrait.face.px_per_mm
    assert moved_mm[RIGHT] == pytest.approx(1.5, abs=0.5)
    assert moved_mm[LEFT] == pytest.approx(-1.5, abs=0.5)


def test_a_mirrored_face_gives_the_same_numbers_on_the_other_side(
    eyes: EyeReader, rest: Picture, rest_px: Floats, to_head: Floats
) -> None:
    """Lids and iris swap their sides and change by less than 0.01 px."""
    width = rest.shape[1]
    mirrored_px = rest_px.copy()
    mirrored_px[:, 0] = width - 1 - rest_px[:, 0]
    mirrored_px[PAIRS[LEFT]], mirrored_px[PAIRS[RIGHT]] = (
        mirrored_px[PAIRS[RIGHT]],
        mirrored_px[PAIRS[LEFT]],
    )
    flip_picture = np.array([[-1.0, 0, width - 1], [0, 1, 0], [0, 0, 1]])
    flip_head = np.array([[-1.0, 0, WIDTH_PX - 1], [0, 1, 0], [0, 0, 1]])
    mirrored_to_head = (flip_head @ np.vstack([to_head, [0, 0, 1]]) @ flip_picture)[:2]

    eyes.forget()
    lids_px, iris_px = eyes.read(rest, rest_px, to_head)
    eyes.forget()
    mirrored = eyes.read(np.ascontiguousarray(rest[:, ::-1]), mirrored_px, mirrored_to_head)

    assert mirrored[0] == pytest.approx(lids_px[::-1], abs=0.01)
    assert mirrored[1] == pytest.approx(iris_px[::-1], abs=0.01)


def test_a_twitch_of_the_mesh_does_not_shake_the_eyes(
    eyes: EyeReader, rest: Picture, rest_px: Floats, to_head: Floats, portrait: Portrait
) -> None:
    """Corners that jump by 2 mm for a frame move the reading by a tenth; a new face at once."""
    jumped_px = rest_px.copy()
    jumped_px[PAIRS.ravel(), 1] += 2 * portrait.face.px_per_mm
    eyes.forget()
    calm_px, _ = eyes.read(rest, rest_px, to_head)

    shaken_px, _ = eyes.read(rest, jumped_px, to_head)
    eyes.forget()
    taken_px, _ = eyes.read(rest, jumped_px, to_head)

    shift_mm = [(lids - calm_px).mean() / portrait.face.px_per_mm for lids in (shaken_px, taken_px)]
    assert shift_mm[0] == pytest.approx(0.2, abs=0.1)
    assert shift_mm[1] == pytest.approx(2.0, abs=0.3)
