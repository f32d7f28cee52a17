"""
A worker process: one thread a library, one core, and no life after its parent.

Loads nothing heavy, so that the limits are set before the libraries read them.
"""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process

_THREAD_LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "ARROW_NUM_THREADS", "OPENCV_FOR_THREADS_NUM",
)  # fmt: skip


def begin(core: int | None) -> None:
    """Start a worker on one core, with one thread a library; ``None`` is any core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if core is not None:
        os.sched_setaffinity(0, {core})
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))


def cores() -> tuple[int | None, ...]:
    """The cores this process may use; as many times None where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return (None,) * (os.cpu_count() or 1)


def _end_with_parent() -> None:
    """A parent that was killed cannot tell its workers, which would wait for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
