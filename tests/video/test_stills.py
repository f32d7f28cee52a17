"""Single pictures come back by their own times, as the measurement saw them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spasm_video.errors import VideoError
from spasm_video.video import stills
from spasm_video.video.decoding import whole_pictures
from spasm_video.video.file import VideoFile, pictures_at, pictures_in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av import VideoFrame

    from tests.video.conftest import Clips

TIMES_MS = [round(1000 * i / 30) for i in range(240)]


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_pictures_are_those_of_the_measurement(clips: Clips, name: str) -> None:
    """Every frame's own time gives that frame, to the byte, near or far, in any order."""
    path = clips.write(name, clips.textures(240), TIMES_MS, options={"g": "24", "bf": "2"})
    frames = {frame.time_s: frame.image_rgb for frame in VideoFile(path)}
    times_s = list(frames)
    wanted_s = [times_s[i] for i in (239, 0, 1, 7, 200, 23, 24, 25, 8)]

    found = pictures_at(path, wanted_s)

    assert set(found) == set(wanted_s)
    for time_s in wanted_s:
        np.testing.assert_array_equal(found[time_s], frames[time_s])


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_pictures_in_turn_are_the_same_pictures(
    clips: Clips, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stretch, to the byte; where the file can be sought in, nothing long before is decoded."""
    path = clips.write(name, clips.textures(240), TIMES_MS, options={"g": "24", "bf": "2"})
    frames = {frame.time_s: frame.image_rgb for frame in VideoFile(path)}
    times_s = list(frames)[200:230]
    decoded: list[object] = []

    def counted(*given: Any) -> Iterator[VideoFrame]:
        for picture in whole_pictures(*given):
            decoded.append(picture.pts)
            yield picture

    monkeypatch.setattr(stills, "whole_pictures", counted)

    found = list(pictures_in_turn(path, times_s))

    assert len(found) == 30
    for picture, time_s in zip(found, times_s, strict=True):
        np.testing.assert_array_equal(picture, frames[time_s])
    assert len(decoded) < 30 + 2 * 24  # of 230
    assert list(pictures_in_turn(path, [])) == []


def test_a_time_between_two_pictures_gives_the_earlier(clips: Clips) -> None:
    """It is the one on the screen; before the first picture it is the first one."""
    path = clips.steps("clip.mp4", [0, 40, 80, 200])

    found = pictures_at(path, [0.1999, 0.06, 9.0, -1.0])

    levels = {time_s: float(picture.mean()) for time_s, picture in found.items()}
    expected = {0.1999: 2, 0.06: 1, 9.0: 3, -1.0: 0}
    assert levels == pytest.approx({t: clips.level(i) for t, i in expected.items()}, abs=3)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_a_time_rounded_in_a_table_gives_its_picture(clips: Clips, name: str) -> None:
    """To the microsecond."""
    path = clips.steps(name, [0, 33, 67, 100])

    (picture,) = pictures_at(path, [0.0669995]).values()

    assert picture.mean() == pytest.approx(clips.level(2), abs=3)


def test_repaired_times_find_their_pictures(clips: Clips) -> None:
    """A picture without a stamp of its own is reached by reading on."""
    path = clips.steps(
        "equal.mp4",
        range(0, 320, 40),
        codec="mjpeg",
        pixel_format="yuvj420p",
        packet_times_ms=[0, 40, 40, 120, 160, 200, 240, 280],
    )
    times_s = [frame.time_s for frame in VideoFile(path)]

    found = pictures_at(path, times_s)

    levels = [float(found[t].mean()) for t in times_s]
    assert levels == pytest.approx([clips.level(i) for i in range(8)], abs=3)


def test_stamps_too_coarse_for_a_time_are_not_rounded_to_it(clips: Clips) -> None:
    """0.07 s is nearer to the stamp 0.08 s, but the picture of 0.04 s is still on."""
    path = clips.steps(
        "coarse.mp4",
        [0, 40, 80, 120],
        time_base=Fraction(1, 25),
        layout={"video_track_timescale": "25"},
    )

    (picture,) = pictures_at(path, [0.07]).values()

    assert picture.mean() == pytest.approx(clips.level(1), abs=3)


def test_far_pictures_of_an_mp4_are_sought(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact times are found by their stamps, without reading all that is before."""
    path = clips.steps("long.mp4", [9000 + i * 1000 for i in range(60)], options={"g": "5"})
    monkeypatch.setattr(stills, "_read_through", lambda *_: {})

    found = pictures_at(path, [3.0, 41.0, 59.0])

    levels = {time_s: float(picture.mean()) for time_s, picture in found.items()}
    assert levels == pytest.approx({t: clips.level(int(t)) for t in (3.0, 41.0, 59.0)}, abs=3)


def test_only_what_a_picture_builds_on_is_decoded(
    clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of others on which none builds, and of what lies before its key picture, nothing."""
    path = clips.write(
        "b.mp4", clips.textures(120), TIMES_MS[:120],
        options={"g": "30", "bf": "2", "b-adapt": "0", "sc_threshold": "0", "b-pyramid": "none"},
    )  # fmt: skip
    frames = {frame.time_s: frame.image_rgb for frame in VideoFile(path)}
    times_s = list(frames)
    wanted_s = [times_s[50], times_s[118]]
    decoded: list[object] = []

    def counted(*given: Any) -> Iterator[VideoFrame]:
        for picture in whole_pictures(*given):
            decoded.append(picture.pts)
            yield picture

    monkeypatch.setattr(stills, "whole_pictures", counted)

    found = pictures_at(path, wanted_s)

    for time_s in wanted_s:
        np.testing.assert_array_equal(found[time_s], frames[time_s])
    assert len(decoded) < 25  # 20 + 28 lie between the key pictures and these


def test_pictures_are_upright(clips: Clips) -> None:
    """As the frames are."""
    path = clips.write("turned.mp4", [clips.flat(99, 64, 48)], [0], rotation_deg=90)

    assert pictures_at(path, [0.0])[0.0].shape == (64, 48, 3)


def test_no_times_no_pictures(clips: Clips) -> None:
    """The file is not even opened."""
    assert pictures_at(clips.folder / "gone.mp4", []) == {}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """As by the measurement."""
    with pytest.raises(VideoError, match="no file"):
        pictures_at(tmp_path / "gone.mp4", [0.0])
