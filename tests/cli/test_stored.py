"""The commands of the store as they are called: what is said, kept, refused and left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spasm_video.store import entries, open_store, sessions, subjects
from spasm_video.store.database import connect
from spasm_video.store.schema import upgrade
from tests.measure.courses import Cycle, Truth
from tests.store.conftest import a_session

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Said

SAMPLES = Path(__file__).parents[2] / "sample_videos"
DAY = ("--date", "2026-03-02")


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results with spasms of the right side; analyzed once."""
    from spasm_video.params import AnalysisParams  # noqa: PLC0415 (as the commands do)
    from spasm_video.pipeline import ObserveOptions, analyze  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("seen") / "visit_spasm"
    analyze(SAMPLES / "right_spasm.mp4", folder, AnalysisParams(), ObserveOptions(end_s=12.0))
    return folder


@pytest.fixture
def visit(seen: Path, tmp_path: Path) -> Path:
    """The same, to write in."""
    shutil.copytree(seen, tmp_path / "visit_spasm")
    return tmp_path / "visit_spasm"


def test_a_video_goes_into_the_store_with_its_subject(run: Run, visit: Path) -> None:
    """One call: the report, and a session that links to its folder."""
    out = visit.parent / "out"
    said = run("analyze", visit / "track.npz", "--out", out, "--subject", "P01",
               "--session", "week 12", "--segment", "smile", "--device", "phone", *DAY)  # fmt: skip

    assert (said.code, said.err) == (0, "")
    assert "new subject P01, 2026-03-02 smile week 12, session #1" in said.out
    with open_store() as store:
        (session,) = subjects.history(store, "P01").sessions
        whole = sessions.found(store, "P01", "#1")
    assert (session.label, session.segment, session.device) == ("week 12", "smile", "phone")
    assert session.folder == str(out)
    assert session.side == "right"
    written = json.loads((out / "summary.json").read_text("utf-8"))
    assert whole.summary == written
    assert session.made_with == json.loads((out / "run.json").read_text("utf-8"))
    rate = session.measure("spasms_per_min")
    assert rate.value == pytest.approx(written["spasms_per_min"]["value"], abs=1e-3)
    assert len(session.events) == written["events"]
    assert "week 12" in (out / "report.html").read_text("utf-8")


def test_without_a_subject_nothing_is_kept(run: Run, visit: Path) -> None:
    """Nor with --no-store, which shows it on the report alone."""
    track, own = visit / "track.npz", visit.parent / "own.sqlite"
    assert run("analyze", track, "--out", visit.parent / "a").code == 0
    assert run("analyze", track, "--out", visit.parent / "b", "--subject", "P01", "--no-store",
               "--quiet").code == 0  # fmt: skip

    assert not own.exists()
    assert "P01" in (visit.parent / "b" / "report.html").read_text("utf-8")


def test_without_a_day_it_is_measured_but_not_stored(run: Run, visit: Path) -> None:
    """A guessed day would put the point on a wrong place of the line; it is said in two lines."""
    out = visit.parent / "out"
    said = run("analyze", visit / "track.npz", "--out", out, "--subject", "P01")

    assert said.code == 0
    assert said.err.splitlines()[-1] == "To store it, add --date."
    assert "P01" in (out / "report.html").read_text("utf-8")
    assert not (visit.parent / "own.sqlite").exists()


def test_a_store_that_cannot_be_used_is_told_before_the_work(run: Run, visit: Path) -> None:
    """Minutes of measuring are not spent first."""
    said = run("analyze", visit / "track.npz", "--out", visit.parent / "out", "--subject", "P01",
               *DAY, "--store", visit / "run.json")  # fmt: skip

    assert said.code == 2
    assert "not a database" in said.err
    assert not (visit.parent / "out").exists()


@pytest.fixture
def contradicted(run: Run, visit: Path) -> Said:
    """P01 has the spasms on the left so far; the video shows them on the right."""
    assert run("subjects", "add", "P01").code == 0
    assert run("workup", "set", "P01", "--side", "left").code == 0
    return run("analyze", visit / "track.npz", "--out", visit.parent / "out", "--subject", "P01",
               *DAY)  # fmt: skip


def test_a_contradicting_side_stops_with_its_remedy(
    run: Run, visit: Path, contradicted: Said
) -> None:
    """The results are kept, nothing is stored; --confirm-side stores it, without the video."""
    out = visit.parent / "out"

    assert contradicted.code == 2
    assert len(contradicted.err.splitlines()) == 2
    assert "on the right side; P01 has them on the left" in contradicted.err
    assert f"The results are in {out}" in contradicted.err
    assert "--confirm-side" in contradicted.err
    assert (out / "report.html").is_file()
    with open_store() as store:
        assert sessions.listed(store) == ()

    assert run("sessions", "add", "P01", out, *DAY).code == 2
    assert run("sessions", "add", "P01", out, *DAY, "--confirm-side").code == 0
    with open_store() as store:
        (session,) = sessions.listed(store)
    assert session.is_confirmed


@pytest.mark.parametrize(("answer", "kept"), [(True, 1), (False, 0)])
def test_at_a_terminal_a_contradicting_side_is_asked_about(
    run: Run,
    visit: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: bool,  # noqa: FBT001 (a case of the test)
    kept: int,
) -> None:
    """Yes stores it as confirmed, no stores nothing."""
    from spasm_video.cli import analyze  # noqa: PLC0415 (patched)

    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(analyze, "_is_watched", lambda _: True)
    monkeypatch.setattr("typer.confirm", confirm)
    run("subjects", "add", "P01")
    run("workup", "set", "P01", "--side", "left")

    said = run("analyze", visit / "track.npz", "--out", visit.parent / "out", "--subject", "P01",
               *DAY)  # fmt: skip

    assert asked == ["Store it as it is?"]
    assert said.code == (0 if answer else 2)
    with open_store() as store:
        assert len(sessions.listed(store)) == kept


def test_old_tracks_are_measured_again(run: Run, visit: Path) -> None:
    """With other numbers the session gets the other method; then all are up to date."""
    numbers = visit.parent / "numbers.toml"
    numbers.write_text(
        "[measure.event]\nbrief_level = 50.0\nbrief_calm_level = 50.0\nheld_level = 50.0\n"
    )
    run("analyze", visit / "track.npz", "--out", visit.parent / "out", "--subject", "P01", *DAY,
        "--params", numbers)  # fmt: skip
    with open_store() as store:
        (before,) = sessions.listed(store)

    said = run("sessions", "remeasure", "P01")

    assert said.code == 0
    assert "measured again" in said.out
    with open_store() as store:
        (after,) = subjects.history(store, "P01").sessions
        line = subjects.log(store, "P01")[-1]
    assert before.measure("spasms_per_min").value == 0
    assert after.measure("spasms_per_min").value > 10
    assert after.method != before.method
    assert after.number == before.number
    assert (line.action, line.why) == ("change", "measured again with the present method")
    assert "up to date" in run("sessions", "remeasure", "P01").out


def test_on_a_screen_the_newest_sessions_are_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a word that says how to see all; a pipe gets every one, a line each."""
    with open_store() as store:
        for day in range(1, 29):
            for label in ("morning", "evening"):
                sessions.add(store, a_session(date=dt.date(2026, 2, day), label=label, video=label))

    piped = run("sessions", "list")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown, all_, few = (
        run("sessions", "list", *more) for more in ((), ("--newest", "0"), ("--newest", "2"))
    )

    assert piped.out.count("2026-02-") == 56
    assert piped.out.splitlines()[1].split() == [
        "1", "2026-02-01", "rest", "morning", "left", "12.5", "9.2–16.8", "58"
    ]  # fmt: skip
    assert shown.out.count("2026-02-") == 50
    assert "2026-02-03" not in shown.out
    assert "These are the 50 newest. All: spasm-video sessions list --newest 0" in shown.out
    assert all_.out.count("2026-02-") == 56
    assert few.out.count("2026-02-28") == 2
    assert "newest" not in all_.out + few.out


def test_a_session_whose_track_is_gone_stays_as_it_was(run: Run, visit: Path) -> None:
    """It is told, the others go on, and the exit code says so."""
    run("sessions", "add", "P01", visit, *DAY)
    (visit / "track.npz").unlink()

    said = run("sessions", "remeasure", "P01", "--json")

    assert said.code == 1
    assert json.loads(said.out) == [{"number": 1, "outcome": "its track is not there"}]
    with open_store() as store:
        assert sessions.listed(store)[0].measure("spasms_per_min").is_known


def test_a_folder_without_a_track_is_no_session(run: Run, tmp_path: Path) -> None:
    """Told in two lines."""
    said = run("sessions", "add", "P01", tmp_path, *DAY)

    assert said.code == 2
    assert "holds no track.npz" in said.err


def test_a_treatment_is_entered_and_listed(run: Run) -> None:
    """With its sites; the whole dose is their sum where it is not given."""
    run("subjects", "add", "P01")
    said = run("treatments", "add", "P01", "toxin", *DAY, "--product", "A", "--unit", "U",
               "--site", "orbicularis oculi=15", "--site", "zygomaticus=7.5")  # fmt: skip
    assert said.code == 0

    (toxin,) = json.loads(run("treatments", "list", "P01", "--json").out)

    assert (toxin["kind"], toxin["date"], toxin["dose"]) == ("toxin", "2026-03-02", 22.5)
    assert toxin["sites"][1] == {"place": "zygomaticus", "dose": 7.5}
    assert "orbicularis oculi 15, zygomaticus 7.5" in run("treatments", "list", "P01").out
    assert run("treatments", "delete", "P01", "1", "--why", "twice").code == 0
    assert json.loads(run("treatments", "list", "P01", "--json").out) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--site", "brow=much"], "'much' is no dose"),
        (["--dose", "-3"], "-3 is no dose"),
        (["--until", "2026-01-01"], "before it begins"),
        (["--date", "2.3.2026"], "--date"),
    ],
)
def test_a_treatment_that_makes_no_sense_is_refused(run: Run, given: list[str], told: str) -> None:
    """In two lines, and not stored."""
    run("subjects", "add", "P01")
    said = run("treatments", "add", "P01", "drug", *DAY, *given)

    assert said.code == 2
    assert told in said.err
    assert json.loads(run("treatments", "list", "P01", "--json").out) == []


def test_a_rating_needs_its_wording_and_stays_within_its_scale(run: Run) -> None:
    """Several wordings of one scale are in use; a score outside of it is a slip."""
    run("subjects", "add", "P01")
    add = ("ratings", "add", "P01", "jankovic-sum")

    assert run(*add, "6", *DAY, "--rater", "R1").code == 2
    assert "from 0 to 8" in run(*add, "9", *DAY, "--rater", "R1", "--wording", "1987").err
    assert run(*add, "6", *DAY, "--rater", "R1", "--wording", "1987").code == 0
    assert run("ratings", "add", "P01", "our own", "17", *DAY, "--rater", "R1",
               "--wording", "local").code == 0  # fmt: skip
    listed = json.loads(run("ratings", "list", "P01", "--json").out)
    assert [(one["scale"], one["value"], one["wording"]) for one in listed] == [
        ("jankovic-sum", 6.0, "1987"), ("our own", 17.0, "local"),
    ]  # fmt: skip


def test_a_work_up_grows_by_what_is_given(run: Run) -> None:
    """What is left out stays; an empty text takes one back."""
    run("subjects", "add", "P01")
    run("workup", "set", "P01", "--vessel", "AICA", "--hypertension", "--cause", "primary")
    run("workup", "set", "P01", "--vessel", "", "--mri", "loop at the root")

    shown = json.loads(run("workup", "show", "P01", "--json").out)

    assert (shown["vessel"], shown["mri"]) == ("", "loop at the root")
    assert (shown["hypertension"], shown["cause"]) == (True, "primary")
    assert "loop at the root" in run("workup", "show", "P01").out


def test_notes_are_kept_with_their_author(run: Run) -> None:
    """Who wrote is who opened the store, or who is named."""
    run("subjects", "add", "P01")
    run("notes", "add", "P01", "bad night", *DAY, "--by", "nurse 3")

    (note,) = json.loads(run("notes", "list", "P01", "--json").out)

    assert (note["text"], note["author"], note["date"]) == ("bad night", "nurse 3", "2026-03-02")
    assert "bad night" in run("notes", "list", "P01").out


def test_a_list_is_never_cut(run: Run, visit: Path) -> None:
    """In a pipe every column is whole."""
    run("sessions", "add", "P01", visit, *DAY, "--session", "a rather long label of a visit " * 3)

    listed = run("sessions", "list").out

    assert ("a rather long label of a visit " * 3).strip() in listed
    assert "…" not in listed
    assert "2026-03-02" in listed


def test_a_session_is_shown_in_full(run: Run, visit: Path) -> None:
    """Every number with its interval, or why it is missing."""
    run("sessions", "add", "P01", visit, *DAY)

    said = run("sessions", "show", "P01", "2026-03-02")

    lines = {line.split()[0]: line for line in said.out.splitlines() if line.strip()}
    assert "No spasm to describe." in lines["eyelid_left_median_amplitude_mm"]
    assert "1/min" in lines["spasms_per_min"]
    plain = json.loads(run("sessions", "show", "P01", "#1", "--json").out)
    names = {one["name"] for one in plain["session"]["measures"]}
    assert {"spasms_per_min", "mouth_right_spasms_per_min", "real_fps"} <= names
    assert plain["session"]["summary"]["affected_side"] == "right"


def test_a_subject_is_shown_with_its_log(run: Run, visit: Path) -> None:
    """Who did what, when and why."""
    run("sessions", "add", "P01", visit, *DAY, "--by", "me", "--why", "first visit")

    assert "2026-03-02" in run("subjects", "show", "P01").out
    logged = run("subjects", "show", "P01", "--log").out
    assert "add session #1" in logged
    assert "first visit" in logged
    plain = json.loads(run("subjects", "show", "P01", "--log", "--json").out)
    assert plain["log"][0]["who"] == "me"


def test_a_deletion_asks_and_says_what_is_left(run: Run, visit: Path) -> None:
    """Without an answer nothing is deleted; the folder of results is named."""
    run("sessions", "add", "P01", visit, *DAY)

    assert run("subjects", "delete", "P01").code != 0
    assert run("sessions", "delete", "P01", "#1").code != 0
    assert len(json.loads(run("sessions", "list", "--json").out)) == 1

    said = run("subjects", "delete", "P01", "--yes", "--why", "withdrew")

    assert said.code == 0
    assert str(visit) in said.out
    assert (visit / "track.npz").is_file()
    assert json.loads(run("subjects", "list", "--json").out) == []


def test_one_session_is_deleted(run: Run, visit: Path) -> None:
    """Its folder is left to the user."""
    run("sessions", "add", "P01", visit, *DAY)

    said = run("sessions", "delete", "P01", "#1", "--yes", "--json")

    assert json.loads(said.out) == {"deleted": 1, "remaining_folder": str(visit)}
    assert "No session yet" in run("sessions", "list", "P01").out


def test_a_subject_is_handed_over(run: Run, visit: Path, tmp_path: Path) -> None:
    """Out of one store, into another; measured again there from the track that came along."""
    run("sessions", "add", "P01", visit, *DAY)
    archive, other = tmp_path / "P01.zip", tmp_path / "other.sqlite"

    assert run("subjects", "export", "P01", "--out", archive).code == 0
    assert run("subjects", "export", "P01", "--out", archive).code == 2
    said = run("subjects", "import", archive, "--store", other, "--results", tmp_path / "in")

    assert "P01 brought in: 1 session" in said.out
    assert "up to date" in run("sessions", "remeasure", "P01", "--store", other).out


def test_the_store_is_described_copied_and_cleaned(run: Run, tmp_path: Path) -> None:
    """Where it is, what is in it; a copy can be used as a store."""
    run("subjects", "add", "P01")

    plain = json.loads(run("store", "info", "--json").out)
    assert (plain["database"], plain["rows"]["subject"]) == ("sqlite", 1)
    assert "own.sqlite" in run("store", "info").out
    assert run("store", "backup", tmp_path / "copy").code == 0
    assert run("store", "backup", tmp_path / "copy").code == 2
    assert "P01" in run("subjects", "list", "--store", tmp_path / "copy").out
    assert run("store", "clean").code == 0


def test_an_older_store_is_brought_to_the_present_form(run: Run, tmp_path: Path) -> None:
    """By the command that the error names; what it was before is kept beside it."""
    path = tmp_path / "old.sqlite"
    engine = connect(str(path))
    upgrade(engine, "0001")
    engine.dispose()

    refused = run("subjects", "list", "--store", path)
    assert refused.code == 2
    assert "spasm-video store migrate" in refused.err

    said = run("store", "migrate", "--store", path)

    assert "from form 0001" in said.out
    assert list(tmp_path.glob("old.sqlite.form-0001.*.backup"))
    assert run("subjects", "list", "--store", path).code == 0
    assert "present form" in run("store", "migrate", "--store", path).out


def test_a_pipe_into_the_log_needs_no_names(run: Run) -> None:
    """A person's name is no code, and the reason says what one is."""
    said = run("subjects", "add", "Jane Doe")

    assert said.code == 2
    assert "no names" in said.err


@pytest.mark.parametrize(
    "group", ["subjects", "sessions", "treatments", "ratings", "workup", "notes", "store"]
)
def test_a_group_alone_shows_its_commands(run: Run, group: str) -> None:
    """What can be done, for whoever just types its name."""
    assert f"spasm-video {group}" in run(group, "--help").out


@pytest.fixture
def stored_course(tmp_path: Path) -> Path:
    """A store with a course of twelve visits and an injection."""
    path = tmp_path / "course.sqlite"
    truth = Truth(days=tuple(range(0, 360, 30)), cycles=(Cycle(100),))
    history = truth.history()
    with open_store(str(path)) as store:
        for session in history.sessions:
            video = {"video": {"sha256": str(session.number)}}
            made_with = session.made_with | video
            sessions.add(store, dataclasses.replace(session, made_with=made_with))
        entries.add_treatment(store, history.treatments[0])
    return path


def test_a_timeline_is_drawn_from_the_store(run: Run, stored_course: Path, tmp_path: Path) -> None:
    """Four files; the headline, its words and the page's place are said."""
    out = tmp_path / "out"

    said = run("timeline", "P01", "--out", out, "--store", stored_course)

    assert (said.code, said.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        "timeline.csv", "timeline.html", "timeline.json", "timeline.png",
    ]  # fmt: skip
    assert "12 sessions on the line" in said.out
    assert "measurement error" in said.out
    assert str(out / "timeline.html") in said.out


def test_a_timeline_as_json_is_its_file(run: Run, stored_course: Path, tmp_path: Path) -> None:
    """And nothing else is printed."""
    said = run("timeline", "P01", "--out", tmp_path / "out", "--store", stored_course, "--json")

    assert said.out == (tmp_path / "out" / "timeline.json").read_text("utf-8")
    assert json.loads(said.out)["subject"] == "P01"


def test_the_numbers_of_a_timeline_come_from_a_file(
    run: Run, stored_course: Path, tmp_path: Path
) -> None:
    """One file for all numbers; that they are not the usual ones stands in the result."""
    numbers = tmp_path / "numbers.toml"
    numbers.write_text("[measure.event]\nbrief_level = 1.5\n[timeline]\ntrend_points = 100\n")
    call = ("timeline", "P01", "--out", tmp_path / "out", "--store", stored_course, "--json")

    usual = json.loads(run(*call).out)
    strict = json.loads(run(*call, "--params", numbers).out)
    numbers.write_text("[timeline]\ntrend_point = 9\n")
    wrong = run(*call, "--params", numbers)

    assert usual["rate"]["trend"]["per_30_days"]["value"] is not None
    assert strict["rate"]["trend"]["per_30_days"]["value"] is None
    told = "Made with other numbers than the usual: trend_points 100 (usually 5)."
    assert told in strict["limits"]
    assert not any("other numbers" in limit for limit in usual["limits"])
    assert (wrong.code, "no parameter timeline.trend_point" in wrong.err) == (2, True)


def test_a_timeline_of_nobody_is_told(run: Run, stored_course: Path, tmp_path: Path) -> None:
    """And leaves no folder."""
    said = run("timeline", "P09", "--out", tmp_path / "out", "--store", stored_course)

    assert said.code == 2
    assert "no subject P09" in said.err
    assert not (tmp_path / "out").exists()
