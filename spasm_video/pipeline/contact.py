"""All spasms of a video on one sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from spasm_video.errors import InputError, OutputError
from spasm_video.pipeline.measured import observed
from spasm_video.video.file import pictures_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline.observation import ObserveOptions, Progress

    Picture = NDArray[np.uint8]

ENDINGS = (".png", ".jpg", ".jpeg", ".pdf")


def write_contact_sheet(
    video: Path,
    out: Path,
    params: AnalysisParams,
    options: ObserveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Path, ...]:
    """
    Write a contact sheet of all spasms of a video and return its files.

    Raises
    ------
    InputError : the video cannot be read, shows no face, or no spasm
    OutputError : the sheet cannot be written
    """
    if out.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"{out.name} is no picture file.", f"Call it one of *{', *'.join(ENDINGS)}."
        )
    with observed(video, params, options, on_progress) as (track, _):
        from spasm_video.pipeline.results import find, looked_at  # noqa: PLC0415 (slow)
        from spasm_video.report.contact import contact_pages, write_pages  # noqa: PLC0415

        found = find(track, params.measure, most=None)
    pages: tuple[Picture, ...] = ()
    if found.plans:
        pictures = looked_at(found, partial(pictures_at, video))
        pages = contact_pages(
            found.measurement, found.plans, pictures, found.landmarks_px, video.name
        )
    if not pages:
        raise InputError(
            f"No spasm was found in {video.name}.", "See what was: spasm-video analyze VIDEO"
        )
    try:
        return write_pages(pages, out)
    except OSError as error:
        raise OutputError(
            f"The sheet cannot be written to {out}: {error.strerror or error}.",
            "Name another file: --out FILE",
        ) from error
