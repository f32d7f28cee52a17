"""The published scorecards are true: the quick grid is measured anew."""

from __future__ import annotations

import math
from typing import Any

import pytest

from spasm_video import __version__
from spasm_video.params import AnalysisParams
from spasm_video.validate import harness, study
from spasm_video.validate.grid import FACES_PX, Grid, cases
from spasm_video.validate.published import published
from spasm_video.validate.scorecard import PROMISES, Verdict, plain, scorecard
from spasm_video.validate.tables import rows

PARAMS = AnalysisParams()
RENEW = "The published scorecards are out of date. Run: python scripts/publish_scorecard.py"
PUBLISHED = published(Grid.QUICK)
BOTH = pytest.mark.parametrize("grid", list(Grid))
# Figures that must come back as they are, not only within their interval.
WHOLE = ("signal_kept", "signal_delay", "false_per_min", "false_events", "half_found")


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The scores of the whole quick grid, on all cores: it is to take less than three minutes."""
    found = harness.run(cases(Grid.QUICK), PARAMS, tmp_path_factory.mktemp("kept"))
    assert not found.failures
    scored: list[dict[str, Any]] = plain(scorecard(rows(found.comparisons, FACES_PX)), {})["scores"]
    return scored


@BOTH
def test_it_was_measured_with_this_version_and_its_numbers(grid: Grid) -> None:
    """A new default is a new scorecard."""
    made = published(grid)["made_with"]

    assert (made["package_version"], made["params_hash"]) == (__version__, PARAMS.hash()), RENEW
    assert made["measured"] == study.grid_title(grid)
    assert made["failed"] == 0


@BOTH
def test_it_holds_every_promise_and_each_verdict_follows_from_its_value(grid: Grid) -> None:
    """Nothing is left out, and no verdict is written by hand."""
    scores = published(grid)["scores"]

    assert [s["words"] for s in scores] == [p.words for p in PROMISES], RENEW
    for score, promise in zip(scores, PROMISES, strict=True):
        value = score["value"]
        if value is None:
            expected = Verdict.NOT_MEASURED
        else:
            expected = Verdict.KEPT if promise.is_met_by(float(value)) else Verdict.NOT_KEPT
        assert (score["bar"], score["verdict"]) == (promise.bar, expected), RENEW


@pytest.mark.parametrize("at", range(len(PROMISES)), ids=[p.measure for p in PROMISES])
def test_what_is_measured_anew_lies_within_the_published_interval(
    again: list[dict[str, Any]], at: int
) -> None:
    """And what is measured anew as a whole has the published value."""
    old, new = PUBLISHED["scores"][at], again[at]
    value = math.nan if new["value"] is None else float(new["value"])

    if old["low"] is not None:
        assert float(old["low"]) - 1e-4 <= value <= float(old["high"]) + 1e-4, RENEW
    if old["measure"] in WHOLE:
        assert value == pytest.approx(float(old["value"]), rel=0.02, abs=1e-4), RENEW
