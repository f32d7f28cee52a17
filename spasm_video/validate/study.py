"""A validation, whole: cases in, a folder of results out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from spasm_video import __version__
from spasm_video.errors import OutputError
from spasm_video.validate.grid import FACES_PX, Grid, cases
from spasm_video.validate.harness import run
from spasm_video.validate.labelled import labelled_videos
from spasm_video.validate.page import write_page
from spasm_video.validate.scorecard import (
    as_json,
    beside_markdown,
    markdown,
    plain,
    scorecard,
)
from spasm_video.validate.tables import matched_table, rows, validation_table, write_csv
from spasm_video.validate.validation import Validation
from spasm_video.validate.worst import worst_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spasm_video.params import AnalysisParams
    from spasm_video.validate.comparison import Comparison
    from spasm_video.validate.grid import Case


def planned(folder: Path | None, grid: Grid) -> tuple[Case, ...]:
    """
    The cases of a folder of labelled videos, or of a grid where none is named.

    Raises
    ------
    InputError : there is no labelled video in the folder
    """
    return cases(grid) if folder is None else labelled_videos(folder)


def grid_title(grid: Grid) -> str:
    """What the page and the scorecard call a grid."""
    return f"simulated faces, {grid} grid"


def validate(
    planned_cases: Sequence[Case],
    params: AnalysisParams,
    title: str,
    *,
    workers: int | None = None,
    on_done: Callable[[Case], None] | None = None,
) -> Validation:
    """Measure every case and hold it against its truth and against what is promised."""
    with tempfile.TemporaryDirectory(prefix="spasm_video_") as kept:
        folder = Path(kept)
        outcome = run(planned_cases, params, folder, workers=workers, on_done=on_done)
        found = rows(outcome.comparisons, FACES_PX)
        named = {case.name: case for case in planned_cases}
        worst = worst_cases(_to_look_at(outcome.comparisons), named, params, folder)
    made_with = {
        "package_version": __version__,
        "params_hash": params.hash(),
        "measured": title,
        "clips": len(outcome.comparisons),
        "true_spasms": sum(len(clip.true) for clip in outcome.comparisons),
        "minutes": round(sum(clip.duration_s for clip in outcome.comparisons) / 60, 1),
        "failed": len(outcome.failures),
    }
    return Validation(
        title=title,
        clips=outcome.comparisons,
        failures=outcome.failures,
        rows=found,
        scores=scorecard(found),
        worst=worst,
        made_with=made_with,
    )


def _to_look_at(clips: Sequence[Comparison]) -> list[Comparison]:
    """Map, probes and repeats reach on purpose for what cannot be found."""
    return [clip for clip in clips if clip.set_name not in {"map", "probe", "repeated"}]


def write(found: Validation, folder: Path) -> None:
    """
    Write the five files of a validation.

    Raises
    ------
    OutputError : the folder cannot be written
    """
    told = plain(found.scores, found.made_with, found.rows)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(validation_table(found.rows), folder / "validation.csv")
        write_csv(matched_table(found.clips), folder / "events_matched.csv")
        _write(folder / "scorecard.json", as_json(told))
        _write(
            folder / "scorecard.md", f"{markdown(told)}\n{beside_markdown(told)}".rstrip() + "\n"
        )
        write_page(found, folder / "validation.html")
    except OSError as error:
        raise OutputError(
            f"The results cannot be written into {folder}: {error.strerror}.",
            "Choose another folder with --out.",
        ) from error


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
