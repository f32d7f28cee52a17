"""
Nothing leaves the machine: ``analyze`` makes no internet socket and asks for no address.

The programs run as on a person's own machine: libraries that report to their makers keep
quiet where they see the variables of a build machine, so none of those is handed on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import FaceClips

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

LOAD = """
from spasm_video.observe.weights import load_network, manifest
for name in manifest():
    load_network(name)
"""

EXAMINE = """
from spasm_video.cli.doctor import examine
examine()
"""


def python_sockets(folder: Path, *arguments: str) -> list[str]:
    """What Python and its children did with the internet, by the interpreter's audit hook."""
    log, hook = folder / "sockets.txt", folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    run(folder, sys.executable, *arguments, PYTHONPATH=str(hook), SOCKET_LOG=str(log))
    return log.read_text(encoding="utf-8").splitlines()


def traced_sockets(folder: Path, *arguments: str) -> list[str]:
    """The system calls of Python, its libraries and its children that touch the internet."""
    log = folder / "trace.txt"
    trace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(log)]
    run(folder, *trace, sys.executable, *arguments)
    calls = log.read_text(encoding="utf-8").splitlines()
    return [call for call in calls if re.search(r"\bAF_INET6?\b", call)]


def run(folder: Path, *command: str, **more: str) -> None:
    """Run to the end in a new home with a bare environment; show what was said if it fails."""
    (folder / "home").mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **more}
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def left_behind(folder: Path) -> list[str]:
    """What a run wrote into its home, but for the list of fonts that matplotlib keeps."""
    files = (path for path in (folder / "home").rglob("*") if path.is_file())
    names = (path.relative_to(folder / "home").as_posix() for path in files)
    return [name for name in names if "matplotlib" not in name]


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
    assert python_sockets(tmp_path, *analyze, "--end", "4") == []
    assert (tmp_path / "results" / "events.csv").is_file()
    assert left_behind(tmp_path) == []


@needs_strace
def test_analyze_makes_no_internet_system_call(tmp_path: Path, analyze: list[str]) -> None:
    """The libraries below Python, the decoder and the network runtime, are silent too."""
    assert traced_sockets(tmp_path, *analyze) == []
    assert (tmp_path / "results" / "events.csv").is_file()


def test_batch_opens_no_internet_socket(tmp_path: Path, lasting_clips: FaceClips) -> None:
    """Nor do its worker processes, unless a cluster is named."""
    (tmp_path / "in").mkdir()
    clip = lasting_clips.write("quiet.mp4", lasting_clips.pictures[:10])
    shutil.copy(clip, tmp_path / "in")
    call = ["-m", "spasm_video", "batch", str(tmp_path / "in"), "--workers", "1"]

    assert python_sockets(tmp_path, *call, "--out", str(tmp_path / "results")) == []
    assert (tmp_path / "results" / "scores.csv").is_file()


@pytest.mark.parametrize("program", [LOAD, EXAMINE], ids=["load", "examine"])
def test_the_network_runtime_keeps_no_record_to_send(tmp_path: Path, program: str) -> None:
    """
    Left alone, onnxruntime reports its use to its maker seconds after it is loaded.

    What it would send it first writes into the home folder, together with a name for the
    machine; nothing written is nothing to send, however long the program runs.
    """
    run(tmp_path, sys.executable, "-c", program)

    assert left_behind(tmp_path) == []


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
