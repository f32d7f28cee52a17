"""``spasm-video magnify``: one spasm, enlarged for the eye."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.show import progress_bar


def magnify(
    video: Annotated[Path, typer.Argument(help="A video, analyzed before or not.")],
    event: Annotated[
        int, typer.Option(metavar="K", min=1, help="Which spasm, by its number in events.csv.")
    ],
    times: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=1, max=30,
            help="How much its movement is enlarged. Default: so that 4 mm are seen.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: VIDEO_event_K.mp4 beside the video."),
    ] = None,
    mirrored: Annotated[
        bool, typer.Option("--mirrored", help="The file shows a mirror image, as selfie apps save.")
    ] = False,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:  # fmt: skip
    """
    Show one spasm enlarged and slowed down: the affected half of the face beside the other.

    The head is held still and each patch of skin is moved further along the way it was
    measured to go, on both sides alike; the healthy half is mirrored, to compare. For the eye
    only, and marked so in every picture: nothing is to be measured on it.

    For example:

    spasm-video magnify clip.mp4 --event 3 --times 8
    """
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline import ObserveOptions  # noqa: PLC0415 (needs all there is)
    from spasm_video.pipeline.magnification import write_magnified  # noqa: PLC0415 (as above)

    numbers = AnalysisParams() if params is None else load_params(params)
    options = ObserveOptions(mirrored=True) if mirrored else None
    out = video.parent / f"{video.stem}_event_{event}.mp4" if out is None else out
    with progress_bar(video.name, is_wanted=not quiet) as on_progress:
        enlarged = write_magnified(
            video, event, out, numbers, times=times, options=options, on_progress=on_progress
        )
    if not quiet:
        how = f"enlarged {enlarged:g} times" if enlarged > 1 else "large by itself, not enlarged"
        more = "" if times else "; another size: --times N"
        typer.echo(f"{out}  ({how}{more}; display only)")
