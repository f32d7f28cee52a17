"""Promise against measured, told honestly."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from spasm_video.records import UNKNOWN, Estimate
from spasm_video.validate.agreement import Figure
from spasm_video.validate.scorecard import (
    PROMISES,
    Promise,
    Verdict,
    as_json,
    markdown,
    plain,
    scorecard,
    value_words,
)
from spasm_video.validate.tables import Row


def rows_of(promise: Promise, *values: float) -> list[Row]:
    """A row of each of the promise's conditions, all with the last of ``values``, or in turn."""
    conditions = promise.conditions or tuple(f"c{i}" for i in range(len(values)))
    padded = [*values, *[values[-1]] * len(conditions)]
    return [
        Row(
            promise.set_name, condition,
            Figure(promise.measure, Estimate(value, value, value), 9, promise.unit),
            fps=promise.fps or math.nan, face_px=promise.face_px or math.nan,
        )
        for condition, value in zip(conditions, padded, strict=False)
    ]  # fmt: skip


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.measure)
def test_a_promise_is_kept_at_its_bar_and_not_beyond_it(promise: Promise) -> None:
    """Exactly the bar keeps it; a hair on the wrong side does not."""
    worse = promise.bar + (1e-6 if promise.at_most else -1e-6)

    def verdict(value: float) -> Verdict:
        scores = scorecard(rows_of(promise, value))
        return next(s.verdict for s in scores if s.promise == promise)

    assert verdict(promise.bar) is Verdict.KEPT
    assert verdict(worse) is Verdict.NOT_KEPT


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.measure)
def test_what_was_not_measured_is_said_to_be_so(promise: Promise) -> None:
    """No row, or an unknown value: neither kept nor broken."""
    unknown = [
        replace(row, figure=replace(row.figure, estimate=UNKNOWN)) for row in rows_of(promise, 0.0)
    ]

    for rows in ([], unknown):
        score = next(s for s in scorecard(rows) if s.promise == promise)
        assert score.verdict is Verdict.NOT_MEASURED
        assert math.isnan(score.estimate.value)


def test_the_worst_condition_decides_and_is_named() -> None:
    """One distractor above the bar breaks the promise for all of them."""
    promise = next(p for p in PROMISES if p.measure == "false_per_min")
    score = next(s for s in scorecard(rows_of(promise, 0.0, 0.7, 0.3)) if s.promise == promise)

    assert (score.verdict, score.condition, score.estimate.value) == (Verdict.NOT_KEPT, "c1", 0.7)


def test_a_condition_that_was_not_measured_leaves_the_promise_open() -> None:
    """Two of three regions above the bar do not keep a promise for three."""
    promise = next(p for p in PROMISES if p.measure == "half_found")
    score = next(s for s in scorecard(rows_of(promise, 0.1)[:-1]) if s.promise == promise)

    assert (score.verdict, score.condition) == (Verdict.NOT_MEASURED, promise.conditions[-1])


def test_the_scorecard_is_json_and_markdown_with_missing_as_missing() -> None:
    """In JSON null, in the table a dash; never a zero."""
    told = plain(scorecard([]), {"measured": "nothing"})
    again = json.loads(as_json(told))
    table = markdown(again)

    assert {score["value"] for score in again["scores"]} == {None}
    assert len(table.splitlines()) == 2 + len(PROMISES)
    assert "| – | – | 0 | **not measured** |" in table


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(0.456, "1", "0.46"), (math.inf, "mm", "at no size"), ("inf", "mm", "at no size"),
     (0.25, "mm", "0.25 mm"), (3.26, "mm", "3.3 mm"), (4.667, "1/min", "4.67 a minute"),
     (0.0, "count", "0"), (8.58, "ms", "8.6 ms"), (None, "mm", "–")],
)  # fmt: skip
def test_values_are_told_with_their_unit(value: float, unit: str, said: str) -> None:
    """As many digits as mean something."""
    assert value_words(value, unit) == said
