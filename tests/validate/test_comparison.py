"""One clip against its truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spasm_video.anatomy import SIDES, Side
from spasm_video.measure import measure
from spasm_video.records import AffectedSide, Blink
from spasm_video.validate.comparison import BlinkCount, Clip, compare
from spasm_video.validate.truth import Closing, Truth
from tests.measure.conftest import PARAMS, Scene, track_of, twitch
from tests.validate.conftest import a_spasm

if TYPE_CHECKING:
    from spasm_video.records import Measurement
    from spasm_video.validate.spasms import Spasm

ONSETS_S = (2.0, 4.0, 6.0, 8.0)
CLIP = Clip("clip", "spasms", "mild", 300.0)


@pytest.fixture(scope="module")
def measurement() -> Measurement:
    """Four left twitches, all found."""
    moves = tuple(twitch(t, lasts_s=0.2) for t in ONSETS_S)
    found = measure(track_of(Scene(duration_s=12.0, fps=30.0, moves=moves)), PARAMS)
    assert len(found.events) == len(ONSETS_S)
    return found


def truth_of(*spasms: Spasm, ignored_s: tuple[tuple[float, float], ...] = ()) -> Truth:
    """A labelled clip of 12 s without labelled blinks."""
    return Truth(spasms, None, (AffectedSide.LEFT,), ignored_s, 12.0, 3.0)


def test_hits_misses_and_false_spasms_are_told_apart(measurement: Measurement) -> None:
    """Three of four labelled, and one labelled that is not there."""
    truth = truth_of(*(a_spasm(t) for t in ONSETS_S[:3]), a_spasm(10.0))
    clip = compare(CLIP, truth, measurement)

    assert (len(clip.pairs), len(clip.missed), len(clip.false)) == (3, 1, 1)
    assert clip.true[clip.missed[0]].onset_s == 10.0
    assert clip.found[clip.false[0]].onset_s == pytest.approx(8.0, abs=0.05)
    assert clip.true_per_min == 20.0
    assert (clip.fps, clip.face_px) == (30.0, 300.0)
    assert clip.usable_s == pytest.approx(12.0, abs=0.3)


def test_a_spasm_found_on_the_other_side_is_missed_and_false(measurement: Measurement) -> None:
    """And is known as one of the wrong side."""
    truth = truth_of(a_spasm(2.0, side=Side.RIGHT), *(a_spasm(t) for t in ONSETS_S[1:]))
    clip = compare(CLIP, truth, measurement)

    assert (len(clip.pairs), clip.missed, clip.false) == (3, (0,), (0,))
    assert clip.wrong_side == ((0, 0),)


def test_what_lies_half_within_an_ignored_span_counts_neither_way(
    measurement: Measurement,
) -> None:
    """The first is ignored, the second lies in it by too little."""
    second = measurement.events[1]
    third_s = second.onset_s + 0.4 * second.duration_s
    clip = compare(CLIP, truth_of(ignored_s=((1.5, 2.5), (3.5, third_s))), measurement)

    assert clip.ignored == (0,)
    assert clip.false == (1, 2, 3)


def test_blinks_are_matched_for_each_eye(measurement: Measurement) -> None:
    """A blink in which one lid stayed open is none of that eye."""
    blinks = (
        Blink(1.0, 1.1, 1.2, 8.0, 8.0, complete=True),
        Blink(5.0, 5.1, 5.2, 8.0, 0.0, complete=False),
    )
    labelled = Truth((), tuple(Closing(1.0, 1.2, side) for side in SIDES), (), (), 12.0, 3.0)
    clip = compare(CLIP, labelled, replace(measurement, blinks=blinks))

    assert clip.blinks == {Side.LEFT: BlinkCount(1, 1, 0), Side.RIGHT: BlinkCount(1, 0, 0)}
    assert compare(CLIP, truth_of(), measurement).blinks == {}
