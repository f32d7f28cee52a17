"""Jobs: measured in a process of their own, stopped, and taken up again after a restart."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.params import AnalysisParams
from spasm_video.pipeline import analyze
from spasm_video.store import open_store, sessions
from spasm_video.web import jobs as jobs_module
from spasm_video.web.app import create_app
from spasm_video.web.jobs import Jobs, State, Step
from spasm_video.web.library import JobRow, Library
from spasm_video.web.workshop import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
VISIT = {"subject": "P01", "date": "2026-03-02", "label": "", "segment": "rest", "device": ""}


@pytest.fixture
def library(settings: Settings) -> Library:
    """An empty library."""
    return Library(settings.folder)


def queued(library: Library, jobs: Jobs) -> JobRow:
    """A job on a video that does not matter."""
    video = library.begin("a.mp4", 10)
    return jobs.add(video.id, {"do": "measure", "name": "a.mp4", "visit": VISIT})


def until(jobs: Jobs, number: str, is_so: Callable[[JobRow], bool], seconds: float = 60) -> JobRow:
    """The job once it is so; a failure otherwise."""
    end = time.monotonic() + seconds
    while not is_so(job := jobs.job(number)):
        assert time.monotonic() < end, f"{job.state} {job.problem}"
        time.sleep(0.02)
    return job


def worker(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Workers that run this script in the place of ours, after reading their task."""
    import subprocess  # noqa: PLC0415 (patched)

    def begin(task: dict[str, Any]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", f"import sys, time, json\nsys.stdin.readline()\n{script}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        return process

    monkeypatch.setattr(jobs_module, "begin", begin)


@pytest.mark.slow
def test_a_video_becomes_a_session_as_analyze_makes_it(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """Uploaded, measured in a worker, stored: the same numbers as of the same file."""
    body = SAMPLE.read_bytes()
    said = {"name": SAMPLE.name, "size_bytes": len(body)}
    number = browser.call("POST", "/api/videos", json=said).json()["id"]
    for at in range(0, len(body), 4_000_000):
        piece = body[at : at + 4_000_000]
        browser.call("PUT", f"/api/videos/{number}?offset={at}", content=piece,
                     headers={"x-sha256": hashlib.sha256(piece).hexdigest()})  # fmt: skip
    browser.call("POST", f"/api/videos/{number}/whole")
    begun = browser.submit(f"/videos/{number}/measure", **VISIT, delete_video="yes")
    address = "/api" + begun.headers["location"]
    end = time.monotonic() + 300
    while (job := browser.get(address).json())["state"] in {"queued", "running"}:
        assert time.monotonic() < end
        time.sleep(0.2)

    assert job["state"] == "done", job
    with open_store(settings.store) as store:
        stored = sessions.found(store, "P01", str(job["session"]))
    folder = tmp_path / "by_hand"
    analyze(SAMPLE, folder, AnalysisParams())
    assert stored.summary == json.loads((folder / "summary.json").read_text("utf-8"))
    for name in ("events.csv", "blinks.csv", "summary.json"):
        assert (Path(stored.folder) / name).read_bytes() == (folder / name).read_bytes()
    assert not (settings.folder / "videos" / number / "video.mp4").exists()  # as was asked
    page = browser.get(f"/people/P01/sessions/{stored.number}").text
    assert "Spasms on the right side" in page
    preview = browser.get(f"/people/P01/sessions/{stored.number}/files/preview.mp4",
                          headers={"range": "bytes=0-99"})  # fmt: skip
    assert (preview.status_code, len(preview.content)) == (206, 100)


def test_a_job_that_is_stopped_keeps_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker ends at once, and its last words are not heard."""
    worker(monkeypatch, "print(json.dumps({'step': 'measure', 'done_s': 1, 'total_s': 2}), flush=1)"
                        "\ntime.sleep(60)")  # fmt: skip
    jobs = Jobs(library, 1, None)
    jobs.start()
    video = library.begin("a.mp4", 10)
    half = library.place(video.id) / ".results-1234" / "track.npz"
    half.parent.mkdir()
    half.touch()
    task = {"do": "measure", "visit": VISIT, "folder": str(library.place(video.id) / "results")}
    job = jobs.add(video.id, task)
    until(jobs, job.id, lambda _: jobs.step(job.id) is not None)

    began_s = time.monotonic()
    jobs.cancel(job.id)
    until(jobs, job.id, lambda _: jobs.step(job.id) is None)

    assert time.monotonic() - began_s < 10
    assert jobs.job(job.id).state == State.CANCELLED
    assert not half.parent.exists()
    jobs.stop()


def test_a_worker_that_dies_is_told_and_the_next_job_runs(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder that crashes takes its own process along and nothing else."""
    worker(monkeypatch, "import os; os.kill(os.getpid(), 11)")
    jobs = Jobs(library, 1, None)
    jobs.start()
    broken = until(jobs, queued(library, jobs).id, lambda job: job.state == State.FAILED)
    worker(monkeypatch, "print(json.dumps({'done': {'sessions': [7]}}))")
    fine = until(jobs, queued(library, jobs).id, lambda job: job.state == State.DONE)

    assert "ended without a word" in broken.problem
    assert fine.sessions == [7]
    jobs.stop()


def test_a_worker_that_says_nothing_is_ended(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time; the job says so."""
    worker(monkeypatch, "time.sleep(600)")
    monkeypatch.setattr(jobs_module, "STALLED_S", 0.5)
    jobs = Jobs(library, 1, None)
    jobs.start()

    job = until(jobs, queued(library, jobs).id, lambda job: job.state == State.FAILED)

    assert "given up" in job.problem
    jobs.stop()


def test_a_job_outlives_the_server(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was running or waiting when the server ended runs after the next start."""
    worker(monkeypatch, "time.sleep(600)")
    first = Jobs(library, 1, None)
    first.start()
    running, waiting = queued(library, first), queued(library, first)
    until(first, running.id, lambda job: job.state == State.RUNNING)
    first.stop()

    worker(monkeypatch, "print(json.dumps({'done': {'sessions': [1]}}))")
    second = Jobs(library, 1, None)
    assert second.job(running.id).state == State.RUNNING
    second.start()

    for job in (running, waiting):
        assert until(second, job.id, lambda job: job.state == State.DONE).sessions == [1]
    second.stop()


def test_a_worker_ends_with_the_server(tmp_path: Path) -> None:
    """However it ended: the worker notices that nobody holds its input any more."""
    video = tmp_path / "video.mp4"
    video.write_bytes(SAMPLE.read_bytes())
    task = {
        "do": "measure", "video": str(video), "folder": str(tmp_path / "out"), "visit": VISIT,
        "mirrored": False, "is_confirmed": False, "is_kept": True, "store": None, "who": None,
    }  # fmt: skip
    process = begin(task)
    assert process.stdin is not None
    assert process.stdout is not None
    assert "measure" in process.stdout.readline()

    process.stdin.close()

    assert process.wait(timeout=20) == 1
    process.stdout.close()
    assert not (tmp_path / "out").exists()


def a_job(library: Library, state: State, **told: Any) -> None:
    """One that is in a state by now, under the number of thirty-two ones."""
    video = library.begin("a.mp4", 10)
    task = {"do": "measure", "name": "a.mp4", "visit": VISIT, "mirrored": False}
    row = {"sessions": [], "problem": "", "remedy": ""} | told
    with library.writing() as orm:
        orm.add(JobRow(id="1" * 32, video_id=video.id, state=state, task=task, at=video.at, **row))


def test_a_side_that_contradicts_is_asked_about(browser: Browser, settings: Settings) -> None:
    """The page offers both ways, and each queues the job again with what was said."""
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    a_job(at.library, State.ASKS, problem="The other side.")
    del settings

    page = browser.get(f"/jobs/{'1' * 32}").text
    assert "It is a mirror image" in page
    browser.submit(f"/jobs/{'1' * 32}/again", how="mirrored")

    job = at.jobs.job("1" * 32)
    assert (job.state, job.task["mirrored"], job.problem) == (State.QUEUED, True, "")


def test_a_job_at_work_is_not_called_waiting(browser: Browser) -> None:
    """Before the script of its page has asked for the first time, too."""
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    video = at.library.begin("a.mp4", 10)
    job = at.jobs.add(video.id, {"do": "measure", "name": "a.mp4", "visit": VISIT})
    assert "Waiting for its turn.</p>" in browser.get(f"/jobs/{job.id}").text

    at.jobs._steps[job.id] = Step("measure", 1.0, 10.0, 0.0)  # noqa: SLF001 (as a worker tells)

    assert "Waiting for its turn.</p>" not in browser.get(f"/jobs/{job.id}").text


def test_what_is_stored_is_not_measured_over_by_an_old_page(browser: Browser) -> None:
    """A page that asked for the side, left open in another window: the job is done by now."""
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    a_job(at.library, State.DONE, sessions=[7])

    refused = browser.submit(f"/jobs/{'1' * 32}/again", how="mirrored")

    job = at.jobs.job("1" * 32)
    assert (refused.status_code, "This job is done." in refused.text) == (422, True)
    assert (job.state, job.task["mirrored"]) == (State.DONE, False)


def test_a_folder_of_a_newer_version_is_refused(settings: Settings) -> None:
    """Rather than misread."""
    from sqlalchemy import text  # noqa: PLC0415

    from spasm_video.errors import StoreFormError  # noqa: PLC0415

    library = Library(settings.folder)
    with library.engine.begin() as connection:
        connection.execute(text("PRAGMA user_version = 99"))
    library.close()

    with pytest.raises(StoreFormError, match="knows up to 1"):
        create_app(settings)


def test_a_video_measured_again_keeps_the_results_before(browser: Browser) -> None:
    """Under another code or day they are those of another session."""
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    video = at.library.begin("a.mp4", 10)
    at.library.finish(video.id, {"duration_s": 1.0, "width_px": 1, "height_px": 1})
    for code in ("P01", "P02", "P01"):
        sent = {"subject": code, "date": "2026-03-02", "segment": "rest"}
        assert browser.submit(f"/videos/{video.id}/measure", **sent).status_code == 303

    folders = [Path(job.task["folder"]).name for job in at.jobs.of_video(video.id)]
    assert sorted(folders) == ["results", "results_2", "results_3"]
