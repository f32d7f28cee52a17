"""Stretches of time to draw: where frames were unusable and why, each long enough to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.report.look import main_flag

if TYPE_CHECKING:
    from spasm_video.records import Quality, QualityFlag


@dataclass(frozen=True, slots=True)
class UnusableSpan:
    """A half-open stretch that could not be measured and its main reason."""

    start_s: float
    end_s: float
    flag: QualityFlag | None


def unusable_spans(quality: Quality, resolution_s: float = 0.0) -> tuple[UnusableSpan, ...]:
    """
    The unusable stretches in order; usable gaps shorter than ``resolution_s`` are bridged.

    Bridging is for drawing only: it bounds the number of shapes, not the seconds counted.
    """
    spans: list[UnusableSpan] = []
    ends_s = quality.time_s + quality.frame_s
    # A frame only starts a new run where its usability or its reasons change.
    state = np.where(quality.usable, -1, quality.reasons)
    edges = np.flatnonzero(np.diff(state, prepend=state[:1] - 1))
    for start, stop in pairwise([*edges.tolist(), len(state)]):
        if quality.usable[start]:
            continue
        flag = main_flag(int(quality.reasons[start]))
        span = UnusableSpan(float(quality.time_s[start]), float(ends_s[stop - 1]), flag)
        if spans and spans[-1].flag is flag and span.start_s - spans[-1].end_s <= resolution_s:
            span = UnusableSpan(spans.pop().start_s, span.end_s, flag)
        spans.append(span)
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
