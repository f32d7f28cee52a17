"""One run before a camera: watch, record, stop, and analyze what was recorded as any video."""

from __future__ import annotations

import math
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from spasm_video.errors import InputError, OutputError
from spasm_video.pipeline.analysis import analyze
from spasm_video.pipeline.capture import Capture, Recorder
from spasm_video.pipeline.live import LiveTally, LiveView

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline.observation import Progress
    from spasm_video.records import Blink, Measurement, SpasmEvent
    from spasm_video.video.frames import FrameSource

    Picture = NDArray[np.uint8]

_FALLBACK_FPS = 30.0


class Screen(Protocol):
    """Where pictures are shown and keys are pressed."""

    def show(self, picture: Picture) -> str:
        """Show a picture; the key pressed since the last one, empty if none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """
    Where results go, and how long.

    ``file`` is the video that is played in place of a camera: it is its own recording.
    ``longest_s`` of recording; without a screen it begins at once.
    """

    out: Path
    file: Path | None = None
    longest_s: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class LiveResult:
    """What a run left: its recording and results, None where nothing was recorded."""

    recording: Path | None
    folder: Path | None
    measurement: Measurement | None
    marks_s: tuple[float, ...]
    tally: LiveTally
    came: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of what happens; each call comes once and in order of time."""

    on_start: Callable[[Path], None] = lambda _: None
    on_spasm: Callable[[SpasmEvent], None] = lambda _: None
    on_blink: Callable[[Blink], None] = lambda _: None
    on_progress: Callable[[Progress], None] | None = None


def run_live(
    source: FrameSource,
    options: LiveOptions,
    params: AnalysisParams,
    screen: Screen | None = None,
    listener: Listener | None = None,
) -> LiveResult:
    """
    Watch a source until it ends or is stopped, then analyze the recording.

    Space starts and stops, ``m`` marks, ``q`` and Escape end; an interrupt stops as space does.
    What was recorded is kept and analyzed also where the camera is lost, which is then said.

    Raises
    ------
    CameraError, VideoError : the source failed
    OutputError : the recording cannot be written
    NoFaceError : the recording shows no face
    """
    run = _Run(source, options, screen, listener or Listener())
    lost: InputError | None = None
    try:
        run.watch(params)
    except InputError as error:
        lost = error
    measurement = folder = None
    recording = run.recording
    if recording is not None:
        folder = options.out / f"{recording.stem}_spasm"
        with suppress(*((InputError,) if lost is not None else ())):
            measurement = analyze(recording, folder, params, on_progress=run.listener.on_progress)
            _write_marks(folder, run.marks_s)
    if lost is not None:
        raise lost
    return LiveResult(
        recording, folder, measurement, tuple(run.marks_s), run.tally, run.came, run.seconds
    )


class _Run:
    """The part before the stop."""

    def __init__(
        self,
        source: FrameSource,
        options: LiveOptions,
        screen: Screen | None,
        listener: Listener,
    ) -> None:
        self._source, self._options, self._screen = source, options, screen
        self.listener = listener
        self.recording: Path | None = None
        self.marks_s: list[float] = []
        self.tally = LiveTally()
        self.came = 0
        self.seconds = 0.0
        self._recorder: Recorder | None = None
        self._stages = ExitStack()

    def watch(self, params: AnalysisParams) -> None:
        _make_folder(self._options.out)
        with self._stages as stages:
            source = stages.enter_context(self._source)
            capture = Capture(source)
            view = LiveView(
                capture,
                source.info,
                params,
                on_spasm=self.listener.on_spasm,
                on_blink=self.listener.on_blink,
                is_drawn=self._screen is not None,
            )
            self.tally = view.tally
            self.marks_s = view.marks_s
            if self._screen is None or self._options.file is not None:
                self._start(capture, view, 0.0)
            stages.enter_context(capture)
            steps = stages.enter_context(closing(view.steps()))
            try:
                for seen, picture in steps:
                    now_s = seen.arrived.frame.time_s
                    if not self._goes_on(capture, view, now_s, picture):
                        capture.stop()
            except KeyboardInterrupt:
                capture.stop()
            finally:
                self.came, self.seconds = capture.came, capture.last_s

    def _goes_on(
        self, capture: Capture, view: LiveView, now_s: float, picture: Picture | None
    ) -> bool:
        """Show the picture and do what the key says; false ends the run."""
        key = "" if self._screen is None or picture is None else self._screen.show(picture)
        is_recording = math.isfinite(view.recorded_from_s)
        if key == "m" and is_recording:
            view.marks_s.append(now_s - view.recorded_from_s)
        if key == " " and not is_recording:
            self._start(capture, view, now_s)
        elif key in {" ", "q", "\x1b"}:
            return False
        return not now_s - view.recorded_from_s >= self._options.longest_s

    def _start(self, capture: Capture, view: LiveView, now_s: float) -> None:
        view.recorded_from_s = now_s
        if self._options.file is not None:
            self.recording = self._options.file
        else:
            name = datetime.now().astimezone().strftime("live_%Y-%m-%d_%H-%M-%S.mp4")
            self.recording = self._options.out / name
            fps = self._source.info.nominal_fps
            is_told = math.isfinite(fps) and fps > 0
            recorder = Recorder(self.recording, fps if is_told else _FALLBACK_FPS)
            capture.record_to(self._stages.enter_context(recorder))
        self.listener.on_start(self.recording)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Name another folder: --out FOLDER",
        ) from error


def _write_marks(folder: Path, marks_s: list[float]) -> None:
    """What the watcher marked, beside the events."""
    if marks_s:
        rows = [f"{number},{mark_s:.3f}" for number, mark_s in enumerate(marks_s, start=1)]
        text = "\n".join(["mark,time_s", *rows]) + "\n"
        (folder / "marks.csv").write_text(text, encoding="utf-8")
