"""The timeline against courses of known truth, and against what must not be said."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.course import AlertKind, Point, Verdict
from spasm_video.history import History, Segment, Subject, Treatment, TreatmentKind, WorkUp
from spasm_video.measure.timeline import timeline
from spasm_video.measure.timeline.lines import change
from spasm_video.params import TimelineParams
from spasm_video.records import AffectedSide
from tests.measure.courses import (
    MIRRORED,
    NAN,
    TWO_YEARS,
    UNUSABLE,
    Cycle,
    Truth,
    changed,
    on,
    unusable,
)

OFTEN = (-30, -2, 3, 7, 12, 20, 35, 50, 65, 80, 95, 110, 125, 140,
         150, 156, 163, 175, 200, 225, 250, 270)  # fmt: skip
MONTHLY = tuple(range(0, 360, 30))
TOXIN = Truth(days=OFTEN, cycles=(Cycle(0), Cycle(150)))
SEEDS = range(8)


def alerts(history: History, kind: AlertKind) -> list[str]:
    """The words of the alerts of a kind."""
    return [alert.words for alert in timeline(history).alerts if alert.kind is kind]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_toxin_course_is_that_of_the_truth(seed: int) -> None:
    """Onset within 5 days, full effect within 6, wearing off within 10, depth within 0.12."""
    (course,) = timeline(dataclasses.replace(TOXIN, seed=seed).history()).toxin

    assert course.onset_day.value == pytest.approx(4, abs=5)
    assert course.nadir_day.value == pytest.approx(16, abs=6)
    assert course.wear_off_day.value == pytest.approx(90, abs=10)  # half of the way from 70 to 110
    assert course.fall.value == pytest.approx(0.85, abs=0.12)
    assert course.reasons == ()


def test_the_intervals_of_the_course_hold_the_truth() -> None:
    """In at least 85 of 100 fits of 95 % intervals: half return, on days it was simulated."""
    held = 0
    for seed in range(40):
        (course,) = timeline(dataclasses.replace(TOXIN, seed=seed + 100).history()).toxin
        held += course.wear_off_day.low <= 90 <= course.wear_off_day.high

    assert held >= 34


def test_another_toxin_gives_another_course() -> None:
    """Later, shallower and shorter: the numbers follow the truth, not what is usual."""
    slow = Cycle(0, onset=9, lowest=24, returns=40, back=70, left=0.4)
    (course,) = timeline(
        Truth(days=OFTEN, minutes=5, cycles=(slow, dataclasses.replace(slow, day=150))).history()
    ).toxin

    assert course.onset_day.value == pytest.approx(9, abs=5)
    assert course.wear_off_day.value == pytest.approx(55, abs=10)
    assert course.fall.value == pytest.approx(0.6, abs=0.12)


@pytest.mark.parametrize("seed", SEEDS)
def test_monthly_visits_do_not_tell_the_onset(seed: int) -> None:
    """They do tell wearing off; what they do not carry is said to be unknown, with the reason."""
    days = tuple(range(-30, 330, 30))
    (course,) = timeline(dataclasses.replace(TOXIN, days=days, seed=seed).history()).toxin

    assert math.isnan(course.onset_day.value)
    assert any(reason.startswith("Onset: cannot tell") for reason in course.reasons)
    assert course.wear_off_day.value == pytest.approx(90, abs=12)


def test_without_a_fall_there_is_no_course() -> None:
    """Toxin that did nothing is not fitted into a curve."""
    nothing = Cycle(0, left=1.0)
    for seed in SEEDS:
        (course,) = timeline(Truth(days=OFTEN, cycles=(nothing,), seed=seed).history()).toxin

        assert course.curve == ()
        assert math.isnan(course.wear_off_day.value)
        assert course.reasons


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ((5, 20, 40, 60, 80, 100), "before the first injection"),
        ((-3, 10, 30), "a course needs 5"),
        ((-3, 220, 230, 240, 250, 260), "a course needs 5"),
    ],
)
def test_what_the_data_do_not_carry_is_not_fitted(days: tuple[int, ...], reason: str) -> None:
    """Nothing before, too few, or too late after: cannot tell, and why."""
    (course,) = timeline(Truth(days=days, cycles=(Cycle(0),)).history()).toxin

    assert reason in course.reasons[0]
    assert math.isnan(course.onset_day.value)


def test_toxin_that_does_not_come_back_yet_has_no_wearing_off() -> None:
    """A return nobody has seen is not drawn out of the curve."""
    days = (-20, -3, 3, 6, 9, 14, 20, 28, 40)
    (course,) = timeline(Truth(days=days, minutes=5, cycles=(Cycle(0),)).history()).toxin

    assert math.isnan(course.wear_off_day.value)
    assert any("Wearing off" in reason for reason in course.reasons)


AFTER = {0: 20.0, 1: 0.0, 8: 0.0, 12: 12.0, 90: 9.0, 150: 0.0, 400: 0.0}


def operated(days: tuple[int, ...], after: dict[int, float], **more: int) -> Truth:
    """A course with an operation on day 0."""
    return Truth(days=days, surgery=0, after_surgery=after, **more)  # type: ignore[arg-type]


def test_a_silent_period_and_a_delayed_remission_are_seen() -> None:
    """Free at first, spasms again, free at last: each between the sessions that saw it."""
    days = (-10, 2, 6, 14, 30, 60, 90, 130, 160, 200, 300)
    (course,) = timeline(operated(days, AFTER).history()).surgery

    assert course.pattern == "silent period, then spasms again, then free"
    assert (course.silent_until_day, course.return_day) == (6, 14)
    assert (course.remission_day.low, course.remission_day.high) == (130, 160)
    assert course.reasons == ()


def test_before_a_year_is_over_nothing_is_called_a_failure() -> None:
    """Spasms half a year after: open, not failed; the word is not there at all."""
    (course,) = timeline(operated((-10, 3, 40, 180), {0: 20.0, 400: 15.0}).history()).surgery

    assert course.pattern == "spasms in every session since"
    assert math.isnan(course.remission_day.value)
    assert any("all is open" in reason for reason in course.reasons)
    assert "fail" not in repr(course).lower()


def test_at_once_free_is_seen() -> None:
    """From the first session on."""
    (course,) = timeline(operated((-10, 3, 40, 180), {0: 0.0, 400: 0.0}).history()).surgery

    assert course.pattern == "free in every session since"
    assert (course.remission_day.low, course.remission_day.high) == (0, 3)


def test_a_late_first_session_cannot_show_a_silent_period() -> None:
    """And says so."""
    (course,) = timeline(operated((-10, 40, 80), {0: 0.0, 60: 0.0, 70: 9.0}).history()).surgery

    assert math.isnan(course.silent_until_day)
    assert any("could not be seen" in reason for reason in course.reasons)


def test_one_free_session_confirms_nothing() -> None:
    """The next one may show spasms again."""
    (course,) = timeline(operated((-10, 3, 40, 90), {0: 9.0, 60: 9.0, 70: 0.0}).history()).surgery

    assert any("one session confirms nothing" in reason for reason in course.reasons)


def test_the_spread_is_told_in_the_order_of_the_truth() -> None:
    """Eyelid from the start, cheek, mouth and neck when they began; the brow never."""
    begins = {Region.EYELID: -1000, Region.CHEEK: 100, Region.MOUTH: 200, Region.NECK: 300}
    found = timeline(Truth(days=MONTHLY, begins=begins).history()).spread
    firsts = {one.region: one for one in found}

    assert firsts[Region.EYELID].first == on(0)
    assert firsts[Region.EYELID].not_before is None
    for region, day in ((Region.CHEEK, 120), (Region.MOUTH, 210), (Region.NECK, 300)):
        assert firsts[region].first == on(day)
        assert firsts[region].not_before == on(day - 30)
        assert firsts[region].is_confirmed
    assert firsts[Region.BROW].first is None
    assert "not taken part" in firsts[Region.BROW].reason


def test_a_region_that_could_not_be_seen_is_not_called_free() -> None:
    """None, not False; and a first time after it is not dated too finely."""
    history = Truth(days=MONTHLY, begins={Region.EYELID: -1000, Region.NECK: 100}).history()
    hidden = tuple(
        changed(one, neck_left_spasms_per_min=NAN) if one.number in {3, 4} else one
        for one in history.sessions
    )
    neck = timeline(dataclasses.replace(history, sessions=hidden)).spread[-1]

    assert neck.states[2] is neck.states[3] is None
    assert (neck.not_before, neck.first) == (on(30), on(120))


def test_a_rising_rate_has_a_trend_and_a_steady_one_has_none() -> None:
    """Two more a minute every 30 days, known within 0.8; and none at all."""
    history = Truth(days=MONTHLY, minutes=5).history()
    rising = tuple(
        dataclasses.replace(
            one,
            measures=tuple(
                dataclasses.replace(m, value=m.value - 10 + 2 * at)
                if m.name == "spasms_per_min" else m for m in one.measures
            ),
        )
        for at, one in enumerate(history.sessions)
    )  # fmt: skip
    told = timeline(dataclasses.replace(history, sessions=rising)).rate.trend
    steady = timeline(history).rate.trend

    assert told.per_30_days.value == pytest.approx(2, abs=0.8)
    assert told.verdict is Verdict.LARGER
    assert steady.per_30_days.low < 0 < steady.per_30_days.high
    assert steady.verdict is Verdict.NOT_LARGER


def test_a_trend_needs_visits_and_time() -> None:
    """Four visits, or a fortnight, carry none."""
    few, short = Truth(days=(0, 30, 60, 90)), Truth(days=(0, 3, 6, 9, 12))

    for truth in (few, short):
        found = timeline(truth.history()).rate.trend
        assert math.isnan(found.per_30_days.value)
        assert found.verdict is Verdict.UNKNOWN
        assert found.reason


def test_same_rates_are_seldom_told_apart() -> None:
    """First against last of the same truth: larger than the error in at most 6 of 60."""
    larger = 0
    for seed in range(60):
        found = timeline(Truth(days=(0, 60), seed=seed).history()).rate.from_first
        larger += found.verdict is Verdict.LARGER

    assert larger <= 6


def test_a_halved_rate_of_three_minutes_is_told() -> None:
    """20 a minute to 8: larger than the error, by the right amount, within its interval."""
    truth = Truth(days=(0, 60), cycles=(Cycle(30, onset=1, lowest=5, left=0.4),), seed=3)
    found = timeline(truth.history()).rate

    for told in (found.from_first, found.from_treatment):
        assert told.verdict is Verdict.LARGER
        assert told.difference.low <= -12 <= told.difference.high
        assert told.percent == pytest.approx(-60, abs=15)
    assert found.from_treatment.since == f"before the toxin of {on(30)}"


def test_the_error_comes_from_repeats_where_there_are_enough() -> None:
    """Four sessions a day for three days: 1.96 x sqrt 2 x the spread within a day."""
    days = (0, 0, 0, 0, 30, 30, 30, 30, 60, 60, 60, 60)
    found = timeline(Truth(days=days, minutes=3).history()).rate
    poisson = math.sqrt(20 / 3)  # standard error of a rate of 20 a minute counted for 3 minutes

    assert found.found_by == "12 repeats of the same day"
    assert found.smallest_change == pytest.approx(1.96 * math.sqrt(2) * poisson, rel=0.5)


def test_without_repeats_the_error_comes_from_the_intervals() -> None:
    """Within a tenth of what counting gives."""
    found = timeline(Truth(days=MONTHLY).history()).rate

    assert found.found_by == "the intervals of the sessions"
    expected = 1.96 * math.sqrt(2) * math.sqrt(20 / 3)
    assert found.smallest_change == pytest.approx(expected, rel=0.1)


def test_without_interval_and_repeats_a_change_cannot_be_told() -> None:
    """The lids at rest have neither here: unknown, not "unchanged"."""
    found = timeline(Truth(days=MONTHLY).history()).weakness.from_first

    assert found.verdict is Verdict.UNKNOWN
    assert found.reason


def test_a_change_needs_to_be_larger_than_repeats_stray() -> None:
    """Narrow intervals do not help where the same day gives other numbers."""
    early, late = Point(1, on(0), 0, 20.0, 19.0, 21.0), Point(2, on(9), 9, 15.0, 14.0, 16.0)

    assert change("", early, late, NAN).verdict is Verdict.LARGER
    assert change("", early, late, 8.0).verdict is Verdict.NOT_LARGER


def test_only_sessions_of_one_method_make_a_line() -> None:
    """The others are named with their remedy, and nothing of them enters a number."""
    history = Truth(days=MONTHLY).history()
    old = tuple(
        dataclasses.replace(one, made_with={"package_version": "0"}) if one.number <= 3 else one
        for one in history.sessions
    )
    found = timeline(dataclasses.replace(history, sessions=old))

    assert [one.number for one in found.sessions] == list(range(4, 13))
    assert [one.session.number for one in found.left_out] == [1, 2, 3]
    assert all("sessions remeasure P01" in one.reason for one in found.left_out)
    assert len({one.method for one in found.sessions}) == 1


def test_only_one_task_makes_a_line() -> None:
    """Smiles are not compared with rest."""
    history = Truth(days=MONTHLY).history()
    mixed = tuple(
        dataclasses.replace(one, segment=Segment.SMILE) if one.number % 3 == 0 else one
        for one in history.sessions
    )
    history = dataclasses.replace(history, sessions=mixed)

    assert len(timeline(history).sessions) == 8
    assert len(timeline(history, segment=Segment.SMILE).sessions) == 4


def test_a_mirrored_session_is_left_out_and_told() -> None:
    """Until somebody confirms it; then it is kept, and told."""
    history = Truth(days=MONTHLY).history()
    for is_confirmed in (False, True):
        turned = tuple(
            dataclasses.replace(one, side=AffectedSide.RIGHT, is_confirmed=is_confirmed)
            if one.number == 5 else one for one in history.sessions
        )  # fmt: skip
        mixed = dataclasses.replace(history, sessions=turned)
        found = timeline(mixed)

        assert (5 in {one.number for one in found.sessions}) is is_confirmed
        (words,) = alerts(mixed, AlertKind.SIDE)
        assert str(on(120)) in words
        assert "right" in words


def test_an_unusable_session_is_a_gap_and_no_zero() -> None:
    """It stays on the line as unknown, with its reason."""
    history = Truth(days=MONTHLY).history()
    dark = tuple(
        changed(one, spasms_per_min=NAN, tonic_fraction=NAN) if one.number == 6 else one
        for one in history.sessions
    )
    found = timeline(dataclasses.replace(history, sessions=dark)).rate

    assert math.isnan(found.points[5].value)
    assert found.points[5].reason == "Not assessable."
    assert len(found.known) == 11
    assert min(point.value for point in found.known) > 5


def test_weakness_is_no_cure() -> None:
    """The rate falls while the eye stands wider: told, on a line of its own, with the doubt."""
    truth = Truth(days=MONTHLY, cycles=(Cycle(45),), weak={60: 18.0, 90: 15.0})
    found = timeline(truth.history())

    values = {point.day: point.value for point in found.weakness.points}
    assert values[60] == pytest.approx(18, abs=2)
    assert values[0] == pytest.approx(0, abs=2)
    (words,) = alerts(truth.history(), AlertKind.WEAKNESS)
    assert "sign of weakness" in words
    assert "may be weakness" in words
    assert "cure" not in words


@pytest.mark.parametrize("side", list(Side))
def test_the_side_turns_nothing_but_itself(side: Side) -> None:
    """A mirrored life gives the same lines: weakness is that of the affected eye."""
    truth = Truth(days=MONTHLY, side=side, weak={60: 18.0})
    found = timeline(truth.history())

    assert found.side is side
    assert found.weakness.points[2].value == pytest.approx(18, abs=2)
    assert found.regions[0].known[0].value > 5


def test_a_relapse_is_told_once_it_is_larger_than_the_error() -> None:
    """After the toxin wears off; not while it works, and not without a treatment."""
    worn = Truth(days=(-10, 20, 40, 60, 130), cycles=(Cycle(0),))
    works = dataclasses.replace(worn, days=(-10, 20, 40, 60))
    untreated = dataclasses.replace(worn, cycles=())

    assert len(alerts(worn.history(), AlertKind.RELAPSE)) == 1
    assert alerts(works.history(), AlertKind.RELAPSE) == []
    assert alerts(untreated.history(), AlertKind.RELAPSE) == []


def test_a_poorer_picture_is_told() -> None:
    """A higher limit, a slower camera and a short usable time each make the rate look lower."""
    history = Truth(days=MONTHLY).history()
    newest = changed(history.sessions[-1], eyelid_left_limit_mm=1.2, real_fps=15.0)
    newest = dataclasses.replace(newest, usable_s=20.0)
    poorer = dataclasses.replace(history, sessions=(*history.sessions[:-1], newest))

    words = " ".join(alerts(poorer, AlertKind.QUALITY))

    for told in ("11 %", "1.20 mm", "15 frames a second"):
        assert told in words
    assert alerts(history, AlertKind.QUALITY) == []


def test_nothing_in_is_nothing_out() -> None:
    """No session, one session, one without a number: lines that are empty, and say so."""
    empty = timeline(History(subject=Subject(code="P01"), sessions=()))
    one = timeline(Truth(days=(0,)).history())

    assert not empty.sessions
    assert not empty.rate.points
    assert "no session" in " ".join(empty.limits)
    assert one.rate.from_first.verdict is Verdict.UNKNOWN
    assert math.isnan(one.rate.trend.per_30_days.value)
    assert empty.last_treatment is None


def test_the_side_that_was_entered_counts() -> None:
    """A work-up's side is taken where it is known."""
    history = Truth(days=MONTHLY, side=Side.RIGHT).history()
    entered = dataclasses.replace(history, work_up=WorkUp(side=Side.LEFT))

    assert timeline(history).side is Side.RIGHT
    assert timeline(entered).side is Side.LEFT
    assert len(timeline(entered).left_out) == 12


def test_a_drug_ends_no_course() -> None:
    """Toxin and operations do; a tablet beside them is drawn, and no more."""
    history = TOXIN.history()
    drug = Treatment(subject="P01", kind=TreatmentKind.DRUG, date=on(30), product="B")
    both = dataclasses.replace(history, treatments=(history.treatments[0], drug,
                                                    history.treatments[1]))  # fmt: skip

    assert timeline(both).toxin == timeline(history).toxin


def test_the_same_history_gives_the_same_timeline() -> None:
    """Whatever the order in which the sessions come."""
    history = TOXIN.history()
    shuffled = tuple(np.random.default_rng(2).permutation(np.array(history.sessions, object)))

    assert repr(timeline(history)) == repr(
        timeline(dataclasses.replace(history, sessions=shuffled))
    )


def test_no_words_of_a_timeline_name_a_diagnosis_or_advice() -> None:
    """It measures."""
    truth = Truth(days=MONTHLY, cycles=(Cycle(45),), surgery=200, after_surgery={0: 9.0, 400: 9.0},
                  weak={60: 18.0})  # fmt: skip
    words = repr(timeline(truth.history())).lower()

    for word in ("diagnos", "recommend", "should", "clinically significant", "cured", "failure"):
        assert word not in words


def test_every_number_of_the_timeline_can_be_other() -> None:
    """A stricter rule gives fewer claims: no course is told with an interval of no width."""
    strict = TimelineParams(onset_told_days=0, nadir_told_days=0, wear_off_told_days=0)
    (course,) = timeline(TOXIN.history(), strict).toxin

    assert math.isnan(course.onset_day.value)
    assert math.isnan(course.wear_off_day.value)
    assert course.fall.value > 0.5


@pytest.mark.parametrize("seed", [7, 8, 9, 10])
def test_two_years_of_a_person_are_told_as_they_were(seed: int) -> None:
    """Courses, spread, remission, weakness, a mirrored and an unusable session, all at once."""
    truth = dataclasses.replace(TWO_YEARS, seed=seed)
    known = [
        unusable(one) if day == UNUSABLE
        else dataclasses.replace(one, side=AffectedSide.LEFT) if day == MIRRORED
        else one
        for one, day in zip(truth.history().sessions, truth.days, strict=True)
    ]  # fmt: skip
    found = timeline(dataclasses.replace(truth.history(), sessions=tuple(known)))

    (toxin,) = found.toxin
    assert toxin.onset_day.value == pytest.approx(4, abs=5)
    assert toxin.nadir_day.value == pytest.approx(16, abs=6)
    assert toxin.wear_off_day.value == pytest.approx(90, abs=12)
    (surgery,) = found.surgery
    assert surgery.pattern == "silent period, then spasms again, then free"
    assert surgery.silent_until_day == 4
    assert surgery.remission_day.high >= 640 - 480
    firsts = [one.first for one in found.spread]  # eyelid, brow, cheek, mouth, neck
    assert firsts[0] == on(0)
    assert firsts[0] < firsts[1] < firsts[2] < firsts[3]  # type: ignore[operator]
    assert firsts[4] is None
    assert [left.session.date for left in found.left_out] == [on(MIRRORED)]
    assert math.isnan(found.rate.points[5].value)
    weak = [alert for alert in found.alerts if alert.kind is AlertKind.WEAKNESS]
    assert len(weak) == 3
    assert all("may be weakness" in alert.words for alert in weak)
    assert found.rate.from_first.verdict is Verdict.LARGER
