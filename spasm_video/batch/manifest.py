"""
What is to be scored: the rows of a table, or the videos of a folder.

Nothing runs before every row is right: all that is wrong is said at once, each with its
line and what to write instead.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasm_video.batch.cells import day, seconds, yes_or_no
from spasm_video.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COLUMNS = ("subject", "visit", "date", "segment", "video", "mirrored", "start_s", "end_s")
VIDEO_SUFFIXES = frozenset({
    ".3gp", ".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv",
    ".webm", ".wmv",
})  # fmt: skip
_READERS: dict[str, Callable[[str], Any]] = {
    "mirrored": yes_or_no, "start_s": seconds, "end_s": seconds, "date": day,
}  # fmt: skip
_MOST_SHOWN = 50
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    One row: whose video it is, which part of it, and what else the manifest says.

    ``line`` is its place in the file, ``video`` as written there, ``path`` where it is; ``more``
    are the columns that only pass through. Text is empty where not given.
    """

    line: int
    video: str
    path: Path
    subject: str = ""
    visit: str = ""
    date: str = ""
    segment: str = ""
    mirrored: bool = False
    start_s: float | None = None
    end_s: float | None = None
    more: tuple[tuple[str, str], ...] = ()


def read_manifest(source: Path, reserved: frozenset[str] = frozenset()) -> tuple[Visit, ...]:
    """
    The visits of a CSV or Parquet table, or the videos of a folder, in their order.

    A video's name is taken from the folder of the table. ``reserved`` are the columns of
    the results, which no column of the manifest may have the name of.

    Raises
    ------
    ManifestError : with every wrong row, its line and what to do
    """
    if source.is_dir():
        return _videos_of(source)
    rows = list(_rows(source))
    if not rows:
        raise ManifestError(f"{source.name} has no rows.", "Write one row a video.")
    _refuse_columns(source, rows[0][1], reserved)
    return _checked(source, rows)


def _videos_of(folder: Path) -> tuple[Visit, ...]:
    paths = sorted(
        path for path in folder.rglob("*")
        if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".")
    )  # fmt: skip
    if not paths:
        raise ManifestError(
            f"There is no video in {folder}.", "Name a folder of videos, or a manifest."
        )
    return tuple(
        Visit(line=line, video=path.relative_to(folder).as_posix(), path=path)
        for line, path in enumerate(paths, start=1)
    )


def _rows(source: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of every row that is not empty, all as text."""
    try:
        found = list(_parquet_rows(source) if _is_parquet(source) else _csv_rows(source))
    except FileNotFoundError:
        raise ManifestError(f"There is no manifest {source}.", "Check the name.") from None
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise ManifestError(
            f"{source.name} cannot be read as a table: {error}.",
            "Save it as CSV in UTF-8, or as Parquet.",
        ) from error
    yield from ((line, cells) for line, cells in found if any(cells.values()))


def _is_parquet(source: Path) -> bool:
    return source.suffix.lower() in {".parquet", ".pq"}


def _csv_rows(source: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        delimiter = max(_DELIMITERS, key=head.count)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        names = [name.strip().lower() for name in next(reader, [])]
        for cells in reader:
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                raise ValueError(
                    f"line {reader.line_num} has {len(cells)} cells under {len(names)} names"
                )
            padded = [*cells, *[""] * len(names)]
            yield (
                reader.line_num,
                {name: cell.strip() for name, cell in zip(names, padded, strict=False)},
            )


def _parquet_rows(source: Path) -> Iterator[tuple[int, dict[str, str]]]:
    import pandas as pd  # noqa: PLC0415 (slow to load, and a CSV needs none of it)

    table = pd.read_parquet(source)
    table.columns = [str(name).strip().lower() for name in table.columns]
    for line, values in enumerate(table.to_dict("records"), start=1):
        yield (
            line,
            {
                str(name): "" if pd.isna(value) else str(value).strip()
                for name, value in values.items()
            },
        )


def _refuse_columns(source: Path, names: dict[str, str], reserved: frozenset[str]) -> None:
    if "video" not in names:
        raise ManifestError(
            f"{source.name} has no column video; it has: {', '.join(names)}.",
            f"The first line names the columns, of: {', '.join(COLUMNS)}; others pass through.",
        )
    taken = sorted(set(names) & reserved - set(COLUMNS))
    if taken:
        raise ManifestError(
            f"{source.name} has columns that results are written to: {', '.join(taken)}.",
            "Call them otherwise.",
        )


def _checked(source: Path, rows: list[tuple[int, dict[str, str]]]) -> tuple[Visit, ...]:
    word = "row" if _is_parquet(source) else "line"
    wrong: list[str] = []
    visits: list[Visit] = []
    first_line: dict[tuple[str, ...], int] = {}
    for line, cells in rows:
        problems, visit = _visit(source.parent, line, cells)
        same = tuple(cells.get(name, "") for name in COLUMNS)
        if same in first_line:
            problems.append(f"it repeats {word} {first_line[same]}. Delete one of them")
        first_line.setdefault(same, line)
        wrong += [f"{word} {line}: {problem}." for problem in problems]
        visits += [visit] if visit else []
    if wrong:
        shown = wrong[:_MOST_SHOWN]
        if len(wrong) > len(shown):
            shown.append(f"and {len(wrong) - len(shown)} more")
        count = f"{len(wrong)} mistake{'' if len(wrong) == 1 else 's'}"
        listed = "\n  ".join(shown)
        raise ManifestError(
            f"{source.name} has {count}:\n  {listed}", "Correct them; nothing has been run."
        )
    return tuple(visits)


def _visit(folder: Path, line: int, cells: dict[str, str]) -> tuple[list[str], Visit | None]:
    """What is wrong with a row, and the visit if nothing is."""
    problems: list[str] = []
    read: dict[str, Any] = {}
    for name, reader in _READERS.items():
        try:
            read[name] = reader(cells.get(name, ""))
        except ValueError as error:
            problems.append(f"{name} {error}")
    start_s, end_s = read.get("start_s"), read.get("end_s")
    if end_s is not None and end_s <= (start_s or 0.0):
        problems.append(f"end_s {end_s:g} is not after start_s. Write a later end")
    video = cells["video"]
    path = folder / video
    if not video:
        problems.append("there is no video. Write its file name")
    elif not path.is_file():
        problems.append(f"there is no file {video}. Write its name as seen from {folder}")
    if problems:
        return problems, None
    read |= {name: cells.get(name, "") for name in ("subject", "visit", "segment")}
    more = tuple((name, cell) for name, cell in cells.items() if name and name not in COLUMNS)
    return [], Visit(line=line, video=video, path=path, more=more, **read)
