"""
The numbers of a recording once a person has looked: their events, their excluded spans.

What was seen stays as it is; only which events count and which time is usable changes, so a
reviewed rate is as comparable as the first one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.measure.session import concluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from spasm_video.measure.summary import Findings
    from spasm_video.params import MeasureParams
    from spasm_video.records import Measurement, SpasmEvent

Span = tuple[float, float]


def reviewed(
    found: Findings,
    events: Iterable[SpasmEvent],
    excluded_s: Sequence[Span],
    params: MeasureParams,
) -> Measurement:
    """
    The measurement with these events, without the excluded half-open spans.

    An event or a blink whose peak lies in an excluded span does not count. With the events
    that were found and nothing excluded, it is the first measurement.
    """
    out = _within(found.quality.time_s, excluded_s)
    quality = replace(
        found.quality,
        usable=found.quality.usable & ~out,
        region_usable=found.quality.region_usable & ~out[:, None],
    )
    moved, one_sided = (
        np.where(out.reshape(-1, *(1,) * (values.ndim - 1)), np.nan, values)
        for values in (found.signals.displacement_mm, found.signals.one_sided_mm)
    )
    signals = replace(found.signals, displacement_mm=moved, one_sided_mm=one_sided)
    kept = (event for event in events if not _is_in(event.peak_s, excluded_s))
    changed = replace(
        found,
        signals=signals,
        quality=quality,
        blinks=tuple(one for one in found.blinks if not _is_in(one.peak_s, excluded_s)),
        events=tuple(sorted(kept, key=lambda event: event.onset_s)),
        opening_mm=np.where(out[:, None], np.nan, found.opening_mm),
    )
    return concluded(changed, params)


def _within(time_s: NDArray[np.float64], spans_s: Sequence[Span]) -> NDArray[np.bool_]:
    within = np.zeros(len(time_s), np.bool_)
    for start_s, end_s in spans_s:
        within |= (time_s >= start_s) & (time_s < end_s)
    return within


def _is_in(time_s: float, spans_s: Sequence[Span]) -> bool:
    return any(start_s <= time_s < end_s for start_s, end_s in spans_s)
