"""
How much of a movement the signals keep, and how late they show it.

The true course of a twitch is laid over the signal of its region: the gain of the best fit
is the part kept, its shift the delay. Noise moves neither in the mean, as it would the
height of a peak; and it does not matter whether the twitch was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from spasm_video.records import MovementSignals
    from spasm_video.validate.spasms import Spasm

    Floats = NDArray[np.float64]

_AROUND_S = 0.12  # before and after: the baseline of the fit
_SHIFTS_S = np.arange(-0.1, 0.1001, 0.0025)
_FEWEST = 4  # samples


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Of one twitch in one region: the part kept (1: all) and the delay, s."""

    kept: float
    delay_s: float


def fidelities(signals: MovementSignals, twitches: Iterable[Spasm]) -> tuple[Fidelity, ...]:
    """One for each region of each twitch that was measured; twitches have a single peak."""
    return tuple(one for twitch in twitches for one in _of(signals, twitch))


def _of(signals: MovementSignals, twitch: Spasm) -> Iterator[Fidelity]:
    reach_s = _AROUND_S + float(_SHIFTS_S.max())
    start, stop = np.searchsorted(
        signals.time_s, (twitch.onset_s - reach_s, twitch.offset_s + reach_s)
    )
    time_s = signals.time_s[start:stop]
    course = Course(
        onset_s=twitch.onset_s,
        peak_s=twitch.peak_s,
        release_s=twitch.peak_s,
        offset_s=twitch.offset_s,
    )
    for region, size_mm in twitch.region_mm.items():
        read_mm = signals.excess(region, twitch.side)[start:stop]
        if len(time_s) >= _FEWEST and np.isfinite(read_mm).all() and size_mm > 0:
            fits = [_fit(read_mm, size_mm * course.delayed(s).level(time_s)) for s in _SHIFTS_S]
            best = int(np.argmin([left for _, left in fits]))
            yield Fidelity(fits[best][0], float(_SHIFTS_S[best]))


def _fit(read_mm: Floats, true_mm: Floats) -> tuple[float, float]:
    """Gain of the true course in what was read above its baseline, and what is left over."""
    true = true_mm - true_mm.mean()
    read = read_mm - read_mm.mean()
    power = float(true @ true)
    gain = float(true @ read) / power if power > 0 else 0.0
    return gain, float(((read - gain * true) ** 2).sum())
