"""
A review as plain values: it travels with its session from one store to another.

Verdicts on an earlier measurement travel too: they count again where that one is restored.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from spasm_video.store import rows
from spasm_video.store.models import ExcludedSpanRow, ReviewedEventRow, ReviewedSummaryRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.store.store import Store


def review_of(store: Store, session: int) -> dict[str, Any]:
    """All that was said of a session, as JSON can hold it."""
    with store.reading() as orm:
        said = orm.scalars(select(ReviewedEventRow).where(ReviewedEventRow.session_id == session))
        left_out = orm.scalars(select(ExcludedSpanRow).where(ExcludedSpanRow.session_id == session))
        kept = orm.get(ReviewedSummaryRow, session)
        return {
            "events": [rows.reviewed_values(rows.reviewed(row), row.method) for row in said],
            "excluded": [[row.start_s, row.end_s] for row in left_out],
            "summary": None
            if kept is None
            else {
                "method": kept.method,
                "who": kept.who,
                "at": kept.at.isoformat(),
                "summary": kept.summary,
            },
        }


def bring_in(orm: OrmSession, subject: int, session: int, plain: dict[str, Any]) -> None:
    """
    Say the same of a session that has just been written.

    Raises
    ------
    KeyError, TypeError, ValueError : this is no review; what was written must be taken back
    """
    of = {"subject_id": subject, "session_id": session}
    for one in plain["events"]:
        told = rows.reviewed(cast("Any", SimpleNamespace(id=0, **one)))
        orm.add(ReviewedEventRow(**of, **rows.reviewed_values(told, str(one["method"]))))
    for start_s, end_s in plain["excluded"]:
        if not 0 <= start_s < end_s:
            raise ValueError(f"a span from {start_s} s to {end_s} s")
        orm.add(ExcludedSpanRow(**of, start_s=float(start_s), end_s=float(end_s)))
    if kept := plain["summary"]:
        orm.add(
            ReviewedSummaryRow(
                session_id=session,
                method=str(kept["method"]),
                who=str(kept["who"]),
                at=dt.datetime.fromisoformat(kept["at"]),
                summary=dict(kept["summary"]),
            )
        )
