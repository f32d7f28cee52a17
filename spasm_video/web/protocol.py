"""
The guided recording: what the person is asked to do, in which order, for how long.

After the battery of about five minutes that the clinic asks for; the rest comes first and is
what sessions are compared by.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from spasm_video.history import Segment

SHORTEST_S = 5.0  # of a task that is measured; less says nothing


@dataclass(frozen=True, slots=True)
class Task:
    """One task; ``segment`` and ``label`` are those of its session."""

    code: str
    length_s: float
    segment: Segment
    label: str = ""


PROTOCOL = (
    Task("rest1", 120, Segment.REST),
    Task("close", 20, Segment.CLOSE),
    Task("squeeze", 30, Segment.SQUEEZE),
    Task("brow", 15, Segment.BROW),
    Task("smile", 20, Segment.SMILE),
    Task("purse", 30, Segment.PURSE),
    Task("puff", 15, Segment.OTHER, "puff"),
    Task("neck", 15, Segment.OTHER, "neck"),
    Task("speech", 45, Segment.SPEECH),
    Task("rest2", 60, Segment.REST, "end"),
)
_BY_CODE = {task.code: task for task in PROTOCOL}


def plain() -> list[dict[str, Any]]:
    """As the recording page reads it."""
    return [asdict(task) for task in PROTOCOL]


def done(spans: list[dict[str, Any]], end_s: float) -> list[tuple[Task, float, float]]:
    """
    The tasks of a recording with start and end, in order: known, long enough, within it.

    ``spans`` are as the page sent them; the last one may have been cut off. Where two
    overlap, the later one begins when the earlier one ended.
    """
    found: list[tuple[Task, float, float]] = []
    for span in sorted(spans, key=lambda one: one["start_s"]):
        start_s = max(span["start_s"], found[-1][2] if found else 0.0)
        stop_s = min(span["end_s"], end_s)
        if span["code"] in _BY_CODE and stop_s - start_s >= SHORTEST_S:
            found.append((_BY_CODE[span["code"]], start_s, stop_s))
    return found
