"""
The folder of results: written aside, then put in its place, whole or not at all.

What else lies in the folder stays: another program's log, notes of a reader. Only files
that an analysis wrote before are replaced, and only once the new ones are complete.
"""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from spasm_video.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = "run.json"  # put in its place last: where it is, the results are complete
RESULT_FILES = (
    "track.npz", "events.csv", "blinks.csv", "signals.parquet", "summary.json",
    "overview.png", "report.html", RUN,
)  # fmt: skip
ANNOTATED = "annotated.mp4"  # only where it is asked for

_REMEDY = "Name another folder: --out FOLDER"


@contextmanager
def results_folder(folder: Path) -> Iterator[Path]:
    """
    A new folder to write into; when the block ends well, its files are in ``folder``.

    When it fails, ``folder`` is as it was, and gone if it was not there.

    Raises
    ------
    OutputError : ``folder`` cannot be written, holds files of the same names that no
        analysis wrote, or the disk is full
    """
    with _told(folder):
        _refuse_foreign(folder)
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        is_new = folder in missing
        aside = (folder.parent if is_new else folder) / f".{folder.name}-{uuid.uuid4().hex[:8]}"
        try:
            aside.mkdir(parents=True)
            yield aside
            if is_new:
                aside.rename(folder)
            else:
                _replace(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            for parent in missing:  # from the innermost; one that holds something stays
                with suppress(OSError):
                    parent.rmdir()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the system refuses, as an error with a way out."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to {folder}: {error.strerror or error}.", _REMEDY
        ) from error


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder.", _REMEDY)
    taken = [name for name in (*RESULT_FILES, ANNOTATED) if (folder / name).exists()]
    if taken and not _is_ours(folder / RUN):
        raise OutputError(f"{folder} holds a {taken[0]} that no analysis wrote.", _REMEDY)


def _is_ours(run: Path) -> bool:
    try:
        return "package_version" in json.loads(run.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False


def _replace(aside: Path, folder: Path) -> None:
    """One by one: the folder itself may be open in another program."""
    (folder / ANNOTATED).unlink(missing_ok=True)  # of an analysis before, with other numbers
    for name in (ANNOTATED, *RESULT_FILES):
        if name != ANNOTATED or (aside / name).exists():
            (aside / name).replace(folder / name)
