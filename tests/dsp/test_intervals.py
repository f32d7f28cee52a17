"""Runs of samples are half-open index spans."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasm_video.dsp.intervals import above_with_hysteresis, merge_close, runs


@pytest.mark.parametrize(
    ("flags", "spans"),
    [
        ([], []),
        ([False, False], []),
        ([True, True], [(0, 2)]),
        ([True, False, True], [(0, 1), (2, 3)]),
    ],
)
def test_runs_are_half_open(flags: list[bool], spans: list[tuple[int, int]]) -> None:
    """They reach from the first true sample to the one after the last."""
    assert runs(np.array(flags, np.bool_)) == spans


@given(st.lists(st.booleans(), max_size=40))
def test_runs_say_all_there_is(flags: list[bool]) -> None:
    """Painting the runs gives the flags back, and no two runs touch."""
    found = runs(np.array(flags, np.bool_))
    painted = np.zeros(len(flags), np.bool_)
    for start, stop in found:
        painted[start:stop] = True

    assert painted.tolist() == flags
    assert all(one[1] < two[0] for one, two in pairwise(found))


def test_a_run_must_enter_above_and_may_stay_lower() -> None:
    """The first bump never enters; the second is kept down to the lower level."""
    values = np.array([0, 3, 3, 0, 2, 5, 2, 1, 0])

    assert above_with_hysteresis(values, enter=4, leave=1) == [(4, 7)]


def test_the_levels_themselves_are_not_above() -> None:
    """Exactly at a level is not beyond it."""
    values = np.array([0.0, 4.0, 0.0, 1.0, 5.0, 1.0])

    assert above_with_hysteresis(values, enter=4, leave=1) == [(4, 5)]


def test_missing_ends_a_run() -> None:
    """What was not measured joins nothing, and no warning is given."""
    values = np.array([5.0, np.nan, 5.0, np.nan, 2.0])

    assert above_with_hysteresis(values, enter=4, leave=1) == [(0, 1), (2, 3)]


def test_gaps_are_measured_in_seconds() -> None:
    """The same spans join or not by their times: the gap is from last frame to first."""
    spans = [(0, 2), (3, 5)]

    assert merge_close(spans, np.arange(5) / 30, gap_s=0.1) == [(0, 5)]
    assert merge_close(spans, np.arange(5) / 10, gap_s=0.1) == spans
    assert merge_close([], np.arange(5) / 10, gap_s=0.1) == []


def test_a_chain_of_close_spans_is_one() -> None:
    """Joining goes on from the joined."""
    spans = [(0, 1), (2, 3), (4, 5), (9, 10)]

    assert merge_close(spans, np.arange(10) / 10, gap_s=0.25) == [(0, 5), (9, 10)]
