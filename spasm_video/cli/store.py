"""``spasm-video store``: the store as a whole."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.stored import JsonOption, StoreOption, opened, tell_json, tell_rows

store = typer.Typer(no_args_is_help=True)


@store.callback()
def group() -> None:
    """
    Where the subjects are kept, and how to keep them safe.

    By default one file in your data folder. A site names a server with --store, or once and
    for all: export SPASM_VIDEO_STORE=postgresql://USER@HOST/DATABASE
    """


@store.command("info")
def info(address: StoreOption = None, as_json: JsonOption = False) -> None:
    """Say where the store is and how much is in it."""
    from spasm_video.store import upkeep  # noqa: PLC0415 (needs sqlalchemy)

    with opened(address) as found:
        told = upkeep.info(found)
    if as_json:
        tell_json(told)
        return
    known: dict[str, object] = {
        "store": told.address,
        "database": told.database,
        "form": told.form,
        "size": f"{told.size_mb:.1f} MB" if math.isfinite(told.size_mb) else None,
    }
    known |= {f"{name} rows": count for name, count in sorted(told.rows.items())}
    tell_rows(known)


@store.command("backup")
def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; it must not exist yet.")],
    address: StoreOption = None,
) -> None:
    """
    Copy the store into a file, also while another program uses it.

    To use a copy: spasm-video subjects list --store FILE
    """
    from spasm_video.store import upkeep  # noqa: PLC0415 (needs sqlalchemy)

    with opened(address) as found:
        typer.echo(f"{found.address} is copied to {upkeep.backup(found, to)}.")


@store.command("migrate")
def migrate(address: StoreOption = None) -> None:
    """Bring a store of an older version to the present form; a backup is kept beside it."""
    from spasm_video.store import upkeep  # noqa: PLC0415 (needs sqlalchemy)

    before, now, kept = upkeep.migrate(address)
    if before == now:
        typer.echo(f"The store has the present form, {now}.")
        return
    typer.echo(f"The store went from form {before or 'none'} to {now}.")
    if kept:
        typer.echo(f"As it was before: {kept}")


@store.command("clean")
def clean(address: StoreOption = None) -> None:
    """Overwrite what is left of deleted rows in the store's file."""
    from spasm_video.store import upkeep  # noqa: PLC0415 (needs sqlalchemy)

    with opened(address) as found:
        upkeep.forget(found)
    typer.echo("Nothing of what was deleted is left in the store's file.")
