"""
The audit log: who, when, what and why, written by the flush itself.

A line of the log is never changed or deleted; the database refuses it. What a line tells in
detail is kept as long as what it tells of: when a subject or a session is deleted, only the
fact, the hour and the reason of the deletion remain.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, event, insert, inspect, select
from sqlalchemy.orm import Session as OrmSession

from spasm_video.history import LogEntry
from spasm_video.store.models import (
    AuditDetailRow,
    AuditRow,
    Base,
    ExcludedSpanRow,
    NoteRow,
    RatingRow,
    ReviewedEventRow,
    SessionRow,
    SubjectRow,
    TreatmentRow,
    WorkUpRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import UOWTransaction

_REVIEW = (ReviewedEventRow, ExcludedSpanRow)  # told of their session, as what was done to it
_LOGGED = (SubjectRow, SessionRow, TreatmentRow, RatingRow, WorkUpRow, NoteRow, *_REVIEW)
_ERASED = (SubjectRow, SessionRow)  # their deletion takes the details with it
_LARGE = ("summary", "made_with")  # told in the row itself; logged only once they change


class LoggedSession(OrmSession):
    """A session that logs; its ``info`` holds ``who`` and ``why``."""


@event.listens_for(LoggedSession, "after_flush")
def _log(session: OrmSession, _: UOWTransaction) -> None:
    for row in _logged(session.new):
        columns = [name for name in _columns(row) if name not in _LARGE]
        _write(session, row, "add", None, {name: getattr(row, name) for name in columns})
    for row in _logged(session.dirty):
        before, after = _changes(row)
        if after:
            _write(session, row, "change", before, after)
    for row in _logged(session.deleted):
        is_erased = isinstance(row, _ERASED)
        if is_erased:
            session.execute(_details_of(row))
        gone = None if is_erased else {name: getattr(row, name) for name in _columns(row)}
        _write(session, row, "delete", gone, None)


def entries(session: OrmSession, subject: SubjectRow | None = None) -> tuple[LogEntry, ...]:
    """The log, oldest first: of one subject, or all of it."""
    query = (
        select(AuditRow, AuditDetailRow, SubjectRow.code)
        .outerjoin(AuditDetailRow, AuditDetailRow.audit_id == AuditRow.id)
        .outerjoin(SubjectRow, SubjectRow.id == AuditRow.subject_id)
        .order_by(AuditRow.id)
    )
    if subject is not None:
        query = query.where(AuditRow.subject_id == subject.id)
    return tuple(
        LogEntry(
            number=line.id,
            at=line.at.replace(tzinfo=UTC),
            who=line.who,
            action=line.action,
            entity=line.entity,
            entity_number=line.entity_id,
            subject=code or "",
            why=detail.why if detail else "",
            before=detail.before if detail else None,
            after=detail.after if detail else None,
        )
        for line, detail, code in session.execute(query)
    )


def _write(
    session: OrmSession,
    row: Any,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    subject_id = getattr(row, "subject_id", row.id)
    entity, entity_id = row.__tablename__, row.id
    if isinstance(row, _REVIEW):
        action, entity, entity_id = f"review: {action} {entity}", row.told_as, row.session_id
    line = {
        "at": datetime.now(UTC).replace(tzinfo=None),
        "who": session.info["who"],
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "subject_id": subject_id,
    }
    number = session.execute(insert(AuditRow).values(line).returning(AuditRow.id)).scalar_one()
    detail = {
        "audit_id": number,
        "subject_id": subject_id,
        "why": session.info["why"],
        "before": _plain(before),
        "after": _plain(after),
    }
    session.execute(insert(AuditDetailRow).values(detail))


def _details_of(row: Any) -> Any:
    """What erases the details of a subject, or of a session, that was deleted."""
    if isinstance(row, SubjectRow):
        return delete(AuditDetailRow).where(AuditDetailRow.subject_id == row.id)
    lines = select(AuditRow.id).where(
        and_(AuditRow.entity == row.__tablename__, AuditRow.entity_id == row.id)
    )
    return delete(AuditDetailRow).where(AuditDetailRow.audit_id.in_(lines))


def _logged(rows: Iterable[object]) -> list[Any]:
    return [row for row in rows if isinstance(row, _LOGGED)]


def _columns(row: Base) -> list[str]:
    return [name for name in inspect(type(row)).column_attrs.keys() if name != "id"]  # noqa: SIM118


def _changes(row: Base) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for name in _columns(row):
        change = inspect(row).attrs[name].history
        if change.has_changes() and [*change.added] != [*change.deleted]:
            before[name] = change.deleted[0] if change.deleted else None
            after[name] = change.added[0] if change.added else None
    return before, after


def _plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Days as ISO text; all else is JSON already."""
    if values is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
