"""
From a video file to its track, the stages overlapping in time.

Decoding, finding the face (which needs the frame before) and reading lids and skin (which
need the face) run side by side; the libraries below them let go of Python's lock.
"""

from __future__ import annotations

import hashlib
import json
import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from spasm_video.errors import NoFaceError
from spasm_video.observe.backends import DEFAULT_BACKEND, backend
from spasm_video.observe.mediapipe_face import MediaPipeFace
from spasm_video.observe.observer import FaceReader
from spasm_video.observe.track import TrackWriter, load_track
from spasm_video.observe.weights import manifest
from spasm_video.pipeline.ahead import Ahead
from spasm_video.records import VideoFacts
from spasm_video.video.file import VideoFile
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from spasm_video.observe.follow import FaceBackend, FoundFace
    from spasm_video.observe.observer import Reading
    from spasm_video.params import ObserveParams
    from spasm_video.records import FaceTrack
    from spasm_video.video.frames import VideoInfo
    from spasm_video.video.reading import DecodeReport

_CROPS = {"standard": 1, "high": 4}
_HASH_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveOptions:
    """
    Which part of a video to look at, and how.

    ``mirrored`` says that the file shows left and right exchanged, as some selfie apps save
    it; ``quality`` "high" finds the face's points in at least four crops, and takes longer.
    """

    start_s: float | None = None
    end_s: float | None = None
    mirrored: bool = False
    quality: Literal["standard", "high"] = "standard"
    backend: str = DEFAULT_BACKEND


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a video is observed: frames and seconds done of all; NaN where unknown."""

    frames: int
    done_s: float
    total_s: float


def observe_video(
    path: Path,
    out_track: Path,
    params: ObserveParams,
    options: ObserveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> FaceTrack:
    """
    Look at a video and save what was seen as a track file; the same track is returned.

    A damaged part is passed over and marked (``VideoFacts.corrupt_after_s``).
    ``on_progress`` is called after every frame.

    Raises
    ------
    VideoError : the file cannot be read as a video
    InputError : the selection makes no sense or holds no picture
    NoFaceError : no frame had a face
    """
    _save_track(path, out_track, params, options or ObserveOptions(), on_progress)
    return load_track(out_track)  # only now: the networks are let go of


def _save_track(
    path: Path,
    out_track: Path,
    params: ObserveParams,
    options: ObserveOptions,
    on_progress: Callable[[Progress], None] | None,
) -> None:
    params = replace(params, crops=max(params.crops, _CROPS[options.quality]))
    with ThreadPoolExecutor(2) as beside:  # networks load while the file is looked over
        finding = beside.submit(backend, options.backend, params)
        reading_lids = beside.submit(FaceReader)
        video = VideoFile(path, options.start_s, options.end_s)
        finder, reader = finding.result(), reading_lids.result()
    start_s, total_s = _span(video.info, options)
    frames = _unmirrored(video) if options.mirrored else video
    with (
        TrackWriter(out_track.parent) as track,
        closing(_readings(frames, finder, reader)) as readings,
    ):
        for time_s, reading in readings:
            track.append(time_s, reading)
            if on_progress is not None:
                on_progress(Progress(track.frames, time_s - start_s, total_s))
        if not track.faces:
            raise NoFaceError(
                f"No face was found in {path.name}.",
                "Record with the whole face in view, from the front and in even light.",
            )
        facts = _facts(video.info, video.report, mirrored=options.mirrored)
        networks = _networks(options.backend)
        track.save(out_track, facts, _observed_with(params, options, networks), networks)


def _readings(
    frames: Iterable[Frame], finder: FaceBackend, reader: FaceReader
) -> Generator[tuple[float, Reading | None]]:
    """Time and reading of every frame, in order; None where no face is."""
    with ExitStack() as stages:
        pictures = stages.enter_context(Ahead(frames))
        faces = stages.enter_context(Ahead((frame, finder.find(frame)) for frame in pictures))
        yield from stages.enter_context(Ahead(_read(faces, reader)))


def _read(
    faces: Iterable[tuple[Frame, FoundFace | None]], reader: FaceReader
) -> Iterator[tuple[float, Reading | None]]:
    for frame, face in faces:
        yield frame.time_s, None if face is None else reader.read(frame, face)


def _unmirrored(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Left and right exchanged back, before anything looks at them."""
    for frame in frames:
        image_rgb = np.asarray(cv2.flip(frame.image_rgb, 1), np.uint8)
        grey = np.asarray(cv2.flip(frame.grey, 1), np.uint8)
        yield Frame(frame.index, frame.time_s, image_rgb, grey)


def _span(video: VideoInfo, options: ObserveOptions) -> tuple[float, float]:
    """Start and length of what will be looked at, s, as far as the header knows."""
    start_s = options.start_s or 0.0
    ends_s = [end_s for end_s in (options.end_s, video.container_duration_s) if end_s is not None]
    end_s = float(np.fmin.reduce(ends_s))  # ignores what is NaN
    return start_s, end_s - start_s if end_s > start_s else math.nan


def _facts(video: VideoInfo, report: DecodeReport, *, mirrored: bool) -> VideoFacts:
    last_s = (report.n_frames - 1) / report.effective_fps + report.median_interval_ms / 1000
    return VideoFacts(
        file_name=video.path_name,
        sha256=video.sha256,
        width_px=video.width_px,
        height_px=video.height_px,
        codec=video.codec,
        rotation_deg=video.rotation_deg,
        nominal_fps=video.nominal_fps,
        real_fps=report.effective_fps,
        duration_s=last_s if report.n_frames > 1 else 0.0,
        shortest_interval_ms=report.min_interval_ms,
        longest_interval_ms=report.max_interval_ms,
        time_repairs=report.n_time_repairs,
        gaps=report.n_gaps,
        corrupt_after_s=report.corrupt_after_s,
        decoder=video.decoder,
        mirrored=mirrored,
    )


def _networks(name: str) -> dict[str, str]:
    """The sha256 of each network that a backend and the reading of lids and skin run."""
    known = manifest()
    lids = {"eye_lids": known["eye_lids"].sha256}
    if name == MediaPipeFace.name:
        return {"face_landmarker": known["face_mesh"].source_sha256, **lids}
    return {part: known[part].sha256 for part in ("face_detector", "face_mesh")} | lids


def _observed_with(params: ObserveParams, options: ObserveOptions, networks: dict[str, str]) -> str:
    """Runtime, quality, and a hash of all that decides what is seen in a picture."""
    deciding = {"backend": options.backend, "params": asdict(params), "networks": networks}
    text = json.dumps(deciding, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
    runtime = f"{options.backend} {metadata.version(options.backend)}"
    return f"{runtime}, {options.quality} quality, {digest}"
