"""
The measurement, whole: from a track to everything that can be said of it.

Pure arithmetic: the same track and parameters give the same bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spasm_video import __version__
from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.measure.blinks import find_blinks
from spasm_video.measure.events import SpanMovement, brief_level, find_events
from spasm_video.measure.evidence import evidence
from spasm_video.measure.movement import beyond, channels, displacement_mm
from spasm_video.measure.pose import head_frame
from spasm_video.measure.quality import assess, spans
from spasm_video.measure.summary import Findings, summarise
from spasm_video.params import MeasureParams, params_hash
from spasm_video.records import (
    Blink,
    FaceTrack,
    Measurement,
    MovementSignals,
    Provenance,
    SpasmEvent,
)

Floats = NDArray[np.float64]

_OPEN_QUANTILE = 0.95  # a lid cannot close by more than it was open


def measure(track: FaceTrack, params: MeasureParams) -> Measurement:
    """Measure spasm in a recording of one face."""
    return concluded(find(track, params), params)


def find(track: FaceTrack, params: MeasureParams) -> Findings:
    """All that happens in a recording, before it is put into numbers."""
    n = len(track.time_s)
    head = head_frame(track)
    quality = assess(track, head, params.quality)
    moved = np.full((n, len(REGIONS), len(SIDES)), np.nan)
    one_sided = np.full((n, len(REGIONS)), np.nan)
    limit = np.full((n, len(REGIONS)), np.nan)
    opening = np.full((n, len(SIDES)), np.nan)
    events: list[SpasmEvent] = []
    blinks: list[Blink] = []
    for at in spans(track, quality.usable, params.quality.longest_gap_s):
        read = channels(track, head, at, params.movement)
        proof = evidence(read, params)
        moved[at] = displacement_mm(read, params.movement)
        apart = np.stack(
            [beyond(moved[at, index], region) for index, region in enumerate(REGIONS)], axis=1
        )
        lid = REGIONS.index(Region.EYELID)
        widest_mm = float(np.quantile(read.opening, _OPEN_QUANTILE))
        np.clip(proof.brief_mm[:, lid], -widest_mm, widest_mm, out=proof.brief_mm[:, lid])
        outrun = np.abs(proof.brief_mm[:, lid]) > np.abs(apart[:, lid])
        apart[outrun, lid] = proof.brief_mm[outrun, lid]
        np.clip(apart[:, lid], -widest_mm, widest_mm, out=apart[:, lid])
        one_sided[at] = apart
        limit[at] = brief_level(proof.calm, params.event)[:, None] * proof.limit_mm
        opening[at] = read.opening
        span = SpanMovement(read.time_s, proof, apart, float(np.median(quality.frame_s[at])))
        events += find_events(span, params.event)
        blinks += find_blinks(read, params.blink)
    seen = quality.region_usable
    moved[~seen] = np.nan
    one_sided[~seen] = np.nan
    limit[~seen] = np.nan
    signals = MovementSignals(track.time_s, moved, one_sided, _usual(limit))
    return Findings(track, head, signals, quality, tuple(blinks), tuple(events), opening)


def concluded(found: Findings, params: MeasureParams) -> Measurement:
    """The same with its summary and with what it was made."""
    return Measurement(
        head=found.head,
        signals=found.signals,
        quality=found.quality,
        blinks=found.blinks,
        events=found.events,
        summary=summarise(found, params),
        provenance=Provenance(
            package_version=__version__,
            params_hash=params_hash(params),
            observed_with=found.track.observed_with,
            models=found.track.models,
            video=found.track.video,
        ),
    )


def _usual(limit_mm: Floats) -> Floats:
    """(region,) the median over the time in which a region was measured; NaN where never."""
    usual = np.full(len(REGIONS), np.nan)
    for region in range(len(REGIONS)):
        known = limit_mm[np.isfinite(limit_mm[:, region]), region]
        if len(known):
            usual[region] = float(np.median(known))
    return usual
