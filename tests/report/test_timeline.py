"""The timeline's page, picture and tables: every number is there once, and nothing is invented."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pandas as pd
import pytest

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.errors import OutputError
from spasm_video.history import History, Rating, Subject
from spasm_video.measure.timeline import timeline
from spasm_video.pipeline.progression import TIMELINE_FILES, write_timeline
from spasm_video.records import Kind, RegionPart, SpasmEvent
from spasm_video.report.timeline.faces import comparable, strips_of
from spasm_video.report.timeline.files import timeline_plain, timeline_table
from spasm_video.report.timeline.html import timeline_page
from tests.measure.courses import NAN, Cycle, Truth, changed, on

if TYPE_CHECKING:
    from spasm_video.course import Timeline
    from spasm_video.history import Session

TRUTH = Truth(
    days=(0, 20, 40, 44, 52, 60, 75, 95, 115, 135, 160, 200),
    cycles=(Cycle(41),),
    weak={52: 15.0},
    begins={Region.EYELID: -1000, Region.CHEEK: 70},
)
PICTURE = "data:image/jpeg;base64,AAAA"


@pytest.fixture(scope="module")
def course() -> Timeline:
    """Twelve visits, one of them without a number."""
    return timeline(history())


def history() -> History:
    """Of the course."""
    known = TRUTH.history()
    dark = tuple(
        changed(one, spasms_per_min=NAN, tonic_fraction=NAN) if one.number == 7 else one
        for one in known.sessions
    )
    return dataclasses.replace(known, sessions=dark)


def words(page: str) -> str:
    """What a reader reads."""

    class Reader(HTMLParser):
        found: list[str]

        def handle_data(self, data: str) -> None:
            self.found.append(data)

    reader = Reader()
    reader.found = []
    body = re.sub(r"<(style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    reader.feed(body)
    return " ".join(" ".join(reader.found).split())


def test_the_table_has_a_row_a_session_and_no_zero_for_the_unknown(course: Timeline) -> None:
    """Each number as on the line; empty, with the reason, where it was not assessable."""
    table = timeline_table(course)

    assert list(table["session"]) == [one.number for one in course.sessions]
    assert table["spasms_per_min"].isna().tolist() == [n == 6 for n in range(12)]
    assert table["reason"][6] == "Not assessable."
    for at, point in enumerate(course.rate.points):
        if point.is_known:
            assert table["spasms_per_min"][at] == pytest.approx(point.value, rel=1e-5)
            assert table["spasms_per_min_high"][at] == pytest.approx(point.high, rel=1e-5)
    assert table["days_since_treatment"][3] == 3
    assert table["treatment_before"][3] == "toxin"
    assert {f"{region}_per_min" for region in REGIONS} <= set(table.columns)


def test_the_json_holds_the_whole_record(course: Timeline) -> None:
    """Lines, courses, spread, alerts and limits; null where it cannot be told."""
    plain = json.loads(json.dumps(timeline_plain(course), allow_nan=False))

    assert plain["subject"] == "P01"
    assert plain["rate"]["points"][6]["value"] is None
    assert plain["weakness"]["from_first"]["verdict"] == "cannot tell"
    assert len(plain["spread"]) == len(REGIONS)
    assert plain["toxin"][0]["treatments"][0]["date"] == on(41).isoformat()
    fall = plain["toxin"][0]["fall"]["value"]
    assert fall == pytest.approx(course.toxin[0].fall.value, rel=1e-5)


def test_the_page_says_what_the_record_says(course: Timeline) -> None:
    """Newest rate, changes with their verdicts, course, spread, alerts, what is not known."""
    page = words(timeline_page(course))
    newest = course.rate.known[-1]

    assert f"{newest.value:.1f} a minute" in page
    assert "measurement error" in page
    assert "After toxin A, 1 injection together" in page
    assert "from the first visit" in page
    assert "a sign of weakness" in page
    assert f"No rate on {on(75)}: Not assessable." in page
    assert "not a diagnosis" in page
    for reason in course.toxin[0].reasons:
        assert reason in page


def test_the_page_gives_no_diagnosis_and_no_advice(course: Timeline) -> None:
    """The word stands there once: that it is none."""
    page = words(timeline_page(course)).lower()

    assert page.count("diagnos") == 1
    for word in ("recommend", "you should", "significant", "cured", "failure", "success"):
        assert word not in page


def test_the_page_needs_nothing_from_elsewhere(course: Timeline) -> None:
    """No script, font, style or picture from another place, and the same bytes each time."""
    page = timeline_page(course)

    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "url(http" not in page
    assert "font-family: 'DejaVu" not in page
    assert page == timeline_page(course)


def test_a_code_and_a_label_are_text_and_no_markup(course: Timeline) -> None:
    """What a person typed cannot become part of the page."""
    session = dataclasses.replace(course.sessions[-1], label="<b>week</b>")
    page = timeline_page(dataclasses.replace(course, sessions=(*course.sessions[:-1], session)))

    assert "<b>week</b>" not in page
    assert "&lt;b&gt;week" in page


def test_ratings_by_people_stand_apart(course: Timeline) -> None:
    """With their wording and rater, under a heading that says whose they are."""
    rating = Rating(
        subject="P01", scale="tunc", wording="local", value=2.0, rater="R1", date=on(40)
    )
    page = words(timeline_page(course, [rating]))

    assert f"Ratings by people, entered by hand {on(40)} Tunc's scale: 2 (local, R1)" in page


@pytest.mark.parametrize(
    "truth",
    [
        Truth(days=(0,)),
        Truth(days=(0, 0, 0)),
        Truth(days=(0, 3000)),
        Truth(days=tuple(range(0, 1200, 12))),
        Truth(days=(0, 30), plateau=0.0),
        Truth(days=(0, 30, 60), surgery=10, after_surgery={0: 0.0, 90: 0.0}),
        Truth(days=(0, 30, 60), cycles=tuple(Cycle(day) for day in (1, 3, 5, 7))),
    ],
    ids=["one visit", "one day", "years apart", "a hundred", "no spasm", "surgery", "crowded"],
)
def test_every_course_can_be_drawn(truth: Truth, tmp_path: Path) -> None:
    """One visit or a hundred, with and without spasms; on two pages at most twelve rows."""
    found = write_timeline(truth.history(), tmp_path / "out")
    page = (tmp_path / "out" / "timeline.html").read_text("utf-8")

    assert page.count('<tr><th scope="row">') == min(len(found.sessions), 12)
    assert cv2.imread(str(tmp_path / "out" / "timeline.png")) is not None
    assert len(pd.read_csv(tmp_path / "out" / "timeline.csv")) == len(found.sessions)


def test_a_subject_without_sessions_has_a_page_that_says_so(tmp_path: Path) -> None:
    """Empty in, empty out."""
    write_timeline(History(subject=Subject(code="P01"), sessions=()), tmp_path)

    assert "There is no session to show." in (tmp_path / "timeline.html").read_text("utf-8")


def test_an_unknown_visit_breaks_the_line(
    course: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is drawn across what was not seen."""
    from matplotlib.axes import Axes  # noqa: PLC0415 (watched)

    from spasm_video.report.timeline.figure import timeline_svg  # noqa: PLC0415

    drawn: list[list[float]] = []
    plot = Axes.plot

    def watch(self: Axes, *data: object, **look: object) -> object:
        if isinstance(data[1], list) and len(data[1]) == len(course.sessions):
            drawn.append(data[1])
        return plot(self, *data, **look)  # type: ignore[arg-type]

    monkeypatch.setattr(Axes, "plot", watch)
    timeline_svg(course)

    assert math.isnan(drawn[0][6])
    assert sum(math.isnan(value) for value in drawn[0]) == 1


def spasm(*regions: Region, side: Side = Side.LEFT, mm: float = 2.0) -> SpasmEvent:
    """A spasm of some regions."""
    parts = tuple(RegionPart(region, mm, 0.0) for region in regions)
    return SpasmEvent(1.0, 1.1, 1.2, side, Kind.CLONIC, parts, 0.9, other_babinski=False)


def with_pictures(session: Session, folder: Path, *events: SpasmEvent) -> Session:
    """A session whose page shows a strip of each of its spasms."""
    folder.mkdir()
    strips = "".join(
        f'<figure class="strip"><div><img src="{PICTURE}" width="260"><img src="{PICTURE}"></div>'
        f"<figcaption><b>{n}. 0:01 left</b></figcaption></figure>"
        for n in range(1, len(events) + 1)
    )
    (folder / "report.html").write_text(strips, encoding="utf-8")
    return dataclasses.replace(session, folder=str(folder), events=events)


def test_the_pictures_are_of_the_most_alike_spasms(course: Timeline, tmp_path: Path) -> None:
    """Of the first and the last visit: the same side, then the same regions, then the size."""
    eye, both = spasm(Region.EYELID, mm=9.0), spasm(Region.EYELID, Region.CHEEK)
    other = spasm(Region.EYELID, Region.CHEEK, side=Side.RIGHT, mm=9.0)
    first = with_pictures(course.sessions[0], tmp_path / "a", eye, both)
    last = with_pictures(course.sessions[-1], tmp_path / "b", other, both)
    found = comparable(dataclasses.replace(course, sessions=(first, last)))

    assert [face.event for face in found] == [both, both]
    assert found[0].pictures == (PICTURE, PICTURE)
    page = timeline_page(course, faces=found)
    assert page.count(PICTURE) == 4
    assert "First visit" in page


def test_without_pictures_of_both_there_are_none(course: Timeline, tmp_path: Path) -> None:
    """One alone compares nothing; a folder that is gone is no error."""
    first = with_pictures(course.sessions[0], tmp_path / "a", spasm(Region.EYELID))
    gone = dataclasses.replace(course.sessions[-1], folder=str(tmp_path / "gone"))

    assert comparable(dataclasses.replace(course, sessions=(first, gone))) == ()
    assert strips_of(gone) == ()


def test_the_pictures_of_a_real_page_are_found(tmp_path: Path) -> None:
    """The page that analyze writes is the page that is read here."""
    from spasm_video.params import AnalysisParams  # noqa: PLC0415 (slow to import)
    from spasm_video.pipeline import ObserveOptions, analyze  # noqa: PLC0415

    sample = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"
    measured = analyze(sample, tmp_path, AnalysisParams(), ObserveOptions(end_s=4.0))
    session = dataclasses.replace(
        TRUTH.history().sessions[0], folder=str(tmp_path), events=measured.events
    )
    found = strips_of(session)

    assert found
    assert all(len(face.pictures) == 3 for face in found)
    assert all(face.event.side is Side.RIGHT for face in found)


def test_the_files_are_written_whole_into_a_folder_of_others(tmp_path: Path) -> None:
    """What else lies there stays; a second time they are replaced."""
    (tmp_path / "notes.txt").write_text("kept")

    for _ in range(2):
        write_timeline(history(), tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*TIMELINE_FILES, "notes.txt"]
    )


def test_files_of_another_program_are_not_replaced(tmp_path: Path) -> None:
    """They may be a person's own."""
    (tmp_path / "timeline.csv").write_text("mine")

    with pytest.raises(OutputError, match="that no timeline wrote"):
        write_timeline(history(), tmp_path)

    assert (tmp_path / "timeline.csv").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the way out."""
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="--out FOLDER"):
        write_timeline(history(), tmp_path / "file")


def test_without_pictures_the_page_has_none(tmp_path: Path) -> None:
    """For whoever hands it on."""
    known = TRUTH.history()
    first = with_pictures(known.sessions[0], tmp_path / "a", spasm(Region.EYELID))
    last = with_pictures(known.sessions[-1], tmp_path / "b", spasm(Region.EYELID))
    both = dataclasses.replace(known, sessions=(first, *known.sessions[1:-1], last))

    write_timeline(both, tmp_path / "with")
    write_timeline(both, tmp_path / "without", pictures=False)

    assert PICTURE in (tmp_path / "with" / "timeline.html").read_text("utf-8")
    assert PICTURE not in (tmp_path / "without" / "timeline.html").read_text("utf-8")
