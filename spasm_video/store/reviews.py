"""
Reviews: what a person made of the events of a session, and the numbers that follow.

The measured events and their summary stay as they are; the review stands beside them. After
another measurement of the session its verdicts no longer count, for events have other numbers.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from spasm_video.errors import ChangedError, InputError, UnknownError
from spasm_video.history import Edge, ExcludedSpan, Review, ReviewedEvent
from spasm_video.store import rows
from spasm_video.store.models import (
    EventRow,
    ExcludedSpanRow,
    ReviewedEventRow,
    ReviewedSummaryRow,
    SessionRow,
)
from spasm_video.store.store import subject_row

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.store.store import Store


def review(store: Store, code: str, session: int) -> Review:
    """The review of a session; every measured event is open where nobody has looked."""
    with store.reading() as orm:
        return _review(orm, _session(orm, code, session))


def set_event(  # noqa: PLR0913 (whose, which, what; the rest is optional)
    store: Store,
    code: str,
    session: int,
    one: ReviewedEvent,
    why: str = "",
    *,
    seen: str = "",
) -> int:
    """
    Keep what a person made of an event; the number of its row.

    ``seen`` is the mark of the event as that person saw it; empty where that does not matter.

    Raises
    ------
    ChangedError : it is not any more as it was seen
    UnknownError : there is no such event
    InputError : the event ends before it begins, or has no region
    """
    event = one.event
    if not (0 <= event.onset_s < event.offset_s and event.onset_s <= event.peak_s):
        raise InputError("The movement ends before it begins.", "Give it a length.")
    if not event.parts:
        raise InputError("A movement has at least one region.", "Choose one, or reject it.")
    with store.writing(why) as orm:
        owner = _session(orm, code, session)
        _refuse_changed(orm, owner, seen, one.measured, one.number)
        row = _row(orm, owner, one)
        values = rows.reviewed_values(one, owner.method)
        if row is None:
            row = ReviewedEventRow(subject_id=owner.subject_id, session_id=owner.id, **values)
            orm.add(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        _forget_summary(orm, owner)
        orm.flush()
        return row.id


def delete_event(  # noqa: PLR0913 (as set_event)
    store: Store, code: str, session: int, number: int, why: str = "", *, seen: str = ""
) -> None:
    """
    Take back what was said of an event: a measured one is open again, an added one gone.

    ``seen`` and the errors are those of ``set_event``.
    """
    with store.writing(why) as orm:
        owner = _session(orm, code, session)
        row = orm.get(ReviewedEventRow, number)
        if row is None or row.session_id != owner.id:
            raise _no_event()
        _refuse_changed(orm, owner, seen, row.measured, number)
        orm.delete(row)
        _forget_summary(orm, owner)


def exclude(store: Store, code: str, session: int, span: ExcludedSpan, why: str = "") -> int:
    """Leave a span out; its number."""
    if not 0 <= span.start_s < span.end_s < math.inf:
        raise InputError("The span ends before it begins.", "Give it a length.")
    with store.writing(why) as orm:
        owner = _session(orm, code, session)
        row = ExcludedSpanRow(
            subject_id=owner.subject_id,
            session_id=owner.id,
            start_s=span.start_s,
            end_s=span.end_s,
        )
        orm.add(row)
        _forget_summary(orm, owner)
        orm.flush()
        return row.id


def include(store: Store, code: str, session: int, number: int, why: str = "") -> None:
    """Take a span in again."""
    with store.writing(why) as orm:
        owner = _session(orm, code, session)
        row = orm.get(ExcludedSpanRow, number)
        if row is None or row.session_id != owner.id:
            raise UnknownError("There is no such span.", "Load the page again.")
        orm.delete(row)
        _forget_summary(orm, owner)


def trim(  # noqa: PLR0913 (whose, which, what; the rest is optional)
    store: Store,
    code: str,
    session: int,
    edge: Edge,
    at_s: float | None,
    *,
    recording_s: tuple[float, float],
    why: str = "",
) -> None:
    """
    Leave out all before a moment, or all from it on; None takes that end in again.

    ``recording_s`` is when the recording begins and ends. One span at most touches each end:
    it takes the place of what touched it before, whoever left that out. Other spans stay.

    Raises
    ------
    InputError : the moment lies outside, or nothing would be left between both ends
    """
    begin_s, end_s = recording_s
    if at_s is not None and not begin_s < at_s < end_s:
        raise InputError("This lies outside of the recording.", "Choose a moment within it.")
    with store.writing(why) as orm:
        owner = _session(orm, code, session)
        spans = orm.scalars(
            select(ExcludedSpanRow)
            .where(ExcludedSpanRow.session_id == owner.id)
            .order_by(ExcludedSpanRow.id)
        ).all()
        early = [row for row in spans if row.start_s <= begin_s + _SAME_S]
        late = [row for row in spans if row not in early and row.end_s >= end_s - _SAME_S]
        is_begin = edge is Edge.BEGIN
        here, there = (early, late) if is_begin else (late, early)
        if at_s is not None:
            span = ExcludedSpan(begin_s, at_s) if is_begin else ExcludedSpan(at_s, end_s)
            if any(row.start_s <= span.end_s and span.start_s <= row.end_s for row in there):
                raise InputError(
                    "Nothing of the recording would be left.", "Move its other end away first."
                )
            if not here:
                here = [ExcludedSpanRow(subject_id=owner.subject_id, session_id=owner.id)]
                orm.add(here[0])
            here[0].start_s, here[0].end_s = span.start_s, span.end_s
        for row in here[at_s is not None :]:
            orm.delete(row)
        _forget_summary(orm, owner)


_SAME_S = 1e-3  # a page knows times to a few hundredths of that


def keep_summary(store: Store, code: str, session: int, summary: dict[str, Any]) -> None:
    """The numbers that follow from the review, beside the first ones."""
    with store.writing() as orm:
        owner = _session(orm, code, session)
        _forget_summary(orm, owner)
        orm.add(
            ReviewedSummaryRow(
                session_id=owner.id,
                method=owner.method,
                who=store.who,
                at=datetime.now(UTC).replace(tzinfo=None),
                summary=summary,
            )
        )


def _review(orm: OrmSession, owner: SessionRow) -> Review:
    told = orm.scalars(
        select(ReviewedEventRow).where(
            ReviewedEventRow.session_id == owner.id, ReviewedEventRow.method == owner.method
        )
    ).all()
    by_number = {row.measured: row for row in told if row.measured}
    measured = orm.scalars(
        select(EventRow).where(EventRow.session_id == owner.id).order_by(EventRow.number)
    )
    events = [
        rows.reviewed(by_number[row.number])
        if row.number in by_number
        else ReviewedEvent(event=rows.spasm(row), measured=row.number)
        for row in measured
    ]
    events += [rows.reviewed(row) for row in told if not row.measured]
    spans = orm.scalars(
        select(ExcludedSpanRow)
        .where(ExcludedSpanRow.session_id == owner.id)
        .order_by(ExcludedSpanRow.start_s)
    )
    kept = orm.get(ReviewedSummaryRow, owner.id)
    is_current = kept is not None and kept.method == owner.method
    return Review(
        events=tuple(sorted(events, key=lambda one: one.event.onset_s)),
        excluded=tuple(ExcludedSpan(row.start_s, row.end_s, row.id) for row in spans),
        summary=kept.summary if kept and is_current else {},
        who=kept.who if kept and is_current else "",
        at=kept.at.replace(tzinfo=UTC) if kept and is_current else None,
    )


def _session(orm: OrmSession, code: str, number: int) -> SessionRow:
    subject, row = subject_row(orm, code), orm.get(SessionRow, number)
    if row is None or row.subject_id != subject.id:
        raise UnknownError(
            f"There is no session {number} of {code}.", f"See: spasm-video sessions list {code}"
        )
    return row


def _row(orm: OrmSession, owner: SessionRow, one: ReviewedEvent) -> ReviewedEventRow | None:
    """The row that speaks of an event already; None where it is new."""
    if one.measured:
        if orm.get(EventRow, (owner.id, one.measured)) is None:
            raise _no_event()
        return orm.scalar(
            select(ReviewedEventRow).where(
                ReviewedEventRow.session_id == owner.id,
                ReviewedEventRow.method == owner.method,
                ReviewedEventRow.measured == one.measured,
            )
        )
    if not one.number:
        return None
    row = orm.get(ReviewedEventRow, one.number)
    if row is None or row.session_id != owner.id or row.measured:
        raise _no_event()
    return row


def _refuse_changed(
    orm: OrmSession, owner: SessionRow, seen: str, measured: int, number: int
) -> None:
    """ChangedError where an event is not as it was seen."""
    if not seen:
        return
    now = next(
        (
            one.mark
            for one in _review(orm, owner).events
            if (measured and one.measured == measured) or (number and one.number == number)
        ),
        None,
    )
    if now != seen:
        raise ChangedError(
            "This movement was changed in another window meanwhile.",
            "Look at it as it is now; nothing was overwritten.",
        )


def _forget_summary(orm: OrmSession, owner: SessionRow) -> None:
    """Numbers of an earlier state of the review are no numbers of this one."""
    orm.execute(sql_delete(ReviewedSummaryRow).where(ReviewedSummaryRow.session_id == owner.id))


def _no_event() -> UnknownError:
    return UnknownError("There is no such movement.", "Load the page again.")
