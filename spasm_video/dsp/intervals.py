"""Runs of samples: half-open index spans ``(start, stop)``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Span = tuple[int, int]


def runs(flags: Bools) -> list[Span]:
    """
    Spans in which ``flags`` holds; none gives an empty list.

    >>> runs(np.array([False, True, True, False, True]))
    [(1, 3), (4, 5)]
    """
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def above_with_hysteresis(values: Floats, *, enter: float, leave: float) -> list[Span]:
    """
    Runs above ``leave`` that exceed ``enter`` at least once; NaN ends a run.

    >>> above_with_hysteresis(np.array([0, 2, 5, 2, 0, 2, 0.0]), enter=4, leave=1)
    [(1, 4)]
    """
    with np.errstate(invalid="ignore"):
        return [(a, b) for a, b in runs(values > leave) if values[a:b].max() > enter]


def merge_close(spans: list[Span], time_s: Floats, gap_s: float) -> list[Span]:
    """
    Join spans whose gap is shorter than ``gap_s``.

    >>> merge_close([(0, 2), (3, 4), (8, 9)], np.arange(10) / 10, gap_s=0.25)
    [(0, 4), (8, 9)]
    """
    merged: list[Span] = []
    for start, stop in spans:
        if merged and time_s[start] - time_s[merged[-1][1] - 1] < gap_s:
            merged[-1] = (merged[-1][0], stop)
        else:
            merged.append((start, stop))
    return merged
