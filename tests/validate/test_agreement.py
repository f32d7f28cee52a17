"""Every figure of the scorecard on clips small enough to count by hand."""

from __future__ import annotations

import math

import pytest

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.records import Estimate, Kind
from spasm_video.validate import agreement
from spasm_video.validate.comparison import BlinkCount
from spasm_video.validate.fidelity import Fidelity
from tests.validate.conftest import a_clip, a_spasm

# Two found of three, of which one is below what is claimed; one false.
CLIP = a_clip(
    true=[a_spasm(1.0), a_spasm(5.0, amplitude_mm=0.4, closure=0.04), a_spasm(9.0)],
    found=[a_spasm(1.01, amplitude_mm=2.2), a_spasm(5.02, amplitude_mm=0.5), a_spasm(20.0)],
)


def value(figures: tuple[agreement.Figure, ...], measure: str) -> float:
    """The value of one figure."""
    return next(f.estimate.value for f in figures if f.measure == measure)


def test_events_are_counted_over_all_and_over_what_is_claimed() -> None:
    """Recall of what is claimed counts only true spasms of 1 mm or more, or 30 % closure."""
    figures = agreement.events([CLIP, a_clip(found=[a_spasm(3.0)])])

    assert value(figures, "event_precision") == pytest.approx(2 / 4)
    assert value(figures, "event_recall") == pytest.approx(2 / 3)
    assert value(figures, "event_f1") == pytest.approx(4 / 7)
    assert value(figures, "claimed_recall") == pytest.approx(1 / 2)
    assert value(figures, "claimed_f1") == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("mm", "closure", "is_claimed"),
    [(0.9, 0.29, False), (1.0, 0.0, True), (0.5, 0.3, True), (math.nan, math.nan, True)],
)
def test_what_is_claimed(mm: float, closure: float, *, is_claimed: bool) -> None:
    """1 mm in any region or 30 % of the eye; a labelled spasm of unknown size too."""
    assert agreement.is_claimed(a_spasm(1, amplitude_mm=mm, closure=closure)) is is_claimed


def test_the_wrong_side_counts_against_the_side() -> None:
    """Three on their side and one on the other: 75 %."""
    four = [a_spasm(t) for t in (1.0, 2.0, 3.0, 4.0)]
    clip = a_clip(four, [*four[:3], a_spasm(4.0, side=Side.RIGHT)], wrong_side=((3, 3),))

    assert value(agreement.sides([clip]), "side_accuracy") == 0.75
    assert value(agreement.sides([clip]), "affected_side_accuracy") == 1.0


def test_regions_have_recall_over_all_and_precision_over_the_matched() -> None:
    """A cheek of 0.3 mm need not be named; naming it is not wrong."""
    both = (Region.EYELID, Region.CHEEK)
    strong = a_spasm(1, regions=both, region_mm={Region.EYELID: 2, Region.CHEEK: 1})
    faint = a_spasm(3, regions=both, region_mm={Region.EYELID: 2, Region.CHEEK: 0.3})
    missed = a_spasm(5, regions=both, region_mm={Region.EYELID: 2, Region.CHEEK: 1})
    lid = a_spasm(7)
    clip = a_clip(
        [strong, faint, missed, lid],
        [a_spasm(t, regions=both) for t in (1, 3, 7)],
    )
    figures = agreement.regions([clip])

    assert value(figures, "cheek_recall") == pytest.approx(1 / 2)
    assert value(figures, "cheek_named_recall") == 1.0
    assert value(figures, "cheek_precision") == pytest.approx(2 / 3)
    assert value(figures, "cheek_f1") == pytest.approx(2 * (1 / 2) * (2 / 3) / (7 / 6))
    assert math.isnan(value(figures, "neck_f1"))


def test_times_are_found_minus_true() -> None:
    """Onsets 10 and 20 ms late: median error and bias 15 ms, 0.45 frames."""
    figures = agreement.times([CLIP])

    assert value(figures, "onset_error") == pytest.approx(15.0)
    assert value(figures, "onset_bias") == pytest.approx(15.0)
    assert value(figures, "onset_error_p90") == pytest.approx(19.0)
    assert value(figures, "onset_error_frames") == pytest.approx(0.45)


def test_sizes_have_a_bias_and_limits_of_agreement() -> None:
    """+0.2 and +0.1 mm: bias 0.15, limits ± 1.96 x 0.0707 around it."""
    figures = agreement.sizes([CLIP])
    limits = next(f.estimate for f in figures if f.measure == "amplitude_agreement")

    assert value(figures, "amplitude_bias") == pytest.approx(0.15)
    assert (limits.low, limits.high) == pytest.approx((0.0114, 0.2886), abs=1e-3)
    assert value(figures, "amplitude_kept") == pytest.approx((1.1 + 1.25) / 2)
    assert value(figures, "kind_accuracy") == 1.0


def test_kind_is_that_of_matched_spasms() -> None:
    """A tonic spasm told as clonic is wrong."""
    clip = a_clip([a_spasm(1, kind=Kind.TONIC), a_spasm(3)], [a_spasm(1), a_spasm(3)])

    assert value(agreement.sizes([clip]), "kind_accuracy") == 0.5


def test_a_rate_is_held_against_the_true_one() -> None:
    """3 a minute told as 3.3 (3.1 to 4): 10 % too high, and not within its interval."""
    off = a_clip(CLIP.true, CLIP.found, rate=Estimate(3.3, 3.1, 4.0))
    fine = a_clip(CLIP.true, CLIP.found, rate=Estimate(2.7, 1.0, 5.0))
    silent = a_clip(CLIP.true, CLIP.found, rate=Estimate(math.nan, math.nan, math.nan))
    figures = agreement.rates([off, fine, silent])

    assert value(figures, "rate_error") == pytest.approx(10.0)
    assert value(figures, "rate_bias") == pytest.approx(0.0, abs=1e-9)
    assert value(figures, "rate_coverage") == 0.5


def test_blinks_are_counted_for_each_eye() -> None:
    """An eye without labels has no figure."""
    clip = a_clip(blinks={Side.LEFT: BlinkCount(8, 2, 4)})
    figures = agreement.blinks([clip])

    assert value(figures, "blink_left_precision") == 0.8
    assert value(figures, "blink_left_recall") == pytest.approx(2 / 3)
    assert math.isnan(value(figures, f"blink_{SIDES[1]}_f1"))


def test_false_spasms_are_counted_by_usable_minute() -> None:
    """Two in half a usable minute are four a minute; half of the minute was usable."""
    clip = a_clip(found=[a_spasm(1), a_spasm(2), a_spasm(3)], usable_s=30.0, ignored=(2,))
    figures = agreement.false_events([clip])

    assert value(figures, "false_per_min") == pytest.approx(4.0)
    assert value(figures, "usable") == 0.5


def test_the_smallest_change_is_that_of_two_repeats() -> None:
    """Rates 8, 10, 12 and 5, 5, 5: SEM sqrt(8 / 4), change 1.96 x sqrt 2 x SEM."""
    people = [
        [a_clip(rate=Estimate(rate, 0, 1)) for rate in rates] for rates in ((8, 10, 12), (5, 5, 5))
    ]
    figures = agreement.repeatability(people)

    assert value(figures, "rate_sem") == pytest.approx(math.sqrt(2))
    assert value(figures, "rate_smallest_change") == pytest.approx(1.96 * 2)


def test_a_delay_is_told_in_frames_of_its_clip() -> None:
    """10 ms are 0.3 frames at 30 a second."""
    figures = agreement.fidelity([a_clip(fidelities=(Fidelity(0.9, 0.01),))])

    assert value(figures, "signal_kept") == 0.9
    assert value(figures, "signal_delay") == pytest.approx(0.3)
