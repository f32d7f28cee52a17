"""
Jobs: measurements that wait for a worker, run in one, and outlive a restart of the server.

The queue is the table of jobs; a job that was running when the server ended is queued again.
Progress is kept in memory alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from spasm_video.errors import InputError, UnknownError
from spasm_video.web.library import JobRow
from spasm_video.web.settings import STALLED_S
from spasm_video.web.workshop import ENDED, begin, listen

if TYPE_CHECKING:
    import subprocess

    from spasm_video.web.library import Library

_log = logging.getLogger(__name__)
_END = object()


class State(StrEnum):
    """Of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    ASKS = "asks"  # a person must say which side is right
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({State.QUEUED, State.RUNNING})


@dataclass(frozen=True, slots=True)
class Step:
    """How far a running job is; ``total_s`` is None where it is not known."""

    name: str
    done_s: float
    total_s: float | None
    began_s: float  # on the monotonic clock


class Jobs:
    """The queue of a library and the workers on it."""

    def __init__(self, library: Library, workers: int, store: str | None) -> None:
        self._library, self._store = library, store
        self._steps: dict[str, Step] = {}
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._work = threading.Condition()
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"worker {n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        """Take up what was left running, then work."""
        with self._library.writing() as orm:
            for row in orm.scalars(select(JobRow).where(JobRow.state == State.RUNNING)):
                row.state = State.QUEUED
                _sweep(row.task)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the workers; what they worked on is queued again at the next start."""
        with self._work:
            self._is_over = True
            for process in self._running.values():
                process.kill()
            self._work.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    def add(self, video_id: str, task: dict[str, Any]) -> JobRow:
        """Queue a task on a video."""
        job = JobRow(
            id=secrets.token_hex(16),
            video_id=video_id,
            state=State.QUEUED,
            at=dt.datetime.now(dt.UTC).replace(tzinfo=None),
            task=task,
        )
        with self._library.writing() as orm:
            orm.add(job)
        self._wake()
        return job

    def job(self, number: str) -> JobRow:
        """A job by its number."""
        with self._library.reading() as orm:
            row = orm.get(JobRow, number)
        if row is None:
            raise UnknownError("There is no such job.", "See the first page for those there are.")
        return row

    def listed(self, limit: int = 50) -> tuple[JobRow, ...]:
        """The newest first."""
        with self._library.reading() as orm:
            return tuple(orm.scalars(select(JobRow).order_by(JobRow.at.desc()).limit(limit)))

    def of_video(self, number: str) -> tuple[JobRow, ...]:
        """All jobs on a video."""
        with self._library.reading() as orm:
            return tuple(orm.scalars(select(JobRow).where(JobRow.video_id == number)))

    def of_subject(self, code: str) -> tuple[JobRow, ...]:
        """All jobs of a person."""
        with self._library.reading() as orm:
            return tuple(
                job for job in orm.scalars(select(JobRow)) if job.task["visit"]["subject"] == code
            )

    def step(self, number: str) -> Step | None:
        """How far a running job is."""
        return self._steps.get(number)

    def cancel(self, number: str) -> None:
        """End a job; nothing of it is kept. One that is over stays as it is."""
        with self._work:
            with self._library.writing() as orm:
                row = orm.get(JobRow, number)
                if row is not None and row.state in OPEN:
                    row.state = State.CANCELLED
            process = self._running.get(number)
            if process is not None:
                process.kill()

    def delete(self, number: str) -> None:
        """Forget a job that is over; what came of it stays."""
        with self._library.writing() as orm:
            row = orm.get(JobRow, number)
            if row is not None:
                orm.delete(row)

    def again(self, number: str, **changes: Any) -> None:
        """Queue a job that asked or failed once more, its task changed."""
        with self._library.writing() as orm:
            row = orm.get(JobRow, number)
            if row is None or row.state in OPEN:
                raise InputError("This job is still under way.", "Wait for it, or cancel it.")
            if row.state == State.DONE:  # its results are those of a session by now
                raise InputError("This job is done.", "Send the video again to measure it anew.")
            row.task = row.task | changes
            row.state, row.problem, row.remedy = State.QUEUED, "", ""
        self._wake()

    def _wake(self) -> None:
        with self._work:
            self._work.notify()

    def _serve(self) -> None:
        while True:
            with self._work:
                job = self._work.wait_for(self._next_or_end)
                if job is _END:
                    return
                process = begin(job.task | {"store": self._store})
                self._running[job.id] = process
            try:
                outcome = self._follow(job.id, process)
                _sweep(job.task)
                self._close(job.id, outcome)
            except Exception:  # noqa: BLE001 (one job never ends the worker of the others)
                _log.exception("job %s", job.id)
                self._close(job.id, {"failed": ENDED})
            finally:
                with self._work:
                    self._running.pop(job.id, None)
                    self._steps.pop(job.id, None)

    def _next_or_end(self) -> Any:
        """A job that runs from now on, ``_END`` when the server ends; None to go on waiting."""
        return _END if self._is_over else self._next()

    def _next(self) -> JobRow | None:
        query = select(JobRow).where(JobRow.state == State.QUEUED).order_by(JobRow.at, JobRow.id)
        with self._library.writing() as orm:
            row = orm.scalar(query.limit(1))
            if row is not None:
                row.state = State.RUNNING
            return row

    def _follow(self, number: str, process: subprocess.Popen[str]) -> dict[str, Any]:
        began_s = time.monotonic()

        def heard(said: dict[str, Any]) -> None:
            nonlocal began_s
            before = self._steps.get(number)
            if before is None or before.name != said["step"]:
                began_s = time.monotonic()
            self._steps[number] = Step(said["step"], said["done_s"], said["total_s"], began_s)

        return listen(process, STALLED_S, heard)

    def _close(self, number: str, outcome: dict[str, Any]) -> None:
        with self._work:
            if self._is_over:
                return  # it stays running in the table, and is queued at the next start
        with self._library.writing() as orm:
            row = orm.get(JobRow, number)
            if row is None or row.state == State.CANCELLED:
                return
            if "done" in outcome:
                row.state, row.sessions = State.DONE, outcome["done"]["sessions"]
                return
            row.state = State.ASKS if "asks" in outcome else State.FAILED
            told = outcome.get("asks") or outcome["failed"]
            row.problem, row.remedy = told["problem"], told["remedy"]


def _sweep(task: dict[str, Any]) -> None:
    """Delete what a worker that was ended left half done; whole results stay."""
    if "folder" not in task:
        return
    folder = Path(task["folder"])
    for left in (*folder.parent.glob(".*"), *folder.glob(".*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
