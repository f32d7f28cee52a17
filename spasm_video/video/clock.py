"""
From time stamps, good or bad, to times that strictly increase.

A good stamp is used as it is. The rules for the others, each counted as a repair:

========================  ======================================================
the stamp is              the picture's time is
========================  ======================================================
missing                   the last time plus the usual interval
equal or slightly back    half way from the last time to the next one due, so
                          that the picture after it can keep its own stamp
far back, hours ahead,    the last time plus the usual interval: the clock was
or standing still         set, and is followed from there
========================  ======================================================

The usual interval is the median of the last ones; before there are any, the
header's rate; without one, 1/30 s.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

Column = Literal["pts", "dts", "none"]

FALLBACK_INTERVAL_S = 1 / 30
GAP_RATIO = 2.5  # of the usual interval: at least one picture is missing, jitter apart
_CLOCK_WAS_SET_S = 3600.0  # no recording of a face pauses for an hour
_SHUFFLED = 2  # steps back; a single one is a slip
_STANDSTILL = 4  # bad stamps in a row
_RECENT = 15  # intervals; half a second at 30 frames/s


def trusted_column(pts: Sequence[int | None], dts: Sequence[int | None]) -> Column:
    """
    Which stamps of the first pictures, in the order shown, can be followed.

    Presentation stamps, unless they run backward again and again: an AVI has none, and
    what the library offers in their place are the decoding stamps in shuffled order.
    Then the decoding stamps, in the order shown, are right, if they do increase and
    are about as far apart. ``none`` where more than a quarter of the stamps are no use.

    >>> trusted_column([0, 4, 2, 8, 6], [0, 2, 4, 6, 8])
    'dts'
    """
    shown, decoded = _known_steps(pts), _known_steps(dts)
    is_shuffled = sum(step < 0 for step in shown) >= _SHUFFLED
    if (
        is_shuffled
        and decoded
        and min(decoded) > 0
        and 0.5 < mean(decoded) / (mean(shown) or 1) < 2
    ):
        return "dts"
    good = sum(step > 0 for step in shown) + (pts[0] is not None)
    return "pts" if 4 * good >= 3 * len(pts) else "none"


def _known_steps(stamps: Sequence[int | None]) -> list[int]:
    known = [stamp for stamp in stamps if stamp is not None]
    return [after - before for before, after in pairwise(known)]


class PresentationClock:
    """
    Times of pictures from their stamps, one after the other; the first is 0.

    ``tick_s`` is the length of one unit of the stamps, ``nominal_s`` the interval the
    header promises. ``n_repairs`` counts the stamps that could not be used.
    """

    def __init__(self, tick_s: Fraction, nominal_s: float) -> None:
        self._tick_s = tick_s
        self._intervals_s = deque([nominal_s], maxlen=_RECENT)
        self._is_nominal = True
        self._origin: int | None = None
        self._origin_time_s = 0.0
        self._last_s: float | None = None
        self._bad_in_a_row = 0
        self.n_repairs = 0

    def time_s(self, stamp: int | None) -> float:
        """The time of the next picture, seconds, greater than every one before it."""
        if self._last_s is None:
            time_s, good = 0.0, stamp is not None
            self._origin = stamp
        else:
            time_s, good = self._next_s(stamp, self._last_s)
        self._bad_in_a_row = 0 if good else self._bad_in_a_row + 1
        self.n_repairs += not good
        self._last_s = time_s
        return time_s

    def _next_s(self, stamp: int | None, last_s: float) -> tuple[float, bool]:
        usual_s = median(self._intervals_s)
        if stamp is None:
            return last_s + usual_s, False
        if self._origin is None:
            return self._set_to(stamp, last_s + usual_s), True
        time_s = self._origin_time_s + float((stamp - self._origin) * self._tick_s)
        step_s = time_s - last_s
        if 0 < step_s < _CLOCK_WAS_SET_S:
            self._learn(step_s)
            return time_s, True
        if abs(step_s) > GAP_RATIO * usual_s or self._bad_in_a_row >= _STANDSTILL:
            return self._set_to(stamp, last_s + usual_s), False
        return last_s + usual_s / 2 ** (self._bad_in_a_row + 1), False

    def _set_to(self, stamp: int, time_s: float) -> float:
        self._origin, self._origin_time_s = stamp, time_s
        return time_s

    def _learn(self, interval_s: float) -> None:
        if self._is_nominal:
            self._intervals_s.clear()
            self._is_nominal = False
        self._intervals_s.append(interval_s)
