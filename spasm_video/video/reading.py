"""What a read of a file was like: how many pictures, how regular, how damaged."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from spasm_video.video.clock import GAP_RATIO


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeReport:
    """
    What a read of a file was like, over the pictures given out.

    Attributes
    ----------
    is_complete : the read came to the end of the file or of the selection
    n_frames : pictures given out
    n_time_repairs : time stamps that could not be used as they were, from the first picture
    n_gaps : intervals longer than 2.5 times the median
    n_dropped : pictures not given out, damaged or built on a damaged one
    corrupt : some part of the file could not be decoded
    corrupt_after_s : time of the last whole picture before the first damage; NaN if none
    damaged_s : the stretches without a whole picture, each from the last one before to
        the first one after; infinity where none came after
    median_interval_ms, min_interval_ms, max_interval_ms : NaN below two pictures
    effective_fps : (pictures - 1) over the time between the first and the last; NaN as above
    """

    is_complete: bool
    n_frames: int
    n_time_repairs: int
    n_gaps: int
    n_dropped: int
    corrupt: bool
    corrupt_after_s: float
    damaged_s: tuple[tuple[float, float], ...]
    median_interval_ms: float
    min_interval_ms: float
    max_interval_ms: float
    effective_fps: float


class ReadLog:
    """Takes notes during one read and sums them up as a ``DecodeReport``."""

    def __init__(self) -> None:
        self._times_s = array("d")
        self._damages_s: list[tuple[float, float]] = []
        self._last_whole_s = 0.0
        self.is_damaged = False  # from a damage to the next whole picture
        self.is_complete = False
        self.n_dropped = 0
        self.n_time_repairs = 0

    def given_out(self, time_s: float) -> None:
        """A picture was given out."""
        self._times_s.append(time_s)

    def whole(self, time_s: float) -> None:
        """A picture was decoded undamaged."""
        if self.is_damaged:
            self._damages_s.append((self._last_whole_s, time_s))
            self.is_damaged = False
        self._last_whole_s = time_s

    def drop(self) -> None:
        """A picture was decoded but is damaged."""
        self.n_dropped += 1
        self.damage()

    def damage(self) -> None:
        """Something after the last picture could not be decoded."""
        self.is_damaged = True

    @property
    def is_empty(self) -> bool:
        """Whether no picture was given out yet."""
        return not self._times_s

    def report(self) -> DecodeReport:
        """The notes so far."""
        damages_s = list(self._damages_s)
        if self.is_damaged:
            damages_s.append((self._last_whole_s, float("inf")))
        times_s = np.array(self._times_s)
        intervals_ms = 1000 * np.diff(times_s)
        shortest, usual, longest = (
            (float(f(intervals_ms)) for f in (np.min, np.median, np.max))
            if intervals_ms.size
            else (float("nan"),) * 3
        )
        return DecodeReport(
            is_complete=self.is_complete,
            n_frames=len(times_s),
            n_time_repairs=self.n_time_repairs,
            n_gaps=int(np.count_nonzero(intervals_ms > GAP_RATIO * usual)),
            n_dropped=self.n_dropped,
            corrupt=bool(damages_s),
            corrupt_after_s=damages_s[0][0] if damages_s else float("nan"),
            damaged_s=tuple(damages_s),
            median_interval_ms=usual,
            min_interval_ms=shortest,
            max_interval_ms=longest,
            effective_fps=float(1000 / np.mean(intervals_ms)) if intervals_ms.size else np.nan,
        )
