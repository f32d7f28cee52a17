"""What is written is true: commands, options, errors, versions and generated tables."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import spasm_video
from spasm_video import errors
from spasm_video.cli.main import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
GROUPS: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
COMMANDS: dict[str, Any] = {
    f"{name} {own}".strip(): command
    for name, found in GROUPS.items()
    for own, command in getattr(found, "commands", {"": found}).items()
}
PLURAL = {name for name, found in GROUPS.items() if hasattr(found, "commands")}
ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.SpasmVideoError)
]


def written_commands() -> list[tuple[str, list[str]]]:
    """Every call of the program in the hand-written part of the README, with its options."""
    before, rest = README.split("<!-- commands:start -->")
    by_hand = before + rest.split("<!-- commands:end -->")[1]
    calls = re.findall(r"(?:^|`)spasm-video ([a-z]+)([^`#\n]*)", by_hand, flags=re.MULTILINE)
    named = [
        (f"{name} {rest.split()[0]}" if name in PLURAL else name, rest) for name, rest in calls
    ]
    return [(name, re.findall(r"(?<!\S)--[a-z-]+", rest)) for name, rest in named]


@pytest.mark.parametrize(("name", "options"), written_commands())
def test_a_command_in_the_readme_exists(name: str, options: list[str]) -> None:
    """What a reader copies works: the command and each of its options."""
    known = {option for shown in COMMANDS[name].params for option in shown.opts}

    assert set(options) <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    """A heading in the README, a help of its own, and a help for each option."""
    undocumented = [
        shown.name for shown in COMMANDS[name].params if not getattr(shown, "help", None)
    ]

    assert f"`spasm-video {name}" in README
    assert COMMANDS[name].help
    assert undocumented == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """``--help`` works without a video, a network or a window."""
    assert CliRunner().invoke(app, [*name.split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("target", re.findall(r"(?m)(?:^|`)make ([a-z]+)", README))
def test_a_make_target_in_the_readme_exists(target: str) -> None:
    """What a reader copies works: each target has a rule."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_a_link_in_the_readme_leads_somewhere(link: str) -> None:
    """Files that are linked exist."""
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_documented_with_its_remedy(error: type[Exception]) -> None:
    """What went wrong; what to do about it. And its place in the tree of the module."""
    problem, semicolon, remedy = (error.__doc__ or "").partition(";")

    if error is not errors.SpasmVideoError:
        assert problem
        assert semicolon
        assert remedy.strip()
    assert error.__name__ in (errors.__doc__ or "")


def test_the_version_is_the_top_of_the_changelog() -> None:
    """A release without a word on what changed cannot be made."""
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", CHANGELOG, flags=re.MULTILINE)

    assert versions[0] == spasm_video.__version__


def test_scientific_changes_come_first() -> None:
    """In every version: who measures patients reads these before anything else."""
    for version in CHANGELOG.split("\n## ")[1:]:
        assert re.findall(r"^### (.+)", version, flags=re.MULTILINE)[0] == "Scientific changes"


def test_the_licence_is_that_of_the_packaging() -> None:
    """The text in LICENSE is what pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.fixture
def write_docs() -> Any:
    """The script that writes the generated parts."""
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_parts_are_up_to_date(
    write_docs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables of commands and parameters are those of the code."""
    monkeypatch.setattr(sys, "argv", ["write_docs.py", "--check"])

    assert write_docs.main() == 0


def test_a_stale_readme_is_refused(
    write_docs: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The check fails on one changed cell, and writing mends it."""
    stale = tmp_path / "README.md"
    stale.write_text(README.replace("| parameter | default |", "| parameter | worth |"), "utf-8")
    monkeypatch.setattr(write_docs, "README", stale)
    monkeypatch.setattr(sys, "argv", ["write_docs.py", "--check"])

    assert write_docs.main() == 1

    monkeypatch.setattr(sys, "argv", ["write_docs.py"])

    assert write_docs.main() == 0
    assert stale.read_text(encoding="utf-8") == README


def test_a_lost_marker_is_an_error(write_docs: Any) -> None:
    """A block that cannot be found is never written somewhere else."""
    with pytest.raises(SystemExit, match="each once"):
        write_docs.fill("no markers", "parameters", "new")


def test_every_parameter_is_in_the_readme(write_docs: Any) -> None:
    """With its default, unit, meaning and source; none of them empty."""
    for row in write_docs.table():
        assert f"| `{row.name}` |" in README
        assert all((row.unit, row.about, row.source))
