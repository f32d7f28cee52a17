"""Closed by default: who is let in, from where, with what, and what every answer carries."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from spasm_video.web.app import PARTS
from spasm_video.web.jobs import State
from tests.web.conftest import pages_of

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

PAGES = (
    "/",
    "/record",
    "/upload",
    "/people",
    "/people/P01",
    "/jobs",
    "/words.json",
    "/videos/x/poster.jpg",
)


def test_a_stranger_sees_nothing(stranger: Browser) -> None:
    """Without a session there is no page, and no hint of what is there."""
    for path in PAGES:
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert "P01" not in answer.text


def test_the_opening_address_gives_a_cookie_that_no_script_and_no_other_site_can_use(
    stranger: Browser,
) -> None:
    """HttpOnly and SameSite=Strict; a wrong token gives none."""
    assert stranger.get("/open", params={"token": stranger.token[:-1]}).status_code == 401
    assert not stranger.cookies

    answer = stranger.get("/open", params={"token": stranger.token})

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert answer.headers["location"] == "/"
    assert stranger.token not in cookie


def test_another_host_name_is_refused(browser: Browser) -> None:
    """So no name that is made to point here opens the pages (DNS rebinding)."""
    for host in ("evil.example", "evil.example:8532", "127.0.0.1:80", ""):
        assert browser.get("/", headers={"host": host}).status_code == 421


def test_another_origin_is_refused(browser: Browser) -> None:
    """Even with the cookie and the word."""
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999"):
        headers = {"origin": origin, "x-csrf-token": browser.word}
        said = {"name": "a", "size_bytes": 1}
        assert browser.post("/api/videos", json=said, headers=headers).status_code == 403


def test_a_call_from_another_site_is_refused_a_visit_is_not(browser: Browser) -> None:
    """A link from elsewhere may open a page; a picture or a script from elsewhere may not."""
    foreign = {"sec-fetch-site": "cross-site"}

    assert browser.get("/", headers=foreign | {"sec-fetch-mode": "no-cors"}).status_code == 403
    assert browser.get("/", headers=foreign | {"sec-fetch-mode": "navigate"}).status_code == 200


CHANGES = [
    ("POST", "/people"), ("POST", "/people/P01/delete"), ("POST", "/people/P01/treatments"),
    ("POST", "/people/P01/treatments/1/delete"), ("POST", "/people/P01/ratings"),
    ("POST", "/people/P01/workup"), ("POST", "/people/P01/notes"),
    ("POST", "/people/P01/sessions/1/delete"), ("POST", "/jobs/1/cancel"),
    ("POST", "/jobs/1/again"), ("POST", "/videos/1/measure"), ("POST", "/videos/1/delete"),
    ("POST", "/api/videos"),
    ("PUT", "/api/videos/1"), ("POST", "/api/videos/1/whole"), ("PUT", "/api/videos/1/tasks"),
    ("DELETE", "/api/videos/1"), ("PUT", "/api/people/P01/sessions/1/events"),
    ("DELETE", "/api/people/P01/sessions/1/events/1"),
    ("POST", "/api/people/P01/sessions/1/excluded"),
    ("DELETE", "/api/people/P01/sessions/1/excluded/1"),
    ("PUT", "/api/people/P01/sessions/1/trim"),
    ("POST", "/api/people/P01/sessions/1/summary"), ("POST", "/api/lamps"),
    ("POST", "/record/1/finish"), ("POST", "/logout"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_nothing_is_changed_without_the_word_of_the_session(
    browser: Browser, session: Session, kind: str
) -> None:
    """A page elsewhere can send the cookie, but not the word."""
    body = b"csrf=wrong&code=X&sure=P01" if "form" in kind else b"{}"
    for method, path in CHANGES:
        answer = browser.request(method, path, content=body, headers={"content-type": kind})
        assert answer.status_code == 403, path

    assert browser.get(f"/people/{session.subject}/sessions/{session.number}").status_code == 200


def test_every_way_to_change_something_is_in_the_list_above() -> None:
    """A new route without a test of its door is told."""
    ways = set()
    for part in PARTS:
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            path = re.sub(r"\{[a-z]+\}", "1", route.path.replace("{code}", "P01"))
            ways |= {(method, path) for method in (route.methods or set()) - {"GET", "HEAD"}}

    assert ways == {*CHANGES, ("POST", "/login")}  # which looks at the origin itself


def test_every_answer_forbids_what_the_pages_do_not_need(
    browser: Browser, stranger: Browser
) -> None:
    """Pages, scripts' calls, our own files, refusals and errors alike."""
    for answer in (
        browser.get("/"), browser.get("/words.json"), browser.get("/static/page.css"),
        browser.get("/nowhere"), stranger.get("/", headers={"host": "evil"}),
    ):  # fmt: skip
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_a_script_of_its_own(browser: Browser, session: Session) -> None:
    """Nor a style or a handler: the policy would refuse them."""
    for path in pages_of(session):
        page = browser.get(path).text
        assert "<script>" not in page
        assert " style=" not in page
        assert "onclick" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page


LISTINGS = (
    "/static", "/static/", "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
    "/videos", "/people/P01/sessions/1/files/",
)  # fmt: skip
NAMES = (
    "../../store.sqlite", "..%2f..%2fstore.sqlite", "%2e%2e/x", "passwd", "video.mp4",
    ".preview.mp4", "report.html%00.png",
)  # fmt: skip


def test_no_folder_is_listed_and_none_is_left(browser: Browser) -> None:
    """Only the files that are meant."""
    for path in LISTINGS:
        answer = browser.get(path)
        assert answer.status_code in {404, 405}, path
        assert "create_app" not in answer.text


def test_only_files_of_a_session_are_given_out(browser: Browser, session: Session) -> None:
    """By their names in a list, never by a path."""
    (Path(session.folder) / "passwd").write_text("secret", "utf-8")
    for name in NAMES:
        answer = browser.get(f"/people/P01/sessions/{session.number}/files/{name}")
        assert answer.status_code in {404, 422}, name
        assert "secret" not in answer.text


def test_a_file_that_points_elsewhere_is_not_given_out(browser: Browser, session: Session) -> None:
    """A link within the folder of results."""
    path = Path(session.folder) / "events.csv"
    path.unlink()
    path.symlink_to("/etc/passwd")

    assert browser.get(f"/people/P01/sessions/{session.number}/files/events.csv").status_code == 404


def test_the_session_of_one_person_is_not_found_under_another(
    browser: Browser, session: Session
) -> None:
    """Neither its page nor its files nor its events."""
    browser.submit("/people", code="P02")
    base = f"/people/P02/sessions/{session.number}"

    for path in (base, f"{base}/review", f"{base}/files/events.csv", f"/api{base}/review"):
        assert browser.get(path).status_code == 404
    edited = {"measured": 1, "verdict": "accepted", "onset_s": 1, "offset_s": 2, "side": "left",
              "kind": "clonic", "regions": ["eyelid"]}  # fmt: skip
    assert browser.call("PUT", f"/api{base}/events", json=edited).status_code == 404


def test_the_name_of_an_upload_never_becomes_a_path(browser: Browser, settings: Settings) -> None:
    """Whatever it is called, it lies under a number."""
    for name in ("../../../evil.mp4", "/etc/passwd", "a\x00b.mp4", "con.mp4", "..\\..\\x.mov"):
        begun = browser.call("POST", "/api/videos", json={"name": name, "size_bytes": 4}).json()
        digest = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a"
        sent = browser.call("PUT", f"/api/videos/{begun['id']}?offset=0", content=b"\1\2\3\4",
                            headers={"x-sha256": digest})  # fmt: skip
        assert sent.json() == {"received": 4}
    files = [path for path in settings.folder.rglob("*") if path.is_file()]
    videos = [path for path in files if path.parent.parent.name == "videos"]

    assert len(videos) == 5
    assert {path.stem for path in videos} == {"video"}
    assert {path.suffix for path in videos} <= {".mp4", ".mov", ".video"}


def test_a_video_is_named_by_its_number_alone(browser: Browser) -> None:
    """Anything else is not found."""
    for number in ("..", "../videos", "%2e%2e", "x" * 32, "A" * 32, "0" * 32):
        assert browser.get(f"/videos/{number}/poster.jpg").status_code == 404
        assert browser.call("DELETE", f"/api/videos/{number}").status_code in {404, 405}


def test_an_error_tells_nothing_of_the_inside(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that breaks says so in plain words; the terminal has the rest."""

    def broken(_: object) -> None:
        raise RuntimeError("secret at /home/somebody/app.py")

    monkeypatch.setattr("spasm_video.web.people.subjects.listed", broken)
    answer = browser.get("/people")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers


def test_more_than_a_form_needs_is_refused(browser: Browser) -> None:
    """By what it says of itself, and by what comes."""
    assert browser.submit("/people", code="x" * 2_000_000).status_code == 413
    assert browser.call("POST", "/api/people/P01/sessions/1/summary",
                        content=b" " * 2_000_000).status_code == 413  # fmt: skip


def test_what_is_no_video_is_told_and_never_decoded_here(browser: Browser) -> None:
    """A zip bomb, a playlist that names other files, a text: one plain sentence each."""
    for body in (b"PK\x03\x04" + bytes(1000), b"#EXTM3U\nfile:///etc/passwd\n", b"hello " * 50):
        begun = browser.call("POST", "/api/videos",
                             json={"name": "a.mp4", "size_bytes": len(body)}).json()  # fmt: skip
        digest = hashlib.sha256(body).hexdigest()
        browser.call("PUT", f"/api/videos/{begun['id']}?offset=0", content=body,
                     headers={"x-sha256": digest})  # fmt: skip
        answer = browser.call("POST", f"/api/videos/{begun['id']}/whole")
        assert answer.status_code == 422
        assert "not a video" in answer.json()["problem"]
        assert "/tmp" not in answer.text  # noqa: S108 (no path of ours)


def test_the_report_of_a_session_may_hold_its_styles_but_no_script(
    browser: Browser, session: Session
) -> None:
    """One file in itself, so its own policy; still nothing from elsewhere."""
    answer = browser.get(f"/people/P01/sessions/{session.number}/files/report.html")

    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_languages_lead_to_our_own_pages_only(browser: Browser) -> None:
    """The page to go back to is never another site's."""
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "evil"):
        assert browser.get("/language/de", params={"to": to}).headers["location"] == "/"
    assert browser.get("/language/de", params={"to": "/people"}).headers["location"] == "/people"


def test_another_language_shows_the_same_page(browser: Browser, session: Session) -> None:
    """With the recordings that are compared, and the task that was chosen."""
    for page in (
        "/people/P01?segment=rest",
        f"/people/P01/compare?session={session.number}&session={session.number}",
    ):
        (found,) = re.findall(r'href="(/language/de[^"]*)"', browser.get(page).text)
        assert browser.get(found).headers["location"] == page


def test_the_states_of_a_job_are_words_of_the_catalogue() -> None:
    """Used as keys by the pages."""
    from spasm_video.web.texts import texts  # noqa: PLC0415

    for state in State:
        assert texts("en").has(f"job.state.{state}")
        assert texts("de").has(f"job.title.{state}")
