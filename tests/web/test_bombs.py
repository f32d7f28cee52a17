"""Videos made to harm: one plain sentence each, told by a child under limits; the server lives."""

from __future__ import annotations

import hashlib
import json
import resource
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import pytest

from spasm_video.web import arrival
from spasm_video.web.settings import WORKER_CPU_S, WORKER_FILE_BYTES, WORKER_MEMORY_BYTES
from spasm_video.web.workshop import begin, listen

if TYPE_CHECKING:
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
VISIT = {"subject": "P01", "date": "2026-03-02", "label": "", "segment": "rest", "device": ""}
MORE_MEMORY_KB = 200_000  # in the server, while a bomb is looked at
MONTH_S = 30 * 86400


def png(size_px: int, rows: int) -> bytes:
    """A picture that says it is so large and holds that many black rows."""

    def part(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    packing = zlib.compressobj(9)
    packed = (
        b"".join(packing.compress(bytes(3 * size_px + 1)) for _ in range(rows)) + packing.flush()
    )
    head = struct.pack(">IIBBBBB", size_px, size_px, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", packed) + part(b"IEND", b"")


def picture_bomb(path: Path, size_px: int, rows: int) -> Path:
    """A video of one such picture, whose container says that it is small."""
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream("png", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        packet = av.Packet(png(size_px, rows))
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        packet.time_base, packet.is_keyframe = Fraction(1, 30), True
        output.mux(packet)
    return path


def time_bomb(path: Path, gap_s: int) -> Path:
    """Two seconds of the sample, the last of its pictures a long time later."""
    with av.open(str(SAMPLE)) as video, av.open(str(path), "w") as output:
        source = video.streams.video[0]
        stream = output.add_stream_from_template(source)
        packets = [packet for packet in video.demux(source) if packet.dts is not None][:120]
        for number, packet in enumerate(packets):
            later = int(gap_s / packet.time_base) if number > 100 else 0
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts, packet.dts, packet.stream = packet.pts + later, packet.dts + later, stream
            output.mux(packet)
    return path


def upload(browser: Browser, path: Path) -> tuple[str, Any]:
    """Its number, and what is said once it is whole."""
    body = path.read_bytes()
    said = {"name": path.name, "size_bytes": len(body)}
    number = browser.call("POST", "/api/videos", json=said).json()["id"]
    headers = {"x-sha256": hashlib.sha256(body).hexdigest()}
    browser.call("PUT", f"/api/videos/{number}?offset=0", content=body, headers=headers)
    return number, browser.call("POST", f"/api/videos/{number}/whole")


# Less than a kilobyte that asks for 11 GB; and one that really holds all it says.
@pytest.mark.parametrize(
    ("size_px", "rows", "told"),
    [(60_000, 1, "can be decoded"), (9_000, 9_000, "claims pictures of 9000 x 9000 px")],
)
def test_a_picture_bomb_is_one_plain_error(
    browser: Browser, tmp_path: Path, size_px: int, rows: int, told: str
) -> None:
    """Unpacked in a child alone; the pages are there as before, and it cannot be measured."""
    bomb = picture_bomb(tmp_path / "bomb.mov", size_px, rows)
    assert bomb.stat().st_size < 300_000
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    number, answer = upload(browser, bomb)

    assert answer.status_code == 422
    assert told in answer.json()["problem"]
    assert str(tmp_path) not in answer.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < MORE_MEMORY_KB
    assert browser.get("/").status_code == 200
    assert browser.submit(f"/videos/{number}/measure", **VISIT).status_code == 422


def test_a_month_between_two_pictures_is_no_month_of_work(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """What was seen is measured, the gap is not; nothing grows with the time that passed."""
    bomb = time_bomb(tmp_path / "bomb.mkv", MONTH_S)
    number, answer = upload(browser, bomb)
    assert answer.json()["facts"]["duration_s"] > MONTH_S
    video = settings.folder / "videos" / number / "video.mkv"
    folder = tmp_path / "results"
    task = {
        "do": "measure", "video": str(video), "folder": str(folder), "visit": VISIT,
        "mirrored": False, "is_confirmed": False, "is_kept": True, "segments": [],
        "store": settings.store, "who": None,
    }  # fmt: skip

    outcome = listen(begin(task), 120.0)

    assert "sessions" in outcome["done"]
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert summary["usable_s"] < 5
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20e6


def test_the_child_that_decodes_is_under_limits() -> None:
    """Of memory, processor time and file size, from before it reads its task."""
    process = begin({"do": "probe", "video": "/dev/null"})
    limits = Path(f"/proc/{process.pid}/limits")
    assert process.stdout is not None
    assert "failed" in process.stdout.readline()
    # It waits for nothing more; its limits are read before it is let go.
    found = {
        line[:26].strip(): line[26:].split()[:2] for line in limits.read_text().splitlines()[1:]
    }
    listen(process, 10.0)

    assert found["Max address space"] == [str(WORKER_MEMORY_BYTES)] * 2
    assert found["Max cpu time"] == [str(WORKER_CPU_S)] * 2
    assert found["Max file size"] == [str(WORKER_FILE_BYTES)] * 2
    assert found["Max core file size"] == ["0", "0"]


def test_a_recording_without_an_end_is_cut_off(
    browser: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says no size before; what goes beyond the largest is not kept."""
    monkeypatch.setattr(arrival, "LARGEST_VIDEO_BYTES", 1000)
    said = {"name": "a.webm", "is_recording": True}
    number = browser.call("POST", "/api/videos", json=said).json()["id"]
    for offset, size, status in ((0, 900, 200), (900, 101, 422), (900, 100, 200), (1000, 1, 422)):
        body = bytes(size)
        headers = {"x-sha256": hashlib.sha256(body).hexdigest()}
        path = f"/api/videos/{number}?offset={offset}"
        assert browser.call("PUT", path, content=body, headers=headers).status_code == status

    assert (settings.folder / "videos" / number / "video.webm").stat().st_size == 1000
