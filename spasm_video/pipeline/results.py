"""
From a track to every other file of an analysis, written side by side.

Imports what is slow to import (scipy, matplotlib, jinja2): it is loaded while a video is
still being read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401 (write_overview imports them when it is called)
import numpy as np
import pyarrow.parquet  # noqa: F401 (as above)

from spasm_video.errors import VideoError
from spasm_video.measure import measure
from spasm_video.report.figures import write_overview
from spasm_video.report.html import write_report
from spasm_video.report.strips import film_strips, strip_landmarks, strip_times
from spasm_video.report.tables import write_tables
from spasm_video.video.file import pictures_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.params import MeasureParams
    from spasm_video.records import FaceTrack, Measurement
    from spasm_video.report.strips import Strip, StripPlan

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A measurement, and of its track only what film strips need: a track can be large."""

    measurement: Measurement
    plans: tuple[StripPlan, ...]
    landmarks_px: Mapping[float, Floats]


def find(track: FaceTrack, params: MeasureParams) -> Found:
    """Measure a track and choose the frames that show the strongest spasms best."""
    measurement = measure(track, params)
    plans = strip_times(measurement)
    return Found(measurement, plans, strip_landmarks(track, plans))


def write_results(
    found: Found,
    folder: Path,
    params: MeasureParams,
    video: Path | None,
    labels: Mapping[str, str] | None,
) -> None:
    """Write tables, overview and page; without ``video`` the page has no film strips."""
    with ThreadPoolExecutor(1) as beside:
        strips = beside.submit(_strips, found, video)
        write_tables(found.measurement, folder, asdict(params))
        write_overview(found.measurement, folder / "overview.png")
        write_report(found.measurement, folder / "report.html", strips.result(), labels)


def _strips(found: Found, video: Path | None) -> tuple[Strip, ...]:
    """A second look at the few frames that were chosen."""
    if video is None or not found.plans:
        return ()
    pictures = _pictures(video, {t for plan in found.plans for t in plan.times_s})
    if found.measurement.provenance.video.mirrored:  # as when it was looked at
        pictures = {time_s: np.fliplr(picture) for time_s, picture in pictures.items()}
    return film_strips(found.measurement, found.plans, pictures, found.landmarks_px)


def _pictures(video: Path, times_s: set[float]) -> dict[float, Picture]:
    """The frames; none if the video is gone by now."""
    try:
        return pictures_at(video, times_s)
    except VideoError:
        return {}
