"""``live`` as it is called: what is said where there is no camera, no screen, no window."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spasm_video.cli.main import main

if TYPE_CHECKING:
    from tests.cli.conftest import Run
    from tests.conftest import FaceClips

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /dev")


@linux_only
@pytest.mark.skipif(Path("/dev/video97").exists(), reason="that camera is there")
def test_an_absent_camera_is_said_in_a_line(run: Run, tmp_path: Path) -> None:
    """With what to do instead; nothing is left behind."""
    said = run("live", "--no-window", "--camera", 97, "--out", tmp_path / "out")

    assert said.code == 2
    problem, remedy = said.err.splitlines()
    assert problem == "There is no camera 97."
    assert "--" in remedy
    assert not (tmp_path / "out").exists()


@linux_only
def test_without_a_screen_the_way_out_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window's library would end the program with a trace."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    said = run("live")

    assert said.code == 2
    assert said.err.splitlines() == [
        "There is no screen to show a window on.",
        "Add --no-window",
    ]


def test_other_programs_read_lines_of_json(
    face_clips: FaceClips, capsys: pytest.CaptureFixture[str]
) -> None:
    """A start, what happens, and a result that names its folder."""
    clip = face_clips.write("visit.mp4")
    out = face_clips.folder / "live"

    with pytest.raises(SystemExit) as end:
        main(["live", "--no-window", "--source", str(clip), "--out", str(out)])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert end.value.code == 0
    assert lines[0] == {"type": "start", "recording": str(clip)}
    assert lines[-1]["type"] == "result"
    assert lines[-1]["folder"] == str(out / "visit_spasm")
    assert lines[-1]["frames_came"] == 45
    assert (out / "visit_spasm" / "report.html").is_file()
