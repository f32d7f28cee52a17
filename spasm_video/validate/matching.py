"""
One-to-one matching of found and true.

A pair overlaps when the true span is widened by the tolerance on both ends. Of all ways to
pair, the one with the most pairs is taken, and among those the one that overlaps best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.anatomy import Side

TOLERANCE_S = 0.1
"""Clinical reference, bars to beat: events are matched at ±100 ms."""

_ONE_PAIR = 1000.0  # outweighs any overlap: more pairs first, better pairs second
_LEAST_S = 1e-6


class Sided(Protocol):
    """A half-open span of one side."""

    @property
    def onset_s(self) -> float:
        """Its first instant."""

    @property
    def offset_s(self) -> float:
        """Its end."""

    @property
    def side(self) -> Side:
        """The patient's own."""


def match(
    true: Sequence[Sided],
    found: Sequence[Sided],
    *,
    tolerance_s: float = TOLERANCE_S,
    any_side: bool = False,
) -> tuple[tuple[int, int], ...]:
    """Pairs (place in ``true``, place in ``found``) in order of ``true``; each at most once."""
    if not true or not found:
        return ()
    worth = np.zeros((len(true), len(found)))
    for i, one in enumerate(true):
        for j, other in enumerate(found):
            shared_s = overlap_s(one, other, tolerance_s)
            if shared_s >= 0 and (any_side or one.side == other.side):
                both_s = max(one.offset_s, other.offset_s) - min(one.onset_s, other.onset_s)
                worth[i, j] = _ONE_PAIR + shared_s / (both_s + _LEAST_S)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if worth[i, j] > 0)


def overlap_s(true: Sided, found: Sided, tolerance_s: float = TOLERANCE_S) -> float:
    """Seconds shared once the true span is widened; negative where they are apart."""
    end_s = min(true.offset_s + tolerance_s, found.offset_s)
    return end_s - max(true.onset_s - tolerance_s, found.onset_s)
