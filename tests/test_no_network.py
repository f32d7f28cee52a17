"""Nothing leaves the machine: ``analyze`` makes no internet socket and asks for no address."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "sample_videos"

WATCH = """
import os, sys

def watch(event, arguments):
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        seen = f"{event} {arguments[0]!r}"
    elif event == "socket.__new__":
        seen = f"{event} {arguments[1]}" if arguments[1] in (2, 10) else ""  # AF_INET, AF_INET6
    elif event in {"socket.connect", "socket.bind", "socket.sendto"}:
        seen = f"{event} {arguments[1]!r}" if isinstance(arguments[1], tuple) else ""
    else:
        return
    if seen:
        with open(os.environ["SOCKET_LOG"], "a") as log:
            log.write(seen + chr(10))

sys.addaudithook(watch)
open(os.environ["SOCKET_LOG"], "a").close()
"""

SPEAK = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
    outward.connect(("127.0.0.1", 9))
"""


def python_sockets(folder: Path, *arguments: str) -> list[str]:
    """What Python and its children did with the internet, by the interpreter's audit hook."""
    log = folder / "sockets.txt"
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "SOCKET_LOG": str(log)}
    run([sys.executable, *arguments], environment)
    return log.read_text(encoding="utf-8").splitlines()


def traced_sockets(folder: Path, *arguments: str) -> list[str]:
    """The system calls of Python, its libraries and its children that touch the internet."""
    log = folder / "trace.txt"
    trace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(log)]
    run([*trace, sys.executable, *arguments], dict(os.environ))
    calls = log.read_text(encoding="utf-8").splitlines()
    return [call for call in calls if re.search(r"\bAF_INET6?\b", call)]


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run to the end; what the program said is shown if it fails."""
    done = subprocess.run(  # noqa: PLW1510 (the assert shows more)
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr


def can_trace() -> bool:
    """Whether strace is here and allowed to look (a container may forbid it)."""
    if shutil.which("strace") is None:
        return False
    trial = subprocess.run(["strace", "-qq", "true"], capture_output=True, check=False)
    return trial.returncode == 0


needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is absent or not allowed here")


@pytest.fixture
def analyze(tmp_path: Path) -> list[str]:
    """The whole job on the smallest sample video, as arguments of Python."""
    video = min(SAMPLES.glob("*.mp4"), key=lambda path: path.stat().st_size)
    return ["-m", "spasm_video", "analyze", str(video), "--out", str(tmp_path / "results")]


def test_analyze_opens_no_internet_socket(tmp_path: Path, analyze: list[str]) -> None:
    """No address is looked up and no internet socket is made, connected or bound by Python."""
    assert python_sockets(tmp_path, *analyze) == []
    assert (tmp_path / "results" / "events.csv").is_file()


@needs_strace
def test_analyze_makes_no_internet_system_call(tmp_path: Path, analyze: list[str]) -> None:
    """The libraries below Python, the decoder and the network runtime, are silent too."""
    assert traced_sockets(tmp_path, *analyze) == []
    assert (tmp_path / "results" / "events.csv").is_file()


def test_the_audit_hook_would_see_a_socket(tmp_path: Path) -> None:
    """A program that speaks is caught, so silence means silence."""
    assert python_sockets(tmp_path, "-c", SPEAK) == [
        "socket.__new__ 2",
        "socket.connect ('127.0.0.1', 9)",
    ]


@needs_strace
def test_the_trace_would_see_a_socket(tmp_path: Path) -> None:
    """As above, for the system calls."""
    assert len(traced_sockets(tmp_path, "-c", SPEAK)) == 2
