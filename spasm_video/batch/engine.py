"""
What does the work: processes of this machine or a cluster, behind one protocol.

An engine is given a function and many tasks, both fit for pickling, and gives back what
became of each. The function runs in another process. A task whose process dies, hangs or
meets a mistake costs itself alone: it is tried once more, in another process, then given up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

DIED = "The process that measured it died, twice."
TRIES = 2  # how often a task is begun before it is given up


@dataclass(frozen=True, slots=True)
class Ended:
    """
    What became of one task.

    ``index`` is its place among the tasks; ``value`` what the function gave, None where
    ``lost`` says why there is nothing.
    """

    index: int
    value: Any = None
    lost: str = ""


class Engine(Protocol):
    """Anything that runs many tasks in other processes."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        ...

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Generator[Ended]:
        """
        What became of each task, every one once, in the order in which they end.

        Closed before its end, it stops what is still running.
        """
        ...


def too_slow(timeout_s: float) -> str:
    """Why a task that hangs is given up."""
    return f"It was not done after {timeout_s:g} s, twice."


def mistake(error: BaseException) -> str:
    """Why a task that raised is given up: nothing a user did, so it is told as it is."""
    told = " ".join(str(error).split())
    return f"The program failed on it: {type(error).__name__}{': ' if told else ''}{told}"
