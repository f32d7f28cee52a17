"""
One process that does one task at a time, is killed when it is late, and starts anew.

A pool of a single process, so that killing it, or its death, costs the one task it was at.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from spasm_video.batch.engine import DIED, Ended, mistake, too_slow
from spasm_video.batch.worker import begin
from spasm_video.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_FAILED_STARTS = 3
_LONGEST_START_S = 120.0
_TASKS_A_PROCESS = 100  # what libraries keep for ever then stays small; a start costs 2 s


class Lane:
    """
    Starting, idle, or busy with one task; ``attempt`` is the caller's count of its tries.

    ``core`` is the one it runs on, None any; a task has ``timeout_s`` once the process is up.
    """

    def __init__(self, core: int | None, timeout_s: float) -> None:
        self._core = core
        self.timeout_s = timeout_s
        self._failed_starts = 0
        self._pid = 0
        self._index = -1
        self._tasks = 0
        self._is_closed = False
        self.attempt = 0
        self.ends_s = 0.0
        self.future: Future[Any] | None = None
        self._start()

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a task."""
        return self.future is None

    @property
    def is_busy(self) -> bool:
        """Whether it has one."""
        return self._index >= 0

    def give(self, work: Callable[[Any], Any], task: Any, index: int, attempt: int = 1) -> None:
        """Begin a task in an idle lane."""
        self._index, self.attempt = index, attempt
        self.ends_s = time.monotonic() + self.timeout_s
        try:
            self.future = self._pool.submit(work, task)
        except BrokenProcessPool as error:  # died while it was idle
            self.future = Future()
            self.future.set_exception(error)

    def look(self) -> Ended | None:
        """What became of its task, if that has ended; a lane that broke starts anew."""
        if self.future is None:
            return None
        is_late = not self.future.done() and time.monotonic() >= self.ends_s
        if is_late:
            self._kill()
        elif not self.future.done():
            return None
        index, error = self._index, self.future.exception()
        if index < 0:
            self._began(error)
            return None
        if isinstance(error, BrokenProcessPool):
            self._pool.shutdown()
            if not self._is_closed:
                self._start()
            return Ended(index, lost=too_slow(self.timeout_s) if is_late else DIED)
        ended = Ended(index, lost=mistake(error)) if error else Ended(index, self.future.result())
        self.future, self._index = None, -1
        self._tasks += 1
        if self._tasks >= _TASKS_A_PROCESS and not self._is_closed:
            self._pool.shutdown()
            self._start()
        return ended

    def do(self, work: Callable[[Any], Any], task: Any) -> Ended:
        """Do one task from beginning to end."""
        while not self.is_idle:
            wait_for([self])
            self.look()
        self.give(work, task, 0)
        while (ended := self.look()) is None:
            wait_for([self])
        return ended

    def close(self) -> None:
        """End the process; what is at work would not end by itself, and is lost."""
        self._is_closed = True
        if self.future is not None:
            self._kill()
        self._pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=begin, initargs=(self._core,)
        )
        self._pid = 0
        self._index = -1
        self._tasks = 0
        self.ends_s = time.monotonic() + _LONGEST_START_S
        self.future = self._pool.submit(os.getpid)

    def _began(self, error: BaseException | None) -> None:
        if error is None and self.future is not None:
            self._pid, self.future, self._failed_starts = self.future.result(), None, 0
            return
        self._failed_starts += 1
        if self._failed_starts >= _MOST_FAILED_STARTS:
            raise MissingPartError(
                f"Worker processes cannot be started: {error}", "Try: spasm-video doctor"
            ) from error
        self._pool.shutdown()
        self._start()

    def _kill(self) -> None:
        # Before its first word a process is known to its pool alone.
        known = (self._pid,) if self._pid else tuple(self._pool._processes)  # noqa: SLF001
        for pid in known:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def wait_for(lanes: Sequence[Lane]) -> None:
    """Until a lane has something to say, or is late."""
    futures = {lane.future: lane.ends_s for lane in lanes if lane.future is not None}
    if futures:
        left_s = min(futures.values()) - time.monotonic()
        wait(futures, timeout=max(left_s, 0.0), return_when=FIRST_COMPLETED)
