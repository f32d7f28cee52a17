"""Which side is affected, and when that cannot be told."""

from __future__ import annotations

import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.measure.laterality import affected_side
from spasm_video.params import SummaryParams
from spasm_video.records import AffectedSide, Kind, RegionPart, SpasmEvent

PARAMS = SummaryParams()
LONG_S = 60.0


def events(left: int = 0, right: int = 0, confidence: float = 0.6) -> tuple[SpasmEvent, ...]:
    """So many events of either side."""
    parts = (RegionPart(Region.EYELID, 2.0, 0.0),)
    return tuple(
        SpasmEvent(i, i + 0.1, i + 0.2, side, Kind.CLONIC, parts, confidence, other_babinski=False)
        for i, side in enumerate([Side.LEFT] * left + [Side.RIGHT] * right)
    )


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [
        (12, 0, "left"),
        (0, 12, "right"),
        (9, 3, "left"),  # three of four
        (3, 9, "right"),
        (3, 0, "left"),
        (3, 1, "left"),
        (8, 4, "both"),
        (3, 3, "both"),
        (4, 2, "undetermined"),
        (2, 0, "undetermined"),  # two faint ones may be chance
        (1, 1, "undetermined"),
        (0, 1, "undetermined"),
        (0, 0, "none"),
    ],
)
def test_the_side_follows_from_the_counts(left: int, right: int, side: str) -> None:
    """Three of four events, and three at least; three of each side are both."""
    assert affected_side(events(left, right), LONG_S, PARAMS)[0] is AffectedSide(side)


def test_two_clear_events_name_a_side() -> None:
    """One does not, however clear."""
    assert affected_side(events(2, confidence=0.9), LONG_S, PARAMS)[0] is AffectedSide.LEFT
    assert affected_side(events(1, confidence=0.99), LONG_S, PARAMS)[0] is AffectedSide.UNDETERMINED


def test_no_spasm_in_a_few_seconds_is_not_none() -> None:
    """Below ten usable seconds "none" is not claimed."""
    assert affected_side((), 9.9, PARAMS)[0] is AffectedSide.UNDETERMINED
    assert affected_side((), 10.0, PARAMS)[0] is AffectedSide.NONE


@pytest.mark.parametrize(
    ("left", "right", "p_value", "words"),
    [
        (5, 0, 0.0625, "5 left, 0 right, p = 0.062"),
        (3, 3, 1.0, "3 left, 3 right, p = 1.000"),
        (0, 12, 2 / 4096, "0 left, 12 right, p < 0.001"),
        (0, 0, 1.0, "no spasm seen"),
    ],
)
def test_the_evidence_is_counted_and_weighed(
    left: int, right: int, p_value: float, words: str
) -> None:
    """Two-sided binomial against a fair coin, and in words."""
    why = affected_side(events(left, right), LONG_S, PARAMS)[1]

    assert (why.left_events, why.right_events) == (left, right)
    assert why.p_value == pytest.approx(p_value)
    assert why.words == words
