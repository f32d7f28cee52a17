"""
The published scorecards: what the README says this version reaches.

The full grid is what is promised on; the quick one is measured anew with every change by a
test, and tells when both are out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video.validate.scorecard import as_json

if TYPE_CHECKING:
    from spasm_video.validate.grid import Grid


def published(grid: Grid) -> dict[str, Any]:
    """The published scorecard of a grid as plain data."""
    told: dict[str, Any] = json.loads(_path(grid).read_text(encoding="utf-8"))
    return told


def publish(grid: Grid, told: dict[str, Any]) -> None:
    """Make this the published scorecard of a grid."""
    _path(grid).write_text(as_json(told), encoding="utf-8", newline="\n")


def _path(grid: Grid) -> Path:
    return Path(__file__).parent / f"published_{grid}.json"
