"""Sessions as they are read: no more of the store than what was asked for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from spasm_video.store import rows, sessions
from tests.store.conftest import EVENT, a_session

if TYPE_CHECKING:
    import pytest

    from spasm_video.records import SpasmEvent
    from spasm_video.store import Store
    from spasm_video.store.models import EventRow


def test_one_session_is_read_without_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has come for years waits no longer for one of their recordings."""
    for day in range(1, 6):
        sessions.add(store, a_session(date=dt.date(2026, 3, day), video=f"{day}" * 64))
    read: list[EventRow] = []
    spasm = rows.spasm

    def noted(row: EventRow) -> SpasmEvent:
        read.append(row)
        return spasm(row)

    monkeypatch.setattr(rows, "spasm", noted)

    found = sessions.found(store, "P01", "2026-03-03")

    assert found.events == (EVENT,)
    assert len(read) == len(found.events)
