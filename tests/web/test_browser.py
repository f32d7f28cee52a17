"""The app in a real browser: Debian's Chromium, a server of its own, a camera fed by a clip."""

from __future__ import annotations

import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest

from spasm_video.history import ExcludedSpan, Verdict
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import analyze
from spasm_video.store import open_store, reviews, subjects
from spasm_video.web.jobs import State
from spasm_video.web.library import JobRow, Library
from tests.web.serving import Server, until

if TYPE_CHECKING:
    from collections.abc import Iterator


selenium = pytest.importorskip("selenium")
axe = pytest.importorskip("axe_core_python")

from selenium import webdriver  # noqa: E402 (where it is installed)
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.flaky(reruns=2),  # a browser on a busy machine: only a failure thrice is one
    pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]),
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="Chromium is not installed: apt-get install chromium chromium-driver",
    ),
]
SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
AXE = Path(axe.__file__).parent / "axe.min.js"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=1280,720", "--lang=en",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
SHORT = 300  # pictures of it
LOST_S = 2.0
MOST_TABS = 30  # to whatever stands in the first half of a page
SMOOTH_FPS = 15  # of a machine without a graphics card that does other things as well


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A camera of 640 x 480 that shows the sample with spasms of the right side."""
    path = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    with av.open(str(SAMPLE)) as video, path.open("wb") as out:
        for frame in video.decode(video=0):
            picture = np.full((480, 640, 3), 120, np.uint8)
            small = cv2.resize(frame.to_ndarray(format="bgr24"), (480, 480))
            picture[:, 80:560] = small
            out.write(cv2.imencode(".jpg", picture)[1].tobytes())
    return path


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the sample."""
    path = tmp_path_factory.mktemp("short") / "short.mp4"
    with av.open(str(SAMPLE)) as video, av.open(str(path), "w") as output:
        source = video.streams.video[0]
        stream = output.add_stream_from_template(source)
        for packet in list(video.demux(source))[:SHORT]:
            packet.stream = stream
            output.mux(packet)
    return path


@pytest.fixture
def chromium(camera: Path) -> Iterator[webdriver.Chrome]:
    """A browser with that camera."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--use-file-for-fake-video-capture={camera}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


def one(chromium: webdriver.Chrome, selector: str) -> Any:
    """The element of a selector, once it is there."""
    return until(lambda: chromium.find_elements(By.CSS_SELECTOR, selector), selector, 30)[0]


def press(chromium: webdriver.Chrome, keys: str) -> None:
    """Keys, one after the other, to whatever has the focus."""
    chromium.find_element(By.TAG_NAME, "body").send_keys(keys)


def measure(chromium: webdriver.Chrome) -> None:
    """Say whose the video is, and wait for its result."""
    one(chromium, "#f-subject").send_keys("P01")
    one(chromium, "form button.button").click()
    until(lambda: "/people/P01/sessions/" in chromium.current_url, "no result came")


def same_as_analyzed(folder: Path, video: Path, by_hand: Path) -> bool:
    """Whether results are those of ``analyze`` on the same file, byte for byte."""
    analyze(video, by_hand, AnalysisParams())
    tables = ("events.csv", "blinks.csv", "summary.json")
    return all((folder / name).read_bytes() == (by_hand / name).read_bytes() for name in tables)


def complaints(chromium: webdriver.Chrome) -> list[str]:
    """What the browser itself found wrong: a script, or something the policy refused."""
    return [
        str(line["message"])
        for line in chromium.get_log("browser")  # type: ignore[no-untyped-call]
        if line["level"] == "SEVERE" or "Content Security Policy" in line["message"]
    ]


def barriers(chromium: webdriver.Chrome) -> list[str]:
    """What axe-core finds on the page that keeps somebody from using it (WCAG A and AA)."""
    chromium.execute_script(AXE.read_text(encoding="utf-8"))
    found = chromium.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}).then((told) => done("
        "told.violations.map((one) => one.id + ': ' + one.nodes.map((n) => n.target).join(' '))));"
    )
    return [str(barrier) for barrier in found]


def test_upload_review_and_numbers_after_it(server: Server, chromium: webdriver.Chrome) -> None:
    """A file becomes a result; a rejected movement lowers the rate; the log has it all."""
    chromium.get(server.opening)
    chromium.get(f"{server.address}/upload")
    one(chromium, "#choose").send_keys(str(SAMPLE))
    one(chromium, "#arriving a.button").click()
    measure(chromium)
    result = chromium.current_url
    assert "Spasms on the right side" in chromium.page_source
    assert barriers(chromium) == []

    assert list(server.folder.glob("videos/*/results/traces-*.f4"))
    chromium.get(f"{result}/review")
    one(chromium, "#review[data-ready]")
    assert barriers(chromium) == []
    rows = chromium.find_elements(By.CSS_SELECTOR, "#events tbody tr")
    press(chromium, "r" + "a" * (len(rows) - 1))
    judged = one(chromium, "#judged")
    until(lambda: judged.text == f"{len(rows)} of {len(rows)}", "not all are judged")
    press(chromium, "k")
    with open_store(server.store) as store:
        (session,) = subjects.history(store, "P01").sessions

        def told() -> list[Any]:
            return [line for line in subjects.log(store, "P01") if "review" in line.action]

        until(lambda: len(told()) > len(rows), "the last change was not logged", 30)
        until(lambda: reviews.review(store, "P01", session.number).summary, "not counted", 30)
        review, log = reviews.review(store, "P01", session.number), told()
    until(lambda: "minute" in one(chromium, "#reviewed").text, "the numbers are not shown", 30)
    until(lambda: one(chromium, "#reviewed").text != one(chromium, "#measured").text, "as before")
    assert len(session.events) == len(rows)
    assert review.summary["events"] == len(rows) - 1
    assert review.summary["affected_side"] == "right"
    assert len(log) == len(rows) + 1
    until(lambda: chromium.execute_script(
        "return document.getElementById('video').readyState >= 2"), "no picture", 30)  # fmt: skip
    chromium.get(result)
    assert "Looked through by" in chromium.page_source
    chromium.get(one(chromium, "a[href$='reviewed_report.html']").get_attribute("href") or "")
    assert f"{len(rows)} of {len(rows)} movements judged" in chromium.page_source
    assert complaints(chromium) == []


def test_a_killed_server_takes_its_job_up_again(
    server: Server, chromium: webdriver.Chrome, short: Path, tmp_path: Path
) -> None:
    """Measured anew after the next start, without a trace of the first try; as analyze does."""
    chromium.get(server.opening)
    chromium.get(f"{server.address}/upload")
    one(chromium, "#choose").send_keys(str(short))
    one(chromium, "#arriving a.button").click()
    one(chromium, "#f-subject").send_keys("P01")
    one(chromium, "form button.button").click()
    until(lambda: "%" in one(chromium, "#told").text, "the job did not begin", 60)
    server.end(signal.SIGKILL)
    until(lambda: "does not answer" in one(chromium, "#told").text, "nothing was said", 30)

    server.start()
    chromium.get(server.opening)
    one(chromium, "a[href^='/jobs/']").click()
    until(lambda: "/people/P01/sessions/" in chromium.current_url, "no result came")

    (video,) = server.folder.glob("videos/*/video.mp4")
    assert video.read_bytes() == short.read_bytes()
    assert same_as_analyzed(video.parent / "results", short, tmp_path / "by_hand")
    assert not list(video.parent.glob(".*"))
    with open_store(server.store) as store:
        assert len(subjects.history(store, "P01").sessions) == 1


def test_undo_takes_back_and_a_marked_span_is_added(
    server: Server, chromium: webdriver.Chrome
) -> None:
    """By mouse and keyboard; what was undone is open again, and the log has both."""
    chromium.get(server.opening)
    chromium.get(f"{server.address}/upload")
    one(chromium, "#choose").send_keys(str(SAMPLE))
    one(chromium, "#arriving a.button").click()
    measure(chromium)
    chromium.get(f"{chromium.current_url}/review")
    one(chromium, "#review[data-ready]")
    rows = len(chromium.find_elements(By.CSS_SELECTOR, "#events tbody tr"))
    judged = one(chromium, "#judged")

    press(chromium, "a")
    until(lambda: judged.text == f"1 of {rows}", "not judged")
    press(chromium, "u")
    until(lambda: judged.text == f"0 of {rows}", "not taken back")
    traces = one(chromium, "#traces")
    drag = webdriver.ActionChains(chromium)
    drag.move_to_element_with_offset(traces, -300, 0).click_and_hold().move_by_offset(25, 0)
    drag.release().perform()
    press(chromium, "n")
    until(lambda: judged.text == f"1 of {rows + 1}", "not added")
    until(lambda: "found by a person" in one(chromium, "#events").text, "not in the table")
    press(chromium, "u")
    until(lambda: judged.text == f"0 of {rows}", "not gone")

    with open_store(server.store) as store:  # as another window does
        (session,) = subjects.history(store, "P01").sessions
        first = reviews.review(store, "P01", session.number).events[0]
        rejected = replace(first, verdict=Verdict.REJECTED)
        reviews.set_event(store, "P01", session.number, rejected)
    one(chromium, "#events tbody tr button").click()
    press(chromium, "a")
    until(lambda: "in another window" in one(chromium, "#trouble").text, "not told")
    assert judged.text == f"1 of {rows}"
    assert one(chromium, "#reject").get_attribute("aria-pressed") == "true"
    press(chromium, "a")
    until(lambda: "rejected" not in one(chromium, "#events").text, "not accepted")
    until(lambda: judged.text == f"1 of {rows}", "not judged")


def test_the_ends_are_trimmed_by_mouse_and_keyboard(
    server: Server, chromium: webdriver.Chrome, played: Path
) -> None:
    """A handle is drawn or moved by keys, a key begins here; taken in again by mouse and key."""
    visit, _ = server.hold(played)
    number = int(visit.rpartition("/")[2])
    chromium.get(server.opening)
    chromium.get(f"{server.address}{visit}/review")
    one(chromium, "#review[data-ready]")
    with open_store(server.store) as store:

        def spans() -> list[tuple[float, float]]:
            told = reviews.review(store, "P01", number).excluded
            return [(round(span.start_s, 1), round(span.end_s, 1)) for span in told]

        end = one(chromium, "#trim-end")
        assert end.get_attribute("role") == "slider"
        end.send_keys(Keys.PAGE_DOWN + Keys.ARROW_LEFT)
        until(lambda: spans() == [(6.9, 12.0)], "not trimmed by keys", 30)
        assert end.get_attribute("aria-valuetext") == "0:06.9"
        begin = one(chromium, "#trim-begin")
        half = chromium.execute_script("return document.getElementById('overview').clientWidth") / 2
        drag = webdriver.ActionChains(chromium).click_and_hold(begin)
        drag.move_by_offset(int(half / 2), 0).move_by_offset(-int(half / 4), 0).release().perform()
        until(lambda: len(spans()) == 2 and spans()[0][1] == pytest.approx(1.5, abs=0.3), "no", 30)
        until(lambda: chromium.find_elements(By.CSS_SELECTOR, "#events tr.out"), "not named", 30)
        review = reviews.review(store, "P01", number)
        outside = sum(
            any(span.start_s <= told.event.peak_s < span.end_s for span in review.excluded)
            for told in review.events
        )
        named = one(chromium, "#events tbody").text.count("left out")
        assert 0 < named == outside < len(review.events)
        press(chromium, "u")
        until(lambda: spans() == [(6.9, 12.0)], "not undone", 30)
        chromium.execute_script("document.getElementById('video').currentTime = 2.5")
        press(chromium, "b")
        until(lambda: spans() == [(0.0, 2.5), (6.9, 12.0)], "it does not begin here", 30)
        # As another window does: it is replaced all the same.
        reviews.exclude(store, "P01", number, ExcludedSpan(0.0, 4.0))
        begin.send_keys(Keys.ARROW_RIGHT)
        until(lambda: spans() == [(0.0, 2.6), (6.9, 12.0)], "left out twice", 30)
        assert barriers(chromium) == []
        one(chromium, "#left-out button").send_keys(Keys.ENTER)
        until(lambda: spans() == [(6.9, 12.0)], "not taken in by a key", 30)
        traces = one(chromium, "#traces")
        right = int(0.35 * traces.size["width"])
        webdriver.ActionChains(chromium).move_to_element_with_offset(
            traces, right, 0
        ).click().perform()
        until(lambda: spans() == [], "not taken in by the mouse", 30)
        end.send_keys(Keys.HOME)
        until(lambda: spans() == [(0.5, 12.0)], "not to the shortest that is left", 30)
        end.send_keys(Keys.END)
        until(lambda: spans() == [], "not home", 30)
    assert complaints(chromium) == []


def test_a_recording_through_to_its_result(server: Server, chromium: webdriver.Chrome) -> None:
    """Camera, lamps, a task, the end before its time; then measured as any other video."""
    chromium.get(server.opening)
    chromium.get(f"{server.address}/record")
    begin = one(chromium, "#begin")
    until(begin.is_enabled, "the camera is not ready", 60)
    until(lambda: "is in view" in one(chromium, "#lamp-face").text, "no face in the lamps", 60)
    assert barriers(chromium) == []
    begin.click()
    until(lambda: one(chromium, "#left").text.endswith(" s"), "the task did not begin", 30)
    assert barriers(chromium) == []
    one(chromium, "#pause").click()
    until(lambda: one(chromium, "#left").text.startswith("Paused"), "not paused", 30)
    assert barriers(chromium) == []
    one(chromium, "#pause").click()
    time.sleep(13)
    assert "Rest" in one(chromium, "#task").text
    one(chromium, "#stop").click()
    button = one(chromium, "#measure")
    until(button.is_displayed, "the recording was not stored", 60)
    assert barriers(chromium) == []
    button.click()
    measure(chromium)

    with open_store(server.store) as store:
        (session,) = subjects.history(store, "P01").sessions
    assert (session.segment, session.mirrored) == ("rest", False)
    assert 8 < session.duration_s < 20
    chromium.get(f"{server.address}/people/P01")
    assert "Over time" in chromium.page_source
    assert barriers(chromium) == []
    assert complaints(chromium) == []


def test_a_killed_server_loses_at_most_two_seconds(
    server: Server, chromium: webdriver.Chrome, tmp_path: Path
) -> None:
    """
    What the tab had recorded up to two seconds before is on the disk, and can be measured.

    The result of a recording is that of ``analyze`` on the same file.
    """
    chromium.get(server.opening)
    chromium.get(f"{server.address}/record")
    begin = one(chromium, "#begin")
    until(begin.is_enabled, "the camera is not ready", 60)
    begin.click()
    until(lambda: list(server.folder.glob("videos/*/video.webm")), "nothing arrived", 30)
    began = time.monotonic()
    time.sleep(8)
    server.end(signal.SIGKILL)
    recorded_s = time.monotonic() - began
    (file,) = server.folder.glob("videos/*/video.webm")
    with av.open(str(file)) as video:
        times = [frame.time for frame in video.decode(video=0)]
    assert times[-1] - times[0] >= recorded_s - LOST_S

    server.start()
    chromium.execute_script("window.onbeforeunload = null;")
    chromium.get("about:blank")
    chromium.get(server.opening)
    one(chromium, f"a[href='/record/{file.parent.name}']").click()
    one(chromium, "button[value='use']").click()
    measure(chromium)
    assert same_as_analyzed(file.parent / "results", file, tmp_path / "by_hand")


def test_ten_minutes_of_traces_are_drawn_quickly(
    server: Server, chromium: webdriver.Chrome
) -> None:
    """36,000 frames of five regions: scrubbing a window of 12 s, and the whole of it."""
    chromium.get(server.opening)
    chromium.set_script_timeout(60)
    near_fps, far_fps = chromium.execute_async_script("""
        const done = arguments[arguments.length - 1];
        const rooms = ['traces', 'lanes'].map((one) => import(`/static/review/${one}.js`));
        Promise.all(rooms).then(([{Traces}, {drawLanes}]) => {
          const regions = ['eyelid', 'brow', 'cheek', 'mouth', 'neck'], n = 36000;
          const all = new Float32Array(15 * n);
          for (let i = 0; i < n; i += 1) all[i] = i / 60;
          for (let i = n; i < 11 * n; i += 1) all[i] = Math.sin(i / 7) + ((i * 7919) % 97) / 97;
          all.fill(1, 11 * n, 12 * n);
          const traces = new Traces(all.buffer, regions);
          const canvas = document.createElement('canvas');
          canvas.style.width = '720px'; canvas.style.height = '400px';
          document.body.append(canvas);
          const names = Object.fromEntries(regions.map((one) => [one, one]));
          const events = Array.from({length: 300}, (_, k) => ({
            onset_s: 2 * k, offset_s: 2 * k + 0.3, side: 'left', regions, verdict: 'open'}));
          const frames = (wide) => new Promise((resolve) => {
            const began = performance.now();
            let count = 0;
            const step = () => {
              const from = (count * 0.2) % (600 - wide);
              drawLanes(canvas, traces, {from, to: from + wide, events, excluded: [],
                limits: {}, names, number: String});
              count += 1;
              const spent = performance.now() - began;
              if (spent < 3000) requestAnimationFrame(step);
              else resolve(1000 * count / spent);
            };
            requestAnimationFrame(step);
          });
          frames(12).then((near) => frames(590).then((far) => done([near, far])));
        });
    """)
    assert near_fps > SMOOTH_FPS, (near_fps, far_fps)
    assert far_fps > SMOOTH_FPS / 2, (near_fps, far_fps)


def test_every_page_can_be_used_by_everybody(server: Server, chromium: webdriver.Chrome) -> None:
    """No barrier of WCAG A and AA, in both languages; a refused visitor is told plainly."""
    chromium.get(f"{server.address}/")
    assert "has not been let in" in chromium.page_source
    chromium.get(server.opening)
    with open_store(server.store) as store:
        subjects.add(store, "P01")
    for language in ("de", "en"):
        chromium.get(f"{server.address}/language/{language}")
        for path in ("/", "/upload", "/people", "/people/P01", "/people/P99", "/jobs", "/nowhere"):
            chromium.get(f"{server.address}{path}")
            assert barriers(chromium) == [], (language, path)
    chromium.get(f"{server.address}/people/P01")
    wide = chromium.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0


def test_every_state_can_be_used_by_everybody(
    server: Server, chromium: webdriver.Chrome, played: Path
) -> None:
    """Results, review, two visits side by side and jobs as they go, in both languages."""
    visits = server.hold(played)
    pair = "&".join(f"session={path.rpartition('/')[2]}" for path in visits)
    library = Library(server.folder)
    jobs = [f"/jobs/{a_job(library, state)}" for state in State if state is not State.QUEUED]
    library.close()
    chromium.get(server.opening)
    for language in ("de", "en"):
        chromium.get(f"{server.address}/language/{language}")
        for path in ("/", *jobs, f"/people/P01/compare?{pair}", visits[0], f"{visits[0]}/review"):
            chromium.get(f"{server.address}{path}")
            if path.endswith("/review"):
                one(chromium, "#review[data-ready]")
            assert barriers(chromium) == [], (language, path)
    assert complaints(chromium) == []


def test_the_course_is_explored_by_pointer_and_keyboard(
    server: Server, chromium: webdriver.Chrome, played: Path
) -> None:
    """A visit shows its numbers once it is pointed at or has the focus, and opens its recording."""
    visits = server.hold(played)
    chromium.get(server.opening)
    chromium.get(f"{server.address}/people/P01")
    links = chromium.find_elements(By.CSS_SELECTOR, ".visit")
    cards = [link.find_element(By.CSS_SELECTOR, ".card") for link in links]
    assert [link.get_dom_attribute("href") for link in links] == [*visits]
    assert not any(card.is_displayed() for card in cards)

    column = links[0].find_element(By.CSS_SELECTOR, ".column")
    webdriver.ActionChains(chromium).move_to_element(column).perform()
    until(cards[0].is_displayed, "no numbers where the pointer is", 10)
    assert "visit 3" in cards[0].text
    for _ in range(MOST_TABS):
        webdriver.ActionChains(chromium).send_keys(Keys.TAB).perform()
        if chromium.switch_to.active_element == links[1]:
            break
    until(cards[1].is_displayed, "no numbers where the focus is", 10)
    chromium.switch_to.active_element.send_keys(Keys.ENTER)
    until(lambda: chromium.current_url.endswith(visits[1]), "not opened", 10)
    assert complaints(chromium) == []


def a_job(library: Library, state: State) -> str:
    """A job in a state that stays, for nobody works on it."""
    video = library.begin("a.mp4", 10)
    visit = {"subject": "P01", "date": "2026-03-02", "label": "", "segment": "rest", "device": ""}
    task = {"do": "measure", "name": "a.mp4", "visit": visit, "mirrored": False}
    told = {"problem": "It is the other side.", "remedy": "Say which."} if state == "asks" else {}
    with library.writing() as orm:
        orm.add(
            JobRow(
                id=video.id, video_id=video.id, state=state, task=task, sessions=[], at=video.at,
                **told,
            )
        )  # fmt: skip
    return video.id


def test_a_recording_in_german_can_be_used_by_everybody(
    server: Server, chromium: webdriver.Chrome
) -> None:
    """While it prepares, counts down, pauses and ends."""
    chromium.get(server.opening)
    chromium.get(f"{server.address}/language/de?to=/record")
    begin = one(chromium, "#begin")
    until(begin.is_enabled, "the camera is not ready", 60)
    assert barriers(chromium) == []
    begin.click()
    until(lambda: one(chromium, "#count").text, "no countdown", 30)
    assert barriers(chromium) == []
    one(chromium, "#pause").click()
    until(lambda: one(chromium, "#left").text.startswith("Pause"), "no pause", 30)
    assert barriers(chromium) == []
    one(chromium, "#stop").click()
    until(one(chromium, "#measure").is_displayed, "the recording was not stored", 60)
    assert barriers(chromium) == []
    assert complaints(chromium) == []


def test_the_login_of_a_site_can_be_used_by_everybody(
    chromium: webdriver.Chrome, tmp_path: Path
) -> None:
    """Before and after a wrong password, in both languages."""
    site = Server(tmp_path, ("--site",))
    site.start()
    for language in ("de", "en"):
        chromium.get(f"{site.address}/login")
        chromium.add_cookie({"name": "language", "value": language})
        chromium.get(f"{site.address}/login")
        assert one(chromium, "html").get_attribute("lang") == language
        assert barriers(chromium) == []
        one(chromium, "#f-name").send_keys("nobody")
        one(chromium, "#f-password").send_keys("wrong")
        one(chromium, "form button.button").click()
        assert one(chromium, "[role=alert]").text
        assert barriers(chromium) == []
    site.end()
