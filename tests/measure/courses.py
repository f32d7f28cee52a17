"""Courses of known truth: rates that rise, fall and return by straight lines, then counted."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import chi2

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.history import (
    History,
    Measure,
    Segment,
    Session,
    Subject,
    Treatment,
    TreatmentKind,
    WorkUp,
)
from spasm_video.records import AffectedSide

START = dt.date(2024, 1, 8)
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Cycle:
    """An injection: days to the onset, to the lowest, to the beginning and end of the return."""

    day: int
    onset: float = 4.0
    lowest: float = 16.0
    returns: float = 70.0
    back: float = 110.0
    left: float = 0.15  # share of the rate at the lowest

    def share(self, day: float) -> float:
        """What is left of the rate."""
        t = day - self.day
        known = ([self.onset, self.lowest, self.returns, self.back], [1, self.left, self.left, 1])
        return float(np.interp(t, *known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The course of a disease, and how it was recorded."""

    days: tuple[int, ...]
    plateau: float = 20.0
    cycles: tuple[Cycle, ...] = ()
    surgery: int | None = None
    after_surgery: dict[int, float] = field(default_factory=dict)
    begins: dict[Region, int] = field(default_factory=lambda: {Region.EYELID: -1000})
    minutes: float = 3.0
    weak: dict[int, float] = field(default_factory=dict)
    side: Side = Side.LEFT
    seed: int = 1

    def rate(self, day: float) -> float:
        """Spasms a minute on a day."""
        if self.surgery is not None and day > self.surgery:
            known = sorted(self.after_surgery)
            return float(np.interp(day, known, [self.after_surgery[one] for one in known]))
        return self.plateau * min([1.0, *(c.share(day) for c in self.cycles if day > c.day)])

    def history(self, **changes: Any) -> History:
        """The sessions as they would be stored."""
        rng = np.random.default_rng(self.seed)
        sessions = [self.session(n, day, rng) for n, day in enumerate(self.days, start=1)]
        treatments = [
            Treatment(subject="P01", kind=TreatmentKind.TOXIN, date=on(c.day), product="A")
            for c in self.cycles
        ]
        if self.surgery is not None:
            treatments.append(
                Treatment(subject="P01", kind=TreatmentKind.SURGERY, date=on(self.surgery))
            )
        known = History(
            subject=Subject(code="P01"),
            sessions=tuple(sessions),
            treatments=tuple(sorted(treatments, key=lambda one: one.date)),
            work_up=WorkUp(),
        )
        return dataclasses.replace(known, **changes)

    def session(self, number: int, day: int, rng: np.random.Generator) -> Session:
        """One recording: events are counted, all else follows."""
        count = int(rng.poisson(self.rate(day) * self.minutes))
        measures = [
            counted("spasms_per_min", count, self.minutes),
            Measure("tonic_fraction", 0.004 * count / self.minutes, 0.0,
                    0.008 * count / self.minutes + 0.01, "1"),
            Measure("median_amplitude_mm", 2.5, NAN, NAN, "mm"),
            Measure("resting_lid_difference_percent",
                    (1 if self.side is Side.LEFT else -1) * self.weak.get(day, 0.0)
                    + float(rng.normal(0, 0.5)), NAN, NAN, "%"),
            Measure("real_fps", 30.0, NAN, NAN, "1/s"),
        ]  # fmt: skip
        for region in REGIONS:
            for side in Side:
                took = day >= self.begins.get(region, 10**6) and side is self.side
                own = int(rng.binomial(count, 0.8)) if took else 0
                measures.append(counted(f"{region}_{side}_spasms_per_min", own, self.minutes))
                measures.append(Measure(f"{region}_{side}_limit_mm", 0.5, NAN, NAN, "mm"))
        return Session(
            subject="P01", date=on(day), segment=Segment.REST, number=number,
            side=AffectedSide(self.side.value) if count else AffectedSide.NONE,
            duration_s=60 * self.minutes, usable_s=58 * self.minutes, measures=tuple(measures),
            made_with={"package_version": "1", "params_hash": "p"},
        )  # fmt: skip


def counted(name: str, count: int, minutes: float) -> Measure:
    """A rate with its exact Poisson interval."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = chi2.ppf(0.975, 2 * count + 2) / 2
    return Measure(name, count / minutes, float(low) / minutes, float(high) / minutes, "1/min")


def on(day: int) -> dt.date:
    """A day of the course."""
    return START + dt.timedelta(days=day)


def changed(session: Session, **values: float) -> Session:
    """A session with other values of some measures, without intervals."""
    measures = tuple(
        Measure(one.name, values[one.name], NAN, NAN, one.unit, "" if math.isfinite(
            values[one.name]) else "Not assessable.")
        if one.name in values else one
        for one in session.measures
    )  # fmt: skip
    return dataclasses.replace(session, measures=measures)


def unusable(session: Session) -> Session:
    """A session of which too little could be measured for any number."""
    names = [one.name for one in session.measures if one.name.endswith("per_min")]
    names += ["tonic_fraction", "median_amplitude_mm", "resting_lid_difference_percent"]
    dark = changed(session, **dict.fromkeys(names, NAN))
    return dataclasses.replace(dark, side=AffectedSide.UNDETERMINED, usable_s=6.0)


# Two toxin cycles, an operation with a silent period and a delayed remission, spread from the
# eyelid to the mouth, weakness after each treatment.
TWO_YEARS = Truth(
    days=(
        0, 38, 52, 63, 78, 120, 150, 205, 230, 240, 262, 300, 330, 360, 400, 450,
        484, 500, 540, 580, 620, 660, 700, 730,
    ),
    plateau=16.0,
    cycles=(Cycle(45), Cycle(225)),
    surgery=480,
    after_surgery={480: 16.0, 481: 0.0, 490: 0.0, 495: 9.0, 560: 7.0, 640: 0.3, 800: 0.1},
    begins={Region.EYELID: -1000, Region.BROW: 140, Region.CHEEK: 200, Region.MOUTH: 320},
    weak={63: 14.0, 78: 16.0, 240: 12.0, 262: 15.0, 500: 14.0},
    side=Side.RIGHT,
    seed=7,
)  # fmt: skip
UNUSABLE, MIRRORED = 120, 360  # days of TWO_YEARS
