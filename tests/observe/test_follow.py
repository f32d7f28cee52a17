"""One face is followed: the largest, as long as it stays; others are only counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import NOSE_TIP
from spasm_video.errors import ParameterError
from spasm_video.observe.backends import BACKENDS, DEFAULT_BACKEND, backend
from spasm_video.observe.follow import FaceFollower, FoundFace
from spasm_video.params import ObserveParams

if TYPE_CHECKING:
    from spasm_video.observe.mesh import Crop
    from tests.observe.conftest import Floats, FrameOf, Picture

SIZE_PX = (640, 360)
STREET = (140, 150, 160)
BLANK = np.full((SIZE_PX[1], SIZE_PX[0], 3), STREET, np.uint8)


@pytest.fixture
def follower() -> FaceFollower:
    """The built-in backend as it is by default."""
    return FaceFollower(ObserveParams())


def street(rest: Picture, *faces: tuple[float, tuple[int, int]]) -> Picture:
    """Portraits of these scales with their corners at these places, in 640 x 360."""
    picture = BLANK.copy()
    for scale, (x, y) in faces:
        small = cv2.resize(rest, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rows = picture[y : y + small.shape[0], x : x + small.shape[1]]
        rows[:] = small[: rows.shape[0], : rows.shape[1]]
    return picture


def nose_of(rest_px: Floats, scale: float, corner: tuple[int, int]) -> Floats:
    """Where the tip of the nose of such a portrait is, (2,) px."""
    nose: Floats = rest_px[NOSE_TIP, :2] * scale + np.array(corner)
    return nose


def nose(face: FoundFace | None) -> Floats:
    """The tip of the nose of a found face, (2,) px."""
    assert face is not None
    tip: Floats = face.points_px[NOSE_TIP, :2]
    return tip


LARGE, SMALL = (0.42, (270, 10)), (0.3, (5, 60))


def test_the_largest_face_is_followed(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture, rest_px: Floats
) -> None:
    """Of two portraits the larger one, the other one is counted."""
    face = follower.find(frame_of(street(rest, SMALL, LARGE)))

    assert nose(face) == pytest.approx(nose_of(rest_px, *LARGE), abs=4)
    assert face is not None
    assert face.other_faces == 1
    assert face.presence > 0.9


def test_a_face_that_stays_is_kept_when_a_larger_one_comes(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture, rest_px: Floats
) -> None:
    """The newcomer is counted when half a second is over, and not followed."""
    follower.find(frame_of(street(rest, SMALL), 0, time_s=0.0))

    soon = follower.find(frame_of(street(rest, SMALL, LARGE), 1, time_s=0.4))
    later = follower.find(frame_of(street(rest, SMALL, LARGE), 2, time_s=0.5))

    for face, others in ((soon, 0), (later, 1)):
        assert nose(face) == pytest.approx(nose_of(rest_px, *SMALL), abs=4)
        assert face is not None
        assert (face.other_faces, face.fresh) == (others, False)


def test_a_face_is_followed_where_it_goes(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture, rest_px: Floats
) -> None:
    """Ten steps of 6 px: the nose within 2 px, taken up once."""
    found = []
    for index in range(10):
        at = (100 + 6 * index, 10)
        face = follower.find(frame_of(street(rest, (0.42, at)), index))
        assert nose(face) == pytest.approx(nose_of(rest_px, 0.42, at), abs=2)
        found.append(face)

    assert [face.fresh for face in found if face] == [True] + [False] * 9


def test_no_face_is_no_face(follower: FaceFollower, frame_of: FrameOf) -> None:
    """An even picture gives None, again and again."""
    assert [follower.find(frame_of(BLANK, index)) for index in range(3)] == [None] * 3


def test_a_face_that_was_lost_is_fresh_when_it_is_found_again(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture
) -> None:
    """Also when it comes back in the very next frame."""
    pictures = [street(rest, LARGE), street(rest, LARGE), BLANK, street(rest, LARGE)]

    faces = [follower.find(frame_of(picture, index)) for index, picture in enumerate(pictures)]

    assert [face.fresh if face else None for face in faces] == [True, False, None, True]


def test_a_face_that_jumps_is_taken_up_anew_in_the_same_frame(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture, rest_px: Floats
) -> None:
    """A cut to another place loses no frame, and what remembers the old face is told."""
    moved = (0.42, (10, 10))
    follower.find(frame_of(street(rest, LARGE)))

    face = follower.find(frame_of(street(rest, moved), 1))

    assert nose(face) == pytest.approx(nose_of(rest_px, *moved), abs=4)
    assert face is not None
    assert face.fresh


class StubbornMesh:
    """Sees a face in whatever crop it is given."""

    def __init__(self, *, crops: int) -> None:
        self.strewn = np.random.default_rng(crops).uniform(-0.3, 0.3, (478, 3))

    def points(self, image_rgb: Picture, crop: Crop) -> tuple[Floats, float]:
        """The same points of every crop, and no doubt."""
        assert image_rgb.ndim == 3
        return self.strewn * crop.side_px + (crop.x_px, crop.y_px, 0.0), 1.0


def test_a_mesh_that_no_detection_supports_is_let_go(
    monkeypatch: pytest.MonkeyPatch, frame_of: FrameOf, rest: Picture, rest_px: Floats
) -> None:
    """The mesh clings to an empty place: within half a second the face elsewhere is taken."""
    monkeypatch.setattr("spasm_video.observe.follow.FaceMesh", StubbornMesh)
    follower = FaceFollower(ObserveParams())
    follower.find(frame_of(street(rest, SMALL), 0, time_s=0.0))
    elsewhere = street(rest, (0.3, (380, 100)))

    faces = [
        follower.find(frame_of(elsewhere, index, time_s=time_s))
        for index, time_s in enumerate([0.1, 0.4, 0.5, 0.6], start=1)
    ]

    assert [face.fresh if face else None for face in faces] == [False, False, False, True]
    assert nose(faces[2])[0] < 320 < nose(faces[3])[0]
    assert nose_of(rest_px, 0.3, (380, 100))[0] > 320


def test_an_empty_look_around_lets_nothing_go(
    monkeypatch: pytest.MonkeyPatch, frame_of: FrameOf, rest: Picture
) -> None:
    """A turned face that only the mesh still sees is followed on."""
    monkeypatch.setattr("spasm_video.observe.follow.FaceMesh", StubbornMesh)
    follower = FaceFollower(ObserveParams())
    follower.find(frame_of(street(rest, SMALL), 0, time_s=0.0))

    faces = [follower.find(frame_of(BLANK, index, time_s=0.5 * index)) for index in (1, 2, 3)]

    assert [face.fresh if face else None for face in faces] == [False] * 3


def test_a_small_face_is_looked_for_twice_a_second(
    follower: FaceFollower, frame_of: FrameOf, rest: Picture
) -> None:
    """The thorough look costs many runs: on the first frame, then every half second."""
    small = (64 / 367, (400, 150))
    wide = cv2.copyMakeBorder(
        street(rest, small), 180, 180, 320, 320, cv2.BORDER_CONSTANT, value=STREET
    )
    hidden, shown = np.full_like(wide, 140), np.asarray(wide, np.uint8)

    seen = [
        follower.find(frame_of(picture, index, time_s=time_s))
        for index, (picture, time_s) in enumerate(
            [(hidden, 0.0), (shown, 0.1), (shown, 0.4), (shown, 0.5)]
        )
    ]

    assert [face is not None for face in seen] == [False, False, False, True]


def test_the_same_frames_give_the_same_bytes(frame_of: FrameOf, rest: Picture) -> None:
    """Two followers do not differ in a digit."""
    frames = [frame_of(street(rest, (0.42, (100 + 3 * i, 10))), i) for i in range(4)]

    one, two = (
        [follower.find(frame) for frame in frames]
        for follower in (FaceFollower(ObserveParams()), FaceFollower(ObserveParams()))
    )

    assert [face.points_px.tobytes() for face in one if face] == [
        face.points_px.tobytes() for face in two if face
    ]
    assert len(one) == 4


def test_four_crops_find_the_same_face(frame_of: FrameOf, rest: Picture) -> None:
    """High quality moves no point by more than 2 px of a 155 px face."""
    frame = frame_of(street(rest, LARGE))

    single = FaceFollower(ObserveParams(crops=1)).find(frame)
    several = FaceFollower(ObserveParams(crops=4)).find(frame)

    assert single is not None
    assert several is not None
    assert np.abs(single.points_px - several.points_px)[:, :2].max() < 2
    assert single.points_px.tobytes() != several.points_px.tobytes()


def test_a_backend_is_made_by_its_name() -> None:
    """The built-in one is the default."""
    assert BACKENDS == ("onnxruntime", "mediapipe")
    assert DEFAULT_BACKEND == "onnxruntime"
    assert isinstance(backend("onnxruntime", ObserveParams()), FaceFollower)


def test_an_unknown_backend_is_refused() -> None:
    """The message names those there are."""
    with pytest.raises(ParameterError, match=r"'dlib'\. Name one of onnxruntime, mediapipe\."):
        backend("dlib", ObserveParams())
