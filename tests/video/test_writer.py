"""Videos that are written: their times, their sound, and whether players know them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from spasm_video.video.file import VideoFile
from spasm_video.video.writer import VideoWriter

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 48_000


def picture(level: int, height_px: int = 64, width_px: int = 96) -> np.ndarray:
    """A flat grey picture."""
    return np.full((height_px, width_px, 3), level, np.uint8)


def with_sound(path: Path, codec: str, click_s: float, duration_s: float = 2.0) -> Path:
    """A dark video with silence and one loud tenth of a second from ``click_s`` on."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        sound: Any = output.add_stream(codec, rate=RATE_HZ, layout="mono")
        for index in range(round(30 * duration_s)):
            frame = av.VideoFrame.from_ndarray(picture(40), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        samples = np.zeros((1, round(duration_s * RATE_HZ)), np.float32)
        loud = slice(round(click_s * RATE_HZ), round((click_s + 0.1) * RATE_HZ))
        samples[0, loud] = 0.8 * np.sin(np.arange(loud.stop - loud.start) * 0.2)
        for start in range(0, samples.shape[1], 1024):
            block = np.ascontiguousarray(samples[:, start : start + 1024])
            if codec == "pcm_s16le":
                chunk = av.AudioFrame.from_ndarray(
                    np.rint(block * 32767).astype(np.int16), format="s16", layout="mono"
                )
            else:
                chunk = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            chunk.rate, chunk.pts, chunk.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            output.mux(sound.encode(chunk))
        output.mux(sound.encode(None))
    return path


def loud_at_s(path: Path) -> float:
    """When the sound of a video is first loud."""
    with av.open(str(path)) as video:
        for chunk in video.decode(audio=0):
            loud = np.flatnonzero(np.abs(np.atleast_2d(chunk.to_ndarray())[0]) > 0.3)
            if loud.size:
                return float(chunk.time or 0) + float(loud[0]) / RATE_HZ
    raise AssertionError("no loud sound")


def test_times_are_kept_to_a_tick(tmp_path: Path) -> None:
    """A variable rate stays what it was, to 1/90 000 s."""
    times_s = [0.0, 0.033, 0.05, 0.2, 0.2177]
    with VideoWriter(tmp_path / "out.mp4") as video:
        for at_s in times_s:
            video.write(at_s, picture(100))

    read_s = [frame.time_s for frame in VideoFile(tmp_path / "out.mp4")]
    assert read_s == pytest.approx(times_s, abs=1 / 90_000)


def test_players_know_it(tmp_path: Path) -> None:
    """H.264, 8 bits, halved colour, the index at the front; odd sides are cut to even ones."""
    path = tmp_path / "out.mp4"
    with VideoWriter(path) as video:
        video.write(0.0, picture(100, 65, 97))

    info = VideoFile(path).info
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert (info.width_px, info.height_px) == (96, 64)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(("codec", "name"), [("aac", "in.mp4"), ("pcm_s16le", "in.mov")])
@pytest.mark.parametrize("start_s", [0.0, 0.5])
def test_the_sound_stays_with_the_pictures(
    tmp_path: Path, codec: str, name: str, start_s: float
) -> None:
    """A click at 1.2 s is heard then, also where only a part is shown; always as AAC."""
    source = with_sound(tmp_path / name, codec, click_s=1.2)
    out = tmp_path / "out.mp4"

    with VideoWriter(out, sound_of=source, start_s=start_s) as video:
        for index in range(45):
            video.write(index / 30, picture(60))

    with av.open(str(out)) as written:
        assert written.streams.audio[0].codec_context.name == "aac"
    assert loud_at_s(out) == pytest.approx(1.2 - start_s, abs=0.03)


def test_a_silent_video_has_no_sound(tmp_path: Path) -> None:
    """Nothing is made up."""
    with VideoWriter(tmp_path / "in.mp4") as video:
        video.write(0.0, picture(60))
    with VideoWriter(tmp_path / "out.mp4", sound_of=tmp_path / "in.mp4") as video:
        video.write(0.0, picture(60))

    with av.open(str(tmp_path / "out.mp4")) as written:
        assert not written.streams.audio
