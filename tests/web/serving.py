"""The app as people run it: a process of its own, for tests in real browsers."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spasm_video
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 240


@dataclass
class Server:
    """``spasm-video serve`` in a process of its own, on any free port."""

    folder: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None
    opening: str = ""

    @property
    def address(self) -> str:
        """Without the token."""
        return self.opening.partition("/open")[0]

    @property
    def store(self) -> str:
        """The file of its store."""
        return str(self.folder / "store.sqlite")

    def start(self) -> None:
        """Start it; its address is what it says itself."""
        environment = os.environ | {"PYTHONPATH": str(Path(spasm_video.__file__).parents[1])}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "spasm_video", "serve", "--no-browser", "--port", "0",
             "--folder", str(self.folder), "--store", self.store, *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.opening = found[0]
                return
        raise AssertionError("the server did not start")

    def end(self, how: int = signal.SIGTERM) -> None:
        """End it."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None

    def hold(self, results: Path, code: str = "P01") -> tuple[str, ...]:
        """Two visits of somebody with these results; the paths of their pages."""
        paths = []
        for month in (3, 6):
            folder = self.folder / f"results_{code}_{month}"
            shutil.copytree(results, folder)
            visit = Visit(subject=code, date=dt.date(2026, month, 2), label=f"visit {month}")
            found = session_from_folder(folder, visit, AnalysisParams().measure)
            with open_store(self.store, "tester") as store:
                number = sessions.add(store, found).session.number
            paths.append(f"/people/{code}/sessions/{number}")
        return tuple(paths)


def until(is_so: Callable[[], Any], what: str, seconds: float = PATIENCE_S) -> Any:
    """What it gives once that is something; a failure after a time."""
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found
