"""What a person enters by hand: treatments, ratings, cause and work-up, notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from spasm_video.errors import UnknownError
from spasm_video.store import rows
from spasm_video.store.models import NoteRow, RatingRow, TreatmentRow, WorkUpRow
from spasm_video.store.store import subject_row

if TYPE_CHECKING:
    from spasm_video.history import Note, Rating, Treatment, WorkUp
    from spasm_video.store.store import Store


def add_treatment(store: Store, treatment: Treatment, why: str = "") -> Treatment:
    """Store a treatment of a known subject; with its number."""
    with store.writing(why) as session:
        subject = subject_row(session, treatment.subject)
        row = TreatmentRow(subject_id=subject.id, **rows.treatment_values(treatment))
        session.add(row)
        session.flush()
        return replace(treatment, number=row.id)


def treatments(store: Store, code: str) -> tuple[Treatment, ...]:
    """Of a subject, in order of time."""
    with store.reading() as session:
        of = TreatmentRow.subject_id == subject_row(session, code).id
        query = select(TreatmentRow).where(of).order_by(TreatmentRow.date, TreatmentRow.id)
        return tuple(rows.treatment(row, code) for row in session.scalars(query))


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
    with store.writing(why) as session:
        subject = subject_row(session, rating.subject)
        row = RatingRow(subject_id=subject.id, **rows.rating_values(rating))
        session.add(row)
        session.flush()
        return replace(rating, number=row.id)


def ratings(store: Store, code: str) -> tuple[Rating, ...]:
    """Of a subject, in order of time."""
    with store.reading() as session:
        of = RatingRow.subject_id == subject_row(session, code).id
        query = select(RatingRow).where(of).order_by(RatingRow.date, RatingRow.id)
        return tuple(rows.rating(row, code) for row in session.scalars(query))


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
    with store.writing(why) as session:
        subject = subject_row(session, note.subject)
        row = NoteRow(subject_id=subject.id, **rows.note_values(note))
        session.add(row)
        session.flush()
        return replace(note, number=row.id)


def notes(store: Store, code: str) -> tuple[Note, ...]:
    """On a subject, in order of time."""
    with store.reading() as session:
        of = NoteRow.subject_id == subject_row(session, code).id
        query = select(NoteRow).where(of).order_by(NoteRow.date, NoteRow.id)
        return tuple(rows.note(row, code) for row in session.scalars(query))
