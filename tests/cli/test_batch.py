"""``batch``: what is said and how it ends."""

from __future__ import annotations

import json
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
