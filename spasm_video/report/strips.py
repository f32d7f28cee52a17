"""
Film strips of the strongest spasms: before the onset, at the peak, after the offset.

Each picture is the face turned upright by its eye corners and cut out at the same scale, as
when facing the patient: the patient's right is on the left of the picture, also where the
video was recorded mirrored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import CHIN, EYE_CORNERS, NOSE_BRIDGE
from spasm_video.report.portrait import frame_of, jpeg_uri, labelled, upright

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spasm_video.records import Blink, FaceTrack, Measurement, SpasmEvent

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

# What ``film_strips`` needs of each time, in this order: outer eye corners, nose bridge, chin.
STRIP_LANDMARKS: tuple[int, ...] = (EYE_CORNERS[0][0], EYE_CORNERS[1][0], NOSE_BRIDGE, CHIN)

_CLEAR_S = 0.1  # before and after lie this far from the spasm
_SEARCH_S = 0.8  # and are looked for this much further


@dataclass(frozen=True, slots=True)
class StripPlan:
    """Which spasm (its place in ``measurement.events``) and the frames that show it."""

    event: int
    before_s: float
    peak_s: float
    after_s: float

    @property
    def times_s(self) -> tuple[float, float, float]:
        """The three times, which are times of frames."""
        return self.before_s, self.peak_s, self.after_s


@dataclass(frozen=True, slots=True)
class StripPicture:
    """One picture of a strip: what it shows, when, and itself as a data URI."""

    moment: str
    time_s: float
    uri: str
    height_px: int


@dataclass(frozen=True, slots=True)
class Strip:
    """A spasm (its place in ``measurement.events``) in up to three pictures."""

    event: int
    pictures: tuple[StripPicture, ...]


def strip_times(measurement: Measurement, count: int = 6) -> tuple[StripPlan, ...]:
    """The strongest spasms, in order of time, each with the frames that show it best."""
    if not len(measurement.head.time_s):
        return ()
    numbered = sorted(enumerate(measurement.events), key=lambda item: (-_strength(item[1]), item))
    quiet = _quiet(measurement)
    chosen = sorted(numbered[:count], key=lambda item: item[0])
    return tuple(_plan(measurement, at, event, quiet) for at, event in chosen)


def strip_landmarks(track: FaceTrack, plans: tuple[StripPlan, ...]) -> dict[float, Floats]:
    """``STRIP_LANDMARKS`` of the planned frames, (4, 2) pixels of the video by time."""
    points_px = track.landmarks(*STRIP_LANDMARKS)[..., :2]
    return {
        time_s: points_px[_nearest(track.time_s, time_s)]
        for plan in plans
        for time_s in plan.times_s
    }


def film_strips(
    measurement: Measurement,
    plans: tuple[StripPlan, ...],
    pictures: Mapping[float, Picture],
    landmarks_px: Mapping[float, Floats],
) -> tuple[Strip, ...]:
    """
    The strips as JPEG data URIs; a time without picture or face is left out.

    ``pictures`` are RGB by time; ``landmarks_px`` holds (4, 2) pixels by time, in the order
    of ``STRIP_LANDMARKS``. A strip with no picture at all is left out.
    """
    strips = (
        Strip(
            plan.event,
            tuple(
                StripPicture(moment, time_s, jpeg_uri(picture), picture.shape[0])
                for moment, time_s, picture in strip_pictures(
                    plan, measurement.events[plan.event], pictures, landmarks_px
                )
            ),
        )
        for plan in plans
    )
    return tuple(strip for strip in strips if strip.pictures)


def _strength(event: SpasmEvent) -> float:
    """
    All regions count: a spasm of the whole side is stronger than one of the lid alone.

    One that a person found has no confidence, and perhaps regions whose size is not known.
    """
    sure = event.confidence if math.isfinite(event.confidence) else 1.0
    sizes_mm = (part.amplitude_mm for part in event.parts)
    return sure * sum(size for size in sizes_mm if math.isfinite(size))


def _quiet(measurement: Measurement) -> NDArray[np.bool_]:
    """Frames that are usable and outside any spasm or blink."""
    time_s = measurement.head.time_s
    quiet = measurement.quality.usable.copy()
    moving: tuple[SpasmEvent | Blink, ...] = (*measurement.events, *measurement.blinks)
    for one in moving:
        first, last = np.searchsorted(time_s, (one.onset_s - _CLEAR_S, one.offset_s + _CLEAR_S))
        quiet[first:last] = False
    return quiet


def _plan(
    measurement: Measurement, at: int, event: SpasmEvent, quiet: NDArray[np.bool_]
) -> StripPlan:
    time_s = measurement.head.time_s
    before_s, after_s = event.onset_s - _CLEAR_S, event.offset_s + _CLEAR_S
    earlier = np.flatnonzero(quiet & (time_s <= before_s) & (time_s >= before_s - _SEARCH_S))
    later = np.flatnonzero(quiet & (time_s >= after_s) & (time_s <= after_s + _SEARCH_S))
    return StripPlan(
        event=at,
        before_s=float(time_s[earlier[-1] if len(earlier) else _nearest(time_s, before_s)]),
        peak_s=float(time_s[_nearest(time_s, event.peak_s)]),
        after_s=float(time_s[later[0] if len(later) else _nearest(time_s, after_s)]),
    )


def _nearest(time_s: Floats, wanted_s: float) -> int:
    return int(np.abs(time_s - wanted_s).argmin())


def strip_pictures(
    plan: StripPlan,
    event: SpasmEvent,
    pictures: Mapping[float, Picture],
    landmarks_px: Mapping[float, Floats],
) -> tuple[tuple[str, float, Picture], ...]:
    """What a spasm's pictures show, when, and they themselves; arguments as ``film_strips``."""
    moments = zip(("before", "peak", "after"), plan.times_s, strict=True)
    known = [
        (moment, time_s, landmarks_px[time_s])
        for moment, time_s in moments
        if time_s in pictures and np.isfinite(landmarks_px.get(time_s, np.nan)).all()
    ]
    if not known:
        return ()
    # One scale and one height for the strip: only the face moves from picture to picture.
    scale, height_px = frame_of(known[0][2])
    return tuple(
        (moment, time_s, labelled(upright(pictures[time_s], points, scale, height_px), event.side))
        for moment, time_s, points in known
    )
