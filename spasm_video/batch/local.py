"""Processes of this machine: as many lanes as workers, each on a core of its own."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from spasm_video.batch.engine import TRIES, Ended
from spasm_video.batch.lane import Lane, wait_for
from spasm_video.batch.worker import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence


class LocalEngine:
    """Runs tasks in ``workers`` processes; one that takes longer than ``timeout_s`` is killed."""

    def __init__(self, workers: int, timeout_s: float) -> None:
        self._workers = workers
        self._timeout_s = timeout_s

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        return self._workers

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Generator[Ended]:
        """What became of each task; see ``Engine``."""
        waiting = deque((index, 1) for index in range(len(tasks)))
        usable = cores()
        count = min(self._workers, len(tasks))
        lanes = [Lane(usable[n % len(usable)], self._timeout_s) for n in range(count)]
        try:
            while waiting or any(lane.is_busy for lane in lanes):
                for lane in lanes:
                    if waiting and lane.is_idle:
                        index, attempt = waiting.popleft()
                        lane.give(work, tasks[index], index, attempt)
                wait_for(lanes)
                for lane in lanes:
                    ended = lane.look()
                    if ended is None:
                        continue
                    if ended.lost and lane.attempt < TRIES:
                        waiting.append((ended.index, lane.attempt + 1))
                    else:
                        yield ended
        finally:
            for lane in lanes:
                lane.close()
