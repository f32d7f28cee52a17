"""run.json of a batch: with what it was made, and when; the only file with a clock in it."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

from spasm_video.batch.plan import method
from spasm_video.batch.worker import cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.batch.engine import Engine
    from spasm_video.batch.folder import BatchFolder
    from spasm_video.batch.plan import Settings
    from spasm_video.batch.resultset import Scored

TABLES = (
    "scores.csv", "scores.parquet", "events.csv", "failures.csv", "findings.csv", "batch.html",
)  # fmt: skip
_PACKAGES = ("numpy", "scipy", "opencv-python", "av", "onnxruntime", "pandas", "pyarrow")


def write_run(
    scored: Sequence[Scored],
    folder: BatchFolder,
    settings: Settings,
    began: datetime,
    engine: Engine,
) -> None:
    """Write ``run.json``, last: the tables whose hashes it has are complete."""
    plain: dict[str, Any] = {
        "made_with": method(settings) | {"params_hash": settings.params.hash()},
        "videos": len(scored),
        "failed": sum(not one.is_done for one in scored),
        "keys": {str(one.job.visit.line): one.job.key for one in scored},
        "tables": {
            name: hashlib.sha256((folder.path / name).read_bytes()).hexdigest() for name in TABLES
        },
        "seeds": "none: nothing in a measurement is random",
        "environment": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": len(cores()),
            "packages": {name: metadata.version(name) for name in _PACKAGES},
            "engine": type(engine).__name__,
            "workers": engine.workers,
        },
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with folder.aside("run.json") as path:
        path.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
