"""
The parts of one recording, each measured on its own: what a person did from when to when.

The face was looked at once; a part is measured from its span of the track alone, so that its
numbers owe nothing to what came before or after.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spasm_video.observe.track import cut_track, load_track
from spasm_video.pipeline.folder import results_folder
from spasm_video.pipeline.results import find, write_results
from spasm_video.video.file import pictures_in_turn

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from spasm_video.params import MeasureParams

    Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Part:
    """A span of a recording, its end not in it; where its results go, what stands on its page."""

    start_s: float
    end_s: float
    folder: Path
    labels: Mapping[str, str] = field(default_factory=dict)


def analyze_parts(
    track: Path, video: Path | None, parts: Sequence[Part], params: MeasureParams
) -> None:
    """
    Write all results of each part into its folder; all of them, or none.

    ``parts`` ascend in time and do not overlap. ``video`` is what the track was made from: it
    is read through once, for the film strips of all parts, and only those of one are held.
    Without it, or where it cannot be read any more, the pages have no pictures.

    Raises
    ------
    TrackError : the track cannot be used, or has no frame in a part
    OutputError : the results cannot be written
    """
    with ExitStack() as open_folders:
        asides = [open_folders.enter_context(results_folder(part.folder)) for part in parts]
        for part, aside in zip(parts, asides, strict=True):
            cut_track(track, aside / track.name, part.start_s, part.end_s)
        found = [find(load_track(aside / track.name), params) for aside in asides]
        times_s = [time_s for one in found for time_s in one.times_s]
        stills = open_folders.enter_context(closing(_stills(video, times_s)))

        def look(wanted_s: Iterable[float]) -> dict[float, Picture]:
            return dict(zip(wanted_s, stills, strict=False))

        for part, aside, one in zip(parts, asides, found, strict=True):
            write_results(one, aside, params, look, part.labels)


def _stills(video: Path | None, times_s: Sequence[float]) -> Generator[Picture]:
    if video is not None:
        yield from pictures_in_turn(video, times_s)
