"""What the commands of the store share: their options, a table, plain JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from spasm_video.errors import InputError

if TYPE_CHECKING:
    from spasm_video.store import Store

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: a file, or postgresql://USER@HOST/DATABASE. Default: the environment's "
        "SPASM_VIDEO_STORE, else a file in your data folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print plain JSON instead of a table.")]
WhyOption = Annotated[
    str, typer.Option("--why", metavar="TEXT", help="The reason, for the audit log; no names.")
]
NoteOption = Annotated[str, typer.Option(metavar="TEXT", help="Anything else; no names.")]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="WHO", help="Who does it, for the audit log. Default: your login."
    ),
]
CodeArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="The subject's code, such as P01.")
]
DayOption = Annotated[
    dt.datetime,
    typer.Option("--date", formats=["%Y-%m-%d"], metavar="DATE", help="The day: YYYY-MM-DD."),
]


_WIDEST = 1000  # columns that a table may need


def opened(address: str | None, who: str | None = None) -> Store:
    """The store, open; use it with ``with``."""
    from spasm_video.store import open_store  # noqa: PLC0415 (needs sqlalchemy)

    return open_store(address, who)


def ask(question: str, *, yes: bool) -> None:
    """
    Go on only if a person says so, or has said so by ``--yes``.

    Raises
    ------
    InputError : the answer is no, or nobody is there to give one
    """
    if yes or (sys.stdin.isatty() and typer.confirm(question, err=True)):
        return
    raise InputError("Nothing was deleted.", "To delete without the question: --yes")


def tell_json(value: Any) -> None:
    """Records as plain JSON; missing is null."""
    typer.echo(json.dumps(plain(value), indent=1, ensure_ascii=False))


def plain(value: Any) -> Any:
    """
    Records, days and words as JSON has them.

    >>> plain({"day": dt.date(2026, 3, 2), "dose": math.nan})
    {'day': '2026-03-02', 'dose': None}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Enum) else value


def tell_table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[str] = ()
) -> None:
    """
    Rows under their heads; ``numbers`` names the columns that stand right.

    On a screen the last column may wrap and nothing else is ever cut; in a file or a pipe a
    row is a line.
    """
    shown = [[_cell(value) for value in row] for row in rows]
    right = set(numbers)
    if sys.stdout.isatty():
        _draw_table(heads, shown, right)
    else:
        _write_table(heads, shown, right)


def _draw_table(heads: Sequence[str], rows: list[list[str]], right: Container[str]) -> None:
    from rich.console import Console  # noqa: PLC0415 (as above)
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads:
        side: Literal["left", "right"] = "right" if head in right else "left"
        table.add_column(
            head, justify=side, no_wrap=head != heads[-1], overflow="fold", min_width=len(head)
        )
    for row in rows:
        table.add_row(*row)
    needed = Measurement.get(wide := Console(width=_WIDEST), wide.options, table).minimum
    width = max(Console().width, needed)
    Console(highlight=False, markup=False, width=width).print(table)


def _write_table(heads: Sequence[str], rows: list[list[str]], right: Container[str]) -> None:
    """By hand and by column: for ten thousand rows rich takes seconds."""
    columns = []
    for head, *cells in zip(heads, *rows, strict=True):
        width = max(map(len, (head, *cells)))
        pad = str.rjust if head in right else str.ljust
        columns.append([pad(cell, width) for cell in (head, *cells)])
    lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    typer.echo("\n".join(lines))


def tell_rows(rows: Mapping[str, object]) -> None:
    """Names and values, one a line."""
    width = max(map(len, rows), default=0) + 2
    for name, value in rows.items():
        typer.echo(f"{name:<{width}}{_cell(value)}")


def count(number: int, noun: str) -> str:
    """
    A number with its noun.

    >>> count(1, "session"), count(0, "session")
    ('1 session', '0 sessions')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cell(value: object) -> str:
    if type(value) is str:
        return value.replace("\n", " ") or "–"
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) or "–"
