"""
The scorecard: what is promised against what was measured.

A promise is declared once, here, with its source. Where it covers several conditions, the
worst decides. A promise that was not measured is said to be so.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spasm_video.records import UNKNOWN, Estimate
from spasm_video.report.words import NOTHING, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spasm_video.validate.tables import Row

_PROMISED = "accuracy promised by the project"


BESIDE: Mapping[str, str] = {
    "claimed_f1": "F1, 1 mm or more",
    "claimed_recall": "found",
    "event_precision": "right",
    "side_accuracy": "side right",
    "false_per_min": "false a minute without spasm",
}


class Verdict(StrEnum):
    """Whether a promise is kept."""

    KEPT = "kept"
    NOT_KEPT = "not kept"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """
    A bar for a measure.

    ``set_name`` and ``conditions`` say which rows of the table it is held against;
    ``conditions`` empty: all of the set. ``at_most``: lower is better.
    """

    words: str
    measure: str
    set_name: str
    bar: float
    unit: str
    at_most: bool = False
    conditions: tuple[str, ...] = ()
    fps: float | None = None
    face_px: float | None = None
    source: str = _PROMISED

    def is_met_by(self, value: float) -> bool:
        """Whether a value reaches the bar."""
        return value <= self.bar if self.at_most else value >= self.bar


@dataclass(frozen=True, slots=True)
class Score:
    """A promise and what was measured; ``condition`` is the worst one."""

    promise: Promise
    estimate: Estimate
    n: int
    condition: str
    verdict: Verdict


PROMISES: tuple[Promise, ...] = (
    Promise(
        words="Spasms of 1 mm or more, or closing 30 % of the eye: F1",
        measure="claimed_f1", set_name="claimed", bar=0.9, unit="1",
        source=f"{_PROMISED}; published best 0.82 (Brügge 2023, tics)",
    ),
    Promise(
        words="Size of which half are found, at 60 frames a second and a face of 600 px",
        measure="half_found", set_name="half", bar=0.5, unit="mm", at_most=True,
        conditions=("eyelid", "cheek", "mouth"), fps=60, face_px=600,
    ),
    Promise(
        words="Side of a spasm right", measure="side_accuracy", set_name="claimed", bar=1.0,
        unit="1",
    ),
    *(
        Promise(
            words=f"{region.capitalize()} named: F1", measure=f"{region}_f1",
            set_name="claimed", bar=0.85, unit="1",
        )
        for region in ("eyelid", "cheek", "mouth", "neck")
    ),
    Promise(
        words="Onset error, median", measure="onset_error_frames", set_name="claimed", bar=1.0,
        unit="frames", at_most=True,
    ),
    Promise(
        words="Twitch of 1 mm and 100 ms: part kept in the signal", measure="signal_kept",
        set_name="probe", bar=0.9, unit="1", conditions=("eyelid", "cheek", "mouth", "neck"),
        source=f"{_PROMISED}; MediaPipe VIDEO mode keeps 0.44",
    ),
    Promise(
        words="Twitch of 1 mm and 100 ms: delay in the signal", measure="signal_delay",
        set_name="probe", bar=0.5, unit="frames", at_most=True,
        conditions=("eyelid", "cheek", "mouth", "neck"),
    ),
    Promise(
        words="False spasms a usable minute, on every distractor", measure="false_per_min",
        set_name="no spasm", bar=0.5, unit="1/min", at_most=True,
        source=f"{_PROMISED}; a published rule counts about 100 on noise",
    ),
    Promise(
        words="False spasms on a still face", measure="false_events", set_name="no spasm",
        bar=0.0, unit="count", at_most=True, conditions=("still face",),
    ),
    Promise(
        words="Rate within its own 95 % interval, share of clips", measure="rate_coverage",
        set_name="claimed", bar=0.95, unit="1",
    ),
    *(
        Promise(
            words=f"Blinks of the {side} eye: F1", measure=f"blink_{side}_f1",
            set_name="blinks", bar=0.95, unit="1",
            source=f"{_PROMISED}; published 0.97-0.99 within a data set",
        )
        for side in ("left", "right")
    ),
)  # fmt: skip


def scorecard(rows: Sequence[Row], promises: Sequence[Promise] = PROMISES) -> tuple[Score, ...]:
    """Each promise with its verdict."""
    return tuple(_score(promise, rows) for promise in promises)


def _score(promise: Promise, rows: Sequence[Row]) -> Score:
    held = [row for row in rows if _concerns(promise, row)]
    known = [row for row in held if not math.isnan(row.figure.estimate.value)]
    missing = [c for c in promise.conditions if c not in {row.condition for row in known}]
    if not known or (missing and promise.conditions):
        return Score(promise, UNKNOWN, 0, ", ".join(missing), Verdict.NOT_MEASURED)
    worst = (max if promise.at_most else min)(known, key=lambda row: row.figure.estimate.value)
    estimate = worst.figure.estimate
    verdict = Verdict.KEPT if promise.is_met_by(estimate.value) else Verdict.NOT_KEPT
    condition = worst.condition if len(known) > 1 else ""
    return Score(promise, estimate, worst.figure.n, condition, verdict)


def _concerns(promise: Promise, row: Row) -> bool:
    return (
        (row.set_name, row.figure.measure) == (promise.set_name, promise.measure)
        and (not promise.conditions or row.condition in promise.conditions)
        and (promise.fps is None or row.fps == promise.fps)
        and (promise.face_px is None or row.face_px == promise.face_px)
    )


def plain(
    scores: Sequence[Score], made_with: Mapping[str, Any], rows: Sequence[Row] = ()
) -> dict[str, Any]:
    """The scorecard for JSON, with simpler rules beside it; null where not measured."""
    beside: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.set_name == "beside":
            parts = {n: _finite(part) for n, part in asdict(row.figure.estimate).items()}
            beside.setdefault(row.condition, {})[row.figure.measure] = parts
    return {
        "made_with": dict(made_with),
        "scores": [
            {
                **asdict(score.promise),
                **{name: _finite(part) for name, part in asdict(score.estimate).items()},
                "n": score.n,
                "worst": score.condition,
                "verdict": str(score.verdict),
            }
            for score in scores
        ],
        "beside": beside,
    }


def as_json(told: Mapping[str, Any]) -> str:
    """Text of a file; the same scorecard gives the same bytes."""
    return json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def markdown(told: Mapping[str, Any]) -> str:
    """The table for a README, from the scorecard as plain data."""
    head = ("promise", "bar", "measured", "95 % interval", "on", "verdict")
    lines = [head, tuple("---" for _ in head)]
    lines += [
        (
            score["words"],
            bar_words(score["bar"], score["unit"], at_most=score["at_most"]),
            value_words(score["value"], score["unit"]),
            range_words(score["low"], score["high"], score["unit"]),
            f"{score['n']}" + (f", worst: {score['worst']}" if score["worst"] else ""),
            _bold(score["verdict"]),
        )
        for score in told["scores"]
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def beside_markdown(told: Mapping[str, Any]) -> str:
    """The table of this program and simpler rules; empty where there are none."""
    if not told["beside"]:
        return ""
    lines = [("rule", *BESIDE.values()), tuple("---" for _ in range(len(BESIDE) + 1))]
    lines += [
        (name, *(value_words(own[measure]["value"], "1") for measure in BESIDE))
        for name, own in told["beside"].items()
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def bar_words(bar: float, unit: str, *, at_most: bool) -> str:
    """
    The bar as read.

    >>> bar_words(0.9, "1", at_most=False), bar_words(0.5, "mm", at_most=True)
    ('≥ 0.90', '≤ 0.5 mm')
    """
    if at_most and bar == 0:
        return "none"
    return f"{'≤' if at_most else '≥'} {value_words(bar, unit)}"


def value_words(value: float | str | None, unit: str) -> str:
    """
    A measured value as read; infinite is said, missing is a dash.

    >>> value_words(0.912, "1"), value_words(None, "mm"), value_words("inf", "mm")
    ('0.91', '–', 'at no size')
    """
    if value is None:
        return NOTHING
    if value in {"inf", math.inf}:
        return "at no size"
    digits = {"count": 0, "mm": 1 if float(value) >= 0.3 else 2, "ms": 1, "%": 0}.get(unit, 2)
    return number(float(value), digits, _shown(unit)).replace("\N{NO-BREAK SPACE}", " ")


def range_words(low: float | str | None, high: float | str | None, unit: str) -> str:
    """The interval as read."""
    if low is None or high is None:
        return NOTHING
    if high in {"inf", math.inf}:
        return f"from {value_words(low, unit).removesuffix(_shown(unit)).strip()} up"
    ends = (value_words(end, unit).removesuffix(_shown(unit)).strip() for end in (low, high))
    return " to ".join(ends)


def _shown(unit: str) -> str:
    return {"1": "", "count": "", "1/min": "a minute"}.get(unit, unit)


def _bold(verdict: str) -> str:
    return f"**{verdict}**" if verdict != Verdict.KEPT else verdict


def _finite(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return "inf" if math.isinf(value) else round(value, 4)
