"""Subjects, sessions with measures and events, treatments, ratings, work-up, notes, the log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SUBJECT = "subject.id"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subject"),
        sa.UniqueConstraint("code", name="uq_subject_code"),
        sqlite_autoincrement=True,
    )
    _sessions()
    _entries()
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        *_texts("who", "action", "entity"),
        sa.Column("entity_id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject_id", "audit", ["subject_id"])
    op.create_table(
        "audit_detail",
        sa.Column("audit_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        *_texts("why"),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_detail"),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name="fk_audit_detail_audit_id"),
    )
    op.create_index("ix_audit_detail_subject_id", "audit_detail", ["subject_id"])


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        *_texts("label", "segment", "device"),
        sa.Column("mirrored", sa.Boolean, nullable=False),
        *_texts("side"),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("usable_s", sa.Float, nullable=False),
        *_texts("method", "video_sha256", "folder"),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("made_with", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        _of_subject("session"),
        sa.UniqueConstraint("subject_id", "date", "segment", "label", name="uq_session_of_subject"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "measure",
        *_numbered(),
        *_texts("name"),
        *(sa.Column(name, sa.Float) for name in ("value", "low", "high")),
        *_texts("unit", "reason"),
        *_of_session("measure"),
    )
    op.create_index("ix_measure_name", "measure", ["name", "session_id"])
    op.create_table(
        "event",
        *_numbered(),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("onset_s", "peak_s", "offset_s")),
        *_texts("side", "kind", "regions"),
        sa.Column("amplitude_mm", sa.Float),
        sa.Column("confidence", sa.Float),
        sa.Column("other_babinski", sa.Boolean, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        *_of_session("event"),
    )


def _entries() -> None:
    _entry(
        "treatment",
        *_texts("kind"),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        *_texts("product"),
        sa.Column("dose", sa.Float),
        *_texts("dose_unit"),
        sa.Column("sites", sa.JSON, nullable=False),
        *_texts("side", "note"),
    )
    _entry(
        "rating",
        *_texts("scale", "wording"),
        sa.Column("value", sa.Float, nullable=False),
        *_texts("rater"),
        sa.Column("date", sa.Date, nullable=False),
        *_texts("session", "note"),
    )
    _entry(
        "note",
        sa.Column("date", sa.Date, nullable=False),
        *_texts("text", "author", "session"),
    )
    op.create_table(
        "work_up",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        *_texts("side", "cause", "vessel", "kind", "began", "mri", "mra", "emg"),
        sa.Column("hypertension", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_work_up"),
        sa.ForeignKeyConstraint(["id"], [_SUBJECT], name="fk_work_up_id", ondelete="CASCADE"),
    )


def _entry(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _of_subject(table),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_subject_id", table, ["subject_id"])


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def _numbered() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )


def _of_subject(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subject_id"], [_SUBJECT], name=f"fk_{table}_subject_id", ondelete="CASCADE"
    )


def _of_session(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("session_id", "number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=f"fk_{table}_session_id", ondelete="CASCADE"
        ),
    )
