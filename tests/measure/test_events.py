"""Spasms of known time, side, regions and size come back; nothing else does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.measure.session import measure
from spasm_video.records import Kind
from tests.measure.conftest import FACE_MM, PARAMS, Move, Scene, blink, spasm, track_of, twitch

if TYPE_CHECKING:
    from spasm_video.records import SpasmEvent

LID, BROW, MOUTH = Region.EYELID, Region.BROW, Region.MOUTH


def events_of(*moves: Move, fps: float = 60.0, **scene: float) -> tuple[SpasmEvent, ...]:
    """Events of twelve seconds with these movements."""
    track = track_of(Scene(duration_s=12, fps=fps, moves=moves, **scene))  # type: ignore[arg-type]
    return measure(track, PARAMS).events


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 120.0])
def test_a_twitch_comes_back_within_a_frame(fps: float, side: Side) -> None:
    """Onset, peak and offset at a tenth of the peak; side; size within 15 %."""
    true = [twitch(2.013 + 2.1 * i, side, lasts_s=0.2) for i in range(4)]

    found = events_of(*true, fps=fps)

    assert len(found) == len(true)
    for event, move in zip(found, true, strict=True):
        assert event.onset_s == pytest.approx(move.course.onset_s, abs=1 / fps)
        assert event.peak_s == pytest.approx(move.course.peak_s, abs=1.5 / fps)
        assert event.offset_s == pytest.approx(move.course.offset_s, abs=1 / fps)
        assert event.side is side
        assert event.kind is Kind.CLONIC
        assert {p.region: p.amplitude_mm for p in event.parts} == pytest.approx(FACE_MM, rel=0.15)
        assert not event.other_babinski


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("lasts_s", [0.6, 1.4, 2.2])
def test_a_held_spasm_comes_back_within_a_frame(lasts_s: float, side: Side) -> None:
    """The same for what is held, with its size."""
    (found,) = events_of(spasm(5.0, lasts_s, side))

    assert found.onset_s == pytest.approx(5.0, abs=1 / 60)
    assert found.offset_s == pytest.approx(5.0 + lasts_s, abs=1 / 60)
    assert found.side is side
    assert {p.region: p.amplitude_mm for p in found.parts} == pytest.approx(
        {LID: 6.0, MOUTH: 5.0}, rel=0.15
    )


@pytest.mark.parametrize(
    ("lasts_s", "kind"), [(0.9, Kind.CLONIC), (0.96, Kind.CLONIC), (1.04, Kind.TONIC)]
)
def test_a_second_parts_clonic_from_tonic(lasts_s: float, kind: Kind) -> None:
    """Two frames to either side of the border."""
    (found,) = events_of(spasm(5.0, lasts_s))

    assert found.kind is kind


def test_a_spasm_that_joins_twitches_is_one_event() -> None:
    """Twitches that run into each other are one; further apart they are two."""
    close = [twitch(4.0), twitch(4.14)]
    apart = [twitch(4.0), twitch(4.5)]

    assert len(events_of(*close)) == 1
    assert len(events_of(*apart)) == 2


@pytest.mark.parametrize("side", SIDES)
def test_regions_come_in_the_order_they_began(side: Side) -> None:
    """Mouth first, then the lid after 60 ms, the cheek after 120: lags within a frame."""
    lag_s = {LID: 0.06, Region.CHEEK: 0.12}
    true_ms = {MOUTH: 0.0, LID: 60.0, Region.CHEEK: 120.0}

    (found,) = events_of(twitch(5.0, side, lag_s=lag_s, lasts_s=0.25))

    assert found.regions == (MOUTH, LID, Region.CHEEK)
    assert {part.region: part.lag_ms for part in found.parts} == pytest.approx(true_ms, abs=17)


def test_all_five_regions_take_part() -> None:
    """Each with its own size; the neck may be drawn down."""
    sizes = {LID: 3.0, BROW: 2.0, Region.CHEEK: 2.5, MOUTH: 3.5, Region.NECK: -2.5}

    (found,) = events_of(twitch(5.0, Side.RIGHT, sizes))

    assert set(found.regions) == set(REGIONS)
    assert {p.region: p.amplitude_mm for p in found.parts} == pytest.approx(
        {region: abs(mm) for region, mm in sizes.items()}, rel=0.15
    )


def test_a_region_at_rest_takes_no_part() -> None:
    """A lid that twitches alone is a spasm of the lid alone."""
    (found,) = events_of(twitch(5.0, mm={LID: 3.0}))

    assert found.regions == (LID,)


@pytest.mark.parametrize("side", SIDES)
def test_a_brow_that_rises_as_the_lid_closes_is_the_other_babinski_sign(side: Side) -> None:
    """Risen, not pulled down, and not with the other brow."""
    rising = twitch(5.0, side, {LID: 4.0, BROW: 2.5})
    falling = twitch(5.0, side, {LID: 4.0, BROW: -2.5})
    both = replace(twitch(5.0, mm={BROW: 2.5}), sides=SIDES)

    (risen,) = events_of(rising)
    (fallen,) = events_of(falling)
    (shared,) = events_of(twitch(5.0, side, {LID: 4.0}), both)

    assert risen.other_babinski
    assert BROW in risen.regions
    assert not fallen.other_babinski
    assert BROW not in fallen.regions
    assert not shared.other_babinski


def test_a_stronger_spasm_is_surer() -> None:
    """Confidence rises with size, between a half and one."""
    sizes = (0.9, 1.5, 3.0, 6.0)

    found = events_of(*[twitch(2.0 + 2.4 * i, mm={LID: mm}) for i, mm in enumerate(sizes)])
    sure = [event.confidence for event in found]

    assert len(sure) == len(sizes)
    assert sure == sorted(sure)
    assert 0.5 < sure[0] < 0.8 < sure[-1] < 1


def test_a_lid_that_is_dragged_along_is_an_echo() -> None:
    """A twitch of the right, a third as large and just after, is not one of its own."""
    hard = twitch(5.0, Side.LEFT, {LID: 6.0, MOUTH: 4.0})
    echo = twitch(5.2, Side.RIGHT, {LID: 2.0})
    later = twitch(5.8, Side.RIGHT, {LID: 2.0})

    assert [event.side for event in events_of(hard, echo)] == [Side.LEFT]
    assert [event.side for event in events_of(hard, later)] == [Side.LEFT, Side.RIGHT]


@pytest.mark.parametrize("mm", [1.0, 1.3])
def test_small_twitches_of_cheek_and_mouth_are_found(mm: float) -> None:
    """They speak together."""
    found = events_of(*[twitch(2.0 + 2 * i, mm={Region.CHEEK: mm, MOUTH: mm}) for i in range(4)])

    assert len(found) == 4
    assert {region for event in found for region in event.regions} == {Region.CHEEK, MOUTH}


def test_a_spasm_in_a_blink_is_still_a_spasm() -> None:
    """The blink is a blink, and what one side does beyond it an event of that side."""
    riding = twitch(4.08, Side.RIGHT, {Region.CHEEK: 3.0, MOUTH: 4.0}, lasts_s=0.25)

    (found,) = events_of(blink(4.0), riding)

    assert found.side is Side.RIGHT
    assert {Region.CHEEK, MOUTH} <= set(found.regions)


def test_unevenly_filmed_spasms_keep_their_times() -> None:
    """A variable frame rate with a fifth of the frames missing: within a frame and a half."""
    true = [twitch(2.0 + 2.1 * i, lasts_s=0.25) for i in range(4)]

    found = events_of(*true, jitter_s=0.004, dropped=0.2)

    assert [event.onset_s for event in found] == pytest.approx(
        [move.course.onset_s for move in true], abs=1.5 / 60
    )


def test_events_lie_within_their_own_stretch() -> None:
    """A twitch that was not filmed is not found, and its neighbours keep their times."""
    scene = Scene(
        duration_s=12,
        moves=tuple(twitch(t) for t in (2.0, 5.0, 9.0)),
        lost_s=((4.5, 5.5),),
        skipped_s=((6.0, 7.0),),
    )
    found = measure(track_of(scene), PARAMS).events

    assert [event.onset_s for event in found] == pytest.approx([2.0, 9.0], abs=1 / 60)


def test_events_are_ordered_and_do_not_overlap() -> None:
    """Onset, peak, offset in order; one side's events one after the other."""
    moves = [twitch(1.0 + 0.5 * i, Side.LEFT if i % 4 else Side.RIGHT) for i in range(20)]
    found = events_of(*moves)

    assert [event.onset_s for event in found] == sorted(event.onset_s for event in found)
    assert all(event.onset_s < event.peak_s < event.offset_s for event in found)
    for side in SIDES:
        own = [event for event in found if event.side is side]
        assert len(own) >= 4
        gaps = np.array([b.onset_s - a.offset_s for a, b in pairwise(own)])
        assert (gaps > 0).all()


@pytest.mark.parametrize("lasts_s", [3.0, 4.0, 6.0])
def test_a_long_spasm_is_found(lasts_s: float) -> None:
    """Tonic spasms of hemifacial spasm hold for several seconds."""
    track = track_of(Scene(duration_s=20, fps=30, moves=(spasm(7.0, lasts_s),)))

    (found,) = measure(track, PARAMS).events

    assert found.offset_s - found.onset_s == pytest.approx(lasts_s, abs=0.1)


@pytest.mark.parametrize("region", [MOUTH, Region.CHEEK])
def test_one_region_far_above_its_limit_is_found_alone(region: Region) -> None:
    """Eight millimetres of one mouth corner or cheek, nothing else moving."""
    assert len(events_of(twitch(4.0, mm={region: 8.0}), twitch(8.0, mm={region: 8.0}))) == 2
