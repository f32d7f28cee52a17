"""``batch``: what is said and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run
    from tests.conftest import FaceClips


def test_the_command_measures_and_says_where_to_look(
    run: Run, tmp_path: Path, face_clips: FaceClips
) -> None:
    """A real video and a file that is none: exit code 1, the failure told, the tables there."""
    (tmp_path / "in").mkdir()
    face_clips.write("in/face.mp4", face_clips.pictures[:20])
    (tmp_path / "in" / "other.mp4").write_bytes(b"no video")
    out = tmp_path / "out"

    said = run("batch", tmp_path / "in", "--out", out, "--workers", "1", "--json")

    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert [line["status"] for line in lines[:-1]] == ["done", "failed"]
    assert lines[-1] == {"measured": 1, "failed": 1, "skipped": 0, "folder": str(out)}
    assert (out / lines[0]["results"] / "report.html").is_file()
    assert "<img src=" in (out / "batch.html").read_text("utf-8")


def test_a_wrong_manifest_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    """Exit code 2, the mistakes, what to do, and nothing written."""
    (tmp_path / "trial.csv").write_text("video\ngone.mp4\n")

    said = run("batch", tmp_path / "trial.csv", "--out", tmp_path / "out")

    assert said.code == 2
    assert "line 2: there is no file gone.mp4" in said.err
    assert not (tmp_path / "out").exists()


def test_a_pack_is_written_and_its_ratings_compared(
    run: Run, tmp_path: Path, face_clips: FaceClips
) -> None:
    """Clips, form and key; then the table of agreement, as text and as CSV."""
    (tmp_path / "in").mkdir()
    for name in "abcdef":
        face_clips.write(f"in/{name}.mp4", face_clips.pictures[:3])

    said = run("batch", tmp_path / "in", "--out", tmp_path / "pack", "--blind", "--workers", "1")

    form = (tmp_path / "pack" / "for_raters" / "ratings.csv").read_text("utf-8").splitlines()
    assert said.code == 0
    assert len(form) == 1 + 7  # six clips, one of them twice
    filled = [form[0]] + [f"{row.split(',')[0]},anna,{n % 5}" for n, row in enumerate(form[1:])]
    for rater in ("anna", "ben"):
        (tmp_path / f"{rater}.csv").write_text("\n".join(filled).replace("anna", rater))

    said = run(
        "agreement", tmp_path / "anna.csv", tmp_path / "ben.csv", "--key",
        tmp_path / "pack" / "sealed" / "key.csv", "--out", tmp_path / "agreement.csv",
    )  # fmt: skip

    assert (said.code, said.err) == (0, "")
    assert "anna with ben" in said.out
    table = (tmp_path / "agreement.csv").read_text("utf-8")
    assert "anna with ben,severity_0_4,weighted kappa,1.0," in table


def test_a_pack_that_was_killed_is_finished_by_the_same_call(
    run: Run, tmp_path: Path, face_clips: FaceClips
) -> None:
    """Every clip once, those of before untouched; another call in its place is refused."""
    (tmp_path / "in").mkdir()
    for name in "abcdef":
        face_clips.write(f"in/{name}.mp4", face_clips.pictures[:3])
    call = ("batch", tmp_path / "in", "--out", tmp_path / "pack", "--blind", "--workers", "1")
    clips = tmp_path / "pack" / "for_raters" / "clips"
    process = subprocess.Popen([sys.executable, "-m", "spasm_video", *map(str, call)])
    until = time.monotonic() + 60
    while len([*clips.glob("[!.]*.mp4")]) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = {path.name: path.stat().st_ino for path in clips.glob("[!.]*.mp4")}

    refused = run(*call, "--duplicates", "0.2")
    said = run(*call)

    assert 2 <= len(before) < 7
    assert (refused.code, "beginning of a pack" in refused.err) == (2, True)
    assert said.code == 0
    after = {path.name: path.stat().st_ino for path in clips.iterdir()}
    assert len(after) == 7
    assert before.items() <= after.items()
    assert sorted(path.name for path in (tmp_path / "pack" / "sealed").iterdir()) == ["key.csv"]
    assert run(*call).code == 2


def test_scores_without_a_key_are_a_wrong_call(run: Run, tmp_path: Path) -> None:
    """No clip could be found in them."""
    said = run("agreement", tmp_path / "a.csv", "--scores", tmp_path / "scores.csv")

    assert (said.code, said.err.splitlines()[-1]) == (2, "Add: --key FILE")


def test_an_unknown_cluster_is_a_wrong_call(
    run: Run, tmp_path: Path, face_clips: FaceClips
) -> None:
    """An address that is none: what is wrong and how a scheduler is started."""
    face_clips.write("a.mp4", face_clips.pictures[:3])

    said = run("batch", face_clips.folder, "--out", tmp_path / "out", "--dask", "nowhere")

    assert said.code == 2
    assert said.err.startswith("No Dask scheduler answers at nowhere.\n")


def test_an_export_that_cannot_be_written_is_told_before_the_work(
    run: Run, tmp_path: Path, face_clips: FaceClips
) -> None:
    """Not after hours of measuring: the folder is there, and nothing was measured."""
    face_clips.write("a.mp4", face_clips.pictures[:3])
    (tmp_path / "share").mkdir()

    said = run(
        "batch", face_clips.folder, "--out", tmp_path / "out", "--deidentify", tmp_path / "share"
    )

    assert said.code == 2
    assert "is there already" in said.err
    assert not (tmp_path / "out").exists()
