"""What a person sees at the terminal: progress, a summary, errors."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from spasm_video.pipeline import Progress
    from spasm_video.records import Measurement

_REFRESHES_PER_S = 4


def tell(problem: str, remedy: str) -> None:
    """An error on two lines: what is wrong, then what to do about it."""
    typer.echo(f"{problem}\n{remedy}", err=True)


@contextmanager
def progress_bar(
    title: str, *, is_wanted: bool = True
) -> Iterator[Callable[[Progress], None] | None]:
    """What to call with each step of a video; None where nobody watches."""
    if not (is_wanted and sys.stderr.isatty()):
        yield None
        return
    from rich import progress as rich  # noqa: PLC0415 (only a terminal needs it)
    from rich.console import Console  # noqa: PLC0415

    bar = rich.Progress(
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(),
        rich.TaskProgressColumn(),
        rich.TextColumn("{task.fields[pace]}"),
        rich.TimeRemainingColumn(),
        console=Console(stderr=True),
        refresh_per_second=_REFRESHES_PER_S,
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=None, pace="")
        began_s = time.monotonic()

        def show(done: Progress) -> None:
            total = max(done.total_s, done.done_s) if isfinite(done.total_s) else None
            pace = f"{done.frames / (time.monotonic() - began_s):.0f} frames/s"
            bar.update(task, total=total, completed=done.done_s, pace=pace)

        yield show


def show_summary(source: Path, folder: Path, measurement: Measurement) -> None:
    """The findings in a few lines, and where the rest is."""
    from spasm_video.report.words import (  # noqa: PLC0415 (needs numpy)
        interval,
        involved,
        length,
        listed,
        number,
    )

    summary = measurement.summary
    rate = summary.spasms_per_min
    counted = f"{summary.events}"
    if isfinite(rate.value):
        counted += f", {number(rate.value)} a minute (95 % interval {interval(rate)})"
    rows = {
        "affected side": f"{summary.affected_side} ({summary.side_evidence.words})",
        "spasms": counted,
        "regions": listed(involved(summary)),
        "measured": f"{length(summary.usable_s)} of {length(summary.duration_s)}",
        "report": str(folder / "report.html"),
    }
    typer.echo(source.name)
    for name, told in rows.items():
        typer.echo(f"  {name:<15}{told}")
    for limit in summary.limits:
        typer.echo(f"  {'note':<15}{limit}")
