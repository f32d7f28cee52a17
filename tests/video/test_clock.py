"""Times strictly increase, and are the stamps wherever these can be used."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasm_video.video.clock import PresentationClock, trusted_column

MILLISECOND = Fraction(1, 1000)
EVEN_MS = list(range(0, 480, 30))


def read(stamps: list[int | None], nominal_s: float = 0.03) -> tuple[list[float], int]:
    """The times of these stamps (ms), and how many were repaired."""
    clock = PresentationClock(MILLISECOND, nominal_s)
    return [clock.time_s(stamp) for stamp in stamps], clock.n_repairs


def test_good_stamps_are_the_times() -> None:
    """Uneven stamps are taken to the microsecond, from the first one on, gaps and all."""
    times_s, repairs = read([1033, 1066, 1133, 1166, 2166])

    assert times_s == pytest.approx([0, 0.033, 0.1, 0.133, 1.133], abs=1e-9)
    assert repairs == 0


def test_times_are_exact_over_hours() -> None:
    """No error adds up: four hours of 1/90000 s ticks stay exact to a microsecond."""
    clock = PresentationClock(Fraction(1, 90000), 1 / 30)

    times_s = [clock.time_s(3003 * i) for i in range(0, 431569, 30)]

    assert times_s[-1] == pytest.approx(3003 * 431550 / 90000, abs=1e-6)


def test_an_equal_stamp_is_half_way_to_the_next() -> None:
    """The picture after it keeps its own stamp."""
    times_s, repairs = read([0, 30, 60, 60, 120])

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.075, 0.12], abs=1e-9)
    assert repairs == 1


def test_three_equal_stamps_do_not_overtake_the_next() -> None:
    """Each is half way from the one before to the next one due."""
    times_s, repairs = read([0, 30, 60, 60, 60, 90])

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.075, 0.0825, 0.09], abs=1e-9)
    assert repairs == 2


def test_a_stamp_slightly_back_is_half_way_to_the_next() -> None:
    """One slip back leaves all other times alone."""
    times_s, repairs = read([0, 30, 60, 50, 120])

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.075, 0.12], abs=1e-9)
    assert repairs == 1


def test_missing_stamps_go_on_at_the_usual_interval() -> None:
    """And the next stamp that is there is used as it is."""
    times_s, repairs = read([0, 40, 80, None, None, 200])

    assert times_s == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2], abs=1e-9)
    assert repairs == 2


def test_without_any_stamp_the_header_rate_counts() -> None:
    """Then every time is a repair."""
    times_s, repairs = read([None] * 4, nominal_s=0.04)

    assert times_s == pytest.approx([0, 0.04, 0.08, 0.12], abs=1e-9)
    assert repairs == 4


def test_the_header_rate_is_forgotten_once_a_step_was_seen() -> None:
    """Headers are wrong more often than stamps."""
    times_s, _ = read([0, 40, None], nominal_s=0.01)

    assert times_s == pytest.approx([0, 0.04, 0.08], abs=1e-9)


def test_a_first_stamp_that_is_missing_does_not_shift_the_rest() -> None:
    """The first stamp there is follows one usual interval later, and the clock from it."""
    times_s, _ = read([None, 500, 530, 590], nominal_s=0.03)

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.12], abs=1e-9)


@pytest.mark.parametrize("jump_ms", [-100_000, -130, 7_200_000])
def test_a_clock_that_was_set_is_followed_from_there(jump_ms: int) -> None:
    """Far back, or hours ahead: one usual interval, then the stamps again."""
    times_s, repairs = read([0, 30, 60, 90, 120 + jump_ms, 150 + jump_ms, 210 + jump_ms])

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.21], abs=1e-9)
    assert repairs == 1


def test_a_single_wild_stamp_leaves_no_trace() -> None:
    """One stamp hours ahead is repaired, and so is the return from it."""
    times_s, repairs = read([0, 30, 60, 90_000_000, 120, 150])

    assert times_s == pytest.approx([0, 0.03, 0.06, 0.09, 0.12, 0.15], abs=1e-9)
    assert repairs == 2


def test_a_clock_that_stands_still_is_replaced() -> None:
    """After four equal stamps in a row, time goes on at the usual interval."""
    times_s, repairs = read([0, 30, 60, *[60] * 6])

    steps_s = [after - before for before, after in pairwise(times_s)]
    assert steps_s[-2:] == pytest.approx([0.03, 0.03], abs=1e-9)
    assert repairs == 6


def test_the_usual_interval_is_a_median() -> None:
    """A gap before a missing stamp does not make the next interval long."""
    times_s, _ = read([0, 30, 60, 90, 1090, None])

    assert times_s[-1] == pytest.approx(1.12, abs=1e-9)


@given(
    stamps=st.lists(
        st.none() | st.integers(-(10**9), 10**9) | st.integers(-50, 50), min_size=2, max_size=60
    )
)
def test_times_strictly_increase_whatever_the_stamps(stamps: list[int | None]) -> None:
    """The first time is 0, and each is greater than the one before."""
    times_s, repairs = read(stamps)

    assert times_s[0] == 0
    assert all(after > before for before, after in pairwise(times_s))
    assert 0 <= repairs <= len(stamps)


@given(stamps=st.lists(st.integers(0, 10**6), min_size=2, max_size=40, unique=True).map(sorted))
def test_increasing_stamps_are_never_touched(stamps: list[int]) -> None:
    """However uneven they are."""
    times_s, repairs = read(list(stamps))

    assert times_s == pytest.approx([(s - stamps[0]) / 1000 for s in stamps], abs=1e-6)
    assert repairs == 0


def test_good_presentation_stamps_are_trusted() -> None:
    """The decoding stamps are not looked at then."""
    assert trusted_column(EVEN_MS, [None] * len(EVEN_MS)) == "pts"


def test_shuffled_presentation_stamps_are_decoding_stamps_in_disguise() -> None:
    """As in an AVI with B-frames: the decoding stamps, in the order shown, are right."""
    assert trusted_column([62, 66, 64, 70, 68, 74, 72], [62, 64, 66, 68, 70, 72, None]) == "dts"


def test_one_slip_back_does_not_change_the_column() -> None:
    """A single bad stamp is the clock's business."""
    slipped = [*EVEN_MS[:6], 140, *EVEN_MS[7:]]

    assert trusted_column(slipped, EVEN_MS) == "pts"


def test_equal_stamps_are_not_shuffled() -> None:
    """They are each repaired; the decoding stamps say nothing better of them."""
    doubled = [*EVEN_MS[:6], EVEN_MS[5], *EVEN_MS[7:10], EVEN_MS[9], *EVEN_MS[11:]]

    assert trusted_column(doubled, EVEN_MS) == "pts"


def test_decoding_stamps_that_count_packets_are_not_times() -> None:
    """They must be about as far apart as the presentation stamps."""
    shuffled = [0, 90, 60, 180, 150, 270, 240, 360, 330, 450, 420, 510]

    assert trusted_column(shuffled, list(range(len(shuffled)))) == "none"


@pytest.mark.parametrize("stamps", [[None] * 8, [0] * 8, [240, 210, 180, 150, 120, 90, 60, 30]])
def test_stamps_that_are_missing_equal_or_reversed_are_not_followed(
    stamps: list[int | None],
) -> None:
    """Then the header's rate is the better guess."""
    assert trusted_column(stamps, stamps) == "none"


def test_a_single_picture_needs_no_column() -> None:
    """One stamp is enough to be at time 0."""
    assert trusted_column([17], [None]) == "pts"
