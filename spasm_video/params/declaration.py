"""How a number is declared: once, with its unit, its source and the ends of what makes sense."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any


def param(  # noqa: PLR0913 - a number, declared once, whole
    default: float, *, unit: str, source: str, about: str, low: float = 0.0, high: float = 1e6
) -> Any:
    """Declare a number: ``low`` and ``high`` are the ends of what makes sense."""
    about_it = {"unit": unit, "source": source, "about": about, "low": low, "high": high}
    return field(default=default if unit == "count" else float(default), metadata=about_it)


@dataclass(frozen=True, slots=True)
class ParamRow:
    """One number as the help and the README show it."""

    name: str
    unit: str
    default: float
    source: str
    about: str
    low: float
    high: float


def rows_of(record: Any, prefix: str) -> list[ParamRow]:
    """Every number of a record, in the order of its declaration, its name after ``prefix``."""
    rows: list[ParamRow] = []
    for entry in dataclasses.fields(record):
        value = getattr(record, entry.name)
        if dataclasses.is_dataclass(value):
            rows += rows_of(value, f"{prefix}{entry.name}.")
        else:
            meta = entry.metadata
            rows.append(
                ParamRow(
                    f"{prefix}{entry.name}",
                    meta["unit"],
                    value,
                    meta["source"],
                    meta["about"],
                    meta["low"],
                    meta["high"],
                )
            )
    return rows
