"""``spasm-video notes``: remarks on a subject."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    JsonOption,
    StoreOption,
    opened,
    tell_json,
    tell_table,
)

notes = typer.Typer(no_args_is_help=True)


@notes.callback()
def group() -> None:
    """Keep remarks: a bad night, a new camera, anything that helps to read the numbers."""


@notes.command("add")
def add(
    code: CodeArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The remark; no names.")],
    date: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day. Default: today."),
    ] = None,
    session: Annotated[
        str, typer.Option(metavar="LABEL", help="The recording it is about, if any.")
    ] = "",
    by: ByOption = None,
    store: StoreOption = None,
) -> None:
    """Store a remark."""
    from spasm_video.history import Note  # noqa: PLC0415 (with the store)
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    day = date.date() if date else dt.datetime.now().astimezone().date()
    with opened(store, by) as found:
        entries.add_note(found, Note(subject=code, date=day, text=text, session=session))
    typer.echo(f"{code}: stored.")


@notes.command("list")
def list_(code: CodeArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the remarks on a subject in order of time."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        listed = entries.notes(found, code)
    if as_json:
        tell_json(listed)
        return
    tell_table(
        ("date", "session", "by", "note"),
        [(one.date, one.session, one.author, one.text) for one in listed],
    )
