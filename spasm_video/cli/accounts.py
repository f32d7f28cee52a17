"""``spasm-video accounts``: who may log in to a site."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.cli.stored import tell_table

if TYPE_CHECKING:
    from spasm_video.web.accounts import Accounts

accounts = typer.Typer(help="Who may log in to a site.", no_args_is_help=True)

FolderOption = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="That of the site. Default: web in your data folder."),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]


class AccountRole(StrEnum):
    """What an account may do."""

    PATIENT = "patient"
    CLINICIAN = "clinician"
    READER = "reader"
    ADMIN = "admin"


@accounts.command("add")
def add(
    name: NameArgument,
    role: Annotated[
        AccountRole,
        typer.Option(
            help="patient: records, sees their own; reader: looks at all; clinician: all but "
            "deleting a person; admin: all."
        ),
    ],
    subject: Annotated[
        str, typer.Option(metavar="CODE", help="Of a patient: the person whom they may see.")
    ] = "",
    folder: FolderOption = None,
) -> None:
    """Let somebody log in; the password is asked for, or read from the input."""
    from spasm_video.web.visitors import Role  # noqa: PLC0415 (heavy)

    with _opened(folder) as found:
        if sys.stdin.isatty():
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().rstrip("\n")
        found.add(name, password, Role(role), subject)
    typer.echo(f"{name} may log in as {role}.")


@accounts.command("list")
def list_accounts(folder: FolderOption = None) -> None:
    """Say who may log in."""
    with _opened(folder) as found:
        rows = [(one.name, one.role, one.subject) for one in found.listed()]
    tell_table(("name", "role", "person"), rows)


@accounts.command("delete")
def delete(name: NameArgument, folder: FolderOption = None) -> None:
    """Let somebody log in no more; open sessions end at once."""
    with _opened(folder) as found:
        found.delete(name)
    typer.echo(f"{name} may log in no more.")


@accounts.command("reads")
def reads(folder: FolderOption = None) -> None:
    """Say who looked at whom, and when."""
    with _opened(folder) as found:
        rows = [(f"{at:%Y-%m-%d %H:%M:%S}", who, path) for at, who, path in found.reads()]
    tell_table(("when (UTC)", "who", "what"), rows)


@contextmanager
def _opened(folder: Path | None) -> Iterator[Accounts]:
    from spasm_video.web.accounts import Accounts  # noqa: PLC0415 (heavy)
    from spasm_video.web.library import Library  # noqa: PLC0415
    from spasm_video.web.settings import Settings  # noqa: PLC0415

    library = Library(Settings().folder if folder is None else folder.absolute())
    try:
        yield Accounts(library)
    finally:
        library.close()
