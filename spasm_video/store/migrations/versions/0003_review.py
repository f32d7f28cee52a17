"""What a person said of a session's events, the spans left out, and the numbers after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; a session without a review has no row in them."""
    op.create_table(
        "reviewed_event",
        *_owner("reviewed_event"),
        sa.Column("measured", sa.Integer, nullable=False),
        *_texts("method", "verdict", "side", "kind"),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("onset_s", "peak_s", "offset_s")),
        sa.Column("confidence", sa.Float),
        sa.Column("other_babinski", sa.Boolean, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviewed_event_session_id", "reviewed_event", ["session_id"])
    op.create_table(
        "excluded_span",
        *_owner("excluded_span"),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("end_s", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_excluded_span_session_id", "excluded_span", ["session_id"])
    op.create_table(
        "reviewed_summary",
        sa.Column("session_id", sa.Integer, nullable=False, autoincrement=False),
        *_texts("method", "who"),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_reviewed_summary"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name="fk_reviewed_summary_session_id",
            ondelete="CASCADE",
        ),
    )


def _owner(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=f"fk_{table}_{owner}_id", ondelete="CASCADE"
            )
            for owner in ("subject", "session")
        ),
    ]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
