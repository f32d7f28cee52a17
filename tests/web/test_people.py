"""People, treatments, scores, work-up, notes and comparison, as the forms send them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from spasm_video.history import Cause, Measure, Session
from spasm_video.store import open_store, sessions, subjects

if TYPE_CHECKING:
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser


def test_what_is_entered_by_hand_is_stored(browser: Browser, settings: Settings) -> None:
    """Each field where it belongs; what is left empty is unknown."""
    browser.submit("/people", code="P07")
    browser.submit("/people/P07/treatments", kind="toxin", date="2026-01-05", product="A",
                   dose="25", dose_unit="U", side="left",
                   sites="orbicularis 12.5, zygomaticus")  # fmt: skip
    browser.submit("/people/P07/ratings", scale="smc", value="3", wording="Lee 2012", rater="R1",
                   date="2026-01-05")  # fmt: skip
    browser.submit("/people/P07/workup", side="left", cause="primary", vessel="AICA",
                   hypertension="no")  # fmt: skip
    browser.submit("/people/P07/notes", date="2026-01-05", text="slept badly")

    with open_store(settings.store) as store:
        history = subjects.history(store, "P07")
    (treatment,) = history.treatments
    assert (treatment.product, treatment.dose, treatment.dose_unit) == ("A", 25.0, "U")
    assert [(site.place, site.dose == 12.5) for site in treatment.sites] == [
        ("orbicularis", True), ("zygomaticus", False),
    ]  # fmt: skip
    assert (history.ratings[0].value, history.ratings[0].rater) == (3.0, "R1")
    assert (history.work_up.cause, history.work_up.hypertension) == (Cause.PRIMARY, False)
    assert [(note.text, note.author) for note in history.notes] == [("slept badly", "tester")]
    page = browser.get("/people/P07").text
    for told in ("orbicularis 12.5", "Lee 2012", "AICA", "slept badly"):
        assert told in page


def test_what_makes_no_sense_is_told_in_words(browser: Browser) -> None:
    """And nothing is stored."""
    browser.submit("/people", code="P07")
    wrong = (
        ("/people", {"code": "Anna Example"}, "cannot name a subject"),
        ("/people", {"code": "P07"}, "already"),
        ("/people/P07/treatments", {"kind": "toxin", "date": "soon"}, "is no day"),
        ("/people/P07/treatments", {"kind": "toxin", "date": ""}, "day is missing"),
        ("/people/P07/treatments", {"kind": "magic", "date": "2026-01-05"}, "is no choice"),
        ("/people/P07/treatments", {"kind": "toxin", "date": "2026-01-05", "dose": "much"},
         "is no number"),
        ("/people/P07/ratings", {"scale": "smc", "value": "9", "wording": "w", "rater": "r",
                                 "date": "2026-01-05"}, "It goes from 1 to 4"),
    )  # fmt: skip
    for path, fields, told in wrong:
        answer = browser.submit(path, **fields)
        assert answer.status_code == 422, path
        assert told in answer.text


def test_what_a_person_types_stays_text(browser: Browser) -> None:
    """No markup of a note, a code or a file name is ever taken for our own."""
    browser.submit("/people", code="P07")
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    browser.submit("/people/P07/notes", date="2026-01-05", text=evil)
    browser.submit("/people/P07/treatments", kind="drug", date="2026-01-05", product=evil)
    browser.call("POST", "/api/videos", json={"name": evil + ".mp4", "size_bytes": 4})

    for path in ("/people/P07", "/"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;" in browser.get("/people/P07").text


def test_a_person_is_deleted_only_when_the_code_is_typed(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """Then with all that belongs to it, the videos that were sent here included."""
    del session
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    video, other = at.library.begin("a.mp4", 10), at.library.begin("b.mp4", 10)
    for row, code in ((video, "P01"), (other, "P02")):
        at.library.file(row).write_bytes(b"x" * 10)
        at.jobs.add(row.id, {"do": "measure", "visit": {"subject": code}})
    assert browser.submit("/people/P01/delete", sure="P02").status_code == 422
    assert browser.get("/people/P01").status_code == 200

    assert browser.submit("/people/P01/delete", sure="P01").status_code == 303

    assert not at.library.place(video.id).exists()
    assert at.library.file(other).exists()
    with open_store(settings.store) as store:
        assert subjects.listed(store) == ()


def test_a_deleted_person_takes_no_files_of_another_along(
    browser: Browser, session: Session
) -> None:
    """A video that was measured under a wrong code first, then under the right one, stays."""
    del session
    at = browser.app.state.desk  # type: ignore[attr-defined]
    at.jobs.stop()
    video = at.library.begin("a.mp4", 10)
    at.library.file(video).write_bytes(b"x" * 10)
    for code in ("P01", "P02"):
        at.jobs.add(video.id, {"do": "measure", "visit": {"subject": code}})

    assert browser.submit("/people/P01/delete", sure="P01").status_code == 303

    assert at.library.file(video).exists()
    assert [job.task["visit"]["subject"] for job in at.jobs.of_video(video.id)] == ["P02"]


def test_the_course_shows_sessions_of_one_method(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """A point each; those of another version are counted and left out."""
    with open_store(settings.store) as store:
        later = replace(session, date=dt.date(2026, 6, 1), made_with=session.made_with | {
            "video": {"sha256": "b"}})  # fmt: skip
        sessions.add(store, later)
        other = replace(later, date=dt.date(2026, 5, 1), made_with=session.made_with | {
            "package_version": "0.0.1", "video": {"sha256": "c"}})  # fmt: skip
        sessions.add(store, other)

    page = browser.get("/people/P01").text

    assert page.count('class="visit"') == 2
    assert "not on this line: 1" in page
    assert "no more than the error of measuring may explain" in page
    printed = browser.get("/people/P01/timeline")
    assert "P01" in printed.text
    assert "script-src" not in printed.headers["content-security-policy"]


def test_two_sessions_are_compared_only_where_that_means_something(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """One task, one method; the intervals decide what is said of the change."""

    def store_another(day: int, rate: tuple[float, float, float], version: str = "") -> int:
        measures = tuple(
            Measure(one.name, *rate, one.unit) if one.name == "spasms_per_min" else one
            for one in session.measures
        )
        made_with = session.made_with | {"video": {"sha256": str(day)}}
        if version:
            made_with |= {"package_version": version}
        with open_store(settings.store) as store:
            another = replace(
                session, date=dt.date(2026, 4, day), measures=measures, made_with=made_with
            )
            return sessions.add(store, another).session.number

    high, low = store_another(1, (20, 15, 25)), store_another(2, (5, 2, 9))
    near, old = store_another(3, (18, 12, 24)), store_another(4, (5, 2, 9), "0.0.1")

    def said(one: int, two: int) -> str:
        return str(browser.get(f"/people/P01/compare?session={one}&session={two}").text)

    assert "larger than chance alone explains" in said(high, low)
    assert "not larger than chance" in said(high, near)
    assert "cannot be compared number by number" in said(high, old)
    assert browser.get(f"/people/P01/compare?session={high}").status_code == 422


def test_the_first_page_has_the_latest_recordings(
    browser: Browser, session: Session, settings: Settings
) -> None:
    """Eight of all people, the newest day first."""
    with open_store(settings.store) as store:
        for day in range(1, 11):
            another = replace(session, subject=f"P{day:02d}", date=dt.date(2026, 1, day))
            made_with = session.made_with | {"video": {"sha256": f"{day}"}}
            sessions.add(store, replace(another, made_with=made_with, folder=""))

    page = browser.get("/").text

    days = re.findall(r">(2026-0[0-9]-[0-9]{2})</a>", page)
    assert days == ["2026-03-02", *(f"2026-01-{day:02d}" for day in range(10, 3, -1))]
