"""Many people, many requests at once, and a worker that wants too much."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import httpx2

from spasm_video.store import open_store, sessions

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

PEOPLE = 200
SLOWEST_S = 1.0
ADDRESS = "http://127.0.0.1:8532"


def test_pages_are_there_within_a_second_with_200_people(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """Each with two recordings; the first page, the list, a person, a result, the review."""
    with open_store(settings.store) as store:
        for number in range(PEOPLE):
            for day in (1, 2):
                video = {"video": {"sha256": f"{number}-{day}"}}
                sessions.add(
                    store,
                    replace(
                        session,
                        subject=f"Q{number:03d}",
                        date=dt.date(2026, 3, day),
                        made_with=session.made_with | video,
                    ),
                )
    base = f"/people/P01/sessions/{session.number}"
    for path in ("/", "/people", "/people/Q007", base, f"{base}/review", f"/api{base}/review"):
        spent_s = []
        for _ in range(3):
            began_s = time.perf_counter()
            assert browser.get(path).status_code == 200
            spent_s.append(time.perf_counter() - began_s)
        assert median(spent_s) < SLOWEST_S, path


def test_a_thousand_requests_at_once_are_all_answered(browser: Browser, session: Session) -> None:
    """Some let in, some not; each gets its own answer."""
    cookies = dict(browser.cookies.items())
    base = f"/people/P01/sessions/{session.number}"

    async def ask() -> list[int]:
        transport = httpx2.ASGITransport(app=browser.app)
        async with (
            httpx2.AsyncClient(transport=transport, base_url=ADDRESS, cookies=cookies) as known,
            httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as unknown,
        ):
            calls = [
                (known if number % 2 else unknown).get((base, "/people", "/jobs")[number % 3])
                for number in range(1000)
            ]
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(ask()) == [200 if number % 2 else 401 for number in range(1000)]


def test_a_worker_may_not_take_all_the_memory() -> None:
    """What a bomb of a video asks for is refused by the system, in the worker alone."""
    script = (
        "from spasm_video.web import worker; worker._limit()\n"
        "try: bytearray(12 * 2**30)\n"
        "except MemoryError: print('refused')"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "refused"
