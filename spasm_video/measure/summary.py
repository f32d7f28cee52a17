"""
One recording in numbers, each with its interval or its reason for being unknown.

Rates divide by usable time, never by the length of the video.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.dsp.robust import count_interval, dispersion_of, quantile
from spasm_video.measure.laterality import affected_side
from spasm_video.measure.limits import limits_in_words, why_not
from spasm_video.measure.rhythm import count_bursts, rhythm, spectrum, watched
from spasm_video.records import (
    UNKNOWN,
    AffectedSide,
    Blink,
    CoActivation,
    Estimate,
    FaceTrack,
    HeadFrame,
    Kind,
    MovementSignals,
    Quality,
    RegionSummary,
    SessionSummary,
    SpasmEvent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.params import MeasureParams, SummaryParams

Floats = NDArray[np.float64]
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What a summary is made of. ``opening_mm`` (n, side) is the lid opening, NaN unusable."""

    track: FaceTrack
    head: HeadFrame
    signals: MovementSignals
    quality: Quality
    blinks: tuple[Blink, ...]
    events: tuple[SpasmEvent, ...]
    opening_mm: Floats


def summarise(found: Findings, params: MeasureParams) -> SessionSummary:
    """Summarise a recording."""
    usable_s = found.quality.usable_s
    own = params.summary
    side, why = affected_side(found.events, usable_s, own)
    events = _of_side(found.events, side)
    tonic = [event for event in events if event.kind is Kind.TONIC]
    sizes = np.array([event.amplitude_mm for event in events])
    onsets = np.array([event.onset_s for event in events])
    rest = _resting_lids(found)
    return SessionSummary(
        duration_s=found.track.video.duration_s,
        usable_s=usable_s,
        affected_side=side,
        side_evidence=why,
        spasms_per_min=_rate(onsets, found.quality, own),
        events=len(found.events),
        clonic_events=len(events) - len(tonic),
        tonic_events=len(tonic),
        tonic_fraction=_share_of_time(tonic, usable_s),
        bursts=count_bursts(watched(onsets, _unseen_s(found, params)), own),
        median_amplitude_mm=quantile(sizes, 0.5),
        p90_amplitude_mm=quantile(sizes, 0.9),
        median_duration_s=quantile(np.array([event.duration_s for event in events]), 0.5),
        eye_closed_fraction=_closed_share(found, side, own),
        spread_stage=_stage(events, own) if usable_s > 0 else _NAN,
        regions=tuple(_region(found, region, each, params) for region in REGIONS for each in SIDES),
        coactivation=_coactivation(found, events, params),
        other_babinski_events=sum(event.other_babinski for event in events),
        blinks=len(found.blinks),
        complete_blinks=sum(blink.complete for blink in found.blinks),
        blinks_per_min=_rate(np.array([b.onset_s for b in found.blinks]), found.quality, own),
        resting_lid_left_mm=rest[0],
        resting_lid_right_mm=rest[1],
        resting_lid_difference_percent=200 * (rest[0] - rest[1]) / max(sum(rest), 1e-9),
        mm_per_px=quantile(found.head.mm_per_px, 0.5),
        limits=limits_in_words(found.track, found.head, found.quality, params),
    )


def _of_side(events: tuple[SpasmEvent, ...], side: AffectedSide) -> tuple[SpasmEvent, ...]:
    """The affected side's events; all of them where no one side is affected."""
    if side in (AffectedSide.LEFT, AffectedSide.RIGHT):
        return tuple(event for event in events if event.side.value == side.value)
    return events


def _rate(onsets_s: Floats, quality: Quality, params: SummaryParams) -> Estimate:
    """Events a usable minute with a 95 % interval that knows clustering."""
    minutes = quality.usable_s / 60
    if quality.usable_s < 1.0:
        return UNKNOWN
    starts = np.arange(quality.time_s[0], quality.time_s[-1], params.rate_bin_s)
    low, high = count_interval(
        len(onsets_s), dispersion_of(onsets_s, starts, starts + params.rate_bin_s)
    )
    return Estimate(len(onsets_s) / minutes, low / minutes, high / minutes)


def _share_of_time(events: Sequence[SpasmEvent], usable_s: float) -> Estimate:
    """Share of usable time (0-1) that events fill; the interval is that of their number."""
    if usable_s < 1.0:
        return UNKNOWN
    lasts_s = sum(event.duration_s for event in events)
    value = min(lasts_s / usable_s, 1.0)
    low, high = count_interval(len(events))
    each_s = lasts_s / len(events) if events else 1.0
    return Estimate(value, min(low * each_s / usable_s, value), min(high * each_s / usable_s, 1.0))


def _closed_share(found: Findings, side: AffectedSide, params: SummaryParams) -> float:
    """Share of usable time the affected eye is closed outside blinks; NaN without a side."""
    if side not in (AffectedSide.LEFT, AffectedSide.RIGHT) or not found.quality.usable_s:
        return _NAN
    index = SIDES.index(Side(side.value))
    closing = found.signals.displacement_mm[:, REGIONS.index(Region.EYELID), index]
    opened = quantile(found.opening_mm[:, index], 0.8)
    closed = np.nan_to_num(closing) > params.closed_share * opened
    for blink in found.blinks:
        closed &= ~((found.track.time_s >= blink.onset_s) & (found.track.time_s < blink.offset_s))
    closed &= found.quality.usable
    return float(found.quality.frame_s[closed].sum() / found.quality.usable_s)


def _stage(events: Sequence[SpasmEvent], params: SummaryParams) -> float:
    """How many regions (0-5) take part in at least a tenth of the events."""
    if not events:
        return 0.0
    share = [sum(region in event.regions for event in events) / len(events) for region in REGIONS]
    return float(sum(value >= params.involved_share and value > 0 for value in share))


def _region(found: Findings, region: Region, side: Side, params: MeasureParams) -> RegionSummary:
    own = params.summary
    index = REGIONS.index(region)
    usable = found.quality.region_usable[:, index]
    usable_s = float(found.quality.frame_s[usable].sum())
    reason = why_not(region, usable_s, found.quality.usable_s, own)
    events = [e for e in found.events if e.side is side and region in e.regions]
    onsets = np.array([event.onset_s for event in events])
    sizes = np.array([p.amplitude_mm for e in events for p in e.parts if p.region is region])
    follow = rhythm(watched(onsets, _unseen_s(found, params, usable)), own)
    tone = spectrum(_stretches(found, region, side) if not reason else [], own)
    repeated = len(events) >= own.burst_twitches  # the spectrum of noise has no rhythm
    minutes = usable_s / 60
    low, high = count_interval(len(events))
    return RegionSummary(
        region=region,
        side=side,
        usable_s=usable_s,
        limit_mm=found.signals.limit(region),
        events=len(events),
        spasms_per_min=UNKNOWN
        if reason
        else Estimate(len(events) / minutes, low / minutes, high / minutes),
        median_amplitude_mm=quantile(sizes, 0.5),
        p90_amplitude_mm=quantile(sizes, 0.9),
        median_interval_s=follow.median_interval_s,
        interval_cv=follow.interval_cv,
        bursts=follow.bursts,
        twitch_rate_hz=follow.twitch_rate_hz,
        band_power_mm2=tone.band_power_mm2,
        peak_frequency_hz=tone.peak_frequency_hz if repeated else _NAN,
        rhythmicity=tone.rhythmicity if repeated else _NAN,
        reason=reason,
    )


def _unseen_s(
    found: Findings, params: MeasureParams, seen: NDArray[np.bool_] | None = None
) -> Floats:
    """(u,) middles of the gaps too long to look across, in all or where not ``seen`` (n,)."""
    quality = found.quality
    kept_s = quality.time_s[quality.usable if seen is None else seen]
    longest_s = params.quality.longest_gap_s
    apart_s = np.diff(kept_s)
    middles: Floats = (kept_s[:-1] + apart_s / 2)[apart_s > longest_s]
    return middles


def _stretches(found: Findings, region: Region, side: Side) -> list[tuple[Floats, Floats]]:
    """Unbroken stretches of this side's movement beyond the other's, never below zero."""
    excess = np.maximum(found.signals.excess(region, side), 0.0)
    known = np.isfinite(found.signals.excess(region, side))
    edges = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    pieces = np.split(np.arange(len(excess)), edges)
    return [
        (found.signals.time_s[piece], excess[piece])
        for piece in pieces
        if len(piece) > 1 and known[piece[0]]
    ]


def _coactivation(
    found: Findings, events: Sequence[SpasmEvent], params: MeasureParams
) -> tuple[CoActivation, ...]:
    """Pairs of regions that begin within one frame or 50 ms of each other."""
    times = found.track.time_s
    frame_ms = 1000 * float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    together_ms = max(frame_ms, params.event.together_ms)
    pairs = []
    for i, first in enumerate(REGIONS):
        for second in REGIONS[i + 1 :]:
            lags = [{part.region: part.lag_ms for part in event.parts} for event in events]
            either = sum(first in lag or second in lag for lag in lags)
            near = sum(
                first in lag and second in lag and abs(lag[first] - lag[second]) <= together_ms
                for lag in lags
            )
            if near:
                pairs.append(CoActivation(first, second, near, either))
    return tuple(pairs)


def _resting_lids(found: Findings) -> tuple[float, float]:
    """Median lid opening (left, right) of the frames outside events and blinks."""
    quiet = found.quality.usable.copy()
    times = found.track.time_s
    moving = [(e.onset_s, e.offset_s) for e in found.events]
    moving += [(b.onset_s, b.offset_s) for b in found.blinks]
    for onset_s, offset_s in moving:
        quiet &= ~((times >= onset_s) & (times < offset_s))
    left, right = (quantile(found.opening_mm[quiet, i], 0.5) for i in range(len(SIDES)))
    return left, right
