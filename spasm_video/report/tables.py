"""
The measurement as files for programs: events, blinks, signals, summary, provenance.

Column names carry their units and are a contract. Digits are fixed, nothing depends on the
clock or the machine: the same measurement gives the same bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import QualityFlag
from spasm_video.report.plain import DIGITS, run_plain, summary_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.records import Measurement, SpasmEvent

_TIME_DIGITS, _MM_DIGITS = DIGITS["s"], DIGITS["mm"]
_ANGLES = ("yaw_deg", "pitch_deg", "roll_deg")
_EVENT_COLUMNS = (
    "event", "onset_s", "offset_s", "peak_s", "side", "regions", "kind", "amplitude_mm",
    "confidence",
    *(f"{region}_{what}" for region in REGIONS for what in ("mm", "lag_ms")),
    "other_babinski",
)  # fmt: skip
_BLINK_COLUMNS = ("onset_s", "peak_s", "offset_s", "left_mm", "right_mm", "complete")


def write_tables(
    measurement: Measurement, folder: Path, params: Mapping[str, Any] | None = None
) -> None:
    """Write the five files for programs into ``folder``, which exists."""
    _write_csv(events_table(measurement), folder / "events.csv")
    _write_csv(blinks_table(measurement), folder / "blinks.csv")
    _write_parquet(measurement, folder / "signals.parquet")
    _write_json(summary_plain(measurement), folder / "summary.json")
    _write_json(run_plain(measurement, params), folder / "run.json")


def events_table(measurement: Measurement) -> pd.DataFrame:
    """One row an event, in order of onset; NaN where a region took no part."""
    rows = [_event_row(number, event) for number, event in enumerate(measurement.events, start=1)]
    return pd.DataFrame(rows, columns=list(_EVENT_COLUMNS))


def blinks_table(measurement: Measurement) -> pd.DataFrame:
    """One row a blink, in order of onset."""
    rows = [
        (
            *(round(t, _TIME_DIGITS) for t in (blink.onset_s, blink.peak_s, blink.offset_s)),
            *(round(mm, _MM_DIGITS) for mm in (blink.left_mm, blink.right_mm)),
            blink.complete,
        )
        for blink in measurement.blinks
    ]
    return pd.DataFrame(rows, columns=list(_BLINK_COLUMNS))


def signals_table(measurement: Measurement) -> pd.DataFrame:
    """One row a frame; float32 but for the times, so that long videos stay small."""
    signals, head, quality = measurement.signals, measurement.head, measurement.quality
    columns: dict[str, Any] = {"time_s": signals.time_s.round(_TIME_DIGITS)}
    for region in REGIONS:
        for side in SIDES:
            columns[f"{region}_{side}_mm"] = _lean(signals.of(region, side), _MM_DIGITS)
    for at, region in enumerate(REGIONS):
        columns[f"{region}_one_sided_mm"] = _lean(signals.one_sided_mm[:, at], _MM_DIGITS)
    for at, name in enumerate(_ANGLES):
        columns[name] = _lean(head.rotation_deg[:, at], DIGITS["deg"])
    columns["usable"] = quality.usable
    columns["reasons"] = _reason_words(quality.reasons)
    return pd.DataFrame(columns)


def _event_row(number: int, event: SpasmEvent) -> dict[str, Any]:
    row = {
        "event": number,
        "onset_s": round(event.onset_s, _TIME_DIGITS),
        "offset_s": round(event.offset_s, _TIME_DIGITS),
        "peak_s": round(event.peak_s, _TIME_DIGITS),
        "side": str(event.side),
        "regions": "+".join(event.regions),
        "kind": str(event.kind),
        "amplitude_mm": round(event.amplitude_mm, _MM_DIGITS),
        "confidence": round(event.confidence, DIGITS["confidence"]),
        "other_babinski": event.other_babinski,
    }
    for region in REGIONS:
        row[f"{region}_mm"] = row[f"{region}_lag_ms"] = np.nan
    for part in event.parts:
        row[f"{part.region}_mm"] = round(part.amplitude_mm, _MM_DIGITS)
        row[f"{part.region}_lag_ms"] = round(part.lag_ms, DIGITS["ms"])
    return row


def _lean(values: NDArray[np.float64], digits: int) -> NDArray[np.float32]:
    return values.round(digits).astype(np.float32)


def _reason_words(reasons: NDArray[np.int64]) -> pd.Categorical[str]:
    """Words joined by +, one category a combination: a code a frame, not a text a frame."""
    found, codes = np.unique(reasons, return_inverse=True)
    words = [
        "+".join(str(flag.name).lower() for flag in QualityFlag if bits & flag) for bits in found
    ]
    return pd.Categorical.from_codes(codes.astype(np.int16), categories=pd.Index(words, dtype=str))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    text = table.copy()
    for name in table.columns[table.dtypes == "float64"]:
        digits = DIGITS.get(name.rsplit("_", 1)[-1], DIGITS["other"])
        text[name] = [_fixed(value, digits) for value in table[name]]
    text.to_csv(path, index=False, lineterminator="\n")


def _fixed(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def _write_parquet(measurement: Measurement, path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 (heavy, and only files need it)
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pandas(signals_table(measurement), preserve_index=False)
    # pandas' own note names its version; ours names what the numbers were made with.
    made_with = measurement.provenance
    note = {"spasm_video": made_with.package_version, "params_hash": made_with.params_hash}
    pq.write_table(table.replace_schema_metadata(note), path, compression="zstd")


def _write_json(plain: dict[str, Any], path: Path) -> None:
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


__all__ = [
    "blinks_table",
    "events_table",
    "run_plain",
    "signals_table",
    "summary_plain",
    "write_tables",
]
