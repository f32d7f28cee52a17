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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.params import MeasureParams
    from spasm_video.records import FaceTrack, Measurement
    from spasm_video.report.strips import Strip, StripPlan

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]
    Look = Callable[[Iterable[float]], Mapping[float, Picture]]  # at a video, at times in it

_STRIPS = 6  # on the page


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A measurement, and of its track only what film strips need: a track can be large."""

    measurement: Measurement
    plans: tuple[StripPlan, ...]
    landmarks_px: Mapping[float, Floats]

    @property
    def times_s(self) -> tuple[float, ...]:
        """Of the pictures that film strips need, ascending."""
        return tuple(sorted({t for plan in self.plans for t in plan.times_s}))


def find(track: FaceTrack, params: MeasureParams, most: int | None = _STRIPS) -> Found:
    """Measure a track and choose the frames that show the strongest spasms, or all, best."""
    measurement = measure(track, params)
    plans = strip_times(measurement, len(measurement.events) if most is None else most)
    return Found(measurement, plans, strip_landmarks(track, plans))


def write_results(
    found: Found,
    folder: Path,
    params: MeasureParams,
    look: Look | None,
    labels: Mapping[str, str] | None,
) -> None:
    """Write tables, overview and page; without a ``look`` at the video it has no film strips."""
    with ThreadPoolExecutor(1) as beside:
        strips = beside.submit(_strips, found, look)
        write_tables(found.measurement, folder, asdict(params))
        write_overview(found.measurement, folder / "overview.png")
        write_report(found.measurement, folder / "report.html", strips.result(), labels)


def _strips(found: Found, look: Look | None) -> tuple[Strip, ...]:
    """A second look at the few frames that were chosen."""
    if look is None or not found.plans:
        return ()
    try:
        pictures = looked_at(found, look)
    except VideoError:  # it is gone by now
        return ()
    return film_strips(found.measurement, found.plans, pictures, found.landmarks_px)


def looked_at(found: Found, look: Look) -> Mapping[float, Picture]:
    """The frames that were chosen, as they were looked at: a mirrored video turned back."""
    pictures = look(found.times_s)
    if found.measurement.provenance.video.mirrored:
        return {time_s: np.fliplr(picture) for time_s, picture in pictures.items()}
    return pictures
