"""
The time course of a movement: a fast rise, a plateau that may ripple, a slower decay.

Ramps are half a cosine, so a course is exactly zero outside its span and every instant of
it can be computed by hand. Onset and offset are where the level is 10 % of the peak, the
convention of the truth files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from spasm_video.errors import ParameterError

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import AnyFloats, Floats

ONSET_LEVEL = 0.1
_ONSET_FRACTION = 2 / math.pi * math.asin(math.sqrt(ONSET_LEVEL))
"""How far into a ramp, as a fraction of it, the level passes ``ONSET_LEVEL``."""

_RIPPLE_HZ = (6.3, 8.9, 11.7)  # irregular: no common period within a tonic spasm
_RIPPLE_EDGE_S = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """
    A level from 0 to 1 over time.

    ``onset_s`` and ``offset_s`` are the 10 % instants; the level is 1 from ``peak_s`` to
    ``release_s``, less a ripple of at most ``ripple`` between the two.
    """

    onset_s: float
    peak_s: float
    release_s: float
    offset_s: float
    ripple: float = 0.0

    def __post_init__(self) -> None:
        """Refuse instants out of order."""
        if not self.onset_s < self.peak_s <= self.release_s < self.offset_s:
            raise ParameterError(
                f"A movement from {self.onset_s} s to {self.offset_s} s peaks at {self.peak_s} s "
                f"and is released at {self.release_s} s.",
                "Give onset, peak, release and offset in this order.",
            )
        if not 0 <= self.ripple < 1:
            raise ParameterError(f"ripple is {self.ripple}.", "Give 0 or more and less than 1.")

    @classmethod
    def clonic(cls, onset_s: float, *, rise_s: float = 0.045, decay_s: float = 0.13) -> Self:
        """Twitch once: ``rise_s`` from onset to peak, ``decay_s`` from peak to offset."""
        peak_s = onset_s + rise_s
        return cls(onset_s=onset_s, peak_s=peak_s, release_s=peak_s, offset_s=peak_s + decay_s)

    @classmethod
    def tonic(
        cls,
        onset_s: float,
        *,
        hold_s: float,
        rise_s: float = 0.09,
        decay_s: float = 0.3,
        ripple: float = 0.15,
    ) -> Self:
        """Contract and hold for ``hold_s``, the level rippling as the muscle fires unevenly."""
        peak_s = onset_s + rise_s
        release_s = peak_s + hold_s
        return cls(
            onset_s=onset_s,
            peak_s=peak_s,
            release_s=release_s,
            offset_s=release_s + decay_s,
            ripple=ripple,
        )

    @property
    def start_s(self) -> float:
        """The last instant at which the level is still zero."""
        return self.peak_s - (self.peak_s - self.onset_s) / (1 - _ONSET_FRACTION)

    @property
    def end_s(self) -> float:
        """The first instant at which the level is zero again."""
        return self.release_s + (self.offset_s - self.release_s) / (1 - _ONSET_FRACTION)

    @property
    def duration_s(self) -> float:
        """From onset to offset, seconds."""
        return self.offset_s - self.onset_s

    def delayed(self, lag_s: float) -> Self:
        """Return the same course ``lag_s`` later."""
        return replace(
            self,
            onset_s=self.onset_s + lag_s,
            peak_s=self.peak_s + lag_s,
            release_s=self.release_s + lag_s,
            offset_s=self.offset_s + lag_s,
        )

    def level(self, time_s: Floats) -> Floats:
        """
        Evaluate the course at ``time_s``, any shape.

        >>> course = Course.clonic(1.0, rise_s=0.05, decay_s=0.15)
        >>> course.level(np.array([0.9, 1.0, 1.05, 1.2, 1.3])).round(3).tolist()
        [0.0, 0.1, 1.0, 0.1, 0.0]
        """
        rising = smooth_step(time_s, self.start_s, self.peak_s)
        falling = smooth_step(time_s, self.release_s, self.end_s)
        level = rising * (1 - falling) * (1 - self.ripple * self._unevenness(time_s))
        return np.asarray(level, np.float64)

    def _unevenness(self, time_s: Floats) -> Floats:
        edge_s = min(_RIPPLE_EDGE_S, (self.release_s - self.peak_s) / 2)
        if self.ripple == 0 or edge_s == 0:
            return np.zeros_like(time_s)
        since_s = time_s - self.peak_s
        waves = [
            np.sin(2 * np.pi * hz * since_s + phase) for phase, hz in enumerate(_RIPPLE_HZ, start=1)
        ]
        wave = 0.5 - 0.5 * np.mean(waves, axis=0)
        entering = smooth_step(time_s, self.peak_s, self.peak_s + edge_s)
        leaving = smooth_step(time_s, self.release_s - edge_s, self.release_s)
        return np.asarray(wave * entering * (1 - leaving), np.float64)


def smooth_step(value: AnyFloats, start: float, end: float) -> AnyFloats:
    """
    Rise from 0 at ``start`` to 1 at ``end`` along half a cosine.

    >>> smooth_step(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), 0.0, 1.0).round(3).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    fraction = np.clip((value - start) / (end - start), 0, 1)
    return np.asarray(np.sin(np.pi / 2 * fraction) ** 2)
