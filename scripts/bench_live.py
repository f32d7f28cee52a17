"""
How fast ``live`` is: a clip played at its own rate, drawn, recorded beside it.

    python scripts/bench_live.py [--seconds 20] [--width 1280]

Latency is from a frame's coming out of the source to its finished overlay: what the program
adds to the camera's and the screen's own. The recording runs as with a camera; it must hold
every frame. The processor's share is that of this process, 1.00 being one core.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from spasm_video.cli.analyze import set_threads
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.capture import Capture, Recorder
from spasm_video.pipeline.live import LiveView
from spasm_video.video.file import VideoFile
from spasm_video.video.webcam import Played
from spasm_video.video.writer import VideoWriter

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "right_spasm.mp4"
ASPECT = 16 / 9


def main() -> int:
    """Print the figures; 1 if the recording lacks a frame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--no-drawing", action="store_true")
    wanted = parser.parse_args()
    set_threads()
    with tempfile.TemporaryDirectory() as folder:
        clip = made(Path(folder) / "clip.mp4", wanted.width, wanted.seconds)
        source = Played(VideoFile(clip))
        capture = Capture(source)
        view = LiveView(capture, source.info, AnalysisParams(), is_drawn=not wanted.no_drawing)
        with Recorder(Path(folder) / "recording.mp4", 30.0) as recorder:
            capture.record_to(recorder)
            began_s, worked_s = time.perf_counter(), time.process_time()
            with capture, closing(view.steps()) as steps:
                for _ in steps:
                    pass
            took_s, work_s = time.perf_counter() - began_s, time.process_time() - worked_s
        recorded = sum(1 for _ in VideoFile(recorder.path))
    came, shown = capture.came, view.tally.shown
    middle, high = np.percentile(view.tally.latency_ms, (50, 95))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"cores {os.cpu_count()}, load of the machine {load:.1f}")
    print(f"came      {came} frames, {came / took_s:.1f} a second")
    print(f"shown     {shown} frames, {shown / took_s:.1f} a second ({shown / came:.0%})")
    print(f"recorded  {recorded} frames")
    print(f"latency   {middle:.0f} ms median, {high:.0f} ms in 95 of 100")
    print(f"processor {work_s / took_s:.2f} cores, {1000 * work_s / shown:.1f} ms a shown frame")
    print(f"spasms    {sum(view.tally.spasms.values())} counted while it ran")
    return int(recorded != came)


def made(path: Path, width_px: int, seconds: float) -> Path:
    """The sample, bordered to 16:9 and scaled, again and again until it is long enough."""
    height_px = round(width_px / ASPECT / 2) * 2
    frames = list(VideoFile(SAMPLE))
    length_s = frames[-1].time_s + 1 / 30
    with VideoWriter(path) as video:
        time_s, turn = 0.0, 0
        while time_s < seconds:
            for frame in frames:
                time_s = turn * length_s + frame.time_s
                if time_s >= seconds:
                    break
                high, wide = frame.image_rgb.shape[:2]
                beside = max(round(high * ASPECT) - wide, 0) // 2
                padded = cv2.copyMakeBorder(
                    frame.image_rgb, 0, 0, beside, beside, cv2.BORDER_REPLICATE
                )
                video.write(time_s, np.asarray(cv2.resize(padded, (width_px, height_px)), np.uint8))
            turn += 1
    return path


if __name__ == "__main__":
    sys.exit(main())
