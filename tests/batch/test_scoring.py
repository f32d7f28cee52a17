"""A batch from beginning to end: it skips, resumes, lists, and gives the same bytes."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from spasm_video.batch.cluster import DaskEngine
from spasm_video.batch.engine import DIED
from spasm_video.batch.folder import batch_folder
from spasm_video.batch.local import LocalEngine
from spasm_video.batch.manifest import read_manifest
from spasm_video.batch.plan import Settings, plan
from spasm_video.batch.runfile import TABLES
from spasm_video.batch.scoring import Batch, Event, Watch, score
from spasm_video.batch.tables import score_columns
from spasm_video.errors import InputError, OutputError
from spasm_video.params import AnalysisParams, EventParams, MeasureParams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spasm_video.batch.engine import Engine

ROOT = Path(__file__).parents[2]
NAMES = ("one", "bad", "two", "three", "flaky", "dies", "four")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    """Seven visits; by their names one cannot be read, one kills its process, one does once."""
    folder = tmp_path_factory.mktemp("trial")
    lines = ["subject,visit,video,site"]
    for number, name in enumerate(NAMES):
        (folder / f"{name}.mp4").write_bytes(clip.read_bytes() + bytes([number]))
        lines.append(f"P{number % 3},visit {number},{name}.mp4,Ulm")
    path = folder / "trial.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def scoring(manifest: Path, measured: Path, chores: Any) -> Callable[..., Batch]:
    """Score the manifest with results that are copied instead of measured."""

    def run(out: Path, watch: Watch | None = None, engine: Engine | None = None) -> Batch:
        for seen in manifest.parent.glob("*.seen"):
            seen.unlink()
        visits = read_manifest(manifest)
        copying = chores.Copying(measured)
        engine = engine or LocalEngine(2, 60)
        return score(visits, out, Settings(), engine, watch, analyze=copying)

    return run


@pytest.fixture(scope="module")
def whole(scoring: Callable[..., Batch], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two workers make of it; only to be read."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert scoring(out).failed == 2
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    """A table as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(out: Path) -> dict[str, bytes]:
    """All files of a batch but the one with a clock in it, those of the videos included."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    own = {out / "run.json", out / ".lock"}
    return {str(path.relative_to(out)): path.read_bytes() for path in files if path not in own}


def test_a_batch_in_its_tables(whole: Path) -> None:
    """A row a video in the order of the manifest; what failed is there, with why."""
    scores = rows_of(whole / "scores.csv")
    assert [row["video"] for row in scores] == [f"{name}.mp4" for name in NAMES]
    assert {row["site"] for row in scores} == {"Ulm"}
    assert [row["status"] for row in scores].count("done") == 5
    assert float(scores[0]["duration_s"]) == pytest.approx(1.0, abs=0.05)
    assert scores[0]["affected_side"] == "undetermined"
    assert scores[1]["duration_s"] == ""
    failures = rows_of(whole / "failures.csv")
    assert {row["video"]: row["problem"] for row in failures} == {
        "bad.mp4": "bad.mp4 is not a video.",
        "dies.mp4": DIED,
    }
    assert [row["line"] for row in failures] == ["3", "7"]
    assert all(row["remedy"] for row in failures)


def test_parquet_holds_the_same_values_with_their_kinds(whole: Path) -> None:
    """Numbers are numbers, even where a whole column is missing; text is text."""
    parquet = pd.read_parquet(whole / "scores.parquet")
    as_text = pd.read_csv(whole / "scores.csv")
    assert list(parquet.columns) == list(as_text.columns)
    assert parquet["events"].dropna().tolist() == as_text["events"].dropna().tolist()
    for column in ("neck_left_limit_mm", "spasms_per_min_high", "corrupt_after_s", "blur_s"):
        if column in parquet:
            assert parquet[column].dtype == "float64", column
    assert parquet["subject"].tolist() == as_text["subject"].tolist()


def test_one_worker_or_many_give_the_same_bytes(
    scoring: Callable[..., Batch], whole: Path, tmp_path: Path
) -> None:
    """Whatever the order in which the videos ended."""
    scoring(tmp_path / "one", engine=LocalEngine(1, 60))

    assert tables(tmp_path / "one") == tables(whole)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_cluster_gives_the_same_bytes(
    scheduler: str, scoring: Callable[..., Batch], whole: Path, tmp_path: Path
) -> None:
    """Over TCP, by two workers of Dask: tables, page and every result."""
    with DaskEngine(scheduler, 2, 60) as engine:
        scoring(tmp_path / "out", engine=engine)

    assert tables(tmp_path / "out") == tables(whole)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_cluster_of_other_versions_is_refused(
    scheduler: str, chores: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its results would carry a key that promises other bytes."""
    monkeypatch.setattr("spasm_video.batch.cluster.__version__", "0.0.1")

    with (
        DaskEngine(scheduler, 2, 60) as engine,
        pytest.raises(InputError, match=r"spasm_video .* \(here 0\.0\.1\)"),
    ):
        list(engine.run(chores.threads, [None]))


def test_what_is_done_is_skipped(
    scoring: Callable[..., Batch], whole: Path, tmp_path: Path
) -> None:
    """A second start measures only what failed, touches no result, and ends alike."""
    shutil.copytree(whole, tmp_path / "out")
    before = tables(tmp_path / "out")
    times_ns = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "videos").rglob("*")}
    seen: list[Event] = []

    batch = scoring(tmp_path / "out", watch=Watch(on_event=seen.append))

    assert batch.skipped == 5
    assert [e.job.visit.video for e in seen if not e.was_there] == ["bad.mp4", "dies.mp4"]
    assert tables(tmp_path / "out") == before
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "videos").rglob("*")} == times_ns


def test_the_run_says_with_what_it_was_made(whole: Path) -> None:
    """Versions, hashes of the tables and the environment; the only file with a clock."""
    run = json.loads((whole / "run.json").read_text("utf-8"))
    assert set(run["tables"]) == set(TABLES)
    assert (run["videos"], run["failed"]) == (7, 2)
    assert run["environment"]["engine"] == "LocalEngine"
    assert run["began"] <= run["ended"]


def test_a_batch_killed_at_any_moment_ends_with_the_same_bytes(
    scoring: Callable[..., Batch], whole: Path, manifest: Path, measured: Path, tmp_path: Path
) -> None:
    """Killed with SIGKILL again and again, workers and all, then started a last time."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys; from pathlib import Path; from chores import Copying\n"
        "from spasm_video.batch.local import LocalEngine\n"
        "from spasm_video.batch.manifest import read_manifest\n"
        "from spasm_video.batch.plan import Settings\n"
        "from spasm_video.batch.scoring import score\n"
        "if __name__ == '__main__':\n"
        "    visits = read_manifest(Path(sys.argv[1]))\n"
        "    score(visits, Path(sys.argv[2]), Settings(), LocalEngine(2, 60),\n"
        "          analyze=Copying(Path(sys.argv[3]), 0.15))\n"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "batch")])
    out = tmp_path / "killed"
    call = [sys.executable, str(program), str(manifest), str(out), str(measured)]
    moments_s = np.random.default_rng(3)
    for _ in range(3):
        process = subprocess.Popen(call, env=os.environ | {"PYTHONPATH": path})
        deadline_s = time.monotonic() + 30
        done = len(list(out.glob("videos/[!.]*")))
        while process.poll() is None and time.monotonic() < deadline_s:
            if len(list(out.glob("videos/[!.]*"))) > done or list(out.glob("videos/.*")):
                break
            time.sleep(0.01)
        time.sleep(moments_s.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.wait()

    scoring(out)

    assert tables(out) == tables(whole)


def test_two_batches_are_never_at_work_in_one_folder(
    scoring: Callable[..., Batch], tmp_path: Path
) -> None:
    """The second is told so, and touches nothing."""
    with (
        batch_folder(tmp_path / "out"),
        pytest.raises(OutputError, match="Another batch is at work"),
    ):
        scoring(tmp_path / "out")


def test_a_key_changes_with_all_that_decides_a_result(manifest: Path) -> None:
    """The video, the part of it, a parameter, the quality, the labels: another result."""
    base = read_manifest(manifest)[:1]

    def key(settings: Settings | None = None, **changes: Any) -> str:
        return plan([replace(base[0], **changes)], settings or Settings())[0].key

    other = AnalysisParams(measure=MeasureParams(event=EventParams(shortest_s=0.08)))
    keys = [
        key(),
        key(mirrored=True),
        key(start_s=0.5),
        key(end_s=0.5),
        key(visit="week 12"),
        key(path=base[0].path.with_name("two.mp4")),
        key(Settings(quality="high")),
        key(Settings(params=other)),
    ]
    assert len(set(keys)) == len(keys)
    assert key(line=9, more=(("site", "Bonn"),)) == keys[0]


def findings_of(out: Path) -> list[dict[str, str]]:
    """The long table."""
    return rows_of(out / "findings.csv")


def test_findings_have_the_shape_of_sdtm(whole: Path) -> None:
    """Codes and names of the length that is allowed; a sequence within each subject."""
    rows = findings_of(whole)
    assert all(len(row["NVTESTCD"]) <= 8 and len(row["NVTEST"]) <= 40 for row in rows)
    for subject in ("P0", "P1", "P2"):
        numbers = [int(row["NVSEQ"]) for row in rows if row["USUBJID"] == subject]
        assert numbers == list(range(1, len(numbers) + 1))
    assert {row["NVLAT"] for row in rows if row["NVTESTCD"] == "RGRATE"} == {"LEFT", "RIGHT"}


def test_what_was_not_assessable_is_not_done_and_never_zero(whole: Path) -> None:
    """With its reason; a video that failed is one such row."""
    rows = findings_of(whole)
    not_done = [row for row in rows if row["NVSTAT"] == "NOT DONE"]
    assert all(row["NVREASND"] and not row["NVORRES"] for row in not_done)
    assert [row["NVREASND"] for row in rows if row["NVTESTCD"] == "NVALL"] == [
        "bad.mp4 is not a video.",
        DIED,
    ]
    assert all(row["NVORRES"] for row in rows if not row["NVSTAT"])


def test_the_columns_of_a_table_are_told_apart() -> None:
    """No name twice, so that none hides another."""
    columns: Sequence[str] = score_columns()

    assert len(set(columns)) == len(columns)
