"""
The video as the review page plays it: H.264 for every browser, upright and unmirrored.

Each picture keeps its own time from the first one, so that a moment of the traces is that
moment of the picture; a key picture every half second makes scrubbing quick. Nothing is ever
measured on it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from spasm_video.pipeline.observation import Progress
from spasm_video.video.file import VideoFile, pictures_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_LONGER_SIDE_PX = 1280
_KEY_S = 0.5
_TICKS_PER_S = 90_000
_POSTER_PX = 320
_OPTIONS: dict[str, object] = {"preset": "veryfast", "crf": "21", "tune": "fastdecode"}


def write_preview(
    video: Path,
    to: Path,
    *,
    mirrored: bool,
    on_progress: Callable[[Progress], None] | None = None,
) -> None:
    """Write the preview of a video; ``mirrored`` as it was measured."""
    source = VideoFile(video)
    info = source.info
    zoom = min(1.0, _LONGER_SIDE_PX / max(info.width_px, info.height_px))
    width_px, height_px = (2 * round(side * zoom / 2) for side in (info.width_px, info.height_px))
    aside = to.with_name(f".{to.name}")
    with av.open(str(aside), "w", format="mp4", options={"movflags": "faststart"}) as output:
        stream = output.add_stream("libx264", rate=Fraction(60))
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        stream.options = _OPTIONS
        next_key_s, last = 0.0, -1
        for frame in source:
            picture = frame.image_rgb
            if zoom < 1 or picture.shape[:2] != (height_px, width_px):
                picture = np.asarray(
                    cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA),
                    np.uint8,
                )
            if mirrored:
                picture = np.ascontiguousarray(picture[:, ::-1])
            shown = av.VideoFrame.from_ndarray(picture, format="rgb24")
            last = max(last + 1, round(frame.time_s * _TICKS_PER_S))
            shown.pts, shown.time_base = last, Fraction(1, _TICKS_PER_S)
            if frame.time_s >= next_key_s:
                shown.pict_type = av.video.frame.PictureType.I
                next_key_s = frame.time_s + _KEY_S
            output.mux(stream.encode(shown))
            if on_progress is not None:
                length_s = info.container_duration_s
                total_s = length_s if math.isfinite(length_s) else math.nan
                on_progress(Progress(frame.index + 1, frame.time_s, total_s))
        output.mux(stream.encode(None))
    aside.replace(to)


def preview_pictures(
    preview: Path, times_s: Iterable[float], width_px: int, height_px: int
) -> dict[float, NDArray[np.uint8]]:
    """
    The pictures of a preview at times of its video, at the video's size, by time.

    Raises
    ------
    VideoError : it is missing or cannot be read
    """
    stamps_s = {round(time_s * _TICKS_PER_S) / _TICKS_PER_S: time_s for time_s in times_s}
    return {
        stamps_s[stamp_s]: np.asarray(cv2.resize(picture, (width_px, height_px)), np.uint8)
        for stamp_s, picture in pictures_at(preview, stamps_s).items()
    }


def write_poster(picture: NDArray[np.uint8], to: Path) -> None:
    """Write a small JPEG of a picture."""
    zoom = min(1.0, _POSTER_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    is_done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
    if is_done:
        to.write_bytes(jpeg.tobytes())
