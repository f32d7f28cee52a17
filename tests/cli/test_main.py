"""The program itself: its help, its version, the demo and the list of networks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video import __version__
from spasm_video.cli import demo
from spasm_video.errors import ModelError
from spasm_video.observe.weights import manifest

if TYPE_CHECKING:
    from tests.cli.conftest import Run

HEAVY = {
    "numpy",
    "cv2",
    "av",
    "onnxruntime",
    "scipy",
    "pandas",
    "matplotlib",
    "pyarrow",
    "jinja2",
    "sqlalchemy",
}


def test_the_version_is_told(run: Run) -> None:
    """And nothing else."""
    said = run("--version")

    assert (said.code, said.out) == (0, f"spasm-video {__version__}\n")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    """With every command, and what to try first."""
    said = run()

    assert said.code == 0
    assert "spasm-video demo" in said.out
    assert all(command in said.out for command in ("analyze", "demo", "doctor", "models"))


def test_an_unknown_command_points_to_the_help(run: Run) -> None:
    """On two lines."""
    said = run("analyse")

    assert said.code == 2
    assert len(said.err.splitlines()) == 2
    assert "No such command 'analyse'" in said.err


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    """The help comes at once."""
    look = "import spasm_video.cli.main, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "typer" in loaded
    assert HEAVY.isdisjoint(loaded)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the demo would analyze, and where to."""
    calls: list[Any] = []
    monkeypatch.setattr(demo, "analyze", lambda videos, out: calls.append((*videos, out)))
    return calls


def test_the_demo_analyzes_a_sample_video(run: Run, called: list[Any]) -> None:
    """One that ships with the program, into a folder here."""
    assert run("demo").code == 0

    ((sample, out),) = called
    assert sample.is_file()
    assert out == Path("spasm_video_demo")


def test_the_demo_finds_a_place_where_nothing_can_be_written(
    run: Run, called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the results go to a temporary folder."""
    monkeypatch.setattr("os.access", lambda *_: False)

    assert run("demo").code == 0

    ((_, out),) = called
    assert out.is_absolute()
    assert out.name == "spasm_video_demo"


def test_a_missing_sample_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is no traceback."""
    monkeypatch.setattr(demo, "_SAMPLE", "gone.mp4")

    said = run("demo")

    assert said.code == 2
    assert said.err.startswith("The sample video gone.mp4 is missing.\n")


def test_every_network_is_listed_and_checked(run: Run) -> None:
    """By name, with its state, hash, licence and origin."""
    said = run("models")

    assert said.code == 0
    for name, model in manifest().items():
        (line,) = [line for line in said.out.splitlines() if line.startswith(name)]
        assert all(word in line for word in ("unchanged", model.sha256[:16], model.licence))


def test_a_changed_network_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are still listed; what mends it stands below; exit code 1."""

    def load(name: str) -> None:
        if name == "face_mesh":
            raise ModelError("The network has changed.", "Install it again.")

    monkeypatch.setattr("spasm_video.observe.weights.load_network", load)

    said = run("models")

    assert said.code == 1
    assert said.out.count("unchanged") == len(manifest()) - 1
    assert said.out.splitlines()[-1] == "Install it again."
