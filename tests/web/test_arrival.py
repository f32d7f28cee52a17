"""Videos arrive in pieces: in order, each as it was sent, and again from where it broke off."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.web.settings import CHUNK_BYTES, LARGEST_VIDEO_BYTES
from tests.web.conftest import ADDRESS

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "control.mp4"


def begin(browser: Browser, name: str, size: int) -> Any:
    """Announce a video."""
    return browser.call("POST", "/api/videos", json={"name": name, "size_bytes": size}).json()


def send(browser: Browser, number: str, at: int, body: bytes, sent: bytes | None = None) -> Any:
    """One piece; ``sent`` is what arrives of it, where that is something else."""
    digest = hashlib.sha256(body).hexdigest()
    content = body if sent is None else sent
    return browser.call("PUT", f"/api/videos/{number}?offset={at}", content=content,
                        headers={"x-sha256": digest})  # fmt: skip


def test_a_video_in_pieces_is_the_same_to_the_bit(browser: Browser, settings: Settings) -> None:
    """And what it says of itself is known once it is whole."""
    body = SAMPLE.read_bytes()
    number = begin(browser, "control.mp4", len(body))["id"]
    third = len(body) // 3
    for at in range(0, len(body), third):
        assert send(browser, number, at, body[at : at + third]).status_code == 200

    whole = browser.call("POST", f"/api/videos/{number}/whole").json()

    assert (settings.folder / "videos" / number / "video.mp4").read_bytes() == body
    assert whole["facts"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert (whole["facts"]["width_px"], whole["facts"]["codec"]) == (720, "h264")
    assert whole["facts"]["duration_s"] == pytest.approx(12.0, abs=0.1)
    assert browser.get(f"/videos/{number}/poster.jpg").headers["content-type"] == "image/jpeg"


def test_a_broken_upload_goes_on_where_it_stopped(browser: Browser) -> None:
    """The same file chosen again has the same number, and the server says how much it has."""
    body = bytes(range(256)) * 8
    first = begin(browser, "a.mp4", len(body))
    send(browser, first["id"], 0, body[:1000])

    again = begin(browser, "a.mp4", len(body))
    lost = send(browser, first["id"], 0, body[:1000])

    assert (again["id"], again["received"]) == (first["id"], 1000)
    assert (lost.status_code, lost.json()) == (409, {"received": 1000})
    assert send(browser, first["id"], 1000, body[1000:]).json() == {"received": len(body)}


def test_a_piece_that_changed_on_its_way_is_not_kept(browser: Browser, settings: Settings) -> None:
    """Its hash tells; what was there before stays."""
    number = begin(browser, "a.mp4", 2000)["id"]
    send(browser, number, 0, b"a" * 500)

    refused = send(browser, number, 500, b"b" * 500, b"b" * 499 + b"c")

    assert (refused.status_code, refused.json()) == (422, {"received": 500})
    kept = settings.folder / "videos" / number / "video.mp4"
    assert kept.read_bytes() == b"a" * 500


def test_more_than_was_announced_is_not_taken(browser: Browser) -> None:
    """Neither in one piece nor in all; and nothing larger than the limit is begun."""
    number = begin(browser, "a.mp4", 10)["id"]

    assert send(browser, number, 0, b"x" * 11).status_code == 422
    assert send(browser, number, 0, b"x" * (CHUNK_BYTES + 1)).status_code == 413
    refused = begin(browser, "a.mp4", LARGEST_VIDEO_BYTES + 1)
    assert "the limit is 4.3 GB" in refused["problem"]


def test_a_video_that_is_not_whole_is_not_looked_at(browser: Browser) -> None:
    """Nor measured."""
    number = begin(browser, "a.mp4", 10)["id"]

    assert browser.call("POST", f"/api/videos/{number}/whole").status_code == 422
    assert browser.get(f"/videos/{number}/measure").status_code == 422


def test_a_deleted_video_leaves_nothing(browser: Browser, settings: Settings) -> None:
    """Its folder goes with its row."""
    number = begin(browser, "a.mp4", 10)["id"]
    send(browser, number, 0, b"x" * 10)

    assert browser.call("DELETE", f"/api/videos/{number}").json() == {"deleted": True}

    assert not (settings.folder / "videos" / number).exists()
    assert send(browser, number, 10, b"x").status_code == 404


def test_two_windows_that_send_the_same_file_do_not_mix_it(
    browser: Browser, settings: Settings
) -> None:
    """The second piece waits for the first, and is told how much is there by then."""
    body = b"a" * 500 + b"b" * 500
    number = begin(browser, "a.mp4", 4000)["id"]

    headers = {
        "host": ADDRESS.removeprefix("http://"), "origin": ADDRESS, "x-csrf-token": browser.word,
        "x-sha256": hashlib.sha256(body).hexdigest(), "content-length": f"{len(body)}",
        "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
    }  # fmt: skip
    scope = {
        "type": "http", "method": "PUT", "path": f"/api/videos/{number}", "root_path": "",
        "query_string": b"offset=0", "scheme": "http", "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def both() -> list[int]:
        is_half = asyncio.Event()
        answers = []

        async def put(*, slowly: bool) -> None:
            at = 0

            async def receive() -> dict[str, Any]:
                nonlocal at
                if at and slowly:
                    await asyncio.sleep(0.3)
                at += 500
                is_half.set()
                half = body[at - 500 : at]
                return {"type": "http.request", "body": half, "more_body": at < len(body)}

            async def send(message: MutableMapping[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    answers.append(message["status"])

            await browser.app(dict(scope), receive, send)

        first = asyncio.create_task(put(slowly=True))
        await is_half.wait()
        await asyncio.gather(first, put(slowly=False))
        return answers

    assert asyncio.run(both()) == [200, 409]
    assert (settings.folder / "videos" / number / "video.mp4").read_bytes() == body


def test_what_nobody_wants_is_deleted_from_the_first_page(
    browser: Browser, settings: Settings
) -> None:
    """What is no video, what broke off, and what has not been measured."""
    junk = begin(browser, "junk.mp4", 6)["id"]
    send(browser, junk, 0, b"<html>")
    told = browser.call("POST", f"/api/videos/{junk}/whole").json()
    assert told["problem"] == "junk.mp4 is not a video."
    whole = begin(browser, "whole.mp4", SAMPLE.stat().st_size)["id"]
    send(browser, whole, 0, SAMPLE.read_bytes())
    browser.call("POST", f"/api/videos/{whole}/whole")

    for number in (junk, whole):
        assert f'action="/videos/{number}/delete"' in browser.get("/").text
        assert browser.submit(f"/videos/{number}/delete").headers["location"] == "/"

    assert "Delete" not in browser.get("/").text
    assert list((settings.folder / "videos").iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a\u202egpj.mp4", "agpj.mp4"), ("a\r\nb\x1b[2J.mp4", "ab[2J.mp4"),
        ("\U0001f468\u200d\U0001f469.mp4", "\U0001f468\u200d\U0001f469.mp4"), ("\u202e", "?"),
    ],
)  # fmt: skip
def test_a_name_cannot_turn_the_writing_of_a_page_around(
    browser: Browser, sent: str, shown: str
) -> None:
    """Nor steer a terminal; the same file still goes on where it stopped."""
    first = begin(browser, sent, 10)

    assert browser.app.state.desk.library.video(first["id"]).name == shown  # type: ignore[attr-defined]
    assert begin(browser, sent, 10)["id"] == first["id"]
