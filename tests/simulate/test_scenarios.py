"""A scenario file says what is wrong with it, and the examples are fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spasm_video.errors import ParameterError
from spasm_video.simulate.scenarios import EXAMPLES, Event, Scenario, load_scenario, scenario_text

if TYPE_CHECKING:
    from pathlib import Path

ONE_EVENT = "[[event]]\nonset_s = 1\nside = 'left'\ncheek_mm = 1\n"


def written(folder: Path, text: str) -> Path:
    """A scenario file."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_scenario_and_says_what_it_is(name: str) -> None:
    """By its name alone, with a sentence about it."""
    scenario = load_scenario(name)

    assert scenario.name == name
    assert scenario.about.endswith(".")


def test_the_examples_cover_the_promised_kinds() -> None:
    """Controls of three kinds, three severities, low light, a phone held upright."""
    assert {
        "calm_control",
        "talking_control",
        "turning_control",
        "mild_eyelid",
        "moderate_clonic",
        "severe_tonic",
        "low_light",
        "phone_upright",
    } <= set(EXAMPLES)
    controls = [name for name in EXAMPLES if load_scenario(name).disease.side == "none"]
    assert {name for name in EXAMPLES if name.endswith("control")} <= set(controls)
    assert load_scenario("phone_upright").frames.timing == "variable"


def test_one_example_explains_every_key_at_its_default() -> None:
    """So that nobody has to guess what can be said."""
    everything = load_scenario("all_keys")
    plain = everything.model_copy(update={"name": "scenario", "about": ""})

    assert plain == Scenario()
    assert everything.model_fields_set | {"event"} == set(Scenario.model_fields)
    for section in ("frames", "disease", "distractors", "camera"):
        table = getattr(everything, section)
        assert table.model_fields_set == set(type(table).model_fields)
    text = scenario_text("all_keys")
    assert all(f"{key}" in text.split("[[event]]")[1] for key in Event.model_fields)


def test_an_empty_file_is_a_calm_healthy_face(tmp_path: Path) -> None:
    """Every key has a default; the name is the file's."""
    assert load_scenario(written(tmp_path, "")) == Scenario(name="mine")


def test_a_shown_example_is_the_same_scenario_again(tmp_path: Path) -> None:
    """What ``--show`` prints is a file to start from."""
    copied = load_scenario(written(tmp_path, scenario_text("severe_tonic")))

    assert copied.model_copy(update={"name": "severe_tonic"}) == load_scenario("severe_tonic")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("length_s = 60\nfps = 30\n", 2, "fps is not known"),
        ("[frames]\nfps = 500\n", 2, "frames.fps is 500"),
        ("[disease]\nside = 'left'\n\nclonic_rate = 3\n", 4, "disease.clonic_rate is not known"),
        ("[disease]\nside = 'up'\n", 2, "disease.side is 'up'"),
        ("[disease]\nspread = ['eyelid', 'ear']\n", 2, "disease.spread is 'ear'"),
        ("[disease]\nside = 'left'\ntwitch_ms = [400, 60]\n", 1, "disease"),
        (
            f"{ONE_EVENT}\n[[event]]\nonset_s = 2\nside = 'left'\ncheek_mm = -1\n",
            9,
            "event.cheek_mm is -1",
        ),
        ("[[event]]\nonset_s = 1\nside = 'left'\n", 1, "event"),
        ("[camera]\n# the file\nwidth_px = 721\n", 3, "camera.width_px is 721"),
    ],
)
def test_an_error_names_the_line_and_the_key(
    tmp_path: Path, text: str, line: int, key: str
) -> None:
    """So that it is found and mended."""
    with pytest.raises(ParameterError) as refused:
        load_scenario(written(tmp_path, text))

    assert refused.value.problem.startswith(f"mine.toml, line {line}: {key}")
    assert refused.value.remedy.endswith(".")


def test_an_unknown_key_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    """Of the same table."""
    with pytest.raises(ParameterError, match=r"Known here are: .*timing"):
        load_scenario(written(tmp_path, "[frames]\nrate = 30\n"))


def test_what_is_no_toml_is_said_so(tmp_path: Path) -> None:
    """With the place."""
    with pytest.raises(ParameterError, match=r"mine\.toml is not TOML: .*line 1"):
        load_scenario(written(tmp_path, "side = left\n"))


def test_what_is_not_there_is_answered_with_the_examples() -> None:
    """A misspelt name is easily mended."""
    with pytest.raises(ParameterError, match="mild_eyelid"):
        load_scenario("mild_eyelids")
