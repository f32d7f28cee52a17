"""Which clips each figure of the table rests on."""

from __future__ import annotations

import math
from typing import Any

import pytest

from spasm_video.anatomy import Side
from spasm_video.validate.comparison import BlinkCount, Comparison
from spasm_video.validate.tables import Row, rows
from tests.validate.conftest import a_clip, a_spasm

FOUND = a_clip([a_spasm(1.0)], [a_spasm(1.0)], set_name="labelled", label="here")
MISSED = a_clip([a_spasm(1.0)], [], set_name="labelled", label="there")


def figure(found: tuple[Row, ...], set_name: str, measure: str, condition: str = "") -> Row:
    """One row of the table."""
    return next(
        row
        for row in found
        if (row.set_name, row.condition, row.figure.measure) == (set_name, condition, measure)
    )


def changed(clip: Comparison, **fields: Any) -> Comparison:
    """The clip filmed in another way."""
    return a_clip(clip.true, clip.found, set_name="labelled", label="slow", **fields)


@pytest.mark.parametrize("fields", [{"fps": 25.0}, {"face_px": 200.0}])
def test_a_slow_or_small_recording_is_not_within_what_is_claimed(fields: dict[str, float]) -> None:
    """It counts among all; a face of unknown size is within."""
    table = rows([FOUND, changed(MISSED, **fields)])
    unknown = rows([FOUND, changed(MISSED, face_px=math.nan)])

    assert figure(table, "all", "event_recall").figure.estimate.value == 0.5
    assert figure(table, "claimed", "event_recall").figure.estimate.value == 1.0
    assert figure(unknown, "claimed", "event_recall").figure.estimate.value == 0.5


def test_the_map_and_the_repeats_are_not_disease_as_it_comes() -> None:
    """What is built to reach what cannot be found lowers no recall."""
    hard = [
        a_clip([a_spasm(1.0)], [], set_name=name, label="cheek") for name in ("map", "repeated")
    ]
    table = rows([FOUND, *hard], (250, 300))

    assert figure(table, "all", "event_recall").figure.estimate.value == 1.0
    assert any(row.set_name == "map" for row in table)
    assert figure(table, "repeated", "rate_sem").figure.n == 0


def test_each_folder_has_its_own_figures() -> None:
    """By its name."""
    table = rows([FOUND, MISSED])

    assert figure(table, "by label", "event_recall", "here").figure.estimate.value == 1.0
    assert figure(table, "by label", "event_recall", "there").figure.estimate.value == 0.0


def test_clips_without_spasm_are_pooled_by_what_happens_in_them() -> None:
    """Two clips of speech and one of smiles: minutes and false spasms are added."""
    healthy = [
        a_clip([], [a_spasm(1.0)], set_name="no spasm", label="speech"),
        a_clip([], [], set_name="no spasm", label="speech"),
        a_clip([], [], set_name="no spasm", label="smiles"),
    ]
    table = rows(healthy)

    assert figure(table, "no spasm", "false_per_min", "speech").figure.estimate.value == 0.5
    assert figure(table, "no spasm", "false_per_min", "smiles").figure.estimate.value == 0.0
    assert figure(table, "no spasm, all", "false_events").figure.estimate.value == 1.0


def test_blinks_of_sick_and_healthy_faces_are_told_apart() -> None:
    """So that many healthy ones do not hide the others."""
    poor, good = (
        dict.fromkeys(Side, count) for count in (BlinkCount(1, 0, 1), BlinkCount(9, 0, 0))
    )
    table = rows(
        [
            a_clip([a_spasm(1.0)], [], blinks=poor),
            a_clip([], [], set_name="no spasm", label="blinks", blinks=good),
        ]
    )

    sick = figure(table, "blinks", "blink_left_recall", "faces with spasms")
    well = figure(table, "blinks", "blink_left_recall", "faces without")
    assert (sick.figure.estimate.value, well.figure.estimate.value) == (0.5, 1.0)


def test_simpler_rules_are_held_against_the_same_clips() -> None:
    """Each by its name."""
    clip = a_clip([a_spasm(1.0)], [a_spasm(1.0)], rivals={"other": a_clip([a_spasm(1.0)], [])})
    table = rows([clip])

    assert figure(table, "beside", "claimed_recall", "spasm_video").figure.estimate.value == 1.0
    assert figure(table, "beside", "claimed_recall", "other").figure.estimate.value == 0.0
