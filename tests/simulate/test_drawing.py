"""What is drawn from a scenario is possible, irregular, and the same for the same seed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasm_video.anatomy import Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.drawing import FIRST_S, drawn
from spasm_video.simulate.scenarios import Disease, Distractors, Event, Scenario


def diseased(length_s: float = 60, seed: int = 1, **disease: Any) -> Scenario:
    """A left-sided disease and nothing else but blinks."""
    sides = {"side": "left"} | disease
    return Scenario(length_s=length_s, seed=seed, disease=Disease(**sides))


def test_the_same_seed_draws_the_same() -> None:
    """And another one something else."""
    assert drawn(diseased(seed=5)) == drawn(diseased(seed=5))
    assert drawn(diseased(seed=5)).spasms != drawn(diseased(seed=6)).spasms


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    rate=st.floats(0, 60),
    tonic=st.floats(0, 3),
    burst_share=st.floats(0, 1),
    side=st.sampled_from(["left", "right", "both", "none"]),
)
def test_movements_keep_apart_and_within_the_clip(
    seed: int, rate: float, tonic: float, burst_share: float, side: str
) -> None:
    """After some rest, on the side asked for, never two spasms at once, no blink in a spasm."""
    scenario = diseased(
        40,
        seed,
        side=side,
        clonic_per_min=rate,
        tonic_per_min=tonic,
        burst_share=burst_share,
        tonic_s=(1, 3),
    )
    script = drawn(scenario)
    spasms = [(one.course.start_s, one.end_s) for one in script.spasms]
    blinks = [(one.course.start_s, one.course.end_s) for one in script.blinks]

    assert all(start_s >= FIRST_S and end_s <= 40 for start_s, end_s in spasms)
    assert all(after[0] > before[1] for before, after in pairwise(spasms))
    assert all(after[0] > before[1] for before, after in pairwise(sorted(spasms + blinks)))
    if side != "both":
        assert {one.side.value for one in script.spasms} <= {side}


def test_as_many_come_as_were_asked_for() -> None:
    """Clonic and tonic, over forty minutes of four seeds, to within a tenth or so."""
    scripts = [drawn(diseased(600, seed, clonic_per_min=20, tonic_per_min=1)) for seed in range(4)]
    clonic = sum(one.kind == "clonic" for script in scripts for one in script.spasms) / 40
    tonic = sum(one.kind == "tonic" for script in scripts for one in script.spasms) / 40

    assert clonic == pytest.approx(20, rel=0.12)
    assert tonic == pytest.approx(1, rel=0.35)


def test_intervals_are_log_normal_as_asked() -> None:
    """Of single twitches: the logarithms of the gaps have the spread of the asked CV."""
    script = drawn(
        diseased(3600, clonic_per_min=10, burst_share=0.0, interval_cv=0.8, eyelid_only_share=1.0)
    )
    gaps_s = np.array(
        [after.course.start_s - before.end_s for before, after in pairwise(script.spasms)]
    )
    logs = np.log(gaps_s)

    assert np.std(gaps_s) / np.mean(gaps_s) == pytest.approx(0.8, abs=0.12)
    assert np.std(logs) == pytest.approx(np.sqrt(np.log(1 + 0.8**2)), abs=0.06)
    assert abs(np.mean(((logs - logs.mean()) / logs.std()) ** 3)) < 0.3  # no skew


def test_twitches_are_short_and_rise_faster_than_they_fall() -> None:
    """From 60 to 400 ms; tonic spasms from 1 to 4 s, with a ripple."""
    script = drawn(diseased(1200, clonic_per_min=20, tonic_per_min=2))
    clonic = [one.course for one in script.spasms if one.kind == "clonic"]
    tonic = [one.course for one in script.spasms if one.kind == "tonic"]

    assert all(0.0599 <= course.duration_s <= 0.4001 for course in clonic)
    assert all(c.peak_s - c.onset_s < c.offset_s - c.release_s for c in clonic)
    assert all(1.0 <= course.duration_s <= 4.0001 and course.ripple > 0 for course in tonic)
    assert max(course.duration_s for course in tonic) > 2.5


def test_bursts_are_several_twitches_close_together() -> None:
    """With all twitches in bursts of four, three of four gaps are short."""
    script = drawn(diseased(1200, clonic_per_min=16, burst_share=1.0, burst_size=4))
    gaps_s = [after.course.start_s - before.end_s for before, after in pairwise(script.spasms)]

    assert np.mean(np.array(gaps_s) < 0.8) == pytest.approx(0.75, abs=0.06)


def test_regions_follow_in_the_order_of_spread() -> None:
    """One region alone as often as asked; the rest from the first on, with the lag."""
    script = drawn(
        diseased(
            3600,
            clonic_per_min=20,
            spread=(Region.EYELID, Region.CHEEK, Region.MOUTH),
            mouth_only_share=0.2,
            spread_share=0.5,
            lag_ms=15,
        )
    )
    seen = [tuple(part.region for part in one.parts) for one in script.spasms]

    assert np.mean([one == (Region.MOUTH,) for one in seen]) == pytest.approx(0.2, abs=0.04)
    assert np.mean([one == (Region.EYELID,) for one in seen]) == pytest.approx(0.4, abs=0.04)
    assert {one for one in seen if len(one) > 1} == {
        (Region.EYELID, Region.CHEEK),
        (Region.EYELID, Region.CHEEK, Region.MOUTH),
    }
    assert {part.lag_s for one in script.spasms for part in one.parts} == {0, 0.015, 0.03}


def test_sizes_scatter_about_their_medians() -> None:
    """Half of the cheeks go further than asked, none too far."""
    script = drawn(diseased(3600, clonic_per_min=20, spread_share=1.0, cheek_mm=1.5))
    cheek = [p.peak for one in script.spasms for p in one.parts if p.region is Region.CHEEK]

    assert np.median(cheek) == pytest.approx(1.5, rel=0.05)
    assert np.std(np.log(cheek)) == pytest.approx(np.log(1.4), rel=0.1)


def test_a_distractor_leaves_the_spasms_where_they_were() -> None:
    """Every kind of act has its own chance."""
    calm = diseased()
    lively = calm.model_copy(
        update={"distractors": Distractors(smiles_per_min=5, speech_share=0.5, turns_per_min=5)}
    )

    assert drawn(lively).spasms == drawn(calm).spasms
    assert drawn(lively).smiles
    assert drawn(lively).speech
    assert drawn(lively).turns


def test_half_of_the_blinks_are_partial() -> None:
    """As in people, and as many come as asked."""
    script = drawn(Scenario(length_s=1800))

    assert np.mean([not blink.complete for blink in script.blinks]) == pytest.approx(0.5, abs=0.08)
    assert len(script.blinks) / 30 == pytest.approx(16, rel=0.1)


def test_nothing_asked_is_a_still_face() -> None:
    """No rate, no movement."""
    script = drawn(Scenario(distractors=Distractors(blinks_per_min=0)))

    assert (script.spasms, script.blinks, script.smiles, script.turns) == ((), (), (), ())


def test_an_event_of_ones_own_is_drawn_as_told() -> None:
    """Its time, its size, its length; what is drawn by chance keeps away from it."""
    event = Event(onset_s=5.0, side=Side.RIGHT, duration_ms=150, eyelid_closure=0.4, mouth_mm=2)
    scenario = diseased(clonic_per_min=20).model_copy(update={"event": (event,)})
    script = drawn(scenario)
    (own,) = (one for one in script.spasms if one.side is Side.RIGHT)

    assert own.course.onset_s == 5.0
    assert own.course.duration_s == pytest.approx(0.15)
    assert [(part.region, part.peak) for part in own.parts] == [
        (Region.EYELID, 0.4),
        (Region.MOUTH, 2.0),
    ]
    assert all(
        one.end_s < own.course.start_s or one.course.start_s > own.end_s
        for one in script.spasms
        if one is not own
    )


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (diseased(clonic_per_min=120, twitch_ms=(400, 900)), "do not fit"),
        (
            Scenario(event=(Event(onset_s=59.95, side=Side.LEFT, cheek_mm=1),)),
            "does not end within",
        ),
        (Scenario(event=(Event(onset_s=0.0, side=Side.LEFT, cheek_mm=1),)), "before the clip"),
        (
            Scenario(
                event=(
                    Event(onset_s=5.0, side=Side.LEFT, cheek_mm=1),
                    Event(onset_s=5.1, side=Side.LEFT, cheek_mm=1),
                )
            ),
            "overlap",
        ),
    ],
)
def test_what_cannot_be_is_refused(scenario: Scenario, said: str) -> None:
    """With a line that says what to do about it."""
    with pytest.raises(ParameterError, match=said):
        drawn(scenario)


def test_turns_hands_meals_and_light_come_when_asked() -> None:
    """Each distractor within the clip, as large as asked at most."""
    script = drawn(
        Scenario(
            length_s=120,
            distractors=Distractors(
                chewing_share=0.4,
                hands_per_min=4,
                glares_per_min=4,
                lights_per_min=3,
                turns_per_min=6,
                turn_deg=18,
                nods_per_min=6,
                nod_deg=9,
                glances_per_min=6,
                exposure_steps_per_min=10,
            ),
        )
    )

    for acts in (script.hands, script.glares, script.lights, script.turns, script.glances):
        assert 4 < len(acts) < 40
        assert all(act.course.start_s > 0 and act.course.end_s <= 120 for act in acts)
    assert 12 < max(abs(turn.yaw_deg) for turn in script.turns) <= 18
    assert 6 < max(abs(turn.pitch_deg) for turn in script.turns) <= 9
    chewed_s = sum(meal.offset_s - meal.onset_s for meal in script.chewing)
    assert chewed_s / 120 == pytest.approx(0.4, abs=0.1)
    levels = np.cumprod([1 + step.change for step in script.exposures])
    assert 0.6 < levels.min() < levels.max() < 1.4
