"""The export holds no face's shape, no names and no true dates; what was measured stays."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.batch.deidentify import KEY, export, plain_track
from spasm_video.batch.manifest import Visit
from spasm_video.batch.plan import Job
from spasm_video.batch.resultset import Scored
from spasm_video.batch.shape import on_plain_face, own_shape, plain_face_mm
from spasm_video.errors import OutputError
from spasm_video.measure import measure
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams, MeasureParams
from spasm_video.pipeline import ObserveOptions, analyze

if TYPE_CHECKING:
    from spasm_video.records import FaceTrack

SAMPLES = Path(__file__).parents[2] / "sample_videos"


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> FaceTrack:
    """Of a clip with two spasms of the right side."""
    folder = tmp_path_factory.mktemp("right") / "out"
    analyze(SAMPLES / "right_spasm.mp4", folder, AnalysisParams(), ObserveOptions(end_s=4.0))
    return load_track(folder / "track.npz")


def of_another(track: FaceTrack, by_mm: float) -> FaceTrack:
    """The same movements on a face whose every landmark lies elsewhere."""
    own = own_shape(track)
    apart = np.random.default_rng(1).normal(0, by_mm * own.px_per_mm, own.shape_px.shape)
    placed = np.einsum("nij,kj->nki", own.turn, apart) * own.zoom[:, None, None]
    return replace(track, points_px=track.points_px + placed)


def test_two_people_have_one_face(track: FaceTrack) -> None:
    """Shapes 3 mm apart at every landmark become one, the plain one, to 0.02 mm."""
    for person in (track, of_another(track, 3.0)):
        before, after = (
            own_shape(person),
            own_shape(replace(person, points_px=on_plain_face(person))),
        )

        assert np.abs(before.shape_px / before.px_per_mm - plain_face_mm()).max() > 0.5
        assert after.shape_px / after.px_per_mm == pytest.approx(plain_face_mm(), abs=0.02)


def test_what_was_measured_stays(track: FaceTrack, tmp_path: Path) -> None:
    """Measured again from the file: the same events and side, the scale within 1 %."""
    plain_track(track, tmp_path / "plain.npz")

    before = measure(track, MeasureParams()).summary
    after = measure(load_track(tmp_path / "plain.npz"), MeasureParams()).summary
    assert before.events >= 1
    assert after.events == before.events
    assert after.affected_side is before.affected_side
    assert after.median_amplitude_mm == pytest.approx(before.median_amplitude_mm, rel=0.05)
    assert after.mm_per_px == pytest.approx(before.mm_per_px, rel=0.01)


def test_a_track_without_a_name(track: FaceTrack, tmp_path: Path) -> None:
    """The file's name and its hash are gone, the times are the recording's own."""
    plain_track(track, tmp_path / "plain.npz")

    plain = load_track(tmp_path / "plain.npz")
    assert (plain.video.file_name, plain.video.sha256) == ("", "")
    assert plain.time_s.tolist() == track.time_s.tolist()


def test_frames_without_a_face_stay_without(track: FaceTrack, tmp_path: Path) -> None:
    """Missing is missing, also where no frame has a face."""
    points, presence = track.points_px.copy(), track.presence.copy()
    points[5:9], presence[5:9] = np.nan, np.nan
    gappy = replace(track, points_px=points, presence=presence)

    plain_track(gappy, tmp_path / "plain.npz")

    plain = load_track(tmp_path / "plain.npz")
    assert np.flatnonzero(np.isnan(plain.points_px[:, 0, 0])).tolist() == [5, 6, 7, 8]
    none = replace(track, points_px=np.full_like(points, np.nan))
    assert np.isnan(on_plain_face(none)).all()


@pytest.fixture
def scored(measured: Path, tmp_path: Path) -> list[Scored]:
    """Two visits of one person, one of another, and one that failed."""
    (tmp_path / "results").mkdir()

    def one(subject: str, day: str, problem: str = "") -> Scored:
        visit = Visit(
            line=2, video="SMITH_JOHN.mp4", path=Path("SMITH_JOHN.mp4"), subject=subject,
            visit="week 1", date=day, more=(("name", "John Smith"),),
        )  # fmt: skip
        return Scored(Job(visit, "ab" * 32, "cd" * 8), measured, measured, problem)

    return [
        one("SMITH", "2026-01-01"),
        one("JONES", "2026-02-01"),
        one("SMITH", "2026-01-31"),
        one("SMITH", "2026-03-01", "SMITH_JOHN.mp4 is not a video."),
    ]


def rows_of(path: Path) -> list[dict[str, str]]:
    """A table as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_export_names_nobody(scored: list[Scored], tmp_path: Path) -> None:
    """Not in a table, not in a file's name, not inside a track; no picture, no hash."""
    out = tmp_path / "export"

    assert export(scored, tmp_path / "results", out) == 3

    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".csv", ".parquet", ".npz", ".txt"}
    for path in files:
        said = path.name.encode() + path.read_bytes()
        for word in (b"SMITH", b"JONES", b"John", b"abab", b"face.mp4", b"cdcd"):
            assert word not in said, path.name


def test_dates_are_shifted_and_keep_their_distance(scored: list[Scored], tmp_path: Path) -> None:
    """By one number of days a subject, which the key beside the results undoes."""
    export(scored, tmp_path / "results", tmp_path / "export")

    rows = rows_of(tmp_path / "export" / "scores.csv")
    key = {row["subject"]: row for row in rows_of(tmp_path / "results" / KEY)}
    smith = [row["date"] for row in rows if row["subject"] == key["SMITH"]["code"]]
    first, second = (date.fromisoformat(day) for day in smith)
    assert (second - first).days == 30
    assert (first - date(2026, 1, 1)).days == int(key["SMITH"]["shift_days"])
    assert key["SMITH"]["shift_days"] != key["JONES"]["shift_days"]


def test_codes_stay_when_the_export_is_made_again(scored: list[Scored], tmp_path: Path) -> None:
    """So that later visits join those that were shared before."""
    export(scored[:1], tmp_path / "results", tmp_path / "first")
    export(scored, tmp_path / "results", tmp_path / "second")

    code = rows_of(tmp_path / "first" / "scores.csv")[0]["subject"]
    again = [row["subject"] for row in rows_of(tmp_path / "second" / "scores.csv")]
    assert again.count(code) == 2


@pytest.mark.parametrize("name", ["results/export", "taken"])
def test_an_export_goes_to_a_new_folder_elsewhere(
    scored: list[Scored], tmp_path: Path, name: str
) -> None:
    """Not among the results, which hold the key, and not over something else."""
    (tmp_path / "taken").mkdir()

    with pytest.raises(OutputError):
        export(scored, tmp_path / "results", tmp_path / name)
