"""
The sensitivity map: what share is found, by region, size, duration, frame rate and face.

Read from clips in which one region, or eyelid, cheek and mouth together, move by sizes and
durations on a grid.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from spasm_video.records import UNKNOWN, Estimate
from spasm_video.validate.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from spasm_video.validate.comparison import Comparison

    Floats = NDArray[np.float64]

SIZES_MM: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)
DURATIONS_MS: tuple[float, ...] = (60.0, 100.0, 200.0, 400.0, 2000.0)

_BINS_MM = (0.0, 0.5, 1.0, 2.0, 3.0, math.inf)
_DRAWS, _SEED = 200, 21
_GENTLE = 0.05  # keeps the slope finite where every size is found, or none is
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A condition of the map: ``hits`` of ``n`` spasms were found."""

    region: str
    fps: float
    face_px: float
    size_mm: float
    duration_ms: float
    hits: int
    n: int

    @property
    def recall(self) -> Estimate:
        """The share found."""
        return wilson(self.hits, self.n)


def cells(clips: Iterable[Comparison], faces_px: Sequence[float]) -> tuple[Cell, ...]:
    """
    Every spasm of the clips, counted in its cell; ``label`` of a clip names what moves.

    ``faces_px`` are the sizes of face the map has; a clip belongs to the nearest.
    """
    counts: dict[tuple[str, float, float, float, float], list[int]] = defaultdict(lambda: [0, 0])
    for clip in clips:
        hit = {i for i, _ in clip.pairs}
        face_px = _nearest(clip.face_px, faces_px)
        for i, spasm in enumerate(clip.true):
            size_mm = _nearest(spasm.amplitude_mm, SIZES_MM)
            duration_ms = _nearest(1000 * spasm.duration_s, DURATIONS_MS)
            count = counts[clip.label, round(clip.fps), face_px, size_mm, duration_ms]
            count[0] += i in hit
            count[1] += 1
    return tuple(Cell(*key, *count) for key, count in sorted(counts.items()))


def together(found: Iterable[Cell]) -> Estimate:
    """The share found over some cells."""
    all_of = list(found)
    return wilson(sum(cell.hits for cell in all_of), sum(cell.n for cell in all_of))


def by_size(clips: Iterable[Comparison]) -> tuple[tuple[str, Estimate, int], ...]:
    """The share found of spasms of each size, in words, with its interval and number."""
    sized = [
        (spasm.amplitude_mm, i in {a for a, _ in clip.pairs})
        for clip in clips
        for i, spasm in enumerate(clip.true)
    ]
    told = []
    for low, high in pairwise(_BINS_MM):
        hits = [hit for size_mm, hit in sized if low <= size_mm < high]
        words = f"{low:g} mm and more" if math.isinf(high) else f"{low:g} to {high:g} mm"
        told.append((words, wilson(sum(hits), len(hits)), len(hits)))
    return tuple(told)


def half_found_mm(clips: Sequence[Comparison]) -> tuple[Estimate, int]:
    """
    The size of which half are found, mm, and the number of spasms it rests on.

    A logistic curve in the logarithm of the size. Below the smallest size that was tried
    the size is told as that, and above the largest it is infinite: not found at any size.
    """
    pairs = [
        (spasm.amplitude_mm, i in {a for a, _ in clip.pairs})
        for clip in clips
        for i, spasm in enumerate(clip.true)
        if spasm.amplitude_mm > 0
    ]
    if not pairs:
        return UNKNOWN, 0
    size_mm = np.array([size for size, _ in pairs])
    is_found = np.array([found for _, found in pairs], float)
    rng = np.random.default_rng(_SEED)
    n = len(pairs)
    weights = np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), size=_DRAWS)])
    value, *drawn = _half(np.log(size_mm), is_found, weights)
    low, high = np.quantile(drawn, (0.025, 0.975), method="nearest")
    return Estimate(value, min(float(low), value), max(float(high), value)), n


def _half(log_mm: Floats, is_found: Floats, weights: Floats) -> list[float]:
    """The size at a half for each row of ``weights`` (k, n), mm; by Newton's method."""
    lowest, highest = float(log_mm.min()), float(log_mm.max())
    middle = (lowest + highest) / 2
    x = np.stack([np.ones_like(log_mm), log_mm - middle])
    at = np.zeros((len(weights), 2))
    for _ in range(_STEPS):
        share = expit(at @ x)
        slope = (weights * (is_found - share)) @ x.T - _GENTLE * at
        bend = np.einsum("kn,in,jn->kij", weights * share * (1 - share), x, x)
        at += np.linalg.solve(bend + _GENTLE * np.eye(2), slope[..., None])[..., 0]
    at[:, 1] = np.maximum(at[:, 1], 0.0)  # a larger spasm is not harder to find
    ends = at[:, :1] + at[:, 1:] * (np.array([lowest, highest]) - middle)
    return [
        math.inf if high < 0 else math.exp(lowest) if low >= 0 else math.exp(middle - a / b)
        for (low, high), (a, b) in zip(ends.tolist(), at.tolist(), strict=True)
    ]


def _nearest(value: float, of: Sequence[float]) -> float:
    """The nearest by ratio; the value itself where it is not known."""
    if not value > 0 or not of:
        return value
    return min(of, key=lambda one: abs(math.log(one / value)))
