"""
The tables of a batch: a row a video, a row an event, a row a failure.

In the order of the manifest, without a clock or a machine in them: the same manifest gives
the same bytes, whoever did the work.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.batch.resultset import lost_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from spasm_video.batch.folder import BatchFolder
    from spasm_video.batch.resultset import Scored

IDENTITY = ("subject", "visit", "date", "segment", "video", "mirrored", "start_s", "end_s")
_WHO = IDENTITY[:5]
_VIDEO = ("width_px", "height_px", "codec", "real_fps", "gaps", "corrupt_after_s")
_ESTIMATES = ("spasms_per_min", "tonic_fraction", "blinks_per_min")
_SUMMARY = (
    "duration_s", "usable_s", "affected_side", "spasms_per_min", "events", "clonic_events",
    "tonic_events", "tonic_fraction", "bursts", "median_amplitude_mm", "p90_amplitude_mm",
    "median_duration_s", "eye_closed_fraction", "spread_stage", "other_babinski_events",
    "blinks", "complete_blinks", "blinks_per_min", "resting_lid_left_mm",
    "resting_lid_right_mm", "resting_lid_difference_percent", "mm_per_px",
)  # fmt: skip
_EVIDENCE = ("left_events", "right_events", "p_value")
_REGION = (
    "usable_s", "limit_mm", "events", "spasms_per_min", "median_amplitude_mm",
    "p90_amplitude_mm", "median_interval_s", "interval_cv", "bursts", "twitch_rate_hz",
    "band_power_mm2", "peak_frequency_hz", "rhythmicity", "reason",
)  # fmt: skip
EVENT_COLUMNS = (
    "event", "onset_s", "offset_s", "peak_s", "side", "regions", "kind", "amplitude_mm",
    "confidence", *(f"{region}_{what}" for region in REGIONS for what in ("mm", "lag_ms")),
    "other_babinski",
)  # fmt: skip
_WORDS = frozenset({"affected_side", "codec", "reason", "reasons"})
_COUNTS = frozenset({"width_px", "height_px", "gaps", "blinks", "complete_blinks", "bursts"})


def score_columns() -> tuple[str, ...]:
    """The columns of ``scores.csv`` that are not from the manifest, in their order."""
    summary = [name for plain in _SUMMARY for name in _spread(plain)]
    regions = [
        f"{region}_{side}_{name}"
        for region in REGIONS for side in SIDES for plain in _REGION for name in _spread(plain)
    ]  # fmt: skip
    return (
        "status", "reason", *summary, *(f"side_{name}" for name in _EVIDENCE), "reasons",
        *regions, *_VIDEO, "iris_px", *lost_columns(), "video_sha256", "params_hash",
        "package_version", "results",
    )  # fmt: skip


def reserved_columns() -> frozenset[str]:
    """What no column of a manifest may be called."""
    return frozenset({*score_columns(), "line"})


def write_tables(scored: Sequence[Scored], folder: BatchFolder) -> tuple[dict[str, Any], ...]:
    """
    Write ``scores.csv``, ``scores.parquet``, ``events.csv`` and ``failures.csv``.

    Returns
    -------
    The rows of the first, as values.
    """
    rows = tuple(score_row(one) for one in scored)
    more = passed_through(scored)
    columns = ("line", *IDENTITY, *more, *score_columns())
    with folder.aside("scores.csv") as path:
        write_csv(path, columns, rows)
    with folder.aside("scores.parquet") as path:
        _write_parquet(path, columns, more, rows)
    with folder.aside("events.csv") as path:
        write_csv(path, (*_WHO, *EVENT_COLUMNS), _event_rows(scored))
    with folder.aside("failures.csv") as path:
        write_csv(path, ("line", *_WHO, "problem", "remedy"), _failure_rows(scored))
    return rows


def passed_through(scored: Sequence[Scored]) -> tuple[str, ...]:
    """The manifest's own columns, in its order."""
    return tuple(dict.fromkeys(name for one in scored for name, _ in one.job.visit.more))


def identity(one: Scored) -> dict[str, Any]:
    """Whose video it is and which part, as the manifest says."""
    visit = one.job.visit
    return {name: getattr(visit, name) for name in IDENTITY}


def score_row(one: Scored) -> dict[str, Any]:
    """One row of ``scores.csv``; None where not assessable."""
    row: dict[str, Any] = {"line": one.job.visit.line, **identity(one)}
    row |= dict(one.job.visit.more)
    row |= {"status": "done" if one.is_done else "failed", "reason": one.problem}
    row["video_sha256"] = one.job.sha256
    if not one.is_done:
        return row
    summary, run = one.summary, one.run
    for name in _SUMMARY:
        row |= _cells(name, summary[name])
    row |= {f"side_{name}": summary["side_evidence"][name] for name in _EVIDENCE}
    row["reasons"] = " ".join(summary["limits"])
    for region in REGIONS:
        for side in SIDES:
            found = summary["regions"][region][side]
            for name in _REGION:
                cells = _cells(name, found[name])
                row |= {f"{region}_{side}_{cell}": value for cell, value in cells.items()}
    row |= {name: run["video"][name] for name in _VIDEO} | one.quality
    row |= {name: run[name] for name in ("params_hash", "package_version")}
    row["results"] = f"videos/{one.folder.name}"
    return row


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write a table row by row; None is an empty cell, truth is yes or no."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _text(row.get(name)) for name in columns})


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _spread(name: str) -> tuple[str, ...]:
    return (name, f"{name}_low", f"{name}_high") if name in _ESTIMATES else (name,)


def _cells(name: str, value: Any) -> dict[str, Any]:
    """An estimate is three cells."""
    if name not in _ESTIMATES:
        return {name: value}
    return dict(zip(_spread(name), (value["value"], value["low"], value["high"]), strict=True))


def _event_rows(scored: Sequence[Scored]) -> Iterator[dict[str, Any]]:
    for one in scored:
        if one.is_done:
            who = {name: getattr(one.job.visit, name) for name in _WHO}
            for event in one.events():
                yield who | event


def _failure_rows(scored: Sequence[Scored]) -> Iterator[dict[str, Any]]:
    for one in scored:
        if not one.is_done:
            told = {"problem": one.problem, "remedy": one.remedy}
            yield {"line": one.job.visit.line, **identity(one), **told}


def _write_parquet(
    path: Path, columns: Sequence[str], more: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Typed by name, not by what happens to be in the rows, so that batches join."""
    import pyarrow as pa  # noqa: PLC0415 (heavy)
    import pyarrow.parquet as pq  # noqa: PLC0415

    given = {"line", *IDENTITY, *more}
    schema = pa.schema([(name, _type(pa, name, is_given=name in given)) for name in columns])
    cells = {name: [_typed(row.get(name), schema.field(name).type, pa) for row in rows]
             for name in columns}  # fmt: skip
    pq.write_table(pa.table(cells, schema=schema), path, compression="zstd")


def _type(pa: Any, name: str, *, is_given: bool) -> Any:
    if name == "mirrored":
        return pa.bool_()
    if name in {"start_s", "end_s"}:
        return pa.float64()
    last = name.rsplit("_", 1)[-1]
    if name == "line" or name in _COUNTS or (last in {"events", "bursts"} and not is_given):
        return pa.int64()
    is_text = is_given or name in _WORDS or last == "reason" or name in {
        "status", "video_sha256", "params_hash", "package_version", "results",
    }  # fmt: skip
    return pa.string() if is_text else pa.float64()


def _typed(value: Any, kind: Any, pa: Any) -> Any:
    if value is None:
        return None
    return float(value) if kind == pa.float64() else value
