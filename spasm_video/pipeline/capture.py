"""
Frames from a camera to those who want them: all to the recording, the newest to the overlay.

The camera is read in a thread of its own. Whoever looks for the newest frame gets it and
misses those between; the recording misses none.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from queue import Queue
from threading import Condition
from typing import TYPE_CHECKING

from spasm_video.errors import CameraError, OutputError, SpasmVideoError
from spasm_video.pipeline.beside import Beside
from spasm_video.video.writer import Coding, VideoWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from spasm_video.video.frames import Frame, FrameSource

_ROOM = 90  # frames that may wait to be written: seconds of a busy disk
_FINE_CRF = 16  # quick to write, and fine enough to measure


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """A frame and when it came, on the machine's clock (``time.monotonic``)."""

    frame: Frame
    came_s: float


class Recorder(Beside):
    """
    Writes every frame it is given, in a thread of its own; used in ``with``.

    The first frame's time is 0 in the file.
    """

    def __init__(self, path: Path, fps: float) -> None:
        super().__init__()
        self.path = path
        self.frames = 0
        self.started_s = 0.0  # of the source's time
        self._fps = fps
        self._queue: Queue[Frame | None] = Queue(_ROOM)
        self._error: Exception | None = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what waits and finish the file."""
        super().__exit__(kind, error, traceback)
        if self._error is not None and kind is None:
            self._refuse()

    def add(self, frame: Frame) -> None:
        """
        Write a frame; waits where the disk is behind.

        Raises
        ------
        OutputError : the file cannot be written
        """
        if self._error is not None:
            self._refuse()
        self._queue.put(frame)

    def _refuse(self) -> None:
        raise OutputError(
            f"The recording {self.path} cannot be written: {self._error}.",
            "Free some space or name another folder: --out FOLDER",
        ) from self._error

    def _end(self) -> None:
        self._queue.put(None)

    def _work(self) -> None:
        try:
            with VideoWriter(self.path, _coding(self._fps)) as video:
                while (frame := self._queue.get()) is not None:
                    if not self.frames:
                        self.started_s = frame.time_s
                    video.write(frame.time_s - self.started_s, frame.image_rgb)
                    self.frames += 1
        except (OSError, ValueError) as error:  # PyAV's errors are both
            self._error = error
            while self._queue.get() is not None:  # nobody waits for room for ever
                pass


def _coding(fps: float) -> Coding:
    return Coding(fps=fps, crf=_FINE_CRF, preset="ultrafast", is_live=True)


class Capture(Beside):
    """Reads a source in a thread of its own; used in ``with``."""

    def __init__(self, source: FrameSource) -> None:
        super().__init__()
        self._source = source
        self._changed = Condition()
        self._newest: Arrived | None = None
        self._recorder: Recorder | None = None
        self._error: BaseException | None = None
        self._is_over = self._is_unwanted = False
        self.came = self.taken = 0
        self.last_s = 0.0

    def record_to(self, recorder: Recorder | None) -> None:
        """From the next frame on, all go to this recorder; None: to none."""
        with self._changed:
            self._recorder = recorder

    def stop(self) -> None:
        """Ask for no more frames; ``newest`` ends."""
        with self._changed:
            self._is_unwanted = True
            self._changed.notify_all()

    def newest(self) -> Iterator[Arrived]:
        """
        The newest frame whenever there is one that was not seen.

        Raises
        ------
        CameraError, VideoError : what ended the source
        """
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._newest is not None or self._is_over or self._is_unwanted
                )
                if self._is_unwanted:
                    return
                arrived, self._newest = self._newest, None
                if arrived is None:
                    if self._error is not None:
                        raise self._error
                    return
                self.taken += 1
            yield arrived

    def _end(self) -> None:
        self.stop()

    def _work(self) -> None:
        try:
            for frame in self._source:
                came_s = time.monotonic()
                with self._changed:
                    if self._is_unwanted:
                        return
                    recorder = self._recorder
                    self._newest = Arrived(frame, came_s)
                    self.came += 1
                    self.last_s = frame.time_s
                    self._changed.notify_all()
                if recorder is not None:
                    recorder.add(frame)
        except SpasmVideoError as error:
            self._error = error
        except BaseException as error:  # noqa: BLE001 (raised again where frames are awaited)
            self._error = CameraError(f"The camera failed: {error}.", "Plug it in again.")
        finally:
            with self._changed, suppress(RuntimeError):
                self._is_over = True
                self._changed.notify_all()
