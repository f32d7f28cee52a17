"""Workers: each a process of its own, begun at one task and heard to its last word."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any

from spasm_video.errors import InputError
from spasm_video.web.settings import PROBE_S

if TYPE_CHECKING:
    from pathlib import Path

_WATCH_S = 1.0
ENDED = {
    "problem": "The program that reads the video ended without a word.",
    "remedy": "The file may be damaged, or need too much memory; export it again, or cut it.",
}
_STALLED = {
    "problem": "Nothing more came out of the video for a long time, so it was given up.",
    "remedy": "Check that it plays in a media player, or export it again.",
}


def probe(video: Path, name: str) -> dict[str, Any]:
    """
    What a video says of itself, found out in a process of its own.

    ``name`` is what people call it.

    Raises
    ------
    InputError : it cannot be read, or nothing of it is there
    """
    if not video.exists():
        raise InputError("Nothing of this video has arrived.", "Send it, or record it, again.")
    outcome = listen(begin({"do": "probe", "video": str(video)}), PROBE_S)
    if "done" not in outcome:
        told = outcome.get("failed", ENDED)
        raise InputError(told["problem"].replace(video.name, name), told["remedy"])
    facts: dict[str, Any] = outcome["done"]
    return facts


def begin(task: dict[str, Any]) -> subprocess.Popen[str]:
    """A worker at its task."""
    process = subprocess.Popen(
        [sys.executable, "-m", "spasm_video.web.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if process.stdin is not None:  # it stays open: its end tells the worker to leave
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
    return process


def listen(
    process: subprocess.Popen[str],
    patience_s: float,
    on_step: Any = lambda said: None,  # noqa: ARG005
) -> dict[str, Any]:
    """Hear a worker to its end: its last word, or why there was none."""
    heard_s = time.monotonic()
    is_stalled = threading.Event()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_WATCH_S):
            if time.monotonic() - heard_s > patience_s:
                is_stalled.set()
                process.kill()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    outcome: dict[str, Any] = {"failed": ENDED}
    try:
        for line in _lines(process.stdout):
            heard_s = time.monotonic()
            said = json.loads(line)
            if "step" in said:
                on_step(said)
            else:
                outcome = said
                break
    finally:
        is_over.set()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()
        watcher.join()
    return {"failed": _STALLED} if is_stalled.is_set() else outcome


def _lines(stream: IO[str] | None) -> IO[str] | tuple[()]:
    return () if stream is None else stream
