"""From the packets of a file to whole pictures with their times, past any damage."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import av

from spasm_video.video.clock import FALLBACK_INTERVAL_S, PresentationClock, trusted_column
from spasm_video.video.container import no_picture, open_video, refuse_size
from spasm_video.video.pictures import Orientation, orientation_of
from spasm_video.video.reading import ReadLog

if TYPE_CHECKING:
    from collections.abc import Container, Generator
    from pathlib import Path

    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from spasm_video.video.clock import Column

_PROBED_PICTURES = 16  # the deepest reordering of H.264: shuffled stamps show within it
_MAX_FAILURES = 600  # in a row; two of x264's longest groups of pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the header and the first pictures say; sizes as stored, not yet upright."""

    width_px: int
    height_px: int
    codec: str
    pixel_format: str
    orientation: Orientation
    pixel_aspect: float
    nominal_fps: float
    container_duration_s: float
    column: Column
    first_stamp: int | None
    can_seek: bool


def probe(path: Path) -> Probe:
    """
    Read the header and the first pictures.

    Raises
    ------
    VideoError : no video can be read from the file
    """
    container, stream = open_video(path)
    log = ReadLog()
    with container, closing(whole_pictures(container, stream, log)) as pictures:
        first = next(pictures, None)
        if first is None:
            raise no_picture(path)
        refuse_size(path, first.width, first.height)
        stamps = [(first.pts, first.dts)]
        for picture in islice(pictures, _PROBED_PICTURES - 1):
            log.whole(0.0)
            stamps.append((picture.pts, picture.dts))
        pts, dts = zip(*stamps, strict=True)
        aspect = stream.sample_aspect_ratio
        rate = stream.average_rate
        return Probe(
            width_px=first.width,
            height_px=first.height,
            codec=stream.codec_context.codec.canonical_name,
            pixel_format=first.format.name,
            orientation=orientation_of(first),
            pixel_aspect=float(aspect) if aspect else 1.0,
            nominal_fps=float(rate) if rate else float("nan"),
            container_duration_s=_duration_s(container),
            column=trusted_column(pts, dts),
            first_stamp=first.pts,
            can_seek=container.format.name.startswith("mov,"),  # others seek by guess
        )


def read(
    path: Path, probed: Probe, log: ReadLog, *, threads: int = 1
) -> Generator[tuple[VideoFrame, float]]:
    """
    Every whole picture of the file, in the order shown, with its time in seconds.

    Damage and repairs are noted in ``log``.

    Raises
    ------
    VideoError : the file has changed since it was probed and is no video any more
    """
    container, stream = open_video(path, threads=threads)
    with container:
        clock = clock_of(stream, probed)
        for picture in whole_pictures(container, stream, log):
            time_s = clock.time_s(stamp_of(picture, probed.column))
            log.n_time_repairs = clock.n_repairs
            log.whole(time_s)
            yield picture, time_s


def clock_of(stream: VideoStream, probed: Probe) -> PresentationClock:
    """A clock that counts in the units of the stream."""
    nominal_s = 1 / probed.nominal_fps if probed.nominal_fps > 0 else FALLBACK_INTERVAL_S
    return PresentationClock(stream.time_base or Fraction(1), nominal_s)


def stamp_of(picture: VideoFrame, column: Column) -> int | None:
    """The time stamp to follow, in units of the stream; None if there is none."""
    if column == "none":
        return None
    return picture.pts if column == "pts" else picture.dts


def _duration_s(container: InputContainer) -> float:
    if not container.duration or container.duration < 0:
        return float("nan")
    return container.duration / av.time_base


def whole_pictures(
    container: InputContainer,
    stream: VideoStream,
    log: ReadLog,
    wanted: Container[int] | None = None,
) -> Generator[VideoFrame]:
    """
    The pictures of an opened stream that are as they were coded, in the order shown.

    What is lost or dropped is noted in ``log``, which must be told of every picture that
    comes out (``log.whole``). If only the pictures with some stamps are ``wanted``, others on
    which none builds may be left out: they need not be decoded.
    """
    failures = 0
    for packet in _packets(container, stream, log):
        if packet is not None and packet.is_corrupt:
            log.damage()
        if packet is not None and wanted is not None:
            is_wanted = packet.pts in wanted
            stream.codec_context.skip_frame = "DEFAULT" if is_wanted else "NONREF"
        try:
            pictures = stream.decode(packet)
        except av.FFmpegError:
            pictures, failures = [], failures + 1
            log.damage()
            # Else dav1d repeats its last key picture under the stamps of others.
            stream.codec_context.flush_buffers()
        for picture in pictures:
            failures = 0
            # Decoders fill in what is missing, and the next pictures build on that, until
            # one stands for itself: no evidence of movement, nor the same in every run.
            if picture.is_corrupt or (log.is_damaged and not picture.key_frame):
                log.drop()
            else:
                yield picture
        if failures > _MAX_FAILURES:
            return


def _packets(
    container: InputContainer, stream: VideoStream, log: ReadLog
) -> Generator[Packet[VideoStream] | None]:
    failures = 0
    packets = container.demux(stream)
    while failures <= _MAX_FAILURES:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            log.damage()
            failures += 1
            packets = container.demux(stream)  # a generator that raised has ended
            continue
        if packet is None:
            break
        # An empty packet would end decoding: AVI writes them for repeated pictures.
        if packet.size:
            failures = 0
            yield packet
    yield None  # asks the decoder for the pictures it still holds
