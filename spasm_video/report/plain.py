"""Records as plain data for JSON: missing is null with its reason, digits are fixed by unit."""

from __future__ import annotations

import dataclasses
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.records import Measurement, RegionSummary, SessionSummary

# Decimal places by the last word of a name: a tenth of what the measurement can tell.
DIGITS = {
    "s": 4, "ms": 1, "mm": 3, "mm2": 5, "deg": 2, "hz": 3, "fps": 3, "min": 3, "px": 5,
    "fraction": 5, "percent": 2, "value": 6, "confidence": 3, "rhythmicity": 3, "cv": 3,
    "stage": 1, "other": 4,
}  # fmt: skip
_NESTED = ("regions", "coactivation", "side_evidence", "limits")


def summary_plain(measurement: Measurement) -> dict[str, Any]:
    """
    The summary, ready for JSON, in the order of the record.

    ``regions`` is keyed by region, then side. Where a number is null, the ``reason`` beside
    it says why; it is empty where all numbers are known.
    """
    summary = measurement.summary
    plain: dict[str, Any] = {
        name: _plain(name, value) for name, value in _fields(summary) if name not in _NESTED
    }
    plain["side_evidence"] = {n: _plain(n, v) for n, v in _fields(summary.side_evidence)}
    plain["regions"] = {
        str(region): {str(side): _region_plain(summary.of(region, side)) for side in SIDES}
        for region in REGIONS
    }
    plain["coactivation"] = [
        {name: _plain(name, value) for name, value in _fields(pair)}
        for pair in summary.coactivation
    ]
    plain["limits"] = list(summary.limits)
    plain["reason"] = _why_missing(summary, " ".join(summary.limits))
    return plain


def run_plain(measurement: Measurement, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """
    With what the measurement was made; ``params`` are the parameters in full, if given.

    No clock and no machine: the same video under the same version gives the same bytes.
    """
    made_with = measurement.provenance
    plain: dict[str, Any] = {
        "package_version": made_with.package_version,
        "params_hash": made_with.params_hash,
        "observed_with": made_with.observed_with,
        "models": dict(made_with.models),
        "video": {name: _plain(name, value) for name, value in _fields(made_with.video)},
    }
    if params is not None:
        plain["params"] = dict(params)
    return plain


def _region_plain(region: RegionSummary) -> dict[str, Any]:
    plain = {name: _plain(name, v) for name, v in _fields(region) if name not in {"region", "side"}}
    return plain | {"reason": region.reason or _why_missing(region, "")}


def _why_missing(record: RegionSummary | SessionSummary, words: str) -> str:
    """Why numbers of a record are null; empty where none is."""
    if not any(_is_missing(value) for _, value in _fields(record)):
        return ""
    few = "No spasm to describe." if record.events == 0 else "Too few spasms for this number."
    return words or few


def _is_missing(value: Any) -> bool:
    number = value.value if isinstance(value, Estimate) else value
    return isinstance(number, float) and math.isnan(number)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Estimate):
        digits = _digits(name)
        return {part: _number(number, digits) for part, number in _fields(value)}
    if isinstance(value, float):
        return _number(value, _digits(name))
    return str(value) if isinstance(value, StrEnum) else value


def _digits(name: str) -> int:
    return DIGITS.get(name.rsplit("_", 1)[-1], DIGITS["other"])


def _number(value: float, digits: int) -> float | None:
    """Rounded, null where missing or without end; never -0.0."""
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def _fields(record: Any) -> list[tuple[str, Any]]:
    return [(f.name, getattr(record, f.name)) for f in dataclasses.fields(record)]
