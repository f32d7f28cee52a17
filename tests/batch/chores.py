"""
Work for worker processes in tests: they find it by its name, so it is a module of its own.

Loads nothing heavy at once: every worker that is started anew loads it.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Chore:
    """What to do: square, raise, die, die once, or hang; every try is noted in ``notes``."""

    what: str
    number: int
    notes: Path


def do(chore: Chore) -> int:
    """The square of the number, if it comes to that."""
    note = chore.notes / f"{chore.number}-{time.monotonic_ns()}"
    is_first = not list(chore.notes.glob(f"{chore.number}-*"))
    note.write_text(str(os.getpid()))
    if chore.what == "raise":
        raise ZeroDivisionError("one over\nnothing")
    if chore.what == "die" or (chore.what == "die once" and is_first):
        os.kill(os.getpid(), signal.SIGKILL)
    if chore.what == "hang":
        time.sleep(600)
    return chore.number**2


def threads(_: Any) -> tuple[str, int, int]:
    """What a worker lets its libraries do: OpenMP's and OpenCV's threads, and the cores."""
    import cv2  # noqa: PLC0415

    return os.environ["OMP_NUM_THREADS"], cv2.getNumThreads(), len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Copying:
    """
    In place of ``analyze``: results of a real video, as fast as they can be copied.

    The name of a video says what happens to it: ``bad`` cannot be read, ``dies`` kills its
    process, ``flaky`` only the first time; any other takes ``takes_s``.
    """

    results: Path
    takes_s: float = 0.0

    def __call__(self, source: Path, folder: Path, *_: Any, **__: Any) -> None:
        """Write the results into ``folder``, half of them first."""
        from spasm_video.errors import VideoError  # noqa: PLC0415 (slow)
        from spasm_video.pipeline.folder import results_folder  # noqa: PLC0415

        if source.stem.startswith("bad"):
            raise VideoError(f"{source.name} is not a video.", "Export it again.")
        seen = source.with_suffix(".seen")
        if source.stem.startswith("dies") or (
            source.stem.startswith("flaky") and not seen.exists()
        ):
            seen.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        with results_folder(folder) as aside:
            files = sorted(self.results.iterdir())
            for file in files[:4]:
                shutil.copy(file, aside)
            time.sleep(self.takes_s)
            for file in files[4:]:
                shutil.copy(file, aside)
