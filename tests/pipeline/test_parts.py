"""The parts of a recording: each is what analyze makes of its span, with its own pictures."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.errors import TrackError
from spasm_video.observe.track import cut_track
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.parts import Part, analyze_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
PARAMS = AnalysisParams()
SPANS_S = ((0.0, 4.0), (4.0, 8.0))
TABLES = ("events.csv", "blinks.csv", "signals.parquet", "summary.json", "run.json", "track.npz")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the first eight seconds of the sample."""
    folder = tmp_path_factory.mktemp("whole") / "results"
    analyze(SAMPLE, folder, PARAMS, ObserveOptions(end_s=8.0))
    return folder


def parts_in(folder: Path) -> list[Part]:
    """Two of them, one after the other."""
    return [
        Part(start_s, end_s, folder / f"part{number}", {"Subject": f"P0{number}"})
        for number, (start_s, end_s) in enumerate(SPANS_S, start=1)
    ]


def pictures(folder: Path) -> list[NDArray[np.uint8]]:
    """Those of the page."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    found = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    decoded = (np.frombuffer(base64.b64decode(one), np.uint8) for one in found)
    return [np.asarray(cv2.imdecode(one, cv2.IMREAD_COLOR), np.uint8) for one in decoded]


def test_a_part_is_what_analyze_makes_of_its_span(whole: Path, tmp_path: Path) -> None:
    """Byte for byte; its page has the pictures that the page of the whole has of its spasms."""
    parts = parts_in(tmp_path)

    analyze_parts(whole / "track.npz", SAMPLE, parts, PARAMS.measure)

    seen = pictures(whole)
    for part in parts:
        cut_track(whole / "track.npz", tmp_path / "cut.npz", part.start_s, part.end_s)
        analyze(tmp_path / "cut.npz", tmp_path / "alone", PARAMS)
        for name in TABLES:
            alone = (tmp_path / "alone" / name).read_bytes()
            assert (part.folder / name).read_bytes() == alone, name
        shown = pictures(part.folder)
        spasms = (part.folder / "events.csv").read_text(encoding="utf-8").count("\n") - 1
        assert len(shown) == 3 * spasms > 0
        # A third of them, the peaks, are those of the whole; rest may be seen at another time.
        peaks = [one for one in shown if any(np.array_equal(one, other) for other in seen)]
        assert len(peaks) >= spasms
        assert part.labels["Subject"] in (part.folder / "report.html").read_text(encoding="utf-8")


def test_without_the_video_only_the_pictures_are_missing(whole: Path, tmp_path: Path) -> None:
    """It may have been deleted before, or while the tracks were cut."""
    for name, video in (("none", None), ("gone", tmp_path / "gone.mp4")):
        parts = parts_in(tmp_path / name)

        analyze_parts(whole / "track.npz", video, parts, PARAMS.measure)

        assert [pictures(part.folder) for part in parts] == [[], []]
        assert all((part.folder / "events.csv").exists() for part in parts)


def test_a_part_in_which_nothing_was_seen_leaves_nothing_behind(
    whole: Path, tmp_path: Path
) -> None:
    """All parts or none."""
    parts = [*parts_in(tmp_path / "new"), Part(20.0, 30.0, tmp_path / "new" / "part3")]

    with pytest.raises(TrackError, match="Nothing was seen"):
        analyze_parts(whole / "track.npz", SAMPLE, parts, PARAMS.measure)

    assert not (tmp_path / "new").exists()
