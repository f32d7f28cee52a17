"""The recording page: its lamps, its tasks, and what remains of a recording that was lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest

from spasm_video.errors import TrackError
from spasm_video.history import Segment
from spasm_video.observe.track import cut_track, load_track
from spasm_video.store import open_store, subjects
from spasm_video.web.keeping import keep
from spasm_video.web.lamps import Lamps
from spasm_video.web.protocol import PROTOCOL, done

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "control.mp4"
SPASMS = SAMPLE.with_name("right_spasm.mp4")
CAMERA_PX = 1280


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    """A face from the front, in good light, as the recording page sends it."""
    with av.open(str(SAMPLE)) as video:
        frame = next(video.decode(video=0)).to_ndarray(format="rgb24")
    return np.asarray(cv2.resize(frame, (320, 320)), np.uint8)


@pytest.fixture(scope="module")
def lamps() -> Lamps:
    """The networks loaded once."""
    return Lamps()


def said(lamps: Lamps, picture: NDArray[np.uint8], camera_px: int = CAMERA_PX) -> dict[str, str]:
    """What each lamp says."""
    picture = np.ascontiguousarray(picture)
    return {str(one.lamp): one.said for one in lamps.look(picture, camera_px)}


def test_a_good_picture_lights_every_lamp(lamps: Lamps, picture: NDArray[np.uint8]) -> None:
    """Face, distance, light, head; the neck of this portrait is in view."""
    assert said(lamps, picture) == {
        "face": "face_fine", "distance": "distance_fine", "light": "light_fine",
        "head": "head_fine", "neck": "neck_fine",
    }  # fmt: skip


def test_each_fault_has_its_lamp(lamps: Lamps, picture: NDArray[np.uint8]) -> None:
    """And only that one says what to do."""
    small = np.full_like(picture, 120)
    small[100:220, 100:220] = cv2.resize(picture, (120, 120), interpolation=cv2.INTER_AREA)
    turn = cv2.getRotationMatrix2D((160, 160), 25, 1.0)
    tilted = np.asarray(cv2.warpAffine(picture, turn, (320, 320), borderValue=(120,) * 3), np.uint8)
    uneven = picture.copy()
    uneven[:, :155] = uneven[:, :155] // 3
    faults = {
        "distance_far": (small, 640), "light_dark": (picture // 6, CAMERA_PX),
        "light_uneven": (uneven, CAMERA_PX), "head_turned": (tilted, CAMERA_PX),
        "neck_cut": (picture[:250], CAMERA_PX),
    }  # fmt: skip
    for fault, (changed, camera_px) in faults.items():
        told = said(lamps, changed, camera_px)
        assert fault in told.values(), (fault, told)


def test_without_a_face_only_that_is_said(lamps: Lamps) -> None:
    """Nothing can be told of a face that is not there."""
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)

    assert said(lamps, noise) == {"face": "face_none"}


def test_the_server_looks_at_plain_pixels_only(
    browser: Browser, picture: NDArray[np.uint8]
) -> None:
    """The size must be that of the bytes; nothing is decoded."""
    rgba = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]).tobytes()

    def ask(body: bytes, size: str) -> Any:
        headers = {"x-size": size, "x-camera-width": "1280"}
        return browser.call("POST", "/api/lamps", content=body, headers=headers)

    assert {one["lamp"] for one in ask(rgba, "320x320").json()} >= {"face", "neck"}
    for body, size in ((rgba[:-4], "320x320"), (rgba, "640x640"), (b"", "10x10"), (rgba, "x")):
        assert ask(body, size).status_code == 422


def test_the_protocol_begins_with_two_minutes_of_rest() -> None:
    """The battery of the clinic, about six minutes of tasks."""
    assert (PROTOCOL[0].segment, PROTOCOL[0].length_s) == (Segment.REST, 120)
    assert sum(task.length_s for task in PROTOCOL) == 370
    assert len({task.code for task in PROTOCOL}) == len(PROTOCOL)


def test_a_task_that_was_cut_off_counts_as_far_as_it_went() -> None:
    """One that hardly began, or that nobody knows, does not."""
    spans = [
        {"code": "rest1", "start_s": 3.0, "end_s": 123.0},
        {"code": "dance", "start_s": 10.0, "end_s": 50.0},
        {"code": "purse", "start_s": 157.0, "end_s": 187.0},
        {"code": "smile", "start_s": 120.0, "end_s": 150.0},
    ]

    def told(end_s: float) -> list[tuple[str, float, float]]:
        return [(task.code, start_s, stop_s) for task, start_s, stop_s in done(spans, end_s)]

    assert told(60.0) == [("rest1", 3.0, 60.0)]
    assert told(160.0) == [("rest1", 3.0, 123.0), ("smile", 123.0, 150.0)]


def test_a_part_of_a_track_is_that_part_to_the_bit(measured: Path, tmp_path: Path) -> None:
    """With the times of the whole; an empty part is refused."""
    whole = load_track(measured / "track.npz")

    cut_track(measured / "track.npz", tmp_path / "part.npz", 3.0, 7.0)

    part = load_track(tmp_path / "part.npz")
    kept = (whole.time_s >= 3.0) & (whole.time_s < 7.0)
    for name in ("time_s", "points_px", "lid_px", "skin_step_px", "taken"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[kept], equal_nan=True)
    assert part.video.duration_s == pytest.approx(4.0, abs=0.05)
    assert part.video.sha256 == whole.video.sha256
    with pytest.raises(TrackError, match="Nothing was seen"):
        cut_track(measured / "track.npz", tmp_path / "none.npz", 100.0, 200.0)


def test_each_task_of_a_recording_is_a_session(
    measured: Path, tmp_path: Path, settings: Settings
) -> None:
    """With its own results; the rest comes first, and its events lie within it."""
    import shutil  # noqa: PLC0415

    shutil.copytree(measured, tmp_path / "results")
    (tmp_path / "results" / "preview.mp4").write_bytes(b"preview")
    visit = {"subject": "P01", "date": "2026-03-02", "label": "evening", "segment": "rest",
             "device": ""}  # fmt: skip
    segments = [
        {"code": "rest1", "start_s": 0.0, "end_s": 6.0},
        {"code": "puff", "start_s": 6.0, "end_s": 12.0},
    ]
    task = {"visit": visit, "segments": segments, "is_confirmed": False, "store": settings.store,
            "who": "tester", "video": str(SPASMS)}  # fmt: skip

    numbers = keep(task, tmp_path / "results")

    with open_store(settings.store) as store:
        found = {one.number: one for one in subjects.history(store, "P01").sessions}
    rest, puff = (found[number] for number in numbers)
    assert (rest.segment, rest.label) == (Segment.REST, "evening")
    assert (puff.segment, puff.label) == (Segment.OTHER, "evening puff")
    assert rest.duration_s == pytest.approx(6.0, abs=0.1)
    assert rest.events
    assert all(event.peak_s < 6.0 for event in rest.events)
    assert all(event.peak_s >= 6.0 for event in puff.events)
    assert (Path(puff.folder) / "preview.mp4").read_bytes() == b"preview"
    for one in (rest, puff):  # three pictures a spasm, of this part of the video
        page = (Path(one.folder) / "report.html").read_text(encoding="utf-8")
        assert page.count("data:image/jpeg") == 3 * len(one.events)


def test_what_is_wrong_with_the_camera_stands_above_the_lamps(browser: Browser) -> None:
    """Below them a small window cuts it off, and nobody learns why nothing can be begun."""
    page = browser.get("/record").text

    assert page.index('id="trouble"') < page.index('id="before"')


def test_a_lost_recording_began_when_the_clock_says(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when it would have been in Greenwich."""
    begun = browser.call("POST", "/api/videos", json={"name": "r.mp4", "is_recording": True}).json()
    began = browser.app.state.desk.library.video(begun["id"]).at  # type: ignore[attr-defined]
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        there = f"{began + dt.timedelta(hours=9):%Y-%m-%d %H:%M}"
        assert there in browser.get("/").text
        assert there in browser.get(f"/record/{begun['id']}").text
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_lost_recording_is_found_again(browser: Browser) -> None:
    """What arrived can be measured or deleted, from the first page."""
    body = SAMPLE.read_bytes()
    begun = browser.call("POST", "/api/videos", json={"name": "r.mp4", "is_recording": True}).json()
    number = begun["id"]
    digest = hashlib.sha256(body).hexdigest()
    browser.call("PUT", f"/api/videos/{number}?offset=0", content=body,
                 headers={"x-sha256": digest})  # fmt: skip
    span = [{"code": "rest1", "start_s": 1.0, "end_s": 121.0}]
    browser.call("PUT", f"/api/videos/{number}/tasks", json=span)

    assert f"/record/{number}" in browser.get("/").text
    assert "not finished" in browser.get(f"/record/{number}").text
    used = browser.submit(f"/record/{number}/finish", how="use")

    assert used.headers["location"] == f"/videos/{number}/measure"
    assert "Each step of the recording" in browser.get(used.headers["location"]).text
    browser.submit(f"/record/{number}/finish", how="delete")
    assert browser.get(f"/record/{number}").status_code == 404
