"""The numbers of a timeline: what can be claimed of the course of a disease."""

from __future__ import annotations

from dataclasses import dataclass

from spasm_video.params.declaration import param

_TOXIN = "257 injections: onset 3.8 ± 2.6 days; peak 2 to 6 weeks; lasts about 12 weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineParams:
    """What a timeline can claim. Not part of the hash: no session's number depends on it."""

    least_repeats: int = param(
        3,
        unit="count",
        low=1,
        source="design",
        about="same-day repeats that tell the measurement error; with fewer the intervals do",
    )
    trend_points: int = param(
        5, unit="count", low=3, source="design", about="days with a number that make a trend"
    )
    trend_days: float = param(
        28, unit="days", source="design", about="a shorter history has no trend"
    )
    before_days: float = param(
        120, unit="days", source="design", about="a session so long before a treatment still counts"
    )
    toxin_days: float = param(
        210, unit="days", source=_TOXIN, about="after an injection, its course is followed so long"
    )
    toxin_points: int = param(
        5,
        unit="count",
        low=4,
        source="design",
        about="sessions after injections that make a course",
    )
    fall_scale_days: float = param(
        2.5, unit="days", low=0.1, source=_TOXIN, about="steepness of the fall, before data"
    )
    return_scale_days: float = param(
        8.0, unit="days", low=0.1, source=_TOXIN, about="steepness of the return, before data"
    )
    scale_spread: float = param(
        0.5, unit="1", low=0.01, source="design", about="how far, in logarithms, data may move them"
    )
    plateau_spread: float = param(
        0.3,
        unit="1",
        low=0.01,
        source="design",
        about="how far plateaus of cycles may differ (log)",
    )
    onset_told_days: float = param(
        7, unit="days", source="design", about="an onset known less well than this is not told"
    )
    nadir_told_days: float = param(
        21, unit="days", source="design", about="the same, day of the lowest"
    )
    wear_off_told_days: float = param(
        21, unit="days", source="design", about="the same, wearing off"
    )
    free_per_min: float = param(
        1.0,
        unit="1/min",
        source="0.65 false events a minute on faces without spasm",
        about="a session with fewer counts as free after surgery",
    )
    silent_days: float = param(
        14,
        unit="days",
        source="clinical reference: 1 to 10 days",
        about="free sessions so early may be a silent period",
    )
    surgery_days: float = param(
        365, unit="days", source="97 % of those freed within a year", about="before it all is open"
    )
    involved_low_per_min: float = param(
        0.5,
        unit="1/min",
        source="above the false events of a face without spasm",
        about="lower end of a region's rate from which it takes part",
    )
    weak_percent: float = param(
        10, unit="%", source="clinical reference: 10 %", about="wider at rest: a sign of weakness"
    )
    drift_ratio: float = param(
        1.5, unit="1", low=1, source="design", about="a limit risen so far is told"
    )
    usable_share: float = param(
        0.5, unit="1", high=1, source="design", about="a recording usable for less is told"
    )
