"""Subjects: add, list, all that is stored of one, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from spasm_video.errors import ClashError
from spasm_video.history import History, LogEntry, Subject, check_code
from spasm_video.store import audit, entries, rows, sessions
from spasm_video.store.models import (
    NoteRow,
    RatingRow,
    SessionRow,
    SubjectRow,
    TreatmentRow,
    WorkUpRow,
)
from spasm_video.store.store import subject_row
from spasm_video.store.upkeep import forget

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.store.store import Store


def add(store: Store, code: str, why: str = "") -> Subject:
    """Add a subject by code; ClashError where there is one of that code."""
    check_code(code)
    with store.writing(why) as session:
        if session.scalar(select(SubjectRow.id).where(SubjectRow.code == code)):
            raise ClashError(f"There is a subject {code} already.", "Choose another code.")
        session.add(SubjectRow(code=code))
    return Subject(code=code)


def listed(store: Store) -> tuple[Subject, ...]:
    """Every subject with the number of sessions and treatments, by code."""
    with store.reading() as session:
        return _listed(session, None)


def history(store: Store, code: str) -> History:
    """All that is stored of a subject, in order of time; UnknownError where there is none."""
    with store.reading() as session:
        row = subject_row(session, code)
        return History(
            subject=_listed(session, code)[0],
            sessions=sessions.of_subject(session, row),
            treatments=entries.of_subject(session, row, TreatmentRow, rows.treatment),
            ratings=entries.of_subject(session, row, RatingRow, rows.rating),
            work_up=rows.work_up(session.get(WorkUpRow, row.id)),
            notes=entries.of_subject(session, row, NoteRow, rows.note),
        )


def log(store: Store, code: str | None = None) -> tuple[LogEntry, ...]:
    """The audit log of a subject, or all of it, oldest first."""
    with store.reading() as session:
        return audit.entries(session, None if code is None else subject_row(session, code))


def delete(store: Store, code: str, why: str = "") -> tuple[str, ...]:
    """
    Delete a subject with all that belongs to it, for good; the folders of results remain.

    Returns the folders that were named. The log keeps that a subject was deleted, by whom,
    when and why, and nothing of the person.
    """
    with store.writing(why) as session:
        row = subject_row(session, code)
        folders = session.scalars(
            select(SessionRow.folder)
            .where(SessionRow.subject_id == row.id, SessionRow.folder != "")
            .order_by(SessionRow.date)
        )
        remaining = tuple(dict.fromkeys(folders))
        session.delete(row)
    forget(store)
    return remaining


def _listed(session: OrmSession, code: str | None) -> tuple[Subject, ...]:
    """Counted in the database: a site has thousands of sessions."""
    seen = (
        select(
            SessionRow.subject_id,
            func.count().label("sessions"),
            func.min(SessionRow.date).label("first"),
            func.max(SessionRow.date).label("last"),
        )
        .group_by(SessionRow.subject_id)
        .subquery()
    )
    treated = (
        select(TreatmentRow.subject_id, func.count().label("treatments"))
        .group_by(TreatmentRow.subject_id)
        .subquery()
    )
    query = (
        select(
            SubjectRow.id, SubjectRow.code, seen.c.sessions, seen.c.first, seen.c.last,
            treated.c.treatments,
        )
        .outerjoin(seen, seen.c.subject_id == SubjectRow.id)
        .outerjoin(treated, treated.c.subject_id == SubjectRow.id)
        .order_by(SubjectRow.code)
    )  # fmt: skip
    if code is not None:
        query = query.where(SubjectRow.code == code)
    sides = sessions.known_sides(session)
    return tuple(
        Subject(
            code=row.code,
            sessions=row.sessions or 0,
            first=row.first,
            last=row.last,
            treatments=row.treatments or 0,
            side=str(sides.get(row.id) or ""),
        )
        for row in session.execute(query)
    )
