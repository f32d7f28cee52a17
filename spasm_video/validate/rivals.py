"""
Simpler rules that others use, on the same tracks, through the same matching.

Re-implemented from their published descriptions, in their favour where these are silent:

- ``eye aspect ratio``: the difference of the two eyes' aspect ratio beyond a fixed
  threshold, on points smoothed as MediaPipe's VIDEO mode smooths them;
- ``mean + 0.5 SD``: the rule of the open hemifacial spasm analyzer of Nomura and Sakai
  (10.5281/zenodo.18845312): the relative difference of the lid openings less its
  Savitzky-Golay trend of 3 s, above the recording's own mean + 0.5 standard deviations for
  at least four frames outside blinks. It is told the affected side;
- ``blendshapes left - right``: MediaPipe's scores for a closed eye, a squint and a smile, left
  against right, beyond a fixed threshold from their usual difference. Its network takes points
  that simulated tracks do not have, so it is there for videos alone; its points are not
  smoothed, in its favour.

The first two take the points of this program's own mesh: the same network as MediaPipe's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import savgol_filter

from spasm_video.anatomy import EYE_CORNERS, LID_PAIRS, SIDES, Region, Side
from spasm_video.dsp.intervals import runs
from spasm_video.observe.expressions import expressions
from spasm_video.records import AffectedSide, Kind
from spasm_video.validate.spasms import Spasm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.observe.expressions import Expressions
    from spasm_video.records import FaceTrack
    from spasm_video.validate.truth import Truth

    Floats = NDArray[np.float64]

_RATIO_APART = 0.05  # an open eye has a ratio of about 0.3
_SHORTEST_S = 0.06
_TREND_S, _TREND_ORDER = 3.0, 2
_SD, _FEWEST_FRAMES = 0.5, 4
_BLINK_SHARE = 0.5  # of the usual opening, in both eyes
_TINY = 1e-6
BLENDSHAPES = "blendshapes left - right"
_SCORES_APART = 0.1  # of 0 to 1; nobody has published one
_SCORE_REGIONS = {
    "eyeBlink": Region.EYELID, "eyeSquint": Region.EYELID, "mouthSmile": Region.MOUTH,
}  # fmt: skip
# MediaPipe's face landmarks in VIDEO mode: One-Euro filter (Casiez 2012).
_LEAST_HZ, _BETA, _SPEED_HZ = 0.05, 80.0, 1.0


def rivals(
    track: FaceTrack, truth: Truth, track_file: Path | None = None
) -> dict[str, tuple[Spasm, ...]]:
    """
    What each rule finds; nothing where no face was seen throughout.

    Blendshapes are compared only where ``track_file``, the track of a video, is there.
    """
    seen = np.asarray(np.isfinite(track.points_px).all(axis=(1, 2)), np.bool_)
    is_long = seen.sum() >= 2 * _FEWEST_FRAMES
    found = {name: rule(track, truth, seen) if is_long else () for name, rule in RULES.items()}
    if track_file is not None:
        found[BLENDSHAPES] = scores_apart(expressions(track_file)) if is_long else ()
    return found


def scores_apart(faces: Expressions) -> tuple[Spasm, ...]:
    """Where a score of one side exceeds that of the other by more than it usually does."""
    seen = np.isfinite(next(iter(faces.scores.values()))).all(axis=1)
    time_s = faces.time_s[seen]
    apart = {name: both[seen, 0] - both[seen, 1] for name, both in faces.scores.items()}
    apart = {name: values - np.median(values) for name, values in apart.items()}
    found: list[Spasm] = []
    for side in SIDES:
        sign = 1.0 if side is Side.LEFT else -1.0
        beyond = {name: sign * values > _SCORES_APART for name, values in apart.items()}
        for start, stop in runs(np.any(list(beyond.values()), axis=0)):
            if time_s[stop - 1] - time_s[start] < _SHORTEST_S:
                continue
            regions = dict.fromkeys(
                _SCORE_REGIONS[name] for name, is_beyond in beyond.items()
                if is_beyond[start:stop].any()
            )  # fmt: skip
            found.append(_spasm(side, time_s, start, stop, tuple(regions)))
    return tuple(found)


def _aspect_ratio(track: FaceTrack, _: Truth, seen: NDArray[np.bool_]) -> tuple[Spasm, ...]:
    time_s = track.time_s[seen]
    ratios = []
    for corners, pairs in zip(EYE_CORNERS, LID_PAIRS, strict=True):
        numbers = (*corners, *(number for pair in pairs for number in pair))
        points = _one_euro(track.landmarks(*numbers)[seen, :, :2], time_s, _face_px(track, seen))
        wide = np.linalg.norm(points[:, 0] - points[:, 1], axis=-1)
        ratios.append(_heights(points[:, 2:]) / wide)
    apart = ratios[1] - ratios[0]  # positive: the left is more closed
    found: list[Spasm] = []
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        spans = runs(sign * apart > _RATIO_APART)
        found += [
            _spasm(side, time_s, start, stop)
            for start, stop in spans
            if time_s[stop - 1] - time_s[start] >= _SHORTEST_S
        ]
    return tuple(found)


def _own_spread(track: FaceTrack, truth: Truth, seen: NDArray[np.bool_]) -> tuple[Spasm, ...]:
    time_s = track.time_s[seen]
    side = Side.RIGHT if AffectedSide.RIGHT in truth.affected_sides else Side.LEFT
    opening = {
        each: _heights(track.landmarks(*(n for pair in pairs for n in pair))[seen, :, :2])
        for each, pairs in zip(SIDES, LID_PAIRS, strict=True)
    }
    healthy, affected = opening[side.other], opening[side]
    apart = (healthy - affected) / (healthy + _TINY)
    window = round(_TREND_S / float(np.median(np.diff(time_s)))) | 1
    window = min(window, (len(apart) - 1) | 1 if len(apart) % 2 else len(apart) - 1)
    if window <= _TREND_ORDER:
        return ()
    rest = apart - savgol_filter(apart, window, _TREND_ORDER)
    blink = np.all([one < _BLINK_SHARE * np.median(one) for one in opening.values()], axis=0)
    above = (rest > rest.mean() + _SD * rest.std()) & ~blink
    return tuple(
        _spasm(side, time_s, start, stop)
        for start, stop in runs(above)
        if stop - start >= _FEWEST_FRAMES
    )


RULES: Mapping[str, Callable[[FaceTrack, Truth, NDArray[np.bool_]], tuple[Spasm, ...]]] = {
    "eye aspect ratio": _aspect_ratio,
    "mean + 0.5 SD": _own_spread,
}


def _heights(points: Floats) -> Floats:
    """(n,) mean distance of the lid margins; points are upper and lower in turn."""
    return np.asarray(np.linalg.norm(points[:, ::2] - points[:, 1::2], axis=-1).mean(axis=1))


def _face_px(track: FaceTrack, seen: NDArray[np.bool_]) -> float:
    points = track.points_px[seen, :, :2]
    return float(np.median(np.ptp(points, axis=1).mean(axis=1)))


def _one_euro(points: Floats, time_s: Floats, scale_px: float) -> Floats:
    """Points smoothed less the faster they move, in sizes of the face a second."""
    smooth = points.copy()
    speed = np.zeros_like(points[0])
    for i in range(1, len(points)):
        step_s = float(time_s[i] - time_s[i - 1])
        now = (points[i] - points[i - 1]) / scale_px / step_s
        speed += _weight(_SPEED_HZ, step_s) * (now - speed)
        weight = _weight(_LEAST_HZ + _BETA * np.abs(speed), step_s)
        smooth[i] = smooth[i - 1] + weight * (points[i] - smooth[i - 1])
    return smooth


def _weight(cutoff_hz: Floats | float, step_s: float) -> Floats:
    turn = 2 * np.pi * np.asarray(cutoff_hz) * step_s
    return np.asarray(turn / (turn + 1))


def _spasm(
    side: Side,
    time_s: Floats,
    start: int,
    stop: int,
    regions: tuple[Region, ...] = (Region.EYELID,),
) -> Spasm:
    """A run of frames; these rules give no size."""
    end_s = float(time_s[min(stop, len(time_s) - 1)])
    onset_s = float(time_s[start])
    return Spasm(
        onset_s=onset_s,
        peak_s=(onset_s + end_s) / 2,
        offset_s=max(end_s, onset_s),
        side=side,
        kind=Kind.TONIC if end_s - onset_s >= 1 else Kind.CLONIC,
        regions=regions,
        amplitude_mm=math.nan,
        region_mm={},
        closure=math.nan,
    )
