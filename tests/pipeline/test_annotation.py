"""The video with what was measured drawn in: its times, its pictures, and whose they are not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import Side
from spasm_video.errors import InputError
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import Annotation, ObserveOptions, analyze
from spasm_video.report.canvas import rgb
from spasm_video.report.look import SIDE_COLOUR
from spasm_video.video.file import VideoFile, pictures_at

if TYPE_CHECKING:
    from tests.conftest import FaceClips

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
PART = ObserveOptions(start_s=2.7, end_s=4.3)


@pytest.fixture(scope="session")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of a sample video with two spasms of the right side, annotated."""
    folder = tmp_path_factory.mktemp("annotation") / "results"
    analyze(SAMPLE, folder, AnalysisParams(), PART, annotation=Annotation())
    return folder


def test_every_frame_has_its_own_time(annotated: Path) -> None:
    """Those of the part that was measured, from its first frame on."""
    times_s = [frame.time_s for frame in VideoFile(SAMPLE, PART.start_s, PART.end_s)]
    shown_s = [frame.time_s for frame in VideoFile(annotated / "annotated.mp4")]
    assert shown_s == pytest.approx(np.array(times_s) - times_s[0], abs=1e-4)


def test_a_spasm_is_flagged_in_the_colour_of_its_side(annotated: Path) -> None:
    """Along the top while it is on, and not before."""
    peak_s, before_s = 4.075 - 2.7, 2.9 - 2.7
    shown = pictures_at(annotated / "annotated.mp4", [peak_s, before_s])
    orange = np.array(rgb(SIDE_COLOUR[Side.RIGHT]))
    assert np.abs(shown[peak_s][4:8, :200] - orange).mean() < 12
    assert np.abs(shown[before_s][4:8, :200] - orange).mean() > 40


def test_a_deidentified_video_owes_nothing_to_the_pictures(annotated: Path, tmp_path: Path) -> None:
    """It is the same without them, from the saved track; and the page has none either."""
    analyze(
        SAMPLE, tmp_path / "a", AnalysisParams(), PART, annotation=Annotation(is_deidentified=True)
    )
    analyze(
        annotated / "track.npz", tmp_path / "b", AnalysisParams(),
        annotation=Annotation(is_deidentified=True),
    )  # fmt: skip

    with_video, without = (VideoFile(tmp_path / name / "annotated.mp4") for name in "ab")
    for one, other in zip(with_video, without, strict=True):
        assert (one.image_rgb == other.image_rgb).all()
    assert "data:image/jpeg" in (annotated / "report.html").read_text()
    assert "data:image/jpeg" not in (tmp_path / "a" / "report.html").read_text()


def test_a_track_has_no_pictures_to_annotate(annotated: Path, tmp_path: Path) -> None:
    """Said before anything is done."""
    with pytest.raises(InputError, match="has no pictures"):
        analyze(
            annotated / "track.npz", tmp_path / "out", AnalysisParams(), annotation=Annotation()
        )
    assert not (tmp_path / "out").exists()


def test_an_analysis_without_it_takes_the_old_one_away(face_clips: FaceClips) -> None:
    """Its numbers would be another's."""
    clip = face_clips.write("visit.mp4", face_clips.pictures[:8])
    out = face_clips.folder / "out"
    analyze(clip, out, AnalysisParams(), annotation=Annotation())
    assert (out / "annotated.mp4").exists()
    analyze(clip, out, AnalysisParams())
    assert not (out / "annotated.mp4").exists()
