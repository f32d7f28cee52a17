"""``spasm-video simulate``: recordings with spasms of known truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spasm_video.cli.show import progress_bar
from spasm_video.errors import InputError, OutputError

if TYPE_CHECKING:
    from spasm_video.simulate.levels import OnFrame
    from spasm_video.simulate.scenarios import Scenario


class Level(StrEnum):
    """How far a scenario is carried out."""

    PICTURES = "pictures"
    TRACK = "track"
    SIGNALS = "signals"


_ENDINGS = {
    Level.PICTURES: (".mp4", ".mov", ".mkv"),
    Level.TRACK: (".npz",),
    Level.SIGNALS: (".parquet", ".csv"),
}


def simulate(
    scenario: Annotated[
        str | None,
        typer.Argument(help="A scenario file (TOML), or the name of an example: see --list."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file to write: .mp4; of a track .npz, of signals .parquet or .csv. The "
            "truth goes beside it as FILE.truth.json.",
        ),
    ] = None,
    over: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A video or photo of your own: only the spasms are drawn into it, the rest "
            "stays as it is.",
        ),
    ] = None,
    level: Annotated[
        Level,
        typer.Option(
            help="pictures: a video. track: what is seen of a face, for analyze, in a second. "
            "signals: the movements in mm."
        ),
    ] = Level.PICTURES,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Another day of the same disease. Default: the file's."
        ),
    ] = None,
    list_examples: Annotated[
        bool, typer.Option("--list", help="List the example scenarios and leave.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print the scenario as TOML, to change, and leave.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """
    Make a recording with spasms whose times, sides and sizes are known.

    A scenario says what the disease, the person and the camera are like; a seed draws what
    happens when. The truth is written beside the file: compare it with what analyze finds.

    For example:

    spasm-video simulate --list

    spasm-video simulate moderate_clonic --out clip.mp4

    spasm-video simulate mild_eyelid --out clip.mp4 --over my_face.mp4

    spasm-video simulate severe_tonic --level track --out track.npz

    spasm-video simulate all_keys --show > mine.toml
    """
    from spasm_video.simulate.scenarios import load_scenario, scenario_text  # noqa: PLC0415

    if list_examples:
        _list()
        return
    if scenario is None:
        raise InputError("No scenario is named.", "Name a TOML file, or an example: --list")
    if show:
        typer.echo(scenario_text(scenario), nl=False)
        return
    wanted = load_scenario(scenario)
    if seed is not None:
        wanted = wanted.model_copy(update={"seed": seed})
    out = out or Path(f"{wanted.name}{_ENDINGS[level][0]}")
    _refuse(out, over, level)
    with _bar(out.name, is_wanted=not quiet) as on_frame:
        truth = _make(wanted, out, over, level, on_frame)
    if not quiet:
        _tell(out, truth)


def _make(
    scenario: Scenario, out: Path, over: Path | None, level: Level, on_frame: OnFrame | None
) -> dict[str, Any]:
    from spasm_video.pipeline import simulation  # noqa: PLC0415 (heavy)

    try:
        if level is Level.TRACK:
            return simulation.simulate_track_file(scenario, out)
        if level is Level.SIGNALS:
            return simulation.simulate_signals_file(scenario, out)
        if over is not None:
            return simulation.simulate_over(scenario, out, over, on_frame)
        from spasm_video.simulate.levels import simulate_clip  # noqa: PLC0415 (heavy)

        return simulate_clip(scenario, out, on_frame=on_frame)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written ({error.strerror or error}).", "Choose another --out FILE."
        ) from error


def _refuse(out: Path, over: Path | None, level: Level) -> None:
    endings = _ENDINGS[level]
    if out.suffix.lower() not in endings:
        raise OutputError(
            f"{out.name} is no name for {level}.", f"End it in {' or '.join(endings)}."
        )
    if over is not None and level is not Level.PICTURES:
        raise InputError(
            f"--over draws pictures; a simulation of {level} has none.", "Leave one of them out."
        )
    if over is not None and over.exists() and out.exists() and out.samefile(over):
        raise OutputError("--out would replace the video of --over.", "Choose another --out FILE.")
    if not out.absolute().parent.is_dir():
        raise OutputError(f"There is no folder {out.parent}.", "Make it, or choose another.")


@contextmanager
def _bar(title: str, *, is_wanted: bool) -> Iterator[OnFrame | None]:
    """What to call with each frame; the bar begins anew when the step of the work changes."""
    from spasm_video.pipeline import Progress  # noqa: PLC0415 (heavy)

    with progress_bar(title, is_wanted=is_wanted) as show:
        if show is None:
            yield None
            return
        frames = 0

        def on_frame(_step: str, done_s: float, total_s: float) -> None:
            nonlocal frames
            frames += 1
            show(Progress(frames, done_s, total_s))

        yield on_frame


def _tell(out: Path, truth: dict[str, Any]) -> None:
    from spasm_video.report.words import length  # noqa: PLC0415 (needs numpy)

    spasms = truth["events"]
    tonic = sum(event["kind"] == "tonic" for event in spasms)
    told = f"{len(spasms)} ({tonic} tonic), side: {truth['affected_side']}"
    rows = {
        "spasms": told,
        "blinks": str(len(truth["blinks"])),
        "length": f"{length(truth['duration_s'])}, {truth['frames']} frames",
        "truth": str(out.with_suffix(".truth.json")),
        "measure it": f"spasm-video analyze {out}"
        if out.suffix in {".npz", *_ENDINGS[Level.PICTURES]}
        else "",
    }
    typer.echo(str(out))
    for name, said in rows.items():
        if said:
            typer.echo(f"  {name:<15}{said}")


def _list() -> None:
    from rich.console import Console  # noqa: PLC0415 (only here)
    from rich.table import Table  # noqa: PLC0415 (only here)

    from spasm_video.simulate.scenarios import EXAMPLES, load_scenario  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    table.add_column("scenario", no_wrap=True)
    table.add_column("what it is")
    for name in EXAMPLES:
        table.add_row(name, load_scenario(name).about)
    Console(highlight=False, markup=False).print(table)
