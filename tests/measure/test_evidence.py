"""What a one-sided movement is held against: noise, chance, shared movement, turning, blinks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import white_tophat

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.measure.evidence import Evidence, agree, evidence
from spasm_video.measure.movement import channels
from spasm_video.measure.pose import head_frame
from spasm_video.simulate.twitch import Course
from tests.measure.conftest import PARAMS, Move, Scene, blink, swaying, track_of, twitch

if TYPE_CHECKING:
    from spasm_video.params import MeasureParams

Floats = NDArray[np.float64]
LID, CHEEK, MOUTH = (REGIONS.index(r) for r in (Region.EYELID, Region.CHEEK, Region.MOUTH))


def proof_of(params: MeasureParams = PARAMS, **scene: Any) -> Evidence:
    """The evidence of a recording of ten seconds."""
    track = track_of(Scene(**{"duration_s": 10.0, **scene}))
    at = np.arange(len(track.time_s))
    return evidence(channels(track, head_frame(track), at, params.movement), params)


def with_limit(**numbers: float) -> MeasureParams:
    """The default parameters with other numbers of the limit."""
    return replace(PARAMS, limit=replace(PARAMS.limit, **numbers))


ONE_FLOOR = replace(PARAMS, calm=replace(PARAMS.calm, floor_share=1.0))
"""The floor of a restless face for all."""


def test_a_still_face_has_the_floor_for_a_limit() -> None:
    """Nothing moves, nothing is noisy: the floors of the parameters, as of a calm face."""
    proof = proof_of(noise_mm=0.0)
    share = PARAMS.calm.floor_share
    floors = [share * getattr(PARAMS.limit, f"{region}_floor_mm") for region in REGIONS]

    assert proof.limit_mm == pytest.approx(np.tile(floors, (len(proof.limit_mm), 1)), abs=1e-9)


def test_noise_raises_the_limit() -> None:
    """Well above its floor, in proportion: twice the noise, twice the limit of the skin."""
    quiet, loud = proof_of(noise_mm=0.2), proof_of(noise_mm=0.4)
    growth = np.median(loud.limit_mm, axis=0) / np.median(quiet.limit_mm, axis=0)

    assert (np.median(quiet.limit_mm, axis=0) > 0.8).all()
    assert growth[1:] == pytest.approx(2.0, rel=0.1)
    assert growth[LID] > 1.9


def test_the_limit_follows_what_noise_lets_a_side_rise() -> None:
    """White noise of sd s: an opening by a twitch's 21 samples rises so far, 3 times that."""
    alone = with_limit(chance_percentile=0.0, shared_skin=0.0)
    proof = proof_of(alone, noise_mm=0.3, duration_s=30.0)
    noise = np.random.default_rng(5).normal(size=40_000)
    heights = np.asarray(white_tophat(noise, size=(21,)), np.float64)
    usual = float(np.quantile(heights, 0.8)) / 0.8416  # as a normal's 60th percentile of |x|

    for region in (MOUTH, CHEEK):
        noise_mm = float(np.std(proof.brief_mm[:, region]))
        limit = float(np.median(proof.limit_mm[:, region]))
        assert limit == pytest.approx(PARAMS.limit.noise_factor * usual * noise_mm, rel=0.2)


def test_shared_movement_raises_the_limit() -> None:
    """During a word more must be one-sided to count; a second later no more than before."""
    word = replace(twitch(4.0, lasts_s=0.2), sides=SIDES)
    still, speaking = proof_of(), proof_of(moves=(word,))
    when, after = slice(240, 252), slice(320, 500)

    for region in (LID, CHEEK, MOUTH):
        raised = speaking.limit_mm[when, region].mean() - still.limit_mm[when, region].mean()
        calm = speaking.limit_mm[after, region].mean() - still.limit_mm[after, region].mean()
        assert raised > 0.3
        assert abs(calm) < 0.05


def test_shared_skin_counts_by_its_share() -> None:
    """A twitch of both mouth corners by 5 mm raises the limit by 0.4 of what both do."""
    both = replace(twitch(5.0, mm={Region.MOUTH: 5.0}, lasts_s=0.1), sides=SIDES)
    still, moved = (proof_of(ONE_FLOOR, noise_mm=0.0, moves=moves) for moves in ((), (both,)))

    raised = (moved.limit_mm - still.limit_mm)[:, MOUTH]

    assert raised.max() == pytest.approx(PARAMS.limit.shared_skin * 5.0, rel=0.1)
    assert not (moved.limit_mm - still.limit_mm)[:, CHEEK].any()


def test_shared_lids_count_by_their_share() -> None:
    """Both lids narrow by a millimetre, too little for a blink: 0.3 of it."""
    both = replace(twitch(5.0, mm={Region.EYELID: 1.0}, lasts_s=0.15), sides=SIDES)
    still, moved = proof_of(noise_mm=0.0), proof_of(noise_mm=0.0, moves=(both,))

    raised = (moved.limit_mm - still.limit_mm)[:, LID]

    assert raised.max() == pytest.approx(PARAMS.limit.shared_lid * 1.0, rel=0.1)


def test_one_sided_movement_does_not_raise_the_limit_as_shared() -> None:
    """Only what both sides do is shared."""
    still, moved = proof_of(noise_mm=0.0), proof_of(noise_mm=0.0, moves=(twitch(5.0),))

    assert moved.limit_mm == pytest.approx(still.limit_mm, abs=1e-9)


@pytest.mark.parametrize("region", [LID, CHEEK, MOUTH])
@pytest.mark.parametrize("side", SIDES)
def test_a_severe_day_is_not_hidden_by_itself(region: int, side: Side) -> None:
    """
    Twitches again and again raise the other side's limit, not their own.

    One of thirty stands nearly as far above its limit as one alone does.
    """
    times = [0.7 + 0.3 * i for i in range(30)]
    once = proof_of(moves=(twitch(times[15], side, lasts_s=0.1),))
    often = proof_of(moves=tuple(twitch(t, side, lasts_s=0.1) for t in times))
    near = slice(round(60 * times[15]), round(60 * times[15]) + 8)
    own = [p.brief_ratio[near, region, SIDES.index(side)].max() for p in (once, often)]

    assert own[1] > 0.55 * own[0]
    assert own[1] > 2 * PARAMS.event.brief_level


@pytest.mark.parametrize("side", SIDES)
def test_chance_is_what_the_other_side_does(side: Side) -> None:
    """Where one side twitches often, a single twitch of the other counts a third at most."""
    often = tuple(twitch(0.7 + 0.6 * i, side, lasts_s=0.1) for i in range(15))
    single = twitch(0.7 + 0.6 * 7 + 0.3, side.other, lasts_s=0.1)
    near = slice(round(60 * single.course.onset_s), round(60 * single.course.onset_s) + 8)
    index = SIDES.index(side.other)
    alone, among = (
        proof_of(moves=moves).brief_ratio[near, MOUTH, index].max()
        for moves in ((single,), (*often, single))
    )

    assert among < alone / 3


def test_a_blink_does_not_hide_the_seconds_beside_it() -> None:
    """Ten unequal blinks raise the limit while they last; a twitch between counts as much."""
    unequal = tuple(blink(0.5 + i, right_share=0.7) for i in range(9))
    small = twitch(5.0, mm={Region.EYELID: 1.5}, lasts_s=0.15)
    near = slice(300, 310)
    alone, among = (
        proof_of(moves=moves).brief_ratio[near, LID, 0].max()
        for moves in ((small,), (*unequal, small))
    )

    assert among > 0.6 * alone
    assert among > PARAMS.event.brief_level


def test_a_slow_difference_is_no_twitch() -> None:
    """A mouth corner that rises over half a second and stays leaves no brief evidence."""
    course = Course(onset_s=4.0, peak_s=4.6, release_s=7.0, offset_s=7.6, ripple=0.0)
    slow = Move(course=course, mm={Region.MOUTH: 3.0}, sides=(Side.LEFT,))
    quick = proof_of(moves=(twitch(4.0, mm={Region.MOUTH: 3.0}),))

    assert quick.brief_ratio[:, MOUTH, 0].max() > 3
    assert proof_of(moves=(slow,)).brief_ratio[:, MOUTH, 0].max() < 1


def test_turning_the_head_raises_the_limit() -> None:
    """A nod of some degrees within a second; a head that is held turned costs nothing."""
    nodding = proof_of(noise_mm=0.0, pitch_deg=swaying(4.0, 1.0))
    turned = proof_of(noise_mm=0.0, yaw_deg=lambda time_s: 0 * time_s + 15)
    still = proof_of(noise_mm=0.0)

    assert (np.median(nodding.limit_mm - still.limit_mm, axis=0) > 0.2).all()
    assert turned.limit_mm == pytest.approx(still.limit_mm, abs=0.02)


def test_turning_counts_by_its_share() -> None:
    """0.1 mm a degree: half the factor, half the rise."""
    still = proof_of(ONE_FLOOR, noise_mm=0.0).limit_mm
    whole = proof_of(ONE_FLOOR, noise_mm=0.0, yaw_deg=swaying(5.0, 1.0)).limit_mm - still
    half = proof_of(
        replace(
            ONE_FLOOR,
            limit=replace(PARAMS.limit, turn_mm_per_deg=PARAMS.limit.turn_mm_per_deg / 2),
        ),
        noise_mm=0.0,
        yaw_deg=swaying(5.0, 1.0),
    )

    neck = REGIONS.index(Region.NECK)
    assert 0.3 < np.median(whole[:, neck]) < 0.6
    assert np.median((half.limit_mm - still)[:, neck]) == pytest.approx(
        np.median(whole[:, neck]) / 2, rel=0.01
    )


def test_a_blink_raises_the_limit_of_the_lids_by_its_depth() -> None:
    """While both lids close: half of what the deeper one closed, as far as both networks see."""
    still, blinking = proof_of(noise_mm=0.0), proof_of(noise_mm=0.0, moves=(blink(5.0),))
    raised = (blinking.limit_mm - still.limit_mm)[:, LID]

    assert raised.max() == pytest.approx(PARAMS.limit.blink_share * 9.0, rel=0.3)
    assert not raised[: round(4.7 * 60)].any()
    assert not raised[round(5.7 * 60) :].any()


def test_unequal_blinks_are_forgiven_where_a_wink_is_not() -> None:
    """A lid that closes to six tenths of the other is far below what counts."""
    unequal = proof_of(moves=(blink(5.0, right_share=0.6),))
    wink = proof_of(moves=(twitch(5.0, mm={Region.EYELID: 3.6}, lasts_s=0.24),))

    assert unequal.brief_ratio[:, LID].max() < 0.7 * PARAMS.event.brief_level
    assert wink.brief_ratio[:, LID, 0].max() > 4 * PARAMS.event.brief_level


def test_sides_stand_against_each_other() -> None:
    """Where one side is above its limit the other shows nothing."""
    proof = proof_of(moves=(twitch(5.0, Side.RIGHT),))
    ratio = proof.brief_ratio[round(5.055 * 60)]

    assert (ratio[[LID, CHEEK, MOUTH], 1] > 2).all()
    assert (ratio[[LID, CHEEK, MOUTH], 0] < 0.2).all()


def test_skin_that_is_followed_poorly_does_not_speak() -> None:
    """A hidden cheek shows nothing, whatever its windows say."""
    proof = proof_of(moves=(twitch(5.0, mm={Region.CHEEK: 5.0}),), hidden=(Region.CHEEK,))

    assert not proof.brief_mm[:, CHEEK].any()


def test_two_readings_agree_on_the_smaller() -> None:
    """Of one sign: the smaller; of two signs, or none: nothing."""
    one, two = np.array([3.0, -3.0, 2.0, 0.0]), np.array([1.0, -4.0, -2.0, 5.0])

    assert agree(one, two).tolist() == [1.0, -3.0, 0.0, 0.0]
    assert agree(two, one).tolist() == [1.0, -3.0, 0.0, 0.0]
