"""Single pictures of a video by their times, for figures, after the measurement."""

from __future__ import annotations

from bisect import bisect
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Self

import av

from spasm_video.video.container import open_video
from spasm_video.video.decoding import Probe, probe, read, whole_pictures
from spasm_video.video.pictures import PictureMaker
from spasm_video.video.reading import ReadLog

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from os import PathLike
    from types import TracebackType

    import numpy as np
    from av import VideoFrame
    from numpy.typing import NDArray

_SAME_TIME_S = 1e-6  # a time may come back from a table, rounded
_REACH_S = 5.0  # without an index, decoding this far ahead costs about what seeking does


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
    found: dict[float, NDArray[np.uint8]] = {}
    if probed.can_seek and probed.column == "pts":
        with _Seeker(path, probed, wanted_s) as early, _Seeker(path, probed, wanted_s) as late:
            half = early.half_way(wanted_s)
            with ThreadPoolExecutor(1) as beside:
                second = beside.submit(late.pictures, wanted_s[half:])
                found = early.pictures(wanted_s[:half]) | second.result()
    left_s = [time_s for time_s in wanted_s if time_s not in found]
    return found | dict(zip(left_s, _read_through(path, probed, left_s), strict=True))


def pictures_in_turn(
    path: str | PathLike[str], times_s: Iterable[float]
) -> Generator[NDArray[np.uint8]]:
    """The same pictures for ascending times, one after the other: only one is held."""
    path, left_s = Path(path), [*times_s]
    probed = probe(path)
    if probed.can_seek and probed.column == "pts":
        with _Seeker(path, probed, left_s) as seeker:
            while left_s and (found := seeker.pictures(left_s[:1])):
                del left_s[0]
                yield from found.values()
    yield from _read_through(path, probed, left_s)


def _read_through(path: Path, probed: Probe, wanted_s: list[float]) -> Generator[NDArray[np.uint8]]:
    """From the first picture of the file on; times ascend."""
    maker = picture_maker(probed)
    left_s = wanted_s[::-1]
    if not left_s:
        return
    with closing(read(path, probed, ReadLog())) as pictures:
        shown, _ = next(pictures)
        for picture, time_s in pictures:
            while left_s and left_s[-1] < time_s - _SAME_TIME_S:
                left_s.pop()
                yield maker.image_rgb(shown)
            if not left_s:
                return
            shown = picture
    for _ in left_s:
        yield maker.image_rgb(shown)


class _Seeker:
    """Finds pictures by their exact stamps, in ascending order; used in ``with``."""

    def __init__(self, path: Path, probed: Probe, wanted_s: list[float]) -> None:
        self._maker = picture_maker(probed)
        self._container, self._stream = open_video(path)
        self._tick_s = float(self._stream.time_base or 1)
        self._first_stamp = probed.first_stamp or 0
        self._wanted = frozenset(self._stamp(time_s) for time_s in wanted_s)
        # Where decoding can begin, by decoding stamps: a little early, which costs time only.
        self._keys = [entry.timestamp for entry in self._stream.index_entries if entry.is_keyframe]
        self._log = ReadLog()
        self._ahead = self._pictures()
        self._shown: VideoFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._ahead.close()
        self._container.close()

    def half_way(self, wanted_s: list[float]) -> int:
        """Where to cut the times in two, best where no picture must be decoded for both."""
        middle = len(wanted_s) // 2
        places = [bisect(self._keys, self._stamp(time_s)) for time_s in wanted_s]
        cuts = [at for at, (one, two) in enumerate(pairwise(places), start=1) if one != two]
        return min(cuts, key=lambda at: abs(at - middle), default=middle)

    def pictures(self, wanted_s: list[float]) -> dict[float, NDArray[np.uint8]]:
        """The upright pictures of exactly these times; one that is not found is left out."""
        shown = ((time_s, self._picture(time_s)) for time_s in wanted_s)
        return {time_s: self._maker.image_rgb(picture) for time_s, picture in shown if picture}

    def _picture(self, time_s: float) -> VideoFrame | None:
        stamp = self._stamp(time_s)
        if abs((stamp - self._first_stamp) * self._tick_s - time_s) > _SAME_TIME_S:
            return None
        if not self._is_near(stamp):
            self._go_to(stamp)
        return self._advanced_to(stamp)

    def _is_near(self, stamp: int) -> bool:
        """Whether decoding on is as short a way as any."""
        shown = None if self._shown is None else self._shown.pts
        if shown is None or stamp < shown:
            return False
        if not self._keys:
            return (stamp - shown) * self._tick_s < _REACH_S
        return bisect(self._keys, stamp) == bisect(self._keys, shown)

    def _go_to(self, stamp: int) -> None:
        self._ahead.close()
        self._log, self._shown = ReadLog(), None
        with suppress(av.FFmpegError):  # then the picture is not met, and read through to
            self._container.seek(stamp, stream=self._stream)
        self._ahead = self._pictures()

    def _stamp(self, time_s: float) -> int:
        return self._first_stamp + round(time_s / self._tick_s)

    def _pictures(self) -> Generator[VideoFrame]:
        return whole_pictures(self._container, self._stream, self._log, self._wanted)

    def _advanced_to(self, stamp: int) -> VideoFrame | None:
        while self._shown is None or self._shown.pts is None or self._shown.pts < stamp:
            self._shown = next(self._ahead, None)
            if self._shown is None:
                return None
            self._log.whole(0.0)
        return self._shown if self._shown.pts == stamp else None
