"""Reviews beside what was measured, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spasm_video.errors import ChangedError, InputError, UnknownError
from spasm_video.history import ExcludedSpan, ReviewedEvent, Verdict
from spasm_video.records import Kind
from spasm_video.store import reviews, sessions
from tests.store.conftest import EVENT, a_session

if TYPE_CHECKING:
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
