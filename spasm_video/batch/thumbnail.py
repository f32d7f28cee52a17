"""A small picture of a recording, for the eye that goes through a thousand of them."""

from __future__ import annotations

import uuid
from itertools import islice
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from spasm_video.errors import InputError
from spasm_video.video.file import VideoFile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.pipeline import ObserveOptions

_HEIGHT_PX = 120
_JPEG_QUALITY = 80
_SETTLED_FRAMES = 15  # the first pictures of a camera are often dark
_GROUND = 225  # grey where there is no picture


def write_thumbnail(source: Path, folder: Path, out: Path, options: ObserveOptions) -> None:
    """
    Write a JPEG of the 15th frame of the part that was measured, or of its last before.

    A saved track has no picture and gets a grey one; ``folder`` is that of the results.
    Written aside and put in its place, so that it is whole or not there.
    """
    picture = _picture(source, options)
    height, width = picture.shape[:2]
    size = (max(round(width * _HEIGHT_PX / height), 1), _HEIGHT_PX)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), quality)
    aside = out.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    aside.write_bytes(coded.tobytes())
    aside.replace(out)


def _picture(source: Path, options: ObserveOptions) -> NDArray[np.uint8]:
    last = np.full((_HEIGHT_PX, _HEIGHT_PX, 3), _GROUND, np.uint8)
    try:
        for frame in islice(VideoFile(source, options.start_s, options.end_s), _SETTLED_FRAMES):
            last = frame.image_rgb
    except (InputError, av.FFmpegError):  # a track, or a video that is gone by now
        return last
    return np.fliplr(last) if options.mirrored else last
