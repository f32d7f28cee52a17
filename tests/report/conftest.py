"""Fake but plausible measurements: enough movement, noise and gaps to look at and to count."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.records import (
    UNKNOWN,
    AffectedSide,
    Blink,
    CoActivation,
    Estimate,
    HeadFrame,
    Kind,
    Measurement,
    MovementSignals,
    Provenance,
    Quality,
    QualityFlag,
    RegionPart,
    RegionSummary,
    SessionSummary,
    SideEvidence,
    SpasmEvent,
    VideoFacts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

NAN = float("nan")
LIMITS_MM = {
    Region.EYELID: 0.62,
    Region.BROW: 0.41,
    Region.CHEEK: 0.34,
    Region.MOUTH: 0.38,
    Region.NECK: 0.55,
}
_SIZES_MM = {
    Region.EYELID: 3.2,
    Region.BROW: 1.1,
    Region.CHEEK: 1.6,
    Region.MOUTH: 2.1,
    Region.NECK: 1.2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the fake recording shows."""

    name: str = "visit-03_rest.mp4"
    duration_s: float = 60.0
    fps: float = 30.0
    side: AffectedSide = AffectedSide.LEFT
    left_events: int = 12
    right_events: int = 0
    hidden: tuple[Region, ...] = ()
    lost_s: tuple[tuple[float, float, QualityFlag], ...] = ()
    limits: tuple[str, ...] = ()
    seed: int = 3


SCENES = {
    "left": Scene(lost_s=((21.0, 22.6, QualityFlag.TURNED), (47.2, 47.6, QualityFlag.OCCLUDED))),
    "none": Scene(name="control.mp4", side=AffectedSide.NONE, left_events=0),
    "undetermined": Scene(
        name="dark room.mov",
        duration_s=42.0,
        side=AffectedSide.UNDETERMINED,
        left_events=0,
        hidden=REGIONS,
        lost_s=((0.0, 17.0, QualityFlag.DARK), (19.5, 42.0, QualityFlag.NO_FACE)),
        limits=("Only 2.5 s could be measured; at least 10 s are needed to count spasms.",),
    ),
    "partial": Scene(
        name="bearded, scarf.mp4",
        side=AffectedSide.RIGHT,
        fps=24.0,
        left_events=1,
        right_events=7,
        hidden=(Region.NECK, Region.CHEEK),
        lost_s=((8.0, 14.0, QualityFlag.BLURRED),),
        limits=("The camera is slow (24 frames/s).",),
    ),
    "many": Scene(duration_s=180.0, left_events=60, fps=60.0, name="severe_3min.mp4"),
    "long": Scene(duration_s=600.0, left_events=230, right_events=4, name="ten_minutes.mp4"),
    "empty": Scene(
        duration_s=0.0, left_events=0, hidden=REGIONS, side=AffectedSide.UNDETERMINED,
        name="nothing.mp4", limits=("No frame could be measured.",),
    ),
}  # fmt: skip


@lru_cache
def measurement_of(scene: Scene) -> Measurement:
    """The measurement of a scene, the same every time."""
    rng = np.random.default_rng(scene.seed)
    time_s = np.arange(round(scene.duration_s * scene.fps)) / scene.fps
    quality = _quality(scene, time_s)
    events = _events(scene, rng)
    blinks = _blinks(scene, rng)
    displacement = _displacement(scene, rng, time_s, events, blinks)
    displacement[~quality.usable] = NAN
    limits = np.array([NAN if region in scene.hidden else LIMITS_MM[region] for region in REGIONS])
    head = HeadFrame(
        time_s=time_s,
        rotation_deg=rng.normal(0, 1.5, (len(time_s), 3)),
        mm_per_px=np.full(len(time_s), 0.31),
    )
    one_sided = displacement[..., 0] - displacement[..., 1]
    signals = MovementSignals(time_s, displacement, one_sided, limits)
    summary = _summary(scene, events, blinks, quality)
    return Measurement(head, signals, quality, blinks, events, summary, _provenance(scene))


def pictures_for(
    measurement: Measurement, times_s: tuple[float, ...], *, mirrored: bool = False
) -> tuple[dict[float, NDArray[np.uint8]], dict[float, NDArray[np.float64]]]:
    """Drawn faces with their landmarks (outer corners left and right, bridge, chin) by time."""
    tall, wide = 720, 1280
    rows, columns = np.mgrid[:tall, :wide]
    picture = np.empty((tall, wide, 3), np.uint8)
    picture[:] = (206, 214, 220)
    face = ((columns - 640) / 170) ** 2 + ((rows - 360) / 230) ** 2 < 1
    picture[face] = (224, 178, 150)
    picture[((columns - 640) / 45) ** 2 + ((rows - 480) / 12) ** 2 < 1] = (168, 74, 74)
    picture[((columns - 570) / 30) ** 2 + ((rows - 310) / 14) ** 2 < 1] = (70, 40, 30)
    picture[((columns - 710) / 30) ** 2 + ((rows - 310) / 6) ** 2 < 1] = (70, 40, 30)
    points = np.array([[745.0, 310.0], [535.0, 310.0], [640.0, 312.0], [640.0, 590.0]])
    if mirrored:
        picture = np.ascontiguousarray(picture[:, ::-1])
        points[:, 0] = wide - 1 - points[:, 0]
    known = [t for t in times_s if measurement.head.time_s.size]
    return dict.fromkeys(known, picture), dict.fromkeys(known, points)


@pytest.fixture
def scene_of() -> Callable[..., Measurement]:
    """Measurements by the name of their scene, with what a test changes."""

    def make(scene: str, **changes: object) -> Measurement:
        return measurement_of(replace(SCENES[scene], **changes))  # type: ignore[arg-type]

    return make


@pytest.fixture(params=sorted(SCENES))
def any_measurement(request: pytest.FixtureRequest) -> Measurement:
    """Each scene in turn."""
    return measurement_of(SCENES[request.param])


def _quality(scene: Scene, time_s: NDArray[np.float64]) -> Quality:
    reasons = np.zeros(len(time_s), np.int64)
    for start_s, end_s, flag in scene.lost_s:
        reasons[(time_s >= start_s) & (time_s < end_s)] |= int(flag)
    usable = reasons == 0
    if Region.NECK in scene.hidden:
        reasons |= int(QualityFlag.NECK_HIDDEN)
    region_usable = np.repeat(usable[:, None], len(REGIONS), axis=1)
    return Quality(time_s, reasons, usable, np.full(len(time_s), 1 / scene.fps), region_usable)


def _events(scene: Scene, rng: np.random.Generator) -> tuple[SpasmEvent, ...]:
    count = scene.left_events + scene.right_events
    if not count:
        return ()
    slot_s = (scene.duration_s - 1) / count
    sides = np.array([Side.LEFT] * scene.left_events + [Side.RIGHT] * scene.right_events)
    rng.shuffle(sides)
    return tuple(_event(scene, rng, n * slot_s, slot_s, Side(side)) for n, side in enumerate(sides))


def _event(
    scene: Scene, rng: np.random.Generator, start_s: float, slot_s: float, side: Side
) -> SpasmEvent:
    onset_s = start_s + rng.uniform(0.05, 0.5) * slot_s
    is_tonic = slot_s > 3 and rng.random() < 0.2
    length_s = rng.uniform(1.1, 2.2) if is_tonic else rng.uniform(0.12, min(0.6, 0.4 * slot_s))
    shown = [region for region in REGIONS if region not in scene.hidden]
    chosen = [r for r in shown if r is shown[0] or rng.random() < 0.45]
    size = rng.lognormal(0, 0.35)
    parts = tuple(
        RegionPart(region, float(_SIZES_MM[region] * size * rng.uniform(0.6, 1.2)), 1000 * lag_s)
        for region, lag_s in zip(chosen, np.arange(len(chosen)) / scene.fps, strict=True)
    )
    return SpasmEvent(
        onset_s=onset_s,
        peak_s=onset_s + 0.4 * length_s,
        offset_s=onset_s + length_s,
        side=side,
        kind=Kind.TONIC if is_tonic else Kind.CLONIC,
        parts=parts,
        confidence=float(rng.uniform(0.55, 0.99)),
        other_babinski=Region.BROW in chosen and rng.random() < 0.4,
    )


def _blinks(scene: Scene, rng: np.random.Generator) -> tuple[Blink, ...]:
    starts_s = np.arange(1.3, scene.duration_s - 1, 4.1) + rng.uniform(
        0, 2, len(np.arange(1.3, scene.duration_s - 1, 4.1))
    )
    return tuple(
        Blink(s, s + 0.1, s + 0.28, 7.5 * depth, 7.7 * depth, complete=bool(depth > 0.8))
        for s, depth in zip(starts_s.tolist(), rng.uniform(0.4, 1, len(starts_s)), strict=True)
        if not any(start <= s < end for start, end, _ in scene.lost_s)
    )


def _displacement(
    scene: Scene,
    rng: np.random.Generator,
    time_s: NDArray[np.float64],
    events: tuple[SpasmEvent, ...],
    blinks: tuple[Blink, ...],
) -> NDArray[np.float64]:
    n = len(time_s)
    mm = rng.normal(0, 0.05, (n, len(REGIONS), len(SIDES)))
    speech = np.sin(2 * np.pi * 0.9 * time_s) * (np.sin(2 * np.pi * time_s / 17) > 0.7)
    mm[:, REGIONS.index(Region.MOUTH)] += 0.5 * speech[:, None]
    for blink in blinks:
        bump = _bump(time_s, blink.onset_s, blink.offset_s)
        mm[:, 0] += bump[:, None] * (blink.left_mm, blink.right_mm)
    for event in events:
        for part in event.parts:
            bump = _bump(time_s, event.onset_s + part.lag_ms / 1000, event.offset_s)
            at = REGIONS.index(part.region)
            mm[:, at, SIDES.index(event.side)] += part.amplitude_mm * bump
    for region in scene.hidden:
        mm[:, REGIONS.index(region)] = NAN
    return mm


def _bump(time_s: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    inside = np.clip((time_s - start_s) / max(end_s - start_s, 1e-6), 0, 1)
    flat: NDArray[np.float64] = np.minimum(1, 1.6 * np.sin(np.pi * inside))
    return flat


def _rate(count: int, usable_s: float) -> Estimate:
    if usable_s < 5:
        return UNKNOWN
    spread = 1.96 * math.sqrt(count + 1)
    low, high = max(0.0, count - spread), count + spread + 2
    return Estimate(*(60 * x / usable_s for x in (count, low, high)))


def _summary(
    scene: Scene, events: tuple[SpasmEvent, ...], blinks: tuple[Blink, ...], quality: Quality
) -> SessionSummary:
    usable_s = quality.usable_s
    sizes = [event.amplitude_mm for event in events] or [NAN]
    lengths = [event.duration_s for event in events] or [NAN]
    tonic = [event for event in events if event.kind is Kind.TONIC]
    share = sum(e.duration_s for e in tonic) / usable_s if usable_s > 5 else NAN
    words = f"{scene.left_events} left, {scene.right_events} right"
    return SessionSummary(
        duration_s=scene.duration_s,
        usable_s=usable_s,
        affected_side=scene.side,
        side_evidence=SideEvidence(scene.left_events, scene.right_events, 0.0002, words),
        spasms_per_min=_rate(len(events), usable_s),
        events=len(events),
        clonic_events=len(events) - len(tonic),
        tonic_events=len(tonic),
        tonic_fraction=Estimate(share, 0.6 * share, 1.5 * share),
        bursts=len(events) // 5,
        median_amplitude_mm=float(np.median(sizes)),
        p90_amplitude_mm=float(np.percentile(sizes, 90)),
        median_duration_s=float(np.median(lengths)),
        eye_closed_fraction=0.7 * share,
        spread_stage=float(len({r for e in events for r in e.regions})) if usable_s > 5 else NAN,
        regions=tuple(
            _region(scene, events, usable_s, region, side) for region in REGIONS for side in SIDES
        ),
        coactivation=_together(events),
        other_babinski_events=sum(event.other_babinski for event in events),
        blinks=len(blinks),
        complete_blinks=sum(blink.complete for blink in blinks),
        blinks_per_min=_rate(len(blinks), usable_s),
        resting_lid_left_mm=9.1 if usable_s > 5 else NAN,
        resting_lid_right_mm=9.8 if usable_s > 5 else NAN,
        resting_lid_difference_percent=-7.1 if usable_s > 5 else NAN,
        mm_per_px=0.31 if usable_s else NAN,
        limits=scene.limits,
    )


def _region(
    scene: Scene, events: tuple[SpasmEvent, ...], usable_s: float, region: Region, side: Side
) -> RegionSummary:
    sizes = [
        part.amplitude_mm
        for event in events
        if event.side is side
        for part in event.parts
        if part.region is region
    ]
    is_hidden = region in scene.hidden
    why = "The neck is not in the picture." if region is Region.NECK else "The skin is covered."
    count = len(sizes)
    return RegionSummary(
        region=region,
        side=side,
        usable_s=0.0 if is_hidden else usable_s,
        limit_mm=NAN if is_hidden else LIMITS_MM[region],
        events=count,
        spasms_per_min=UNKNOWN if is_hidden else _rate(count, usable_s),
        median_amplitude_mm=float(np.median(sizes)) if sizes else NAN,
        p90_amplitude_mm=float(np.percentile(sizes, 90)) if sizes else NAN,
        median_interval_s=usable_s / count if count > 1 else NAN,
        interval_cv=0.8 if count > 2 else NAN,
        bursts=count // 5,
        twitch_rate_hz=2.9 if count > 5 else NAN,
        band_power_mm2=NAN if is_hidden else 0.012 + 0.01 * count,
        peak_frequency_hz=1.8 if count else NAN,
        rhythmicity=0.14 if count else NAN,
        reason=why if is_hidden else "",
    )


def _together(events: tuple[SpasmEvent, ...]) -> tuple[CoActivation, ...]:
    return tuple(
        CoActivation(
            first,
            second,
            sum(first in e.regions and second in e.regions for e in events),
            sum(first in e.regions or second in e.regions for e in events),
        )
        for first, second in combinations(REGIONS, 2)
    )


def _provenance(scene: Scene) -> Provenance:
    video = VideoFacts(
        file_name=scene.name,
        sha256="9f2c4e6a" * 8,
        width_px=1280,
        height_px=720,
        codec="h264",
        rotation_deg=0,
        nominal_fps=scene.fps,
        real_fps=scene.fps if scene.duration_s else NAN,
        duration_s=scene.duration_s,
        shortest_interval_ms=1000 / scene.fps if scene.duration_s else NAN,
        longest_interval_ms=1000 / scene.fps if scene.duration_s else NAN,
        time_repairs=0,
        gaps=0,
        corrupt_after_s=NAN,
        decoder="PyAV 18.0.0, FFmpeg 8.0",
        mirrored=False,
    )
    models = (("face_mesh", "ab12" * 16), ("eye_lids", "cd34" * 16))
    return Provenance("0.1.0", "5e1f" * 4, "77aa" * 4, models, video)
