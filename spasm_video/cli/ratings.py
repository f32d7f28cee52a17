"""``spasm-video ratings``: scores that people gave, apart from what the video says."""

from __future__ import annotations

from typing import Annotated

import typer

from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    DayOption,
    JsonOption,
    NoteOption,
    StoreOption,
    WhyOption,
    opened,
    tell_json,
    tell_table,
)
from spasm_video.history import SCALES

ratings = typer.Typer(no_args_is_help=True)


@ratings.callback()
def group() -> None:
    """
    Enter clinical ratings by hand: Jankovic, SMC, Tunc, HFS-7 and others.

    They are shown beside the video's numbers and never mixed with them.
    """


@ratings.command("add")
def add(
    code: CodeArgument,
    scale: Annotated[
        str,
        typer.Argument(metavar="SCALE", help=f"One of {', '.join(SCALES)}, or any other name."),
    ],
    value: Annotated[float, typer.Argument(metavar="VALUE", help="The score.")],
    date: DayOption,
    wording: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Which wording was used, such as 'Jankovic & Orman 1987': several are in use "
            "under one name.",
        ),
    ],
    rater: Annotated[str, typer.Option(metavar="WHO", help="Who rated, by code.")],
    session: Annotated[
        str, typer.Option(metavar="LABEL", help="The recording that was rated, if one was.")
    ] = "",
    note: NoteOption = "",
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Enter a score that a person gave.

    For example: spasm-video ratings add P01 tunc 2 --date 2026-03-02 --wording local --rater R1
    """
    from spasm_video.history import Rating  # noqa: PLC0415 (with its checks)
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    rating = Rating(
        subject=code,
        scale=scale.lower(),
        wording=wording,
        value=value,
        rater=rater,
        date=date.date(),
        session=session,
        note=note,
    )
    with opened(store, by) as found:
        done = entries.add_rating(found, rating, why)
    if as_json:
        tell_json(done)
    else:
        typer.echo(f"{code}: {done.scale} {value:g} of {done.date} stored.")


@ratings.command("list")
def list_(code: CodeArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the ratings of a subject in order of time."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        listed = entries.ratings(found, code)
    if as_json:
        tell_json(listed)
        return
    tell_table(
        ("no.", "date", "scale", "value", "wording", "rater", "session", "note"),
        [
            (one.number, one.date, one.scale, one.value, one.wording, one.rater, one.session,
             one.note)
            for one in listed
        ],
        numbers=("no.", "value"),
    )  # fmt: skip
