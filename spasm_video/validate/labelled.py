"""A folder of labelled videos: each with its ``<name>.truth.json`` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasm_video.errors import InputError
from spasm_video.validate.grid import Case, Level
from spasm_video.validate.truth import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".3gp", ".wmv"}
)


def labelled_videos(folder: Path) -> tuple[Case, ...]:
    """
    Every labelled video in ``folder`` and the folders within it, whose names are the labels.

    Raises
    ------
    InputError : there is no such folder, or no labelled video in it
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", "Name a folder of labelled videos.")
    found = tuple(
        Case(
            str(video.relative_to(folder)),
            "labelled",
            video.parent.relative_to(folder).as_posix().removeprefix("."),
            Level.VIDEO,
            video=video,
            truth=truth,
        )
        for truth in sorted(folder.rglob(f"*{SUFFIX}"))
        for video in sorted(truth.parent.glob("*"))
        if video.suffix.lower() in VIDEO_SUFFIXES
        and video.name[: -len(video.suffix)] == truth.name.removesuffix(SUFFIX)
    )
    if not found:
        raise InputError(
            f"No labelled video is in {folder}.",
            f"Put <name>{SUFFIX} beside each <name>.mp4; see: spasm-video validate --help",
        )
    return found
