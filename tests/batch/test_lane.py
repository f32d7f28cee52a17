"""A worker process lives no longer than who started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video.batch.local import LocalEngine

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from chores import Chore, do
from spasm_video.batch.local import LocalEngine
if __name__ == "__main__":
    list(LocalEngine(1, 600).run(do, [Chore("hang", 0, Path(sys.argv[1]))]))
"""


def test_a_process_is_renewed_after_many_tasks(
    chores: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that memory stays flat, whatever a library keeps; no task is lost by it."""
    monkeypatch.setattr("spasm_video.batch.lane._TASKS_A_PROCESS", 2)
    tasks = [chores.Chore("square", number, tmp_path) for number in range(5)]

    ended = list(LocalEngine(1, 60).run(chores.do, tasks))

    assert [one.value for one in ended] == [0, 1, 4, 9, 16]
    assert len({note.read_text() for note in tmp_path.iterdir()}) == 3


def test_a_worker_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves the parent no time to say so; the worker sees it and goes."""
    program, notes = tmp_path / "program.py", tmp_path / "notes"
    program.write_text(PROGRAM, "utf-8")
    notes.mkdir()
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "batch")])
    parent = subprocess.Popen(
        [sys.executable, str(program), str(notes)], env=os.environ | {"PYTHONPATH": path}
    )
    deadline_s = time.monotonic() + 30
    while not any(note.read_text() for note in notes.iterdir()):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    (note,) = notes.iterdir()
    worker = Path("/proc") / note.read_text()
    assert worker.exists()

    parent.kill()
    parent.wait()

    deadline_s = time.monotonic() + 10
    while worker.exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
