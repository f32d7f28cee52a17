"""
What every face backend promises, and how far the two agree.

The portrait is NASA's, as scikit-image ships it; where its parts are is known from
``simulate``. MediaPipe's own runtime is tried where it is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from spasm_video.anatomy import EYE_CORNERS, NOSE_TIP, SIDES, Side
from spasm_video.errors import MissingPartError
from spasm_video.observe.backends import BACKENDS, DEFAULT_BACKEND, backend
from spasm_video.observe.detector import FaceDetector
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.mesh import FaceMesh, crop_of_box
from spasm_video.params import ObserveParams
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.observe.follow import FaceBackend, FoundFace

    MakeBackend = Callable[[], FaceBackend]

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]

SIZE_PX = (1280, 720)
BLANK = np.full((SIZE_PX[1], SIZE_PX[0], 3), 140, np.uint8)


@dataclass(frozen=True, slots=True)
class Pose:
    """The portrait enlarged, turned counter-clockwise and shifted from the middle."""

    scale: float = 2.4
    turn_deg: float = 0.0
    shift_px: tuple[float, float] = (0.0, 0.0)

    def to_picture(self) -> Floats:
        """(2, 3) pixels of the portrait to pixels of the picture."""
        middle = FACE.head_centre
        move = np.asarray(cv2.getRotationMatrix2D(middle, self.turn_deg, self.scale), np.float64)
        move[:, 2] += np.array(SIZE_PX) / 2 - middle + self.shift_px
        return move

    def places(self, *points: tuple[float, float]) -> Floats:
        """(k, 2) where points of the portrait are in the picture."""
        move = self.to_picture()
        placed: Floats = np.array(points) @ move[:, :2].T + move[:, 2]
        return placed


POSES = (
    Pose(2.4),
    Pose(3.0),
    Pose(2.0),
    Pose(3.6, 3.0),
    Pose(2.8, 5.0, (30.0, -20.0)),
    Pose(3.0, -7.0, (-40.3, 12.7)),
    Pose(2.4, 0.0, (200.0, 0.0)),
    Pose(2.4, 11.0, (-150.0, 30.0)),
    Pose(2.0, -12.0, (260.0, -60.0)),
    Pose(3.3, -2.0, (60.7, 22.2)),
    Pose(4.0, -4.0, (20.0, 10.0)),
    Pose(2.6, 15.0, (10.5, -8.25)),
)


@pytest.fixture(scope="module")
def source() -> Picture:
    """The portrait, 512 x 512."""
    data = pytest.importorskip("skimage.data", reason="scikit-image brings the portrait")
    return np.ascontiguousarray(data.astronaut())


@pytest.fixture(params=BACKENDS)
def make(request: pytest.FixtureRequest) -> MakeBackend:
    """Make a backend; one that is not installed is skipped and says what it needs."""
    name: str = request.param
    return lambda: installed(name)


def installed(name: str) -> FaceBackend:
    """The backend of this name, or the reason why it cannot be tried."""
    try:
        return backend(name, ObserveParams())
    except MissingPartError as absent:
        if name == DEFAULT_BACKEND:
            raise
        pytest.skip(str(absent))


def photographed(source: Picture, *poses: Pose) -> Picture:
    """The portrait in an even picture, once for each pose; later ones lie on top."""
    picture = BLANK.copy()
    for pose in poses:
        move = pose.to_picture()
        whole = np.full(source.shape[:2], 255, np.uint8)
        placed = cv2.warpAffine(source, move, SIZE_PX, flags=cv2.INTER_CUBIC)
        cover = cv2.warpAffine(whole, move, SIZE_PX, flags=cv2.INTER_NEAREST)
        picture[cover > 0] = placed[cover > 0]
    return picture


def frame(picture: Picture, index: int = 0) -> Frame:
    """A picture at 30 frames a second."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    return Frame(index, index / 30, picture, grey)


def points_of(face: FoundFace | None) -> Floats:
    """(478, 3) of a face that must be there."""
    assert face is not None
    return face.points_px


class TestFaceBackend:
    """Whatever finds the face."""

    @pytest.mark.parametrize("pose", POSES[::3], ids=str)
    def test_it_finds_the_portrait(self, make: MakeBackend, source: Picture, pose: Pose) -> None:
        """478 finite points in the picture, the nose within 5 mm, presence a probability."""
        face = make().find(frame(photographed(source, pose)))

        points_px = points_of(face)
        assert face is not None
        assert points_px.shape == (478, 3)
        assert points_px.dtype == np.float64
        assert np.isfinite(points_px).all()
        assert (points_px[:, :2] >= 0).all()
        assert (points_px[:, :2] <= SIZE_PX).all()
        assert 0.5 <= face.presence <= 1
        assert face.other_faces == 0
        miss_px = np.hypot(*(points_px[NOSE_TIP, :2] - pose.places(FACE.nose_tip)[0]))
        assert miss_px < 5 * FACE.px_per_mm * pose.scale

    def test_left_is_the_patient_s_left(self, make: MakeBackend, source: Picture) -> None:
        """The eye on the image's right is the left one: outer corners within 5 mm."""
        pose = Pose(2.4)

        points_px = points_of(make().find(frame(photographed(source, pose))))

        for side, corner in ((Side.LEFT, -1), (Side.RIGHT, 0)):
            expected = pose.places(FACE.eyes[side].upper[corner])[0]
            found = points_px[EYE_CORNERS[SIDES.index(side)][0], :2]
            assert np.hypot(*(found - expected)) < 5 * FACE.px_per_mm * pose.scale
        left, right = (points_px[outer, 0] for outer, _ in EYE_CORNERS)
        assert left > right + 100

    def test_an_even_picture_holds_no_face(self, make: MakeBackend) -> None:
        """None, again and again."""
        find = make().find

        assert [find(frame(BLANK, index)) for index in range(2)] == [None, None]

    def test_a_face_is_fresh_once(self, make: MakeBackend, source: Picture) -> None:
        """On the first frame, and again when it was lost in between."""
        find, shown = make().find, photographed(source, Pose(2.4))

        faces = [find(frame(p, i)) for i, p in enumerate([shown, shown, BLANK, shown, shown])]

        assert [face.fresh if face else None for face in faces] == [True, False, None, True, False]

    def test_the_same_frames_give_the_same_bytes(self, make: MakeBackend, source: Picture) -> None:
        """Two backends of a kind differ in no digit."""
        frames = [frame(photographed(source, pose), i) for i, pose in enumerate(POSES[:3])]

        one, two = ([points_of(find(f)) for f in frames] for find in (make().find, make().find))

        assert [points.tobytes() for points in one] == [points.tobytes() for points in two]

    def test_the_largest_face_is_followed(self, make: MakeBackend, source: Picture) -> None:
        """Of two, and it is kept when the other one grows; the other one is counted."""
        find = make().find
        left, right = Pose(1.6, shift_px=(-330, 0)), Pose(2.2, shift_px=(250, 0))
        grown = Pose(2.6, shift_px=(-330, 0))

        first = find(frame(photographed(source, left, right)))
        second = find(frame(photographed(source, grown, right), 1))

        for face, fresh in ((first, True), (second, False)):
            nose = points_of(face)[NOSE_TIP, :2]
            assert nose == pytest.approx(right.places(FACE.nose_tip)[0], abs=10)
            assert face is not None
            assert (face.fresh, face.other_faces) == (fresh, 1)

    def test_the_frame_is_left_as_it_was(self, make: MakeBackend, source: Picture) -> None:
        """Other stages read the same picture."""
        shown = frame(photographed(source, Pose(2.4)))
        before = shown.image_rgb.copy()

        make().find(shown)

        np.testing.assert_array_equal(shown.image_rgb, before)


class TestTheTwoAgree:
    """The built-in networks compute what MediaPipe computes."""

    @pytest.mark.parametrize("pose", POSES, ids=str)
    def test_on_still_pictures(
        self, source: Picture, pose: Pose, record_property: Callable[[str, object], None]
    ) -> None:
        """
        Detector, crop and network end to end: within 0.1 px in the picture.

        MediaPipe crops by its detection alone; so does the built-in mesh here. The depth
        agrees within 4 % of the face: MediaPipe's depends on a turn that it keeps.
        """
        picture = photographed(source, pose)
        theirs_px = points_of(installed("mediapipe").find(frame(picture)))

        box = FaceDetector(minimum_score=ObserveParams().detector_score).detect(picture)[0]
        ours_px, _ = FaceMesh().points(picture, crop_of_box(box))

        apart_px = np.abs(ours_px - theirs_px)
        record_property("largest_px", float(apart_px[:, :2].max()))
        assert apart_px[:, :2].max() < 0.1
        assert apart_px[:, 2].max() < 0.04 * box.size_px

    @pytest.mark.parametrize("pose", POSES, ids=str)
    def test_the_follower_s_own_crop_changes_little(
        self, source: Picture, pose: Pose, record_property: Callable[[str, object], None]
    ) -> None:
        """Settled on the face instead of on its detection: half of the points within 2 px."""
        shown = frame(photographed(source, pose))
        theirs_px = points_of(installed("mediapipe").find(shown))

        ours_px = points_of(FaceFollower(ObserveParams()).find(shown))

        apart_px = np.hypot(*(ours_px - theirs_px)[:, :2].T)
        record_property("median_px", float(np.median(apart_px)))
        record_property("largest_px", float(apart_px.max()))
        assert np.median(apart_px) < 2
        assert apart_px.max() < 0.04 * np.ptp(ours_px[:, :2], axis=0).max()
