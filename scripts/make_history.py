"""
Make a store with an invented two-year course of one person, and draw its timeline.

    python scripts/make_history.py FOLDER

Twenty-four visits, two toxin cycles, an operation, spread from the eyelid to the mouth,
spells of weakness, one unusable session, and a mirrored one that is refused. Each visit is
three simulated minutes of a known course (tests/measure/courses.py), measured as any
recording; the film strips of the first and last visit are those of a sample video.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1]))

from spasm_video.anatomy import Side
from spasm_video.errors import SideContradictionError
from spasm_video.history import Rating, Session, Treatment, TreatmentKind
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.progression import write_timeline
from spasm_video.store import Store, entries, open_store, sessions, subjects
from tests.measure.courses import TWO_YEARS, on
from tests.pipeline.recordings import recorded

if TYPE_CHECKING:
    import datetime as dt

    from spasm_video.records import Measurement

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "right_spasm.mp4"
FIRST_PICTURES, LAST_PICTURES = 0, 730


def main() -> None:
    """Store it, then draw it."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with open_store(str(folder / "store.sqlite"), "script") as store:
        fill(store, folder)
        history = subjects.history(store, "P01")
    found = write_timeline(history, folder / "timeline")
    print(folder / "timeline" / "timeline.html")
    for course in found.toxin:
        print(course.onset_day, course.nadir_day, course.wear_off_day, course.fall, sep="\n")


def fill(store: Store, folder: Path) -> None:
    """All sessions, treatments and a few ratings."""
    seen = {
        day: pictures(folder / f"visit_{day}", start_s)
        for day, start_s in ((FIRST_PICTURES, 0.0), (LAST_PICTURES, 10.0))
    }
    for day in track(TWO_YEARS.days, "Visits"):
        try:
            sessions.add(store, visit(day, seen))
        except SideContradictionError as error:
            print(error.problem)
    for at, cycle in enumerate(TWO_YEARS.cycles):
        treatment = Treatment(
            subject="P01", kind=TreatmentKind.TOXIN, date=on(cycle.day), product="A",
            dose=22.5 + 2.5 * at, dose_unit="U", side=Side.RIGHT,
        )  # fmt: skip
        entries.add_treatment(store, treatment)
    entries.add_treatment(
        store,
        Treatment(
            subject="P01",
            kind=TreatmentKind.SURGERY,
            date=on(TWO_YEARS.surgery or 0),
            side=Side.RIGHT,
        ),
    )
    for day, value in ((0, 3.0), (78, 1.0), (450, 3.0), (730, 0.0)):
        entries.add_rating(store, rating(on(day), value))


def visit(day: int, seen: dict[int, tuple[str, Measurement]]) -> Session:
    """The recording of a day, with the pictures it is given."""
    session = recorded(TWO_YEARS, day, 0)
    if day not in seen:
        return session
    folder, measurement = seen[day]
    return dataclasses.replace(session, folder=folder, events=measurement.events)


def pictures(folder: Path, start_s: float) -> tuple[str, Measurement]:
    """A folder of results of a part of the sample video."""
    options = ObserveOptions(start_s=start_s, end_s=start_s + 10.0)
    return str(folder), analyze(SAMPLE, folder, AnalysisParams(), options)


def rating(day: dt.date, value: float) -> Rating:
    """A score as a person would enter it."""
    return Rating(
        subject="P01", scale="tunc", wording="local wording 1", value=value, rater="R1", date=day
    )


if __name__ == "__main__":
    main()
