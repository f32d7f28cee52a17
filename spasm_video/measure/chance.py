"""
Chance: how far one side leaves the other when nothing is wrong.

Judged by the other side, and relative to what each moment explains: a talking minute is
held against itself, and so is the quiet second after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import percentile_filter

from spasm_video.dsp.filters import running_noise, samples

if TYPE_CHECKING:
    from spasm_video.params import LimitParams

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NOISE_PERCENTILE, _QUIET_PERCENTILE = 60.0, 35.0
_HELD_NOISE_WINDOW_S, _HELD_CHANCE_WINDOW_S = 20.0, 32.0
_FEWEST_KEPT = 15  # half a second: else blinks are all there is


@dataclass(frozen=True, slots=True)
class Rule:
    """How chance is judged: noise over a window, the other side's peaks over a longer one."""

    factor: float
    noise_window_s: float
    noise_percentile: float
    chance_window_s: float
    chance_percentile: float


def brief_rule(limits: LimitParams, factor: float | None = None) -> Rule:
    """For movements no longer than a twitch; ``factor`` if another than of the skin."""
    return Rule(
        limits.noise_factor if factor is None else factor,
        limits.noise_window_s,
        _NOISE_PERCENTILE,
        limits.chance_window_s,
        limits.chance_percentile,
    )


def held_rule(limits: LimitParams) -> Rule:
    """For movements that are held."""
    return Rule(
        limits.held_noise_factor,
        _HELD_NOISE_WINDOW_S,
        _QUIET_PERCENTILE,
        _HELD_CHANCE_WINDOW_S,
        limits.held_chance_percentile,
    )


def chance(ratio: Floats, time_s: Floats, rule: Rule, *, leave_out: Bools | None = None) -> Floats:
    """
    (m, side) how many times more than what the moment explains is chance; at least 1.

    ``ratio`` (m, side) is the excess of a side over what the moment explains. Chance is
    what the *other* side shows of it: a spasm that repeats on one side raises the other
    side's limit, not its own, so that a severe day is not hidden by itself; and as it is
    taken relative to what its own moment explains, a talk or a blink does not hide the
    quiet seconds beside it.
    """
    keep = np.arange(len(ratio))
    if leave_out is not None and (~leave_out).sum() > _FEWEST_KEPT:
        keep = np.flatnonzero(~leave_out)
    when = time_s[keep]
    sides = []
    for other in ratio[keep, ::-1].T:
        # One side of a noise about zero is half of it. And only the other side's: a dense
        # train of twitches is not taken for the noise it must exceed.
        noise = running_noise(other, when, rule.noise_window_s, rule.noise_percentile, half=True)
        size = min(samples(rule.chance_window_s, when), (2 * len(when) - 1) | 1)
        peaks = percentile_filter(other, rule.chance_percentile, size=size, mode="reflect")
        limit = np.maximum(np.maximum(rule.factor * noise, peaks), 1.0)
        sides.append(np.interp(time_s, when, limit))
    return np.stack(sides, axis=1)
