"""``spasm-video demo``: the whole job on a sample video."""

from __future__ import annotations

import os
import tempfile
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.analyze import analyze
from spasm_video.errors import MissingPartError

_SAMPLE = "right_spasm.mp4"


def demo(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the results go.")] = Path(
        "spasm_video_demo"
    ),
) -> None:
    """
    Analyze a sample video and say where the report is.

    It shows a portrait that was animated by a program, with ten spasms of its right side.
    """
    if not os.access(out.absolute().parent, os.W_OK):
        out = Path(tempfile.mkdtemp(prefix="spasm_video_")) / out.name
    analyze([_sample()], out=out)


def _sample() -> Path:
    """In the installed package, or beside it in a checkout."""
    package = Path(str(resources.files("spasm_video")))
    for folder in (package / "_samples", package.parent / "sample_videos"):
        if (folder / _SAMPLE).is_file():
            return folder / _SAMPLE
    raise MissingPartError(
        f"The sample video {_SAMPLE} is missing.",
        "Install it again: pip install --force-reinstall spasm-video",
    )
