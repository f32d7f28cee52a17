"""
Read a video file once, in order, each picture with its own time.

Nothing is ever sought while measuring and no time is ever ``index / fps``: phones
record at a variable rate, and headers are wrong more often than stamps.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

import av

from spasm_video.errors import InputError
from spasm_video.video.decoding import Probe, probe, read
from spasm_video.video.frames import Frame, VideoInfo
from spasm_video.video.reading import DecodeReport, ReadLog
from spasm_video.video.stills import picture_maker, pictures_at, pictures_in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from types import TracebackType

__all__ = ["VideoFile", "pictures_at", "pictures_in_turn"]


class VideoFile:
    """
    A video file as a source of frames.

    Each iteration reads the file from its first picture on and gives out those with
    ``start_s <= time_s < end_s``. Damaged parts are passed over and the read goes on;
    ``report`` tells. ``threads`` changes the speed of decoding; the frames of an undamaged
    file are the same to the byte.

    Raises
    ------
    VideoError : the file is missing, is no video, or gives no picture
    InputError : ``start_s``, ``end_s`` or ``threads`` make no sense
    """

    def __init__(
        self,
        path: str | PathLike[str],
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        threads: int = 1,
    ) -> None:
        self._path = Path(path)
        self._start_s = 0.0 if start_s is None else start_s
        self._end_s = math.inf if end_s is None else end_s
        self._threads = threads
        _refuse_selection(self._start_s, self._end_s, threads)
        self._probe = probe(self._path)
        self._info = _info(self._path, self._probe)
        self._log = ReadLog()

    @property
    def info(self) -> VideoInfo:
        """What the file says of itself."""
        return self._info

    @property
    def report(self) -> DecodeReport:
        """What the latest iteration met, so far; whole once ``is_complete``."""
        return self._log.report()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to let go of: the file is open only while it is iterated."""

    def __iter__(self) -> Iterator[Frame]:
        """
        The frames of the selection, in order of time.

        Raises
        ------
        InputError : at the end, if the selection had no picture
        """
        log = self._log = ReadLog()
        maker = picture_maker(self._probe)
        last_s = 0.0
        with closing(read(self._path, self._probe, log, threads=self._threads)) as pictures:
            for index, (picture, time_s) in enumerate(pictures):
                last_s = time_s
                if time_s >= self._end_s:
                    break
                if time_s < self._start_s:
                    continue
                try:
                    frame = Frame(index, time_s, maker.image_rgb(picture), maker.grey(picture))
                except av.FFmpegError:
                    log.drop()
                    continue
                log.given_out(time_s)
                yield frame
        log.is_complete = True
        if log.is_empty:
            raise InputError(
                f"{self._path.name} has no picture between {self._start_s:g} s and "
                f"{self._end_s:g} s; it ends at {last_s:.2f} s.",
                "Choose an earlier start or a later end.",
            )


def _refuse_selection(start_s: float, end_s: float, threads: int) -> None:
    if not 0 <= start_s < math.inf:
        raise InputError(f"The start, {start_s:g} s, is not a time in the video.", "Use 0 or more.")
    if not end_s > start_s:
        raise InputError(
            f"The end, {end_s:g} s, is not after the start, {start_s:g} s.", "Choose a later end."
        )
    if threads < 1:
        raise InputError(f"{threads} threads cannot decode.", "Use 1 or more.")


def _info(path: Path, probed: Probe) -> VideoInfo:
    width_px, height_px, aspect = probed.width_px, probed.height_px, probed.pixel_aspect
    if probed.orientation.transpose:
        width_px, height_px, aspect = height_px, width_px, 1 / aspect
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return VideoInfo(
        path_name=path.name,
        sha256=sha256,
        width_px=width_px,
        height_px=height_px,
        codec=probed.codec,
        pixel_format=probed.pixel_format,
        rotation_deg=probed.orientation.rotation_deg,
        is_flipped=probed.orientation.is_flipped,
        pixel_aspect=aspect,
        nominal_fps=probed.nominal_fps,
        container_duration_s=probed.container_duration_s,
        decoder=_decoder(),
    )


def _decoder() -> str:
    version = ".".join(map(str, av.library_versions["libavcodec"]))
    return f"PyAV {av.__version__}, FFmpeg {av.ffmpeg_version_info}, libavcodec {version}"
