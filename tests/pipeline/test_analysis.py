"""The whole job: a video in, a folder of results out; the saved track gives the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from spasm_video.errors import InputError, NoFaceError, TrackError
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.folder import RESULT_FILES

if TYPE_CHECKING:
    from tests.conftest import FaceClips

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
PART = ObserveOptions(end_s=5.0)
TABLES = ("events.csv", "blinks.csv", "signals.parquet", "summary.json", "run.json")


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the first seconds of a sample video."""
    folder = tmp_path_factory.mktemp("analysis") / "results"
    labels = {"Subject": "P07", "Session": "week 12"}
    analyze(SAMPLE, folder, AnalysisParams(), PART, labels=labels)
    return folder


def test_every_file_of_the_contract_is_written(results: Path) -> None:
    """And none besides."""
    assert sorted(path.name for path in results.iterdir()) == sorted(RESULT_FILES)


def test_the_spasms_of_the_sample_are_in_the_tables(results: Path) -> None:
    """On the patient's right, as the truth says."""
    truth = json.loads(SAMPLE.with_suffix(".truth.json").read_text(encoding="utf-8"))
    expected = [event for event in truth["events"] if event["offset_s"] < 4.8]
    events = pd.read_csv(results / "events.csv")

    assert expected
    assert set(events["side"]) == {"right"}
    assert len(events) == pytest.approx(len(expected), abs=1)


def test_a_track_gives_the_same_bytes_without_the_video(results: Path, tmp_path: Path) -> None:
    """Tables, provenance and the track itself."""
    shutil.copyfile(results / "track.npz", tmp_path / "moved.npz")

    analyze(tmp_path / "moved.npz", tmp_path / "again", AnalysisParams())

    for name in (*TABLES, "track.npz", "overview.png"):
        assert (tmp_path / "again" / name).read_bytes() == (results / name).read_bytes(), name


def test_a_track_may_be_measured_into_its_own_folder(results: Path, tmp_path: Path) -> None:
    """The folder of results is replaced by the same results."""
    shutil.copytree(results, tmp_path / "results")

    analyze(tmp_path / "results" / "track.npz", tmp_path / "results", AnalysisParams())

    for name in (*TABLES, "track.npz"):
        assert (tmp_path / "results" / name).read_bytes() == (results / name).read_bytes(), name


def test_the_page_shows_the_face_only_where_the_video_is_at_hand(
    results: Path, tmp_path: Path
) -> None:
    """Film strips need a second look at the pictures; a track holds none."""
    analyze(results / "track.npz", tmp_path / "again", AnalysisParams())

    assert "data:image/jpeg" in (results / "report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg" not in (tmp_path / "again" / "report.html").read_text(encoding="utf-8")


def test_labels_are_shown_on_the_page_alone(results: Path) -> None:
    """Who and when is for readers; the tables stay those of the video."""
    assert "week 12" in (results / "report.html").read_text(encoding="utf-8")
    assert all(b"week 12" not in (results / name).read_bytes() for name in TABLES)


def test_a_mirrored_file_swaps_the_sides(results: Path, tmp_path: Path) -> None:
    """Every event is as it was, on the other side; and the strips still show the face."""
    options = replace(PART, mirrored=True)

    measurement = analyze(SAMPLE, tmp_path / "mirrored", AnalysisParams(), options)

    straight = pd.read_csv(results / "events.csv")
    mirrored = pd.read_csv(tmp_path / "mirrored" / "events.csv")
    assert set(straight["side"]) == {"right"}
    assert set(mirrored["side"]) == {"left"}
    assert len(mirrored) == len(straight)
    assert mirrored["peak_s"].tolist() == pytest.approx(straight["peak_s"].tolist(), abs=0.2)
    assert measurement.provenance.video.mirrored
    page = (tmp_path / "mirrored" / "report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg" in page


def test_the_parameters_are_in_the_provenance(results: Path) -> None:
    """In full, with their hash."""
    run = json.loads((results / "run.json").read_text(encoding="utf-8"))

    assert run["params_hash"] == AnalysisParams().hash()
    assert run["params"]["event"]["tonic_from_s"] == 1.0


def test_a_failure_leaves_no_folder(face_clips: FaceClips, tmp_path: Path) -> None:
    """Neither half a folder nor a hidden one."""
    clip = face_clips.write("noise.mp4", face_clips.noise(5))

    with pytest.raises(NoFaceError):
        analyze(clip, tmp_path / "results" / "noise", AnalysisParams())

    assert list(tmp_path.iterdir()) == [clip]


def test_a_missing_source_makes_no_folder(tmp_path: Path) -> None:
    """It is refused first."""
    with pytest.raises(InputError, match="There is no file"):
        analyze(tmp_path / "a" / "clip.mp4", tmp_path / "a" / "clip_spasm", AnalysisParams())

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_track_is_refused(tmp_path: Path) -> None:
    """Whatever its name says."""
    (tmp_path / "track.npz").write_bytes(b"no zip at all")

    with pytest.raises(TrackError, match=r"track\.npz is not a track"):
        analyze(tmp_path / "track.npz", tmp_path / "out", AnalysisParams())


@pytest.mark.parametrize("options", [ObserveOptions(mirrored=True), ObserveOptions(end_s=3.0)])
def test_a_track_cannot_be_seen_otherwise(
    results: Path, tmp_path: Path, options: ObserveOptions
) -> None:
    """What belongs to the looking is refused, not ignored."""
    with pytest.raises(InputError, match="is a saved track"):
        analyze(results / "track.npz", tmp_path / "out", AnalysisParams(), options)


def test_a_track_outlives_its_video(results: Path) -> None:
    """It knows the file's name and hash and not its folder."""
    facts = load_track(results / "track.npz").video

    assert facts.file_name == "right_spasm.mp4"
    assert len(facts.sha256) == 64
