"""
The records that flow from picture to report.

Frozen; arrays are read-only views with the axes frame, then (window or region), then
side in the order of ``SIDES``. Times are seconds from the first video frame, spans are
half-open, missing is NaN and never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import MEASURED_LANDMARKS, REGIONS, SIDES, SKIN_WINDOWS, Region, Side
from spasm_video.errors import TrackError

Floats = NDArray[np.float64]


class QualityFlag(IntFlag):
    """Why a frame cannot be used, or only with care (``OTHER_FACES``, ``SLOW_CAMERA``)."""

    NO_FACE = 1
    TURNED = 2
    TOO_SMALL = 4
    BLURRED = 8
    DARK = 16
    OCCLUDED = 32
    CUT = 64
    SETTLING = 128
    OTHER_FACES = 256
    SLOW_CAMERA = 512
    NECK_HIDDEN = 1024


class Kind(StrEnum):
    """How long a spasm holds: clonic below one second, tonic from there."""

    CLONIC = "clonic"
    TONIC = "tonic"


class AffectedSide(StrEnum):
    """The side the spasms are on, as far as the recording can tell."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What was recorded and how, for the report and the provenance; NaN where unknown."""

    file_name: str
    sha256: str
    width_px: int
    height_px: int
    codec: str
    rotation_deg: int
    nominal_fps: float
    real_fps: float
    duration_s: float
    shortest_interval_ms: float
    longest_interval_ms: float
    time_repairs: int
    gaps: int
    corrupt_after_s: float  # NaN: read to its end
    decoder: str
    mirrored: bool


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """
    Everything the measurement needs of a video of one face.

    Attributes
    ----------
    time_s : (n,) strictly increasing
    points_px : (n, len(MEASURED_LANDMARKS), 3) image pixels, depth last
    presence : (n,) 0-1; NaN where no face
    lid_px : (n, side, upper/lower) height of each lid margin above the eye's middle
    iris_px : (n, side, across/up) centre of the iris; across is away from the nose
    skin_step_px : (n, window, side, out/up) motion of each skin window since the frame
        before, the head's own motion taken out; NaN where it was not followed
    skin_confidence : (n, window, side) 0-1
    sharpness, brightness : (n,) grey levels in the stabilised picture
    other_faces : (n,) how many more faces were in view
    taken : (n,) true where a face was taken up anew
    video : VideoFacts
    observed_with : str, hash of the observing parameters, networks and backend
    models : (name, sha256) of each network that was used
    """

    time_s: Floats
    points_px: Floats
    presence: Floats
    lid_px: Floats
    iris_px: Floats
    skin_step_px: Floats
    skin_confidence: Floats
    sharpness: Floats
    brightness: Floats
    other_faces: NDArray[np.int64]
    taken: NDArray[np.bool_]
    video: VideoFacts
    observed_with: str
    models: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check shapes and times, and lock the arrays."""
        n, windows, sides = len(self.time_s), len(SKIN_WINDOWS), len(SIDES)
        shapes = {
            "points_px": (n, len(MEASURED_LANDMARKS), 3),
            "presence": (n,),
            "lid_px": (n, sides, 2),
            "iris_px": (n, sides, 2),
            "skin_step_px": (n, windows, sides, 2),
            "skin_confidence": (n, windows, sides),
            "sharpness": (n,),
            "brightness": (n,),
            "other_faces": (n,),
            "taken": (n,),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise TrackError(
                    f"The track's {name} has shape {getattr(self, name).shape}, not {shape}.",
                    "It was made by another version; analyze the video again.",
                )
        if n and not (np.diff(self.time_s) > 0).all():
            raise TrackError("The track's times do not increase.", "Analyze the video again.")
        for name in ("time_s", *shapes):
            _lock(self, name)

    def landmarks(self, *numbers: int) -> Floats:
        """(n, k, 3) the named landmarks of the 478, in the order asked for."""
        at = [MEASURED_LANDMARKS.index(number) for number in numbers]
        return self.points_px[:, at]


@dataclass(frozen=True, slots=True, eq=False)
class HeadFrame:
    """Head pose and scale: ``rotation_deg`` (n, yaw/pitch/roll), ``mm_per_px`` (n,)."""

    time_s: Floats
    rotation_deg: Floats
    mm_per_px: Floats

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for name in ("time_s", "rotation_deg", "mm_per_px"):
            _lock(self, name)


@dataclass(frozen=True, slots=True, eq=False)
class MovementSignals:
    """
    How far each region has moved from its running quiet baseline.

    Attributes
    ----------
    time_s : (n,)
    displacement_mm : (n, region, side) positive in the direction a spasm pulls: lid
        closing, brow, cheek and mouth corner up (and out), neck skin in its own direction
    one_sided_mm : (n, region) left minus right of the same
    limit_mm : (region,) detection limit: the smallest one-sided movement that counts
    """

    time_s: Floats
    displacement_mm: Floats
    one_sided_mm: Floats
    limit_mm: Floats

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for name in ("time_s", "displacement_mm", "one_sided_mm", "limit_mm"):
            _lock(self, name)

    def of(self, region: Region, side: Side) -> Floats:
        """(n,) displacement of one region and side, mm."""
        return self.displacement_mm[:, REGIONS.index(region), SIDES.index(side)]

    def excess(self, region: Region, side: Side) -> Floats:
        """(n,) movement of this side beyond the other's, mm."""
        sign = 1.0 if side is Side.LEFT else -1.0
        return sign * self.one_sided_mm[:, REGIONS.index(region)]

    def limit(self, region: Region) -> float:
        """Detection limit of a region, mm; NaN where it could not be measured."""
        return float(self.limit_mm[REGIONS.index(region)])


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """
    What each frame is good for.

    ``reasons`` (n,) bits of ``QualityFlag``; ``usable`` (n,); ``frame_s`` (n,) how long each
    frame lasts; ``region_usable`` (n, region): cheek and neck have their own visibility.
    """

    time_s: Floats
    reasons: NDArray[np.int64]
    usable: NDArray[np.bool_]
    frame_s: Floats
    region_usable: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for name in ("time_s", "reasons", "usable", "frame_s", "region_usable"):
            _lock(self, name)

    @property
    def usable_s(self) -> float:
        """Seconds that could be measured."""
        return float(self.frame_s[self.usable].sum())

    def seconds(self, flag: QualityFlag) -> float:
        """Seconds for which a reason held."""
        return float(self.frame_s[(self.reasons & int(flag)) > 0].sum())


@dataclass(frozen=True, slots=True)
class Blink:
    """Both lids closing together; ``complete`` when both went below a fifth of open."""

    onset_s: float
    peak_s: float
    offset_s: float
    left_mm: float
    right_mm: float
    complete: bool


@dataclass(frozen=True, slots=True)
class RegionPart:
    """What one region did in a spasm: its excess over the other side and its delay."""

    region: Region
    amplitude_mm: float
    lag_ms: float


@dataclass(frozen=True, slots=True)
class SpasmEvent:
    """One spasm of one side; ``parts`` in order of onset."""

    onset_s: float
    peak_s: float
    offset_s: float
    side: Side
    kind: Kind
    parts: tuple[RegionPart, ...]
    confidence: float
    other_babinski: bool

    @property
    def duration_s(self) -> float:
        """From onset to offset."""
        return self.offset_s - self.onset_s

    @property
    def amplitude_mm(self) -> float:
        """Of the region that moved most."""
        return max(part.amplitude_mm for part in self.parts)

    @property
    def regions(self) -> tuple[Region, ...]:
        """In order of onset."""
        return tuple(part.region for part in self.parts)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; all NaN where it cannot be told."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """
    One region of one side over a recording; NaN where not assessable, with the reason.

    ``twitch_rate_hz`` is the rate within bursts, ``band_power_mm2`` the 0.5-12 Hz power of
    the one-sided movement, ``rhythmicity`` (0-1) how much of it keeps one beat of 2 Hz or more: a
    tremor is near 1, irregular spasm near 0.
    """

    region: Region
    side: Side
    usable_s: float
    limit_mm: float
    events: int
    spasms_per_min: Estimate
    median_amplitude_mm: float
    p90_amplitude_mm: float
    median_interval_s: float
    interval_cv: float
    bursts: int
    twitch_rate_hz: float
    band_power_mm2: float
    peak_frequency_hz: float
    rhythmicity: float
    reason: str


@dataclass(frozen=True, slots=True)
class CoActivation:
    """How often two regions of the affected side begin within one frame or 50 ms."""

    first: Region
    second: Region
    together: int
    either: int


@dataclass(frozen=True, slots=True)
class SideEvidence:
    """Why the affected side is what it is: events of each side and the binomial p."""

    left_events: int
    right_events: int
    p_value: float
    words: str


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """
    One recording in numbers; NaN where it cannot be told, ``limits`` says why in words.

    Fractions are 0-1 of usable time. ``spread_stage`` counts the regions involved (0-5).
    """

    duration_s: float
    usable_s: float
    affected_side: AffectedSide
    side_evidence: SideEvidence
    spasms_per_min: Estimate
    events: int
    clonic_events: int
    tonic_events: int
    tonic_fraction: Estimate
    bursts: int
    median_amplitude_mm: float
    p90_amplitude_mm: float
    median_duration_s: float
    eye_closed_fraction: float
    spread_stage: float
    regions: tuple[RegionSummary, ...]
    coactivation: tuple[CoActivation, ...]
    other_babinski_events: int
    blinks: int
    complete_blinks: int
    blinks_per_min: Estimate
    resting_lid_left_mm: float
    resting_lid_right_mm: float
    resting_lid_difference_percent: float
    mm_per_px: float
    limits: tuple[str, ...]

    def of(self, region: Region, side: Side) -> RegionSummary:
        """The summary of one region and side."""
        return next(r for r in self.regions if r.region is region and r.side is side)


@dataclass(frozen=True, slots=True)
class Provenance:
    """With what a result was made: enough to make it again, byte for byte."""

    package_version: str
    params_hash: str
    observed_with: str
    models: tuple[tuple[str, str], ...]
    video: VideoFacts


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """All that was measured in one recording."""

    head: HeadFrame
    signals: MovementSignals
    quality: Quality
    blinks: tuple[Blink, ...]
    events: tuple[SpasmEvent, ...]
    summary: SessionSummary
    provenance: Provenance

    @property
    def begin_s(self) -> float:
        """Of its first frame: a part of a recording begins within it; 0 where there is none."""
        return float(self.signals.time_s[0]) if len(self.signals.time_s) else 0.0


def _lock(record: Any, name: str) -> None:
    """Replace an array by a read-only view: the caller's own stays writable."""
    view = getattr(record, name).view()
    view.flags.writeable = False
    object.__setattr__(record, name, view)
