"""``spasm-video strip``: all spasms of a video on a sheet of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.show import progress_bar


def strip(
    video: Annotated[Path, typer.Argument(help="A video, analyzed before or not.")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The sheet: .png, .jpg or .pdf. Default: VIDEO_strip.png beside the video.",
        ),
    ] = None,
    mirrored: Annotated[
        bool, typer.Option("--mirrored", help="The file shows a mirror image, as selfie apps save.")
    ] = False,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """
    Put every spasm of a video on a contact sheet, for a slide or a chart.

    Each is shown before, at its peak and after, with its number in events.csv, side, regions
    and size. Many spasms make several pages: clip_strip-2.png and so on, or one PDF.

    What `analyze` left beside the video is used; without it, the video is measured first.

    For example:

    spasm-video strip clip.mp4 --out spasms.pdf
    """
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline import ObserveOptions  # noqa: PLC0415 (needs all there is)
    from spasm_video.pipeline.contact import write_contact_sheet  # noqa: PLC0415 (as above)

    numbers = AnalysisParams() if params is None else load_params(params)
    options = ObserveOptions(mirrored=True) if mirrored else None
    out = video.parent / f"{video.stem}_strip.png" if out is None else out
    with progress_bar(video.name, is_wanted=not quiet) as on_progress:
        files = write_contact_sheet(video, out, numbers, options, on_progress)
    if not quiet:
        for file in files:
            typer.echo(str(file))
