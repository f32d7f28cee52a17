"""
A camera watched while it runs: what is seen now, the last seconds measured again and again.

The same observing and measuring code as for a file, on a window of the last seconds. What it
counts is provisional: a window has less to compare with than a whole recording. What is kept
is the analysis of the recording, by ``analyze`` itself.
"""

from __future__ import annotations

import math
import time
from collections import deque
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import SIDES, Side
from spasm_video.measure import measure
from spasm_video.observe.backends import DEFAULT_BACKEND, backend
from spasm_video.observe.observer import FaceReader
from spasm_video.observe.window import TrackWindow
from spasm_video.pipeline.ahead import Ahead
from spasm_video.pipeline.beside import Beside
from spasm_video.records import HeadFrame, MovementSignals, Quality
from spasm_video.report.livesheet import LiveSheet, LiveState

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from spasm_video.observe.observer import Reading
    from spasm_video.params import AnalysisParams, MeasureParams
    from spasm_video.pipeline.capture import Arrived, Capture
    from spasm_video.records import Blink, Measurement, SpasmEvent
    from spasm_video.video.frames import VideoInfo

    Picture = NDArray[np.uint8]

_WINDOW_S = 20.0  # what chance and held baselines look over, and a little more
_EVERY_S = 0.25  # the window is measured
_RATES_S = 2.0  # over which rates are told


@dataclass(slots=True)
class LiveTally:
    """
    Counts of a run: spasms of each side, blinks, frames that came and were shown.

    ``latency_ms`` of the last shown frames, from its coming to its overlay.
    """

    spasms: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    blinks: int = 0
    shown: int = 0
    latency_ms: deque[float] = field(default_factory=lambda: deque(maxlen=100_000))


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A frame that was looked at."""

    arrived: Arrived
    reading: Reading | None


class LiveView:
    """
    Watches a capture; each step gives the picture to show.

    ``on_spasm`` and ``on_blink`` hear of each spasm and blink once, when it has settled.
    """

    def __init__(  # noqa: PLR0913 (what is watched, and who hears of it)
        self,
        capture: Capture,
        info: VideoInfo,
        params: AnalysisParams,
        *,
        on_spasm: Callable[[SpasmEvent], None] = lambda _: None,
        on_blink: Callable[[Blink], None] = lambda _: None,
        is_drawn: bool = True,
    ) -> None:
        self._capture, self._is_drawn = capture, is_drawn
        self._finder = backend(DEFAULT_BACKEND, params.observe)
        self._reader = FaceReader()
        self._window = TrackWindow(info, _WINDOW_S)
        self._measuring = _Measuring(params.measure)
        # Until its baselines reach as far beyond it as before, an event may change.
        settled_s = params.measure.movement.held_window_s / 2
        self._ledger = _Ledger(on_spasm, on_blink, settled_s)
        self._sheet = LiveSheet()
        self._shown_s: deque[float] = deque()
        self._came: deque[tuple[float, int]] = deque()
        self.tally = LiveTally()
        self.recorded_from_s = math.nan  # on the source's clock; NaN while nothing is recorded
        self.marks_s: list[float] = []

    def steps(self) -> Generator[tuple[Watched, Picture | None]]:
        """
        Each frame looked at, with its sheet, None where it is not drawn.

        Raises
        ------
        CameraError, VideoError : what ended the source
        """
        with ExitStack() as stages:
            measuring = stages.enter_context(self._measuring)
            watched = stages.enter_context(closing(self._watched()))
            for seen in stages.enter_context(Ahead(watched, room=1)):
                self._ledger.take(measuring.newest, seen.arrived.frame.time_s, self.tally)
                self._count_rates()
                picture = self._drawn(seen, measuring.newest) if self._is_drawn else None
                self.tally.shown += 1
                self.tally.latency_ms.append(1000 * (time.monotonic() - seen.arrived.came_s))
                yield seen, picture
            measuring.finish(self._window)
            self._ledger.take(measuring.newest, math.inf, self.tally)

    def _watched(self) -> Generator[Watched]:
        """Look at the newest frame again and again, in the thread of the stage."""
        for arrived in self._capture.newest():
            face = self._finder.find(arrived.frame)
            reading = None if face is None else self._reader.read(arrived.frame, face)
            self._window.append(arrived.frame.time_s, reading)
            self._measuring.offer(self._window, arrived.frame.time_s)
            yield Watched(arrived, reading)

    def rates(self) -> tuple[float, float]:
        """Frames a second: of the camera, and of those looked at; NaN at the start."""
        if len(self._came) < 2:
            return math.nan, math.nan
        (first_s, first), (last_s, last) = self._came[0], self._came[-1]
        length_s = max(last_s - first_s, 1e-6)
        return (last - first) / length_s, (len(self._came) - 1) / length_s

    def _count_rates(self) -> None:
        now_s = time.monotonic()
        self._came.append((now_s, self._capture.came))
        while self._came[0][0] < now_s - _RATES_S:
            self._came.popleft()

    def _drawn(self, seen: Watched, measurement: Measurement | None) -> Picture:
        frame, reading = seen.arrived.frame, seen.reading
        camera_fps, shown_fps = self.rates()
        spasms, blinks = self._ledger.with_open(self.tally)
        state = LiveState(
            spasms=spasms,
            blinks=blinks,
            recorded_s=frame.time_s - self.recorded_from_s,
            marks=len(self.marks_s),
            camera_fps=camera_fps,
            shown_fps=shown_fps,
        )
        points_px = None if reading is None else reading.points_px
        return self._sheet.picture(frame.image_rgb, points_px, frame.time_s, measurement, state)


def measured_now(window: TrackWindow, params: MeasureParams) -> Measurement:
    """
    The window, measured up to its last frame.

    Its summary counts what lies beyond it too, and means nothing.
    """
    return _until(measure(window.track(params.movement.held_window_s / 2), params), window.last_s)


def _until(measured: Measurement, now_s: float) -> Measurement:
    """Without what lies after ``now_s``; what is on at that time ends there for now."""
    head, signals, quality = measured.head, measured.signals, measured.quality
    n = int(np.searchsorted(head.time_s, now_s, side="right"))
    return replace(
        measured,
        head=HeadFrame(head.time_s[:n], head.rotation_deg[:n], head.mm_per_px[:n]),
        signals=MovementSignals(
            signals.time_s[:n],
            signals.displacement_mm[:n],
            signals.one_sided_mm[:n],
            signals.limit_mm,
        ),
        quality=Quality(
            quality.time_s[:n],
            quality.reasons[:n],
            quality.usable[:n],
            quality.frame_s[:n],
            quality.region_usable[:n],
        ),
        events=tuple(
            replace(event, peak_s=min(event.peak_s, now_s), offset_s=min(event.offset_s, now_s))
            for event in measured.events
            if event.onset_s < now_s
        ),
        blinks=tuple(
            replace(blink, peak_s=min(blink.peak_s, now_s), offset_s=min(blink.offset_s, now_s))
            for blink in measured.blinks
            if blink.onset_s < now_s
        ),
    )


class _Measuring(Beside):
    """Measures the window beside everything else; one measurement at a time."""

    def __init__(self, params: MeasureParams) -> None:
        super().__init__()
        self._params = params
        self._wanted = Event()
        self._lock = Lock()
        self._window: TrackWindow | None = None
        self._is_over = False
        self._last_s = -math.inf
        self.newest: Measurement | None = None

    def offer(self, window: TrackWindow, time_s: float) -> None:
        """Measure the window if it is time and the last one is done."""
        if time_s - self._last_s < _EVERY_S or self._wanted.is_set():
            return
        self._last_s = time_s
        self._window = window.copy()
        self._wanted.set()

    def finish(self, window: TrackWindow) -> None:
        """Measure the window as it is at the end."""
        with self._lock:
            if not window.is_empty:
                self.newest = measured_now(window, self._params)

    def _end(self) -> None:
        self._is_over = True
        self._wanted.set()

    def _work(self) -> None:
        while True:
            self._wanted.wait()
            if self._is_over:
                return
            window = self._window
            if window is not None:
                with self._lock:
                    self.newest = measured_now(window, self._params)
            self._wanted.clear()


class _Ledger:
    """Tells and counts each spasm and blink of the sliding windows once."""

    def __init__(
        self,
        on_spasm: Callable[[SpasmEvent], None],
        on_blink: Callable[[Blink], None],
        settled_s: float,
    ) -> None:
        self._settled_s = settled_s
        self._on_spasm, self._on_blink = on_spasm, on_blink
        self._spasms_until_s = self._blinks_until_s = -math.inf
        self._seen: Measurement | None = None

    def with_open(self, tally: LiveTally) -> tuple[dict[Side, int], int]:
        """Counts of what has been told and of what is seen but may still change."""
        spasms, blinks = dict(tally.spasms), tally.blinks
        if self._seen is not None:
            for event in self._seen.events:
                spasms[event.side] += event.onset_s >= self._spasms_until_s
            blinks += sum(one.onset_s >= self._blinks_until_s for one in self._seen.blinks)
        return spasms, blinks

    def take(self, measurement: Measurement | None, now_s: float, tally: LiveTally) -> None:
        if measurement is None or (measurement is self._seen and math.isfinite(now_s)):
            return
        self._seen = measurement
        end_s = float(measurement.head.time_s[-1])
        settled_s = end_s - self._settled_s if math.isfinite(now_s) else math.inf
        for event in sorted(measurement.events, key=lambda event: event.offset_s):
            if self._spasms_until_s <= event.onset_s and event.offset_s <= settled_s:
                self._spasms_until_s = event.offset_s
                tally.spasms[event.side] += 1
                self._on_spasm(event)
        for blink in measurement.blinks:
            if self._blinks_until_s <= blink.onset_s and blink.offset_s <= settled_s:
                self._blinks_until_s = blink.offset_s
                tally.blinks += 1
                self._on_blink(blink)
