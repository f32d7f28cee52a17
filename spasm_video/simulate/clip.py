"""Write simulated pictures as an H.264 file that any player opens."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

from spasm_video.simulate.timing import TICKS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from spasm_video.simulate.arrays import Picture


def write_clip(path: Path, pictures: Iterable[Picture], *, fps: float, crf: int) -> None:
    """Encode ``pictures`` in order; ``crf`` is x264's, smaller is finer and larger."""
    rate = Fraction(fps).limit_denominator(1001)
    _encode(path, enumerate(pictures), rate=rate, base=1 / rate, crf=crf, preset="slow")


def write_timed_clip(
    path: Path, pictures: Iterable[tuple[float, Picture]], *, fps: float, crf: int
) -> None:
    """Encode pictures that each have a time, s, which the file keeps to 1/90 000 s."""
    stamped = ((round(time_s * TICKS_PER_S), picture) for time_s, picture in pictures)
    rate = Fraction(fps).limit_denominator(1001)
    _encode(path, stamped, rate=rate, base=Fraction(1, TICKS_PER_S), crf=crf, preset="medium")


def _encode(
    path: Path,
    stamped: Iterable[tuple[int, Picture]] | Iterator[tuple[int, Picture]],
    *,
    rate: Fraction,
    base: Fraction,
    crf: int,
    preset: str,
) -> None:
    # One thread: the same pictures are the same bytes.
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": preset, "threads": "1"}
        if base.denominator == TICKS_PER_S:
            stream.time_base = stream.codec_context.time_base = base
        is_first = True
        for stamp, picture in stamped:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if is_first:
                stream.width, stream.height = frame.width, frame.height
                is_first = False
            frame.pts, frame.time_base = stamp, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
