"""The records of a person over time check themselves, and name their method."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from spasm_video.errors import InputError
from spasm_video.history import (
    SCALES,
    Rating,
    Site,
    Subject,
    Treatment,
    TreatmentKind,
    measure_of,
    method_of,
)
from spasm_video.records import UNKNOWN, Estimate

DAY = dt.date(2026, 3, 2)
MADE: dict[str, Any] = {
    "package_version": "1.0",
    "params_hash": "abc",
    "observed_with": "onnxruntime 1.20, standard quality, 0123",
    "models": {"face_mesh": "aa", "eye_lids": "bb"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"package_version": "1.1"},
        {"params_hash": "abd"},
        {"observed_with": "onnxruntime 1.20, high quality, 4567"},
        {"models": {"face_mesh": "ac", "eye_lids": "bb"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_decides_a_number_changes_the_method(change: dict[str, Any]) -> None:
    """Version, parameters, observing and networks: each alone makes another line."""
    assert method_of(MADE | change) != method_of(MADE)


def test_what_decides_no_number_changes_no_method() -> None:
    """The runtime's own version, the order of the networks, and the video."""
    same = MADE | {
        "observed_with": "onnxruntime 1.30, standard quality, 0123",
        "models": {"eye_lids": "bb", "face_mesh": "aa"},
        "video": {"sha256": "x"},
    }

    assert method_of(same) == method_of(MADE)


@pytest.mark.parametrize("code", ["P01", "site-3.P_7", "0", "x" * 64])
def test_a_code_may_be_such(code: str) -> None:
    """Letters, digits, dots, dashes, underscores."""
    assert Subject(code=code).code == code


@pytest.mark.parametrize("code", ["", " P01", "P 01", "-P01", "a/b", "Jürgen", "x" * 65, "P01\n"])
def test_a_code_may_not_be_such(code: str) -> None:
    """Nothing that could be a name, a path or an option."""
    with pytest.raises(InputError, match="no names"):
        Subject(code=code)


@pytest.mark.parametrize("scale", SCALES)
def test_a_rating_lies_on_its_scale(scale: str) -> None:
    """Both ends are allowed, what lies beyond is a slip."""
    _, low, high = SCALES[scale]
    known: dict[str, Any] = {"subject": "P01", "scale": scale, "wording": "w", "rater": "R1"}

    assert Rating(**known, value=low, date=DAY).value == low
    with pytest.raises(InputError):
        Rating(**known, value=low - 1, date=DAY)
    if math.isfinite(high):
        assert Rating(**known, value=high, date=DAY).value == high
        with pytest.raises(InputError):
            Rating(**known, value=high + 1, date=DAY)
    for value in (math.nan, math.inf):
        with pytest.raises(InputError):
            Rating(**known, value=value, date=DAY)


def test_a_treatment_checks_its_days_and_doses() -> None:
    """An end before the beginning, no dose and less than none are refused."""
    known: dict[str, Any] = {"subject": "P01", "kind": TreatmentKind.DRUG, "date": DAY}

    assert Treatment(**known, until=DAY).until == DAY
    for wrong in ({"until": dt.date(2026, 3, 1)}, {"dose": 0.0}, {"sites": (Site("brow", -1.0),)}):
        with pytest.raises(InputError):
            Treatment(**known, **wrong)


def test_a_measure_has_a_reason_only_where_it_is_missing() -> None:
    """A known number needs none."""
    assert measure_of("rate", Estimate(1.0, 0.5, 2.0), "1/min", "too short").reason == ""
    assert measure_of("rate", UNKNOWN, "1/min", "too short").reason == "too short"
