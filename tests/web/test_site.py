"""A site: accounts, what each role may see and do, and who looked at whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.errors import InputError
from spasm_video.store import open_store, subjects
from spasm_video.web.accounts import Accounts
from spasm_video.web.app import create_app
from spasm_video.web.jobs import State
from spasm_video.web.library import JobRow, Library
from spasm_video.web.rights import may
from spasm_video.web.serving import Tls, serve
from spasm_video.web.visitors import Role, Visitor, Visitors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spasm_video.history import Session
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

ORIGIN = "https://spasm.clinic.example"
PASSWORD = "correct horse battery"  # noqa: S105 (of the tests)
Enter = Callable[[str], Any]


@pytest.fixture
def site(settings: Settings, session: Session) -> Settings:
    """A site with an account of each role and a patient of P01 and one of P02."""
    with open_store(settings.store, "tester") as store:
        subjects.add(store, "P02")
    assert session.subject == "P01"
    library = Library(settings.folder)
    accounts = Accounts(library)
    for role in (Role.CLINICIAN, Role.READER, Role.ADMIN):
        accounts.add(str(role), PASSWORD, role)
    accounts.add("one", PASSWORD, Role.PATIENT, "P01")
    accounts.add("two", PASSWORD, Role.PATIENT, "P02")
    library.close()
    return replace(settings, is_site=True, origin=ORIGIN)


@pytest.fixture
def enter(site: Settings, stranger: Browser) -> Iterator[Enter]:
    """Log in to the site: a browser a name, all on one server."""
    app = create_app(site)
    kind = type(stranger)
    with kind(app) as first:

        def log_in(name: str) -> Browser:
            browser = kind(app)
            browser.base_url = first.base_url = ORIGIN
            sent = {"name": name, "password": PASSWORD}
            answer = browser.post("/login", data=sent, headers={"origin": ORIGIN})
            assert answer.status_code == 303, answer.text
            assert "Secure" in answer.headers["set-cookie"]
            page = browser.get("/").text
            found = re.search(r'<meta name="csrf" content="([0-9a-f]{64})">', page)
            assert found is not None
            browser.word = found[1]
            return browser

        yield log_in


def change(browser: Browser, method: str, path: str, **sent: str) -> int:
    """The answer to a form, or to a script's call, of one of our pages."""
    headers = {"origin": ORIGIN, "x-csrf-token": browser.word}
    if path.startswith("/api/"):
        return browser.request(method, path, json=sent, headers=headers).status_code
    data = {"csrf": browser.word} | sent
    return browser.post(path, data=data, headers={"origin": ORIGIN}).status_code


def test_a_patient_sees_only_their_own(enter: Enter, session: Session) -> None:
    """Of another person neither page nor list nor file nor job nor the fact that they are there."""
    own, other = enter("one"), enter("two")
    base = f"/people/P01/sessions/{session.number}"

    for path in (
        "/people/P01", "/people/P01/archive.zip", base, f"{base}/files/events.csv",
        f"/api{base}/review",
    ):  # fmt: skip
        assert own.get(path).status_code == 200, path
        assert other.get(path).status_code == 404, path
    for browser in (own, other):
        for path in ("/people", "/jobs", "/people/P011", "/people/P0"):
            assert browser.get(path).status_code == 404, path
    assert base in own.get("/").text
    assert "P01" not in other.get("/").text
    other.app.state.desk.accounts.add("new", PASSWORD, Role.PATIENT, "P09")
    assert enter("new").get("/").status_code == 200  # nobody has measured anything of P09


def test_a_patient_changes_nothing_that_was_measured(enter: Enter, session: Session) -> None:
    """Nor what the clinic entered; they may record."""
    patient = enter("one")
    base = f"/people/P01/sessions/{session.number}"

    for method, path in (
        ("POST", "/people/P01/notes"), ("POST", "/people/P01/delete"), ("POST", f"{base}/delete"),
        ("PUT", f"/api{base}/events"), ("POST", f"/api{base}/summary"), ("POST", "/people"),
    ):  # fmt: skip
        assert change(patient, method, path) == 404, path
    assert patient.get("/record").status_code == 200
    assert 'action="/people/P01/notes"' not in patient.get("/people/P01").text


def test_what_a_patient_sends_is_theirs_alone(enter: Enter) -> None:
    """Another patient finds no such video, and it is measured under no other code."""
    own, other, clinician = enter("one"), enter("two"), enter("clinician")
    headers = {"origin": ORIGIN, "x-csrf-token": own.word}
    said = {"name": "r.webm", "is_recording": True}
    number = own.post("/api/videos", json=said, headers=headers).json()["id"]

    assert own.get(f"/record/{number}").status_code == 200
    assert clinician.get(f"/record/{number}").status_code == 200
    assert other.get(f"/record/{number}").status_code == 404
    assert change(other, "DELETE", f"/api/videos/{number}") == 404
    assert f"/record/{number}" not in other.get("/").text

    at = own.app.state.desk
    at.jobs.stop()
    at.library.finish(number, {"duration_s": None, "width_px": 1, "height_px": 1})
    sent = {"subject": "P02", "date": "2026-03-02", "segment": "rest"}
    assert change(own, "POST", f"/videos/{number}/measure", **sent) == 303
    (job,) = at.jobs.of_video(number)
    assert (job.task["visit"]["subject"], job.task["who"]) == ("P01", "one")
    assert own.get(f"/jobs/{job.id}").status_code == 200
    assert other.get(f"/api/jobs/{job.id}").status_code == 404


def test_readers_look_and_clinicians_write(enter: Enter, site: Settings) -> None:
    """Only an admin deletes a person; what is written has the name of who wrote it."""
    reader, clinician, admin = enter("reader"), enter("clinician"), enter("admin")
    note = {"date": "2026-03-02", "text": "seen"}

    assert reader.get("/people/P01").status_code == 200
    assert change(reader, "POST", "/people/P01/notes", **note) == 404
    assert reader.get("/record").status_code == 404
    assert change(clinician, "POST", "/people/P01/notes", **note) == 303
    with open_store(site.store) as store:
        assert [one.author for one in subjects.history(store, "P01").notes] == ["clinician"]
        assert subjects.log(store, "P01")[-1].who == "clinician"
    assert change(clinician, "POST", "/people/P01/delete", sure="P01") == 404
    assert change(admin, "POST", "/people/P01/delete", sure="P01") == 303


def test_who_looked_at_whom_is_kept(enter: Enter, site: Settings) -> None:
    """Every page and every file of a person; the first page is nobody's."""
    reader = enter("reader")
    reader.get("/people/P01")
    reader.get("/people/P02")

    accounts = Accounts(Library(site.folder))
    assert [(who, path) for _, who, path in accounts.reads()] == [
        ("reader", "/people/P01"), ("reader", "/people/P02"),
    ]  # fmt: skip


def test_a_patient_deletes_no_video_that_has_been_measured(enter: Enter) -> None:
    """By none of the ways to it; one that has not been measured is theirs to delete."""
    own = enter("one")
    at = own.app.state.desk
    at.jobs.stop()
    kept, unwanted = (at.library.begin("a.mp4", 10, owner="one") for _ in range(2))
    job = at.jobs.add(kept.id, {"do": "measure", "visit": {"subject": "P01"}})
    with at.library.writing() as orm:
        orm.get(JobRow, job.id).state = State.DONE

    assert change(own, "DELETE", f"/api/videos/{kept.id}") == 422
    assert change(own, "POST", f"/videos/{kept.id}/delete") == 422
    assert change(own, "POST", f"/record/{kept.id}/finish", how="delete") == 422
    assert change(enter("two"), "POST", f"/videos/{unwanted.id}/delete") == 404
    assert change(enter("reader"), "POST", f"/videos/{unwanted.id}/delete") == 404
    assert at.library.place(kept.id).exists()
    assert change(own, "POST", f"/videos/{unwanted.id}/delete") == 303
    assert not at.library.place(unwanted.id).exists()


def test_the_log_has_what_was_compared_and_the_picture_of_a_video(
    enter: Enter, site: Settings
) -> None:
    """Every way to look at somebody, with what was asked; nobody writes a line of their own."""
    reader = enter("reader")
    for path in (
        "/people/P01/archive.zip?pictures=true", "/people/P01/compare?session=1&session=2",
        "/people/P01/sessions/1/reviewed/reviewed_report.html", f"/videos/{'0' * 32}/poster.jpg",
        "/people/P01%0A2026-01-01%20anna%1B[2J",
    ):  # fmt: skip
        reader.get(path)

    assert [path for _, _, path in Accounts(Library(site.folder)).reads()] == [
        "/people/P01/archive.zip?pictures=true", "/people/P01/compare?session=1&session=2",
        "/people/P01/sessions/1/reviewed/reviewed_report.html", f"/videos/{'0' * 32}/poster.jpg",
        "/people/P01%0A2026-01-01%20anna%1B%5B2J",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_site_never_says_that_nothing_leaves_the_machine(
    enter: Enter, stranger: Browser, language: str
) -> None:
    """What a patient sends from home goes to the clinic; on one's own machine it stays."""
    local = {"en": "Nothing leaves this machine", "de": "Nichts verlässt diesen Rechner"}[language]
    patient = enter("one")
    patient.cookies.set("language", language)

    for path in ("/", "/upload", "/record", "/people/P01", "/nothing", "/login"):
        page = patient.get(path).text
        assert local not in page, path
        assert {"en": "of this clinic", "de": "dieser Klinik"}[language] in page, path
    patient.cookies.delete("spasm_video_session")
    assert local not in patient.get("/").text
    stranger.let_in()
    stranger.cookies.set("language", language)
    assert local in stranger.get("/").text


def test_a_deleted_account_is_out_at_once(enter: Enter, site: Settings) -> None:
    """Its open session as well; and logging out ends one."""
    reader, clinician = enter("reader"), enter("clinician")
    Accounts(Library(site.folder)).delete("reader")

    assert reader.get("/people").status_code == 401
    assert change(clinician, "POST", "/logout") == 303
    assert clinician.get("/people").status_code == 401


def test_the_opening_address_lets_nobody_in(site: Settings, stranger: Browser) -> None:
    """On a site only a login does; it must come from our own page."""
    with type(stranger)(create_app(site)) as browser:
        browser.base_url = ORIGIN
        assert browser.get("/open", params={"token": stranger.token}).status_code == 401
        assert "Log in" in browser.get("/").text
        sent = {"name": "admin", "password": PASSWORD}
        for headers in ({}, {"origin": "https://evil.example"}):
            assert browser.post("/login", data=sent, headers=headers).status_code == 403
        assert browser.get("/login").headers["strict-transport-security"]
    assert stranger.get("/login").status_code == 404


def test_guessing_a_password_takes_ever_longer(site: Settings, stranger: Browser) -> None:
    """After five failures; then even the right one waits, and a made-up name is told alike."""
    with type(stranger)(create_app(site)) as browser:
        browser.base_url = ORIGIN

        def attempt(name: str, password: str) -> tuple[int, str]:
            sent = {"name": name, "password": password}
            answer = browser.post("/login", data=sent, headers={"origin": ORIGIN})
            return answer.status_code, answer.text

        wrong, unknown = attempt("admin", "wrong"), attempt("nobody", "wrong")
        assert wrong[0] == unknown[0] == 401
        assert wrong[1].replace("admin", "") == unknown[1].replace("nobody", "")
        for _ in range(3):
            attempt("admin", "wrong")
        assert attempt("admin", PASSWORD)[0] == 429


def test_waits_double_and_end() -> None:
    """Two seconds after the fifth failure, four after the sixth, at most a quarter of an hour."""
    now = [0.0]
    visitors = Visitors(None, clock=lambda: now[0])
    waits = []
    for _ in range(20):
        visitors.failed("name a")
        waits.append(visitors.wait_s("name a"))

    assert waits[:7] == [0, 0, 0, 0, 2, 4, 8]
    assert waits[-1] == 900
    now[0] = 901
    assert visitors.wait_s("name a") == 0
    visitors.succeeded("name a")
    visitors.failed("name a")
    assert visitors.wait_s("name a") == 0


def test_a_session_of_a_site_ends_after_a_working_day() -> None:
    """That of a person's own machine ends with the server."""
    now = [0.0]
    visitors = Visitors("token", clock=lambda: now[0])
    account, owner = visitors.enter(Visitor("one", Role.READER)), visitors.let_in("token") or ""
    now[0] = 8 * 3600 + 1

    assert visitors.of(account) is None
    assert visitors.of(owner) is not None


def test_an_account_needs_a_name_a_long_password_and_a_patient_a_person(
    settings: Settings,
) -> None:
    """Each with the remedy."""
    accounts = Accounts(Library(settings.folder))
    for name, password, role, subject in (
        ("Anna Example", PASSWORD, Role.READER, ""), ("anna", "short", Role.READER, ""),
        ("anna", PASSWORD, Role.PATIENT, ""), ("anna", PASSWORD, Role.READER, "P01"),
    ):  # fmt: skip
        with pytest.raises(InputError):
            accounts.add(name, password, role, subject)


def test_a_password_is_not_kept(site: Settings) -> None:
    """Not in any file of the site."""
    for path in site.folder.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()


def test_others_come_in_only_over_tls_and_with_accounts(settings: Settings, tmp_path: Path) -> None:
    """An address that others reach is refused otherwise, before anything listens."""

    def never(_: str) -> None:
        pytest.fail("it listens")

    tls = Tls(tmp_path / "certificate", tmp_path / "key")
    open_to_all = replace(settings, host="0.0.0.0")  # noqa: S104 (it is refused)
    with pytest.raises(InputError, match="--site"):
        serve(open_to_all, never)
    with pytest.raises(InputError, match="needs TLS"):
        serve(replace(open_to_all, is_site=True), never)
    for origin in ("http://clinic.example", "https://clinic.example/path", "clinic.example"):
        with pytest.raises(InputError, match="over TLS"):
            serve(replace(open_to_all, is_site=True, origin=origin), never, tls)


def test_rights_are_those_of_the_table() -> None:
    """By role; a path that only begins like one's own is another's."""
    patient = Visitor("one", Role.PATIENT, "P1")

    assert may(patient, "GET", "/people/P1/sessions/3")
    assert not may(patient, "GET", "/people/P10")
    assert not may(patient, "GET", "/api/people/P10/sessions/1/signals")
    assert not may(patient, "POST", "/people/P1/notes")
    assert may(Visitor("r", Role.READER), "GET", "/people/P10")
    assert not may(Visitor("r", Role.READER), "PUT", "/api/people/P10/sessions/1/events")
    assert not may(Visitor("c", Role.CLINICIAN), "POST", "/people/P1/delete")
    assert may(Visitor("c", Role.CLINICIAN), "POST", "/people/P1/sessions/1/delete")
