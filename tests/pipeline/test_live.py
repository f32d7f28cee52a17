"""Before a camera: every frame recorded at its own time, the overlay as fast as it can."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pandas as pd
import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.errors import CameraError
from spasm_video.observe.backends import DEFAULT_BACKEND, backend
from spasm_video.observe.observer import FaceReader
from spasm_video.observe.window import TrackWindow
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import analyze, observe_video
from spasm_video.pipeline.capture import Capture, Recorder
from spasm_video.pipeline.live import measured_now
from spasm_video.pipeline.liverun import Listener, LiveOptions, run_live
from spasm_video.report.livesheet import LiveSheet
from spasm_video.video.file import VideoFile
from spasm_video.video.webcam import Played, Webcam
from spasm_video.video.writer import VideoWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spasm_video.records import SpasmEvent
    from tests.conftest import FaceClips, Picture

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"


class FakeDevice:
    """A camera that takes a picture every 20 to 50 ms, and is unplugged after the last."""

    def __init__(self, pictures: Sequence[Picture], *, is_open: bool = True) -> None:
        rng = np.random.default_rng(5)
        self.times_s = 7.0 + np.cumsum(rng.uniform(0.02, 0.05, len(pictures)))
        self.pictures, self.is_open, self.at = pictures, is_open, -1
        self.is_released = False
        self.driver_s: Callable[[int], float] = lambda at: float(self.times_s[at])
        self.began_s = time.monotonic() - 7.0

    def isOpened(self) -> bool:  # noqa: N802
        """Whether it answers."""
        return self.is_open

    def read(self) -> tuple[bool, Any]:
        """The next picture, when it is due."""
        if self.at + 1 >= len(self.pictures):
            return False, None
        self.at += 1
        time.sleep(max(self.times_s[self.at] - (time.monotonic() - self.began_s), 0.0))
        return True, cv2.cvtColor(self.pictures[self.at], cv2.COLOR_RGB2BGR)

    def get(self, propId: int) -> float:  # noqa: N803
        """The driver's time of the picture; the rate."""
        return 1000 * self.driver_s(self.at) if propId == cv2.CAP_PROP_POS_MSEC else 30.0

    def set(self, propId: int, value: float) -> bool:  # noqa: N803
        """It has one size only."""
        return propId < 0 and value < 0

    def release(self) -> None:
        """Let go."""
        self.is_released = True


class SlowScreen:
    """A screen that takes its time, and a watcher who presses these keys, one a picture."""

    def __init__(self, keys: Sequence[str], slow_s: float = 0.0) -> None:
        self.keys, self.slow_s = list(keys), slow_s
        self.shown: list[Picture] = []

    def show(self, picture: Picture) -> str:
        """Show it."""
        time.sleep(self.slow_s)
        self.shown.append(picture)
        return self.keys.pop(0) if self.keys else ""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 3.7 s of a sample: two spasms of the right side."""
    path = tmp_path_factory.mktemp("live") / "visit.mp4"
    with VideoWriter(path) as video:
        for frame in VideoFile(SAMPLE, end_s=3.7):
            video.write(frame.time_s, frame.image_rgb)
    return path


def test_live_on_a_file_is_the_analysis_of_that_file(clip: Path, tmp_path: Path) -> None:
    """Event for event, byte for byte; what was counted meanwhile is the same spasms."""
    heard: list[SpasmEvent] = []
    listener = Listener(on_spasm=heard.append)
    source = Played(  # at half its rate: a busy machine must not miss a twitch
        VideoFile(clip), now_s=lambda: time.monotonic() / 2, sleep=lambda s: time.sleep(2 * s)
    )

    result = run_live(
        source, LiveOptions(out=tmp_path, file=clip), AnalysisParams(), None, listener
    )
    analyze(clip, tmp_path / "offline", AnalysisParams())

    assert result.folder is not None
    for name in ("events.csv", "blinks.csv", "signals.parquet", "summary.json"):
        assert (result.folder / name).read_bytes() == (tmp_path / "offline" / name).read_bytes()
    events = pd.read_csv(tmp_path / "offline" / "events.csv")
    assert len(events) == 2
    assert [event.side for event in heard] == [Side.RIGHT] * 2
    assert [event.peak_s for event in heard] == pytest.approx(list(events["peak_s"]), abs=0.1)


def test_a_window_holds_what_a_track_holds(clip: Path, tmp_path: Path) -> None:
    """The same pictures through both are the same numbers, to the rounding of the file."""
    params = AnalysisParams()
    video = VideoFile(clip, end_s=1.0)
    finder, reader = backend(DEFAULT_BACKEND, params.observe), FaceReader()
    window = TrackWindow(video.info, 0.5)
    for frame in video:
        face = finder.find(frame)
        window.append(frame.time_s, None if face is None else reader.read(frame, face))
    track = observe_video(clip, tmp_path / "track.npz", params.observe)

    live = window.track()

    same = np.isin(track.time_s, live.time_s)
    assert len(live.time_s) == 16
    assert same.sum() == 16
    assert live.points_px == pytest.approx(track.points_px[same], abs=1 / 500)
    for name in ("lid_px", "skin_step_px", "skin_confidence", "sharpness", "brightness"):
        expected = getattr(track, name)[same]
        assert getattr(live, name) == pytest.approx(expected, abs=1e-4, nan_ok=True), name


def test_an_eye_that_is_held_shut_is_seen_to_be() -> None:
    """0.9 s into a tonic spasm the lid reads its closure, and nothing lies after now."""
    params = AnalysisParams()
    video = VideoFile(SAMPLE, start_s=3.9, end_s=6.5)
    finder, reader = backend(DEFAULT_BACKEND, params.observe), FaceReader()
    window = TrackWindow(video.info, 20.0)
    for frame in video:
        face = finder.find(frame)
        window.append(frame.time_s, None if face is None else reader.read(frame, face))

    now = measured_now(window, params.measure)

    closed_mm = now.signals.of(Region.EYELID, Side.RIGHT)[-1]
    assert closed_mm > 6.0
    assert abs(now.signals.of(Region.EYELID, Side.LEFT)[-1]) < 0.5
    assert now.events[-1].offset_s == now.head.time_s[-1] == window.last_s
    assert now.events[-1].onset_s == pytest.approx(5.6, abs=0.05)


def test_a_slow_screen_costs_the_recording_nothing(face_clips: FaceClips) -> None:
    """Started by a key, stopped by a key: all frames between, as they came, at their times."""
    device = FakeDevice([*face_clips.pictures] * 3)
    screen = SlowScreen([" ", "m", "", "", " "], slow_s=0.15)

    result = run_live(
        Webcam(0, open_device=lambda _: device),
        LiveOptions(out=face_clips.folder / "live"), AnalysisParams(), screen,
    )  # fmt: skip

    assert result.recording is not None
    assert result.folder is not None
    assert device.is_released
    recorded = list(VideoFile(result.recording))
    assert len(recorded) > 2 * len(screen.shown) > 0
    steps_s = np.diff([frame.time_s for frame in recorded])
    taken_s = np.diff(device.times_s)
    apart_s = [
        np.abs(taken_s[at : at + len(steps_s)] - steps_s).max()
        for at in range(len(taken_s) - len(steps_s) + 1)
    ]
    first = int(np.argmin(apart_s))
    assert apart_s[first] == pytest.approx(0.0, abs=2e-5)
    shown = device.pictures[first].astype(float)
    assert np.abs(recorded[0].image_rgb - shown).mean() < 6
    assert np.abs(recorded[0].image_rgb[:, ::-1] - shown).mean() > 12
    assert len(pd.read_csv(result.folder / "marks.csv")) == 1


def test_a_lost_camera_is_said_and_what_was_recorded_is_kept(face_clips: FaceClips) -> None:
    """And analyzed: only then the error."""
    device = FakeDevice(face_clips.pictures[:30])
    out = face_clips.folder / "live"

    with pytest.raises(CameraError, match="gives no picture"):
        run_live(Webcam(0, open_device=lambda _: device), LiveOptions(out=out), AnalysisParams())

    (recording,) = out.glob("*.mp4")
    assert len(list(VideoFile(recording))) == 30
    assert (out / f"{recording.stem}_spasm" / "events.csv").is_file()


def test_the_counts_shown_are_those_of_the_marks_shown(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spasm counts once it is marked, and the lanes are as high as what moves in them."""
    shown: list[tuple[int, int]] = []
    scales_mm: list[float] = []
    picture = LiveSheet.picture

    def looked_at(sheet: LiveSheet, *given: Any) -> Picture:
        *_, measurement, state = given
        if measurement is not None:
            shown.append((state.spasms[Side.RIGHT], len(measurement.events)))
            scales_mm.append(sheet.scales_mm(measurement)[Region.EYELID])
        return picture(sheet, *given)

    monkeypatch.setattr(LiveSheet, "picture", looked_at)
    source = Played(
        VideoFile(clip), now_s=lambda: time.monotonic() / 2, sleep=lambda s: time.sleep(2 * s)
    )

    run_live(source, LiveOptions(out=tmp_path, file=clip), AnalysisParams(), SlowScreen([]))

    assert [counted for counted, _ in shown] == [marked for _, marked in shown]
    assert shown[-1] == (2, 2)
    assert 8 < scales_mm[-1] < 12  # an eye closes by 8 mm, whatever the first moments read


RECORD = """
import sys
from pathlib import Path
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.liverun import LiveOptions, run_live
from spasm_video.video.file import VideoFile
from spasm_video.video.webcam import Played

class Told(Played):
    def __iter__(self):
        for frame in super().__iter__():
            yield frame
            print(frame.time_s, flush=True)  # whoever takes the next has kept this one

if __name__ == "__main__":
    source = Told(VideoFile(Path(sys.argv[1])))
    run_live(source, LiveOptions(out=Path(sys.argv[2])), AnalysisParams())
"""


def test_a_program_that_is_killed_leaves_its_recording(tmp_path: Path) -> None:
    """SIGKILL in the middle: all but the last two seconds plays, and can be analyzed."""
    out = tmp_path / "live"
    process = subprocess.Popen(
        [sys.executable, "-c", RECORD, str(SAMPLE), str(out)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if float(line) >= 6.0:
            break
    process.kill()
    last_s = float(([line, *process.stdout])[-1])
    process.wait()
    process.stdout.close()

    (recording,) = out.glob("*.mp4")
    recorded = list(VideoFile(recording))
    shown = list(VideoFile(SAMPLE, end_s=last_s))

    assert recorded[-1].time_s >= last_s - 2.0
    for one, other in zip(recorded, shown, strict=False):
        assert one.time_s == pytest.approx(other.time_s, abs=2e-5)
    assert (
        np.abs(recorded[-1].image_rgb.astype(float) - shown[len(recorded) - 1].image_rgb).mean() < 6
    )
    analyze(recording, tmp_path / "after", AnalysisParams())
    assert (tmp_path / "after" / "events.csv").is_file()


def test_a_busy_camera_is_said(face_clips: FaceClips) -> None:
    """Before anything is written; it is let go of."""
    device = FakeDevice(face_clips.pictures[:1], is_open=False)

    with pytest.raises(CameraError, match=r"busy or absent. Close other programs"):
        Webcam(0, open_device=lambda _: device)

    assert device.is_released


@pytest.mark.parametrize("driver", ["none", "epoch", "standing"])
def test_a_drivers_clock_that_cannot_be_believed_is_not(face_clips: FaceClips, driver: str) -> None:
    """Then the time is when the picture came."""
    device = FakeDevice(face_clips.pictures[:6])
    clocks: dict[str, Callable[[int], float]] = {
        "none": lambda _: 0.0,
        "epoch": lambda at: 1.7e9 + 100.0 * at,
        "standing": lambda at: 5.0 if at else 4.0,
    }
    device.driver_s = clocks[driver]
    now_s = iter(100.0 + 0.9 * np.arange(20))
    camera = Webcam(0, open_device=lambda _: device, now_s=lambda: float(next(now_s)))
    frames = iter(camera)
    times_s = [next(frames).time_s for _ in range(5)]
    steps_s = np.diff(times_s)[1:]
    assert steps_s == pytest.approx(np.full(len(steps_s), 0.9), abs=1e-6)


def test_whoever_looks_seldom_sees_the_newest(face_clips: FaceClips) -> None:
    """Frames between are missed by the overlay, not by the recording."""
    source = VideoFile(face_clips.write("visit.mp4"))
    path = face_clips.folder / "again.mp4"
    capture = Capture(Played(source))
    seen: list[float] = []
    with Recorder(path, 30.0) as recorder:
        capture.record_to(recorder)
        with capture, closing(capture.newest()) as frames:  # type: ignore[type-var]
            for arrived in frames:
                seen.append(arrived.frame.time_s)
                time.sleep(0.2)

    assert 4 <= len(seen) <= 12
    assert (np.diff(seen) > 0).all()
    again_s = [frame.time_s for frame in VideoFile(path)]
    assert again_s == pytest.approx([frame.time_s for frame in source], abs=2e-5)
