"""
Two years of a person, every visit a simulated recording that is measured as any other.

Nothing is handed from the truth to the timeline but the days and the treatments.
"""

from __future__ import annotations

import math

import pytest

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.course import AlertKind, Timeline, Verdict
from spasm_video.measure.timeline import timeline
from spasm_video.records import AffectedSide
from tests.measure.courses import MIRRORED, TWO_YEARS, UNUSABLE, Truth, on
from tests.pipeline.recordings import recorded_history


@pytest.fixture(scope="module")
def found() -> Timeline:
    """The timeline of twenty-four recordings of three minutes."""
    return timeline(recorded_history(TWO_YEARS))


def test_the_rate_of_each_visit_is_that_of_the_truth(found: Timeline) -> None:
    """Within its interval on nearly every day: at most two of twenty-two lie outside."""
    outside = [
        point.day for point in found.rate.known
        if not point.low <= TWO_YEARS.rate(point.day) <= point.high
    ]  # fmt: skip

    assert len(found.rate.known) == 22
    assert len(outside) <= 2


def test_the_toxin_course_is_recovered(found: Timeline) -> None:
    """Onset on day 4, lowest from day 16, half back on day 90, 0.85 of the rate gone."""
    (toxin,) = found.toxin

    assert toxin.onset_day.value == pytest.approx(4, abs=5)
    assert toxin.nadir_day.value == pytest.approx(16, abs=6)
    assert toxin.wear_off_day.value == pytest.approx(90, abs=12)
    assert toxin.fall.value == pytest.approx(0.85, abs=0.12)
    assert toxin.reasons == ()


def test_the_surgical_course_is_recovered(found: Timeline) -> None:
    """Silent at first, spasms again, free at last, each between the visits that saw it."""
    (surgery,) = found.surgery

    assert surgery.pattern == "silent period, then spasms again, then free"
    assert surgery.silent_until_day == 4
    assert surgery.return_day == 20
    assert surgery.remission_day.high >= 640 - 480
    assert found.rate.from_first.verdict is Verdict.LARGER


def test_the_spread_is_told_in_its_order(found: Timeline) -> None:
    """Eyelid, brow, cheek, mouth, each at the first visit after it began; the neck never."""
    firsts = {one.region: one.first for one in found.spread}

    for region in REGIONS:
        begins = TWO_YEARS.begins.get(region)
        seen = [day for day in TWO_YEARS.days if begins is not None and day >= begins]
        assert firsts[region] == (on(seen[0]) if seen else None), region
    assert firsts[Region.NECK] is None


def test_weakness_is_told_where_it_was_and_nowhere_else(found: Timeline) -> None:
    """On a line of its own, with the doubt that it throws on the rate."""
    weak = [alert for alert in found.alerts if alert.kind is AlertKind.WEAKNESS]

    assert [alert.date for alert in weak] == [on(63), on(240), on(500)]
    assert all("may be weakness" in alert.words for alert in weak)
    for point in found.weakness.known:
        assert point.value == pytest.approx(TWO_YEARS.weak.get(int(point.day), 0.0), abs=3)


def test_the_mirrored_and_the_unusable_visit_are_told(found: Timeline) -> None:
    """One is left out with the reason; the other is a gap and no zero."""
    assert [left.session.date for left in found.left_out] == [on(MIRRORED)]
    assert found.left_out[0].session.side is AffectedSide.LEFT
    (gap,) = [point for point in found.rate.points if not math.isfinite(point.value)]
    assert gap.day == UNUSABLE
    assert "too small" in gap.reason


@pytest.mark.parametrize("side", list(Side))
def test_a_side_that_weakens_under_the_same_spasms_is_no_cure(side: Side) -> None:
    """As many spasms a minute, a fifth smaller, the eye wider: no fall, and weakness is told."""
    truth = Truth(
        days=(0, 30, 60, 90, 120, 150), plateau=12.0, minutes=2.0, side=side, seed=3,
        weak={90: 18.0, 120: 18.0, 150: 18.0},
    )  # fmt: skip
    history = recorded_history(truth)
    line = timeline(history)

    assert line.side is side
    assert line.rate.from_first.verdict is Verdict.NOT_LARGER
    assert line.rate.trend.verdict is not Verdict.LARGER
    assert [a.date for a in line.alerts if a.kind is AlertKind.WEAKNESS] == [on(90)]
    smaller = [one.measure("median_amplitude_mm").value for one in history.sessions]
    assert max(smaller[3:]) < min(smaller[:3])
