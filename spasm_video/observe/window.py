"""The last seconds of what was seen, as a track: what is measured while a camera runs."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import MEASURED_LANDMARKS, SIDES, SKIN_WINDOWS
from spasm_video.observe.observer import Reading
from spasm_video.records import FaceTrack, VideoFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spasm_video.video.frames import VideoInfo

_KEEP = list(MEASURED_LANDMARKS)
_W, _S, _NAN = len(SKIN_WINDOWS), len(SIDES), float("nan")
_NOTHING = Reading(
    points_px=np.full((478, 3), np.nan),
    presence=_NAN,
    lid_px=np.full((_S, 2), np.nan),
    iris_px=np.full((_S, 2), np.nan),
    skin_step_px=np.full((_W, _S, 2), np.nan),
    skin_confidence=np.full((_W, _S), np.nan),
    sharpness=_NAN,
    brightness=_NAN,
    other_faces=0,
    fresh=False,
)


class TrackWindow:
    """Keeps the readings of the last ``length_s`` seconds."""

    def __init__(self, info: VideoInfo, length_s: float) -> None:
        self._info, self._length_s = info, length_s
        self._rows: deque[tuple[float, Reading]] = deque()

    def append(self, time_s: float, reading: Reading | None) -> None:
        """Add a frame, None where no face was, and forget what is too old."""
        self._rows.append((time_s, _NOTHING if reading is None else reading))
        while self._rows[0][0] < time_s - self._length_s:
            self._rows.popleft()

    def copy(self) -> TrackWindow:
        """The window as it is now: to be measured while this one goes on."""
        same = TrackWindow(self._info, self._length_s)
        same._rows = self._rows.copy()
        return same

    @property
    def last_s(self) -> float:
        """Time of the last frame."""
        return self._rows[-1][0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._rows

    def track(self, beyond_s: float = 0.0) -> FaceTrack:
        """
        The readings as a track; its times go on from window to window.

        For ``beyond_s`` after the last frame the film runs backwards: a running baseline then
        does not take a movement that holds at this moment for rest.
        """
        rows = tuple(self._rows)
        times_s, readings = zip(*rows, *_backwards(rows, beyond_s), strict=True)
        time_s = np.array(times_s)
        return FaceTrack(
            time_s=time_s,
            points_px=np.array([reading.points_px[_KEEP] for reading in readings]),
            presence=np.array([reading.presence for reading in readings]),
            lid_px=np.array([reading.lid_px for reading in readings]),
            iris_px=np.array([reading.iris_px for reading in readings]),
            skin_step_px=np.array([reading.skin_step_px for reading in readings]),
            skin_confidence=np.array([reading.skin_confidence for reading in readings]),
            sharpness=np.array([reading.sharpness for reading in readings]),
            brightness=np.array([reading.brightness for reading in readings]),
            other_faces=np.array([reading.other_faces for reading in readings]),
            taken=np.array([reading.fresh for reading in readings]),
            video=self._facts(time_s),
            observed_with="live",
        )

    def _facts(self, time_s: NDArray[np.float64]) -> VideoFacts:
        steps_ms = 1000 * np.diff(time_s)
        return VideoFacts(
            file_name=self._info.path_name,
            sha256="",
            width_px=self._info.width_px,
            height_px=self._info.height_px,
            codec=self._info.codec,
            rotation_deg=0,
            nominal_fps=self._info.nominal_fps,
            real_fps=float(1000 / steps_ms.mean()) if steps_ms.size else _NAN,
            duration_s=float(time_s[-1] - time_s[0]),
            shortest_interval_ms=float(steps_ms.min()) if steps_ms.size else _NAN,
            longest_interval_ms=float(steps_ms.max()) if steps_ms.size else _NAN,
            time_repairs=0,
            gaps=0,
            corrupt_after_s=math.nan,
            decoder=self._info.decoder,
            mirrored=False,
        )


def _backwards(
    rows: tuple[tuple[float, Reading], ...], length_s: float
) -> Iterator[tuple[float, Reading]]:
    """The last seconds again, the last frame first, each step the other way."""
    now_s = rows[-1][0]
    for (time_s, reading), (_, after) in zip(rows[-2::-1], rows[:0:-1], strict=True):
        if now_s - time_s > length_s:
            return
        yield (
            2 * now_s - time_s,
            replace(
                reading,
                skin_step_px=-after.skin_step_px,
                skin_confidence=after.skin_confidence,
                fresh=after.fresh,
            ),
        )
