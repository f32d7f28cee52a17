"""``analyze``: where results go, what is said, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spasm_video.cli.show import progress_bar
from spasm_video.params import EventParams
from spasm_video.pipeline import Progress
from spasm_video.pipeline.folder import RESULT_FILES

if TYPE_CHECKING:
    from tests.cli.conftest import Run
    from tests.conftest import FaceClips

SAMPLES = Path(__file__).parents[2] / "sample_videos"


def results(folder: Path) -> bool:
    """Whether a folder holds all results."""
    return all((folder / name).is_file() for name in RESULT_FILES)


def test_the_results_lie_beside_the_video(run: Run, face_clips: FaceClips) -> None:
    """In a folder of its name; the summary says where the page is."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:8])

    said = run("analyze", clip)

    assert (said.code, said.err) == (0, "")
    assert results(face_clips.folder / "visit_spasm")
    assert str(face_clips.folder / "visit_spasm" / "report.html") in said.out


def test_the_summary_says_what_was_found(run: Run, tmp_path: Path) -> None:
    """Side, rate with its interval, regions and usable time, from a clip with spasms."""
    said = run("analyze", SAMPLES / "right_spasm.mp4", "--end", "5", "--out", tmp_path / "out")

    lines = {line[:15].strip(): line[15:].strip() for line in said.out.splitlines()}
    assert set(lines) >= {"affected side", "spasms", "regions", "measured", "report"}
    assert "right" in lines["affected side"]
    assert "eyelid" in lines["regions"]
    assert "of 5.0 seconds" in lines["measured"].replace("\N{NO-BREAK SPACE}", " ")


def test_one_bad_video_stops_no_other(run: Run, face_clips: FaceClips) -> None:
    """Exit code 1: done, but some inputs failed; the others have their results."""
    good = face_clips.write("good.mp4", face_clips.pictures[:8])
    bad = face_clips.write("bad.mp4", face_clips.noise(3))

    said = run("analyze", bad, good, "--out", face_clips.folder / "all")

    assert said.code == 1
    assert said.err.startswith("No face was found in bad.mp4.\n")
    assert sorted(path.name for path in (face_clips.folder / "all").iterdir()) == ["good_spasm"]
    assert results(face_clips.folder / "all" / "good_spasm")


def test_only_bad_videos_are_a_wrong_call(run: Run, tmp_path: Path) -> None:
    """Exit code 2."""
    assert run("analyze", tmp_path / "one.mp4", tmp_path / "two.mp4").code == 2


def test_two_videos_never_share_a_folder(run: Run, face_clips: FaceClips) -> None:
    """Else the second would take the place of the first; refused before anything is done."""
    clips = [face_clips.write(name, face_clips.pictures[:2]) for name in ("a.mp4", "a.mkv")]

    said = run("analyze", *clips)

    assert said.code == 2
    assert "would go to" in said.err
    assert not (face_clips.folder / "a_spasm").exists()


def test_saved_tracks_of_many_visits_go_to_folders_of_their_own(
    run: Run, face_clips: FaceClips
) -> None:
    """They are all called track.npz, so they are named after the folder they came from."""
    clips = [face_clips.write(name, face_clips.pictures[:8]) for name in ("a.mp4", "b.mp4")]
    assert run("analyze", *clips).code == 0
    tracks = [face_clips.folder / f"{name}_spasm" / "track.npz" for name in "ab"]

    assert run("analyze", *tracks, "--out", face_clips.folder / "again").code == 0

    for name in "ab":
        assert results(face_clips.folder / "again" / f"{name}_spasm")


def test_json_is_all_that_is_printed(run: Run, face_clips: FaceClips) -> None:
    """A list with one entry a video: its summary, or what was wrong with it."""
    good = face_clips.write("good.mp4", face_clips.pictures[:8])

    said = run("analyze", good, face_clips.folder / "missing.mp4", "--json")

    first, second = json.loads(said.out)
    written = json.loads((face_clips.folder / "good_spasm" / "summary.json").read_text("utf-8"))
    assert first["summary"] == written
    assert first["folder"] == str(face_clips.folder / "good_spasm")
    assert "There is no file" in second["error"]["problem"]
    assert second["error"]["remedy"]


def test_quiet_is_quiet(run: Run, face_clips: FaceClips) -> None:
    """Results, and not a word."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:8])

    said = run("analyze", clip, "--quiet")

    assert (said.code, said.out, said.err) == (0, "", "")
    assert results(face_clips.folder / "visit_spasm")


def test_what_a_caller_wrote_into_the_folder_stays(run: Run, face_clips: FaceClips) -> None:
    """A log that was opened before the call is no obstacle."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:8])
    (face_clips.folder / "out").mkdir()
    (face_clips.folder / "out" / "_stdout.txt").write_text("log")

    assert run("analyze", clip, "--out", face_clips.folder / "out").code == 0

    assert results(face_clips.folder / "out")
    assert (face_clips.folder / "out" / "_stdout.txt").read_text() == "log"


def test_other_numbers_are_used_and_told(run: Run, face_clips: FaceClips) -> None:
    """Those of a TOML file; the rest keep their defaults."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:8])
    numbers = face_clips.folder / "numbers.toml"
    numbers.write_text("[measure.event]\ntonic_from_s = 2.0\n")

    assert run("analyze", clip, "--params", numbers).code == 0

    told = json.loads((face_clips.folder / "visit_spasm" / "run.json").read_text("utf-8"))
    assert told["params"]["event"]["tonic_from_s"] == 2.0
    assert told["params"]["event"]["join_gap_s"] == EventParams().join_gap_s


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--start", "-1"], "is not a time in the video"),
        (["--start", "2", "--end", "1"], "is not after the start"),
        (["--start", "60"], "has no picture between"),
        (["--quality", "best"], "'best' is not one of"),
        (["--date", "3.2.2026"], "--date"),
        (["--params", "missing.toml"], "missing.toml cannot be read"),
        (["--unknown"], "No such option: --unknown"),
        (["--backend", "mediapipe", "--quality", "high"], "takes one crop"),
    ],
)
def test_a_wrong_call_is_told_in_two_lines(
    run: Run, face_clips: FaceClips, options: list[str], told: str
) -> None:
    """What is wrong, then what to do; exit code 2."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:4])

    said = run("analyze", clip, *options)

    assert said.code == 2
    assert len(said.err.splitlines()) == 2
    assert told in said.err.splitlines()[0]
    assert list(face_clips.folder.iterdir()) == [clip]


def test_a_call_without_a_video_points_to_the_help(run: Run) -> None:
    """That of the command, not of the program."""
    said = run("analyze")

    assert said.code == 2
    assert said.err.splitlines()[1] == "See: spasm-video analyze --help"


def begun(folder: Path) -> subprocess.Popen[str]:
    """The program in a process of its own, once it is at work."""
    command = [sys.executable, "-m", "spasm_video", "analyze", str(SAMPLES / "right_spasm.mp4")]
    process = subprocess.Popen(
        [*command, "--out", str(folder / "out")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
    )
    for _ in range(600):
        if any(folder.rglob("points_px")):  # the rows of the track
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate())


@pytest.mark.parametrize(
    ("sent", "code", "told"),
    [(signal.SIGINT, 130, "Interrupted.\nWhat was not finished is not written.\n"),
     (signal.SIGTERM, 143, "")],
)  # fmt: skip
def test_an_interrupted_run_leaves_nothing(
    tmp_path: Path, sent: signal.Signals, code: int, told: str
) -> None:
    """No folder, no hidden one, no temporary file, no traceback."""
    (tmp_path / "temporary").mkdir()
    process = begun(tmp_path)

    process.send_signal(sent)
    _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (code, told)
    assert [path.name for path in tmp_path.rglob("*")] == ["temporary"]


def test_a_missing_library_is_named_with_its_line(tmp_path: Path) -> None:
    """On a bare system OpenCV does not load: no traceback, but what mends it."""
    (tmp_path / "cv2.py").write_text(
        "raise ImportError('libGL.so.1: cannot open shared object file')"
    )
    command = [sys.executable, "-m", "spasm_video", "analyze", str(SAMPLES / "control.mp4")]

    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    problem, remedy = done.stderr.splitlines()
    assert problem.startswith("opencv-python cannot be used: libGL.so.1")
    assert remedy.startswith(("sudo apt-get install ", "pip install "))
    assert not (tmp_path / "out").exists()


def test_a_home_that_cannot_be_written_is_no_obstacle(face_clips: FaceClips) -> None:
    """As for a service: libraries that keep things there do without, and not a word of it."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:4])
    (face_clips.folder / "home").touch()

    done = subprocess.run(
        [sys.executable, "-m", "spasm_video", "analyze", str(clip), "--quiet"],
        env={"PATH": os.environ["PATH"], "HOME": str(face_clips.folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("total_s", [2.0, 0.01, float("nan")])
def test_a_terminal_sees_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], total_s: float
) -> None:
    """The name and the pace; also where the length is wrong or not known."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")

    with progress_bar("visit [1].mp4") as show:
        assert show is not None
        for frames in (1, 30):
            show(Progress(frames, frames / 30, total_s))

    said = capsys.readouterr().err
    assert "visit [1].mp4" in said
    assert "frames/s" in said


def test_without_a_terminal_there_is_no_bar() -> None:
    """A log file is no place for it."""
    with progress_bar("visit.mp4") as show:
        assert show is None
