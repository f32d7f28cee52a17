"""The truth file says what the script says."""

from __future__ import annotations

import json

import pytest

from spasm_video.anatomy import Side
from spasm_video.simulate.acts import Blink
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.simulate.samples import spasm
from spasm_video.simulate.script import Script
from spasm_video.simulate.truth import truth
from spasm_video.simulate.twitch import Course

TWITCH = spasm(Side.LEFT, Course.clonic(2.5, rise_s=0.05, decay_s=0.15), eyelid=0.5, cheek=1.25)
HELD = spasm(Side.LEFT, Course.tonic(1.0, hold_s=1.0), mouth=3.0, neck=2.0)
SCENARIO = Script(
    duration_s=6.0,
    fps=25.0,
    seed=9,
    spasms=(TWITCH, HELD),
    blinks=(Blink.at(4.0, closure=0.5), Blink.at(0.2)),
)
OPEN_MM = FACE.open_mm[Side.LEFT]


def test_an_event_is_the_spasm() -> None:
    """Every field; the last region's offset ends it, the largest movement's peak is its peak."""
    assert truth(SCENARIO, FACE, source="drawn")["events"][1] == {
        "onset_s": 2.5,
        "offset_s": 2.71,
        "peak_s": 2.55,
        "side": "left",
        "regions": "eyelid+cheek",
        "kind": "clonic",
        "amplitude_mm": {"eyelid": round(0.5 * OPEN_MM, 3), "cheek": 1.25},
        "max_mm": round(0.5 * OPEN_MM, 3),
        "eyelid_closure": 0.5,
    }


def test_an_event_without_the_eyelid_closes_nothing() -> None:
    """And peaks where its largest region does."""
    event = truth(SCENARIO, FACE, source="drawn")["events"][0]

    assert event["eyelid_closure"] == 0
    assert event["regions"] == "mouth+neck"
    assert event["kind"] == "tonic"
    assert (event["onset_s"], event["peak_s"]) == (1.0, 1.09)
    assert event["offset_s"] == pytest.approx(1.0 + 0.09 + 1.0 + 0.3 + 0.01)


def test_the_peak_is_that_of_the_largest_movement() -> None:
    """Here of the mouth, which follows the eyelid by its lag."""
    late = spasm(Side.RIGHT, Course.clonic(2.0, rise_s=0.05), eyelid=0.1, mouth=4.0)
    told = truth(Script(duration_s=4.0, spasms=(late,)), FACE, source="drawn")["events"][0]

    assert (told["onset_s"], told["peak_s"], told["max_mm"]) == (2.0, 2.06, 4.0)


def test_blinks_are_told_in_order() -> None:
    """With their instants and whether they were complete."""
    assert truth(SCENARIO, FACE, source="drawn")["blinks"] == [
        {"onset_s": 0.2, "offset_s": 0.435, "peak_s": 0.27, "complete": True},
        {"onset_s": 4.0, "offset_s": 4.235, "peak_s": 4.07, "complete": False},
    ]


def test_the_clip_is_described() -> None:
    """Side, rate, length, scale, seed and where the picture is from."""
    told = truth(SCENARIO, FACE.placed(2.0, (10.0, 5.0)), source="drawn")

    assert {key: told[key] for key in told if key not in {"events", "blinks"}} == {
        "affected_side": "left",
        "fps": 25.0,
        "duration_s": 6.0,
        "px_per_mm": 1.498,
        "seed": 9,
        "source": "drawn",
    }


def test_the_scale_of_the_picture_changes_no_millimetre() -> None:
    """A face shown twice as large has moved as far."""
    small, large = (
        truth(SCENARIO, FACE.placed(scale, (0.0, 0.0)), source="")["events"] for scale in (1.0, 2.0)
    )

    assert small == large


def test_the_truth_is_plain_data() -> None:
    """It survives JSON unchanged."""
    told = truth(SCENARIO, FACE, source="drawn")

    assert json.loads(json.dumps(told)) == told
