"""Write simulated pictures as an H.264 file that any player opens."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

from spasm_video.simulate.timing import TICKS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from spasm_video.simulate.arrays import Picture


def write_clip(path: Path, pictures: Iterable[Picture], *, fps: float, crf: int) -> None:
    """Encode ``pictures`` in order; ``crf`` is x264's, smaller is finer and larger."""
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = _stream(container, rate, {"crf": str(crf), "preset": "slow"})
        _encode(container, stream, enumerate(pictures), 1 / rate)


def write_timed_clip(
    path: Path, pictures: Iterable[tuple[float, Picture]], *, fps: float, crf: int
) -> None:
    """
    Encode pictures that each have a time, s, which the file keeps to 1/90 000 s.

    The same pictures are the same bytes.
    """
    stamped = ((round(time_s * TICKS_PER_S), picture) for time_s, picture in pictures)
    tick_s = Fraction(1, TICKS_PER_S)
    # x264's macroblock tree adds floats in an order that varies with the memory it is given.
    options = {"crf": str(crf), "preset": "medium", "x264-params": "mbtree=0"}
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = _stream(container, Fraction(fps).limit_denominator(1001), options)
        stream.time_base = stream.codec_context.time_base = tick_s
        _encode(container, stream, stamped, tick_s)


def _stream(container: OutputContainer, rate: Fraction, options: dict[str, str]) -> VideoStream:
    stream = container.add_stream("libx264", rate=rate)
    stream.pix_fmt = "yuv420p"
    stream.options = dict(options, threads="1")
    return stream


def _encode(
    container: OutputContainer,
    stream: VideoStream,
    stamped: Iterable[tuple[int, Picture]],
    tick_s: Fraction,
) -> None:
    is_first = True
    for stamp, picture in stamped:
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        if is_first:
            stream.width, stream.height = frame.width, frame.height
            is_first = False
        frame.pts, frame.time_base = stamp, tick_s
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
