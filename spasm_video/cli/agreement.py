"""``spasm-video agreement``: what blinded ratings are worth."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.errors import InputError

if TYPE_CHECKING:
    from spasm_video.batch.agreement import Agreement

_DIGITS = 3


def agreement(
    ratings: Annotated[
        list[Path], typer.Argument(help="The filled forms, one or several raters in each.")
    ],
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The sealed key of the pack: which clips are copies."),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="scores.csv of the same manifest: raters against it."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table here, as CSV, too.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print plain JSON.")] = False,
) -> None:
    """
    Compare blinded ratings: rater with rater, with themselves, and with the video measure.

    ICC(2,1) for grades and counts, quadratically weighted kappa for grades, kappa for sides
    and signs, each with its 95 % interval; a dash where fewer than five clips or a single
    answer leave nothing to compute. Needs the extra: pip install 'spasm-video[agreement]'.

    For example:

    spasm-video agreement ratings_anna.csv ratings_ben.csv --key sealed/key.csv

    spasm-video agreement ratings.csv --key sealed/key.csv --scores results/scores.csv
    """
    from spasm_video.batch.agreement import (  # noqa: PLC0415 (heavy)
        COLUMNS,
        agreements,
        read_ratings,
        video_readings,
    )
    from spasm_video.batch.tables import write_csv  # noqa: PLC0415 (heavy)

    if scores is not None and key is None:
        raise InputError("Without the key no clip can be found in the scores.", "Add: --key FILE")
    read, known = read_ratings(ratings, key)
    video = None if scores is None else video_readings(known, scores)
    found = list(agreements(read, video))
    rows = [
        {
            "who": one.who,
            "item": one.item,
            "statistic": one.statistic,
            **{name: _rounded(getattr(one.estimate, name)) for name in ("value", "low", "high")},
            "clips": one.clips,
        }
        for one in found
    ]
    if out is not None:
        write_csv(out, COLUMNS, rows)
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _show(found)


def _rounded(value: float) -> float | None:
    return round(value, _DIGITS) if isfinite(value) else None


def _show(found: list[Agreement]) -> None:
    from rich.console import Console  # noqa: PLC0415 (only a reader needs it)
    from rich.table import Table  # noqa: PLC0415

    from spasm_video.report.words import interval, number  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for name in ("who", "item", "statistic"):
        table.add_column(name)
    for name in ("value", "95 % interval", "clips"):
        table.add_column(name, justify="right")
    last = ""
    for one in sorted(found, key=lambda one: one.who):
        table.add_row(
            one.who if one.who != last else "",
            one.item,
            one.statistic,
            number(one.estimate.value, 2),
            interval(one.estimate, 2),
            str(one.clips),
        )
        last = one.who
    Console().print(table)
