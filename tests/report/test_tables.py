"""The tables are a contract: names, order, units, digits, bytes."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import QualityFlag
from spasm_video.report.plain import run_plain, summary_plain
from spasm_video.report.tables import blinks_table, events_table, signals_table, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spasm_video.records import Measurement

FILES = ("events.csv", "blinks.csv", "signals.parquet", "summary.json", "run.json")
EVENT_COLUMNS = (
    "event,onset_s,offset_s,peak_s,side,regions,kind,amplitude_mm,confidence,"
    "eyelid_mm,eyelid_lag_ms,brow_mm,brow_lag_ms,cheek_mm,cheek_lag_ms,"
    "mouth_mm,mouth_lag_ms,neck_mm,neck_lag_ms,other_babinski"
)
SIGNAL_COLUMNS = (
    "time_s,eyelid_left_mm,eyelid_right_mm,brow_left_mm,brow_right_mm,cheek_left_mm,"
    "cheek_right_mm,mouth_left_mm,mouth_right_mm,neck_left_mm,neck_right_mm,"
    "eyelid_one_sided_mm,brow_one_sided_mm,cheek_one_sided_mm,mouth_one_sided_mm,"
    "neck_one_sided_mm,yaw_deg,pitch_deg,roll_deg,usable,reasons"
)


def test_the_columns_are_those_of_the_contract(any_measurement: Measurement) -> None:
    """Names and order hold for every measurement, an empty one too."""
    assert ",".join(events_table(any_measurement).columns) == EVENT_COLUMNS
    assert ",".join(signals_table(any_measurement).columns) == SIGNAL_COLUMNS
    assert list(blinks_table(any_measurement).columns) == [
        "onset_s", "peak_s", "offset_s", "left_mm", "right_mm", "complete",
    ]  # fmt: skip


def test_an_event_is_a_row_that_can_be_audited(scene_of: Callable[..., Measurement]) -> None:
    """Regions stand in order of onset; those not involved stay empty."""
    measurement = scene_of("left")

    table = events_table(measurement)

    assert table["event"].tolist() == list(range(1, 13))
    for row, event in zip(table.to_dict("records"), measurement.events, strict=True):
        assert row["regions"] == "+".join(event.regions)
        assert (row["side"], row["kind"]) == (event.side, event.kind)
        assert row["amplitude_mm"] == pytest.approx(event.amplitude_mm, abs=5e-4)
        assert row["onset_s"] == pytest.approx(event.onset_s, abs=5e-5)
        for region in REGIONS:
            assert math.isnan(row[f"{region}_mm"]) == (region not in event.regions)
        for part in event.parts:
            assert row[f"{part.region}_mm"] == pytest.approx(part.amplitude_mm, abs=5e-4)
            assert row[f"{part.region}_lag_ms"] == pytest.approx(part.lag_ms, abs=0.05)


def test_a_signal_row_is_a_frame(scene_of: Callable[..., Measurement]) -> None:
    """Every frame has its row, lost frames are empty and say why in words."""
    measurement = scene_of("left")

    table = signals_table(measurement)

    assert len(table) == 1800
    assert table["eyelid_left_mm"].dtype == np.float32
    for region in REGIONS:
        for side in SIDES:
            expected = measurement.signals.of(region, side)
            np.testing.assert_allclose(table[f"{region}_{side}_mm"], expected, atol=6e-4)
    np.testing.assert_allclose(table["pitch_deg"], measurement.head.rotation_deg[:, 1], atol=6e-3)
    lost = table[~table["usable"]]
    assert set(lost["reasons"]) == {"turned", "occluded"}
    assert lost["mouth_right_mm"].isna().all()
    assert set(table.loc[table["usable"], "reasons"]) == {""}


def test_reasons_of_one_frame_are_joined(scene_of: Callable[..., Measurement]) -> None:
    """Two reasons of a frame are two words in the order of the flags."""
    both = ((2.0, 3.0, QualityFlag.DARK), (2.0, 3.0, QualityFlag.TURNED))

    table = signals_table(scene_of("left", lost_s=both))

    assert table.loc[75, "reasons"] == "turned+dark"


def test_the_summary_has_every_region_and_side(any_measurement: Measurement) -> None:
    """The keys others build on are there, whatever was found."""
    plain = summary_plain(any_measurement)

    assert {"duration_s", "usable_s", "affected_side", "limits", "reason"} <= plain.keys()
    assert list(plain["spasms_per_min"]) == ["value", "low", "high"]
    assert [*plain["regions"]] == [str(region) for region in REGIONS]
    for sides in plain["regions"].values():
        assert [*sides] == [str(side) for side in SIDES]
    json.dumps(plain, allow_nan=False)


def test_what_is_missing_is_null_with_its_reason(scene_of: Callable[..., Measurement]) -> None:
    """Not assessable never becomes 0."""
    plain = summary_plain(scene_of("partial"))

    neck = plain["regions"]["neck"]["left"]
    assert neck["spasms_per_min"] == {"value": None, "low": None, "high": None}
    assert neck["limit_mm"] is None
    assert neck["reason"] == "The neck is not in the picture."
    assert plain["regions"]["eyelid"]["right"]["spasms_per_min"]["value"] > 0


def test_every_null_has_a_reason_beside_it(any_measurement: Measurement) -> None:
    """Wherever a record of the summary holds a null, it says why."""
    plain = summary_plain(any_measurement)
    records = [plain, *(one for sides in plain["regions"].values() for one in sides.values())]

    for record in records:
        numbers = (
            v["value"] if isinstance(v, dict) and "value" in v else v for v in record.values()
        )
        assert bool(record["reason"]) or None not in numbers


def test_the_run_names_what_it_was_made_with(scene_of: Callable[..., Measurement]) -> None:
    """Enough to make it again, and nothing of the clock or the machine."""
    measurement = scene_of("left")

    plain = run_plain(measurement, {"events": {"onset_mm": 0.5}})

    assert plain["video"]["sha256"] == measurement.provenance.video.sha256
    assert plain["video"]["corrupt_after_s"] is None
    assert plain["models"]["face_mesh"] == "ab12" * 16
    assert plain["params"] == {"events": {"onset_mm": 0.5}}
    assert "params" not in run_plain(measurement)


def test_the_files_are_the_same_bytes_twice(any_measurement: Measurement, tmp_path: Path) -> None:
    """The same measurement gives the same files."""
    folders = tmp_path / "once", tmp_path / "again"
    for folder in folders:
        folder.mkdir()
        write_tables(any_measurement, folder)

    for name in FILES:
        once, again = ((folder / name).read_bytes() for folder in folders)
        assert once == again
        assert once


def test_the_files_read_back_as_they_were(
    scene_of: Callable[..., Measurement], tmp_path: Path
) -> None:
    """What pandas reads is what the tables held; text ends with one newline."""
    measurement = scene_of("partial")
    write_tables(measurement, tmp_path)

    events = pd.read_csv(tmp_path / "events.csv")
    pd.testing.assert_frame_equal(events, events_table(measurement), check_dtype=False)
    signals = pd.read_parquet(tmp_path / "signals.parquet")
    assert signals["cheek_left_mm"].isna().all()
    assert signals["reasons"].iloc[300] == "blurred+neck_hidden"
    assert (tmp_path / "summary.json").read_text(encoding="utf-8").endswith("}\n")
    first_row = (tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()[1]
    assert len(first_row.split(",")[1].split(".")[1]) == 4


def test_the_signals_on_disk_are_the_table(any_measurement: Measurement, tmp_path: Path) -> None:
    """Column by column, missing values and reasons included."""
    write_tables(any_measurement, tmp_path)

    table = signals_table(any_measurement)
    read = pd.read_parquet(tmp_path / "signals.parquet")
    pd.testing.assert_frame_equal(read, table, check_categorical=False)


def test_the_files_are_written_without_pandas(
    any_measurement: Measurement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes longer to load than all of them to write."""
    write_tables(any_measurement, tmp_path)
    monkeypatch.setitem(sys.modules, "pandas", None)
    (tmp_path / "bare").mkdir()

    write_tables(any_measurement, tmp_path / "bare")

    for name in FILES:
        assert (tmp_path / "bare" / name).read_bytes() == (tmp_path / name).read_bytes(), name
