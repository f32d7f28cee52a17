"""The page is complete in itself, says the side in words and never diagnoses."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import AffectedSide
from spasm_video.report.html import report_page, write_report
from spasm_video.report.look import SIDE_COLOUR
from spasm_video.report.rows import region_rows
from spasm_video.report.words import findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spasm_video.records import Measurement

MOST_BYTES = 3_000_000
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Collects tags, links and text, and refuses tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.resources: list[str] = []
        self.images_without_alt = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.tags.add(tag)
        named = dict(attrs)
        self.resources += [str(named[key]) for key in ("src", "href", "data") if key in named]
        self.images_without_alt += tag == "img" and not named.get("alt")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself, as in SVG."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last."""
        assert self.open.pop() == tag


def read(text: str) -> Reader:
    """The page as a browser reads it."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_needs_nothing_from_elsewhere(any_measurement: Measurement) -> None:
    """No script, no font, no link, no import: what it shows is in it."""
    text = report_page(any_measurement)

    reader = read(text)
    assert not reader.tags & {"script", "link", "iframe", "object", "embed", "base", "form"}
    assert all(resource.startswith(("data:", "#")) for resource in reader.resources)
    assert not re.search(r"https?:|@import|url\((?!#)", text)
    assert len(text.encode()) < MOST_BYTES


def test_the_page_says_it_is_no_diagnosis(any_measurement: Measurement) -> None:
    """Whatever was found, the notice is there."""
    text = report_page(any_measurement)

    assert "This is a measurement, not a diagnosis." in text
    assert "no advice on treatment" in text
    assert "patient’s own" in text


def test_no_number_that_is_missing_is_shown_as_such(any_measurement: Measurement) -> None:
    """A reader sees a dash or words, never a programmer's nan."""
    assert not re.search(r"\b(nan|None(?! seen)|inf)\b", report_page(any_measurement))


def test_every_spasm_is_in_the_table(scene_of: Callable[..., Measurement]) -> None:
    """All of sixty; of more than two hundred the first, with a word about the file."""
    many, long = report_page(scene_of("many")), report_page(scene_of("long"))

    assert len(re.findall(r'<tr id="event-', many)) == 60
    assert "events.csv" not in many
    assert len(re.findall(r'<tr id="event-', long)) == 200
    assert "The first 200 of 234; the file events.csv has all of them." in long


def test_each_region_has_a_row_for_each_side(any_measurement: Measurement) -> None:
    """Ten rows, the sides in words."""
    text = report_page(any_measurement)

    for region in REGIONS:
        assert f'class="region">{region.capitalize()}</th>' in text
    sides = re.findall(r'<th scope="row" class="(\w+)">(\w+)</th>', text)
    assert sides == [("left", "left"), ("right", "right")] * len(REGIONS)


def test_the_rate_of_a_region_stands_in_its_own_row(scene_of: Callable[..., Measurement]) -> None:
    """Left and right, one region and another are never exchanged."""
    measurement = scene_of("partial")

    rows = region_rows(measurement)

    assert [(row.region, row.side) for row in rows] == [(r, s) for r in REGIONS for s in SIDES]
    for row in rows:
        one = measurement.summary.of(row.region, row.side)
        assert row.cells[:1] == (() if one.reason else (str(one.events),))
        assert SIDE_COLOUR[row.side.other] not in row.chart
        assert row.note == one.reason


def test_a_file_name_is_text_and_not_markup(scene_of: Callable[..., Measurement]) -> None:
    """A name cannot put anything into the page."""
    name = '<script>alert("x")</script>&.mp4'

    text = report_page(scene_of("left", name=name), labels={"<b>": "<i>"})

    assert "<script" not in text
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;&amp;.mp4" in text
    assert "&lt;b&gt;" in text
    assert "&lt;i&gt;" in text


def test_what_could_not_be_told_is_said(scene_of: Callable[..., Measurement]) -> None:
    """Hidden regions, the limits and the frame rate stand in the page."""
    text = report_page(scene_of("partial"))

    assert "Neck: The neck is not in the picture." in text
    assert "The camera is slow (24 frames/s)." in text
    assert "twitches shorter than 42 ms can be missed" in text
    assert text.count("not assessable</text>") == 4


def test_damage_and_gaps_of_the_file_are_said(scene_of: Callable[..., Measurement]) -> None:
    """A result of half a file does not look like one of a whole file."""
    measurement = scene_of("left")
    video = replace(measurement.provenance.video, corrupt_after_s=31.5, gaps=2)
    damaged = replace(measurement, provenance=replace(measurement.provenance, video=video))

    text = report_page(damaged)

    assert "nothing after 0:31.50 was read" in text
    assert "2 gaps" in text


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (
            "left",
            "12 one-sided movements were seen on the patient’s left side, about 12.4",
        ),
        ("partial", "8 one-sided movements were seen, 1 on the patient’s left and 7 on the right"),
        ("none", "no one-sided movement larger than the detection limit was seen"),
        ("undetermined", "Too little of this recording could be measured"),
        ("empty", "0 seconds of 0 seconds"),
    ],
)
def test_the_finding_is_told_in_words(
    scene_of: Callable[..., Measurement], scene: str, said: str
) -> None:
    """One careful sentence for a patient; a control is not told that all is well."""
    assert said in findings(scene_of(scene).summary)


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (AffectedSide.BOTH, "seen on both sides"),
        (AffectedSide.NONE, "too few to speak of an affected side"),
        (AffectedSide.UNDETERMINED, "cannot be told which side"),
    ],
)
def test_a_side_is_claimed_only_where_it_is_known(
    scene_of: Callable[..., Measurement], side: AffectedSide, said: str
) -> None:
    """Movements of both sides are told with their counts."""
    told = findings(scene_of("left", side=side, left_events=3, right_events=2).summary)

    assert said in told
    assert "3 on the patient’s left and 2 on the right" in told


def test_the_page_is_the_same_twice(any_measurement: Measurement, tmp_path: Path) -> None:
    """No clock and no random name in it."""
    for name in ("once.html", "again.html"):
        write_report(any_measurement, tmp_path / name)

    assert (tmp_path / "once.html").read_bytes() == (tmp_path / "again.html").read_bytes()
