"""The clip that the benchmarks look at: a sample video in a wide picture, and one made longer."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "right_spasm.mp4"
WIDTH_PX, HEIGHT_PX, FPS = 1280, 720, 30


def make_clip(path: Path, seconds: int) -> None:
    """The sample video forth and back in the middle of a wide picture."""
    pictures = islice(sample_pictures(), seconds * FPS)
    frames = (av.VideoFrame.from_ndarray(picture, format="rgb24") for picture in pictures)
    write_clip(path, frames, WIDTH_PX, HEIGHT_PX, preset="veryfast")


def write_clip(
    path: Path, frames: Iterable[av.VideoFrame], width_px: int, height_px: int, *, preset: str
) -> None:
    """These frames as H.264."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        stream.options = {"preset": preset, "crf": "20"}
        for index, frame in enumerate(frames):
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def sample_pictures() -> Iterator[NDArray[np.uint8]]:
    """Without end; the last one is followed by the one before it, so that nothing jumps."""
    with av.open(str(SAMPLE)) as video:
        squares = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
    side = (WIDTH_PX - HEIGHT_PX) // 2
    for square in cycle(chain(squares, squares[-2:0:-1])):
        picture = cv2.copyMakeBorder(square, 0, 0, side, side, cv2.BORDER_REFLECT_101)
        yield np.asarray(picture, np.uint8)


def repeat(clip: Path, path: Path, times: int) -> None:
    """The clip several times over, its pictures as they were coded."""
    with av.open(str(path), "w") as output:
        stream = None
        for number in range(times):
            with av.open(str(clip)) as video:
                source = video.streams.video[0]
                stream = stream or output.add_stream_from_template(source)
                for packet in video.demux(source):
                    if packet.dts is None:
                        continue
                    packet.pts = (packet.pts or 0) + number * (source.duration or 0)
                    packet.dts += number * (source.duration or 0)
                    packet.stream = stream
                    output.mux(packet)
