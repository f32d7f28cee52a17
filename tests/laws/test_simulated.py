"""
The laws on simulated recordings: perspective, a wandering head, noise of each channel, blinks.

Truth is the simulator's; nothing here knows how the measurement is done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from spasm_video.measure.session import measure
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.scenarios import Scenario
from spasm_video.validate.matching import match, overlap_s
from spasm_video.validate.spasms import Spasm, joined, of_event
from spasm_video.validate.truth import truth_of
from tests.laws.conftest import LAW
from tests.measure.conftest import PARAMS, frames_of, mirrored

if TYPE_CHECKING:
    from spasm_video.records import FaceTrack, Measurement

MANY = settings(LAW, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 9999)
FRAME_S = 1 / 30


def law(test: Any) -> Any:
    """A dozen faces, the same whatever is changed in this file."""
    return seed(1)(MANY(test))


@st.composite
def sick_faces(draw: st.DrawFn) -> Scenario:
    """Half a minute of clonic and sometimes tonic spasms of one side, with blinks."""
    return Scenario.model_validate(
        {
            "seed": draw(SEEDS),
            "person": draw(st.integers(1, 50)),
            "length_s": 30.0,
            "disease": {
                "side": draw(st.sampled_from(["left", "right"])),
                "clonic_per_min": draw(st.sampled_from([8.0, 16.0, 24.0])),
                "tonic_per_min": draw(st.sampled_from([0.0, 2.0])),
                "eyelid_closure": draw(st.floats(0.3, 0.9)),
            },
            "camera": {"px_per_mm": draw(st.floats(1.9, 4.5))},
        }
    )


def sick_face(
    day: int, side: str, *, px_per_mm: float, person: int = 1, **disease: float
) -> Scenario:
    """One of them, by its numbers."""
    return Scenario.model_validate(
        {
            "seed": day,
            "person": person,
            "length_s": 30.0,
            "disease": {"side": side, **disease},
            "camera": {"px_per_mm": px_per_mm},
        }
    )


def with_more(scenario: Scenario, **sections: dict[str, Any]) -> Scenario:
    """The same face with other settings of its sections."""
    told = scenario.model_dump(exclude_unset=True)
    for name, said in sections.items():
        told[name] = {**told.get(name, {}), **said}
    return Scenario.model_validate(told)


def seen(scenario: Scenario) -> tuple[FaceTrack, tuple[Spasm, ...]]:
    """Its track, and its true spasms."""
    track, told = simulate_track(scenario)
    return track, joined(truth_of(told, scenario.name).spasms)


def spasms(measurement: Measurement) -> tuple[Spasm, ...]:
    """What was found, joined as the truth is."""
    return joined(of_event(event) for event in measurement.events)


def false_among(found: tuple[Spasm, ...], true: tuple[Spasm, ...]) -> int:
    """Found spasms where none of that side is; a true one found in pieces is not a false one."""
    return sum(
        all(one.side is not spasm.side or overlap_s(one, spasm) < 0 for one in true)
        for spasm in found
    )


def false_count(scenario: Scenario) -> int:
    """The same of a scenario."""
    track, true = seen(scenario)
    return false_among(spasms(measure(track, PARAMS)), true)


def assert_matched(one: tuple[Spasm, ...], two: tuple[Spasm, ...], by_s: float) -> None:
    """As many spasms of the same sides, each within ``by_s``."""
    assert [s.side for s in one] == [s.side for s in two]
    assert [s.onset_s for s in one] == pytest.approx([s.onset_s for s in two], abs=by_s)
    assert [s.offset_s for s in one] == pytest.approx([s.offset_s for s in two], abs=by_s)


@law
@given(sick_faces())
def test_mirroring_a_face_swaps_the_sides_and_nothing_else(scenario: Scenario) -> None:
    """Every event, blink and signal, to 1e-9."""
    track, _ = seen(scenario)
    one, two = measure(track, PARAMS), measure(mirrored(track), PARAMS)

    mirrored_back = tuple(replace(s, side=s.side.other) for s in spasms(two))
    assert_matched(spasms(one), tuple(sorted(mirrored_back, key=lambda s: s.onset_s)), 1e-9)
    assert [b.onset_s for b in one.blinks] == pytest.approx([b.onset_s for b in two.blinks])
    assert [b.left_mm for b in one.blinks] == pytest.approx([b.right_mm for b in two.blinks])
    assert one.signals.one_sided_mm == pytest.approx(
        -two.signals.one_sided_mm, abs=1e-9, nan_ok=True
    )


@law
@given(sick_faces(), st.floats(0.1, 1000.0))
def test_a_later_start_only_shifts_the_times(scenario: Scenario, later_s: float) -> None:
    """To a microsecond."""
    track, _ = seen(scenario)
    two = spasms(measure(replace(track, time_s=track.time_s + later_s), PARAMS))
    back = (replace(s, onset_s=s.onset_s - later_s, offset_s=s.offset_s - later_s) for s in two)

    assert_matched(spasms(measure(track, PARAMS)), tuple(back), 1e-6)


@law
@given(sick_faces(), st.floats(0.6, 3.0))
def test_the_size_of_the_picture_changes_nothing_in_millimetres(
    scenario: Scenario, zoom: float
) -> None:
    """The same points in a larger or smaller picture: the same events and sizes."""
    track, _ = seen(scenario)
    larger = replace(
        track,
        points_px=track.points_px * zoom,
        lid_px=track.lid_px * zoom,
        iris_px=track.iris_px * zoom,
        skin_step_px=track.skin_step_px * zoom,
    )
    one, two = spasms(measure(track, PARAMS)), spasms(measure(larger, PARAMS))

    assert_matched(one, two, 1e-9)
    assert [s.amplitude_mm for s in one] == pytest.approx([s.amplitude_mm for s in two], rel=1e-6)


def assert_stricter_adds_none(scenario: Scenario, level: str, by: float) -> None:
    """What is found with a higher level overlaps what was found before, on the same side."""
    track, _ = seen(scenario)
    strict = replace(PARAMS.event, **{level: getattr(PARAMS.event, level) * by})
    before = measure(track, PARAMS).events
    after = measure(track, replace(PARAMS, event=strict)).events

    for event in after:
        assert any(
            event.side is other.side
            and event.onset_s < other.offset_s
            and other.onset_s < event.offset_s
            for other in before
        )


@law
@given(sick_faces(), st.sampled_from(["brief_level", "held_level"]), st.floats(1.0, 4.0))
def test_a_stricter_level_never_adds_a_spasm(scenario: Scenario, level: str, by: float) -> None:
    """For brief and for held movements."""
    assert_stricter_adds_none(scenario, level, by)


def test_a_stricter_held_level_sets_no_brief_spasm_free() -> None:
    """A face on which an earlier measurement broke the law above."""
    scenario = sick_face(
        992, "left", person=32, clonic_per_min=16.0, tonic_per_min=2.0, eyelid_closure=0.6515,
        px_per_mm=3.3151,
    )  # fmt: skip

    assert_stricter_adds_none(scenario, "held_level", 1.6375)


@law
@given(sick_faces(), st.floats(40.0, 255.0))
def test_brightness_moves_no_spasm(scenario: Scenario, grey: float) -> None:
    """As long as it is not too dark to see: the same bytes."""
    track, _ = seen(scenario)
    lit = replace(track, brightness=np.full_like(track.brightness, grey))

    assert measure(lit, PARAMS).events == measure(track, PARAMS).events


@law
@example(sick_face(10, "left", person=10, clonic_per_min=24.0, tonic_per_min=2.0,
                   eyelid_closure=0.6, px_per_mm=2.6))  # fmt: skip
@given(sick_faces())
def test_half_the_frame_rate_moves_no_spasm_beyond_a_frame(scenario: Scenario) -> None:
    """Filmed at 60 and at 30 frames a second; only spasms of 100 ms or more are promised."""
    quick, true = seen(with_more(scenario, frames={"fps": 60}, disease={"twitch_ms": (100, 400)}))
    steps = quick.skin_step_px.copy()
    steps[2::2] += steps[1:-1:2]
    slow = replace(frames_of(quick, slice(None, None, 2)), skin_step_px=steps[::2])
    one, two = spasms(measure(quick, PARAMS)), spasms(measure(slow, PARAMS))
    both = match(one, two)

    assert true
    assert len(both) == len(one) == len(two)
    for i, j in both:
        assert one[i].onset_s == pytest.approx(two[j].onset_s, abs=FRAME_S)


@law
@given(SEEDS, st.floats(1.0, 20.0))
def test_a_turning_healthy_head_has_no_spasm(day: int, turn_deg: float) -> None:
    """Turns of up to 20 degrees, twelve a minute."""
    calm = Scenario.model_validate({"seed": day, "person": day % 50, "length_s": 30.0})

    assert (
        false_count(with_more(calm, distractors={"turns_per_min": 12, "turn_deg": turn_deg})) == 0
    )


@law
@given(sick_faces(), st.floats(5.0, 20.0))
def test_turns_of_the_head_add_no_spasm(scenario: Scenario, turn_deg: float) -> None:
    """To a face with spasms: no false one that was not there without the turns."""
    turning = with_more(scenario, distractors={"turns_per_min": 8, "turn_deg": turn_deg})

    assert false_count(turning) <= false_count(scenario)


SMILES_AND_SPEECH = pytest.mark.xfail(
    strict=True,
    reason="in a smile and in speech the sides differ by more than the allowance for movement "
    "of both: lid and cheek of one side count as a spasm of 0.5 to 1.2 mm",
)


@pytest.mark.parametrize(
    ("what", "much"),
    [
        ("blinks_per_min", 40.0),
        pytest.param("smiles_per_min", 8.0, marks=SMILES_AND_SPEECH),
        pytest.param("speech_share", 0.8, marks=SMILES_AND_SPEECH),
    ],
)
@law
@given(day=SEEDS)
def test_a_healthy_face_that_moves_both_sides_has_no_spasm(
    day: int, what: str, much: float
) -> None:
    """Many blinks, smiles, or speech all the time."""
    calm = Scenario.model_validate({"seed": day, "person": day % 50, "length_s": 30.0})

    assert false_count(with_more(calm, distractors={what: much})) == 0


@pytest.mark.parametrize(
    ("what", "much"),
    [
        ("blinks_per_min", 40.0),
        pytest.param("smiles_per_min", 8.0, marks=SMILES_AND_SPEECH),
        pytest.param("speech_share", 0.8, marks=SMILES_AND_SPEECH),
    ],
)
@law
@given(scenario=sick_faces())
def test_movement_of_both_sides_adds_no_spasm(scenario: Scenario, what: str, much: float) -> None:
    """Many blinks, smiles, or speech all the time, on top of spasms."""
    assert false_count(with_more(scenario, distractors={what: much})) <= false_count(scenario)


@law
@given(sick_faces(), st.floats(0.02, 0.15))
def test_dropped_frames_add_no_spasm(scenario: Scenario, dropped: float) -> None:
    """Up to one in seven is missing: no false one that was not there with all of them."""
    holed = with_more(scenario, frames={"dropped_share": dropped})

    assert false_count(holed) <= false_count(scenario)


@pytest.mark.parametrize(
    ("scenario", "change"),
    [
        pytest.param(
            sick_face(262, "left", clonic_per_min=8.0, tonic_per_min=2.0,
                      eyelid_closure=0.7978, px_per_mm=2.4935),
            {"distractors": {"blinks_per_min": 40.0}}, id="blinks",
        ),
        pytest.param(
            sick_face(18, "right", clonic_per_min=8.0, tonic_per_min=2.0,
                      eyelid_closure=0.5677, px_per_mm=2.6503),
            {"frames": {"dropped_share": 0.13706}}, id="dropped frames",
        ),
    ],
)  # fmt: skip
def test_beside_a_tonic_spasm_the_other_side_has_none(
    scenario: Scenario, change: dict[str, dict[str, Any]]
) -> None:
    """Counterexamples to the laws above, found by looking at many more faces."""
    assert false_count(with_more(scenario, **change)) <= false_count(scenario)


@law
@given(sick_faces(), st.floats(8.0, 20.0), st.floats(0.3, 2.0))
def test_a_gap_adds_no_spasm(scenario: Scenario, from_s: float, lasts_s: float) -> None:
    """No false one that was not there without it, and none that begins within it."""
    track, true = seen(scenario)
    keep = np.flatnonzero((track.time_s < from_s) | (track.time_s >= from_s + lasts_s))
    held = replace(frames_of(track, keep), taken=_taken_after(track, keep))
    before, after = (spasms(measure(each, PARAMS)) for each in (track, held))

    assert false_among(after, true) <= false_among(before, true)
    assert not any(from_s < s.onset_s < from_s + lasts_s for s in after)


def _taken_after(track: FaceTrack, keep: np.ndarray[Any, np.dtype[np.intp]]) -> Any:
    """The face is taken up anew in the first frame after the gap."""
    taken = track.taken[keep].copy()
    taken[1:] |= np.diff(keep) > 1
    return taken
