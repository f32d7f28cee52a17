"""From the history of a subject to the files of its timeline, whole or not at all."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import TYPE_CHECKING

from spasm_video.errors import OutputError
from spasm_video.measure.timeline import timeline
from spasm_video.report.timeline.faces import comparable
from spasm_video.report.timeline.figure import write_timeline_png
from spasm_video.report.timeline.files import write_files
from spasm_video.report.timeline.html import write_timeline_page

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.course import Timeline
    from spasm_video.history import History, Segment
    from spasm_video.params import TimelineParams

TIMELINE_FILES = ("timeline.csv", "timeline.json", "timeline.png", "timeline.html")
_REMEDY = "Name another folder: --out FOLDER"


def write_timeline(
    history: History,
    folder: Path,
    segment: Segment | None = None,
    params: TimelineParams | None = None,
    *,
    pictures: bool = True,
) -> Timeline:
    """
    Write the four files of a timeline into ``folder``; what else lies there stays.

    Raises
    ------
    OutputError : the folder cannot be written, or holds such files that no timeline wrote
    """
    found = timeline(history, params, segment)
    aside = folder / f".timeline-{uuid.uuid4().hex[:8]}"
    _refuse_foreign(folder)
    try:
        aside.mkdir(parents=True)
        write_files(found, aside)
        write_timeline_png(found, aside / "timeline.png")
        faces = comparable(found) if pictures else ()
        write_timeline_page(found, aside / "timeline.html", history.ratings, faces)
        for name in TIMELINE_FILES:
            (aside / name).replace(folder / name)
    except OSError as error:
        raise OutputError(
            f"The timeline cannot be written to {folder}: {error.strerror or error}.", _REMEDY
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return found


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder.", _REMEDY)
    taken = [name for name in TIMELINE_FILES if (folder / name).exists()]
    if taken and not _is_ours(folder / "timeline.json"):
        raise OutputError(f"{folder} holds a {taken[0]} that no timeline wrote.", _REMEDY)


def _is_ours(path: Path) -> bool:
    try:
        return "spasm_video" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False
