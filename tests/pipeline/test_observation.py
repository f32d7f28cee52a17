"""A video becomes a track: the same as frame by frame, marked where it is damaged."""

from __future__ import annotations

import math
import time
import weakref
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.errors import NoFaceError
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.observer import FaceReader
from spasm_video.observe.track import TrackWriter, load_track
from spasm_video.observe.weights import manifest
from spasm_video.params import ObserveParams
from spasm_video.pipeline import ObserveOptions, Progress, observe_video
from spasm_video.pipeline.observation import _readings, _unmirrored
from spasm_video.video.file import VideoFile
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.observe.follow import FoundFace
    from spasm_video.records import FaceTrack
    from tests.conftest import FaceClips

ARRAYS = (
    "time_s", "points_px", "presence", "lid_px", "iris_px", "skin_step_px", "skin_confidence",
    "sharpness", "brightness", "other_faces", "taken",
)  # fmt: skip


def one_by_one(path: Path, out_track: Path) -> FaceTrack:
    """A track made in one thread, a frame after another."""
    finder, reader = FaceFollower(ObserveParams()), FaceReader()
    video = VideoFile(path)
    with TrackWriter() as track:
        for frame in video:
            face = finder.find(frame)
            track.append(frame.time_s, None if face is None else reader.read(frame, face))
        whole = observe_video(path, out_track, ObserveParams())
        track.save(out_track, whole.video, whole.observed_with)
    return load_track(out_track)


def test_the_threads_change_nothing(face_clips: FaceClips, tmp_path: Path) -> None:
    """Bit for bit what a plain loop over the frames gives, a lost face included."""
    clip = face_clips.write("clip.mp4", [*face_clips.pictures[:20], *face_clips.noise(10)])

    track = observe_video(clip, tmp_path / "track.npz", ObserveParams())

    plain = one_by_one(clip, tmp_path / "plain.npz")
    assert np.isfinite(track.presence).sum() == 20
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(track, name), getattr(plain, name), name)


def test_the_track_that_is_returned_is_the_one_that_is_saved(
    face_clips: FaceClips, tmp_path: Path
) -> None:
    """Measured from memory or from the file, it is the same."""
    clip = face_clips.write("clip.mp4", face_clips.pictures[:6])

    track = observe_video(clip, tmp_path / "track.npz", ObserveParams())

    saved = load_track(tmp_path / "track.npz")
    assert (track.video, track.observed_with) == (saved.video, saved.observed_with)
    np.testing.assert_array_equal(track.points_px, saved.points_px)


def test_what_was_recorded_is_told(face_clips: FaceClips, tmp_path: Path) -> None:
    """The facts of the file and of the read, and with what it was seen."""
    clip = face_clips.write("clip.mp4", face_clips.pictures[:15], fps=25)

    track = observe_video(clip, tmp_path / "track.npz", ObserveParams())

    facts = track.video
    assert (facts.file_name, facts.width_px, facts.height_px) == ("clip.mp4", 480, 480)
    assert facts.real_fps == pytest.approx(25)
    assert facts.duration_s == pytest.approx(15 / 25)
    assert math.isnan(facts.corrupt_after_s)
    assert not facts.mirrored
    assert track.observed_with.startswith("onnxruntime ")
    assert dict(track.models) == {
        name: manifest()[name].sha256 for name in ("face_detector", "face_mesh", "eye_lids")
    }


def test_a_part_is_looked_at_in_its_own_time(face_clips: FaceClips, tmp_path: Path) -> None:
    """Times stay those of the file."""
    clip = face_clips.write("clip.mp4")
    options = ObserveOptions(start_s=0.5, end_s=0.7)

    track = observe_video(clip, tmp_path / "track.npz", ObserveParams(), options)

    assert track.time_s == pytest.approx(np.arange(15, 21) / 30)
    assert track.video.duration_s == pytest.approx(0.2)


def test_progress_goes_one_way(face_clips: FaceClips, tmp_path: Path) -> None:
    """Once a frame, forward, never beyond the whole."""
    clip = face_clips.write("clip.mp4", face_clips.pictures[:12])
    steps: list[Progress] = []

    observe_video(clip, tmp_path / "track.npz", ObserveParams(), None, steps.append)

    assert [step.frames for step in steps] == list(range(1, 13))
    assert all(before.done_s < after.done_s for before, after in pairwise(steps))
    assert [step.total_s for step in steps] == pytest.approx([0.4] * 12, abs=0.05)
    assert steps[-1].done_s <= steps[-1].total_s


@pytest.mark.parametrize(
    ("start_s", "end_s", "total_s"), [(None, 0.3, 0.3), (0.2, None, 0.2), (0.1, 9.0, 0.3)]
)
def test_progress_knows_how_much_of_a_part_is_to_come(
    face_clips: FaceClips, tmp_path: Path, start_s: float | None, end_s: float, total_s: float
) -> None:
    """The part that was asked for, as far as the file goes."""
    clip = face_clips.write("clip.mp4", face_clips.pictures[:12])
    options = ObserveOptions(start_s=start_s, end_s=end_s)
    steps: list[Progress] = []

    observe_video(clip, tmp_path / "track.npz", ObserveParams(), options, steps.append)

    assert steps[0].total_s == pytest.approx(total_s, abs=0.05)
    assert steps[0].done_s == pytest.approx(0, abs=0.01)


def test_high_quality_averages_four_crops(face_clips: FaceClips, tmp_path: Path) -> None:
    """Other points, and it says so."""
    clip = face_clips.write("clip.mp4", face_clips.pictures[:3])
    high = ObserveOptions(quality="high")

    careful = observe_video(clip, tmp_path / "high.npz", ObserveParams(), high)

    by_hand = observe_video(clip, tmp_path / "hand.npz", replace(ObserveParams(), crops=4))
    standard = observe_video(clip, tmp_path / "standard.npz", ObserveParams())
    np.testing.assert_array_equal(careful.points_px, by_hand.points_px)
    assert (careful.points_px != standard.points_px).any()
    assert "high quality" in careful.observed_with
    assert careful.observed_with != standard.observed_with


def test_no_face_at_all_is_an_error(face_clips: FaceClips, tmp_path: Path) -> None:
    """And no track is left."""
    clip = face_clips.write("noise.mp4", face_clips.noise(5))

    with pytest.raises(NoFaceError, match=r"No face was found in noise\.mp4"):
        observe_video(clip, tmp_path / "track.npz", ObserveParams())

    assert not (tmp_path / "track.npz").exists()


def test_what_was_seen_around_a_damage_is_kept_and_marked(
    face_clips: FaceClips, tmp_path: Path
) -> None:
    """The face before the damaged part and after it; where it began is told."""
    clip = face_clips.write("clip.mkv")
    content = bytearray(clip.read_bytes())
    middle = len(content) // 2
    content[middle : middle + len(content) // 8] = bytes(len(content) // 8)
    clip.write_bytes(content)

    track = observe_video(clip, tmp_path / "track.npz", ObserveParams())

    assert 10 < len(track.time_s) < 45
    assert 0.2 < track.video.corrupt_after_s < 1.0
    assert np.isfinite(track.presence).all()


def test_a_mirrored_file_is_looked_at_in_a_mirror() -> None:
    """Mirrored twice, a frame is what it was, with its own time."""
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (40, 60, 3), np.uint8)
    frame = Frame(3, 0.1, picture[:, ::-1], picture[:, ::-1, 1])

    (seen,) = _unmirrored([frame])

    assert (seen.index, seen.time_s) == (3, 0.1)
    np.testing.assert_array_equal(seen.image_rgb, picture)
    np.testing.assert_array_equal(seen.grey, picture[..., 1])


class Nobody:
    """A backend that finds no face, at once."""

    name = "nobody"

    def find(self, frame: Frame) -> FoundFace | None:
        """None."""


def test_few_frames_are_held_at_a_time() -> None:
    """However many come and however slow their use: memory does not grow with the video."""
    made: list[weakref.ref[NDArray[np.uint8]]] = []
    most = 0

    def frames() -> Iterator[Frame]:
        for index in range(300):
            picture = np.zeros((8, 8, 3), np.uint8)
            made.append(weakref.ref(picture))
            yield Frame(index, index / 30, picture, picture[..., 0])

    for number, _ in enumerate(_readings(frames(), Nobody(), FaceReader())):
        most = max(most, sum(picture() is not None for picture in made))
        if number % 10 == 0:
            time.sleep(0.002)

    assert len(made) == 300
    assert 1 < most <= 16
