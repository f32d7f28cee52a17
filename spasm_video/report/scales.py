"""Scales of the drawings: how many millimetres a lane shows, where a time axis is marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, Region

if TYPE_CHECKING:
    from spasm_video.records import Measurement

_TICK_STEPS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
_LIMITS_SHOWN = 3.0  # a lane shows at least this many detection limits
_HEADROOM = 1.15
_SHOWN_PERCENTILE = 99.8  # the rare jump of a lost landmark does not set the scale


def lane_mm(measurement: Measurement, region: Region) -> float:
    """Half the height of a region's lane, mm; NaN where the region was never measured."""
    highest = highest_mm(measurement, region)
    limit = float(np.nan_to_num(measurement.signals.limit(region))) * _LIMITS_SHOWN
    if not math.isfinite(highest):
        return math.nan
    return _HEADROOM * max(highest, limit) or 1.0


def highest_mm(measurement: Measurement, region: Region) -> float:
    """How far a region goes, mm; NaN where it was never measured."""
    values = np.abs(measurement.signals.displacement_mm[:, REGIONS.index(region)])
    values = values[np.isfinite(values)]
    if not len(values):
        return math.nan
    parts = [p.amplitude_mm for e in measurement.events for p in e.parts if p.region is region]
    return max(float(np.percentile(values, _SHOWN_PERCENTILE)), *parts, 0.0)


def tick_step_s(span_s: float, most_ticks: int = 12) -> float:
    """
    Seconds between the marks of a time axis.

    >>> tick_step_s(60.0), tick_step_s(8.0)
    (5.0, 1.0)
    """
    return next((s for s in _TICK_STEPS_S if span_s / s <= most_ticks), _TICK_STEPS_S[-1])


def row_length_s(duration_s: float, row_s: float = 60.0, most_rows: int = 10) -> float:
    """
    Seconds of one row when a recording is wrapped; a little over one row stays in one.

    >>> row_length_s(8.0), row_length_s(70.0), row_length_s(200.0), row_length_s(3600.0)
    (8.0, 70.0, 60.0, 360.0)
    """
    if duration_s <= 1.25 * row_s:
        return max(duration_s, 1.0)
    return max(row_s, math.ceil(duration_s / most_rows / row_s) * row_s)
