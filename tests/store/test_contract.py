"""What a store promises, on a file and on a server: one class, both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from spasm_video.anatomy import Side
from spasm_video.errors import (
    ClashError,
    InputError,
    SideContradictionError,
    StoreError,
    StoreFormError,
    UnknownError,
)
from spasm_video.history import (
    Cause,
    Measure,
    Note,
    Rating,
    Segment,
    Site,
    Treatment,
    TreatmentKind,
    WorkUp,
)
from spasm_video.records import AffectedSide
from spasm_video.store import Store, entries, open_store, sessions, subjects, upkeep
from spasm_video.store.database import connect
from spasm_video.store.exports import export_subject
from spasm_video.store.imports import import_subject
from spasm_video.store.models import Base
from tests.store.conftest import EVENT, NAN, a_session

DAY = dt.date(2026, 3, 2)
TOXIN = Treatment(
    subject="P01", kind=TreatmentKind.TOXIN, date=DAY, product="A", dose=25.0, dose_unit="U",
    sites=(Site("orbicularis oculi", 15.0), Site("zygomaticus")), side=Side.LEFT, note="first",
)  # fmt: skip
RATING = Rating(
    subject="P01", scale="tunc", wording="local", value=2.0, rater="R1", date=DAY, session="week 1"
)
WORK_UP = WorkUp(
    side=Side.LEFT, cause=Cause.PRIMARY, vessel="AICA", began="2019", mri="loop", mra="-",
    emg="lateral spread", hypertension=False,
)  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Equal, where NaN equals NaN."""
    if dataclasses.is_dataclass(one):
        names = [f.name for f in dataclasses.fields(one)]
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in names
        )
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    return dict(upkeep.info(store).rows)


class TestStore:
    """Kept whole, logged, never lost, and gone when it is deleted."""

    def test_a_new_store_is_empty_and_of_the_present_form(self, store: Store) -> None:
        """Every table is there, and nothing in it."""
        assert set(rows(store)) == set(Base.metadata.tables)
        assert sum(rows(store).values()) == 0
        assert subjects.listed(store) == ()

    def test_a_session_comes_back_as_it_went_in(self, store: Store) -> None:
        """Numbers to the last digit, the unknown as NaN with its reason, spasms with parts."""
        session = a_session(device="phone", folder="/results/a", mirrored=True, label="week 1")
        done = sessions.add(store, session)

        assert (done.is_new_subject, done.is_replaced) == (True, False)
        back = sessions.found(store, "P01", "week 1")
        assert same(back, dataclasses.replace(session, number=done.session.number))
        assert back.events == (EVENT,)
        assert back.method == session.method

    def test_the_history_is_whole_and_in_order_of_time(self, store: Store) -> None:
        """Sessions, treatments, ratings, work-up and notes, each as it was entered."""
        for day in (9, 2, 5):
            sessions.add(store, a_session(date=dt.date(2026, 3, day), video=str(day)))
        toxin, rating = entries.add_treatment(store, TOXIN), entries.add_rating(store, RATING)
        entries.set_work_up(store, "P01", WORK_UP)
        note = entries.add_note(store, Note(subject="P01", date=DAY, text="bad night"))

        history = subjects.history(store, "P01")

        assert [one.date.day for one in history.sessions] == [2, 5, 9]
        assert same(history.treatments, (toxin,))
        assert same(history.ratings, (rating,))
        assert history.work_up == WORK_UP
        assert history.notes == (note,)
        assert note.author == "tester"
        subject = history.subject
        assert (subject.sessions, subject.treatments, subject.side) == (3, 1, "left")
        assert (subject.first, subject.last) == (dt.date(2026, 3, 2), dt.date(2026, 3, 9))

    def test_the_same_video_takes_its_own_place(self, store: Store) -> None:
        """Analyzed again, it is one session, with the new numbers alone."""
        sessions.add(store, a_session())
        again = sessions.add(store, a_session(usable_s=40.0, events=(), measures=()))

        assert again.is_replaced
        (back,) = subjects.history(store, "P01").sessions
        assert (back.usable_s, back.events, back.measures) == (40.0, (), ())
        assert rows(store)["measure"] == rows(store)["event"] == 0

    def test_a_second_recording_of_a_day_gets_a_label(self, store: Store) -> None:
        """Repeats of a day are kept apart, for they tell how well a number repeats."""
        for video in "abc":
            sessions.add(store, a_session(video=video))

        assert [one.label for one in sessions.listed(store, "P01")] == ["", "2", "3"]

    def test_a_list_has_what_the_session_has(self, store: Store) -> None:
        """Name, method and headline number are those of the whole record, missing as NaN."""
        sessions.add(store, a_session())
        unknown = Measure("spasms_per_min", NAN, NAN, NAN, "1/min", "Too short.")
        sessions.add(store, a_session(label="2", video="b", measures=(unknown,)))
        sessions.add(store, a_session(label="3", video="c", measures=()))

        listed, whole = sessions.listed(store), subjects.history(store, "P01").sessions

        assert len(listed) == 3
        for one, other in zip(listed, whole, strict=True):
            for name in (*one._fields[:-1], "name"):
                assert getattr(one, name) == getattr(other, name), name
            assert same(one.measure("spasms_per_min"), other.measure("spasms_per_min"))

    def test_the_newest_are_those_of_the_latest_days(self, store: Store) -> None:
        """Of all or of a subject, by subject and time as ever."""
        for code, day in (("P02", 4), ("P01", 3), ("P02", 2), ("P01", 5)):
            sessions.add(store, a_session(code, date=dt.date(2026, 3, day), video=str(day)))

        def days(*asked: Any) -> list[int]:
            return [one.date.day for one in sessions.listed(store, *asked)]

        assert days() == [3, 5, 2, 4]
        assert days(None, 3) == [3, 5, 4]
        assert days("P02", 1) == [4]
        assert days(None, 9) == days()

    def test_another_video_under_a_taken_label_is_refused(self, store: Store) -> None:
        """And the first stays as it was."""
        sessions.add(store, a_session(label="week 1"))

        with pytest.raises(ClashError, match="week 1 of another video"):
            sessions.add(store, a_session(label="week 1", video="b", usable_s=1.0))

        (kept,) = sessions.listed(store)
        assert kept.usable_s == 58.5

    def test_a_contradicting_side_is_asked_about(self, store: Store) -> None:
        """Left before, right now: a mirrored video, or a person must confirm it."""
        sessions.add(store, a_session())
        turned = a_session(date=dt.date(2026, 4, 2), side=AffectedSide.RIGHT, video="b")

        with pytest.raises(SideContradictionError, match="on the right side; P01 has them on the"):
            sessions.add(store, turned)

        assert rows(store)["session"] == 1
        sessions.add(store, dataclasses.replace(turned, is_confirmed=True))
        assert rows(store)["session"] == 2

    def test_what_was_confirmed_stays_confirmed(self, store: Store) -> None:
        """Analyzed again, the same video is not asked about a second time."""
        sessions.add(store, a_session())
        turned = a_session(date=dt.date(2026, 4, 2), side=AffectedSide.RIGHT, video="b")
        sessions.add(store, dataclasses.replace(turned, is_confirmed=True))

        assert sessions.add(store, turned).is_replaced

        assert [one.is_confirmed for one in sessions.listed(store)] == [False, True]

    def test_no_side_contradicts_nothing(self, store: Store) -> None:
        """None, both and undetermined are stored without a question."""
        sessions.add(store, a_session())
        for side in (AffectedSide.NONE, AffectedSide.BOTH, AffectedSide.UNDETERMINED):
            sessions.add(store, a_session(side=side, video=str(side)))

        assert rows(store)["session"] == 4

    def test_the_side_that_was_entered_counts_more_than_what_was_seen(self, store: Store) -> None:
        """A known side is held against the very first recording."""
        subjects.add(store, "P01")
        entries.set_work_up(store, "P01", WorkUp(side=Side.RIGHT))

        with pytest.raises(SideContradictionError):
            sessions.add(store, a_session(side=AffectedSide.LEFT))

    def test_every_change_is_logged(self, store: Store) -> None:
        """Who, when, what, why, and the values before and after."""
        before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
        subjects.add(store, "P01", why="trial begins")
        entries.set_work_up(store, "P01", WorkUp(vessel="AICA"))
        entries.set_work_up(store, "P01", WorkUp(vessel="PICA"), why="misread")

        added, first, changed = subjects.log(store, "P01")

        assert (added.who, added.action, added.entity, added.why) == (
            "tester", "add", "subject", "trial begins",
        )  # fmt: skip
        assert first.after is not None
        assert first.after["vessel"] == "AICA"
        assert (changed.before, changed.after) == ({"vessel": "AICA"}, {"vessel": "PICA"})
        assert changed.why == "misread"
        assert before < added.at < dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)

    def test_a_remeasured_session_keeps_its_earlier_numbers_in_the_log(self, store: Store) -> None:
        """The summary before is not obscured."""
        done = sessions.add(store, a_session())
        newer = a_session(summary={"spasms_per_min": {"value": 20.0}}, number=done.session.number)
        sessions.remeasured(store, newer, "new version")

        last = subjects.log(store, "P01")[-1]

        assert last.action == "change"
        assert last.before == {"summary": {"spasms_per_min": {"value": 12.5}}}
        assert last.after == {"summary": {"spasms_per_min": {"value": 20.0}}}

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET who = 'nobody'",
            "DELETE FROM audit",
            "UPDATE audit_detail SET why = 'other'",
            "DELETE FROM audit_detail",
        ],
    )
    def test_the_log_cannot_be_changed(self, store: Store, statement: str) -> None:
        """The database itself refuses, whoever asks."""
        sessions.add(store, a_session())
        kept = subjects.log(store)

        with pytest.raises(StoreError, match="can only grow"), store.writing() as session:
            session.execute(text(statement))

        assert subjects.log(store) == kept

    def test_a_treatment_taken_back_is_in_the_log(self, store: Store) -> None:
        """It is gone from the list; what it said is not."""
        subjects.add(store, "P01")
        done = entries.add_treatment(store, TOXIN)
        entries.delete_treatment(store, "P01", done.number, "wrong subject")

        last = subjects.log(store, "P01")[-1]

        assert entries.treatments(store, "P01") == ()
        assert (last.action, last.entity, last.why) == ("delete", "treatment", "wrong subject")
        assert last.before is not None
        assert last.before["product"] == "A"

    def test_nobody_elses_treatment_can_be_deleted(self, store: Store) -> None:
        """A number of another subject is unknown here."""
        for code in ("P01", "P02"):
            subjects.add(store, code)
        done = entries.add_treatment(store, TOXIN)

        with pytest.raises(UnknownError):
            entries.delete_treatment(store, "P02", done.number)

    def test_a_deleted_subject_leaves_nothing_but_the_fact(self, store: Store) -> None:
        """No row and no detail of it; the log says that one was deleted, by whom, when, why."""
        for code in ("P01", "P02"):
            sessions.add(store, a_session(code, folder=f"/results/{code}"))
            entries.add_treatment(store, dataclasses.replace(TOXIN, subject=code))
            entries.add_rating(store, dataclasses.replace(RATING, subject=code))
            entries.set_work_up(store, code, WORK_UP)
            entries.add_note(store, Note(subject=code, date=DAY, text="x"))
        kept = subjects.history(store, "P02")

        assert subjects.delete(store, "P01", "withdrew") == ("/results/P01",)

        assert rows(store)["session"] == rows(store)["treatment"] == rows(store)["note"] == 1
        assert same(subjects.history(store, "P02"), kept)
        gone = [line for line in subjects.log(store) if line.subject != "P02"]
        assert all(line.before is None and line.after is None for line in gone)
        assert [line.why for line in gone if line.why] == ["withdrew"]
        assert (gone[-1].action, gone[-1].entity, gone[-1].who) == ("delete", "subject", "tester")
        with pytest.raises(UnknownError, match="no subject P01"):
            subjects.history(store, "P01")

    def test_a_number_is_never_given_twice(self, store: Store) -> None:
        """Else the log of a deleted subject would become that of the next."""
        subjects.add(store, "P01")
        subjects.delete(store, "P01")
        subjects.add(store, "P02")

        assert len(subjects.log(store, "P02")) == 1

    def test_a_deleted_session_takes_its_rows_and_details(self, store: Store) -> None:
        """Its measures, its spasms and what the log told of it; the others stay."""
        for video in "ab":
            sessions.add(store, a_session(video=video))
        gone = sessions.delete(store, "P01", "2", "wrong person in view")

        assert gone.label == "2"
        assert (rows(store)["session"], rows(store)["measure"], rows(store)["event"]) == (1, 2, 1)
        of_gone = [
            line
            for line in subjects.log(store, "P01")
            if line.entity == "session" and line.entity_number == gone.number
        ]
        assert [line.action for line in of_gone] == ["add", "delete"]
        assert all(line.before is None and line.after is None for line in of_gone)

    def test_a_session_is_found_by_number_label_or_date(self, store: Store) -> None:
        """What is ambiguous is refused, never guessed."""
        first = sessions.add(store, a_session(label="week 1")).session
        sessions.add(store, a_session(label="week 2", video="b"))

        assert sessions.found(store, "P01", f"#{first.number}").label == "week 1"
        assert sessions.found(store, "P01", "week 2").label == "week 2"
        with pytest.raises(UnknownError, match="2 sessions of P01 are called '2026-03-02'"):
            sessions.found(store, "P01", "2026-03-02")
        with pytest.raises(UnknownError, match="no session of P01 called 'week 9'"):
            sessions.found(store, "P01", "week 9")

    def test_a_name_that_is_no_code_is_refused(self, store: Store) -> None:
        """A path or a person's name never becomes a row."""
        for code in ("", "Jane Doe", "../P01", "P" * 65):
            with pytest.raises(InputError, match="cannot name a subject"):
                subjects.add(store, code)

    def test_a_code_is_added_once(self, store: Store) -> None:
        """The second time is a clash, and not logged."""
        subjects.add(store, "P01")

        with pytest.raises(ClashError, match="P01 already"):
            subjects.add(store, "P01")

        assert len(subjects.log(store)) == 1

    def test_what_fails_halfway_is_not_there_at_all(self, store: Store) -> None:
        """Neither the rows nor the log of a transaction that broke."""

        def half() -> None:
            with store.writing() as session:
                sessions.write(session, 1, a_session(), None)
                raise RuntimeError

        subjects.add(store, "P01")
        with pytest.raises(RuntimeError):
            half()

        assert rows(store)["session"] == 0
        assert len(subjects.log(store)) == 1

    def test_two_writers_at_once_lose_nothing(self, store: Store, address: str) -> None:
        """Each takes its turn: four threads, forty sessions, forty lines in the log."""
        del store  # made, and closed by its fixture
        failed: list[BaseException] = []

        def write(writer: int) -> None:
            try:
                with open_store(address, f"writer {writer}") as own:
                    for n in range(10):
                        sessions.add(own, a_session(f"P{n % 3}", video=f"{writer}-{n}"))
            except BaseException as error:  # noqa: BLE001 (told by the test)
                failed.append(error)

        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert failed == []
        with open_store(address) as after:
            assert rows(after)["session"] == 40
            logged = [line for line in subjects.log(after) if line.entity == "session"]
            assert len(logged) == 40
            assert {line.who for line in logged} == {f"writer {n}" for n in range(4)}

    def test_two_programs_may_make_the_store_at_once(self, address: str) -> None:
        """One makes the tables, the other finds them."""
        failed: list[BaseException] = []

        def use(code: str) -> None:
            try:
                with open_store(address) as own:
                    subjects.add(own, code)
            except BaseException as error:  # noqa: BLE001 (told by the test)
                failed.append(error)

        users = [threading.Thread(target=use, args=(f"P{n}",)) for n in range(3)]
        for user in users:
            user.start()
        for user in users:
            user.join()

        assert failed == []
        with open_store(address) as after:
            assert len(subjects.listed(after)) == 3

    def test_a_newer_form_is_left_alone(self, store: Store, address: str) -> None:
        """An older program says so and touches nothing."""
        with store.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(StoreFormError, match=r"form 9999.*Update the program"):
            open_store(address)
        with pytest.raises(StoreFormError, match="Update the program"):
            upkeep.migrate(address)

    def test_a_database_of_something_else_is_left_alone(self, address: str) -> None:
        """No table of ours is put among those of another program."""
        engine = connect(address)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
        engine.dispose()

        with pytest.raises(StoreFormError, match="something else"):
            open_store(address)

    def test_a_subject_travels_as_a_zip(self, store: Store, tmp_path: Path) -> None:
        """Out and in again under another code: every record is the same, files come along."""
        results = tmp_path / "visit_spasm"
        results.mkdir()
        for name in ("summary.json", "track.npz", "report.html", "private.txt"):
            (results / name).write_text(name)
        sessions.add(store, a_session(folder=str(results)))
        sessions.add(store, a_session(video="b", segment=Segment.SMILE))
        entries.add_treatment(store, TOXIN)
        entries.add_rating(store, RATING)
        entries.set_work_up(store, "P01", WORK_UP)
        entries.add_note(store, Note(subject="P01", date=DAY, text="x"))

        out = export_subject(store, "P01", tmp_path / "P01.zip")
        back = import_subject(store, tmp_path / "P01.zip", tmp_path / "in", code="P02")

        assert (out.sessions, out.files, out.missing) == (2, 2, ("2026-03-02 smile",))
        assert (back.subject, back.sessions, back.files) == ("P02", 2, 2)
        first, second = (subjects.history(store, code) for code in ("P01", "P02"))
        for one, other in zip(first.sessions, second.sessions, strict=True):
            assert same(
                dataclasses.replace(one, subject="P02", number=0, folder=""),
                dataclasses.replace(other, number=0, folder=""),
            )
        assert same(
            dataclasses.replace(first.treatments[0], subject="P02", number=0),
            dataclasses.replace(second.treatments[0], number=0),
        )
        assert first.work_up == second.work_up
        folder = second.sessions[0].folder
        assert sorted(file.name for file in Path(folder).iterdir()) == ["summary.json", "track.npz"]
        assert second.sessions[1].folder == ""

    def test_pictures_travel_only_when_asked(self, store: Store, tmp_path: Path) -> None:
        """The page shows a face."""
        (tmp_path / "report.html").write_text("a face")
        sessions.add(store, a_session(folder=str(tmp_path)))

        export_subject(store, "P01", tmp_path / "a.zip")
        export_subject(store, "P01", tmp_path / "b.zip", pictures=True)

        names = [zipfile.ZipFile(tmp_path / name).namelist() for name in ("a.zip", "b.zip")]
        assert names == [["subject.json"], ["subject.json", "sessions/1/report.html"]]

    def test_an_import_never_touches_who_is_there(self, store: Store, tmp_path: Path) -> None:
        """The clash is told with its remedy; no row and no file is left of it."""
        (tmp_path / "summary.json").write_text("{}")
        sessions.add(store, a_session(folder=str(tmp_path)))
        export_subject(store, "P01", tmp_path / "P01.zip")
        before = rows(store)

        with pytest.raises(ClashError, match="--as CODE"):
            import_subject(store, tmp_path / "P01.zip", tmp_path / "in")

        assert rows(store) == before
        assert not (tmp_path / "in" / "P01").exists()

    @pytest.mark.parametrize(
        "index", [b"", b"[]", b'{"format": 1}', b'{"format": 99}', b'{"format": 1, "code": "../x"}']
    )
    def test_a_zip_of_something_else_is_refused(
        self, store: Store, tmp_path: Path, index: bytes
    ) -> None:
        """In words, and without a trace in the store."""
        archive = tmp_path / "other.zip"
        with zipfile.ZipFile(archive, "w") as out:
            out.writestr("subject.json", index)

        with pytest.raises((StoreError, InputError)):
            import_subject(store, archive, tmp_path / "in")

        assert rows(store)["subject"] == rows(store)["audit"] == 0
