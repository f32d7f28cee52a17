"""``spasm-video batch``: score a trial."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spasm_video.cli.analyze import Backend, Quality
from spasm_video.cli.show import tell

if TYPE_CHECKING:
    from spasm_video.batch.engine import Engine
    from spasm_video.batch.manifest import Visit
    from spasm_video.batch.scoring import Batch, Event, Watch

_SOME_FAILED = 1
_TIMEOUT_S = 3600.0


def batch(
    manifest: Annotated[
        Path,
        typer.Argument(help="A CSV or Parquet table with a row a video, or a folder of videos."),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where all results go; also to be resumed.")
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Videos measured at once, one core each. Default: as cores and memory allow.",
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Measure on a Dask cluster, by the address of its scheduler (tcp://HOST:8786), "
            "or local: one on this machine. Needs the extra of that name; the workers must see "
            "the same files under the same names.",
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=1.0, help="A video that takes longer is given up."),
    ] = _TIMEOUT_S,
    quality: Annotated[
        Quality, typer.Option(help="high: less noise in the points of the face; takes longer.")
    ] = Quality.STANDARD,
    backend: Annotated[
        Backend, typer.Option(help="What finds the face; see analyze.")
    ] = Backend.ONNX,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    blind: Annotated[
        bool,
        typer.Option(
            "--blind",
            help="Measure nothing: write a pack for blinded reading, of coded, shuffled clips, "
            "a form and a sealed key.",
        ),
    ] = False,
    duplicates: Annotated[
        float,
        typer.Option(
            metavar="FRACTION", help="With --blind: how many clips are shown twice, 0.1 to 0.2."
        ),
    ] = 0.15,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="With --blind: the same order again. Default: unguessable."),
    ] = None,
    deidentify: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Then write an export to share: no face's shape, no file names, dates shifted.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for every video that ends.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """
    Score many videos into one table, on all cores or a cluster; go on where it was cut off.

    A manifest has the columns subject, visit, date, segment, video, mirrored, start_s, end_s;
    only video is needed, and others pass through. All that is wrong with it is told before
    anything runs. A video that fails costs no other. Exit code 1: some failed.

    For example:

    spasm-video batch visits/ --out results

    spasm-video batch trial.csv --out results --workers 8

    spasm-video batch trial.csv --out results --dask tcp://10.0.0.5:8786

    spasm-video batch trial.csv --out pack --blind
    """
    from spasm_video.batch.manifest import read_manifest  # noqa: PLC0415 (heavy)
    from spasm_video.batch.plan import Settings  # noqa: PLC0415
    from spasm_video.batch.scoring import score  # noqa: PLC0415
    from spasm_video.batch.tables import reserved_columns  # noqa: PLC0415
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415

    settings = Settings(
        params=AnalysisParams() if params is None else load_params(params),
        quality=quality.value,
        backend=backend.runtime,
    )
    visits = read_manifest(manifest, reserved_columns())
    if blind:
        raise typer.Exit(_pack(visits, out, _engine(dask, workers, timeout), duplicates, seed))
    if deidentify is not None:
        from spasm_video.batch.deidentify import refuse_target  # noqa: PLC0415 (heavy)

        refuse_target(out, deidentify)
    with (
        _engine(dask, workers, timeout) as engine,
        _watch(len(visits), is_json=as_json, is_quiet=quiet) as watch,
    ):
        done = score(visits, out, settings, engine, watch)
    if deidentify is not None:
        from spasm_video.batch.deidentify import export  # noqa: PLC0415 (heavy)

        export(done.scored, out, deidentify)
    _show(done, is_json=as_json, is_quiet=quiet)
    raise typer.Exit(_SOME_FAILED if done.failed else 0)


def _pack(
    visits: Sequence[Visit], out: Path, opened: Any, duplicates: float, seed: int | None
) -> int:
    """Write a pack for blinded reading; the exit code."""
    from spasm_video.batch.blind import write_pack  # noqa: PLC0415 (heavy)

    with opened as engine:
        pack = write_pack(visits, out, engine, duplicates=duplicates, seed=seed)
    for one in pack.coded:
        if one.code in pack.failed:
            tell(
                f"Line {one.visit.line}, {one.visit.video}: {pack.failed[one.code]}",
                "It is not in the pack.",
            )
    rows = {
        "clips": f"{len(pack.coded) - len(pack.failed)} in {out / 'for_raters'}",
        "form": str(out / "for_raters" / "ratings.csv"),
        "key": f"{out / 'sealed' / 'key.csv'}, not for raters",
        "its sha256": pack.key_sha256,
    }
    for name, told in rows.items():
        typer.echo(f"{name:<12}{told}")
    return _SOME_FAILED if pack.failed else 0


def _engine(dask: str | None, workers: int | None, timeout_s: float) -> Any:
    from spasm_video.batch.local import LocalEngine  # noqa: PLC0415 (heavy)
    from spasm_video.batch.machine import default_workers  # noqa: PLC0415

    count = workers or default_workers()
    if dask is None:
        engine: Engine = LocalEngine(count, timeout_s)
        return nullcontext(engine)
    from spasm_video.batch.cluster import DaskEngine  # noqa: PLC0415 (an extra)

    return DaskEngine(dask, count, timeout_s)


@contextmanager
def _watch(total: int, *, is_json: bool, is_quiet: bool) -> Iterator[Watch]:
    """What is told while it runs: lines of JSON, or one bar and a line a failure."""
    from spasm_video.batch.scoring import Watch  # noqa: PLC0415 (heavy)

    if is_json:
        told = _JsonLines(total)
        yield Watch(on_event=told)
        return
    if is_quiet or not sys.stderr.isatty():
        yield Watch(on_event=_tell_failure)
        return
    from rich import progress as rich  # noqa: PLC0415 (only a terminal needs it)
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    bar = rich.Progress(
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[rate]}"),
        rich.TimeRemainingColumn(),
        rich.TextColumn("{task.fields[failed]}", style="bold"),
        console=console,
        transient=True,
    )
    with bar:
        yield _on_bar(bar, console, total)


def _on_bar(bar: Any, console: Any, total: int) -> Watch:
    from spasm_video.batch.scoring import Watch  # noqa: PLC0415 (heavy)

    task = bar.add_task("reading", total=total, rate="", failed="")
    counts = {"done": 0, "here": 0, "failed": 0}

    def on_event(event: Event) -> None:
        counts["done"] += 1
        counts["failed"] += bool(event.told.problem)
        if event.was_there:  # as if it had never been part of the work: the rate stays true
            bar.reset(task, total=total, completed=counts["done"])
        else:
            counts["here"] += 1
        if event.told.problem:
            console.print(_failure(event), style="red", markup=False, highlight=False)
        spent_s = bar.tasks[0].elapsed or 0.0
        rate = f"{60 * counts['here'] / spent_s:.1f} videos/min" if spent_s > 1 else ""
        failed = f"{counts['failed']} failed" if counts["failed"] else ""
        bar.update(task, completed=counts["done"], rate=rate, failed=failed)

    return Watch(
        on_hashed=lambda: bar.advance(task),
        on_planned=lambda: bar.reset(task, description="measuring"),
        on_event=on_event,
    )


class _JsonLines:
    """A line for every row of the manifest as it ends."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._ended = 0

    def __call__(self, event: Event) -> None:
        self._ended += 1
        told = event.told
        plain = {
            "ended": self._ended,
            "of": self._total,
            "line": event.job.visit.line,
            "video": event.job.visit.video,
            "status": "failed" if told.problem else "skipped" if event.was_there else "done",
            "results": f"videos/{event.job.name}",
        }
        if told.problem:
            plain |= {"problem": told.problem, "remedy": told.remedy}
        if told.wall_s:
            plain |= {"wall_s": round(told.wall_s, 2), "cpu_s": round(told.cpu_s, 2)}
            plain |= {"memory_mb": round(told.memory_mb), "peak_mb": round(told.peak_mb)}
            plain["worker"] = told.worker
        typer.echo(json.dumps(plain, ensure_ascii=False))


def _tell_failure(event: Event) -> None:
    if event.told.problem:
        tell(_failure(event), event.told.remedy)


def _failure(event: Event) -> str:
    return f"Line {event.job.visit.line}, {event.job.visit.video}: {event.told.problem}"


def _show(done: Batch, *, is_json: bool, is_quiet: bool) -> None:
    measured = len(done.scored) - done.failed
    if is_json:
        counts = {"measured": measured, "failed": done.failed, "skipped": done.skipped}
        typer.echo(json.dumps(counts | {"folder": str(done.folder)}, ensure_ascii=False))
    elif not is_quiet:
        there = f", {done.skipped} of them before" if done.skipped else ""
        rows = {
            "measured": f"{measured} of {len(done.scored)}{there}",
            "table": str(done.folder / "scores.csv"),
            "to check": str(done.folder / "batch.html"),
        }
        if done.failed:
            rows["failed"] = f"{done.failed}, see {done.folder / 'failures.csv'}"
        for name, told in rows.items():
            typer.echo(f"{name:<10}{told}")
