"""
Scenarios drawn by chance, for clips without end that nobody has to write.

Spasms and blinks come at irregular times, as they do in people: no tremor, no beat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.scenario import Blink, Part, Scenario, Spasm
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_S = 1.0  # of rest, so that a measurement finds what rest is
_GAP_S = 0.35  # at least, from the end of one movement to the onset of the next
_LARGEST: Mapping[Region, float] = {
    Region.EYELID: 1.0,
    Region.CHEEK: 2.8,
    Region.MOUTH: 5.0,
    Region.BROW: 3.0,
    Region.NECK: 3.0,
}
"""How far each region goes at most (closed part of the eye, mm), in the usual order of spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """
    What is drawn, and how much of it on average.

    ``side`` None makes a healthy face. ``spread`` is the largest number of regions in one
    spasm; ``strength``, 0 to 1, the largest part of the full movement.
    """

    duration_s: float = 20.0
    fps: float = 30.0
    side: Side | None = Side.LEFT
    spasms_per_min: float = 24.0
    blinks_per_min: float = 16.0
    tonic: float = 0.2
    spread: int = 5
    strength: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not (self.duration_s > 0 and self.fps > 0):
            raise ParameterError("A clip needs a length and a frame rate.", "Give more than 0.")
        if min(self.spasms_per_min, self.blinks_per_min) < 0:
            raise ParameterError("A rate is negative.", "Give 0 or more per minute.")
        if not (1 <= self.spread <= len(_LARGEST) and 0 < self.strength <= 1):
            raise ParameterError(
                f"spread is {self.spread} and strength {self.strength}.",
                "Give a spread of 1 to 5 regions and a strength above 0 and up to 1.",
            )
        if not 0 <= self.tonic <= 1:
            raise ParameterError(f"tonic is {self.tonic}.", "Give the part of spasms, 0 to 1.")


def drawn(chance: Chance, *, seed: int) -> Scenario:
    """Draw a scenario: the same seed draws the same one."""
    rng = np.random.default_rng(seed)
    spasms: list[Spasm] = []
    blinks: list[Blink] = []
    spasm_rate = 0.0 if chance.side is None else chance.spasms_per_min / 60
    blink_rate = chance.blinks_per_min / 60
    free_s = _FIRST_S
    while spasm_rate + blink_rate > 0:
        free_s += rng.gamma(1.5, max(1 / (spasm_rate + blink_rate) - _GAP_S, 0.05) / 1.5)
        movement: Spasm | Blink
        if chance.side is not None and rng.random() < spasm_rate / (spasm_rate + blink_rate):
            movement = _spasm(rng, chance, chance.side, free_s)
            end_s = movement.end_s
        else:
            closure = 1.0 if rng.random() < 0.5 else rng.uniform(0.35, 0.75)
            movement = Blink.at(free_s, closure=round(closure, 2))
            end_s = movement.course.end_s
        if end_s > chance.duration_s:
            break
        if isinstance(movement, Spasm):
            spasms.append(movement)
        else:
            blinks.append(movement)
        free_s = end_s + _GAP_S
    return Scenario(
        duration_s=chance.duration_s,
        fps=chance.fps,
        seed=seed,
        spasms=tuple(spasms),
        blinks=tuple(blinks),
    )


def _spasm(rng: np.random.Generator, chance: Chance, side: Side, onset_s: float) -> Spasm:
    size = chance.strength * rng.uniform(0.35, 1.0)
    count = int(rng.integers(1, chance.spread + 1))
    parts = tuple(
        Part(
            region=region,
            peak=round(largest * size * rng.uniform(0.8, 1.0), 3),
            lag_s=round(0.01 * order, 3),
        )
        for order, (region, largest) in enumerate(list(_LARGEST.items())[:count])
    )
    onset_s = round(onset_s, 4)
    if rng.random() < chance.tonic:
        course = Course.tonic(onset_s, hold_s=round(rng.uniform(0.8, 2.0), 3))
    else:
        rise_s, decay_s = round(rng.uniform(0.04, 0.06), 3), round(rng.uniform(0.08, 0.3), 3)
        course = Course.clonic(onset_s, rise_s=rise_s, decay_s=decay_s)
    return Spasm(side=side, course=course, parts=parts)
