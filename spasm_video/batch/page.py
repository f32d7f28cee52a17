"""
batch.html: one page to check a batch by, complete in itself and the same bytes every time.

First what needs a look, then how quality and rates are spread, then every video with its
picture. Its thumbnails show faces.
"""

from __future__ import annotations

import base64
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import spasm_video.report
from spasm_video.anatomy import Side
from spasm_video.batch import checks
from spasm_video.batch.histogram import histogram
from spasm_video.records import Estimate
from spasm_video.report.charts import whisker
from spasm_video.report.look import BLINK_GREY, SIDE_COLOUR
from spasm_video.report.words import counted, interval, length, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.batch.folder import BatchFolder
    from spasm_video.batch.resultset import Scored

_TEMPLATES = (
    Path(__file__).parent / "templates",
    Path(spasm_video.report.__file__).parent / "templates",
)
MOST_PICTURES = 300  # of about 4 kB; a page with more is slow to open
_LEAST_SCALE_PER_MIN = 10.0


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video in the table of all."""

    line: int
    subject: str
    visit: str
    video: str
    picture: str
    report: str
    side: str
    chart: str
    rate: str
    interval: str
    usable: str
    problem: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one measure."""

    name: str
    unit: str
    chart: str
    missing: str


def write_page(
    scored: Sequence[Scored], rows: Sequence[dict[str, Any]], folder: BatchFolder
) -> None:
    """Write ``batch.html`` from the results and their rows of ``scores.csv``."""
    text = batch_page(scored, rows)
    with folder.aside("batch.html") as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def batch_page(scored: Sequence[Scored], rows: Sequence[dict[str, Any]]) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    done = [row for row in rows if row["status"] == "done"]
    asked = {
        "Side against side": checks.side_contradictions(done),
        "The same video twice": checks.duplicates(rows),
        "Unlike the others": checks.outliers(done),
    }
    return environment.get_template("batch.html.j2").render(
        figures=_figures(rows, done, asked),
        facts=_facts(rows, done),
        failures=[one for one in scored if not one.is_done],
        asked=asked,
        spreads=[_spread(measure, done) for measure in checks.MEASURES],
        lost=_lost(done),
        videos=_video_rows(scored, rows, asked),
        most_pictures=MOST_PICTURES,
    )


def _figures(
    rows: Sequence[dict[str, Any]],
    done: Sequence[dict[str, Any]],
    asked: dict[str, tuple[checks.Question, ...]],
) -> tuple[tuple[str, str, str], ...]:
    """Name, value and what stands under it."""
    usable = [checks.value(row, "usable_percent") for row in done]
    usable_s = sum(checks.value(row, "usable_s") for row in done)
    sided = sum(row["affected_side"] in {"left", "right"} for row in done)
    questions = sum(map(len, asked.values()))
    return (
        ("Measured", f"{len(done)}", f"of {counted(len(rows), 'video')}"),
        ("Failed", f"{len(rows) - len(done)}", "see below" if len(done) < len(rows) else "none"),
        ("To look at", f"{questions}", "question below" if questions == 1 else "questions below"),
        (
            "Usable",
            number(float(np.median(usable)), 0, "%") if usable else "–",
            f"median; {length(usable_s)} in all",
        ),
        ("Side named", f"{sided}", f"of {len(done)} measured"),
    )


def _facts(
    rows: Sequence[dict[str, Any]], done: Sequence[dict[str, Any]]
) -> tuple[tuple[str, str], ...]:
    facts = [("Subjects", str(len({row["subject"] for row in rows if row["subject"]}) or "–"))]
    for name, column in (("Version", "package_version"), ("Parameters", "params_hash")):
        facts += [(name, found) for found in sorted({row[column] for row in done})]
    return tuple(facts)


def _spread(measure: checks.Measure, done: Sequence[dict[str, Any]]) -> Spread:
    values = [checks.value(row, measure.column) for row in done]
    missing = sum(not math.isfinite(value) for value in values)
    return Spread(
        measure.name,
        measure.unit,
        histogram(measure.name, values, measure.digits),
        f"not assessable in {missing}" if missing else "",
    )


def _lost(done: Sequence[dict[str, Any]]) -> tuple[tuple[str, str, float], ...]:
    """Reason, share of all time in words, and of the largest share, the largest first."""
    from spasm_video.batch.resultset import lost_columns  # noqa: PLC0415

    total_s = sum(checks.value(row, "duration_s") for row in done) or math.nan
    shares = {
        name.removesuffix("_s").replace("_", " "): sum(row[name] for row in done) / total_s
        for name in lost_columns()
    }
    seen = sorted(((s, n) for n, s in shares.items() if s > 0), key=lambda pair: -pair[0])
    return tuple((name, number(100 * s, 1, "%"), 100 * s / seen[0][0]) for s, name in seen)


def _video_rows(
    scored: Sequence[Scored],
    rows: Sequence[dict[str, Any]],
    asked: dict[str, tuple[checks.Question, ...]],
) -> list[VideoRow]:
    questions: dict[int, list[str]] = defaultdict(list)
    for found in asked.values():
        for question in found:
            for line in question.lines:
                questions[line].append(question.words)
    highs = [checks.value(row, "spasms_per_min_high") for row in rows]
    full = max([*(h for h in highs if math.isfinite(h)), _LEAST_SCALE_PER_MIN])
    pictured = _pictured(rows, questions)
    return [
        _video_row(one, row, full, tuple(questions[row["line"]]), is_shown=row["line"] in pictured)
        for one, row in zip(scored, rows, strict=True)
    ]


def _pictured(rows: Sequence[dict[str, Any]], questions: dict[int, list[str]]) -> set[int]:
    """The lines that get a picture: those with questions before the others."""
    lines = [row["line"] for row in rows if row["status"] == "done"]
    return set(sorted(lines, key=lambda line: not questions.get(line))[:MOST_PICTURES])


def _video_row(
    one: Scored, row: dict[str, Any], full: float, questions: tuple[str, ...], *, is_shown: bool
) -> VideoRow:
    rate = Estimate(*(checks.value(row, f"spasms_per_min{end}") for end in ("", "_low", "_high")))
    side = row.get("affected_side", "")
    chart = whisker(rate, full, Side(side) if side in set(Side) else Side.LEFT)
    visit = " · ".join(part for part in (row["visit"], row["segment"], row["date"]) if part)
    return VideoRow(
        line=row["line"],
        subject=row["subject"],
        visit=visit,
        video=row["video"],
        picture=_uri(one.thumbnail) if is_shown else "",
        report=f"videos/{one.folder.name}/report.html" if one.is_done else "",
        side=side,
        chart=chart if side in set(Side) else chart.replace(SIDE_COLOUR[Side.LEFT], BLINK_GREY),
        rate=number(rate.value),
        interval=interval(rate),
        usable=number(checks.value(row, "usable_percent"), 0, "%"),
        problem=one.problem,
        questions=questions,
    )


def _uri(picture: Path) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.read_bytes()).decode()}"
