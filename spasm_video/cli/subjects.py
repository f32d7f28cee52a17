"""``spasm-video subjects``: persons by code, in the store on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    JsonOption,
    StoreOption,
    WhyOption,
    ask,
    count,
    opened,
    tell_json,
    tell_rows,
    tell_table,
)

subjects = typer.Typer(no_args_is_help=True)


@subjects.callback()
def group() -> None:
    """
    Keep persons by code: add, list, show, hand over, delete.

    A code such as P01 stands for a person; keep the list of names elsewhere.
    """


@subjects.command("add")
def add(
    code: CodeArgument,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Add a subject.

    analyze --subject adds one by itself; this is for entering a history before the first video.
    """
    from spasm_video.store import subjects as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store, by) as found:
        subject = kept.add(found, code, why)
    if as_json:
        tell_json(subject)
    else:
        typer.echo(f"Subject {code} added. Next: spasm-video treatments add {code} --help")


@subjects.command("list")
def list_(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the subjects with their sessions and treatments."""
    from spasm_video.store import subjects as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        listed = kept.listed(found)
    if as_json:
        tell_json(listed)
    elif not listed:
        typer.echo("No subject yet. Store a video's: spasm-video analyze VIDEO --subject P01 …")
    else:
        tell_table(
            ("subject", "side", "sessions", "first", "last", "treatments"),
            [(s.code, s.side, s.sessions, s.first, s.last, s.treatments) for s in listed],
            numbers=("sessions", "treatments"),
        )


@subjects.command("show")
def show(
    code: CodeArgument,
    log: Annotated[
        bool, typer.Option("--log", help="Show the audit log: who, when, what, why.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show all that is stored of a subject."""
    from spasm_video.cli.sessions import tell_sessions  # noqa: PLC0415 (siblings)
    from spasm_video.cli.treatments import tell_treatments  # noqa: PLC0415
    from spasm_video.store import subjects as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        history = kept.history(found, code)
        lines = kept.log(found, code) if log else ()
    if as_json:
        tell_json({"history": history, "log": lines} if log else history)
        return
    if log:
        tell_table(
            ("when (UTC)", "who", "what", "why"),
            [
                (f"{e.at:%Y-%m-%d %H:%M:%S}", e.who, f"{e.action} {e.entity} #{e.entity_number}",
                 e.why)
                for e in lines
            ],
        )  # fmt: skip
        return
    subject = history.subject
    tell_rows({"subject": code, "side": subject.side, "cause": history.work_up.cause})
    typer.echo("\nSessions")
    tell_sessions(history.sessions)
    typer.echo("\nTreatments")
    tell_treatments(history.treatments)
    if history.ratings:
        typer.echo("\nRatings by people")
    for rating in history.ratings:
        typer.echo(f"{rating.date}  {rating.scale} {rating.value:g} by {rating.rater}")
    if history.notes:
        typer.echo("\nNotes")
    for note in history.notes:
        typer.echo(f"{note.date}  {note.text}")


@subjects.command("export")
def export(
    code: CodeArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The archive. Default: SUBJECT.zip here.")
    ] = None,
    pictures: Annotated[
        bool,
        typer.Option("--pictures", help="With the report pages, which show pictures of the face."),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Write a subject into one zip: every row, and the small files of its results.

    It holds no video. The tracks in it hold the shape of a face: keep it as personal data.
    """
    from spasm_video.store.exports import export_subject  # noqa: PLC0415 (needs sqlalchemy)

    to = out or Path(f"{code}.zip")
    with opened(store) as found:
        done = export_subject(found, code, to, pictures=pictures)
    if as_json:
        tell_json({"file": str(to), "exported": done})
        return
    typer.echo(f"{to}: {count(done.sessions, 'session')}, {count(done.files, 'file')}.")
    for name in done.missing:
        typer.echo(f"  no results were found of {name}; its numbers are in the archive")


@subjects.command("import")
def import_(
    archive: Annotated[Path, typer.Argument(help="A zip that export has written.")],
    as_code: Annotated[
        str | None, typer.Option("--as", metavar="SUBJECT", help="Under another code.")
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where the files go. Default: results, in your data folder."
        ),
    ] = None,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a subject in from a zip; one that is there already is never changed."""
    from spasm_video.store.database import data_folder  # noqa: PLC0415 (needs sqlalchemy)
    from spasm_video.store.imports import import_subject  # noqa: PLC0415

    folder = results or data_folder() / "results"
    with opened(store, by) as found:
        done = import_subject(found, archive, folder, code=as_code, why=why)
    if as_json:
        tell_json(done)
    else:
        typer.echo(f"Subject {done.subject} brought in: {count(done.sessions, 'session')}.")


@subjects.command("delete")
def delete(
    code: CodeArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Delete a subject and all that is stored of it, for good.

    The folders of results are named and left for you to delete. The audit log keeps that a
    subject was deleted, by whom and when, and nothing of the person.
    """
    from spasm_video.store import subjects as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store, by) as found:
        sessions = len(kept.history(found, code).sessions)
        what = f"{code} with {count(sessions, 'session')}"
        ask(f"Delete {what} for good?", yes=yes)
        folders = kept.delete(found, code, why)
    if as_json:
        tell_json({"deleted": code, "remaining_folders": folders})
        return
    typer.echo(f"{what}: deleted.")
    if folders:
        typer.echo("These folders of results remain; delete them if you wish:")
    for folder in folders:
        typer.echo(f"  {folder}")
