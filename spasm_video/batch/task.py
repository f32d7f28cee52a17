"""
The work on one video, as a worker process does it, and what it tells of it.

Doing it twice does no harm: what is there already stays, so a task that lost its worker
between two steps is simply given to another.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spasm_video.errors import InputError, OutputError
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.folder import RUN

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.params import AnalysisParams

Analyze = Callable[..., Any]
_KIB_PER_MB = 1024


@dataclass(frozen=True, slots=True)
class Task:
    """One video to measure into ``folder``, with a picture of it at ``thumbnail``."""

    source: Path
    folder: Path
    thumbnail: Path
    params: AnalysisParams
    options: ObserveOptions
    labels: dict[str, str] = field(default_factory=dict)
    analyze: Analyze = analyze

    @property
    def is_done(self) -> bool:
        """Whether all of its results are there: both are put in their place whole."""
        return (self.folder / RUN).is_file() and self.thumbnail.is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    How a video went; ``problem`` is empty where it is measured.

    ``wall_s`` and ``cpu_s`` are what it took, ``peak_mb`` the most memory the process ever
    had, ``memory_mb`` what it had in the end; NaN never.
    """

    problem: str = ""
    remedy: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    memory_mb: float = 0.0
    worker: int = 0


def measure_video(task: Task) -> Told:
    """Measure and leave a picture; what is wrong with the video is told, not raised."""
    began_s, spent_s = time.monotonic(), time.process_time()
    problem = remedy = ""
    try:
        if not (task.folder / RUN).is_file():
            task.analyze(task.source, task.folder, task.params, task.options, labels=task.labels)
        if not task.thumbnail.is_file():
            from spasm_video.batch.thumbnail import write_thumbnail  # noqa: PLC0415 (slow)

            write_thumbnail(task.source, task.folder, task.thumbnail, task.options)
    except (InputError, OutputError) as error:
        if not task.is_done:  # else a worker of a batch that was killed has just finished it
            problem, remedy = error.problem, error.remedy
    return Told(
        problem=problem,
        remedy=remedy,
        wall_s=time.monotonic() - began_s,
        cpu_s=time.process_time() - spent_s,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MB,
        memory_mb=_memory_mb(),
        worker=os.getpid(),
    )


def _memory_mb() -> float:
    import psutil  # noqa: PLC0415 (only a worker needs it)

    return float(psutil.Process().memory_info().rss) / _KIB_PER_MB**2
