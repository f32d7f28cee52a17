"""
Fill a store with 10,000 sessions of 200 invented subjects and time what people wait for.

    python scripts/bench_store.py                          a file, thrown away afterwards
    python scripts/bench_store.py postgresql:///empty      an empty database of a server

Every session has as many numbers and spasms as a recording of three minutes. Times are the
best of five, after start-up, beside what a person should wait at most; the processor's own
seconds stand beside the clock's, for other programs may be running.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from spasm_video.anatomy import Region, Side
from spasm_video.cli.sessions import tell_sessions
from spasm_video.history import Measure
from spasm_video.measure.timeline import timeline
from spasm_video.records import Kind, RegionPart, SpasmEvent
from spasm_video.store import Store, open_store, rows, sessions, subjects, upkeep
from spasm_video.store.models import SubjectRow, TreatmentRow
from tests.measure.courses import Cycle, Truth

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECTS, VISITS, MORE_NUMBERS, SPASMS, TRIES = 200, 50, 75, 20, 5
TIMELINE_S, LISTING_S = 0.5, 0.2


def main() -> None:
    """Fill, time, and print."""
    with tempfile.TemporaryDirectory() as folder:
        address = sys.argv[1] if len(sys.argv) > 1 else f"{folder}/store.sqlite"
        with open_store(address, "bench") as store:
            began = time.perf_counter()
            fill(store)
            told = upkeep.info(store)
            print(f"{told.database}: {told.rows['session']} sessions, {told.rows['measure']} "
                  f"numbers, {told.rows['event']} spasms; filled in "
                  f"{time.perf_counter() - began:.0f} s")  # fmt: skip
            history = subjects.history(store, "P100")
            clock("read one subject whole", lambda: subjects.history(store, "P100"))
            clock("its timeline", lambda: timeline(history))
            clock("both", lambda: timeline(subjects.history(store, "P100")), TIMELINE_S)
            clock("list the subjects", lambda: subjects.listed(store))
            clock("list the sessions of one", lambda: sessions.listed(store, "P100"))
            clock("list all sessions", lambda: sessions.listed(store), LISTING_S)
            clock("list and print them", lambda: printed(store), LISTING_S)


def printed(store: Store) -> str:
    """As ``sessions list`` prints all into a pipe."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        tell_sessions(sessions.listed(store))
    return said.getvalue()


def clock(what: str, job: Callable[[], object], asked_s: float = math.inf) -> None:
    """The best of some tries, by the clock and by the processor, and what was asked for."""
    tries = []
    for _ in range(TRIES):
        wall, own = time.perf_counter(), time.process_time()
        job()
        tries.append((time.perf_counter() - wall, time.process_time() - own))
    wall, own = min(tries)
    asked = f"   asked: below {asked_s:g} s" if math.isfinite(asked_s) else ""
    print(f"  {what:<28}{wall:7.3f} s   processor {own:7.3f} s{asked}")


def fill(store: Store) -> None:
    """One transaction a subject."""
    parts = (RegionPart(Region.EYELID, 2.0, 0.0), RegionPart(Region.CHEEK, 1.0, 20.0))
    spasm = SpasmEvent(1.0, 1.1, 1.3, Side.LEFT, Kind.CLONIC, parts, 0.9, other_babinski=False)
    more = tuple(Measure(f"more_{n}", n, n, n, "1") for n in range(MORE_NUMBERS))
    for n in range(SUBJECTS):
        truth = Truth(days=tuple(range(0, 14 * VISITS, 14)), cycles=(Cycle(40), Cycle(200)), seed=n)
        with store.writing("filled") as session:
            subject = SubjectRow(code=f"P{n:03d}")
            session.add(subject)
            session.flush()
            history = truth.history()
            for treatment in history.treatments:
                values = rows.treatment_values(treatment)
                session.add(TreatmentRow(subject_id=subject.id, **values))
            for one in history.sessions:
                whole = dataclasses.replace(
                    one, subject=subject.code, measures=one.measures + more,
                    events=(spasm,) * SPASMS, summary={"text": "x" * 6000}, number=0,
                )  # fmt: skip
                sessions.write(session, subject.id, whole, None)


if __name__ == "__main__":
    main()
