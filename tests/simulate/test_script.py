"""What is asked of a face is what the face does."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.acts import Blink, Glance, Part, Smile, Spasm, Speech, Turn
from spasm_video.simulate.samples import spasm
from spasm_video.simulate.script import Performance, Script, Sway, perform
from spasm_video.simulate.twitch import Course

STILL = Sway(shift_mm=0, roll_deg=0, zoom=0, yaw_deg=0, pitch_deg=0)
SLOW = Course(onset_s=1.0, peak_s=1.5, release_s=2.0, offset_s=2.5)


def performed(*time_s: float, **what: object) -> Performance:
    """A still face that does one thing, at some instants."""
    script = Script(duration_s=5.0, sway=STILL, **what)  # type: ignore[arg-type]
    return perform(script, np.array(time_s))


def moved(performance: Performance, region: Region, side: Side) -> list[float]:
    """How far a region has moved, at every instant."""
    column = performance.moved[:, REGIONS.index(region), SIDES.index(side)]
    return [float(value) for value in column]


def test_a_spasm_moves_its_regions_on_its_side_only() -> None:
    """Each by its own peak; nothing else moves at all."""
    twitch = spasm(Side.RIGHT, Course.clonic(1.0), eyelid=0.5)
    twitch_of_three = Spasm(
        side=Side.RIGHT,
        course=Course.clonic(1.0),
        parts=(Part(region=Region.CHEEK, peak=1.5), Part(region=Region.MOUTH, peak=3.0)),
    )
    performance = performed(1.045, spasms=(twitch, twitch_of_three))

    assert moved(performance, Region.EYELID, Side.RIGHT) == pytest.approx([0.5])
    assert moved(performance, Region.CHEEK, Side.RIGHT) == pytest.approx([1.5])
    assert moved(performance, Region.MOUTH, Side.RIGHT) == pytest.approx([3.0])
    assert np.count_nonzero(performance.moved) == 3


def test_a_later_region_follows_by_its_lag() -> None:
    """The same course, as much later as was said."""
    one = spasm(Side.LEFT, Course.clonic(1.0), eyelid=0.5, cheek=2.0)
    performance = performed(1.0, 1.010, 1.045, 1.055, spasms=(one,))

    assert moved(performance, Region.EYELID, Side.LEFT)[::2] == pytest.approx([0.05, 0.5])
    assert moved(performance, Region.CHEEK, Side.LEFT)[1::2] == pytest.approx([0.2, 2.0])


def test_a_blink_closes_both_eyes_alike() -> None:
    """And moves nothing else."""
    performance = performed(1.07, 1.08, blinks=(Blink.at(1.0, closure=0.6),))

    assert moved(performance, Region.EYELID, Side.LEFT) == pytest.approx([0.6, 0.6])
    assert moved(performance, Region.EYELID, Side.RIGHT) == pytest.approx([0.6, 0.6])
    assert np.count_nonzero(performance.moved[:, 1:]) == 0


def test_a_spasm_on_a_blink_never_closes_more_than_all() -> None:
    """Each closes its part of what the other leaves open."""
    both = performed(
        1.07,
        blinks=(Blink.at(1.0, closure=0.5),),
        spasms=(spasm(Side.LEFT, Course.clonic(1.025), eyelid=0.5),),
    )

    assert moved(both, Region.EYELID, Side.LEFT) == pytest.approx([0.75])
    assert moved(both, Region.EYELID, Side.RIGHT) == pytest.approx([0.5])


def test_a_blink_is_complete_when_less_than_a_fifth_stays_open() -> None:
    """The border between complete and partial."""
    complete = [Blink.at(0.0, closure=closure).complete for closure in (1.0, 0.85, 0.8, 0.5)]

    assert complete == [True, True, False, False]


def test_a_smile_is_symmetric() -> None:
    """Corners, cheeks and lids of both sides to the same digit."""
    performance = performed(1.2, 1.7, smiles=(Smile(course=SLOW, corner_mm=3.0),))

    assert moved(performance, Region.MOUTH, Side.LEFT)[1] == pytest.approx(3.0)
    assert np.array_equal(performance.moved[..., 0], performance.moved[..., 1])


def test_speech_moves_both_sides_and_the_jaw() -> None:
    """Several syllables, each within the size asked for, none outside the time asked for."""
    time_s = np.arange(0, 5, 0.01)
    script = Script(
        duration_s=5, sway=STILL, speech=(Speech(onset_s=1.0, offset_s=3.0, jaw_mm=4.0),)
    )
    performance = perform(script, time_s)
    peaks = np.flatnonzero(np.diff(np.sign(np.diff(performance.jaw_mm))) < 0)

    assert 6 <= peaks.size <= 12
    assert 2.0 < performance.jaw_mm.max() <= 4.2
    assert performance.jaw_mm[(time_s < 0.95) | (time_s > 3.1)].max() == 0
    assert np.array_equal(performance.moved[..., 0], performance.moved[..., 1])


def test_glances_and_turns_are_movements_of_eyes_and_head() -> None:
    """Not of the face's muscles."""
    performance = performed(
        1.7,
        glances=(Glance(course=SLOW, right_mm=1.5),),
        turns=(Turn(course=SLOW, yaw_deg=10.0, pitch_deg=-3.0),),
    )

    assert performance.gaze_mm == pytest.approx([1.5])
    assert performance.yaw_deg == pytest.approx([10.0])
    assert performance.pitch_deg == pytest.approx([-3.0])
    assert np.count_nonzero(performance.moved) == 0


def test_the_head_sways_within_its_bounds_and_by_its_seed() -> None:
    """The same seed sways the same way, another one another way."""
    time_s = np.arange(0, 30, 1 / 30)
    sway = Sway(shift_mm=3.0, roll_deg=1.0, zoom=0.01, yaw_deg=2.5, pitch_deg=1.5)
    one, again, other = (
        perform(Script(duration_s=30, seed=seed, sway=sway), time_s) for seed in (1, 1, 2)
    )

    assert np.array_equal(one.shift_mm, again.shift_mm)
    assert not np.allclose(one.shift_mm, other.shift_mm)
    assert 1.0 < np.abs(one.shift_mm).max() <= 3.0
    assert np.abs(one.zoom - 1).max() <= 0.01
    assert np.abs(np.diff(one.shift_mm, axis=0)).max() < 0.15  # mm a frame: slow


def test_frames_are_a_frame_apart() -> None:
    """From 0, as many as fit."""
    time_s = Script(duration_s=2.0, fps=25.0).time_s

    assert time_s.size == 50
    assert time_s[[0, 1, -1]].tolist() == pytest.approx([0.0, 0.04, 1.96])


def test_the_affected_side_is_the_side_of_the_spasms() -> None:
    """None without a spasm, both with one on either side."""
    left = spasm(Side.LEFT, Course.clonic(1.0), eyelid=0.5)
    right = spasm(Side.RIGHT, Course.clonic(2.0), eyelid=0.5)
    sides = [
        Script(duration_s=3.0, spasms=spasms).affected_side
        for spasms in ((), (left,), (right,), (left, right))
    ]

    assert sides == ["none", "left", "right", "both"]


def test_from_a_second_on_a_spasm_is_tonic() -> None:
    """By its length between onset and offset."""
    short = Course(onset_s=0.0, peak_s=0.1, release_s=0.8, offset_s=0.99)
    long = Course(onset_s=0.0, peak_s=0.1, release_s=0.8, offset_s=1.0)

    assert spasm(Side.LEFT, short, eyelid=0.5).kind == "clonic"
    assert spasm(Side.LEFT, long, eyelid=0.5).kind == "tonic"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((), "in order of onset"),
        ((Part(region=Region.CHEEK, peak=1.0, lag_s=0.01),), "in order of onset"),
        (
            (
                Part(region=Region.EYELID, peak=0.5),
                Part(region=Region.CHEEK, peak=1.0, lag_s=0.03),
                Part(region=Region.MOUTH, peak=1.0, lag_s=0.02),
            ),
            "in order of onset",
        ),
        ((Part(region=Region.CHEEK, peak=1.0), Part(region=Region.CHEEK, peak=2.0)), "once"),
        ((Part(region=Region.EYELID, peak=1.2),), "up to 1"),
        ((Part(region=Region.MOUTH, peak=8.5),), "up to 8 mm"),
        ((Part(region=Region.MOUTH, peak=0.0),), "not at all"),
    ],
)
def test_an_impossible_spasm_is_refused(parts: tuple[Part, ...], words: str) -> None:
    """With a line that says what to give instead."""
    with pytest.raises(ParameterError, match=words):
        Spasm(side=Side.LEFT, course=Course.clonic(1.0), parts=parts)
