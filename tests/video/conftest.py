"""Writes small video files of known pictures and known times, good and bad."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict, Unpack

import av
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av import Packet
    from av.container import OutputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

MILLISECOND = Fraction(1, 1000)
QUICK_AND_QUIET = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


class Coding(TypedDict, total=False):
    """How a clip is coded and what the file says of itself; H.264, yuv420p by default."""

    codec: str
    pixel_format: str
    rotation_deg: int  # clockwise, to make the pictures upright
    is_flipped: bool
    aspect: Fraction
    title: str
    packet_times_ms: Sequence[int]  # replace the stamps when written
    time_base: Fraction  # milliseconds by default; coarser ones round the times
    options: dict[str, str]  # of the codec
    layout: dict[str, str]  # of the container


class Clips:
    """A folder to write clips into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def level(index: int) -> int:
        """The grey level of picture ``index`` in ``steps``, 40-224."""
        return 40 + 8 * (index % 24)  # steps that survive any codec

    @staticmethod
    def flat(level: int, width_px: int = 64, height_px: int = 64) -> NDArray[np.uint8]:
        """A picture of one grey level."""
        return np.full((height_px, width_px, 3), level, np.uint8)

    @staticmethod
    def textures(count: int) -> list[NDArray[np.uint8]]:
        """Pictures of moving noise: each differs from all others, none codes to nothing."""
        noise = np.random.default_rng(1).integers(0, 255, (96, 128, 3), np.uint8)
        return [np.roll(noise, i, axis=1) for i in range(count)]

    def write(
        self,
        name: str,
        pictures: Sequence[NDArray[np.uint8]],
        times_ms: Sequence[int],
        **coding: Unpack[Coding],
    ) -> Path:
        """A file of these RGB pictures at these times."""
        path = self.folder / name
        with av.open(str(path), "w", options=coding.get("layout")) as output:
            output.metadata["title"] = coding.get("title", "")
            stream = _stream(output, coding, pictures[0].shape)
            packets = [p for frame in _frames(pictures, times_ms) for p in stream.encode(frame)]
            packets += stream.encode(None)
            if "packet_times_ms" in coding:
                _stamp(packets, coding["packet_times_ms"])
            output.mux(packets)
        return path

    def steps(self, name: str, times_ms: Sequence[int], **coding: Unpack[Coding]) -> Path:
        """A file whose picture ``i`` is flat grey, of ``level(i)``."""
        pictures = [self.flat(self.level(i)) for i in range(len(times_ms))]
        return self.write(name, pictures, times_ms, **coding)

    def content(self, name: str, content: bytes) -> Path:
        """A file of these bytes."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def sound(self, name: str, *, with_cover: bool = False) -> Path:
        """A file with sound, and perhaps the picture of its cover."""
        path = self.folder / name
        with av.open(str(path), "w", format="mp4") as output:
            stream = output.add_stream("aac", rate=8000, layout="mono")
            if with_cover:
                cover = _stream(output, {"codec": "mjpeg", "pixel_format": "yuvj420p"}, (64, 64))
                cover.disposition = av.stream.Disposition.attached_pic
                (frame,) = _frames([self.flat(99)], [0])
                output.mux([*cover.encode(frame), *cover.encode(None)])
            silence = np.zeros((1, 1024), np.float32)
            sound = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            sound.sample_rate = 8000
            output.mux([*stream.encode(sound), *stream.encode(None)])
        return path


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clips:
    """A folder to write clips into."""
    monkeypatch.setenv("SVT_LOG", "1")  # the AV1 encoder is chatty
    return Clips(tmp_path)


def _stream(output: OutputContainer, coding: Coding, shape: tuple[int, ...]) -> VideoStream:
    codec = coding.get("codec", "libx264")
    if codec not in av.codecs_available:
        pytest.skip(f"this build of PyAV has no encoder {codec}")
    stream = output.add_stream(codec, rate=30)
    assert isinstance(stream, av.VideoStream)
    stream.height, stream.width = shape[:2]
    stream.pix_fmt = coding.get("pixel_format", "yuv420p")
    stream.codec_context.time_base = coding.get("time_base", MILLISECOND)
    stream.codec_context.sample_aspect_ratio = coding.get("aspect", Fraction(1))
    stream.options = {**QUICK_AND_QUIET.get(codec, {}), **coding.get("options", {})}
    if "rotation_deg" in coding or "is_flipped" in coding:
        clockwise_deg, is_flipped = coding.get("rotation_deg", 0), coding.get("is_flipped", False)
        stream.set_display_rotation(-clockwise_deg, hflip=is_flipped)
    return stream


def _frames(
    pictures: Sequence[NDArray[np.uint8]], times_ms: Sequence[int]
) -> Iterator[av.VideoFrame]:
    for picture, time_ms in zip(pictures, times_ms, strict=True):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = time_ms, MILLISECOND
        yield frame


def _stamp(packets: Sequence[Packet[VideoStream]], times_ms: Sequence[int]) -> None:
    first_dts = min(times_ms) - len(times_ms)  # a picture is decoded before it is shown
    for i, (packet, time_ms) in enumerate(zip(packets, times_ms, strict=True)):
        packet.time_base = MILLISECOND
        packet.pts, packet.dts = time_ms, first_dts + i
