"""
From a scenario to what happens when: irregular times, as in people; no tremor, no beat.

Every kind of act has a stream of chance of its own, so that switching a distractor on
leaves the spasms where they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.acts import TONIC_S, Blink, Part, Spasm
from spasm_video.simulate.distraction import distraction
from spasm_video.simulate.script import Script
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spasm_video.simulate.scenarios import Disease, Event, Scenario

_SPASMS, _BLINKS = 2, 3  # streams of chance

FIRST_S = 1.0
"""Of rest before the first movement, so that a measurement finds what rest is."""

_APART_S = 0.06  # at least, from the end of one spasm to the start of the next
_CLEAR_S = 0.10  # between a blink and a spasm
_LATER_S = 1.5  # at most, of a blink that a spasm has put off
_BLINK_CV = 0.6  # of the intervals between blinks
_LEAST_CLOSURE, _LEAST_MM = 0.05, 0.1
_MOST_MM = 7.5

Shape = Literal["single", "burst", "tonic"]


def drawn(scenario: Scenario) -> Script:
    """
    Draw what happens: the same scenario draws the same.

    Raises
    ------
    ParameterError : the spasms asked for do not fit into the time, or two events overlap
    """
    spasms = (*_explicit(scenario), *_course(scenario))
    spasms = tuple(sorted(spasms, key=lambda spasm: spasm.course.onset_s))
    return Script(
        duration_s=scenario.length_s,
        fps=scenario.frames.fps,
        seed=scenario.seed,
        spasms=spasms,
        blinks=_blinks(scenario, [_span(spasm) for spasm in spasms]),
        droop=_droop(scenario.disease),
        **distraction(scenario),
    )


def _droop(disease: Disease) -> dict[Side, float]:
    return {} if disease.drooping == "none" else {Side(disease.drooping): disease.droop}


def log_normal(rng: np.random.Generator, mean: float, cv: float) -> float:
    """Draw an irregular length of this mean and coefficient of variation."""
    sigma = math.sqrt(math.log(1 + cv**2))
    return float(rng.lognormal(math.log(mean) - sigma**2 / 2, sigma))


@dataclass(slots=True)
class _Clock:
    """Finds free time between what is there already."""

    busy_s: list[tuple[float, float]]
    apart_s: float
    end_s: float

    def free_from(self, start_s: float, length_s: float) -> float | None:
        """The first instant from ``start_s`` with room for ``length_s``; None if none is."""
        for from_s, to_s in sorted(self.busy_s):
            if start_s < to_s + self.apart_s and start_s + length_s > from_s - self.apart_s:
                start_s = to_s + self.apart_s
        return start_s if start_s + length_s <= self.end_s else None


def _span(spasm: Spasm) -> tuple[float, float]:
    return spasm.course.start_s, spasm.end_s


def _explicit(scenario: Scenario) -> list[Spasm]:
    spasms = sorted((_said(event) for event in scenario.event), key=lambda one: one.course.onset_s)
    for one, following in pairwise(spasms):
        if one.end_s > following.course.start_s:
            raise ParameterError(
                f"The events at {one.course.onset_s:g} s and {following.course.onset_s:g} s "
                "overlap.",
                "Give them more time, or make the first shorter.",
            )
    if spasms and spasms[-1].end_s > scenario.length_s:
        raise ParameterError(
            f"The event at {spasms[-1].course.onset_s:g} s does not end within the clip.",
            "Give an earlier onset_s or a greater length_s.",
        )
    if spasms and spasms[0].course.start_s < 0:
        raise ParameterError("The first event begins before the clip.", "Give a later onset_s.")
    return spasms


def _said(event: Event) -> Spasm:
    duration_s = event.duration_ms / 1000
    if duration_s >= TONIC_S:
        course = Course.tonic(
            event.onset_s, hold_s=duration_s - 0.3, rise_s=0.1, decay_s=0.2, ripple=event.ripple
        )
    else:
        rise_s = duration_s / 3
        course = Course.clonic(event.onset_s, rise_s=rise_s, decay_s=duration_s - rise_s)
    parts = tuple(
        Part(region=region, peak=size, lag_s=order * event.lag_ms / 1000)
        for order, (region, size) in enumerate(event.sizes.items())
    )
    return Spasm(side=event.side, course=course, parts=parts)


def _course(scenario: Scenario) -> list[Spasm]:
    """The spasms of the disease: groups (a twitch, a burst, a tonic spasm) at log-normal gaps."""
    disease = scenario.disease
    rates = _group_rates(disease)
    if disease.side == "none" or sum(rates.values()) == 0:
        return []
    rng = np.random.default_rng([scenario.seed, _SPASMS])
    groups = 1000  # of which the usual length is taken
    usual = np.random.default_rng(0)
    length_s = np.mean([_end(_group(usual, disease, _shape(usual, rates))) for _ in range(groups)])
    gap_s = 60 / sum(rates.values()) - float(length_s)
    if gap_s < _APART_S:
        raise ParameterError(
            f"{disease.clonic_per_min:g} clonic and {disease.tonic_per_min:g} tonic spasms a "
            "minute do not fit into a minute.",
            "Give lower rates or shorter spasms.",
        )
    explicit = [_span(spasm) for spasm in _explicit(scenario)]
    clock = _Clock(busy_s=explicit, apart_s=_APART_S, end_s=scenario.length_s)
    found: list[Spasm] = []
    free_s = min(FIRST_S, scenario.length_s / 4)
    gap_cv = disease.interval_cv
    free_s += rng.uniform(0, 1) * log_normal(rng, gap_s, gap_cv)  # begun before the clip
    while True:
        side = _side(rng, disease)
        group = _group(rng, disease, _shape(rng, rates))
        lead_s = -min(course.start_s for course in group)
        begin_s = clock.free_from(free_s, lead_s + _end(group))
        if begin_s is None:
            return found
        found += [
            Spasm(
                side=side,
                course=_at(course, begin_s + lead_s + course.onset_s),
                parts=_parts(rng, disease),
            )
            for course in group
        ]
        free_s = begin_s + lead_s + _end(group) + max(_APART_S, log_normal(rng, gap_s, gap_cv))


def _group_rates(disease: Disease) -> dict[Shape, float]:
    """How many groups of each shape begin in a minute."""
    in_bursts = disease.clonic_per_min * disease.burst_share
    return {
        "single": disease.clonic_per_min - in_bursts,
        "burst": in_bursts / disease.burst_size,
        "tonic": disease.tonic_per_min,
    }


def _shape(rng: np.random.Generator, rates: dict[Shape, float]) -> Shape:
    share = np.array(list(rates.values())) / sum(rates.values())
    shapes: list[Shape] = list(rates)
    return shapes[int(rng.choice(len(shapes), p=share))]


def _group(rng: np.random.Generator, disease: Disease, shape: Shape) -> list[Course]:
    """Courses from 0 on, none overlapping the next."""
    if shape == "tonic":
        duration_s = max(_log_uniform(rng, *disease.tonic_s), TONIC_S + 0.02)
        rise_s, decay_s = rng.uniform(0.06, 0.15), rng.uniform(0.2, 0.45)
        hold_s = duration_s - rise_s - decay_s
        return [
            Course.tonic(0.0, hold_s=hold_s, rise_s=rise_s, decay_s=decay_s, ripple=disease.ripple)
        ]
    count = 1 if shape == "single" else 2 + int(rng.poisson(disease.burst_size - 2))
    courses: list[Course] = []
    onset_s = 0.0
    for _ in range(count):
        courses.append(_at(_twitch(rng, disease), onset_s))
        onset_s = courses[-1].end_s + max(
            _APART_S, log_normal(rng, disease.burst_pause_ms / 1000, 0.4)
        )
    return courses


def _twitch(rng: np.random.Generator, disease: Disease) -> Course:
    """A fast rise and a slower decay."""
    duration_s = _log_uniform(rng, *disease.twitch_ms) / 1000
    rise_s = duration_s * rng.uniform(0.22, 0.38)
    return Course.clonic(0.0, rise_s=rise_s, decay_s=duration_s - rise_s)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(math.log(low), math.log(high))))


def _at(course: Course, onset_s: float) -> Course:
    return course.delayed(round(onset_s, 4) - course.onset_s)


def _end(group: list[Course]) -> float:
    return group[-1].end_s


def _side(rng: np.random.Generator, disease: Disease) -> Side:
    if disease.side == "both":
        return SIDES[int(rng.integers(2))]
    return Side(disease.side)


def _parts(rng: np.random.Generator, disease: Disease) -> tuple[Part, ...]:
    """Which regions take part and how far they go: strong spasms are strong everywhere."""
    log_spread = math.log(disease.size_spread)
    strength = rng.normal(0, 0.8 * log_spread)
    return tuple(
        Part(
            region=region,
            peak=_size(disease, region, math.exp(strength + rng.normal(0, 0.6 * log_spread))),
            lag_s=round(order * disease.lag_ms / 1000, 4),
        )
        for order, region in enumerate(_regions(rng, disease))
    )


def _regions(rng: np.random.Generator, disease: Disease) -> tuple[Region, ...]:
    alone = (
        (Region.EYELID, disease.eyelid_only_share),
        (Region.CHEEK, disease.cheek_only_share),
        (Region.MOUTH, disease.mouth_only_share),
    )
    chance = rng.random()
    for region, share in alone:
        if chance < share:
            return (region,)
        chance -= share
    further = rng.random(len(disease.spread) - 1) < disease.spread_share
    return disease.spread[: 1 + int(np.cumprod(further).sum())]


def _size(disease: Disease, region: Region, strength: float) -> float:
    size = disease.median(region) * strength
    if region is Region.EYELID:
        return round(min(max(size, _LEAST_CLOSURE), 1.0), 3)
    return round(min(max(size, _LEAST_MM), _MOST_MM), 3)


def _blinks(scenario: Scenario, spasms_s: Iterable[tuple[float, float]]) -> tuple[Blink, ...]:
    """Both lids; about half of them partial. A blink that would meet a spasm comes after it."""
    wanted = scenario.distractors
    if wanted.blinks_per_min == 0:
        return ()
    rng = np.random.default_rng([scenario.seed, _BLINKS])
    clock = _Clock(busy_s=list(spasms_s), apart_s=_CLEAR_S, end_s=scenario.length_s)
    blinks: list[Blink] = []
    usual_s = Blink.at(0.0).course
    mean_s = max(60 / wanted.blinks_per_min - (usual_s.end_s - usual_s.start_s), 0.1)
    free_s = rng.uniform(0, 1) * log_normal(rng, mean_s, _BLINK_CV)
    while True:
        closure = 1.0 if rng.random() >= wanted.partial_share else round(rng.uniform(0.3, 0.75), 2)
        blink = Blink.at(0.0, closure=closure, slower=round(rng.uniform(0.85, 1.3), 2))
        lead_s = -blink.course.start_s
        length_s = lead_s + blink.course.end_s
        begin_s = clock.free_from(free_s, length_s)
        if begin_s is not None and begin_s > free_s:  # not at once: it would follow each spasm
            begin_s = clock.free_from(begin_s + rng.uniform(0, _LATER_S), length_s)
        if begin_s is None:
            return tuple(blinks)
        course = _at(blink.course, begin_s + lead_s)
        blinks.append(Blink(course=course, closure=closure))
        free_s = course.end_s + max(_APART_S, log_normal(rng, mean_s, _BLINK_CV))
