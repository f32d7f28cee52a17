"""
What people wait for in the web app, in a real browser: each page, and the review of ten minutes.

    python scripts/bench_web.py FOLDER                      everything
    python scripts/bench_web.py FOLDER --only review        the review alone
    python scripts/bench_web.py FOLDER --sizes 1280x720     in one window

The store holds 200 people with 50 sessions each. It is filled and ten minutes of the sample
video are measured once (some minutes of work); both are kept in FOLDER for the next call.

The browser is Debian's Chromium without a screen and without a graphics card: it draws with
the processor, on which server and video decoder run as well. A desk computer draws faster;
compare such figures only within one machine. A page should be usable within a second.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.bench_review import review_figures
from scripts.bench_site import WHO, chromium, fill_store, measured_clip, served, usable_ms, wait_for

if TYPE_CHECKING:
    from selenium import webdriver

PARTS = ("pages", "review")
SIZES = "1280x720,1366x768"
BAR_MS = 1000
TIMES = """
const [it] = performance.getEntriesByType('navigation');
return it.loadEventEnd ? [it.responseStart - it.requestStart, it.domContentLoadedEventEnd,
  it.loadEventEnd] : null;
"""


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the measured ten minutes are kept")
    parser.add_argument("--only", default=",".join(PARTS), help="of: " + ", ".join(PARTS))
    parser.add_argument("--sizes", default=SIZES, help="of the window, px")
    given = parser.parse_args()
    parts = set(given.only.split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    sizes = [tuple(int(side) for side in size.split("x")) for size in given.sizes.split(",")]
    out = Console(width=110)
    results = measured_clip(given.folder)
    out.print(f"cores {os.cpu_count()}, load of the machine {os.getloadavg()[0]:.1f}, no GPU")
    with tempfile.TemporaryDirectory(prefix="spasm_video_bench_") as name:
        store = Path(name) / "store.sqlite"
        with out.status("Filling the store: 10,000 sessions"):
            numbers = fill_store(given.folder, store, results)
        if "pages" in parts:
            with served(Path(name) / "web", str(store)) as opening, chromium(*sizes[0]) as browser:
                out.print(pages_table(browser, opening, numbers))
        if "review" in parts:
            figures = {}
            for size in sizes:
                with served(Path(name) / "web", str(store)) as opening, chromium(*size) as browser:
                    path = f"/people/{WHO}/sessions/{numbers[0]}/review"
                    figures["{} x {}".format(*size)] = review_figures(browser, opening, path)
            out.print(review_table(figures))


def pages_table(browser: webdriver.Chrome, opening: str, numbers: tuple[int, ...]) -> Table:
    """Each page twice: first with nothing at hand, then as one comes back to it."""
    table = Table(title="Pages, ms: 200 people, 50 sessions each", title_justify="left")
    for heading in ("page", "", "server", "content", "load", "usable", "asked"):
        table.add_column(heading, justify="left" if heading in {"page", ""} else "right")
    session = f"/people/{WHO}/sessions/{numbers[0]}"
    pair = "&".join(f"session={number}" for number in numbers)
    address = opening.partition("/open")[0]
    browser.get(opening)
    for name, path in (
        ("home", "/"), ("people", "/people"), ("person", f"/people/{WHO}"), ("result", session),
        ("compare", f"/people/{WHO}/compare?{pair}"), ("review", f"{session}/review"),
        ("jobs", "/jobs"), ("upload", "/upload"), ("record", "/record"),
    ):  # fmt: skip
        for state in ("cold", "warm"):
            if state == "cold":
                browser.execute_cdp_cmd("Network.clearBrowserCache", {})
            browser.get(address + path)
            server, content, load = wait_for(browser, TIMES)
            usable = usable_ms(browser) or load
            verdict = "yes" if usable < BAR_MS else "[bold]NO[/]"
            told = (f"{value:.0f}" for value in (server, content, load, usable))
            table.add_row(name if state == "cold" else "", state, *told, verdict)
    return table


def review_table(figures: dict[str, dict[str, str]]) -> Table:
    """A line a figure, a column a window."""
    table = Table(title="The review of ten minutes", title_justify="left")
    table.add_column("")
    for size in figures:
        table.add_column(size, justify="right")
    for name in next(iter(figures.values())):
        table.add_row(name, *(of[name] for of in figures.values()))
    return table


if __name__ == "__main__":
    main()
