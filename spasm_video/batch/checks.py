"""
What a data manager should look at before the numbers are used.

Everything here is a question, not a verdict: an outlier can be the most ill patient.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.dsp.robust import spread
from spasm_video.report.words import listed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

FEWEST_FOR_OUTLIERS = 8  # of fewer, the spread is not known
_FARTHEST = 3.5  # robust standard deviations: Iglewicz and Hoaglin 1993
_LEAST_USABLE = 0.5
_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number whose distribution is shown: its column, name, unit, and which end is odd."""

    column: str
    name: str
    unit: str
    digits: int = 1
    low_is_odd: bool = True
    high_is_odd: bool = True


MEASURES = (
    Measure("usable_percent", "Usable time", "%", 0, high_is_odd=False),
    Measure("iris_px", "Width of the iris", "px", 0, high_is_odd=False),
    Measure("real_fps", "Frame rate", "frames/s", 0, high_is_odd=False),
    Measure("duration_s", "Length", "s"),
    Measure("spasms_per_min", "Spasms", "a minute", low_is_odd=False),
    Measure("blinks_per_min", "Blinks", "a minute"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """Something to look at: the lines of the manifest it is about, and why."""

    lines: tuple[int, ...]
    words: str


def value(row: Row, column: str) -> float:
    """A number of a row; NaN where there is none."""
    if column == "usable_percent":
        duration_s = value(row, "duration_s")
        return 100 * value(row, "usable_s") / duration_s if duration_s > 0 else math.nan
    found = row.get(column)
    return math.nan if found is None else float(found)


def outliers(rows: Sequence[Row]) -> tuple[Question, ...]:
    """Rows far from the others in a measure, or less than half usable."""
    found = [
        Question((row["line"],), f"only {number(value(row, 'usable_percent'), 0, '%')} usable")
        for row in rows
        if value(row, "usable_percent") < 100 * _LEAST_USABLE
    ]
    for measure in MEASURES:
        values = np.array([value(row, measure.column) for row in rows])
        if np.isfinite(values).sum() < FEWEST_FOR_OUTLIERS:
            continue
        middle, scale = float(np.nanmedian(values)), spread(values)
        if not scale > 0:
            continue
        for row, z in zip(rows, (values - middle) / scale, strict=True):
            if (
                measure.column == "usable_percent"
                and value(row, measure.column) < 100 * _LEAST_USABLE
            ):
                continue  # told already
            if (z > _FARTHEST and measure.high_is_odd) or (z < -_FARTHEST and measure.low_is_odd):
                told = number(value(row, measure.column), measure.digits, measure.unit)
                usual = number(middle, measure.digits)
                found.append(
                    Question((row["line"],), f"{measure.name.lower()}: {told}, usually {usual}")
                )
    return tuple(found)


def duplicates(rows: Sequence[Row]) -> tuple[Question, ...]:
    """The same video, byte for byte, in several rows that claim to be different visits."""
    by_hash: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["video_sha256"]:
            by_hash[row["video_sha256"]].append(row)
    return tuple(
        Question(
            tuple(row["line"] for row in same),
            f"the same video: {listed(dict.fromkeys(_visit(row) for row in same))}",
        )
        for same in by_hash.values()
        if len({(row["subject"], row["visit"], row["video"]) for row in same}) > 1
    )


def side_contradictions(rows: Sequence[Row]) -> tuple[Question, ...]:
    """Subjects whose visits name different sides, or another than the manifest's ``side``."""
    by_subject: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["subject"] and row.get("affected_side") in _SIDES:
            by_subject[row["subject"]].append(row)
    found = [
        Question(
            tuple(row["line"] for row in visits),
            f"{subject}: " + ", ".join(f"{row['affected_side']} in {_name(row)}" for row in visits),
        )
        for subject, visits in by_subject.items()
        if len({row["affected_side"] for row in visits}) > 1
    ]
    found += [
        Question(
            (row["line"],),
            f"{subject}: {row['affected_side']} in {_name(row)}, the manifest says {row['side']}",
        )
        for subject, visits in by_subject.items()
        for row in visits
        if str(row.get("side", "")).lower() in set(_SIDES) - {row["affected_side"]}
    ]
    return tuple(found)


def _visit(row: Row) -> str:
    told = " ".join(part for part in (row["subject"], row["visit"], row["segment"]) if part)
    return told or str(row["video"])


def _name(row: Row) -> str:
    return str(row["visit"] or row["date"] or row["video"])
