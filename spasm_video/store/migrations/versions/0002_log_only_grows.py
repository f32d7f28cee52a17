"""
The database itself refuses to change the audit log.

Details are erased only with what they tell of: where the subject, or the session, is gone.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_REFUSED = "the audit log can only grow"
_STILL_TOLD_OF = """
    EXISTS (SELECT 1 FROM subject WHERE subject.id = OLD.subject_id)
    AND NOT EXISTS (
        SELECT 1 FROM audit WHERE audit.id = OLD.audit_id AND audit.entity = 'session'
        AND NOT EXISTS (SELECT 1 FROM session WHERE session.id = audit.entity_id)
    )
"""
_GUARDS = (  # table, what is refused, while what holds
    ("audit", "UPDATE", ""),
    ("audit", "DELETE", ""),
    ("audit_detail", "UPDATE", ""),
    ("audit_detail", "DELETE", _STILL_TOLD_OF),
)


def upgrade() -> None:
    """Set the guards; the rows stay as they are."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, what, condition in _GUARDS:
        for statement in (_sqlite if is_sqlite else _postgres)(table, what, condition):
            op.execute(statement)


def _sqlite(table: str, what: str, condition: str) -> tuple[str, ...]:
    name, when = _name(table, what), f"WHEN {condition}" if condition else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    return (f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW {when} {refuse}",)


def _postgres(table: str, what: str, condition: str) -> tuple[str, ...]:
    name, outcome = _name(table, what), "NEW" if what == "UPDATE" else "OLD"
    refuse = f"IF {condition or 'true'} THEN RAISE EXCEPTION '{_REFUSED}'; END IF"
    body = f"$$ BEGIN {refuse}; RETURN {outcome}; END $$"
    call = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} {call}",
    )


def _name(table: str, what: str) -> str:
    return f"{table}_no_{what.lower()}"
