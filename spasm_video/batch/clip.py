"""One clip for a rater: the pictures as they are seen, and nothing that tells whence."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
import numpy as np

from spasm_video.errors import InputError
from spasm_video.video.file import VideoFile

if TYPE_CHECKING:
    from pathlib import Path

_TICKS_HZ = 90_000
_MOST_FPS = 240


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of a video to write anew to ``out``; ``crf`` is the quality of x264."""

    source: Path
    out: Path
    start_s: float | None
    end_s: float | None
    mirrored: bool
    crf: int


def write_clip(clip: Clip) -> str:
    """
    Write the clip: each frame at its own time, upright, unmirrored, without sound or notes.

    Returns
    -------
    What is wrong with the video; empty where nothing is. A clip that is there is whole.
    """
    aside = clip.out.with_name(f".{clip.out.name}")
    try:
        _encode(clip, aside)
        aside.replace(clip.out)
    except (InputError, av.FFmpegError, OSError) as error:
        with suppress(OSError):
            aside.unlink()
        return error.problem if isinstance(error, InputError) else f"It cannot be coded: {error}"
    return ""


def _encode(clip: Clip, out: Path) -> None:
    frames = iter(VideoFile(clip.source, clip.start_s, clip.end_s))
    first = next(frames)
    height, width = (size - size % 2 for size in first.grey.shape)  # 4:2:0 has no odd ones
    with av.open(str(out), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=_MOST_FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_HZ)
        stream.options = {"crf": str(clip.crf), "preset": "veryfast", "threads": "1"}
        for frame in chain([first], frames):
            image_rgb = frame.image_rgb[:height, :width]
            if clip.mirrored:
                image_rgb = image_rgb[:, ::-1]
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(image_rgb), format="rgb24")
            picture.pts = round((frame.time_s - first.time_s) * _TICKS_HZ)
            picture.time_base = Fraction(1, _TICKS_HZ)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
