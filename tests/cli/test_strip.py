"""``strip``: a sheet of all spasms, from an analysis before or without one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from spasm_video.anatomy import Side
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze, contact
from spasm_video.pipeline import measured as measured_module
from spasm_video.report.canvas import rgb
from spasm_video.report.look import SIDE_COLOUR

if TYPE_CHECKING:
    from tests.cli.conftest import Run
    from tests.conftest import FaceClips

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample video, its first seconds analyzed: three spasms of the right side."""
    video = tmp_path_factory.mktemp("strip") / "visit.mp4"
    shutil.copyfile(SAMPLE, video)
    part = ObserveOptions(end_s=5.0)
    analyze(video, video.parent / "visit_spasm", AnalysisParams(), part)
    return video


def test_every_spasm_is_on_the_sheet(
    run: Run, visit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tiles with the colour of the right side, from the results there are."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("it was analyzed again")

    monkeypatch.setattr(measured_module, "observe_video", refuse)

    said = run("strip", visit)

    assert (said.code, said.err) == (0, "")
    sheet = np.asarray(Image.open(said.out.strip())).astype(int)
    marks = (np.abs(sheet[120] - rgb(SIDE_COLOUR[Side.RIGHT])).sum(axis=1) < 10).astype(int)
    assert (np.diff(marks, prepend=0) > 0).sum() == 3


def test_results_of_another_video_are_not_taken(
    run: Run, face_clips: FaceClips, visit: Path
) -> None:
    """Only a track of these very bytes; here nothing moves, and that is said."""
    other = face_clips.write("visit.mp4", face_clips.pictures[:12])
    shutil.copytree(visit.parent / "visit_spasm", face_clips.folder / "visit_spasm")

    said = run("strip", other)

    assert said.code == 2
    assert said.err.splitlines()[0] == "No spasm was found in visit.mp4."


def test_many_spasms_make_many_pages(
    visit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures are numbered; a PDF holds them all."""
    from spasm_video.report import contact as sheet  # noqa: PLC0415

    monkeypatch.setattr(sheet, "_SHAPE", 10.0)  # so flat that a page has one row
    monkeypatch.setattr(sheet, "_COLUMNS", 1)

    pictures = contact.write_contact_sheet(visit, tmp_path / "s.png", AnalysisParams())
    paper = contact.write_contact_sheet(visit, tmp_path / "s.pdf", AnalysisParams())

    assert [path.name for path in pictures] == ["s.png", "s-2.png", "s-3.png"]
    assert paper == (tmp_path / "s.pdf",)
    assert paper[0].read_bytes().count(b"/Type /Page\n") == 3


def test_an_unknown_ending_is_refused_at_once(run: Run, visit: Path) -> None:
    """Before the video is looked at."""
    said = run("strip", visit, "--out", "sheet.docx")
    assert said.code == 2
    assert "sheet.docx is no picture file." in said.err
