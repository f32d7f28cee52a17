"""A validation, whole: files, page, command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from spasm_video.cli.main import app
from spasm_video.params import AnalysisParams
from spasm_video.validate import grid, labelled, study
from spasm_video.validate.grid import Case, Grid
from spasm_video.validate.scorecard import PROMISES

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.validate.validation import Validation

FILES = ["events_matched.csv", "scorecard.json", "scorecard.md", "validation.csv",
         "validation.html"]  # fmt: skip


def a_few() -> tuple[Case, ...]:
    """A case or two of each part of the quick grid."""
    wanted = {
        "moderate, face 250 px, 0", "eyelid, 30 fps, face 250 px, 0", "probe, cheek, 0",
        "glare on glasses, 0", "still face, 0", "person 1, day 1", "person 1, day 2",
    }  # fmt: skip
    return tuple(case for case in grid.cases(Grid.QUICK) if case.name in wanted)


@pytest.fixture(scope="module")
def found() -> Validation:
    """These few, validated."""
    few = a_few()
    assert len(few) == 7
    return study.validate(few, AnalysisParams(), "a few simulated faces", workers=1)


def test_five_files_are_written_and_again_the_same_bytes(found: Validation, tmp_path: Path) -> None:
    """The page complete in itself: no address of another file in it."""
    study.write(found, tmp_path / "one")
    study.write(found, tmp_path / "two")
    page = (tmp_path / "one" / "validation.html").read_text(encoding="utf-8")

    assert sorted(file.name for file in (tmp_path / "one").iterdir()) == FILES
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "<script" not in page
    assert all(promise.words in page for promise in PROMISES)
    assert page.count('class="chart"') >= 3


def test_the_table_has_a_row_a_condition_and_measure(found: Validation, tmp_path: Path) -> None:
    """Columns are a contract; no row is there twice, and each interval holds its value."""
    study.write(found, tmp_path)
    table = pd.read_csv(tmp_path / "validation.csv")
    keys = ["set", "condition", "size_mm", "duration_ms", "fps", "face_px", "measure"]
    known = table.dropna(subset=["value", "low", "high"])

    assert list(table.columns) == [*keys, "value", "low", "high", "n", "unit"]
    assert not table.duplicated(keys).any()
    assert (known["low"] <= known["value"] + 1e-4).all()
    assert (known["value"] <= known["high"] + 1e-4).all()
    assert set(table["set"]) >= {"all", "claimed", "map", "half", "no spasm", "probe", "repeated"}


def test_every_spasm_is_in_the_table_of_spasms(found: Validation, tmp_path: Path) -> None:
    """Matched, missed or false: true and found ones add up."""
    study.write(found, tmp_path)
    table = pd.read_csv(tmp_path / "events_matched.csv")

    assert table["true_onset_s"].notna().sum() == sum(len(clip.true) for clip in found.clips)
    assert table["found_onset_s"].notna().sum() == sum(len(clip.found) for clip in found.clips)
    assert set(table["result"]) <= {"matched", "missed", "wrong side", "false", "ignored"}


def test_the_scorecard_says_what_it_was_measured_on(found: Validation, tmp_path: Path) -> None:
    """Version, numbers, clips."""
    study.write(found, tmp_path)
    told = json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"))

    assert told["made_with"]["params_hash"] == AnalysisParams().hash()
    assert told["made_with"]["clips"] == 7
    assert [score["words"] for score in told["scores"]] == [p.words for p in PROMISES]


def test_the_command_scores_and_says_where_the_page_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words a person reads, and nothing at all with --quiet."""
    monkeypatch.setattr(study, "planned", lambda _folder, _grid: a_few()[:2])
    call = ["validate", "--workers", "1", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, call)
    quiet = CliRunner().invoke(app, [*call, "--quiet"])

    assert (told.exit_code, quiet.exit_code, quiet.output) == (0, 0, "")
    assert "Promise against measured" in told.output
    assert str(tmp_path / "out" / "validation.html") in told.output


def test_a_clip_that_fails_is_told_and_the_rest_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1; 2 where nothing could be scored at all."""
    video, truth = tmp_path / "clip.mp4", tmp_path / "clip.truth.json"
    video.write_text("no video", encoding="utf-8")
    truth.write_text('{"affected_side": "none", "events": []}', encoding="utf-8")
    broken = labelled.labelled_videos(tmp_path)
    call = ["validate", str(tmp_path), "--workers", "1", "--out", str(tmp_path / "out")]

    alone = CliRunner().invoke(app, call)
    monkeypatch.setattr(study, "planned", lambda _folder, _grid: (*broken, *a_few()[:1]))
    with_another = CliRunner().invoke(app, call)

    assert (alone.exit_code, with_another.exit_code) == (2, 1)
    assert "clip.mp4 could not be scored" in with_another.output
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == FILES
