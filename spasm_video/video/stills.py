"""Single pictures of a video by their times, for figures, after the measurement."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import av

from spasm_video.video.container import open_video
from spasm_video.video.decoding import Probe, probe, read, whole_pictures
from spasm_video.video.pictures import PictureMaker
from spasm_video.video.reading import ReadLog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import numpy as np
    from av import VideoFrame
    from numpy.typing import NDArray

_SAME_TIME_S = 1e-6  # a time may come back from a table, rounded
_REACH_S = 5.0  # decoding this far ahead costs about what finding a new place does


def picture_maker(probed: Probe) -> PictureMaker:
    """What makes upright arrays of the pictures of a probed file."""
    return PictureMaker(probed.width_px, probed.height_px, probed.orientation)


def pictures_at(
    path: str | PathLike[str], times_s: Iterable[float]
) -> dict[float, NDArray[np.uint8]]:
    """
    The upright RGB pictures shown at the given times, (h, w, 3) uint8, by time.

    The picture shown at a time is the last one with that time or an earlier one; before
    the first picture it is the first one. No times, no pictures: an empty dict. Only the
    pictures asked for are held. Where the file can be trusted to find a picture by its
    exact stamp (MP4, MOV), only its surroundings are decoded; else all up to the last.

    Raises
    ------
    VideoError : the file is missing, is no video, or gives no picture
    """
    path, wanted_s = Path(path), sorted(set(times_s))
    if not wanted_s:
        return {}
    probed = probe(path)
    maker = picture_maker(probed)
    found = _sought(path, probed, wanted_s, maker)
    return found | _read_through(path, probed, [t for t in wanted_s if t not in found], maker)


def _read_through(
    path: Path, probed: Probe, wanted_s: list[float], maker: PictureMaker
) -> dict[float, NDArray[np.uint8]]:
    found: dict[float, NDArray[np.uint8]] = {}
    left_s = wanted_s[::-1]
    if not left_s:
        return found
    with closing(read(path, probed, ReadLog())) as pictures:
        shown, _ = next(pictures)
        for picture, time_s in pictures:
            while left_s and left_s[-1] < time_s - _SAME_TIME_S:
                found[left_s.pop()] = maker.image_rgb(shown)
            if not left_s:
                return found
            shown = picture
    return found | {time_s: maker.image_rgb(shown) for time_s in left_s}


def _sought(
    path: Path, probed: Probe, wanted_s: list[float], maker: PictureMaker
) -> dict[float, NDArray[np.uint8]]:
    found: dict[float, NDArray[np.uint8]] = {}
    if not (probed.can_seek and probed.column == "pts"):
        return found
    seeker = _Seeker(path, probed)
    with closing(seeker):
        for time_s in wanted_s:
            picture = seeker.picture(time_s)
            if picture is not None:
                found[time_s] = maker.image_rgb(picture)
    return found


class _Seeker:
    """Finds pictures by their exact stamps, in ascending order."""

    def __init__(self, path: Path, probed: Probe) -> None:
        self._container, self._stream = open_video(path)
        self._tick_s = float(self._stream.time_base or 1)
        self._first_stamp = probed.first_stamp or 0
        self._log = ReadLog()
        self._pictures = whole_pictures(self._container, self._stream, self._log)
        self._shown: VideoFrame | None = None

    def close(self) -> None:
        self._pictures.close()
        self._container.close()

    def picture(self, time_s: float) -> VideoFrame | None:
        """The picture of exactly this time; None if there is none or it was not found."""
        ticks = round(time_s / self._tick_s)
        if abs(ticks * self._tick_s - time_s) > _SAME_TIME_S:
            return None
        stamp = self._first_stamp + ticks
        shown = None if self._shown is None else self._shown.pts
        if shown is None or not 0 <= (stamp - shown) * self._tick_s < _REACH_S:
            self._go_to(stamp)
        return self._advanced_to(stamp)

    def _go_to(self, stamp: int) -> None:
        self._pictures.close()
        self._log, self._shown = ReadLog(), None
        with suppress(av.FFmpegError):  # then the picture is not met, and read through to
            self._container.seek(stamp, stream=self._stream)
        self._pictures = whole_pictures(self._container, self._stream, self._log)

    def _advanced_to(self, stamp: int) -> VideoFrame | None:
        while self._shown is None or self._shown.pts is None or self._shown.pts < stamp:
            self._shown = next(self._pictures, None)
            if self._shown is None:
                return None
            self._log.whole(0.0)
        return self._shown if self._shown.pts == stamp else None
