"""
A batch from beginning to end: plan, measure what is missing, then write all tables.

The results of each video are the only memory: a batch that was killed at any moment and is
started again skips what is there, does the rest, and ends with the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spasm_video.batch.findings import write_findings
from spasm_video.batch.folder import BatchFolder, batch_folder
from spasm_video.batch.page import write_page
from spasm_video.batch.plan import Job, Settings, plan
from spasm_video.batch.resultset import Scored, results_of
from spasm_video.batch.runfile import write_run
from spasm_video.batch.tables import write_tables
from spasm_video.batch.task import Analyze, Task, Told, measure_video
from spasm_video.pipeline import ObserveOptions, analyze

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spasm_video.batch.engine import Engine
    from spasm_video.batch.manifest import Visit

_TRY_AGAIN = "Start the same batch again; if it fails again, analyze this video alone."


@dataclass(frozen=True, slots=True)
class Event:
    """One video has ended: done before, measured now, or failed."""

    job: Job
    told: Told
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch came to, in the order of the manifest."""

    folder: Path
    scored: tuple[Scored, ...]
    skipped: int

    @property
    def failed(self) -> int:
        """How many videos could not be measured."""
        return sum(not one.is_done for one in self.scored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """
    Whom to tell: ``on_hashed`` of each file read, ``on_planned`` when all are, ``on_event``
    of each row that ended.
    """

    on_hashed: Callable[[], None] = field(default=lambda: None)
    on_planned: Callable[[], None] = field(default=lambda: None)
    on_event: Callable[[Event], None] = field(default=lambda _: None)


def score(  # noqa: PLR0913 (what, where to, how, by whom; the rest is optional)
    visits: Sequence[Visit],
    out: Path,
    settings: Settings,
    engine: Engine,
    watch: Watch | None = None,
    *,
    analyze: Analyze = analyze,
) -> Batch:
    """
    Score every visit into ``out`` and write its tables and page.

    Raises
    ------
    OutputError : ``out`` cannot be written, or another batch is at work in it
    """
    watch = watch or Watch()
    began = datetime.now(UTC)
    with batch_folder(out) as folder:
        jobs = plan(visits, settings, watch.on_hashed)
        watch.on_planned()
        work = _Work(folder, jobs, _tasks(folder, jobs, settings, analyze))
        skipped = work.skip(watch.on_event)
        failures = work.do(engine, watch.on_event)
        scored = results_of(jobs, folder, failures)
        rows = write_tables(scored, folder)
        write_findings(scored, folder)
        write_page(scored, rows, folder)
        write_run(scored, folder, settings, began, engine)
    return Batch(out, scored, skipped)


def _tasks(
    folder: BatchFolder, jobs: Sequence[Job], settings: Settings, analyze: Analyze
) -> tuple[Task, ...]:
    return tuple(
        Task(
            source=job.visit.path.absolute(),
            folder=folder.results(job).absolute(),
            thumbnail=folder.thumbnail(job).absolute(),
            params=settings.params,
            options=ObserveOptions(
                start_s=job.visit.start_s,
                end_s=job.visit.end_s,
                mirrored=job.visit.mirrored,
                quality=settings.quality,
                backend=settings.backend,
            ),
            labels=job.labels,
            analyze=analyze,
        )
        for job in jobs
    )


class _Work:
    """The jobs of a batch; those of one key are one task, whose results they share."""

    def __init__(self, folder: BatchFolder, jobs: Sequence[Job], tasks: Sequence[Task]) -> None:
        self._jobs = jobs
        self._places: dict[str, list[int]] = {}
        for index, job in enumerate(jobs):
            self._places.setdefault(folder.results(job).name, []).append(index)
        self._tasks = {name: tasks[places[0]] for name, places in self._places.items()}

    def skip(self, on_event: Callable[[Event], None]) -> int:
        """Pass over what is done; how many rows that are."""
        there = [name for name, task in self._tasks.items() if task.is_done]
        for name in there:
            del self._tasks[name]
            for index in self._places[name]:
                on_event(Event(self._jobs[index], Told(), was_there=True))
        return sum(len(self._places[name]) for name in there)

    def do(self, engine: Engine, on_event: Callable[[Event], None]) -> dict[int, tuple[str, str]]:
        """Measure the rest; problem and remedy of each row that failed."""
        failures: dict[int, tuple[str, str]] = {}
        names = list(self._tasks)
        for ended in engine.run(measure_video, [self._tasks[name] for name in names]):
            told = Told(problem=ended.lost, remedy=_TRY_AGAIN) if ended.lost else ended.value
            for index in self._places[names[ended.index]]:
                if told.problem:
                    failures[index] = (told.problem, told.remedy)
                on_event(Event(self._jobs[index], told))
        return failures
