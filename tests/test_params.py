"""Every number of the measurement is declared once, whole, and can be set from a file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.errors import ParameterError
from spasm_video.params import (
    AnalysisParams,
    ParamRow,
    TimelineParams,
    load_params,
    load_timeline_params,
    params_hash,
    table,
)

if TYPE_CHECKING:
    from pathlib import Path

ROWS = table()
SUFFIX = {
    "s": "_s",
    "ms": "_ms",
    "mm": "_mm",
    "deg": "_deg",
    "px": "_px",
    "Hz": "_hz",
    "1/s": "_fps",
    "mm/deg": "_mm_per_deg",
}


def of(row: ParamRow, params: AnalysisParams) -> float:
    """The value a set of parameters has for a row of the table."""
    value: Any = params
    for name in row.name.split("."):
        value = getattr(value, name)
    return float(value)


def another(row: ParamRow) -> float:
    """A value within the range that is not the default, of the same kind."""
    return row.default + 1 if row.unit == "count" else (row.default + row.low) / 2


def as_toml(rows: list[ParamRow], values: list[float]) -> str:
    """A parameter file that sets these rows."""
    return "\n".join(f"{row.name} = {value!r}" for row, value in zip(rows, values, strict=True))


def written(folder: Path, text: str) -> Path:
    """A parameter file of this text."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_number_says_what_it_is(row: ParamRow) -> None:
    """Unit, meaning and source are there, and the default is a value one may set."""
    assert row.unit
    assert row.about
    assert row.source
    assert row.low <= row.default <= row.high


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_unit_is_in_the_name(row: ParamRow) -> None:
    """A number in seconds ends in ``_s``; a bare name is a count, a share or a level."""
    suffix = SUFFIX.get(row.unit, "")
    others = tuple(end for end in SUFFIX.values() if end != suffix)

    assert row.name.endswith(suffix)
    assert suffix or not row.name.endswith(others)


def test_names_are_unique() -> None:
    """One row a number, dotted as in a file."""
    names = [row.name for row in ROWS]

    assert len(set(names)) == len(names) > 90
    assert "measure.event.brief_level" in names


def test_shares_lie_between_nothing_and_all() -> None:
    """What is declared as a 0-1 cannot be set to 2."""
    assert {(row.low, row.high) for row in ROWS if row.unit == "0-1"} == {(0.0, 1)}


def test_one_file_holds_the_numbers_of_all_commands(tmp_path: Path) -> None:
    """Each command takes its own, and refuses what nobody knows."""
    text = "timeline.weak_percent = 5\nmeasure.quality.softest = 1.5"
    path = written(tmp_path, text)

    assert load_timeline_params(path) == TimelineParams(weak_percent=5.0)
    assert load_params(path).measure.quality.softest == 1.5
    assert load_params(path).hash() == load_params(written(tmp_path, text[26:])).hash()
    with pytest.raises(ParameterError, match=r"no parameter timeline\.weak"):
        load_params(written(tmp_path, "timeline.weak = 5"))


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    """What a file leaves out keeps its default."""
    assert load_params(written(tmp_path, "")) == AnalysisParams()


def test_the_defaults_come_back_from_a_file(tmp_path: Path) -> None:
    """Every number of the table can be written down and read again."""
    path = written(tmp_path, as_toml(ROWS, [row.default for row in ROWS]))

    assert load_params(path) == AnalysisParams()


def test_every_number_can_be_set(tmp_path: Path) -> None:
    """Another value for each is taken over, whole numbers as whole numbers."""
    values = [another(row) for row in ROWS]

    params = load_params(written(tmp_path, as_toml(ROWS, values)))

    assert [of(row, params) for row in ROWS] == values
    assert all(of(row, params) != row.default for row in ROWS)


def test_a_whole_number_may_stand_for_a_real_one(tmp_path: Path) -> None:
    """1 and 1.0 are one number, with one hash."""
    params = load_params(written(tmp_path, "measure.quality.softest = 1"))
    same = load_params(written(tmp_path, "measure.quality.softest = 1.0"))

    assert params.measure.quality.softest == 1.0
    assert params.hash() == same.hash()


def test_only_counts_are_whole_numbers() -> None:
    """A limit of 32 degrees may be set to 25.5, a number of events may not."""
    assert {row.unit for row in ROWS if isinstance(row.default, int)} == {"count"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_number_out_of_its_range_is_refused(row: ParamRow, tmp_path: Path) -> None:
    """The message names the number, its range and its default."""
    too_much = int(row.high) + 1 if row.unit == "count" else 2.0 * row.high + 1.0

    with pytest.raises(ParameterError, match=rf"{row.name} is .* must lie from {row.low:g} to "):
        load_params(written(tmp_path, as_toml([row], [too_much])))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("measure.event.brief_levle = 1", r"no parameter measure\.event\.brief_levle.*brief_level"),
        ("speed = 1", r"no parameter speed\. Known here: observe, measure"),
        ("measure.event.brief_level = 'high'", "is 'high'. It must be a number in 1"),
        ("measure.event.brief_level = true", "is True. It must be a number"),
        ("measure.event.brief_level = nan", "is nan 1. It must lie from 0 to"),
        ("measure.event.brief_level = -0.1", "is -0.1 1. It must lie from 0 to"),
        ("measure.event.brief_level = [1.0]", "must be a number"),
        ("measure.event.brief_level.value = 1", "must be a number"),
        ("measure.summary.side_events = 2.5", "is 2.5. It must be a whole number in count"),
        ("measure.summary.side_events = 0", "is 0 count. It must lie from 1 to"),
        ("measure.quality = 3", "measure.quality is 3. It must be a table of numbers"),
        ("measure = 'strict'", "measure is 'strict'. It must be a table of numbers"),
        ("measure.event.brief_level = ", "mine.toml cannot be read as TOML"),
    ],
)
def test_a_bad_file_is_refused_with_its_remedy(text: str, said: str, tmp_path: Path) -> None:
    """No traceback: the problem, then what to do."""
    with pytest.raises(ParameterError, match=said):
        load_params(written(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A picture is not a parameter file."""
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\xff\xfe")

    with pytest.raises(ParameterError, match=r"picture\.png cannot be read as TOML"):
        load_params(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The name in the message is the name that was given."""
    with pytest.raises(ParameterError, match=r"mine\.toml cannot be read as TOML"):
        load_params(tmp_path / "mine.toml")


def test_the_hash_is_of_the_measuring_half() -> None:
    """Sixteen hex digits; how the face was observed has a hash of its own."""
    params = AnalysisParams()
    finer = dataclasses.replace(params, observe=dataclasses.replace(params.observe, crops=4))

    assert len(params.hash()) == 16
    assert int(params.hash(), 16) >= 0
    assert finer.hash() == params.hash() == params_hash(params.measure)
    assert params_hash(finer.observe) != params_hash(params.observe)
