"""
How fast ``live`` is: the part of ``scripts/bench.py`` that plays a clip at its own rate.

Latency is from a frame's coming out of the source to its finished overlay: what the program
adds to the camera's and the screen's own. The recording runs as with a camera; it must hold
every frame. The processor's share is that of this process, 1.00 being one core.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.cli.analyze import set_threads
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.capture import Capture, Recorder
from spasm_video.pipeline.live import LiveView
from spasm_video.video.file import VideoFile
from spasm_video.video.webcam import Played

if TYPE_CHECKING:
    from pathlib import Path


def show_live(clip: Path, folder: Path, *, is_drawn: bool) -> None:
    """Play, draw, record, and print the figures; the recording must hold every frame."""
    set_threads()
    source = Played(VideoFile(clip))
    capture = Capture(source)
    view = LiveView(capture, source.info, AnalysisParams(), is_drawn=is_drawn)
    with Recorder(folder / "recording.mp4", 30.0) as recorder:
        capture.record_to(recorder)
        began_s, worked_s = time.perf_counter(), time.process_time()
        with capture, closing(view.steps()) as steps:
            for _ in steps:
                pass
        took_s, work_s = time.perf_counter() - began_s, time.process_time() - worked_s
    recorded = sum(1 for _ in VideoFile(recorder.path))
    came, shown = capture.came, view.tally.shown
    middle, high = np.percentile(view.tally.latency_ms, (50, 95))
    print(f"came      {came} frames, {came / took_s:.1f} a second")
    print(f"shown     {shown} frames, {shown / took_s:.1f} a second ({shown / came:.0%})")
    print(f"recorded  {recorded} frames")
    print(f"latency   {middle:.0f} ms median, {high:.0f} ms in 95 of 100")
    print(f"processor {work_s / took_s:.2f} cores, {1000 * work_s / shown:.1f} ms a shown frame")
    print(f"spasms    {sum(view.tally.spasms.values())} counted while it ran")
    if recorded != came:
        raise SystemExit("The recording lacks frames.")
