"""``spasm-video validate``: how right is it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.cli.show import tell
from spasm_video.errors import InputError

if TYPE_CHECKING:
    from spasm_video.validate.grid import Case
    from spasm_video.validate.validation import Validation

_SOME_FAILED = 1


class Grid(StrEnum):
    """How much is measured when no folder is named."""

    QUICK = "quick"
    FULL = "full"


def validate(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder of labelled videos, each with its NAME.truth.json beside it. "
            "Without it, simulated faces are measured."
        ),
    ] = None,
    grid: Annotated[
        Grid,
        typer.Option(
            help="How many simulated faces: quick takes a minute or two; full a quarter of an "
            "hour, and renders videos too."
        ),
    ] = Grid.QUICK,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the results go.")] = Path(
        "spasm_video_validation"
    ),
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes side by side. Default: one a core."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """
    Measure faces of known truth and hold the result against what is promised.

    Writes validation.html (to read), scorecard.md and scorecard.json
    (promise against measured), validation.csv (every figure with its
    interval) and events_matched.csv (every spasm: matched, missed, false).

    To score videos of your own, label them: NAME.truth.json beside NAME.mp4.

    {"affected_side": "left", "duration_s": 60, "events": [

    {"onset_s": 3.1, "peak_s": 3.2, "offset_s": 3.4, "side": "left",

    "regions": "eyelid+cheek", "kind": "clonic", "max_mm": 3.0,

    "amplitude_mm": {"eyelid": 3.0, "cheek": 1.2}, "eyelid_closure": 0.4}]}

    Times are seconds from the first frame; the side is the patient's own;
    regions (eyelid, brow, cheek, mouth, neck) stand in order of onset; kind
    is clonic or tonic. What nobody knows is null: peak_s, max_mm,
    amplitude_mm, eyelid_closure. A clip without spasm has "events": [] and
    "affected_side": "none". A list "blinks" and a list "ignore" (spans that
    are not scored), each with onset_s and offset_s, may be added.

    For example:

    spasm-video validate

    spasm-video validate our_videos --out accuracy_here
    """
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.validate import grid as grids  # noqa: PLC0415 (needs all there is)
    from spasm_video.validate import study  # noqa: PLC0415 (as above)

    if folder is not None and out.resolve() == folder.resolve():
        raise InputError("The results would go among the videos.", "Choose another --out FOLDER.")
    numbers = AnalysisParams() if params is None else load_params(params)
    planned = study.planned(folder, grids.Grid(grid))
    title = study.grid_title(grids.Grid(grid))
    if folder is not None:
        title = f"labelled videos in {folder.resolve().name}"
    with _bar(len(planned), is_wanted=not quiet) as on_done:
        found = study.validate(planned, numbers, title, workers=workers, on_done=on_done)
    study.write(found, out)
    for failure in found.failures:
        tell(f"{failure.case.name} could not be scored.", failure.problem)
    if not quiet:
        _show(found, out)
    if found.failures:
        raise typer.Exit(_SOME_FAILED if found.clips else 2)


@contextmanager
def _bar(total: int, *, is_wanted: bool) -> Iterator[Callable[[Case], None] | None]:
    """What to call with each clip that is done; None where nobody watches."""
    if not (is_wanted and sys.stderr.isatty()):
        yield None
        return
    from rich import progress as rich  # noqa: PLC0415 (only a terminal needs it)
    from rich.console import Console  # noqa: PLC0415

    bar = rich.Progress(
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("clips", total=total)

        def show(case: Case) -> None:
            bar.update(task, advance=1, description=f"{case.set_name}: {case.label or case.name}")

        yield show


def _show(found: Validation, out: Path) -> None:
    """Promise against measured, the main figures of all clips, and where the rest is."""
    from spasm_video.validate.page import (  # noqa: PLC0415 (needs all there is)
        score_lines,
        summary_lines,
    )

    lines = [line for line in score_lines(found.scores) if line.tone != "not-measured"]
    shown = [(f"{line.words} ({line.under})" if line.under else line.words, line.cells)
             for line in lines]  # fmt: skip
    if shown:
        typer.echo("Promise against measured:")
    _columns([(words, (*cells[:3], cells[4])) for words, cells in shown])
    if silent := len(found.scores) - len(shown):
        typer.echo(f"  {silent} of {len(found.scores)} promises were not measured by these clips.")
    if summary := summary_lines(found.rows):
        typer.echo("All clips with spasms:")
        _columns([(line.words, line.cells) for line in summary])
    typer.echo(f"Report: {out / 'validation.html'}")


def _columns(rows: list[tuple[str, tuple[str, ...]]]) -> None:
    """Words to the left, what belongs to them in columns to the right of it."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(*(cells for _, cells in rows), strict=True)]
    left = max(len(words) for words, _ in rows)
    for words, cells in rows:
        aligned = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        typer.echo(f"  {words:<{left}}  {'  '.join(aligned)}".rstrip())
