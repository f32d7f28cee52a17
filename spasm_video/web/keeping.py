"""From a folder of results to sessions in the store: the whole recording, or its tasks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from spasm_video.history import Segment
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions

if TYPE_CHECKING:
    from pathlib import Path


def visit_of(plain: dict[str, Any], *, is_confirmed: bool) -> Visit:
    """Whose recording it is, as the form said."""
    return Visit(
        subject=plain["subject"],
        date=dt.date.fromisoformat(plain["date"]),
        label=plain["label"],
        segment=Segment(plain["segment"]),
        device=plain["device"],
        is_confirmed=is_confirmed,
    )


def keep(task: dict[str, Any], folder: Path) -> list[int]:
    """
    Store what was measured; the numbers of the sessions.

    Raises
    ------
    SideContradictionError : the other side than in the subject's earlier sessions
    ClashError : another video is stored under that date, task and label
    """
    visit = visit_of(task["visit"], is_confirmed=task["is_confirmed"])
    session = session_from_folder(folder, visit, AnalysisParams().measure)
    with open_store(task["store"], task["who"]) as store:
        return [sessions.add(store, session).session.number]
