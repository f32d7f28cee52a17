"""
How a batch scales: videos an hour by workers, memory, what the machinery costs, and chaos.

    python scripts/bench_batch.py FOLDER [--videos 200] [--only scaling,dask,chaos]

Writes short clips cut from the sample videos, and broken files, into FOLDER; scores them with
one worker and with two, to and fro, of which the quicker runs count; then with Dask; then once
more while workers and the batch itself are killed at random. Rates are also told by processor
time, which a busy machine disturbs less. Without the part on scaling, FOLDER must hold what
that part left there.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.bench_clip import FPS, write_clip
from spasm_video.batch.local import LocalEngine
from spasm_video.batch.runfile import TABLES

SAMPLES = Path(__file__).parents[1] / "sample_videos"
NAMES = ("control", "left_mild", "right_spasm")
FRAMES = 45
BROKEN = 5
NULL_TASKS = 2000
PROJECTED_CORES = 1000
VISIT_S = 120.0
KILL_EVERY_S = 4.0
ORDER = (1, 2, 2, 1)
PARTS = ("scaling", "dask", "chaos")


@dataclass(frozen=True)
class Run:
    """One batch: wall seconds, processor seconds of its videos, their lines, exit code."""

    wall_s: float
    cpu_s: float
    lines: list[dict[str, Any]]
    code: int

    @property
    def measured(self) -> list[dict[str, Any]]:
        """The videos that were measured."""
        return [line for line in self.lines if line.get("status") == "done"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--videos", type=int, default=200)
    parser.add_argument("--only", default=",".join(PARTS), help="of: " + ", ".join(PARTS))
    given = parser.parse_args()
    parts = set(given.only.split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"no part of this name: {', '.join(sorted(unknown))}")
    videos = given.folder / "videos"
    if not videos.exists():
        write_videos(videos, given.videos)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if "scaling" in parts:
        scaling(videos, given.folder)
    if "dask" in parts:
        dask = score(videos, given.folder / "dask", "--dask", "local", "--workers", "2")
        print(f"Dask, two workers: {len(dask.measured)} videos in {dask.wall_s:.0f} s")
        same_tables(given.folder / "two", given.folder / "dask", "processes and Dask")
    if "chaos" in parts:
        chaos(videos, given.folder)


def scaling(videos: Path, folder: Path) -> None:
    """One worker and two in turn: their speed, memory, overhead and bytes."""
    runs: dict[int, list[Run]] = {1: [], 2: []}
    names = {1: "one", 2: "two"}
    for workers in ORDER:  # to and fro: a machine that others use changes its mind
        runs[workers].append(score(videos, folder / names[workers], "--workers", str(workers)))
    one, two = (min(runs[workers], key=lambda run: run.wall_s) for workers in (1, 2))
    show_scaling(one, two)
    show_memory(two)
    show_overhead(one)
    same_tables(folder / "one", folder / "two", "one worker and two")


def write_videos(folder: Path, count: int) -> None:
    """Clips of 1.5 s at changing places of the samples, and files that are no videos."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    pictures = {name: all_pictures(name) for name in NAMES}
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        start = int(rng.integers(0, len(pictures[name]) - FRAMES))
        clip = pictures[name][start : start + FRAMES]
        size_px = clip[0].width, clip[0].height
        write_clip(folder / f"{number:04}_{name}.mp4", clip, *size_px, preset="ultrafast")
    for number in range(BROKEN):
        whole = (folder / f"{number:04}_{NAMES[number % len(NAMES)]}.mp4").read_bytes()
        (folder / f"broken_{number}.mp4").write_bytes(whole[: 200 * (number + 1)])


def all_pictures(name: str) -> list[av.VideoFrame]:
    """Every frame of a sample, in the form it is coded in."""
    with av.open(str(SAMPLES / f"{name}.mp4")) as video:
        return [frame.reformat(format="yuv420p") for frame in islice(video.decode(video=0), 600)]


def call(videos: Path, out: Path, *options: str) -> list[str]:
    """How the program is called."""
    program = [sys.executable, "-m", "spasm_video", "batch", str(videos), "--json"]
    return [*program, "--out", str(out), *options]


def score(videos: Path, out: Path, *options: str) -> Run:
    """Score into a new folder."""
    shutil.rmtree(out, ignore_errors=True)
    before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run(
        call(videos, out, *options), stdout=subprocess.PIPE, text=True, check=False
    )
    wall_s = time.monotonic() - began_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    return Run(wall_s, cpu_s, lines[:-1], ended.returncode)


def show_scaling(one: Run, two: Run) -> None:
    """Videos an hour, and how much of twice the speed two workers give."""
    for name, run in (("one worker", one), ("two workers", two)):
        per_video_s = np.median([line["cpu_s"] for line in run.measured])
        print(
            f"{name}: {len(run.measured)} videos in {run.wall_s:.0f} s, "
            f"{3600 * len(run.measured) / run.wall_s:.0f} an hour; processor {run.cpu_s:.0f} s in "
            f"all, median {per_video_s:.2f} s a video; exit code {run.code}"
        )
    print(f"scaling by the clock: {100 * one.wall_s / two.wall_s / 2:.0f} % of twice")
    print(f"scaling by processor time: {100 * one.cpu_s / two.cpu_s:.0f} % (work for work)")


def show_memory(run: Run) -> None:
    """What each worker held after its first videos and after its last."""
    for worker in sorted({line["worker"] for line in run.measured}):
        held = [line["memory_mb"] for line in run.measured if line["worker"] == worker]
        quarter = max(len(held) // 4, 1)
        print(
            f"memory of a worker, {len(held)} videos: after its first quarter "
            f"{held[quarter - 1]:.0f} MB, in the end {held[-1]:.0f} MB, most "
            f"{max(line['peak_mb'] for line in run.measured if line['worker'] == worker):.0f} MB"
        )


def show_overhead(one: Run) -> None:
    """The parent's own time a task, and what it means for many cores."""
    engine = LocalEngine(1, 60.0)
    list(engine.run(abs, [0]))
    began_s = time.process_time()
    ended = list(engine.run(abs, range(NULL_TASKS)))
    task_s = (time.process_time() - began_s) / len(ended)
    print(f"scheduling, processes: {1e3 * task_s:.2f} ms of the parent's processor a task")
    null_dask_s = dask_overhead_s()
    print(f"scheduling, Dask: {1e3 * null_dask_s:.2f} ms of scheduler and client a task")
    frame_s = float(np.median([line["cpu_s"] for line in one.measured])) / FRAMES
    visit_s = frame_s * FPS * VISIT_S
    busy = PROJECTED_CORES * null_dask_s / visit_s
    print(
        f"projection: a visit of {VISIT_S:.0f} s at {FPS} frames/s is {visit_s:.0f} s of one core; "
        f"{PROJECTED_CORES} cores end {PROJECTED_CORES / visit_s:.1f} visits a second, which "
        f"keeps the scheduler busy for {100 * busy:.1f} % of its time: "
        f"{3600 * PROJECTED_CORES / visit_s:.0f} visits an hour, if the disks keep up"
    )


def dask_overhead_s() -> float:
    """Processor time of scheduler and client for a task that does nothing."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 (an extra)

    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        client.gather(client.map(abs, range(10)))
        began_s = time.process_time()  # the scheduler runs in this process
        client.gather(client.map(abs, range(-NULL_TASKS, 0), pure=False))
        return (time.process_time() - began_s) / NULL_TASKS


def same_tables(first: Path, second: Path, told: str) -> None:
    """Whether every table is the same to the byte."""
    differ = [n for n in TABLES if (first / n).read_bytes() != (second / n).read_bytes()]
    print(f"tables of {told}: {'the same bytes' if not differ else f'DIFFER: {differ}'}")


def chaos(videos: Path, folder: Path) -> None:
    """Kill workers at random while a batch runs, then the batch itself; start it again."""
    out = folder / "chaos"
    shutil.rmtree(out, ignore_errors=True)
    rng = np.random.default_rng(1)
    killed = 0
    for is_last in (False, False, True):
        process = subprocess.Popen(
            call(videos, out, "--workers", "2", *(() if not is_last else ("--quiet",))),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stop = threading.Event()
        started_s = time.monotonic()
        while process.poll() is None:
            stop.wait(float(rng.exponential(KILL_EVERY_S)))
            if is_last:
                continue
            killed += kill_a_worker(process.pid, rng)
            if time.monotonic() - started_s > 60:
                process.send_signal(signal.SIGKILL)
        print(f"chaos: {killed} workers killed so far, the batch ended with {process.returncode}")
    same_tables(folder / "two", out, "a quiet batch and one with killed workers")


def kill_a_worker(parent: int, rng: np.random.Generator) -> int:
    """Kill one child of the batch that measures; how many were killed."""
    try:
        children = [
            child for child in psutil.Process(parent).children(recursive=True)
            if "spawn_main" in " ".join(child.cmdline())
        ]  # fmt: skip
        if not children:
            return 0
        children[int(rng.integers(len(children)))].kill()
    except psutil.NoSuchProcess:
        return 0
    return 1


if __name__ == "__main__":
    main()
