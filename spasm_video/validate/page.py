"""
validation.html: the scorecard, the sensitivity map and the worst cases on one page.

In the look of the report of a recording, complete in itself, to read and to print.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from spasm_video import report
from spasm_video.anatomy import REGIONS
from spasm_video.report.words import NOTHING
from spasm_video.validate.charts import bland_altman, half_found_map, size_duration_map
from spasm_video.validate.scorecard import BESIDE, Verdict, bar_words, range_words, value_words
from spasm_video.validate.sensitivity import cells
from spasm_video.validate.tables import LEAST_FACE_PX, NO_SPASM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.records import Estimate
    from spasm_video.validate.scorecard import Score
    from spasm_video.validate.tables import Row
    from spasm_video.validate.validation import Validation

_TEMPLATES = (
    Path(__file__).parent / "templates",
    Path(report.__file__).parent / "templates",
)
_MAP_FPS = 30.0
_SIGN = {Verdict.KEPT: "✓", Verdict.NOT_KEPT: "✗", Verdict.NOT_MEASURED: "–"}
_HEADLINE = (
    ("Spasms found", "claimed_recall", "of those of 1 mm or more, or 30 % lid closure"),
    ("Found rightly", "event_precision", "of all that were found"),
    ("Side right", "side_accuracy", "of those found in time"),
    ("Onset error", "onset_error", "median"),
)
_SUMMARY = (
    ("F1", "event_f1"),
    ("Precision", "event_precision"),
    ("Recall", "event_recall"),
    ("F1 of 1 mm or more, or 30 % lid closure", "claimed_f1"),
    ("Side right", "side_accuracy"),
    ("Onset error, median", "onset_error"),
    ("Size kept, median", "amplitude_kept"),
)
_DETAILS = (
    ("All spasms: F1", "event_f1"),
    ("All spasms: recall", "event_recall"),
    ("Affected side right", "affected_side_accuracy"),
    ("Clonic or tonic right", "kind_accuracy"),
    ("Onset error, 90 % below", "onset_error_p90"),
    ("Onset, bias", "onset_bias"),
    ("Peak error, median", "peak_error"),
    ("Offset error, median", "offset_error"),
    ("Offset error, 90 % below", "offset_error_p90"),
    ("Offset, bias", "offset_bias"),
    ("Size error, median", "amplitude_error"),
    ("Size kept, median", "amplitude_kept"),
    ("Rate error, median", "rate_error"),
    ("Rate within its interval", "rate_coverage"),
    ("Blinks, left eye: F1", "blink_left_f1"),
    ("Blinks, right eye: F1", "blink_right_f1"),
    ("Rate, smallest change", "rate_smallest_change"),
    ("Size, smallest change", "amplitude_smallest_change"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table on the page: words, then cells; ``bar`` is its mark on a scale, SVG."""

    words: str
    cells: tuple[str, ...]
    tone: str = ""
    mark: str = ""
    under: str = ""


def validation_page(found: Validation) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    mapped = [clip for clip in found.clips if clip.set_name == "map"]
    natural = [clip for clip in found.clips if clip.set_name not in {"map", "probe", "repeated"}]
    faces_px = sorted({row.face_px for row in found.rows if row.set_name == "half"})
    kept = sum(score.verdict is Verdict.KEPT for score in found.scores)
    measured = sum(score.verdict is not Verdict.NOT_MEASURED for score in found.scores)
    return environment.get_template("validation.html.j2").render(
        title=found.title,
        made_with=found.made_with,
        kept=kept,
        measured=measured,
        promised=len(found.scores),
        scores=score_lines(found.scores),
        headline=_headline(found.rows),
        size_map=size_duration_map(cells(mapped, faces_px), _MAP_FPS, LEAST_FACE_PX),
        half_map=half_found_map(found.rows),
        agreement=bland_altman(natural),
        details=_details(found.rows),
        regions=_regions(found.rows),
        labels=_labels(found.rows),
        beside=_beside(found.rows),
        sizes=_sizes(found.rows),
        shows_faces=any(one.strip for one in found.worst),
        no_spasm=_no_spasm(found.rows),
        worst=found.worst,
        failures=found.failures,
    )


def write_page(found: Validation, path: Path) -> None:
    """Write the page."""
    path.write_text(validation_page(found), encoding="utf-8", newline="\n")


def told(estimate: Estimate, unit: str) -> tuple[str, str]:
    """A value and its interval as read; a share in per cent."""
    if unit == "1":
        value = "" if math.isnan(estimate.value) else f"{100 * estimate.value:.0f} %"
        known = math.isfinite(estimate.low)
        ends = f"{100 * estimate.low:.0f} to {100 * estimate.high:.0f}" if known else NOTHING
        return value or NOTHING, ends
    return value_words(_or_none(estimate.value), unit), range_words(
        _or_none(estimate.low), _or_none(estimate.high), unit
    )


def score_lines(scores: Sequence[Score]) -> list[Line]:
    """The scorecard in words: bar, measured, interval, what it rests on, verdict."""
    return [_score_line(score) for score in scores]


def summary_lines(rows: Sequence[Row]) -> list[Line]:
    """The main figures of all clips with spasms, whatever their rate and size of face."""
    own = {row.figure.measure: row.figure for row in rows if row.set_name == "all"}
    return [
        Line(name, told(own[measure].estimate, own[measure].unit))
        for name, measure in _SUMMARY
        if measure in own and own[measure].n
    ]


def _score_line(score: Score) -> Line:
    promise, estimate = score.promise, score.estimate
    cells_ = (
        bar_words(promise.bar, promise.unit, at_most=promise.at_most),
        value_words(_or_none(estimate.value), promise.unit),
        range_words(_or_none(estimate.low), _or_none(estimate.high), promise.unit),
        f"{score.n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if score.n else NOTHING,
        f"{_SIGN[score.verdict]} {score.verdict}",
    )
    under = f"worst: {score.condition}" if score.condition and score.n else ""
    if score.verdict is Verdict.NOT_MEASURED and score.condition:
        under = f"not measured: {score.condition}"
    return Line(promise.words, cells_, score.verdict.replace(" ", "-"), under=under)


def _headline(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    return [
        (name, told(row.figure.estimate, row.figure.unit)[0], under)
        for name, measure, under in _HEADLINE
        if (row := _row(rows, measure)) is not None
    ]


def _details(rows: Sequence[Row]) -> list[Line]:
    lines = []
    for name, measure in _DETAILS:
        row = _row(rows, measure)
        if row is not None and not math.isnan(row.figure.estimate.value):
            lines.append(
                Line(name, (*told(row.figure.estimate, row.figure.unit), str(row.figure.n)))
            )
    return lines


def _regions(rows: Sequence[Row]) -> list[Line]:
    lines = []
    for region in REGIONS:
        names = ("recall", "named_recall", "precision", "f1")
        found = [_row(rows, f"{region}_{name}") for name in names]
        known = [row for row in found if row is not None]
        if len(known) == len(names) and known[0].figure.n:
            shown = [told(row.figure.estimate, "1") for row in known]
            lines.append(
                Line(region.capitalize(), (str(known[0].figure.n), *(value for value, _ in shown)))
            )
    return lines


def _beside(rows: Sequence[Row]) -> list[Line]:
    """Simpler rules below this program, a line each."""
    own = [row for row in rows if row.set_name == "beside"]
    return [
        Line(
            name,
            tuple(
                told(row.figure.estimate, row.figure.unit)[0].removesuffix(" a minute")
                for measure in BESIDE
                for row in own
                if (row.condition, row.figure.measure) == (name, measure)
            ),
        )
        for name in dict.fromkeys(row.condition for row in own)
    ]


def _sizes(rows: Sequence[Row]) -> list[Line]:
    """What is found of each size."""
    return [
        Line(row.condition, (str(row.figure.n), *told(row.figure.estimate, "1")))
        for row in rows
        if row.set_name == "by size" and row.figure.n
    ]


def _labels(rows: Sequence[Row]) -> list[Line]:
    """Each kind of disease or folder on a line of its own."""
    measures = ("event_recall", "claimed_recall", "event_precision", "onset_error",
                "amplitude_kept", "rate_error")  # fmt: skip
    names = dict.fromkeys(row.condition for row in rows if row.set_name == "by label")
    lines = []
    for name in names:
        own = {r.figure.measure: r.figure for r in rows
               if r.set_name == "by label" and r.condition == name}  # fmt: skip
        shown = [told(own[m].estimate, own[m].unit)[0] for m in measures]
        lines.append(Line(name or "clips", (str(own["event_recall"].n), *shown)))
    return lines


def _no_spasm(rows: Sequence[Row]) -> list[Line]:
    names = dict.fromkeys(row.condition for row in rows if row.set_name == NO_SPASM)
    lines = []
    for name in names:
        own = {r.figure.measure: r.figure for r in rows
               if r.set_name == NO_SPASM and r.condition == name}  # fmt: skip
        rate = own["false_per_min"]
        lines.append(
            Line(
                name,
                (
                    f"{own['false_events'].estimate.value:.0f}",
                    f"{rate.n / 60:.1f}",
                    *told(rate.estimate, "1/min"),
                    told(own["usable"].estimate, "1")[0],
                ),
                tone="" if not rate.estimate.value > 0.5 else "not-kept",
                mark=_mark(rate.estimate),
            )
        )
    return lines


def _mark(rate: Estimate, full: float = 4.0) -> str:
    """A dot with its interval on a scale from 0 to ``full`` a minute, the bar drawn at 0.5."""
    if math.isnan(rate.value):
        return ""
    unit = 150 / full
    low, high, value = (4 + min(v, full) * unit for v in (rate.low, rate.high, rate.value))
    return (
        '<svg class="scale" viewBox="0 0 158 14" aria-hidden="true">'
        '<path d="M4 7H154" stroke="#d9dfe5"/>'
        f'<path d="M{4 + 0.5 * unit:.1f} 1V13" stroke="#7b8794" stroke-dasharray="2 2"/>'
        f'<path d="M{low:.1f} 7H{high:.1f}" stroke="#16212c" stroke-width="2" opacity=".45"/>'
        f'<circle cx="{value:.1f}" cy="7" r="3.6" fill="#16212c"/></svg>'
    )


def _row(rows: Sequence[Row], measure: str) -> Row | None:
    """What is claimed first; where nothing is within that, all."""
    for set_name in ("claimed", "all", "repeated"):
        for row in rows:
            if (row.set_name, row.figure.measure) == (set_name, measure) and row.figure.n:
                return row
    return None


def _or_none(value: float) -> Any:
    return None if math.isnan(value) else value
