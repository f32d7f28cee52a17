"""``spasm-video workup``: what is known of the cause."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from spasm_video.anatomy import Side
from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    JsonOption,
    StoreOption,
    WhyOption,
    opened,
    tell_json,
    tell_rows,
)
from spasm_video.history import Cause

workup = typer.Typer(no_args_is_help=True)


@workup.callback()
def group() -> None:
    """Keep what the doctors found: cause, vessel, imaging, EMG. The program finds none of it."""


@workup.command("set")
def set_(
    code: CodeArgument,
    side: Annotated[Side | None, typer.Option(help="The affected side, the patient's own.")] = None,
    cause: Annotated[
        Cause | None,
        typer.Option(help="primary: a vessel or none found; secondary: another disease."),
    ] = None,
    vessel: Annotated[
        str | None, typer.Option(metavar="NAME", help="The vessel at the nerve, if known.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What a secondary one comes from.")
    ] = None,
    began: Annotated[
        str | None, typer.Option(metavar="WHEN", help="When it began, as YYYY or YYYY-MM.")
    ] = None,
    mri: Annotated[
        str | None, typer.Option(metavar="TEXT", help="MRI (CISS, FIESTA) findings.")
    ] = None,
    mra: Annotated[str | None, typer.Option(metavar="TEXT", help="MR angiography.")] = None,
    emg: Annotated[str | None, typer.Option(metavar="TEXT", help="Electromyography.")] = None,
    hypertension: Annotated[
        bool | None, typer.Option("--hypertension/--no-hypertension", help="High blood pressure.")
    ] = None,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
) -> None:
    """Enter findings; what is left out stays as it was, an empty text takes one back."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    given = {
        "side": side, "cause": cause, "vessel": vessel, "kind": kind, "began": began,
        "mri": mri, "mra": mra, "emg": emg, "hypertension": hypertension,
    }  # fmt: skip
    with opened(store, by) as found:
        known = {n: v for n, v in given.items() if v is not None}
        work_up = dataclasses.replace(entries.work_up(found, code), **known)  # type: ignore[arg-type]
        entries.set_work_up(found, code, work_up, why)
    typer.echo(f"{code}: stored. See: spasm-video workup show {code}")


@workup.command("show")
def show(code: CodeArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Show what was entered."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        work_up = entries.work_up(found, code)
    if as_json:
        tell_json(work_up)
        return
    shown = {f.name: getattr(work_up, f.name) for f in dataclasses.fields(work_up)}
    words = {True: "yes", False: "no", None: None}
    tell_rows(shown | {"hypertension": words[work_up.hypertension]})
