"""What can be taken along: the results after a review, and a whole person."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.store import open_store, reviews, subjects
from spasm_video.store.imports import import_subject
from spasm_video.web.app import create_app
from tests.web.conftest import Browser
from tests.web.test_review import judge

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.web.settings import Settings


@pytest.fixture
def events(browser: Browser, session: Session) -> list[dict[str, Any]]:
    """Reviewed: the first is rejected, the second another kind, one is added; the rest accepted."""
    api = f"/api/people/P01/sessions/{session.number}"
    found: list[dict[str, Any]] = browser.get(f"{api}/review").json()["events"]
    for place, event in enumerate(found):
        changes = {0: {"verdict": "rejected"}, 1: {"verdict": "accepted", "kind": "tonic"}}
        judge(browser, api, event, **changes.get(place, {"verdict": "accepted"}))
    added = found[0] | {"measured": 0, "number": 0, "onset_s": 0.1, "offset_s": 0.4}
    judge(browser, api, added, verdict="accepted")
    assert browser.call("POST", f"{api}/summary").status_code == 200
    return found


def at(session: Session, name: str) -> str:
    """Where a file after the review is."""
    return f"/people/P01/sessions/{session.number}/reviewed/{name}"


def test_before_anybody_has_looked_there_is_none(browser: Browser, session: Session) -> None:
    """And none of another name at any time."""
    for name in ("reviewed_report.html", "reviewed_events.csv", "x", "..%2fsummary.json"):
        assert browser.get(at(session, name)).status_code == 404
    assert "reviewed_" not in browser.get(f"/people/P01/sessions/{session.number}").text


def test_the_page_is_of_the_events_that_count(
    browser: Browser, session: Session, events: list[dict[str, Any]], played: Path
) -> None:
    """It says who looked and what came of it, and shows their pictures from what is played."""
    shutil.copyfile(played / "preview.mp4", Path(session.folder) / "preview.mp4")

    page = browser.get(at(session, "reviewed_report.html"))

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "content-disposition" not in page.headers
    assert "sandbox" in page.headers["content-security-policy"]
    judged = f"{len(events) + 1} of {len(events) + 1} movements judged, {len(events)} counted"
    assert f"by tester, {judged_on(browser, session)}: {judged}, 1 found by a person" in page.text
    assert page.text.count("data:image/jpeg") == 3 * min(len(events), 6)
    read = re.sub(r"data:[^\"]+|<[^>]+>", " ", page.text)
    assert re.findall(r"\bnan\b", read, re.IGNORECASE) == []


def judged_on(browser: Browser, session: Session) -> str:
    """The day of the review, as the store has it."""
    store = browser.app.state.desk.store  # type: ignore[attr-defined]
    return f"{reviews.review(store, 'P01', session.number).at:%Y-%m-%d}"


def test_the_table_has_every_movement_with_its_verdict(
    browser: Browser, session: Session, events: list[dict[str, Any]]
) -> None:
    """Those that do not count too; the columns are those of events.csv."""
    answer = browser.get(at(session, "reviewed_events.csv"))
    measured = browser.get(f"/people/P01/sessions/{session.number}/files/events.csv").text
    rows = list(csv.DictReader(io.StringIO(answer.text)))

    assert "attachment" in answer.headers["content-disposition"]
    assert list(rows[0]) == [*measured.split("\n")[0].split(","), "verdict", "measured"]
    told = {row["measured"]: (row["verdict"], row["kind"]) for row in rows}
    assert told["1"][0] == "rejected"
    assert told["2"] == ("accepted", "tonic")
    assert told[""] == ("accepted", events[0]["kind"])
    assert len(rows) == len(events) + 1
    first = next(row for row in rows if row["measured"] == "1")
    assert measured.split("\n")[1] == ",".join(
        ["1", *(first[name] for name in list(first)[1:-2])]
    )  # what nobody changed has the same digits


def test_the_numbers_are_those_that_are_kept(
    browser: Browser, session: Session, events: list[dict[str, Any]]
) -> None:
    """As the page shows them."""
    found = browser.get(at(session, "reviewed_summary.json")).json()

    assert found["events"] == len(events)
    page = browser.get(f"/people/P01/sessions/{session.number}").text
    for name in ("reviewed_report.html", "reviewed_events.csv", "reviewed_summary.json"):
        assert f"/reviewed/{name}" in page


def test_a_person_is_taken_along_with_reviews(
    browser: Browser,
    session: Session,
    events: list[dict[str, Any]],
    settings: Settings,
    tmp_path: Path,
) -> None:
    """What is downloaded can be brought into another store; nothing stays on the server."""
    answer = browser.get("/people/P01/archive.zip")
    with_pictures = browser.get("/people/P01/archive.zip?pictures=true")

    assert answer.headers["content-disposition"] == 'attachment; filename="P01.zip"'
    (tmp_path / "P01.zip").write_bytes(answer.content)
    with open_store(str(tmp_path / "other.sqlite")) as store:
        import_subject(store, tmp_path / "P01.zip", tmp_path / "in")
        (there,) = subjects.history(store, "P01").sessions
        assert reviews.review(store, "P01", there.number).summary["events"] == len(events)
    shows = {
        name: "sessions/1/report.html" in zipfile.ZipFile(io.BytesIO(body)).namelist()
        for name, body in (("without", answer.content), ("with", with_pictures.content))
    }
    assert shows == {"without": False, "with": True}
    assert not list(settings.folder.glob(".archive-*"))
    assert browser.get("/people/nobody/archive.zip").status_code == 404
    assert not list(settings.folder.glob(".archive-*"))
    assert session.subject == "P01"


def test_what_was_not_sent_is_gone_after_the_next_start(settings: Settings) -> None:
    """A server that was killed leaves no copy of a person behind."""
    left = settings.folder / ".archive-abc"
    left.mkdir(parents=True)
    (left / "archive.zip").write_bytes(b"a person")

    with Browser(create_app(settings)):
        assert not left.exists()
