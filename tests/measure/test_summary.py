"""A recording in numbers: rates of usable time, intervals that hold the truth, NaN where not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.measure.session import measure
from spasm_video.measure.summary import Findings, summarise
from spasm_video.records import (
    AffectedSide,
    Blink,
    CoActivation,
    Estimate,
    Kind,
    Measurement,
    RegionPart,
    SessionSummary,
    SpasmEvent,
)
from spasm_video.simulate.mesh_face import OPEN_MM
from tests.measure.conftest import PARAMS, Scene, blink, spasm, track_of, twitch

LID, CHEEK, MOUTH = Region.EYELID, Region.CHEEK, Region.MOUTH


@pytest.fixture(scope="module")
def busy() -> Measurement:
    """
    A minute of which a sixth is lost: twelve left twitches, two left spasms, six blinks.

    The mouth begins 80 ms after the lid and cheek; every third twitch spares the mouth.
    """
    times = [t for t in np.arange(1.0, 46.0, 3.0) if not 19 < t < 31]
    face, upper = {LID: 4.0, CHEEK: 2.0, MOUTH: 3.0}, {LID: 4.0, CHEEK: 2.0}
    twitches = [
        twitch(float(t), mm=upper if i % 3 == 0 else face, lag_s={MOUTH: 0.08}, lasts_s=0.2)
        for i, t in enumerate(times)
    ]
    assert len(twitches) == 12
    spasms = [spasm(50.0, 2.0), spasm(55.0, 1.5)]
    blinks = [blink(2.5 + 3 * i) for i in range(6)]
    scene = Scene(
        duration_s=60, fps=30, moves=(*twitches, *spasms, *blinks), lost_s=((20.0, 30.0),)
    )
    return measure(track_of(scene), PARAMS)


def test_events_are_counted_by_kind(busy: Measurement) -> None:
    """Fourteen, twelve of them clonic, and nothing on the other side."""
    found = busy.summary

    assert (found.events, found.clonic_events, found.tonic_events) == (14, 12, 2)
    assert found.affected_side is AffectedSide.LEFT
    assert (found.side_evidence.left_events, found.side_evidence.right_events) == (14, 0)


def test_rates_divide_by_usable_time(busy: Measurement) -> None:
    """Not by the minute of the file: fifty seconds less a tenth to settle."""
    found = busy.summary

    assert found.duration_s == pytest.approx(60)
    assert found.usable_s == pytest.approx(49.9, abs=0.05)
    assert found.spasms_per_min.value == pytest.approx(14 / found.usable_s * 60)
    assert found.of(LID, Side.LEFT).spasms_per_min.value == pytest.approx(16.8, rel=0.01)
    assert found.blinks_per_min.value == pytest.approx(found.blinks / found.usable_s * 60)


def test_blinks_are_counted(busy: Measurement) -> None:
    """All that were seen, all complete."""
    assert busy.summary.blinks == 6
    assert busy.summary.complete_blinks == 6


def test_intervals_hold_their_value(busy: Measurement) -> None:
    """And are as wide as so few events allow: 14 events, 7.7 to 23.5 of them."""
    found = busy.summary
    minutes = found.usable_s / 60

    for estimate in (found.spasms_per_min, found.blinks_per_min, found.tonic_fraction):
        assert estimate.low < estimate.value < estimate.high
    assert found.spasms_per_min.low * minutes == pytest.approx(7.7, abs=0.6)
    assert found.spasms_per_min.high * minutes == pytest.approx(23.5, abs=1.5)


def test_tonic_time_is_a_share_of_usable_time(busy: Measurement) -> None:
    """Two spasms, three and a half seconds of fifty."""
    assert busy.summary.tonic_fraction.value == pytest.approx(3.5 / 49.9, rel=0.03)


def test_sizes_and_lengths_are_those_of_the_events(busy: Measurement) -> None:
    """Medians over the affected side's events."""
    found = busy.summary

    assert found.median_amplitude_mm == pytest.approx(4.0, rel=0.1)
    assert found.p90_amplitude_mm == pytest.approx(6.0, rel=0.15)
    assert found.median_duration_s == pytest.approx(0.2, abs=0.05)
    assert found.of(MOUTH, Side.LEFT).median_amplitude_mm == pytest.approx(3.0, rel=0.15)


def test_each_region_has_its_own_numbers(busy: Measurement) -> None:
    """
    The mouth took part in eight twitches and two spasms, the right side in nothing.

    3, 6, 3, 3, 6, 3, 7 and 5 s apart; the interval over the lost time is not known.
    """
    found = busy.summary

    assert found.of(LID, Side.LEFT).events == 14
    assert found.of(CHEEK, Side.LEFT).events == 12
    assert found.of(MOUTH, Side.LEFT).events == 10
    assert found.of(MOUTH, Side.LEFT).median_interval_s == pytest.approx(4.0, abs=0.05)
    for region in REGIONS:
        right = found.of(region, Side.RIGHT)
        assert right.events == 0
        assert right.spasms_per_min.value == 0
        assert right.spasms_per_min.high > 0
        assert np.isnan(right.median_amplitude_mm)
        assert right.limit_mm == busy.signals.limit(region) > 0
        assert not right.reason


def test_every_region_of_every_side_is_there(busy: Measurement) -> None:
    """Ten rows, in the order of the tables."""
    order = [(row.region, row.side) for row in busy.summary.regions]

    assert order == [(region, side) for region in REGIONS for side in SIDES]


def test_regions_that_begin_together_are_coactive(busy: Measurement) -> None:
    """Lid and cheek in every twitch; the mouth comes 80 ms later, but not in the two spasms."""
    assert busy.summary.coactivation == (
        CoActivation(LID, CHEEK, 12, 14),
        CoActivation(LID, MOUTH, 2, 14),
    )


def test_the_stage_counts_the_regions_involved(busy: Measurement) -> None:
    """Lid, cheek and mouth, each in a tenth of the events and more."""
    assert busy.summary.spread_stage == 3


def test_resting_lids_are_measured_at_rest(busy: Measurement) -> None:
    """Open as they were made, alike."""
    found = busy.summary

    assert found.resting_lid_left_mm == pytest.approx(OPEN_MM, abs=0.1)
    assert found.resting_lid_right_mm == pytest.approx(OPEN_MM, abs=0.1)
    assert found.resting_lid_difference_percent == pytest.approx(0, abs=1)
    assert found.mm_per_px == pytest.approx(1 / 3, rel=0.01)


def test_rest_leaves_out_blinks_and_spasms() -> None:
    """Most of the time shut: in a blink, in an event, and still open at rest."""
    track = track_of(Scene(duration_s=10, fps=30))
    quiet = measure(track, PARAMS)
    opening = np.full((300, 2), OPEN_MM)
    opening[30:120], opening[150:240] = 1.0, 2.0
    shut = Blink(1.0, 2.0, 4.0, 8.0, 8.0, complete=True)
    part = RegionPart(LID, 7.0, 0.0)
    held = SpasmEvent(5.0, 6.0, 8.0, Side.LEFT, Kind.TONIC, (part,), 0.9, other_babinski=False)
    found = Findings(track, quiet.head, quiet.signals, quiet.quality, (shut,), (held,), opening)

    rest = summarise(found, PARAMS)
    restless = summarise(replace(found, blinks=(), events=()), PARAMS)

    assert (rest.resting_lid_left_mm, rest.resting_lid_right_mm) == (OPEN_MM, OPEN_MM)
    assert restless.resting_lid_left_mm < OPEN_MM


def test_closed_time_is_that_of_the_affected_eye_beyond_blinks() -> None:
    """Two spasms of 8 mm hold the left eye shut for 3 s of 30; blinks do not count."""
    held = [spasm(t, 1.5, mm={LID: 8.0, MOUTH: 5.0}) for t in (8.0, 20.0)]
    blinks = [blink(t) for t in (3.0, 5.0, 14.0, 26.0)]
    moves = (*held, twitch(12.0), *blinks)
    found = measure(track_of(Scene(duration_s=30, fps=30, moves=moves)), PARAMS).summary

    assert found.affected_side is AffectedSide.LEFT
    assert found.eye_closed_fraction == pytest.approx(2.9 / 30, abs=0.01)


def test_nothing_seen_is_an_interval_from_zero() -> None:
    """Twenty quiet seconds: none, zero a minute, up to eleven."""
    found = measure(track_of(Scene(fps=30)), PARAMS).summary

    assert found.affected_side is AffectedSide.NONE
    assert (found.spasms_per_min.value, found.spasms_per_min.low) == (0, 0)
    assert found.spasms_per_min.high == pytest.approx(3.689 * 3, rel=0.01)
    assert found.tonic_fraction.value == 0
    assert found.spread_stage == 0
    assert np.isnan(found.median_amplitude_mm)
    assert np.isnan(found.eye_closed_fraction)


def test_a_hidden_region_is_not_assessed_rather_than_still() -> None:
    """NaN with the reason, on both sides."""
    scene = Scene(fps=30, hidden=(Region.NECK,), moves=(twitch(5.0),))
    found = measure(track_of(scene), PARAMS).summary

    for side in SIDES:
        neck = found.of(Region.NECK, side)
        assert neck.reason.startswith("The neck was hidden")
        assert neck.usable_s == 0
        numbers = (*vars_of(neck.spasms_per_min), neck.band_power_mm2, neck.limit_mm)
        assert np.isnan(numbers).all()


def test_clusters_widen_the_interval() -> None:
    """Sixteen twitches in one burst say less of the rate than sixteen spread out."""
    spread = [twitch(1.5 + 3.6 * i) for i in range(16)]
    burst = [twitch(2.0 + 0.5 * i) for i in range(16)]

    one, two = (
        measure(track_of(Scene(duration_s=60, fps=30, moves=tuple(moves))), PARAMS).summary
        for moves in (spread, burst)
    )

    assert (one.events, two.events, one.bursts, two.bursts) == (16, 16, 0, 1)
    assert two.spasms_per_min.value == pytest.approx(one.spasms_per_min.value)
    assert two.spasms_per_min.low < 0.5 * one.spasms_per_min.low
    assert two.spasms_per_min.high > 1.5 * one.spasms_per_min.high


def test_other_babinski_events_are_counted() -> None:
    """Three of five."""
    raised = {LID: 4.0, Region.BROW: 2.5}
    moves = tuple(twitch(2.0 + 2 * i, mm=raised if i < 3 else {LID: 4.0}) for i in range(5))
    found = measure(track_of(Scene(duration_s=12, moves=moves)), PARAMS).summary

    assert found.other_babinski_events == 3


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [(5, 0, "left"), (0, 5, "right"), (3, 3, "both"), (0, 0, "none"), (1, 0, "undetermined")],
)
def test_the_affected_side_of_a_recording(left: int, right: int, side: str) -> None:
    """From the track to the word."""
    sides = [Side.LEFT] * left + [Side.RIGHT] * right
    moves = tuple(twitch(1.5 + 1.7 * i, each) for i, each in enumerate(sides))
    found = measure(track_of(Scene(duration_s=12, fps=30, moves=moves)), PARAMS).summary

    assert found.affected_side.value == side
    assert (found.side_evidence.left_events, found.side_evidence.right_events) == (left, right)


def test_longer_watching_narrows_the_interval() -> None:
    """The same rate for ten, twenty and forty seconds."""
    widths = []
    for duration_s in (10, 20, 40):
        moves = tuple(twitch(1.0 + 2 * i) for i in range(duration_s // 2))
        scene = Scene(duration_s=duration_s, fps=30, moves=moves)
        rate = measure(track_of(scene), PARAMS).summary.spasms_per_min
        assert rate.value == pytest.approx(30)
        widths.append(rate.high - rate.low)

    assert all(one > two for one, two in pairwise(widths))


def vars_of(estimate: Estimate) -> tuple[float, float, float]:
    """Value, low and high."""
    return estimate.value, estimate.low, estimate.high


def test_a_summary_finds_a_region() -> None:
    """``of`` is by region and side."""
    found: SessionSummary = measure(track_of(Scene(duration_s=2)), PARAMS).summary

    assert found.of(MOUTH, Side.RIGHT).region is MOUTH
    assert found.of(MOUTH, Side.RIGHT).side is Side.RIGHT
