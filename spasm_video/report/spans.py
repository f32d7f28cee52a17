"""Stretches of time to draw: where nothing was usable and why, where one region was hidden."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, Region
from spasm_video.report.look import main_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spasm_video.records import Quality, QualityFlag


@dataclass(frozen=True, slots=True)
class UnusableSpan:
    """A half-open stretch that could not be measured and its main reason."""

    start_s: float
    end_s: float
    flag: QualityFlag | None


def unusable_spans(quality: Quality, resolution_s: float = 0.0) -> tuple[UnusableSpan, ...]:
    """
    The unusable stretches in order; usable gaps of at most ``resolution_s`` are bridged.

    Bridging is for drawing only: it bounds the number of shapes, not the seconds counted.
    """
    spans: list[UnusableSpan] = []
    state = np.where(quality.usable, -1, quality.reasons)
    for bits, start_s, end_s in _runs(state, quality):
        if bits < 0:
            continue
        flag = main_flag(bits)
        is_next = spans and start_s - spans[-1].end_s <= resolution_s
        from_s = spans.pop().start_s if is_next and spans[-1].flag is flag else start_s
        spans.append(UnusableSpan(from_s, end_s, flag))
    return tuple(spans)


def hidden_spans(
    quality: Quality, region: Region, resolution_s: float = 0.0
) -> tuple[tuple[float, float], ...]:
    """Where the face could be measured but not this region, bridged in the same way."""
    spans: list[tuple[float, float]] = []
    hidden = quality.usable & ~quality.region_usable[:, REGIONS.index(region)]
    for is_hidden, start_s, end_s in _runs(hidden.astype(np.int64), quality):
        if is_hidden:
            is_next = spans and start_s - spans[-1][1] <= resolution_s
            spans.append((spans.pop()[0] if is_next else start_s, end_s))
    return tuple(spans)


def seconds_by_flag(quality: Quality) -> tuple[tuple[QualityFlag | None, float], ...]:
    """Unusable seconds of each main reason, the longest first."""
    totals: dict[QualityFlag | None, float] = {}
    lost = ~quality.usable
    for bits in np.unique(quality.reasons[lost]):
        seconds = float(quality.frame_s[lost & (quality.reasons == bits)].sum())
        flag = main_flag(int(bits))
        totals[flag] = totals.get(flag, 0.0) + seconds
    return tuple(sorted(totals.items(), key=lambda item: -item[1]))


def _runs(state: NDArray[np.int64], quality: Quality) -> Iterator[tuple[int, float, float]]:
    """Each run of equal states with its start and its end."""
    edges = np.flatnonzero(np.diff(state, prepend=state[:1] - 1))
    ends_s = quality.time_s + quality.frame_s
    for start, stop in pairwise([*edges.tolist(), len(state)]):
        yield int(state[start]), float(quality.time_s[start]), float(ends_s[stop - 1])
