"""A saved track is what was measured: to its rounding, to the byte, or refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spasm_video.anatomy import MEASURED_LANDMARKS, SIDES, SKIN_WINDOWS
from spasm_video.errors import TrackError
from spasm_video.observe.observer import Reading
from spasm_video.observe.track import TrackWriter, load_track
from spasm_video.records import VideoFacts

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.records import FaceTrack

W, S = len(SKIN_WINDOWS), len(SIDES)
FACTS = VideoFacts(
    file_name="Müller 3.mp4",
    sha256="ab" * 32,
    width_px=1280,
    height_px=720,
    codec="h264",
    rotation_deg=90,
    nominal_fps=float("nan"),
    real_fps=29.97,
    duration_s=0.1,
    shortest_interval_ms=33.0,
    longest_interval_ms=34.0,
    time_repairs=0,
    gaps=0,
    corrupt_after_s=float("nan"),
    decoder="PyAV",
    mirrored=False,
)


def reading(seed: int, **changes: Any) -> Reading:
    """A reading of strewn values, the same for the same seed."""
    rng = np.random.default_rng(seed)
    values = Reading(
        points_px=rng.uniform(0, 1280, (478, 3)),
        presence=float(rng.uniform()),
        lid_px=rng.normal(0, 10, (S, 2)),
        iris_px=rng.normal(0, 3, (S, 2)),
        skin_step_px=rng.normal(0, 0.3, (W, S, 2)),
        skin_confidence=rng.uniform(size=(W, S)),
        sharpness=9.3,
        brightness=123.4,
        other_faces=1,
        fresh=seed == 0,
    )
    return replace(values, **changes)


def saved(path: Path, *readings: Reading | None) -> Path:
    """The track file of these readings, 33 ms apart."""
    with TrackWriter() as writer:
        for index, one in enumerate(readings):
            writer.append(index * 0.033, one)
        writer.save(path, FACTS, "method 7", {"mesh": "cd" * 32, "eyes": "ef" * 32})
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A track of three frames, the middle one without a face."""
    return saved(tmp_path / "track.npz", reading(0), None, reading(2))


@pytest.fixture
def track(path: Path) -> FaceTrack:
    """The same, read again."""
    return load_track(path)


def rewritten(path: Path, **members: Any) -> Path:
    """The track with some members replaced; None leaves one out."""
    with np.load(path, allow_pickle=False) as old:
        arrays = {name: old[name] for name in old.files} | members
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_every_array_comes_back_to_its_rounding(track: FaceTrack) -> None:
    """Times exactly, points to 1/512 px, the rest to seven digits."""
    first, last = reading(0), reading(2)

    assert track.time_s.tolist() == [0.0, 0.033, 0.066]
    for index, one in ((0, first), (2, last)):
        points_px = one.points_px[list(MEASURED_LANDMARKS)]
        assert track.points_px[index] == pytest.approx(points_px, abs=1 / 512)
        for name in ("presence", "lid_px", "iris_px", "skin_step_px", "skin_confidence"):
            np.testing.assert_allclose(getattr(track, name)[index], getattr(one, name), rtol=1e-6)
        assert track.sharpness[index] == pytest.approx(9.3, rel=1e-6)
        assert track.brightness[index] == pytest.approx(123.4, rel=1e-6)
    assert track.taken.tolist() == [True, False, False]
    assert track.other_faces.tolist() == [1, 0, 1]


def test_points_are_whole_256ths_of_a_pixel(track: FaceTrack) -> None:
    """A tenth of their noise, and what is measured is what was saved."""
    steps = track.points_px[0] * 256

    np.testing.assert_array_equal(steps, np.round(steps))


def test_a_frame_without_a_face_is_nan(track: FaceTrack) -> None:
    """In every number; it counts no other faces and takes none."""
    floats = [field.name for field in fields(track) if field.name.endswith("_px")]

    for name in (*floats, "presence", "skin_confidence", "sharpness", "brightness"):
        assert np.isnan(getattr(track, name)[1]).all(), name
    assert (track.other_faces[1], track.taken[1]) == (0, False)


def test_what_could_not_be_measured_stays_nan(tmp_path: Path) -> None:
    """A window without a step keeps its neighbours."""
    step = np.zeros((W, S, 2))
    step[3, 1] = np.nan

    track = load_track(saved(tmp_path / "t.npz", reading(0, skin_step_px=step)))

    np.testing.assert_array_equal(track.skin_step_px[0], step)


def test_the_video_and_the_method_come_along(track: FaceTrack) -> None:
    """Every fact of the video, those that are not known as NaN; the networks by name."""
    assert track.observed_with == "method 7"
    assert track.models == (("eyes", "ef" * 32), ("mesh", "cd" * 32))
    for field in fields(FACTS):
        found, wanted = getattr(track.video, field.name), getattr(FACTS, field.name)
        assert found == wanted or (np.isnan(found) and np.isnan(wanted)), field.name


def test_landmarks_are_asked_for_by_their_number(track: FaceTrack) -> None:
    """In the order asked for, out of those that are measured."""
    last, first = MEASURED_LANDMARKS[-1], MEASURED_LANDMARKS[0]

    found = track.landmarks(last, first)

    assert found[0] == pytest.approx(reading(0).points_px[[last, first]], abs=1 / 512)


def test_all_points_are_kept_in_the_file(path: Path) -> None:
    """The measurement may want other landmarks one day: 478 of them in float32."""
    with np.load(path) as members:
        assert members["points_px"].shape == (3, 478, 3)
        assert members["points_px"].dtype == np.float32
        assert members["points_px"][2] == pytest.approx(reading(2).points_px, abs=1 / 256)


def test_the_same_readings_make_the_same_bytes(tmp_path: Path) -> None:
    """The file holds no time of day and no place."""
    one = saved(tmp_path / "one.npz", reading(0), None, reading(2))
    two = saved(tmp_path / "two.npz", reading(0), None, reading(2))

    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_track_of_no_frames_is_a_track(tmp_path: Path) -> None:
    """Empty in, empty out."""
    track = load_track(saved(tmp_path / "empty.npz"))

    assert track.time_s.shape == (0,)
    assert track.points_px.shape == (0, len(MEASURED_LANDMARKS), 3)


def test_a_long_track_is_read_in_blocks(tmp_path: Path) -> None:
    """1100 frames, more than two blocks: each is where it was written."""
    with TrackWriter() as writer:
        for index in range(1100):
            points_px = np.full((478, 3), float(index))
            writer.append(index / 30, reading(1, points_px=points_px))
        writer.save(tmp_path / "long.npz", FACTS, "method 7")

    track = load_track(tmp_path / "long.npz")

    np.testing.assert_array_equal(track.points_px[:, 5, 1], np.arange(1100.0))


def test_more_faces_than_a_byte_counts_are_many(tmp_path: Path) -> None:
    """300 others are kept as 255, not as 44."""
    track = load_track(saved(tmp_path / "t.npz", reading(0, other_faces=300)))

    assert track.other_faces.tolist() == [255]


def test_frames_and_faces_are_counted() -> None:
    """While they come, for the one who waits; the temporary rows go at the end."""
    with TrackWriter() as writer:
        for one in (reading(0), None, reading(2)):
            writer.append(float(writer.frames), one)
        assert (writer.frames, writer.faces) == (3, 2)


def test_a_writer_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when the video breaks off with an error."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def break_off() -> None:
        with TrackWriter() as writer:
            writer.append(0.0, reading(0))
            assert list(tmp_path.iterdir()) != []
            raise RuntimeError("the video broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_a_track_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """One line, no traceback."""
    with pytest.raises(TrackError, match=r"nothing\.npz cannot be read"):
        load_track(tmp_path / "nothing.npz")


@pytest.mark.parametrize(
    "content",
    [b"", b"time_s,points\n", b"\x93NUMPY", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)],
    ids=["empty", "text", "array", "zip", "emptyzip"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever it is, the message names it and the remedy."""
    path = tmp_path / "notes.npz"
    path.write_bytes(content)

    with pytest.raises(TrackError, match=r"notes\.npz is not a track .* Analyze the video again"):
        load_track(path)


def test_a_plain_array_is_refused(tmp_path: Path) -> None:
    """An .npy file is NumPy's, but no track."""
    path = tmp_path / "array.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))

    with pytest.raises(TrackError, match="not a track"):
        load_track(path)


def test_a_pickle_is_never_opened(path: Path) -> None:
    """A file from elsewhere may hold code; a track holds numbers only."""
    pickled = np.array([{"format": 1}], dtype=object)

    with pytest.raises(TrackError, match="not a track"):
        load_track(rewritten(path, facts=pickled))


@pytest.mark.parametrize("name", ["facts", "points_px", "time_s", "taken"])
def test_a_track_without_a_part_is_refused(path: Path, name: str) -> None:
    """Each member is needed."""
    with pytest.raises(TrackError, match="not a track"):
        load_track(rewritten(path, **{name: None}))


@pytest.mark.parametrize(
    "facts",
    [
        "{",
        "7",
        "[1, 2]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "video": {}, "observed_with": "", "models": []}',
        '{"format": 1, "video": 3, "observed_with": "", "models": []}',
    ],
)
def test_a_track_with_other_facts_is_refused(path: Path, facts: str) -> None:
    """Their shape is part of the format."""
    with pytest.raises(TrackError, match="track"):
        load_track(rewritten(path, facts=np.array(facts)))


def test_another_format_is_named(path: Path) -> None:
    """A track of a later version says so instead of being misread."""
    with pytest.raises(TrackError, match=r"track\.npz has track format 2\."):
        load_track(rewritten(path, facts=np.array('{"format": 2}')))


@pytest.mark.parametrize("shape", [(3, 468, 3), (3, 478, 2), (3, 478), ()])
def test_another_set_of_landmarks_is_refused(path: Path, shape: tuple[int, ...]) -> None:
    """478 points in three dimensions or none."""
    with pytest.raises(TrackError, match="not a track"):
        load_track(rewritten(path, points_px=np.zeros(shape, np.float32)))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("lid_px", np.zeros((3, S, 3), np.float32)),
        ("skin_step_px", np.zeros((2, W, S, 2), np.float32)),
        ("time_s", np.array([0.0, 0.2, 0.1])),
        ("time_s", np.array([0.0, np.nan, 0.1])),
        ("points_px", np.zeros((2, 478, 3), np.float32)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(path: Path, name: str, array: Any) -> None:
    """Shapes and times are checked once, at the birth of the track."""
    with pytest.raises(TrackError):
        load_track(rewritten(path, **{name: array}))


@pytest.mark.parametrize("name", ["lid_px", "taken", "points_px", "time_s"])
def test_words_in_the_place_of_numbers_are_refused(path: Path, name: str) -> None:
    """A member of another kind is no track."""
    with pytest.raises(TrackError):
        load_track(rewritten(path, **{name: np.array(["a", "b", "c"])}))


@pytest.mark.parametrize("name", ["points_px", "lid_px", "facts"])
def test_a_single_changed_bit_is_refused(path: Path, name: str) -> None:
    """Also in rows that are stored as they are, where every bit makes a number."""
    rewritten(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(f"{name}.npy")
    content[member.header_offset + member.file_size - 40] ^= 1
    path.write_bytes(content)

    with pytest.raises(TrackError, match="not a track"):
        load_track(path)


@pytest.mark.parametrize("name", ["points_px", "lid_px"])
def test_a_member_with_something_behind_its_rows_is_refused(path: Path, name: str) -> None:
    """What its header does not speak of was not written by us."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members[f"{name}.npy"] += b"1234"
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)

    with pytest.raises(TrackError, match="not a track"):
        load_track(path)


def test_points_by_columns_are_refused(path: Path) -> None:
    """Rows are read as they lie; in the order of another program they would be mixed up."""
    points_px = np.asfortranarray(np.zeros((3, 478, 3), np.float32))

    with pytest.raises(TrackError, match="not a track"):
        load_track(rewritten(path, points_px=points_px))


def test_a_truncated_track_is_refused(path: Path) -> None:
    """Cut anywhere: an error with its remedy, never a traceback."""
    content = path.read_bytes()

    for length in np.linspace(0, len(content) - 1, 40).astype(int):
        path.write_bytes(content[:length])
        with pytest.raises(TrackError, match="not a track"):
            load_track(path)


def test_a_damaged_track_is_refused_or_read_right(path: Path) -> None:
    """A byte changed anywhere: an error, or, where it meant nothing, the same numbers."""
    content, whole = path.read_bytes(), load_track(path)
    rng = np.random.default_rng(10)
    refused = 0

    for at in rng.integers(0, len(content), 150):
        damaged = bytearray(content)
        damaged[at] ^= rng.integers(1, 256)
        path.write_bytes(damaged)
        try:
            found = load_track(path)
        except TrackError:
            refused += 1
        else:
            for name in ("time_s", "points_px", "lid_px", "skin_step_px", "taken"):
                np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))

    assert refused > 130


def test_damaged_rows_are_refused(path: Path) -> None:
    """Rows that no longer unpack, although the archive around them is whole."""
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("points_px.npy")
    content = bytearray(path.read_bytes())
    middle = member.header_offset + member.compress_size // 2
    content[middle : middle + 40] = bytes(40)
    path.write_bytes(content)

    with pytest.raises(TrackError, match="not a track"):
        load_track(path)


def test_the_file_is_numpy_s_own(path: Path) -> None:
    """Any tool that reads .npz reads a track; no member needs a pickle."""
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as members:
        assert set(members.files) == {
            "facts", "time_s", "points_px", "presence", "lid_px", "iris_px", "skin_step_px",
            "skin_confidence", "sharpness", "brightness", "other_faces", "taken",
        }  # fmt: skip
