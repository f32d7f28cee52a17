"""
The measurement as files for programs: events, blinks, signals, summary, provenance.

Column names carry their units and are a contract. Digits are fixed, nothing depends on the
clock or the machine: the same measurement gives the same bytes. Files are written without
pandas, which takes longer to load than all of them to write; tables for people are pandas'.
"""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import QualityFlag
from spasm_video.report.plain import DIGITS, run_plain, summary_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from spasm_video.history import ReviewedEvent
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
    _write_text(_csv(_EVENT_COLUMNS, _event_rows(measurement)), folder / "events.csv")
    _write_text(_csv(_BLINK_COLUMNS, _blink_rows(measurement)), folder / "blinks.csv")
    _write_parquet(measurement, folder / "signals.parquet")
    _write_json(summary_plain(measurement), folder / "summary.json")
    _write_json(run_plain(measurement, params), folder / "run.json")


def review_csv(events: Iterable[ReviewedEvent]) -> str:
    """
    The events of a review as CSV: the columns of events.csv, ``verdict`` and ``measured``.

    ``measured`` is the number of the event in events.csv; empty where a person found it.
    """
    rows = [
        _event_row(number, one.event)
        | {"verdict": str(one.verdict), "measured": one.measured or ""}
        for number, one in enumerate(events, start=1)
    ]
    return _csv((*_EVENT_COLUMNS, "verdict", "measured"), rows)


def json_text(plain: dict[str, Any]) -> str:
    """As the files have it."""
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def events_table(measurement: Measurement) -> pd.DataFrame:
    """One row an event, in order of onset; NaN where a region took no part."""
    return _table(_EVENT_COLUMNS, _event_rows(measurement))


def blinks_table(measurement: Measurement) -> pd.DataFrame:
    """One row a blink, in order of onset."""
    return _table(_BLINK_COLUMNS, _blink_rows(measurement))


def signals_table(measurement: Measurement) -> pd.DataFrame:
    """One row a frame; float32 but for the times, so that long videos stay small."""
    import pandas as pd  # noqa: PLC0415 (slow to import)

    codes, words = _reason_words(measurement.quality.reasons)
    reasons = pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype=str))
    return pd.DataFrame(_signal_columns(measurement) | {"reasons": reasons})


def _table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 (slow to import)

    return pd.DataFrame(rows, columns=list(columns))


def _signal_columns(measurement: Measurement) -> dict[str, NDArray[Any]]:
    signals, head, quality = measurement.signals, measurement.head, measurement.quality
    columns: dict[str, NDArray[Any]] = {"time_s": signals.time_s.round(_TIME_DIGITS)}
    for region in REGIONS:
        for side in SIDES:
            columns[f"{region}_{side}_mm"] = _lean(signals.of(region, side), _MM_DIGITS)
    for at, region in enumerate(REGIONS):
        columns[f"{region}_one_sided_mm"] = _lean(signals.one_sided_mm[:, at], _MM_DIGITS)
    for at, name in enumerate(_ANGLES):
        columns[name] = _lean(head.rotation_deg[:, at], DIGITS["deg"])
    columns["usable"] = quality.usable
    return columns


def _blink_rows(measurement: Measurement) -> list[dict[str, Any]]:
    return [
        {
            **{
                name: round(getattr(blink, name), _TIME_DIGITS)
                for name in ("onset_s", "peak_s", "offset_s")
            },
            **{name: round(getattr(blink, name), _MM_DIGITS) for name in ("left_mm", "right_mm")},
            "complete": blink.complete,
        }
        for blink in measurement.blinks
    ]


def _event_rows(measurement: Measurement) -> list[dict[str, Any]]:
    return [_event_row(number, event) for number, event in enumerate(measurement.events, start=1)]


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


def _reason_words(reasons: NDArray[np.int64]) -> tuple[NDArray[np.int8], list[str]]:
    """A code a frame and the words of each code, joined by +: not a text a frame."""
    found, codes = np.unique(reasons, return_inverse=True)
    words = [
        "+".join(str(flag.name).lower() for flag in QualityFlag if bits & flag) for bits in found
    ]
    return codes.astype(np.int8 if len(words) <= np.iinfo(np.int8).max else np.int16), words


def _csv(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(name, row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _cell(name: str, value: Any) -> Any:
    """A number with the digits of its unit; nothing where it is missing."""
    if not isinstance(value, float):
        return value
    digits = DIGITS.get(name.rsplit("_", 1)[-1], DIGITS["other"])
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def _write_parquet(measurement: Measurement, path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 (heavy, and only files need it)
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = {name: _arrow(values) for name, values in _signal_columns(measurement).items()}
    codes, words = _reason_words(measurement.quality.reasons)
    columns["reasons"] = pa.DictionaryArray.from_arrays(_arrow(codes), _arrow_texts(words))
    made_with = measurement.provenance
    note = {"spasm_video": made_with.package_version, "params_hash": made_with.params_hash}
    schema = pa.schema([(name, column.type) for name, column in columns.items()], metadata=note)
    table = pa.Table.from_arrays(list(columns.values()), schema=schema)
    pq.write_table(table, path, compression="zstd")


def _arrow(values: NDArray[Any]) -> pa.Array:
    """A column, NaN as null; made of its bytes, for ``pa.array`` loads pandas."""
    import pyarrow as pa  # noqa: PLC0415 (as above)

    known, data = None, np.ascontiguousarray(values)
    if data.dtype.kind == "f" and np.isnan(data).any():
        known = pa.py_buffer(np.packbits(~np.isnan(data), bitorder="little"))
    if data.dtype.kind == "b":
        data = np.packbits(data, bitorder="little")
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [known, pa.py_buffer(data)])


def _arrow_texts(texts: list[str]) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415 (as above)

    coded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, coded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(coded))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)


def _write_json(plain: dict[str, Any], path: Path) -> None:
    _write_text(json_text(plain), path)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


__all__ = [
    "blinks_table",
    "events_table",
    "json_text",
    "review_csv",
    "run_plain",
    "signals_table",
    "summary_plain",
    "write_tables",
]
