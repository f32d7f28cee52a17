"""
The video once more, with what was measured drawn in: for eyes, not for measuring.

A second look at the file: every frame that was measured, at its own time, the face beside
the signals of ten seconds. Memory stays flat with the length of the video.
"""

from __future__ import annotations

import math
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.observe.track import mesh_points
from spasm_video.pipeline.ahead import Ahead
from spasm_video.pipeline.observation import unmirrored
from spasm_video.video.file import VideoFile
from spasm_video.video.writer import Coding, VideoWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.pipeline.observation import ObserveOptions
    from spasm_video.records import Measurement
    from spasm_video.video.frames import Frame

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 1280, 720
"""Of the annotated video: the shape of a slide and of a screen."""

_FACE_PX = 560  # the left part of it
_HEAD_PX = 58  # clock and counts above the lanes
_PAGE_S = 10.0
_FACES_FOR_REST = 400  # frames by which the place and the rest of a face are known


@dataclass(frozen=True, slots=True)
class Annotation:
    """How the video is annotated; ``is_deidentified``: with no pixel of the person."""

    is_deidentified: bool = False


def write_annotated(  # noqa: PLR0913, PLR0917 (what was found, where it is from, where to)
    measurement: Measurement,
    track: Path,
    video: Path | None,
    options: ObserveOptions,
    out: Path,
    annotation: Annotation,
) -> None:
    """
    Write the annotated video of a measurement.

    ``video`` may be None only for a deidentified one; its sound is taken over unless the
    picture is deidentified: a voice is known by those who know the person.

    Raises
    ------
    VideoError : the video is gone
    """
    time_s = measurement.head.time_s
    first_s = float(time_s[0])
    sound_of = None if annotation.is_deidentified else video
    usual_fps = measurement.provenance.video.real_fps
    coding = Coding(fps=usual_fps if math.isfinite(usual_fps) and usual_fps > 0 else 30.0)
    with ExitStack() as stages:
        pictures = stages.enter_context(
            Ahead(_pictures(measurement, track, video, options, annotation))
        )
        writer = stages.enter_context(VideoWriter(out, coding, sound_of=sound_of, start_s=first_s))
        for at_s, picture in zip(time_s, pictures, strict=True):
            writer.write(float(at_s) - first_s, picture)


def _pictures(
    measurement: Measurement,
    track: Path,
    video: Path | None,
    options: ObserveOptions,
    annotation: Annotation,
) -> Iterator[Picture]:
    """Every picture of the annotated video, in order."""
    from spasm_video.report.sheet import ReviewSheet  # noqa: PLC0415 (needs scipy)

    faces = _some_faces(track, len(measurement.head.time_s))
    sheet = ReviewSheet(
        measurement, faces, (WIDTH_PX, HEIGHT_PX), _FACE_PX, _HEAD_PX, _PAGE_S,
        is_deidentified=annotation.is_deidentified,
    )  # fmt: skip
    points = mesh_points(track)
    shown: Iterable[Picture | None]
    if annotation.is_deidentified or video is None:
        shown = (None for _ in measurement.head.time_s)
    else:
        frames: Iterable[Frame] = VideoFile(video, options.start_s, options.end_s)
        shown = (f.image_rgb for f in (unmirrored(frames) if options.mirrored else frames))
    with closing(points):
        for index, (points_px, picture) in enumerate(zip(points, shown, strict=True)):
            known = points_px if np.isfinite(points_px).all() else None
            yield sheet.picture(index, known, picture)


def _some_faces(track: Path, frames: int) -> Floats:
    """(k, 478, 3) the faces of frames spread over the recording."""
    step = max(frames // _FACES_FOR_REST, 1)
    faces = [face for face in islice(mesh_points(track), 0, None, step) if np.isfinite(face).all()]
    if not faces:  # the few faces lie between the steps
        faces = [face for face in mesh_points(track) if np.isfinite(face).all()]
    return np.array(faces)
