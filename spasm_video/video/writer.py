"""
Write pictures as an H.264 file that any player opens, each shown at its own time.

Browsers and slide programs play H.264 in 8 bits with halved colour (yuv420p) and AAC sound;
times are kept to 1/90 000 s, so a variable frame rate stays what it was.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import av
import numpy as np

from spasm_video.video.container import open_video
from spasm_video.video.decoding import probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from av.container import InputContainer, OutputContainer
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

TICKS_PER_S = 90_000
_TICK_S = Fraction(1, TICKS_PER_S)
_WHOLE, _LIVE = "+faststart", "+frag_keyframe+empty_moov+default_base_moof"
_PLAYED_IN_MP4 = ("aac", "mp3")  # by browsers and slide programs alike; others are coded anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How x264 works: ``crf`` smaller is finer and larger; ``preset`` faster is larger."""

    fps: float = 30.0  # what the header says; each picture has a time of its own
    crf: int = 20
    preset: str = "veryfast"
    x264_params: str = ""
    is_live: bool = False  # readable up to the last second even if the machine is switched off


class VideoWriter:
    """
    A video file in the making; used in ``with``.

    ``sound_of`` is a video whose sound is taken over, from ``start_s`` of that video on:
    copied as it is coded where players know it, else coded as AAC.

    Raises
    ------
    OSError : the file cannot be written
    """

    def __init__(
        self,
        path: Path,
        coding: Coding | None = None,
        *,
        sound_of: Path | None = None,
        start_s: float = 0.0,
    ) -> None:
        coding = coding or Coding()
        self._open = ExitStack()
        self._container = self._open.enter_context(
            av.open(str(path), "w", options={"movflags": _LIVE if coding.is_live else _WHOLE})
        )
        rate = Fraction(coding.fps).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate)
        self._stream.pix_fmt = "yuv420p"
        options = {"crf": str(coding.crf), "preset": coding.preset, "threads": "1"}
        if coding.is_live:
            options["g"] = str(max(round(coding.fps), 1))
        if coding.x264_params:
            options["x264-params"] = coding.x264_params
        self._stream.options = dict(options)
        self._stream.time_base = self._stream.codec_context.time_base = _TICK_S
        self._sound: _Sound | None = None
        if sound_of is not None:
            self._sound = _sound(self._container, sound_of, start_s)
        self._is_first = True
        self._last_stamp = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the file; what was written is kept whole, whatever happened."""
        with self._open:
            if not self._is_first:
                self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._sound.write_until(self._last_stamp / TICKS_PER_S)
                self._sound.close()

    def write(self, time_s: float, picture: Picture) -> None:
        """Add an RGB picture; times must increase. Odd sides lose their last row or column."""
        frame = av.VideoFrame.from_ndarray(_even(picture), format="rgb24")
        if self._is_first:
            self._stream.width, self._stream.height = frame.width, frame.height
            self._is_first = False
        frame.pts, frame.time_base = round(time_s * TICKS_PER_S), _TICK_S
        self._last_stamp = frame.pts
        self._container.mux(self._stream.encode(frame))
        if self._sound is not None:
            self._sound.write_until(time_s)


class _Sound:
    """The sound of another file, written as far as the pictures are."""

    def __init__(
        self, output: OutputContainer, container: InputContainer, shift_s: Fraction
    ) -> None:
        self._output, self._container, self._shift_s = output, container, shift_s
        self._source = container.streams.audio[0]
        self._is_copied = self._source.codec_context.name in _PLAYED_IN_MP4
        if self._is_copied:
            self._stream = output.add_stream_from_template(self._source)
        else:
            self._stream = output.add_stream("aac", rate=self._source.rate or 48_000)
        self._chunks = self._read()
        self._next = next(self._chunks, None)

    def write_until(self, time_s: float) -> None:
        while self._next is not None and self._next[0] <= time_s:
            self._output.mux(self._next[1])
            self._next = next(self._chunks, None)

    def close(self) -> None:
        if not self._is_copied:
            with suppress(av.FFmpegError):  # it may never have been given a sound
                self._output.mux(self._stream.encode(None))
        self._container.close()

    def _read(self) -> Iterator[tuple[float, Any]]:
        """Packets with their new times; a damaged part ends the sound."""
        with suppress(av.FFmpegError):
            items: Iterator[Any] = (
                self._container.demux(self._source)
                if self._is_copied
                else self._container.decode(self._source)
            )
            for item in items:
                if item.pts is None or item.time_base is None:
                    continue
                item.pts -= round(self._shift_s / item.time_base)
                time_s = float(item.pts * item.time_base)
                if time_s < 0:
                    continue
                if self._is_copied:
                    item.dts, item.stream = item.pts, self._stream
                    yield time_s, item
                else:
                    yield time_s, self._stream.encode(item)


def _sound(output: OutputContainer, video: Path, start_s: float) -> _Sound | None:
    """The sound of a video, on the clock of its pictures; None where it has none."""
    probed = probe(video)
    container, pictures = open_video(video)
    source = next(iter(container.streams.audio), None)
    if source is None or source.codec_context is None:
        container.close()
        return None
    first_s = float((probed.first_stamp or 0) * (pictures.time_base or Fraction(1)))
    shift_s = Fraction(first_s + start_s).limit_denominator(TICKS_PER_S)
    return _Sound(output, container, shift_s)


def _even(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[: height - height % 2, : width - width % 2])
