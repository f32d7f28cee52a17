"""Bad input is told in two lines with exit code 2, or gives a result that states its limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.cli.conftest import Run
    from tests.conftest import FaceClips

    Picture = NDArray[np.uint8]
    Spoil = Callable[[FaceClips], Path]


def missing(clips: FaceClips) -> Path:
    """No such file."""
    return clips.folder / "missing.mp4"


def too_long(clips: FaceClips) -> Path:
    """A name that no file can have."""
    return clips.folder / f"{300 * 'x'}.mp4"


def a_folder(clips: FaceClips) -> Path:
    """A folder with the name of a video."""
    path = clips.folder / "folder.mp4"
    path.mkdir()
    return path


def empty(clips: FaceClips) -> Path:
    """A file of no bytes."""
    path = clips.folder / "empty.mp4"
    path.touch()
    return path


def a_text(clips: FaceClips) -> Path:
    """A letter, renamed."""
    path = clips.folder / "text.mp4"
    path.write_text("To whom it may concern\n" * 100)
    return path


def sound_only(clips: FaceClips) -> Path:
    """A recording of sound."""
    path = clips.folder / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        sound.sample_rate = 8000
        output.mux([*stream.encode(sound), *stream.encode(None)])
    return path


def cut_off(clips: FaceClips) -> Path:
    """The first half; the table of contents stood at the end."""
    path = clips.write("cut.mp4")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def nobody(clips: FaceClips) -> Path:
    """Pictures of noise."""
    return clips.write("nobody.mp4", clips.noise())


def no_track(clips: FaceClips) -> Path:
    """Arrays of another program."""
    path = clips.folder / "track.npz"
    np.savez(path, numbers=np.arange(3))
    return path


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (missing, "There is no file"),
        (too_long, "There is no file"),
        (a_folder, "is a folder"),
        (empty, "is empty"),
        (a_text, "is not a video"),
        (sound_only, "has no pictures, only sound"),
        (cut_off, "was cut off"),
        (nobody, "No face was found in nobody.mp4"),
        (no_track, "is not a track of spasm_video"),
    ],
)
def test_a_wrong_input_is_told_in_two_lines(
    run: Run, face_clips: FaceClips, spoil: Spoil, problem: str
) -> None:
    """What is wrong, then what to do; exit code 2; no folder, not even a hidden one."""
    path = spoil(face_clips)
    before = set(face_clips.folder.rglob("*"))

    said = run("analyze", path)

    assert said.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 2
    assert problem in said.err.splitlines()[0]
    assert set(face_clips.folder.rglob("*")) == before


def damaged(clips: FaceClips) -> Path:
    """Zeros in the middle, as on a bad memory card."""
    path = clips.write("damaged.mkv")
    content = bytearray(path.read_bytes())
    middle, length = len(content) // 2, len(content) // 8
    content[middle : middle + length] = bytes(length)
    path.write_bytes(content)
    return path


def cut_off_but_readable(clips: FaceClips) -> Path:
    """The first half, with the table of contents at the start."""
    path = clips.write("cut.mp4", layout={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def lost_half_way(clips: FaceClips) -> Path:
    """The face, then noise."""
    return clips.write("lost.mp4", [*clips.pictures[:25], *clips.noise(25)])


def two_faces(clips: FaceClips) -> Path:
    """The face and, smaller, the face again."""

    def beside(picture: Picture) -> Picture:
        smaller = cv2.resize(picture, (400, 400))
        second = np.zeros((480, 400, 3), np.uint8)
        second[:400] = smaller
        return np.hstack([picture, second])

    return clips.write("two.mp4", [beside(picture) for picture in clips.pictures])


def ten_a_second(clips: FaceClips) -> Path:
    """Every second frame, shown slowly."""
    return clips.write("slow.mp4", clips.pictures[::2], fps=10)


def small(clips: FaceClips) -> Path:
    """A face of about 64 px."""
    pictures = [np.asarray(cv2.resize(p, (144, 144)), np.uint8) for p in clips.pictures]
    return clips.write("small.mp4", pictures)


def one_frame(clips: FaceClips) -> Path:
    """A photograph, so to speak."""
    return clips.write("one.mp4", clips.pictures[:1])


@pytest.fixture
def measured(run: Run, face_clips: FaceClips) -> Callable[[Spoil], dict[str, Any]]:
    """Analyze what could be read: its summary, provenance and signals."""

    def measure(spoil: Spoil) -> dict[str, Any]:
        folder = face_clips.folder / "results"
        said = run("analyze", spoil(face_clips), "--out", folder)
        assert (said.code, said.err) == (0, "")
        plain: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        plain["run"] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        plain["signals"] = pd.read_parquet(folder / "signals.parquet")
        plain["page"] = (folder / "report.html").read_text(encoding="utf-8")
        return plain

    return measure


Measured = Callable[["Spoil"], dict[str, Any]]


@pytest.mark.parametrize("spoil", [damaged, cut_off_but_readable])
def test_what_was_read_of_a_damaged_file_is_kept_and_marked(
    measured: Measured, spoil: Spoil
) -> None:
    """The time of the damage is in the provenance, and the page says it."""
    plain = measured(spoil)

    assert 10 < len(plain["signals"]) < 45
    assert 0 < plain["run"]["video"]["corrupt_after_s"] < 1.5
    assert "damaged" in plain["page"]


def test_a_face_that_is_lost_half_way_is_measured_so_far(measured: Measured) -> None:
    """The rest is not usable, and says why."""
    signals = measured(lost_half_way)["signals"]

    assert len(signals) == 50
    assert set(signals["reasons"][26:]) == {"no_face"}
    assert not signals["usable"][26:].any()


def test_a_second_face_is_flagged(measured: Measured) -> None:
    """The larger one is measured; every frame says that it is not alone."""
    reasons = measured(two_faces)["signals"]["reasons"]

    assert reasons.str.contains("other_faces").mean() > 0.9


def test_a_slow_camera_is_flagged(measured: Measured) -> None:
    """Ten frames a second show no twitches: no number is made up."""
    plain = measured(ten_a_second)

    assert plain["run"]["video"]["real_fps"] == 10
    assert plain["spasms_per_min"]["value"] is None
    assert plain["reason"]


def test_a_small_face_claims_nothing(measured: Measured) -> None:
    """Its iris is below seven pixels: nothing is usable, and no side is named."""
    plain = measured(small)

    assert plain["usable_s"] == 0
    assert plain["affected_side"] == "undetermined"


def test_a_single_frame_claims_nothing(measured: Measured) -> None:
    """No movement can be seen in it."""
    plain = measured(one_frame)

    assert len(plain["signals"]) == 1
    assert plain["affected_side"] == "undetermined"
    assert plain["events"] == 0
