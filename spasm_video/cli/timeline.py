"""``spasm-video timeline``: the progression of one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.cli.stored import CodeArgument, JsonOption, StoreOption, opened
from spasm_video.history import Segment

if TYPE_CHECKING:
    from spasm_video.course import Timeline


def timeline(
    code: CodeArgument,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the files go. Default: SUBJECT_timeline here."),
    ] = None,
    segment: Annotated[
        Segment | None,
        typer.Option(help="The task to compare. Default: rest, or what there is most of."),
    ] = None,
    no_pictures: Annotated[
        bool, typer.Option("--no-pictures", help="Leave the pictures of the face out of the page.")
    ] = False,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Show the progression of a subject: one page, a picture, a table.

    It compares sessions of one task and one method, marks the treatments, and says of each
    change whether it is larger than the measurement error; never what it means.

    First store each recording with its person and its day:

    spasm-video analyze visit1.mp4 --subject P01 --date 2026-03-02

    spasm-video treatments add P01 toxin --date 2026-03-09 --product A --dose 25 --unit U

    Then:

    spasm-video timeline P01
    """
    from spasm_video.params import load_timeline_params  # noqa: PLC0415 (as below)
    from spasm_video.pipeline.progression import write_timeline  # noqa: PLC0415 (heavy)
    from spasm_video.store import subjects  # noqa: PLC0415 (needs sqlalchemy)

    numbers = None if params is None else load_timeline_params(params)
    with opened(store) as found:
        history = subjects.history(found, code)
    folder = out or Path(f"{code}_timeline")
    told = write_timeline(history, folder, segment, numbers, pictures=not no_pictures)
    if as_json:
        typer.echo((folder / "timeline.json").read_text(encoding="utf-8"), nl=False)
    else:
        _show(told, folder)


def _show(told: Timeline, folder: Path) -> None:
    """The findings in a few lines, and where the rest is."""
    from spasm_video.report.timeline.page import alert_rows, headline  # noqa: PLC0415 (heavy)

    typer.echo(f"{told.subject}, {told.segment}: {len(told.sessions)} sessions on the line")
    rows = [
        (figure.name, " ".join(part for part in (figure.value, figure.unit) if part), figure.under)
        for figure in headline(told)
    ]
    width = max(len(name) for name, _, _ in rows) + 2
    for name, value, under in rows:
        typer.echo(f"  {name:<{width}}{value:<14}{under}")
    for word, day, words in alert_rows(told):
        typer.echo(f"  {word}, {day}: {words}")
    if told.left_out:
        typer.echo(f"  {len(told.left_out)} of the sessions are not on the line; the page says why")
    typer.echo(f"  page: {folder / 'timeline.html'}")
