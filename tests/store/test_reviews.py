"""Reviews beside what was measured, on both databases."""

from __future__ import annotations

import json
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.errors import ChangedError, InputError, StoreError, UnknownError
from spasm_video.history import Edge, ExcludedSpan, ReviewedEvent, Verdict
from spasm_video.records import Kind
from spasm_video.store import open_store, reviews, sessions, subjects
from spasm_video.store.exports import export_subject
from spasm_video.store.imports import import_subject
from tests.store.conftest import EVENT, a_session

if TYPE_CHECKING:
    from pathlib import Path

    from spasm_video.store import Store


@pytest.fixture
def number(store: Store) -> int:
    """A session with one event."""
    return sessions.add(store, a_session()).session.number


def test_every_event_is_open_until_somebody_says_something(store: Store, number: int) -> None:
    """As it was measured; nothing counts yet."""
    review = reviews.review(store, "P01", number)

    assert [(one.event, one.verdict, one.measured) for one in review.events] == [
        (EVENT, Verdict.OPEN, 1)
    ]
    assert review.accepted == ()


def test_what_is_said_last_counts(store: Store, number: int) -> None:
    """One row an event; the measured event itself stays."""
    changed = replace(EVENT, kind=Kind.TONIC)
    first = reviews.set_event(store, "P01", number, ReviewedEvent(event=EVENT, measured=1))
    second = reviews.set_event(
        store, "P01", number, ReviewedEvent(event=changed, measured=1, verdict=Verdict.ACCEPTED)
    )

    assert first == second
    assert reviews.review(store, "P01", number).accepted == (changed,)
    assert sessions.found(store, "P01", str(number)).events == (EVENT,)
    reviews.delete_event(store, "P01", number, first)
    assert reviews.review(store, "P01", number).events[0].verdict is Verdict.OPEN


def test_a_change_of_somebody_else_is_not_overwritten(store: Store, number: int) -> None:
    """Whoever did not see it is told so; to change it or to take it back they must look again."""
    (seen,) = reviews.review(store, "P01", number).events
    accepted = replace(seen, verdict=Verdict.ACCEPTED)
    rejected = replace(seen, verdict=Verdict.REJECTED)

    row = reviews.set_event(store, "P01", number, accepted, seen=seen.mark)
    with pytest.raises(ChangedError, match="another window"):
        reviews.set_event(store, "P01", number, rejected, seen=seen.mark)
    with pytest.raises(ChangedError):
        reviews.delete_event(store, "P01", number, row, seen=seen.mark)

    (now,) = reviews.review(store, "P01", number).events
    assert now.verdict is Verdict.ACCEPTED
    reviews.set_event(store, "P01", number, rejected, seen=now.mark)
    assert reviews.review(store, "P01", number).events[0].verdict is Verdict.REJECTED


def test_numbers_of_an_earlier_state_are_forgotten(store: Store, number: int) -> None:
    """Each edit makes them old."""
    reviews.keep_summary(store, "P01", number, {"events": 1})
    assert reviews.review(store, "P01", number).summary == {"events": 1}

    span = reviews.exclude(store, "P01", number, ExcludedSpan(1.0, 2.0))

    review = reviews.review(store, "P01", number)
    assert (review.summary, review.excluded) == ({}, (ExcludedSpan(1.0, 2.0, span),))
    reviews.include(store, "P01", number, span)
    assert reviews.review(store, "P01", number).excluded == ()


def test_after_another_measurement_verdicts_no_longer_count(store: Store, number: int) -> None:
    """Its events have other numbers."""
    reviews.set_event(
        store, "P01", number, ReviewedEvent(event=EVENT, measured=1, verdict=Verdict.ACCEPTED)
    )
    reviews.keep_summary(store, "P01", number, {"events": 1})
    again = a_session(made_with={"package_version": "2", "video": {"sha256": "a" * 64}})
    sessions.remeasured(store, replace(again, number=number))

    review = reviews.review(store, "P01", number)
    assert (review.accepted, review.summary) == ((), {})


def test_what_is_not_there_is_not_reviewed(store: Store, number: int) -> None:
    """An event, a session, another person's session; nor an event without a length."""
    sessions.add(store, a_session("P02", video="b" * 64))
    for code, session, measured in (("P01", number, 2), ("P01", 99, 1), ("P02", number, 1)):
        with pytest.raises(UnknownError):
            reviews.set_event(store, code, session, ReviewedEvent(event=EVENT, measured=measured))
    with pytest.raises(InputError):
        reviews.exclude(store, "P01", number, ExcludedSpan(2.0, 2.0))


def test_of_many_who_saw_the_same_one_alone_changes_it(store: Store, number: int) -> None:
    """In the same instant: the others are told, whatever the database lets happen at once."""
    for _ in range(5):
        (seen,) = reviews.review(store, "P01", number).events
        verdict = Verdict.REJECTED if seen.verdict is Verdict.ACCEPTED else Verdict.ACCEPTED
        changed, together = replace(seen, verdict=verdict), threading.Barrier(4)

        def change(
            one: ReviewedEvent = changed,
            mark: str = seen.mark,
            together: threading.Barrier = together,
        ) -> bool:
            together.wait(timeout=10)
            try:
                reviews.set_event(store, "P01", number, one, seen=mark)
            except ChangedError:
                return False
            return True

        with ThreadPoolExecutor(4) as people:
            done = [people.submit(change) for _ in range(4)]
        assert sorted(one.result() for one in done) == [False, False, False, True]


def test_a_review_travels_with_its_session(store: Store, number: int, tmp_path: Path) -> None:
    """What was said of each movement, what was left out, what follows, by whom; once each."""
    found = replace(EVENT, onset_s=7.0, peak_s=7.1, offset_s=7.5)
    said = (
        ReviewedEvent(event=replace(EVENT, kind=Kind.TONIC), measured=1, verdict=Verdict.REJECTED),
        ReviewedEvent(event=found, verdict=Verdict.ACCEPTED),
    )
    for one in said:
        reviews.set_event(store, "P01", number, one)
    reviews.exclude(store, "P01", number, ExcludedSpan(1.0, 2.0))
    reviews.keep_summary(store, "P01", number, {"events": 1, "rate": None})

    export_subject(store, "P01", tmp_path / "P01.zip")
    import_subject(store, tmp_path / "P01.zip", tmp_path / "in", code="P02")

    (session,) = subjects.history(store, "P02").sessions
    before, after = (
        reviews.review(store, "P01", number), reviews.review(store, "P02", session.number)
    )  # fmt: skip
    assert [(one.event, one.verdict, one.measured) for one in after.events] == [
        (one.event, one.verdict, one.measured) for one in said
    ]
    assert [(one.start_s, one.end_s) for one in after.excluded] == [(1.0, 2.0)]
    assert (after.summary, after.who, after.at) == (before.summary, before.who, before.at)
    assert after.summary == {"events": 1, "rate": None}


def test_an_archive_without_reviews_is_brought_in_too(
    store: Store, number: int, tmp_path: Path
) -> None:
    """Those of versions before had none; one with a broken review is refused whole."""
    reviews.exclude(store, "P01", number, ExcludedSpan(1.0, 2.0))
    export_subject(store, "P01", tmp_path / "P01.zip")
    with zipfile.ZipFile(tmp_path / "P01.zip") as archive:
        plain = json.loads(archive.read("subject.json"))

    def written(review: Any, form: int) -> Path:
        (session,) = plain["sessions"]
        kept = {name: value for name, value in session.items() if name != "review"}
        changed = plain | {"format": form, "sessions": [kept | review]}
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
            archive.writestr("subject.json", json.dumps(changed))
        return tmp_path / "changed.zip"

    import_subject(store, written({}, 1), tmp_path / "in", code="P02")
    (session,) = subjects.history(store, "P02").sessions
    assert reviews.review(store, "P02", session.number).excluded == ()
    backwards: Any = {"events": [], "excluded": [[2.0, 1.0]], "summary": None}
    empty: Any = {"events": [{}]}
    for broken in (backwards, empty):
        with pytest.raises(StoreError, match="no export of a subject"):
            import_subject(store, written({"review": broken}, 2), tmp_path / "in", code="P03")
    assert [one.code for one in subjects.listed(store)] == ["P01", "P02"]


RECORDING_S = (10.0, 70.0)


def spans(store: Store, number: int) -> list[tuple[float, float]]:
    """What is left out."""
    return [(one.start_s, one.end_s) for one in reviews.review(store, "P01", number).excluded]


def trim(store: Store, number: int, edge: Edge, at_s: float | None, why: str = "") -> None:
    """An end of a recording of a minute."""
    reviews.trim(store, "P01", number, edge, at_s, recording_s=RECORDING_S, why=why)


def test_a_trimmed_end_is_one_span_that_moves(store: Store, number: int) -> None:
    """Moved again it is still one; home it is none; what was left out within stays."""
    reviews.exclude(store, "P01", number, ExcludedSpan(30.0, 31.0))
    for at_s in (20.0, 15.0):
        trim(store, number, Edge.BEGIN, at_s)
    for at_s in (60.0, 65.0):
        trim(store, number, Edge.END, at_s)

    assert spans(store, number) == [(10.0, 15.0), (30.0, 31.0), (65.0, 70.0)]
    trim(store, number, Edge.BEGIN, None)
    assert spans(store, number) == [(30.0, 31.0), (65.0, 70.0)]
    trim(store, number, Edge.END, None)
    assert spans(store, number) == [(30.0, 31.0)]


def test_trimming_takes_the_place_of_all_that_touched_that_end(store: Store, number: int) -> None:
    """Spans that another window left out there, whatever their length; the log tells of each."""
    for start_s, end_s in ((10.0002, 12.0), (9.0, 30.0), (68.0, 69.9998), (40.0, 70.0)):
        reviews.exclude(store, "P01", number, ExcludedSpan(start_s, end_s))

    trim(store, number, Edge.BEGIN, 11.0, "noise")
    trim(store, number, Edge.END, 69.0)

    assert spans(store, number) == [(10.0, 11.0), (69.0, 70.0)]
    lines = [line for line in subjects.log(store, "P01") if line.why == "noise"]
    assert sorted(line.action for line in lines) == [
        "review: change excluded_span", "review: delete excluded_span",
    ]  # fmt: skip


def test_trimming_makes_earlier_numbers_old(store: Store, number: int) -> None:
    """They counted what is left out now."""
    reviews.keep_summary(store, "P01", number, {"events": 1})

    trim(store, number, Edge.BEGIN, 20.0)

    assert reviews.review(store, "P01", number).summary == {}


def test_something_of_a_recording_is_always_left(store: Store, number: int) -> None:
    """Its ends do not meet, and lie within it; refused, all is as before."""
    trim(store, number, Edge.BEGIN, 40.0)
    for edge, at_s in (
        (Edge.END, 40.0), (Edge.END, 20.0), (Edge.END, 70.0), (Edge.BEGIN, 10.0),
        (Edge.BEGIN, float("nan")),
    ):  # fmt: skip
        with pytest.raises(InputError):
            trim(store, number, edge, at_s)
    assert spans(store, number) == [(10.0, 40.0)]
    trim(store, number, Edge.END, 60.0)
    with pytest.raises(InputError, match="would be left"):
        trim(store, number, Edge.BEGIN, 60.0)


def test_two_who_trim_at_once_leave_one_span(address: str, store: Store, number: int) -> None:
    """The later one counts; never two."""

    def move(first_s: float) -> None:
        with open_store(address, "another") as own:
            for step in range(10):
                trim(own, number, Edge.BEGIN, first_s + step)

    with ThreadPoolExecutor(2) as both:
        list(both.map(move, (20.0, 40.0)))

    assert spans(store, number) in ([(10.0, 29.0)], [(10.0, 49.0)])
