"""A video file gives its pictures upright, in order, each at its own time."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.errors import InputError
from spasm_video.video.file import VideoFile

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.video.frames import Frame
    from tests.video.conftest import Clips, Coding

UNEVEN_MS = [0, 33, 67, 133, 167, 200, 400, 433]
CODINGS: list[tuple[str, Coding]] = [
    ("h264.mp4", {}),
    ("h264.mov", {}),
    ("h264.mkv", {}),
    ("h264.ts", {}),
    ("b_frames.mp4", {"options": {"bf": "2", "preset": "medium"}}),
    ("h264_10_bit.mp4", {"pixel_format": "yuv420p10le"}),
    ("h264_444.mp4", {"pixel_format": "yuv444p"}),
    ("hevc.mp4", {"codec": "libx265"}),
    ("hevc_10_bit.mp4", {"codec": "libx265", "pixel_format": "yuv420p10le"}),
    ("vp9.webm", {"codec": "libvpx-vp9"}),
    ("av1.mp4", {"codec": "libsvtav1"}),
    ("av1_10_bit.webm", {"codec": "libsvtav1", "pixel_format": "yuv420p10le"}),
    ("mpeg4.avi", {"codec": "mpeg4"}),
    ("motion_jpeg.mov", {"codec": "mjpeg", "pixel_format": "yuvj422p"}),
    ("lossless_rgb.mkv", {"codec": "ffv1", "pixel_format": "bgr0"}),
]


def frames_of(path: Path, *, threads: int = 1) -> list[Frame]:
    """All frames of the file."""
    with VideoFile(path, threads=threads) as video:
        return list(video)


def times_s(path: Path) -> list[float]:
    """The times of all frames of the file."""
    return [frame.time_s for frame in frames_of(path)]


def digest(frames: list[Frame]) -> str:
    """A hash of all times and pictures."""
    parts = (f"{f.time_s!r}".encode() + f.image_rgb.tobytes() + f.grey.tobytes() for f in frames)
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize(("name", "coding"), CODINGS, ids=[name for name, _ in CODINGS])
def test_every_coding_gives_its_pictures_at_their_times(
    clips: Clips, name: str, coding: Coding
) -> None:
    """Uneven times to the microsecond, RGB to 3 levels; grey is monotone in it."""
    frames = frames_of(clips.steps(name, UNEVEN_MS, **coding))

    assert [f.time_s for f in frames] == pytest.approx([t / 1000 for t in UNEVEN_MS], abs=1e-6)
    assert [f.index for f in frames] == list(range(8))
    levels = [clips.level(i) for i in range(8)]
    assert [f.image_rgb.mean() for f in frames] == pytest.approx(levels, abs=3)
    assert all(after.grey.mean() - before.grey.mean() > 4 for before, after in pairwise(frames))


@pytest.mark.parametrize(
    ("name", "coding", "step_ms"),
    [
        ("mpeg1.mpg", {"codec": "mpeg1video", "time_base": Fraction(1, 25)}, 40),
        ("animation.gif", {"codec": "gif", "pixel_format": "rgb8"}, 50),
    ],
)
def test_old_formats_are_read(clips: Clips, name: str, coding: Coding, step_ms: int) -> None:
    """MPEG-1 and GIF animations, at their coarse times."""
    path = clips.steps(name, [i * step_ms for i in range(6)], **coding)

    frames = frames_of(path)

    assert [f.time_s for f in frames] == pytest.approx([i * step_ms / 1000 for i in range(6)])
    levels = [clips.level(i) for i in range(6)]
    assert [f.image_rgb.mean() for f in frames] == pytest.approx(levels, abs=12)  # 8-colour steps


def test_the_grey_plane_is_the_coded_brightness(clips: Clips) -> None:
    """Level 120 of a limited-range file is coded as 16 + 120 x 219/255 = 119."""
    (frame,) = frames_of(clips.write("one.mp4", [clips.flat(120)], [0]))

    assert np.unique(frame.grey).tolist() == pytest.approx([119], abs=1)


def test_ten_bits_give_their_top_eight(clips: Clips) -> None:
    """A 10-bit file has the grey of an 8-bit one."""
    path = clips.write("deep.mp4", [clips.flat(120)], [0], pixel_format="yuv420p10le")

    (frame,) = frames_of(path)

    assert np.unique(frame.grey).tolist() == pytest.approx([119], abs=1)
    assert frame.image_rgb.mean() == pytest.approx(120, abs=2)


@pytest.mark.parametrize("width_px", [64, 62, 50, 34])
def test_odd_widths_are_contiguous_and_whole(clips: Clips, width_px: int) -> None:
    """Rows have no padding, and the last column is the picture's."""
    picture = clips.flat(60, width_px, 48)
    picture[:, width_px // 2 :] = 200

    (frame,) = frames_of(clips.write("odd.mkv", [picture], [0], codec="ffv1", pixel_format="bgr0"))

    assert frame.image_rgb.flags.c_contiguous
    assert frame.grey.flags.c_contiguous
    np.testing.assert_array_equal(frame.image_rgb, picture)


@pytest.mark.parametrize(
    ("rotation_deg", "is_flipped", "corner"),
    [
        (0, False, "top left"),
        (90, False, "top right"),
        (180, False, "bottom right"),
        (270, False, "bottom left"),
        (0, True, "top right"),
        (90, True, "top left"),
    ],
)
def test_pictures_are_upright(
    clips: Clips,
    rotation_deg: int,
    corner: str,
    *,
    is_flipped: bool,
) -> None:
    """A mark in the stored top left corner is where a player shows it, in RGB and grey."""
    picture = clips.flat(20, 64, 48)
    picture[:16, :16] = 230
    coding: Coding = {"rotation_deg": rotation_deg, "is_flipped": is_flipped}

    video = VideoFile(clips.write("mark.mp4", [picture], [0], **coding))
    (frame,) = video

    for plane in (frame.grey, frame.image_rgb[..., 1]):
        corners = {
            "top left": plane[4, 4],
            "top right": plane[4, -5],
            "bottom left": plane[-5, 4],
            "bottom right": plane[-5, -5],
        }
        assert [name for name, level in corners.items() if level > 128] == [corner]
    turned = rotation_deg in (90, 270)
    assert (video.info.width_px, video.info.height_px) == ((48, 64) if turned else (64, 48))
    assert frame.grey.shape == (video.info.height_px, video.info.width_px)
    assert (video.info.rotation_deg, video.info.is_flipped) == (rotation_deg, is_flipped)


def test_the_file_says_what_it_is(clips: Clips) -> None:
    """Name without folder, hash of the bytes, size, coding, header's claims, decoder."""
    path = clips.steps("clip.mp4", [0, 40, 80, 120], aspect=Fraction(16, 15))

    info = VideoFile(path).info

    assert info.path_name == "clip.mp4"
    assert info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (info.width_px, info.height_px) == (64, 64)
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert info.nominal_fps == pytest.approx(25, abs=2)
    assert info.container_duration_s == pytest.approx(0.16, abs=0.05)
    assert info.pixel_aspect == pytest.approx(16 / 15)
    assert info.decoder.startswith("PyAV ")


def test_one_frame_is_a_video(clips: Clips) -> None:
    """Its time is 0, and it has no interval and no rate."""
    video = VideoFile(clips.steps("one.mp4", [0]))

    (frame,) = video

    assert (frame.index, frame.time_s) == (0, 0.0)
    assert video.report.n_frames == 1
    assert math.isnan(video.report.median_interval_ms)
    assert math.isnan(video.report.effective_fps)


def test_times_begin_at_the_first_picture(clips: Clips) -> None:
    """A file whose stamps begin at 10 s begins at 0 s."""
    assert times_s(clips.steps("late.mkv", [10000, 10033, 10100])) == pytest.approx(
        [0, 0.033, 0.1], abs=1e-6
    )


def test_the_report_says_how_regular_the_read_was(clips: Clips) -> None:
    """Frames, gaps beyond 2.5 x the median, intervals in ms, frames per second."""
    video = VideoFile(clips.steps("gap.mp4", [0, 40, 80, 120, 240, 280, 320]))

    frames = list(video)

    report = video.report
    assert report.is_complete
    assert report.n_frames == len(frames) == 7
    assert report.n_gaps == 1
    assert report.median_interval_ms == pytest.approx(40, abs=1e-3)
    assert report.min_interval_ms == pytest.approx(40, abs=1e-3)
    assert report.max_interval_ms == pytest.approx(120, abs=1e-3)
    assert report.effective_fps == pytest.approx(6 / 0.32, abs=1e-3)
    assert not report.corrupt
    assert math.isnan(report.corrupt_after_s)
    assert report.damaged_s == ()


def test_the_report_of_a_read_that_was_left_is_not_complete(clips: Clips) -> None:
    """It counts what was given out."""
    video = VideoFile(clips.steps("left.mp4", UNEVEN_MS))

    next(iter(video))

    assert not video.report.is_complete
    assert video.report.n_frames == 1


def test_a_file_can_be_read_again(clips: Clips) -> None:
    """Each iteration is a whole read: the same bytes, the same report."""
    video = VideoFile(clips.write("again.mp4", clips.textures(12), range(0, 480, 40)))

    first, first_report = digest(list(video)), video.report

    assert digest(list(video)) == first
    assert repr(video.report) == repr(first_report)  # NaN equals nothing


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9"])
def test_threads_do_not_change_a_byte(clips: Clips, codec: str) -> None:
    """One, two or five threads decode the same pictures at the same times."""
    path = clips.write("threads.mkv", clips.textures(20), range(0, 800, 40), codec=codec)

    assert len({digest(frames_of(path, threads=n)) for n in (1, 2, 5)}) == 1


def test_a_selection_is_half_open(clips: Clips) -> None:
    """From start_s on and before end_s; index and time stay those of the file."""
    path = clips.steps("select.mp4", [0, 40, 80, 120, 160, 200])

    frames = list(VideoFile(path, 0.08, 0.16))

    assert [(f.index, round(f.time_s, 3)) for f in frames] == [(2, 0.08), (3, 0.12)]
    assert frames[0].image_rgb.mean() == pytest.approx(clips.level(2), abs=3)


def test_an_empty_selection_is_refused(clips: Clips) -> None:
    """The message says where the video ends."""
    path = clips.steps("short.mp4", [0, 40, 80])

    with pytest.raises(InputError, match=r"short\.mp4 .* ends at 0\.08 s"):
        list(VideoFile(path, start_s=5))


@pytest.mark.parametrize(
    ("start_s", "end_s", "threads"),
    [(-1.0, None, 1), (math.nan, None, 1), (2.0, 2.0, 1), (2.0, 1.0, 1), (None, -1.0, 1),
     (None, math.nan, 1), (None, None, 0)],
)  # fmt: skip
def test_a_selection_that_makes_no_sense_is_refused(
    clips: Clips, start_s: float | None, end_s: float | None, threads: int
) -> None:
    """Before anything is read."""
    with pytest.raises(InputError):
        VideoFile(clips.steps("any.mp4", [0]), start_s, end_s, threads=threads)


EVEN_S = [i * 0.04 for i in range(8)]
STAMPED: list[tuple[str, list[int], list[float], int]] = [
    ("equal", [0, 40, 40, 120, 160, 200, 240, 280], [0, 0.04, 0.06, *EVEN_S[3:]], 1),
    ("back", [0, 40, 80, 70, 160, 200, 240, 280], [*EVEN_S[:3], 0.1, *EVEN_S[4:]], 1),
    ("set back", [9000, 9040, 9080, 9120, 0, 40, 80, 120], EVEN_S, 1),
    ("all equal", [0] * 8, [i / 30 for i in range(8)], 8),
    ("backward", list(range(280, -40, -40)), [i / 30 for i in range(8)], 8),
]


@pytest.mark.parametrize(
    ("stamps_ms", "expected_s", "repairs"), [s[1:] for s in STAMPED], ids=[s[0] for s in STAMPED]
)
def test_bad_stamps_give_increasing_times(
    clips: Clips, stamps_ms: list[int], expected_s: list[float], repairs: int
) -> None:
    """Pictures keep their order; good stamps are kept; the report counts the others."""
    video = VideoFile(
        clips.steps(
            "stamps.mkv",
            UNEVEN_MS,
            codec="mjpeg",
            pixel_format="yuvj420p",
            packet_times_ms=stamps_ms,
        )
    )

    frames = list(video)

    assert [f.time_s for f in frames] == pytest.approx(expected_s, abs=2e-3)
    assert all(after.time_s > before.time_s for before, after in pairwise(frames))
    assert [f.image_rgb.mean() for f in frames] == pytest.approx(
        [clips.level(i) for i in range(8)], abs=3
    )
    assert video.report.n_time_repairs == repairs


def test_an_avi_with_b_frames_has_even_times(clips: Clips) -> None:
    """Its stamps are those of decoding, in the wrong order."""
    path = clips.steps(
        "b.avi", [i * 40 for i in range(24)], options={"bf": "2", "preset": "medium"}
    )

    frames = frames_of(path)

    assert [f.time_s for f in frames] == pytest.approx([i * 0.04 for i in range(24)], abs=2e-3)
    assert [f.image_rgb.mean() for f in frames] == pytest.approx(
        [clips.level(i) for i in range(24)], abs=3
    )


def test_a_bare_stream_without_stamps_goes_by_its_header_rate(clips: Clips) -> None:
    """Every time is a repair, so the report shows that none was measured."""
    video = VideoFile(clips.steps("bare.h264", [i * 40 for i in range(6)]))

    frames = list(video)

    interval_s = 1 / video.info.nominal_fps
    assert [f.time_s for f in frames] == pytest.approx([i * interval_s for i in range(6)])
    assert video.report.n_time_repairs == 6


def test_pictures_of_another_size_are_scaled_to_the_first(clips: Clips) -> None:
    """Recordings of video calls change their size; the frames do not."""
    large = clips.steps("large.h264", [0, 40, 80])
    small = clips.write("small.h264", [clips.flat(200, 32, 32)] * 3, [0, 40, 80])

    frames = frames_of(clips.content("both.h264", large.read_bytes() + small.read_bytes()))

    assert {f.grey.shape for f in frames} == {(64, 64)}
    assert len(frames) == 6
    assert frames[-1].image_rgb.mean() == pytest.approx(200, abs=3)
