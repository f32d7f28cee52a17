"""
How fast and how large: ``analyze``, its drawn video, and ``live``, on one and the same clip.

    python scripts/bench.py                    analyze, beside a bare loop over MediaPipe
    python scripts/bench.py --mediapipe-python OTHER_VENV/bin/python --task face_landmarker.task
    python scripts/bench.py --part video       what analyze --video costs on top
    python scripts/bench.py --part live        the clip played at its rate, drawn and recorded

All runs of a call look at the same 720p clip, made of a sample video, one after the other.
MediaPipe does nothing but decode and find the face's points, in VIDEO mode, and only its
loop is timed; ``analyze`` is the whole program from its start to its last file. Peak memory
is that of its process, which starts no other, for the clip and for one ten times as long.
Then where the time goes: what is spent once, however long the video is, and what each stage
takes of a frame.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import cv2

sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.bench_clip import FPS, HEIGHT_PX, WIDTH_PX, make_clip, repeat
from scripts.bench_live import show_live
from spasm_video.errors import SpasmVideoError
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.mediapipe_face import task_file
from spasm_video.observe.observer import FaceReader
from spasm_video.observe.track import TrackWriter
from spasm_video.params import ObserveParams
from spasm_video.video.file import VideoFile

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

STAGED_FRAMES = 300

MEDIAPIPE = """
import os, sys, time
import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

options = vision.FaceLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[2]),
    running_mode=vision.RunningMode.VIDEO,
)
landmarker = vision.FaceLandmarker.create_from_options(options)
video, count = cv2.VideoCapture(sys.argv[1]), 0
began_s, worked_s = time.perf_counter(), time.process_time()
while True:
    there, picture = video.read()
    if not there:
        break
    image = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    landmarker.detect_for_video(image, 1000 * count // 30)
    count += 1
print(time.perf_counter() - began_s, time.process_time() - worked_s, flush=True)
os._exit(0)
"""

# The command with three looks at the clocks: at the first frame, at the last one, at the end.
MARKED = """
import sys, time
began_s, marks = time.perf_counter(), []
def mark():
    marks.append((time.perf_counter() - began_s, time.process_time()))
import spasm_video.pipeline.observation as observation
from spasm_video.cli.main import main
append = observation.TrackWriter.append
def marked(track, *given):
    if track.frames == 0 or len(marks) < 2:
        mark()
    else:
        marks[1] = (time.perf_counter() - began_s, time.process_time())
    append(track, *given)
observation.TrackWriter.append = marked
try:
    main(sys.argv[1:])
finally:
    mark()
    print(*(number for pair in marks for number in pair))
"""


def main() -> None:
    """Make the clip, run what was asked for on it and print what was measured."""
    wanted = arguments()
    with tempfile.TemporaryDirectory(prefix="spasm_video_bench_") as name:
        folder = Path(name)
        clip = folder / "clip.mp4"
        # In a process of its own: the memory of this one would count as that of the others.
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            apart.submit(make_clip, clip, wanted.seconds).result()
        print(f"{wanted.seconds} s of {WIDTH_PX} x {HEIGHT_PX}, {FPS} frames/s, H.264")
        print(f"cores {os.cpu_count()}, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        if wanted.part == "live":
            show_live(clip, folder, is_drawn=not wanted.no_drawing)
        elif wanted.part == "video":
            show_video(clip, folder, wanted)
        else:
            show_analyze(clip, folder, wanted)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--part", choices=("analyze", "video", "live"), default="analyze", help="what to measure")
    add("--seconds", type=int, help="length of the clip; default 60, of a part but analyze 20")
    add("--rounds", type=int, default=2, help="how often the programs run, in turn")
    add("--times", type=int, default=10, help="analyze: length of the longer clip; 1: none")
    add("--mediapipe-python", default=sys.executable, metavar="PATH", help="that has mediapipe")
    add("--task", type=Path, metavar="FILE", help="the official face_landmarker.task")
    add("--no-drawing", action="store_true", help="live: measure alone")
    wanted = parser.parse_args()
    wanted.seconds = wanted.seconds or (60 if wanted.part == "analyze" else 20)
    return wanted


def show_analyze(clip: Path, folder: Path, wanted: argparse.Namespace) -> None:
    """Beside MediaPipe, by stages, and its memory for a long video."""
    peak_mb = compare(clip, folder, wanted)
    print_fixed(clip, folder / "marked")
    print_stages(clip)
    print(f"{'peak memory':18}{peak_mb:7.0f} MB", flush=True)
    if wanted.times > 1:
        longer = folder / "longer.mp4"
        repeat(clip, longer, wanted.times)
        longer_mb = analyzed(longer, folder / "longer").peak_mb
        told = f"{wanted.times} times as long"
        print(f"{told:18}{longer_mb:7.0f} MB ({100 * (longer_mb / peak_mb - 1):+.1f} %)")


def show_video(clip: Path, folder: Path, wanted: argparse.Namespace) -> None:
    """``analyze`` alone and with each of its drawn videos, in turn; the best of each counts."""
    kinds = {
        "analyze": (),
        "with --video": ("--video",),
        "with --deidentify": ("--video", "--deidentify"),
    }
    runs: defaultdict[str, list[Used]] = defaultdict(list)
    for number in range(wanted.rounds):
        for name, options in kinds.items():
            runs[name].append(analyzed(clip, folder / f"{number}{name}", *options))
    best = {name: min(used, key=lambda one: one.wall_s) for name, used in runs.items()}
    for name, used in best.items():
        print(
            f"{name:18}{used.wall_s:7.1f} s, {used.wall_s / wanted.seconds:.2f} times the length, "
            f"{used.wall_s / best['analyze'].wall_s:.2f} times analyze; "
            f"processor {used.processor_s:.1f} s, {used.peak_mb:.0f} MB"
        )


@dataclass(frozen=True, slots=True)
class Used:
    """What a run took: seconds by the clock, seconds of processor, megabytes at most."""

    wall_s: float
    processor_s: float
    peak_mb: float = math.nan


def compare(clip: Path, folder: Path, wanted: argparse.Namespace) -> float:
    """Both programs in turn; the peak memory of ``analyze``, MB."""
    task = wanted.task or installed_task()
    frames = wanted.seconds * FPS
    runs: defaultdict[str, list[Used]] = defaultdict(list)
    for number in range(wanted.rounds):
        if task:
            runs["MediaPipe loop"].append(mediapipe(wanted.mediapipe_python, clip, task))
        runs["analyze, whole"].append(analyzed(clip, folder / str(number)))
        for name, (*_, used) in runs.items():
            each_ms = 1000 * used.processor_s / frames
            print(
                f"{name:18}{frames / used.wall_s:7.1f} frames/s, "
                f"{each_ms:5.1f} ms of processor a frame"
            )
    if task:
        theirs_s, ours_s = (sum(used.wall_s for used in uses) for uses in runs.values())
        print(f"{'ratio':18}{theirs_s / ours_s:7.2f} times as fast")
    return max(used.peak_mb for used in runs["analyze, whole"])


def installed_task() -> Path | None:
    """MediaPipe's own model, if it is at hand."""
    try:
        return task_file()
    except SpasmVideoError as error:
        print(f"MediaPipe is left out. {error}")
        return None


def mediapipe(python: str, clip: Path, task: Path) -> Used:
    """The bare loop on a clip."""
    done = subprocess.run(
        [python, "-c", MEDIAPIPE, str(clip), str(task)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return Used(*map(float, done.stdout.split()))


def analyzed(clip: Path, folder: Path, *options: str) -> Used:
    """The whole program on a clip."""
    command = [sys.executable, "-m", "spasm_video", "analyze", str(clip), "--quiet", *options]
    began_s = time.perf_counter()
    process = subprocess.Popen([*command, "--out", str(folder)])
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began_s
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"analyze ended with {process.returncode}")
    return Used(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def print_fixed(clip: Path, folder: Path) -> None:
    """What is spent once, by the clock: before the first frame is read, after the last one."""
    options = ["analyze", str(clip), "--quiet", "--out", str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", MARKED, *options], stdout=subprocess.PIPE, check=True
    )
    first_s, _, last_s, worked_s, end_s, all_s = map(float, done.stdout.split())
    print(f"{'start-up':18}{first_s:7.2f} s, to the first frame's reading")
    print(f"{'report':18}{end_s - last_s:7.2f} s, {all_s - worked_s:.2f} s of processor")


def print_stages(clip: Path) -> None:
    """Processor time of each stage of observing, alone in one thread."""
    cv2.setNumThreads(1)
    spent_s: defaultdict[str, float] = defaultdict(float)

    def timed(stage: str, work: Callable[..., T], *given: object) -> T:
        began_s = time.thread_time()
        made = work(*given)
        spent_s[stage] += time.thread_time() - began_s
        return made

    finder, reader = FaceFollower(ObserveParams()), FaceReader()
    frames = iter(VideoFile(clip))
    with TrackWriter() as track:
        for _ in range(STAGED_FRAMES):
            frame = timed("decode", next, frames)
            face = timed("find the face", finder.find, frame)
            reading = timed("lids and skin", reader.read, frame, face)
            timed("write", track.append, frame.time_s, reading)
    all_s = sum(spent_s.values())
    for stage, stage_s in spent_s.items():
        each_ms = 1000 * stage_s / STAGED_FRAMES
        print(f"{stage:18}{each_ms:7.2f} ms of processor a frame ({100 * stage_s / all_s:.0f} %)")
    print(f"{'together':18}{1000 * all_s / STAGED_FRAMES:7.2f} ms of processor a frame")


if __name__ == "__main__":
    main()
