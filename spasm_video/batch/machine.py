"""How many videos this machine can measure at once."""

from __future__ import annotations

from pathlib import Path

import psutil

from spasm_video.batch.worker import cores

MEMORY_A_WORKER_MB = 1000.0  # most it held in a 1080p video, with a third to spare
_MB = 1024**2
_LIMITS = (  # what a container may use: control groups, version 2 and 1
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def default_workers() -> int:
    """One a core, fewer where memory is short, at least one."""
    return max(1, min(len(cores()), int(free_mb() / MEMORY_A_WORKER_MB)))


def free_mb() -> float:
    """Memory that is free, or that this container may still take, MB."""
    free = float(psutil.virtual_memory().available) / _MB
    for limit, used in _LIMITS:
        try:
            left = int(limit.read_text("ascii")) - int(used.read_text("ascii"))
        except (OSError, ValueError):  # not this version, or "max"
            continue
        free = min(free, max(left, 0) / _MB)
    return free
