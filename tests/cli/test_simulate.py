"""``spasm-video simulate`` makes what it is asked for, or says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from spasm_video.cli.main import app, main
from spasm_video.simulate.scenarios import EXAMPLES, load_scenario

if TYPE_CHECKING:
    from pathlib import Path

SHORT = """
length_s = 3
[[event]]
onset_s = 1.5
side = "right"
cheek_mm = 2
[camera]
width_px = 240
height_px = 240
px_per_mm = 0.9
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario of three seconds."""
    path = tmp_path / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return path


def said(*arguments: str | Path) -> str:
    """What a call that works prints."""
    result = CliRunner().invoke(app, ["simulate", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("level", "name"),
    [("pictures", "a.mp4"), ("track", "a.npz"), ("signals", "a.parquet"), ("signals", "a.csv")],
)
def test_each_level_is_a_file_with_its_truth(
    scenario: Path, tmp_path: Path, level: str, name: str
) -> None:
    """And the summary says what is in it, and how it is measured."""
    pytest.importorskip("skimage")
    told = said(scenario, "--out", tmp_path / name, "--level", level)
    truth = json.loads((tmp_path / "a.truth.json").read_text(encoding="utf-8"))

    assert (tmp_path / name).stat().st_size > 1000
    assert [event["side"] for event in truth["events"]] == ["right"]
    assert "1 (0 tonic), side: right" in told
    assert ("spasm-video analyze" in told) == (level != "signals")


def test_the_examples_are_listed_with_what_they_are() -> None:
    """Each by its name."""
    told = said("--list")

    assert all(name in told for name in EXAMPLES)
    assert "healthy" in told


def test_an_example_can_be_shown_and_changed(tmp_path: Path) -> None:
    """What is printed is a scenario."""
    path = tmp_path / "mine.toml"
    path.write_text(said("mild_eyelid", "--show"), encoding="utf-8")

    assert load_scenario(path).disease == load_scenario("mild_eyelid").disease


def test_a_seed_is_another_day(tmp_path: Path) -> None:
    """Other times, the same disease; quiet says nothing."""
    told = [
        said("mild_eyelid", "--level", "signals", "--out", tmp_path / f"{seed}.csv",
             "--seed", str(seed), "--quiet")
        for seed in (1, 2)
    ]  # fmt: skip
    onsets = [
        [
            event["onset_s"]
            for event in json.loads((tmp_path / f"{seed}.truth.json").read_text())["events"]
        ]
        for seed in (1, 2)
    ]

    assert told == ["", ""]
    assert onsets[0] != onsets[1]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "No scenario is named."),
        (("nobody",), "There is no scenario nobody."),
        (("calm_control", "--out", "a.avi"), "a.avi is no name for pictures."),
        (("calm_control", "--out", "a.mp4", "--level", "track"), "a.mp4 is no name for track."),
        (("calm_control", "--out", "no/a.mp4"), "There is no folder no."),
        (
            ("calm_control", "--level", "track", "--over", "a.mp4"),
            "--over draws pictures; a simulation of track has none.",
        ),
        (("calm_control", "--out", "b.mp4", "--over", "a.mp4"), "a.mp4"),
    ],
)
def test_a_wrong_call_is_answered_in_two_lines(
    arguments: tuple[str, ...],
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong, what to do, exit code 2, no file."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["simulate", *arguments])
    lines = capsys.readouterr().err.splitlines()

    assert left.value.code == 2
    assert problem in lines[0]
    assert len(lines) == 2
    assert list(tmp_path.iterdir()) == []
