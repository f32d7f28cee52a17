"""What a benchmark of the web app stands on: a filled store, ten minutes, a server, a browser."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import Progress as Bar
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

from scripts.bench_clip import SAMPLE, repeat
from scripts.bench_store import fill
from spasm_video.measure.session import find
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, Progress, analyze
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions
from spasm_video.web.preview import write_preview
from spasm_video.web.traces import keep_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
LOOPS = 30  # of a sample of 20 s
WHO = "P100"
PATIENCE_S = 60
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--lang=en", "--enable-precise-memory-info",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
# When the page can be used: the review once its traces are there, the recording its button.
USABLE = """
window.usableAt = null;
new MutationObserver(() => {
  const is = document.querySelector('#review[data-ready], #begin:not([disabled])');
  if (is && window.usableAt === null) window.usableAt = performance.now();
}).observe(document, {subtree: true, childList: true, attributes: true});
"""


def measured_clip(folder: Path) -> Path:
    """The results of ten minutes of the sample, measured once and kept in a folder."""
    results = folder / "results"
    if (results / "preview.mp4").is_file():
        return results
    folder.mkdir(parents=True, exist_ok=True)
    clip = folder / "clip.mp4"
    repeat(SAMPLE, clip, LOOPS)
    with Bar() as bar:
        analyze(
            clip, results, AnalysisParams(), ObserveOptions(), on_progress=_told(bar, "measured")
        )
        write_preview(
            clip, results / "preview.mp4", mirrored=False, on_progress=_told(bar, "preview")
        )
    return results


def _told(bar: Bar, what: str) -> Callable[[Progress], None]:
    task = bar.add_task(what)
    return lambda done: bar.update(task, completed=done.done_s, total=done.total_s)


def fill_store(kept: Path, store: Path, results: Path) -> tuple[int, ...]:
    """
    200 people with 50 sessions each, and two more of one of them, which have a video.

    The store without those two is filled once and kept.
    """
    filled = kept / "filled.sqlite"
    if not filled.is_file():
        filling = kept / "filling.sqlite"
        filling.unlink(missing_ok=True)
        with open_store(str(filling), "bench") as begun:
            fill(begun)
        filling.replace(filled)
    shutil.copy(filled, store)
    numbers = []
    with open_store(str(store), "bench") as copied:
        for day in (1, 2):
            visit = Visit(subject=WHO, date=dt.date(2026, 3, day))
            found = session_from_folder(results, visit, AnalysisParams().measure)
            keep_traces(found, find(load_track(results / "track.npz"), AnalysisParams().measure))
            added = sessions.add(copied, replace(found, is_confirmed=True))
            numbers.append(added.session.number)
    return tuple(numbers)


@contextmanager
def served(folder: Path, store: str) -> Iterator[str]:
    """``spasm-video serve`` in a process of its own; the address that lets a browser in."""
    command = [
        sys.executable, "-m", "spasm_video", "serve", "--no-browser", "--port", "0",
        "--folder", str(folder), "--store", store,
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        lines = (re.search(r"http://\S+", line) for line in process.stdout or ())
        yield next(found[0] for found in lines if found)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def chromium(width_px: int, height_px: int) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium with a window of a size, without a screen."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise SystemExit("Chromium is missing: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--window-size={width_px},{height_px}"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        browser.set_script_timeout(PATIENCE_S)
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": False},
        )
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": USABLE})
        yield browser
    finally:
        browser.quit()


def usable_ms(browser: webdriver.Chrome) -> float | None:
    """From the click to a page that can be used, ms; None for a page that is so once loaded."""
    if not browser.execute_script("return !!document.querySelector('#review, #begin')"):
        return None
    return float(wait_for(browser, "return window.usableAt"))


def wait_for(browser: webdriver.Chrome, script: str) -> Any:
    """What a script of the page gives, once that is something."""
    return WebDriverWait(browser, PATIENCE_S, 0.02).until(lambda _: browser.execute_script(script))
