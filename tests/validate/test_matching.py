"""One-to-one matching of found and true."""

from __future__ import annotations

import pytest

from spasm_video.anatomy import Side
from spasm_video.validate.matching import match
from tests.validate.conftest import a_spasm


@pytest.mark.parametrize(("late_s", "is_match"), [(0.0, True), (0.295, True), (0.305, False)])
def test_a_true_span_is_widened_by_100_ms_on_both_ends(late_s: float, *, is_match: bool) -> None:
    """A twitch of 200 ms is matched by one up to 300 ms later or earlier."""
    true = [a_spasm(5.0)]

    assert bool(match(true, [a_spasm(5.0 + late_s)])) is is_match
    assert bool(match(true, [a_spasm(5.0 - late_s)])) is is_match


def test_each_is_matched_once_and_as_many_as_possible_are() -> None:
    """The first of two true spasms gives way to the second if both can be matched then."""
    true = [a_spasm(1.0), a_spasm(1.4)]
    found = [a_spasm(1.2), a_spasm(1.6)]

    assert match(true, found) == ((0, 0), (1, 1))
    assert match(true, found[:1]) in {((0, 0),), ((1, 0),)}
    assert match(true, []) == match([], found) == ()


def test_the_pair_that_overlaps_better_is_taken() -> None:
    """Of two found spasms the nearer one."""
    assert match([a_spasm(1.0)], [a_spasm(1.15), a_spasm(1.02)]) == ((0, 1),)


def test_sides_are_matched_to_their_own() -> None:
    """The other side matches only where any side may."""
    true, found = [a_spasm(1.0)], [a_spasm(1.0, side=Side.RIGHT)]

    assert match(true, found) == ()
    assert match(true, found, any_side=True) == ((0, 0),)
