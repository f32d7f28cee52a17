"""Numbers from a TOML file: what it leaves out keeps its default, what is wrong is refused."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from spasm_video.errors import ParameterError
from spasm_video.params.analysis import AnalysisParams
from spasm_video.params.measure import MeasureParams
from spasm_video.params.observe import ObserveParams
from spasm_video.params.timeline import TimelineParams

if TYPE_CHECKING:
    from pathlib import Path

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """All that a file of numbers can hold."""

    observe: ObserveParams = field(default_factory=ObserveParams)
    measure: MeasureParams = field(default_factory=MeasureParams)
    timeline: TimelineParams = field(default_factory=TimelineParams)


def load_params(path: Path) -> AnalysisParams:
    """
    Read a TOML file of numbers; what it leaves out keeps its default.

    The file may set numbers of the timeline as well.

    Raises
    ------
    ParameterError
        The file is not TOML, names an unknown number, or a number is out of its range.
    """
    found = _load(path)
    return AnalysisParams(observe=found.observe, measure=found.measure)


def load_timeline_params(path: Path) -> TimelineParams:
    """The numbers of the timeline from such a file; it may set the others as well."""
    return _load(path).timeline


def _load(path: Path) -> _File:
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(
            f"{path.name} cannot be read as TOML: {error}.",
            "See the parameter table in the README for the names.",
        ) from error
    return _merged(_File(), plain, "")


def _merged(record: Record, plain: dict[str, Any], prefix: str) -> Record:
    known = {entry.name: entry for entry in dataclasses.fields(record)}  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            raise ParameterError(
                f"There is no parameter {prefix}{name}.",
                f"Known here: {', '.join(known)}.",
            )
        current = getattr(record, name)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, dict):
                raise ParameterError(
                    f"{prefix}{name} is {value!r}.",
                    "It must be a table of numbers; see the parameter table in the README.",
                )
            changes[name] = _merged(current, value, f"{prefix}{name}.")
        else:
            changes[name] = _checked(f"{prefix}{name}", value, current, known[name].metadata)
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]


def _checked(name: str, value: Any, current: float, meta: Any) -> float:
    low, high = meta["low"], meta["high"]
    whole = meta["unit"] == "count"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        kind = "a whole number" if whole else "a number"
        raise ParameterError(f"{name} is {value!r}.", f"It must be {kind} in {meta['unit']}.")
    if not low <= value <= high:
        raise ParameterError(
            f"{name} is {value} {meta['unit']}.",
            f"It must lie from {low:g} to {high:g}; leave it out for the default, {current:g}.",
        )
    return value if whole else float(value)
