"""Running cases: side by side, and a clip that fails costs that clip alone."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from spasm_video.errors import InputError
from spasm_video.params import AnalysisParams
from spasm_video.validate import harness
from spasm_video.validate.grid import Case, Level
from spasm_video.validate.labelled import labelled_videos
from tests.conftest import SAMPLES, FaceClips

if TYPE_CHECKING:
    from pathlib import Path

PARAMS = AnalysisParams()


def a_case(name: str, **scenario: object) -> Case:
    """A calm face for 12 s unless the scenario says more."""
    return Case(name, "spasms", name, Level.TRACK, {"length_s": 12.0, **scenario})


SICK = a_case("sick", disease={"side": "right", "clonic_per_min": 30})
WRONG = a_case("wrong", length_s=-1)


def test_cases_are_scored_in_their_order_by_any_number_of_processes(tmp_path: Path) -> None:
    """The same comparisons, failures apart, whoever was ready first."""
    cases = [SICK, WRONG, a_case("calm")]
    told: list[str] = []
    beside = harness.run(
        cases, PARAMS, tmp_path, workers=2, on_done=lambda case: told.append(case.name)
    )
    alone = harness.run(cases, PARAMS, tmp_path, workers=1)

    assert [clip.name for clip in alone.comparisons] == ["sick", "calm"]
    assert [failure.case for failure in alone.failures] == [WRONG]
    assert "length_s" in alone.failures[0].problem
    assert repr(beside.comparisons) == repr(alone.comparisons)  # NaN is not equal to itself
    assert beside.failures == alone.failures
    assert sorted(told) == ["calm", "sick", "wrong"]
    assert alone.comparisons[0].true
    assert alone.comparisons[0].face_px == pytest.approx(350, rel=0.05)


def test_a_process_that_dies_costs_its_clip_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are done again without it."""
    monkeypatch.setattr(harness, "_guarded", _dying)
    found = harness.run([SICK, a_case("deadly"), a_case("calm")], PARAMS, tmp_path, workers=2)

    problems = {failure.case.name: failure.problem for failure in found.failures}

    assert problems.pop("deadly") == "The process that measured it was ended."
    assert problems == {"sick": "gently", "calm": "gently"}


def _dying(case: Case, *_: object) -> harness.Failure:
    """In place of scoring: ends the process of one case, and lets the others fail gently."""
    if case.name == "deadly":
        os._exit(1)
    return harness.Failure(case, "gently")


def test_a_folder_of_labelled_videos_is_scored(face_clips: FaceClips) -> None:
    """In folders within folders; what cannot be read fails alone, with its reason."""
    folder = face_clips.folder / "clinic"
    (folder / "calm").mkdir(parents=True)
    shutil.move(face_clips.write("face.mp4"), folder / "calm" / "face.mp4")
    truth = {"affected_side": "none", "events": []}
    (folder / "calm" / "face.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "broken.mp4").write_text("no video", encoding="utf-8")
    (folder / "broken.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "unlabelled.mp4").write_text("no video", encoding="utf-8")

    cases = labelled_videos(folder)
    found = harness.run(cases, PARAMS, face_clips.folder, workers=1)

    assert [case.name for case in cases] == ["broken.mp4", "calm/face.mp4"]
    assert [(clip.label, len(clip.true), len(clip.found)) for clip in found.comparisons] == [
        ("calm", 0, 0)
    ]
    assert [failure.case.name for failure in found.failures] == ["broken.mp4"]


def test_a_folder_without_labelled_videos_is_told(tmp_path: Path) -> None:
    """And what to put into it; a folder that is not there, likewise."""
    with pytest.raises(InputError, match=r"No labelled video is in .*truth.json beside each"):
        labelled_videos(tmp_path)
    with pytest.raises(InputError, match="There is no folder"):
        labelled_videos(tmp_path / "nowhere")


def test_the_sample_videos_are_labelled_videos() -> None:
    """A clinic can begin with them."""
    assert len(labelled_videos(SAMPLES)) == len(list(SAMPLES.glob("*.mp4")))
