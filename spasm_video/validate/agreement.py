"""
How well found and true agree, over clips: what was found, where, when, how large.

Each function takes comparisons and gives figures, each with its 95 % interval and the
number it rests on. A figure of nothing is NaN. Amplitude and time are of matched pairs,
found minus true.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.records import UNKNOWN, Estimate
from spasm_video.validate.intervals import (
    f1,
    f1_of,
    mean,
    median,
    ninth_decile,
    per_minute,
    share,
    spread_ends,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spasm_video.validate.comparison import Comparison
    from spasm_video.validate.spasms import Spasm

CLAIMED_MM, CLAIMED_CLOSURE = 1.0, 0.3
"""What the product claims to find: 1 mm anywhere, or 30 % of the open eye closed."""

REGION_LEAST_MM = 0.5
"""A region that truly moved less than this need not be named."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured accuracy: ``n`` events, clips or seconds it rests on."""

    measure: str
    estimate: Estimate
    n: int
    unit: str


def is_claimed(spasm: Spasm) -> bool:
    """Whether a true spasm is as large as what is claimed; one of unknown size is."""
    if math.isnan(spasm.amplitude_mm):
        return True
    return spasm.amplitude_mm >= CLAIMED_MM or spasm.closure >= CLAIMED_CLOSURE


def agreement(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """All figures of clips in which there are spasms, but those of blinks."""
    return (
        *events(clips),
        *sides(clips),
        *regions(clips),
        *times(clips),
        *sizes(clips),
        *rates(clips),
    )


def events(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """Precision, recall and F1: of all spasms, and of those that are claimed to be found."""
    hits, false = [len(c.pairs) for c in clips], [len(c.false) for c in clips]
    missed = [len(c.missed) for c in clips]
    found, true = _added(hits, false), _added(hits, missed)
    precision = share(hits, found)
    large = [sum(is_claimed(s) for s in c.true) for c in clips]
    large_hits = [sum(is_claimed(s) for s, _ in c.matched) for c in clips]
    recall = share(large_hits, large)
    return (
        Figure("event_f1", f1(hits, false, missed), sum(true), "1"),
        Figure("event_precision", precision, sum(found), "1"),
        Figure("event_recall", share(hits, true), sum(true), "1"),
        Figure("claimed_f1", f1_of(precision, recall), sum(large), "1"),
        Figure("claimed_recall", recall, sum(large), "1"),
    )


def sides(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """The side of each spasm, and of the person."""
    right = [len(c.pairs) for c in clips]
    either = _added(right, [len(c.wrong_side) for c in clips])
    affected = [float(c.affected_found in c.affected_true) for c in clips]
    return (
        Figure("side_accuracy", share(right, either), sum(either), "1"),
        Figure("affected_side_accuracy", share(affected, [1.0] * len(clips)), len(clips), "1"),
    )


def regions(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """
    Which regions are named: recall over all true spasms, precision over matched ones.

    ``named_recall`` is over matched spasms only: given that a spasm was found.
    """
    return tuple(figure for region in REGIONS for figure in _region(clips, region))


def _region(clips: Sequence[Comparison], region: Region) -> tuple[Figure, ...]:
    matched = [c.matched for c in clips]
    true = [sum(_moved(s, region) for s in c.true) for c in clips]
    met = [sum(_moved(s, region) for s, _ in pairs) for pairs in matched]
    named = [sum(_moved(s, region) and region in f.regions for s, f in p) for p in matched]
    told = [sum(region in f.regions for _, f in pairs) for pairs in matched]
    rightly = [sum(region in f.regions and region in s.regions for s, f in p) for p in matched]
    precision, recall = share(rightly, told), share(named, true)
    return (
        Figure(f"{region}_f1", f1_of(precision, recall), sum(true), "1"),
        Figure(f"{region}_precision", precision, sum(told), "1"),
        Figure(f"{region}_recall", recall, sum(true), "1"),
        Figure(f"{region}_named_recall", share(named, met), sum(met), "1"),
    )


def _moved(spasm: Spasm, region: Region) -> bool:
    """Whether a region must be named; by the label alone where no size is known."""
    if region not in spasm.regions:
        return False
    return not spasm.region_mm or spasm.region_mm.get(region, 0.0) >= REGION_LEAST_MM


def times(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """Onset, peak and offset: median and 90th percentile of the error, and its median sign."""
    told: list[Figure] = []
    for moment in ("onset", "peak", "offset"):
        error_ms = differences(clips, f"{moment}_s", 1000.0)
        size_ms = [abs(error) for error in error_ms]
        told += [
            Figure(f"{moment}_error", median(size_ms), len(size_ms), "ms"),
            Figure(f"{moment}_error_p90", ninth_decile(size_ms), len(size_ms), "ms"),
            Figure(f"{moment}_bias", median(error_ms), len(error_ms), "ms"),
        ]
    frames = [
        (f.onset_s - s.onset_s) / c.frame_s for c in clips for s, f in c.matched if c.frame_s > 0
    ]
    delays = [
        (f.peak_s - s.peak_s) / c.frame_s for c in clips for s, f in c.matched if c.frame_s > 0
    ]
    return (
        *told,
        Figure("onset_error_frames", median([abs(e) for e in frames]), len(frames), "frames"),
        Figure("peak_delay_frames", median(delays), len(delays), "frames"),
    )


def sizes(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """Error of the largest amplitude, its bias with limits of agreement, the part kept."""
    pairs = amplitude_pairs(clips)
    error_mm = [found - true for true, found in pairs]
    kept = [found / true for true, found in pairs if true > 0]
    low, high = spread_ends(error_mm)
    bias = mean(error_mm)
    kinds = [sum(s.kind is f.kind for s, f in c.matched) for c in clips]
    matched = [len(c.pairs) for c in clips]
    return (
        Figure("amplitude_error", median([abs(e) for e in error_mm]), len(pairs), "mm"),
        Figure("amplitude_bias", bias, len(pairs), "mm"),
        Figure("amplitude_agreement", Estimate(bias.value, low, high), len(pairs), "mm"),
        Figure("amplitude_kept", median(kept), len(kept), "1"),
        Figure("kind_accuracy", share(kinds, matched), sum(matched), "1"),
    )


def rates(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """The error of the rate, and how often its own interval holds the truth."""
    known = [c for c in clips if c.true and _is_told(c)]
    error = [100 * (_rate(c).value - c.true_per_min) / c.true_per_min for c in known]
    held = [float(_rate(c).low <= c.true_per_min <= _rate(c).high) for c in known]
    return (
        Figure("rate_error", median([abs(e) for e in error]), len(known), "%"),
        Figure("rate_bias", median(error), len(known), "%"),
        Figure("rate_coverage", share(held, [1.0] * len(held)), len(known), "1"),
    )


def _rate(clip: Comparison) -> Estimate:
    return clip.rate or UNKNOWN


def _is_told(clip: Comparison) -> bool:
    return math.isfinite(_rate(clip).value) and clip.true_per_min > 0


def blinks(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """Precision, recall and F1 of blinks, each eye on its own."""
    told: list[Figure] = []
    for side in SIDES:
        counts = [c.blinks[side] for c in clips if side in c.blinks]
        hits, false = [b.hits for b in counts], [b.false for b in counts]
        missed = [b.missed for b in counts]
        found, true = sum(hits) + sum(false), sum(hits) + sum(missed)
        told += [
            Figure(f"blink_{side}_f1", f1(hits, false, missed), true, "1"),
            Figure(f"blink_{side}_precision", share(hits, _added(hits, false)), found, "1"),
            Figure(f"blink_{side}_recall", share(hits, _added(hits, missed)), true, "1"),
        ]
    return tuple(told)


def false_events(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """False events a usable minute, and the share of the time that was usable."""
    count, usable_s = sum(len(c.false) for c in clips), sum(c.usable_s for c in clips)
    duration_s = sum(c.duration_s for c in clips)
    usable = usable_s / duration_s if duration_s > 0 else math.nan
    return (
        Figure("false_per_min", per_minute(count, usable_s / 60), round(usable_s), "1/min"),
        Figure("false_events", Estimate(count, *_NO_ENDS), round(usable_s), "count"),
        Figure("usable", Estimate(usable, *_NO_ENDS), round(duration_s), "1"),
    )


_NO_ENDS = (math.nan, math.nan)


def fidelity(clips: Sequence[Comparison]) -> tuple[Figure, ...]:
    """What the signals keep of small quick twitches, and how late they show them; medians."""
    all_of = [(c, one) for c in clips for one in c.fidelities]
    delays = [one.delay_s / c.frame_s for c, one in all_of if c.frame_s > 0]
    return (
        Figure("signal_kept", median([one.kept for _, one in all_of]), len(all_of), "1"),
        Figure("signal_delay", median(delays), len(delays), "frames"),
    )


def repeatability(people: Sequence[Sequence[Comparison]]) -> tuple[Figure, ...]:
    """
    Each of ``people`` recorded again and again, doing the same: how much the result varies.

    SEM is the standard deviation within a person, pooled; the smallest detectable change of
    two recordings is 1.96 * sqrt(2) * SEM.
    """
    measures: tuple[tuple[str, str, Callable[[Comparison], float]], ...] = (
        ("rate", "1/min", lambda clip: _rate(clip).value),
        ("amplitude", "mm", _typical_mm),
    )
    told: list[Figure] = []
    for name, unit, of in measures:
        repeats = [[v for v in map(of, clips) if math.isfinite(v)] for clips in people]
        free = sum(len(values) - 1 for values in repeats if len(values) > 1)
        squares = sum(_squares(values) for values in repeats if len(values) > 1)
        sem = math.sqrt(squares / free) if free else math.nan
        sdc = 1.96 * math.sqrt(2) * sem
        told += [
            Figure(f"{name}_sem", Estimate(sem, *_sd_ends(sem, free)), free, unit),
            Figure(f"{name}_smallest_change", Estimate(sdc, *_sd_ends(sdc, free)), free, unit),
        ]
    return tuple(told)


def _typical_mm(clip: Comparison) -> float:
    return median([spasm.amplitude_mm for spasm in clip.found]).value


def _squares(values: Sequence[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values)


def _sd_ends(sd: float, free: int) -> tuple[float, float]:
    """The interval of a standard deviation with ``free`` degrees of freedom."""
    from scipy.stats import chi2  # noqa: PLC0415 (slow to import)

    if not free:
        return _NO_ENDS
    low, high = (float(sd * math.sqrt(free / chi2.ppf(q, free))) for q in (0.975, 0.025))
    return low, high


def differences(clips: Sequence[Comparison], name: str, unit: float = 1.0) -> list[float]:
    """Found minus true of a field, over all matched pairs."""
    return [unit * (getattr(f, name) - getattr(s, name)) for c in clips for s, f in c.matched]


def amplitude_pairs(clips: Sequence[Comparison]) -> list[tuple[float, float]]:
    """(true, found) mm of the largest region, where the true one is known."""
    return [
        (s.amplitude_mm, f.amplitude_mm)
        for c in clips
        for s, f in c.matched
        if math.isfinite(s.amplitude_mm)
    ]


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]
