"""
The results of a batch as they lie on the disk: what every table and page is made of.

Nothing here knows whether a video was measured just now, or yesterday, or elsewhere: so the
tables cannot depend on it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import IRIS_DIAMETER_MM
from spasm_video.pipeline.folder import RUN
from spasm_video.records import QualityFlag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spasm_video.batch.folder import BatchFolder
    from spasm_video.batch.plan import Job


@dataclass(frozen=True, slots=True)
class Scored:
    """One row of the batch: its job, and its results or why there are none."""

    job: Job
    folder: Path
    thumbnail: Path
    problem: str = ""
    remedy: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was measured."""
        return not self.problem

    @property
    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` says; read anew each time, for there may be thousands."""
        return _json(self.folder / "summary.json")

    @property
    def run(self) -> dict[str, Any]:
        """What its ``run.json`` says."""
        return _json(self.folder / RUN)

    @property
    def quality(self) -> dict[str, float | None]:
        """
        How good the recording is: width of the iris, px, and seconds lost to each reason.

        A frame with several reasons counts for each.
        """
        scale = self.summary["mm_per_px"]
        found: dict[str, float | None] = {
            "iris_px": None if not scale else round(IRIS_DIAMETER_MM / scale, 1)
        }
        return found | _lost_s(self.folder / "signals.parquet")

    def events(self) -> Iterator[dict[str, str]]:
        """The rows of its ``events.csv``, as text."""
        with (self.folder / "events.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def results_of(
    jobs: tuple[Job, ...], folder: BatchFolder, failures: dict[int, tuple[str, str]]
) -> tuple[Scored, ...]:
    """Every job in its order; ``failures`` are problem and remedy by place in ``jobs``."""
    return tuple(
        Scored(job, folder.results(job), folder.thumbnail(job), *failures.get(index, ("", "")))
        for index, job in enumerate(jobs)
    )


def lost_columns() -> tuple[str, ...]:
    """The names of the seconds lost, by reason."""
    return tuple(f"{str(flag.name).lower()}_s" for flag in QualityFlag)


def _lost_s(signals: Path) -> dict[str, float | None]:
    import pyarrow.parquet as pq  # noqa: PLC0415 (heavy)

    table = pq.read_table(signals, columns=["time_s", "reasons"])
    time_s = table.column("time_s").to_numpy()
    frame_s = np.diff(time_s, append=np.nan)
    if len(frame_s) > 1:
        frame_s[-1] = np.median(frame_s[:-1])
    words = np.array(table.column("reasons").cast("string").to_pylist(), dtype=str)
    lost: dict[str, float | None] = {}
    for flag in QualityFlag:
        name = str(flag.name).lower()
        held = [name in combination.split("+") for combination in words]
        lost[f"{name}_s"] = round(float(np.nansum(frame_s[held])), 2) + 0.0
    return lost


def _json(path: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return plain
