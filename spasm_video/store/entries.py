"""What a person enters by hand: treatments, ratings, cause and work-up, notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from spasm_video.errors import UnknownError
from spasm_video.history import Note, Rating, Treatment
from spasm_video.store import rows
from spasm_video.store.models import NoteRow, RatingRow, SubjectRow, TreatmentRow, WorkUpRow
from spasm_video.store.store import subject_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.history import WorkUp
    from spasm_video.store.store import Store

    Row = TreatmentRow | RatingRow | NoteRow

Entry = TypeVar("Entry", Treatment, Rating, Note)


def add_treatment(store: Store, treatment: Treatment, why: str = "") -> Treatment:
    """Store a treatment of a known subject; with its number."""
    return _added(store, treatment, TreatmentRow, rows.treatment_values(treatment), why)


def treatments(store: Store, code: str) -> tuple[Treatment, ...]:
    """Of a subject, in order of time."""
    return _of(store, code, TreatmentRow, rows.treatment)


def delete_treatment(store: Store, code: str, number: int, why: str = "") -> Treatment:
    """Take back a treatment that was entered wrongly; the log keeps what it said."""
    with store.writing(why) as session:
        subject, row = subject_row(session, code), session.get(TreatmentRow, number)
        if row is None or row.subject_id != subject.id:
            raise UnknownError(
                f"{code} has no treatment {number}.", f"See: spasm-video treatments list {code}"
            )
        treatment = rows.treatment(row, code)
        session.delete(row)
        return treatment


def add_rating(store: Store, rating: Rating, why: str = "") -> Rating:
    """Store a score given by a person; with its number."""
    return _added(store, rating, RatingRow, rows.rating_values(rating), why)


def ratings(store: Store, code: str) -> tuple[Rating, ...]:
    """Of a subject, in order of time."""
    return _of(store, code, RatingRow, rows.rating)


def set_work_up(store: Store, code: str, work_up: WorkUp, why: str = "") -> None:
    """Store what is known of the cause, in the place of what was known before."""
    with store.writing(why) as session:
        subject = subject_row(session, code)
        values = rows.work_up_values(work_up)
        row = session.get(WorkUpRow, subject.id)
        if row is None:
            session.add(WorkUpRow(id=subject.id, **values))
            return
        for name, value in values.items():
            setattr(row, name, value)


def work_up(store: Store, code: str) -> WorkUp:
    """Of a subject; nothing known where nothing was entered."""
    with store.reading() as session:
        return rows.work_up(session.get(WorkUpRow, subject_row(session, code).id))


def add_note(store: Store, note: Note, why: str = "") -> Note:
    """Store a remark; its author is who the store was opened by, unless it names one."""
    note = replace(note, author=note.author or store.who)
    return _added(store, note, NoteRow, rows.note_values(note), why)


def notes(store: Store, code: str) -> tuple[Note, ...]:
    """On a subject, in order of time."""
    return _of(store, code, NoteRow, rows.note)


def of_subject(
    session: OrmSession,
    subject: SubjectRow,
    table: type[Row],
    record: Callable[[Any, str], Entry],
) -> tuple[Entry, ...]:
    """The entries of one kind within a transaction, in order of time."""
    of = table.subject_id == subject.id
    query = select(table).where(of).order_by(table.date, table.id)
    return tuple(record(row, subject.code) for row in session.scalars(query))


def _of(
    store: Store, code: str, table: type[Row], record: Callable[[Any, str], Entry]
) -> tuple[Entry, ...]:
    with store.reading() as session:
        return of_subject(session, subject_row(session, code), table, record)


def _added(store: Store, entry: Entry, table: type[Row], values: dict[str, Any], why: str) -> Entry:
    with store.writing(why) as session:
        row = table(subject_id=subject_row(session, entry.subject).id, **values)
        session.add(row)
        session.flush()
        return replace(entry, number=row.id)
