"""
The twitch-frequency core: bursts, intervals and the spectrum of one-sided movement.

Hemifacial spasm is irregular; a tremor is not. Rate within bursts, the spread of the
intervals and how much of the 0.5-12 Hz power lies in one narrow peak tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.dsp.spectra import power_density

if TYPE_CHECKING:
    from spasm_video.params import SummaryParams

Floats = NDArray[np.float64]

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """
    How events of one region and side follow each other; NaN where there are too few.

    ``interval_cv`` is spread over mean of the intervals: near 1 irregular, near 0 regular.
    """

    median_interval_s: float
    interval_cv: float
    bursts: int
    twitch_rate_hz: float


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Power of the one-sided movement in the band; NaN where no stretch is long enough."""

    band_power_mm2: float
    peak_frequency_hz: float
    rhythmicity: float


def watched(onsets_s: Floats, unseen_s: Floats) -> list[Floats]:
    """
    Sorted onsets (k,) in groups that were watched without a break; none gives none.

    ``unseen_s`` (u,) are times at which nothing could be measured: who knows what happened
    then, so neither an interval nor a burst reaches across one.

    >>> watched(np.array([1.0, 2.0, 5.0]), np.array([3.0, 3.1]))
    [array([1., 2.]), array([5.])]
    """
    if not len(onsets_s):
        return []
    before = np.searchsorted(unseen_s, onsets_s)
    return np.split(onsets_s, np.flatnonzero(np.diff(before)) + 1)


def rhythm(groups_s: list[Floats], params: SummaryParams) -> Rhythm:
    """Intervals and bursts of onsets, in groups each watched without a break."""
    intervals = np.concatenate([np.zeros(0), *(np.diff(group) for group in groups_s)])
    bursts = _bursts(groups_s, params)
    within = np.concatenate([np.zeros(0), *(np.diff(burst) for burst in bursts)])
    enough = len(intervals) >= 2
    return Rhythm(
        median_interval_s=float(np.median(intervals)) if len(intervals) else _NAN,
        interval_cv=float(intervals.std(ddof=1) / intervals.mean()) if enough else _NAN,
        bursts=len(bursts),
        twitch_rate_hz=float(1 / within.mean()) if len(within) else _NAN,
    )


def spectrum(stretches: list[tuple[Floats, Floats]], params: SummaryParams) -> Spectrum:
    """
    Welch spectrum over all stretches long enough, weighted by their length.

    ``stretches`` are (time_s, moved_mm) pairs without NaN; they are brought to a uniform
    rate by lines between samples. Power and peak are those of the movement; rhythmicity is
    that of its speed, because pulses of any rhythm pile their power up at low frequency.
    """
    power: Floats | None = None
    total = 0.0
    frequency = np.arange(params.lowest_hz, params.highest_hz + 1e-9, 1 / params.spectrum_s)
    for time_s, moved_mm in stretches:
        lasts_s = float(time_s[-1] - time_s[0])
        rate_hz = 1 / float(np.median(np.diff(time_s)))
        if lasts_s < params.spectrum_s or rate_hz < 2 * params.lowest_hz:
            continue
        even_s = np.arange(time_s[0], time_s[-1], 1 / rate_hz)
        even_mm = np.interp(even_s, time_s, moved_mm)
        segment = min(round(params.spectrum_s * rate_hz), len(even_mm))
        found, density = power_density(even_mm, rate_hz, segment)
        here = np.interp(frequency, found, density, right=0.0)
        power = here * lasts_s if power is None else power + here * lasts_s
        total += lasts_s
    if power is None or not power.sum():
        return Spectrum(_NAN, _NAN, _NAN)
    band = float(power.sum() / total / params.spectrum_s)
    peak_hz = float(frequency[int(np.argmax(power))])
    return Spectrum(band, peak_hz, _rhythmicity(frequency, power * frequency**2, params))


def _rhythmicity(frequency: Floats, power: Floats, params: SummaryParams) -> float:
    """
    Share of the power (0-1) on one beat and its harmonics, beyond what chance puts there.

    Brief twitches of a steady beat spread over all its harmonics, so they are counted
    together; a comb of slow beats covers everything, which the chance share takes out.
    """
    best = 0.0
    for beat_hz in frequency[frequency >= params.slowest_beat_hz]:
        off = np.abs(frequency / beat_hz - np.round(frequency / beat_hz)) * beat_hz
        on_beat = (off <= params.peak_width_hz / 2) & (frequency > beat_hz / 2)
        chance = float(on_beat.mean())
        share = float(power[on_beat].sum() / power.sum())
        best = max(best, (share - chance) / (1 - chance))
    return best


def _bursts(groups_s: list[Floats], params: SummaryParams) -> list[Floats]:
    near = [
        burst
        for group in groups_s
        for burst in np.split(group, np.flatnonzero(np.diff(group) >= params.burst_gap_s) + 1)
    ]
    return [burst for burst in near if len(burst) >= params.burst_twitches]


def count_bursts(groups_s: list[Floats], params: SummaryParams) -> int:
    """How many bursts sorted onsets make."""
    return len(_bursts(groups_s, params))
