"""The doctor finds what a measurement lacks, names the line that mends it, and never fails."""

from __future__ import annotations

import json
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from spasm_video.cli import doctor
from spasm_video.errors import ModelError

REAL_IMPORT = import_module


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the import of one module fail with a message, as on a machine that lacks a part."""

    def break_(module: str, message: str) -> None:
        def importing(name: str) -> Any:
            if name == module:
                raise ImportError(message)
            return REAL_IMPORT(name)

        monkeypatch.setattr(doctor, "import_module", importing)

    return break_


def finding(part: str) -> doctor.Finding:
    """What the doctor finds about one part."""
    (found,) = [finding for finding in doctor.examine() if finding.part == part]
    return found


def run(*arguments: str) -> Any:
    """Call the command as a person does."""
    app = typer.Typer()
    app.command()(doctor.doctor)
    return CliRunner().invoke(app, arguments)


def test_a_machine_that_runs_these_tests_is_fit() -> None:
    """All that a measurement needs is installed by the packaging itself."""
    findings = doctor.examine()

    assert [finding for finding in findings if finding.needed and not finding.fine] == []
    assert run().exit_code == 0
    assert "This machine is fit to measure." in run().output


def test_every_network_of_the_manifest_is_examined() -> None:
    """The detector, the mesh, the blendshapes and the lids each have a line."""
    parts = {finding.part for finding in doctor.examine()}

    assert {
        "network face_detector",
        "network face_mesh",
        "network face_blendshapes",
        "network eye_lids",
    } <= parts


@pytest.mark.parametrize(
    ("library", "debian"),
    [("libxcb.so.1", "libxcb1"), ("libGL.so.1", "libgl1"), ("libgthread-2.0.so.0", "libglib2.0-0")],
)
def test_a_missing_system_library_is_named_with_its_debian_package(
    library: str, debian: str, without: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCV's ImportError names one library; the remedy is the apt line for what is missing."""
    message = f"{library}: cannot open shared object file: No such file or directory"
    without("cv2", message)
    monkeypatch.setattr(doctor, "_loads", lambda name: name != library)

    opencv = finding("opencv-python")

    assert not opencv.fine
    assert opencv.seen == message
    assert opencv.remedy == f"sudo apt-get install {debian}"


def test_all_missing_system_libraries_are_named_at_once(
    without: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loader stops at the first missing library; the doctor does not."""
    without("cv2", "libxcb.so.1: cannot open shared object file: No such file or directory")
    monkeypatch.setattr(doctor, "_loads", lambda _: False)

    assert finding("opencv-python").remedy == "sudo apt-get install libxcb1 libgl1 libglib2.0-0"


def test_a_library_that_is_nowhere_does_not_load() -> None:
    """The condition itself is checked, not the words of an error."""
    assert not doctor._loads("libno-such-library.so.0")  # noqa: SLF001 (the loader's one seam)


@pytest.mark.parametrize("module", ["av", "onnxruntime", "cv2"])
def test_a_missing_package_makes_the_machine_unfit(module: str, without: Any) -> None:
    """One line says what, one what to do; the exit code is 1, and there is no traceback."""
    without(module, f"No module named '{module}'")

    result = run()

    assert result.exit_code == 1
    assert f"No module named '{module}'" in result.output
    assert f"pip install --force-reinstall {doctor.PACKAGES[module]}" in result.output
    assert "This machine is not yet fit to measure." in result.output


def test_a_changed_network_makes_the_machine_unfit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is the one the error brings."""

    def load(name: str) -> None:
        raise ModelError(f"The network file {name} has changed.", "Install it again.")

    monkeypatch.setattr("spasm_video.observe.weights.load_network", load)

    mesh = finding("network face_mesh")

    assert (mesh.fine, mesh.needed, mesh.remedy) == (False, True, "Install it again.")
    assert run().exit_code == 1


def test_a_missing_decoder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg's own av1 needs a graphics card, so it does not count."""
    monkeypatch.setattr("av.codecs_available", {"h264", "hevc", "vp9", "av1"})

    assert not finding("AV1 video").fine
    assert finding("HEVC video").fine


def test_a_full_disk_makes_the_machine_unfit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording that cannot be finished should not be begun."""
    monkeypatch.setattr(doctor, "ROOM_GB", 1e9)

    assert not finding("temporary folder").fine


def test_a_folder_that_cannot_be_written_is_told_but_is_no_reason_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The results can go elsewhere; the temporary folder cannot be missing."""
    monkeypatch.setattr(doctor, "_can_write", lambda _: False)

    assert not finding("this folder").needed
    assert not finding("temporary folder").fine


def test_every_extra_of_the_package_is_examined() -> None:
    """Those of pyproject.toml, but for the developers' own."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))

    assert set(doctor.EXTRAS) == set(project["project"]["optional-dependencies"]) - {"dev"}


@pytest.mark.parametrize("extra", doctor.EXTRAS)
def test_a_machine_without_an_extra_is_fit(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what it is for and how it is installed; the others stay as they are."""
    real = find_spec
    lacking = doctor.EXTRAS[extra][1][0]
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == lacking else real(name)
    )

    found, said = finding(f"extra {extra}"), run()

    assert (found.fine, found.needed) == (False, False)
    assert found.remedy == f"pip install 'spasm-video[{extra}]'"
    assert said.exit_code == 0
    assert f"    {f'extra {extra}':<18}pip install 'spasm-video[{extra}]'" in said.output


@pytest.mark.parametrize(
    ("built", "display", "fine", "remedy"),
    [
        ("  GUI:                           QT5\n", ":0", True, ""),
        ("  GUI:                           NONE\n", ":0", False, "pip install opencv-python"),
        ("  GUI:                           QT5\n", "", False, "--no-window"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_the_window_needs_a_screen_and_an_opencv_that_can_show_it(
    built: str,
    display: str,
    fine: bool,  # noqa: FBT001 (a case of the test)
    remedy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The headless build says so itself; the machine is fit all the same."""
    monkeypatch.setattr("cv2.getBuildInformation", lambda: built)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    found = finding("window of live")

    assert (found.fine, found.needed) == (fine, False)
    assert remedy in found.remedy


def test_json_holds_the_same_findings() -> None:
    """Programs read what people see."""
    plain = json.loads(run("--json").output)

    assert plain["fit"] is True
    assert [line["part"] for line in plain["findings"]] == [
        finding.part for finding in doctor.examine()
    ]
