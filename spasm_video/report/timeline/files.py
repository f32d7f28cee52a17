"""timeline.csv and timeline.json: every number of the page, for programs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

from spasm_video import __version__
from spasm_video.history import Session

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.course import Timeline

_SIGNIFICANT = 6
_SESSION = (
    "number", "date", "label", "segment", "device", "side", "is_confirmed", "duration_s",
    "usable_s", "folder",
)  # fmt: skip


def timeline_table(timeline: Timeline) -> pd.DataFrame:
    """One row a session in order of time; empty where not assessable."""
    rows = []
    for at, session in enumerate(timeline.sessions):
        treatment = timeline.treatment_before(session.date)
        row: dict[str, Any] = {
            "session": session.number,
            "date": session.date.isoformat(),
            "label": session.label,
            "day": (session.date - timeline.sessions[0].date).days,
            "treatment_before": treatment.kind if treatment else "",
            "days_since_treatment": (session.date - treatment.date).days if treatment else None,
            "usable_s": round(session.usable_s, 1),
        }
        for line in timeline.lines:
            point = line.points[at]
            row[line.name] = _number(point.value)
            if line not in (timeline.weakness, timeline.size):
                row[f"{line.name}_low"] = _number(point.low)
                row[f"{line.name}_high"] = _number(point.high)
        row["reason"] = timeline.rate.points[at].reason
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def timeline_plain(timeline: Timeline) -> dict[str, Any]:
    """The record as JSON has it: days as ISO text, null where it cannot be told."""
    return {"spasm_video": __version__} | dict(_plain(timeline))


def write_files(timeline: Timeline, folder: Path) -> None:
    """Write both into a folder that is there."""
    timeline_table(timeline).to_csv(folder / "timeline.csv", index=False, lineterminator="\n")
    text = json.dumps(timeline_plain(timeline), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "timeline.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Session):  # its numbers are those of the lines
        return {name: _plain(getattr(value, name)) for name in _SESSION}
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _number(value: float) -> float | None:
    return float(f"{value:.{_SIGNIFICANT}g}") if math.isfinite(value) else None
