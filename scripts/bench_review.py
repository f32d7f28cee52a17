"""How smooth the review page is: scrubbed, zoomed, sought and played, in a real browser."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from scripts.bench_site import usable_ms, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium import webdriver

DRAG_S = 4.0
PLAY_S = 6.0
SEEKS = 30
FRAMES = """
const drawn = window.drawn = [];
const next = (at) => {
  drawn.push(at);
  if (window.drawn === drawn) requestAnimationFrame(next);
};
requestAnimationFrame(next);
"""
SEEK = """
const [time, done] = arguments;
const video = document.getElementById('video');
const began = performance.now();
let sought = 0;
video.addEventListener('seeked', () => { sought = performance.now() - began; }, {once: true});
video.requestVideoFrameCallback(() => setTimeout(() => done([sought, performance.now() - began])));
video.currentTime = time;
"""
PLAY = """
const video = document.getElementById('video');
document.getElementById('loop').checked = false;
document.getElementById('speed').value = '1';
video.currentTime = 100;
document.getElementById('play').click();
const told = video.getVideoPlaybackQuality();
return [told.totalVideoFrames, told.droppedVideoFrames, video.currentTime];
"""
PLAYED = """
const video = document.getElementById('video');
const told = video.getVideoPlaybackQuality();
document.getElementById('play').click();
return [told.totalVideoFrames, told.droppedVideoFrames, video.currentTime];
"""


def review_figures(browser: webdriver.Chrome, opening: str, path: str) -> dict[str, str]:
    """What was measured by name, as it is printed."""
    browser.get(opening)
    address = opening.partition("/open")[0] + path
    browser.get(address)
    figures = {"ready, server just started, s": f"{(usable_ms(browser) or 0) / 1000:.2f}"}
    browser.get(address)
    figures["ready again, s"] = f"{(usable_ms(browser) or 0) / 1000:.2f}"
    wait_for(browser, "return document.getElementById('video').readyState >= 2")
    time.sleep(1)
    for name, work in (
        ("nothing happens", lambda: time.sleep(DRAG_S)),
        ("drag over the recording", lambda: _drag(browser, "#overview")),
        ("drag over the traces", lambda: _drag(browser, "#traces")),
        ("wheel", lambda: _wheel(browser)),
    ):
        figures |= _smooth(browser, name, work)
    figures |= _sought(browser)
    figures |= _played(browser)
    browser.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    used = browser.execute_script("return performance.memory.usedJSHeapSize")
    figures["JavaScript heap, MB"] = f"{used / 1e6:.1f}"
    return figures


def _smooth(browser: webdriver.Chrome, name: str, work: Callable[[], object]) -> dict[str, str]:
    """Frames a second and how long they take, and how busy the page's thread is."""
    browser.execute_script(FRAMES)
    before, began_s = _busy_s(browser), time.perf_counter()
    work()
    took_s, after = time.perf_counter() - began_s, _busy_s(browser)
    drawn = browser.execute_script("const {drawn} = window; window.drawn = null; return drawn")
    each = np.diff(drawn)
    told = f"{np.median(each):.0f} / {np.percentile(each, 95):.0f} / {each.max():.0f}"
    return {
        f"{name}: frames/s": f"{1000 / each.mean():.0f}",
        f"{name}: frame, ms: median / 95 % / longest": told,
        f"{name}: the page's thread is busy, %": f"{100 * (after - before) / took_s:.0f}",
    }


def _busy_s(browser: webdriver.Chrome) -> float:
    browser.execute_cdp_cmd("Performance.enable", {})
    told = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


def _drag(browser: webdriver.Chrome, selector: str) -> None:
    """To and fro with the left button down, as the input of the browser itself."""
    left, top, wide, high = _box(browser, selector)
    y = top + high / 2
    _mouse(browser, "mousePressed", left + 0.1 * wide, y, button="left", buttons=1, clickCount=1)
    for share in _to_and_fro():
        _mouse(browser, "mouseMoved", left + share * wide, y, button="left", buttons=1)
    _mouse(browser, "mouseReleased", left + 0.5 * wide, y, button="left", clickCount=1)


def _wheel(browser: webdriver.Chrome) -> None:
    """Closer and wider, over and over."""
    left, top, wide, high = _box(browser, "#traces")
    for share in _to_and_fro():
        turn = 120 if share < 0.5 else -120
        _mouse(browser, "mouseWheel", left + wide / 2, top + high / 2, deltaX=0, deltaY=turn)


def _to_and_fro() -> Iterator[float]:
    """Shares of the way, 0.1 to 0.9 and back, for some seconds, as often as a mouse tells."""
    began_s = time.perf_counter()
    while (spent_s := time.perf_counter() - began_s) < DRAG_S:
        yield 0.5 - 0.4 * np.cos(np.pi * spent_s)
        time.sleep(0.004)


def _mouse(browser: webdriver.Chrome, kind: str, x: float, y: float, **more: object) -> None:
    told = {"type": kind, "x": x, "y": y, "pointerType": "mouse", **more}
    browser.execute_cdp_cmd("Input.dispatchMouseEvent", told)


def _box(browser: webdriver.Chrome, selector: str) -> tuple[float, float, float, float]:
    script = """
    const it = document.querySelector(arguments[0]).getBoundingClientRect();
    return [it.left, it.top, it.width, it.height];
    """
    left, top, wide, high = browser.execute_script(script, selector)
    return left, top, wide, high


def _sought(browser: webdriver.Chrome) -> dict[str, str]:
    """From a seek to the picture that is shown."""
    browser.execute_script("document.getElementById('video').pause()")
    length_s = browser.execute_script("return document.getElementById('video').duration")
    times = np.random.default_rng(1).uniform(0, length_s - 1, SEEKS)
    spent = [browser.execute_async_script(SEEK, float(at)) for at in times]
    shown = [one[1] for one in spent]
    told = f"{median(shown):.0f} / {np.percentile(shown, 95):.0f} / {max(shown):.0f}"
    return {"seek to picture, ms: median / 95 % / longest": told}


def _played(browser: webdriver.Chrome) -> dict[str, str]:
    """At the video's own rate, the line moving along."""
    before: list[float] = []
    after: list[float] = []

    def work() -> None:
        before.extend(browser.execute_script(PLAY))
        time.sleep(PLAY_S)
        after.extend(browser.execute_script(PLAYED))

    figures = _smooth(browser, "played at 1x", work)
    shown, dropped = after[0] - before[0], after[1] - before[1]
    figures["played at 1x: pictures dropped"] = f"{dropped:.0f} of {shown:.0f}"
    figures["played at 1x: seconds of video a second"] = f"{(after[2] - before[2]) / PLAY_S:.2f}"
    return figures
