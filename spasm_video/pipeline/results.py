"""
Every file of an analysis but the track, written side by side.

Imports what is slow to import (pandas, matplotlib, jinja2): it is loaded while a video is
still being read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
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
    from spasm_video.report.strips import Strip

    Picture = NDArray[np.uint8]


def write_results(
    track: FaceTrack,
    folder: Path,
    params: MeasureParams,
    video: Path | None,
    labels: Mapping[str, str] | None,
) -> Measurement:
    """Measure a track and write tables, overview and page; without ``video`` no film strips."""
    measurement = measure(track, params)
    with ThreadPoolExecutor(1) as beside:
        strips = beside.submit(_strips, measurement, track, video)
        write_tables(measurement, folder, asdict(params))
        write_overview(measurement, folder / "overview.png")
        write_report(measurement, folder / "report.html", strips.result(), labels)
    return measurement


def _strips(measurement: Measurement, track: FaceTrack, video: Path | None) -> tuple[Strip, ...]:
    """A second look at the few frames that show the strongest spasms best."""
    plans = strip_times(measurement)
    if video is None or not plans:
        return ()
    times_s = sorted({time_s for plan in plans for time_s in plan.times_s})
    pictures = _pictures(video, times_s)
    if track.video.mirrored:  # as when it was looked at
        pictures = {time_s: np.fliplr(picture) for time_s, picture in pictures.items()}
    return film_strips(measurement, plans, pictures, strip_landmarks(track, plans))


def _pictures(video: Path, times_s: list[float]) -> dict[float, Picture]:
    """The frames, from both ends of the video at once; none if it is gone by now."""
    middle = len(times_s) // 2
    try:
        with ThreadPoolExecutor() as pool:
            early, late = pool.map(
                pictures_at, (video, video), (times_s[:middle], times_s[middle:])
            )
    except VideoError:
        return {}
    return early | late
