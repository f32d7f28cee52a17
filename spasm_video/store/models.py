"""
The tables, as SQLAlchemy models; the migrations make them, a test compares the two.

Text is stored in full or empty, never cut; a number that is missing is NULL, never zero.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (SQLAlchemy reads the annotations)
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_SUBJECT = "subject.id"


class Base(DeclarativeBase):
    """Every table; a constraint has a name, so that a migration can find it."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 (SQLAlchemy's)


class SubjectRow(Base):
    """A person by pseudonymous code. A number is never given twice (the log refers to it)."""

    __tablename__ = "subject"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)


class SessionRow(Base):
    """One recording."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("subject_id", "date", "segment", "label", name="uq_session_of_subject"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"))
    date: Mapped[dt.date]
    label: Mapped[str]
    segment: Mapped[str]
    device: Mapped[str]
    mirrored: Mapped[bool]
    side: Mapped[str]
    is_confirmed: Mapped[bool]
    duration_s: Mapped[float]
    usable_s: Mapped[float]
    method: Mapped[str]
    video_sha256: Mapped[str]
    folder: Mapped[str]
    summary: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    made_with: Mapped[dict[str, Any]]

    measures: Mapped[list[MeasureRow]] = relationship(viewonly=True, order_by="MeasureRow.number")
    events: Mapped[list[EventRow]] = relationship(viewonly=True, order_by="EventRow.number")


class MeasureRow(Base):
    """One number of a session with its interval, or the reason why it is NULL."""

    __tablename__ = "measure"
    __table_args__ = (Index("ix_measure_name", "name", "session_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    unit: Mapped[str]
    reason: Mapped[str]


class EventRow(Base):
    """One spasm of a session; ``parts`` are its regions in order of onset."""

    __tablename__ = "event"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    onset_s: Mapped[float]
    peak_s: Mapped[float]
    offset_s: Mapped[float]
    side: Mapped[str]
    kind: Mapped[str]
    regions: Mapped[str]
    amplitude_mm: Mapped[float | None]
    confidence: Mapped[float | None]
    other_babinski: Mapped[bool]
    parts: Mapped[list[Any]]


class TreatmentRow(Base):
    """Toxin, surgery or a drug."""

    __tablename__ = "treatment"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    date: Mapped[dt.date]
    until: Mapped[dt.date | None]
    product: Mapped[str]
    dose: Mapped[float | None]
    dose_unit: Mapped[str]
    sites: Mapped[list[Any]]
    side: Mapped[str]
    note: Mapped[str]


class RatingRow(Base):
    """A score given by a person."""

    __tablename__ = "rating"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"), index=True)
    scale: Mapped[str]
    wording: Mapped[str]
    value: Mapped[float]
    rater: Mapped[str]
    date: Mapped[dt.date]
    session: Mapped[str]
    note: Mapped[str]


class WorkUpRow(Base):
    """Cause and work-up, one row a subject."""

    __tablename__ = "work_up"

    id: Mapped[int] = mapped_column(
        ForeignKey(_SUBJECT, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    side: Mapped[str]
    cause: Mapped[str]
    vessel: Mapped[str]
    kind: Mapped[str]
    began: Mapped[str]
    mri: Mapped[str]
    mra: Mapped[str]
    emg: Mapped[str]
    hypertension: Mapped[bool | None]


class NoteRow(Base):
    """A remark."""

    __tablename__ = "note"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"), index=True)
    date: Mapped[dt.date]
    text: Mapped[str]
    author: Mapped[str]
    session: Mapped[str]


class ReviewedEventRow(Base):
    """
    What a person made of an event: ``measured`` is its number, 0 where a person found it.

    ``method`` names the measurement it speaks of; after another one it no longer counts.
    """

    __tablename__ = "reviewed_event"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    told_as = "session"  # in the log: erased with the session

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), index=True
    )
    measured: Mapped[int]
    method: Mapped[str]
    verdict: Mapped[str]
    side: Mapped[str]
    kind: Mapped[str]
    onset_s: Mapped[float]
    peak_s: Mapped[float]
    offset_s: Mapped[float]
    confidence: Mapped[float | None]
    other_babinski: Mapped[bool]
    parts: Mapped[list[Any]]


class ExcludedSpanRow(Base):
    """A half-open span of a session that a person left out."""

    __tablename__ = "excluded_span"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    told_as = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(_SUBJECT, ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), index=True
    )
    start_s: Mapped[float]
    end_s: Mapped[float]


class ReviewedSummaryRow(Base):
    """The summary after a review, beside the first one; it follows from the rows above."""

    __tablename__ = "reviewed_summary"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    method: Mapped[str]
    who: Mapped[str]
    at: Mapped[dt.datetime]  # UTC
    summary: Mapped[dict[str, Any]]


class AuditRow(Base):
    """Who did what to which row, when: can only grow, and holds nothing personal."""

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]  # UTC
    who: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int]
    subject_id: Mapped[int] = mapped_column(index=True)  # stays when the subject is gone


class AuditDetailRow(Base):
    """What changed and why: kept as long as what it tells of, and erased with it."""

    __tablename__ = "audit_detail"

    audit_id: Mapped[int] = mapped_column(
        ForeignKey("audit.id"), primary_key=True, autoincrement=False
    )
    subject_id: Mapped[int] = mapped_column(index=True)
    why: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
