"""A calm face: nobody talks, chews, smiles or turns; a spasm of one side leaves it calm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from spasm_video.measure.calm import between, calm, held_smile_mm, turning
from spasm_video.measure.movement import channels
from spasm_video.measure.pose import head_frame
from spasm_video.measure.session import measure
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.scenarios import Scenario
from tests.measure.conftest import PARAMS

if TYPE_CHECKING:
    from spasm_video.records import Measurement

Floats = NDArray[np.float64]

TURN_WINDOW_S = 0.8

# Every two seconds a twitch of the cheek alone, then of a mouth corner alone, of 1.5 mm.
SMALL: list[dict[str, Any]] = [
    {"onset_s": 2.0 + 2.0 * i, "side": "left", "duration_ms": 150, name: 1.5}
    for i, name in enumerate(("cheek_mm", "mouth_mm") * 6)
]


def scene(**sections: Any) -> Scenario:
    """Half a minute of a face 450 px wide."""
    return Scenario.model_validate(
        {"seed": 4, "length_s": 30.0, "camera": {"px_per_mm": 3.4}, **sections}
    )


def calm_of(**sections: Any) -> Floats:
    """How calm the face of a scenario is, frame by frame."""
    track, _ = simulate_track(scene(**sections))
    at = np.arange(len(track.time_s))
    read = channels(track, head_frame(track), at, PARAMS.movement)
    return calm(read, turning(read, TURN_WINDOW_S), PARAMS.calm)


def measured(**sections: Any) -> Measurement:
    """The same, measured."""
    return measure(simulate_track(scene(**sections))[0], PARAMS)


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param({}, id="rest"),
        pytest.param({"distractors": {"blinks_per_min": 40}}, id="blinks"),
        pytest.param({"event": SMALL}, id="small twitches"),
        pytest.param({"disease": {"side": "right", "clonic_per_min": 20}}, id="spasms"),
        pytest.param({"distractors": {"glances_per_min": 20}}, id="glances"),
    ],
)
def test_rest_is_calm_with_and_without_spasms(sections: dict[str, Any]) -> None:
    """For nine tenths of the time or more."""
    assert (calm_of(**sections) > 0.9).mean() > 0.9


@pytest.mark.parametrize(
    "distractors",
    [
        pytest.param({"speech_share": 1.0}, id="speech"),
        pytest.param({"chewing_share": 1.0}, id="chewing"),
        pytest.param({"turns_per_min": 20, "turn_deg": 20}, id="turns"),
        pytest.param({"smiles_per_min": 20}, id="smiles"),
    ],
)
def test_what_a_person_does_is_not_calm(distractors: dict[str, float]) -> None:
    """For four fifths of the time or more."""
    assert (calm_of(distractors=distractors) < 0.1).mean() > 0.8


def test_a_word_ends_the_calm_for_a_while_only() -> None:
    """Half a minute with one smile: restless within the reach, calm three seconds away."""
    track, _ = simulate_track(scene())
    at = np.arange(len(track.time_s))
    read = channels(track, head_frame(track), at, PARAMS.movement)
    read.lips_mm[(read.time_s > 15.0) & (read.time_s < 15.4)] += 4.0
    level = calm(read, turning(read, TURN_WINDOW_S), PARAMS.calm)

    near = np.abs(read.time_s - 15.2) < PARAMS.calm.reach_s
    far = np.abs(read.time_s - 15.2) > PARAMS.calm.reach_s + 0.5
    assert level[near].max() == 0.0
    assert level[far].min() > 0.9


def test_small_twitches_of_one_region_are_found_at_rest() -> None:
    """Eleven or all of twelve, on their side; and none that is not."""
    events = measured(event=SMALL).events

    assert 11 <= len(events) <= 12
    for event in events:
        assert str(event.side) == "left"
        assert min(abs(event.onset_s - told["onset_s"]) for told in SMALL) < 0.1


def test_the_same_in_speech_does_not_count() -> None:
    """What a word does to one side may be as large."""
    assert len(measured(event=SMALL, distractors={"speech_share": 1.0}).events) <= 3


@pytest.mark.parametrize(
    ("distractors", "least_mm", "most_mm"),
    [
        pytest.param({"smiles_per_min": 12, "smile_mm": 4}, 2.0, 8.0, id="smiles"),
        pytest.param({"speech_share": 1.0}, 0.0, 1.0, id="speech"),
        pytest.param({}, 0.0, 0.3, id="rest"),
    ],
)
def test_a_smile_is_held_and_a_word_is_not(
    distractors: dict[str, float], least_mm: float, most_mm: float
) -> None:
    """The tenth of the time in which most is held: corners drawn up for half a second."""
    track, _ = simulate_track(scene(distractors=distractors))
    at = np.arange(len(track.time_s))
    read = channels(track, head_frame(track), at, PARAMS.movement)
    held_mm = held_smile_mm(read, PARAMS.movement.held_window_s)

    assert least_mm <= np.quantile(held_mm, 0.9) <= most_mm


def test_a_spasm_of_one_corner_is_no_smile() -> None:
    """A second of 4 mm on one side: less than a millimetre of it counts as a smile."""
    held = [{"onset_s": 5.0, "side": "right", "duration_ms": 1200, "mouth_mm": 4.0}]
    track, _ = simulate_track(scene(event=held))
    at = np.arange(len(track.time_s))
    read = channels(track, head_frame(track), at, PARAMS.movement)

    assert held_smile_mm(read, PARAMS.movement.held_window_s).max() < 1.0


def test_a_lid_behind_a_glare_has_no_spasm() -> None:
    """Reflections that hide an eye for half a second or more, eight a minute."""
    events = measured(distractors={"glares_per_min": 8}).events

    assert len(events) <= 1


def test_between_goes_from_one_number_to_the_other() -> None:
    """In proportion."""
    level = np.array([0.0, 0.25, 1.0])

    assert between(1.6, 1.2, level) == pytest.approx([1.6, 1.5, 1.2])
