"""A file that is no video, or a broken one, never ends in a traceback."""

from __future__ import annotations

import os
import struct
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import av
import cv2
import numpy as np
import pytest

from spasm_video.errors import VideoError
from spasm_video.video import decoding
from spasm_video.video.container import open_video
from spasm_video.video.decoding import whole_pictures
from spasm_video.video.file import VideoFile, pictures_at
from spasm_video.video.reading import ReadLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av import Packet
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from spasm_video.video.reading import DecodeReport
    from tests.video.conftest import Clips

PICTURE = np.zeros((64, 64, 3), np.uint8)
HUGE_GIF = (
    b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0\0\0\0\xff\xff\xff,"
    + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\x02\x02D\x01\0;"
)  # fmt: skip
NO_VIDEO = {
    "text": b"The patient blinked.\n" * 99,
    "jpeg": cv2.imencode(".jpg", PICTURE)[1].tobytes(),
    "png": cv2.imencode(".png", PICTURE)[1].tobytes(),
    "zeros": bytes(9999),
    "noise": np.random.default_rng(0).integers(0, 256, 99999, np.uint8).tobytes(),
    "picture of no size": b"YUV4MPEG2 W0 H0 F30:1 C420\nFRAME\n",
}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(VideoError, match=r"no file .*gone\.mp4"):
        VideoFile(tmp_path / "gone.mp4")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """The remedy is to name one file."""
    with pytest.raises(VideoError, match="folder") as caught:
        VideoFile(tmp_path)

    assert caught.value.remedy == "Name one video file."


def test_an_empty_file_is_refused(clips: Clips) -> None:
    """Nothing was copied."""
    with pytest.raises(VideoError, match=r"none\.mp4 is empty"):
        VideoFile(clips.content("none.mp4", b""))


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    """Opening it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.mp4")

    with pytest.raises(VideoError, match="not a file"):
        VideoFile(tmp_path / "pipe.mp4")


def test_an_impossible_name_is_refused() -> None:
    """As a name with a null byte."""
    with pytest.raises(VideoError, match="cannot be opened"):
        VideoFile("a\0b.mp4")


@pytest.mark.parametrize("content", NO_VIDEO.values(), ids=NO_VIDEO)
def test_a_file_that_is_no_video_is_refused(clips: Clips, content: bytes) -> None:
    """Whatever its name says: in one line, with a remedy."""
    with pytest.raises(VideoError, match=r"fake\.mp4 is not a video") as caught:
        VideoFile(clips.content("fake.mp4", content))

    assert "\n" not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile other.mp4\n",
    ],
    ids=["playlist", "list"],
)
def test_a_list_of_other_files_is_refused(clips: Clips, content: bytes) -> None:
    """A file that someone sent must not open others, here or on the network."""
    clips.steps("other.mp4", [0, 40])

    with pytest.raises(VideoError, match="not a video"):
        VideoFile(clips.content("list.mp4", content))


@pytest.mark.parametrize("with_cover", [False, True])
def test_sound_without_pictures_is_refused(clips: Clips, *, with_cover: bool) -> None:
    """The cover of a song is not a video either."""
    with pytest.raises(VideoError, match="no pictures, only sound"):
        VideoFile(clips.sound("song.m4a", with_cover=with_cover))


def test_an_mp4_without_its_index_was_cut_off(clips: Clips) -> None:
    """The camera writes it last."""
    whole = clips.steps("whole.mp4", [0, 40, 80]).read_bytes()

    with pytest.raises(VideoError, match=r"half\.mp4 was cut off"):
        VideoFile(clips.content("half.mp4", whole[: len(whole) // 2]))


def test_an_mp4_without_its_pictures_is_refused(clips: Clips) -> None:
    """It opens, but nothing can be decoded."""
    whole = clips.steps("whole.mp4", [0, 40, 80]).read_bytes()

    with pytest.raises(VideoError, match=r"No picture of index\.mp4"):
        VideoFile(clips.content("index.mp4", whole[whole.rindex(b"moov") - 4 :]))


def test_huge_pictures_are_refused(clips: Clips) -> None:
    """By what the header claims, before memory is asked for."""
    header = b"YUV4MPEG2 W10000 H100 F30:1 C420\nFRAME\n"

    with pytest.raises(VideoError, match="10000 x 100 px; the limit is 8192"):
        VideoFile(clips.content("huge.y4m", header + bytes(1_500_000)))
    with pytest.raises(VideoError):
        VideoFile(clips.content("huge.gif", HUGE_GIF))


@pytest.mark.parametrize("name", ["12:30.mp4", "a%03d.mp4", "-i x.mp4", "Müller 1.mp4", "noname"])
def test_any_file_name_is_read(clips: Clips, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that a decoder takes for a protocol, a pattern or an option."""
    content = clips.steps("plain.mp4", [0, 40, 80]).read_bytes()
    clips.content(name, content)
    monkeypatch.chdir(clips.folder)

    assert len(list(VideoFile(name))) == 3


def test_a_title_in_another_alphabet_is_no_obstacle(clips: Clips) -> None:
    """Old cameras write Latin-1 where UTF-8 is due."""
    content = clips.steps("title.mkv", [0, 40], title="MARKMARK").read_bytes()
    assert b"MARKMARK" in content

    path = clips.content("latin.mkv", content.replace(b"MARKMARK", b"M\xfcller\xdf\xff"))

    assert len(list(VideoFile(path))) == 2


def noisy_clip(clips: Clips, name: str, **options: str) -> bytes:
    """The bytes of 90 pictures at 25 a second, every 15th of which stands for itself."""
    stamps_ms = range(0, 3600, 40)
    path = clips.write(name, clips.textures(90), stamps_ms, options={"g": "15", **options})
    return path.read_bytes()


def damaged(content: bytes) -> bytes:
    """The same with 3000 bytes of noise in the middle."""
    half = len(content) // 2
    noise = np.random.default_rng(2).integers(0, 256, 3000, np.uint8).tobytes()
    return content[:half] + noise + content[half + len(noise) :]


def read(path: Path, *, threads: int = 1) -> tuple[dict[float, bytes], DecodeReport]:
    """The pictures by their times, and the report."""
    video = VideoFile(path, threads=threads)
    return {frame.time_s: frame.image_rgb.tobytes() for frame in video}, video.report


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("threads", [1, 2])
def test_damage_in_the_middle_costs_only_what_it_spoils(
    clips: Clips, name: str, threads: int
) -> None:
    """
    What comes before and after is given out, bit by bit as in the whole file, at the same
    times; what builds on the damage is not. The report says from when to when.
    """
    content = noisy_clip(clips, name)
    whole, _ = read(clips.folder / name)

    kept, report = read(clips.content("damaged_" + name, damaged(content)), threads=threads)

    assert {t: whole[t] for t in kept} == kept
    lost_s = [t for t in whole if t not in kept]
    assert 1 <= len(lost_s) <= 30
    assert min(lost_s) == pytest.approx(1.8, abs=0.25)
    assert report.corrupt
    assert report.is_complete
    assert report.corrupt_after_s == max(t for t in kept if t < min(lost_s))
    assert report.damaged_s == ((report.corrupt_after_s, min(t for t in kept if t > max(lost_s))),)
    assert report.n_frames == len(kept)


def test_damage_without_a_later_key_picture_loses_the_rest(clips: Clips) -> None:
    """What was read before is kept, and the damage is marked as without end."""
    content = noisy_clip(clips, "long.mp4", g="250")

    kept, report = read(clips.content("damaged.mp4", damaged(content)))

    assert 30 < len(kept) < 60
    assert report.damaged_s == ((max(kept), float("inf")),)


def test_a_file_cut_off_after_its_index_keeps_what_it_has(clips: Clips) -> None:
    """As a download that stopped; the report says after what time."""
    index_first = clips.write(
        "whole.mp4", clips.textures(90), range(0, 3600, 40), layout={"movflags": "faststart"}
    ).read_bytes()

    kept, report = read(clips.content("cut.mp4", index_first[: len(index_first) // 2]))

    assert 30 < len(kept) < 60
    assert report.corrupt
    assert report.corrupt_after_s == max(kept)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [("a.avi", "mjpeg", "yuvj420p"), ("a.mpg", "mpeg1video", "yuv420p")],
)
def test_a_picture_cut_in_two_is_marked(
    clips: Clips, name: str, codec: str, pixel_format: str
) -> None:
    """The file ends within it; the ones before are kept."""
    content = clips.write(
        name,
        clips.textures(30),
        range(0, 1200, 40),
        codec=codec,
        pixel_format=pixel_format,
        time_base=Fraction(1, 25),
    ).read_bytes()

    kept, report = read(clips.content("cut_" + name, content[: len(content) // 2]))

    assert 0 < len(kept) < 25
    assert report.corrupt
    assert report.corrupt_after_s <= max(kept)


class Faltering:
    """A container on a disk that fails now and then."""

    def __init__(self, container: InputContainer, failures: int) -> None:
        self.container, self.failures, self.packets = container, failures, 0

    def demux(self, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
        """The packets; from the tenth on, the failures come first."""
        for packet in self.container.demux(stream):
            self.packets += 1
            yield packet
            if self.packets >= 10 and self.failures:
                self.failures -= 1
                raise av.error.InvalidDataError(1, "a bad sector")


@pytest.mark.parametrize(("failures", "n_least"), [(3, 20), (10**9, 9)])
def test_reading_goes_on_after_failures_but_not_for_ever(
    clips: Clips, failures: int, n_least: int
) -> None:
    """The pictures before and after are kept, the damage is noted, and it ends."""
    path = clips.steps("a.mkv", [i * 40 for i in range(40)], options={"g": "1"})
    container, stream = open_video(path)
    log = ReadLog()
    faltering = cast("InputContainer", Faltering(container, failures))

    with container:
        n_pictures = sum(1 for _ in whole_pictures(faltering, stream, log))

    assert n_least <= n_pictures <= 40
    assert log.report().corrupt


@pytest.mark.parametrize(("n_spoilt", "n_kept"), [(5, 35), (6, 10)])
def test_a_long_row_of_failures_ends_the_read(
    clips: Clips, monkeypatch: pytest.MonkeyPatch, n_spoilt: int, n_kept: int
) -> None:
    """A file of undecodable packets is not tried to its end (here: five in a row)."""
    monkeypatch.setattr(decoding, "_MAX_FAILURES", 5)
    path = clips.steps("a.avi", [i * 40 for i in range(40)], codec="mjpeg", pixel_format="yuvj420p")
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for packet in packets[10 : 10 + n_spoilt]:
        begin = (packet.pos or 0) + 8  # after the name and the length of the chunk
        content[begin : begin + packet.size] = bytes(packet.size)

    kept, report = read(clips.content("spoilt.avi", bytes(content)))

    assert len(kept) == n_kept
    assert report.corrupt


def test_a_damaged_av1_recovers_at_its_next_key_picture(clips: Clips) -> None:
    """Its decoder repeats an old picture after an error; no repetition is given out."""
    path = clips.write(
        "a.mkv", clips.textures(90), range(0, 3600, 40), codec="libsvtav1", options={"g": "15"}
    )
    whole, _ = read(path)

    kept, report = read(clips.content("damaged.mkv", damaged(path.read_bytes())))

    ((before_s, again_s),) = report.damaged_s
    assert again_s - before_s < 1
    assert all(kept[t] == whole[t] for t in kept if t < 1.6 or t >= again_s)
    assert len(set(kept.values())) == len(kept) > 60


@pytest.mark.parametrize("seed", range(12))
def test_scattered_damage_never_ends_in_a_traceback(clips: Clips, seed: int) -> None:
    """Whatever bytes are hit: increasing times and a report, or an error of ours."""
    rng = np.random.default_rng(seed)
    name = ("a.mp4", "a.mkv", "a.avi", "a.ts")[seed % 4]
    content = bytearray(noisy_clip(clips, name))
    for place in rng.integers(0, len(content), 40):
        content[place] = rng.integers(0, 256)
    path = clips.content("hit_" + name, bytes(content))

    try:
        kept, _ = read(path)
        pictures_at(path, [0.0, 1.0])
    except VideoError:
        return
    assert all(after > before for before, after in pairwise(kept))


def test_decoders_keep_quiet(clips: Clips, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is written beside the report."""
    path = clips.content("noisy.mp4", damaged(noisy_clip(clips, "a.mp4")))
    capfd.readouterr()

    read(path)

    assert capfd.readouterr() == ("", "")
