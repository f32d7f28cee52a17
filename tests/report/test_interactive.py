"""The chart to explore: a link a visit where the visit is, and nothing a page may not have."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spasm_video.history import Treatment, TreatmentKind
from spasm_video.measure.timeline import timeline
from spasm_video.report.timeline.captions import ENGLISH
from spasm_video.report.timeline.interactive import VisitLink, timeline_chart
from tests.measure.courses import Cycle, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.course import Timeline

DAYS = (0, 20, 40, 44, 60, 95, 96, 200)
NAMES = {"svg": "http://www.w3.org/2000/svg", "xlink": "http://www.w3.org/1999/xlink"}


@pytest.fixture(scope="module")
def course() -> Timeline:
    """Eight visits, two of them on following days, and an injection."""
    return timeline(Truth(days=DAYS, cycles=(Cycle(41),)).history())


def links(course: Timeline) -> list[VisitLink]:
    """One a visit; the text has what could break a page."""
    return [VisitLink(f"/a?b=1&c={one.number}", (f"<{one.date}>", "x")) for one in course.sessions]


def drawn(course: Timeline, visits: Sequence[VisitLink] | None = None) -> ET.Element:
    """The chart, read as strictly as XML is."""
    chart = timeline_chart(course, links(course) if visits is None else visits, 'A "label"')
    head = f'<svg xmlns:xlink="{NAMES["xlink"]}" '
    return ET.fromstring(chart.replace("<svg ", head, 1))  # noqa: S314 (our own)


def test_each_visit_is_a_link_where_its_point_is(course: Timeline) -> None:
    """In order of time, none narrower than a finger needs, none of them over another's point."""
    found = drawn(course).findall("svg:a", NAMES)
    assert [one.get("href") for one in found] == [one.href for one in links(course)]
    columns = []
    for one in found:
        (column, *_) = one.findall("svg:rect", NAMES)
        left, wide = float(column.get("x", "nan")), float(column.get("width", "nan"))
        assert wide >= 9.0
        columns.append((left, left + wide))

    # The visits lie evenly in time between the first and the last, whose columns are alike.
    first, last = (sum(columns[at]) / 2 for at in (0, -1))
    for day, (left, right) in zip(DAYS, columns, strict=True):
        at = first + (last - first) * day / DAYS[-1]
        assert left < at < right, day
    assert 0 < first < last < 9.6 * 72


def test_the_points_of_the_chart_are_in_their_columns(course: Timeline) -> None:
    """Those that matplotlib drew, not those that we reckoned."""
    root = drawn(course)
    columns = [one.findall("svg:rect", NAMES)[0] for one in root.findall("svg:a", NAMES)]
    spans = [(float(c.get("x", "0")), float(c.get("width", "0"))) for c in columns]
    points = [float(one.get("x", "nan")) for one in root.iter(f"{{{NAMES['svg']}}}use")]

    for left, wide in spans:
        assert any(left <= x <= left + wide for x in points if math.isfinite(x))


def test_the_chart_needs_no_permission_of_the_page(course: Timeline) -> None:
    """No style of its own, no script, no handler, no address elsewhere; text stays text."""
    chart = timeline_chart(course, links(course), 'A "label"')

    assert re.findall(r"<(?:style|script)|\sstyle=|\son[a-z]+=", chart) == []
    assert re.findall(r'(?:href|src)="(?!#|/a\?)', chart) == []
    assert "&lt;2" in chart
    assert "<2" not in chart
    assert 'fill="#' in chart  # the look is still there


def test_names_are_those_of_the_page(course: Timeline) -> None:
    """Every word can be another language's."""
    months = tuple(f"M{number}" for number in range(1, 13))
    captions = replace(
        ENGLISH, rate="Rate", months=months, number=lambda value: f"{value:g}".replace(".", ",")
    )
    given = Treatment(
        subject="P01", kind=TreatmentKind.TOXIN, date=course.sessions[2].date, product="A"
    )

    chart = timeline_chart(
        replace(course, treatments=(given,)),
        links(course),
        "label",
        replace(captions, treatments=dict.fromkeys(TreatmentKind, "given")),
    )

    said = re.findall(r"<text[^>]*>([^<]*)</text>|<tspan[^>]*>([^<]*)</tspan>", chart)
    words = {word for pair in said for word in pair}
    assert {"Rate", "given A"} <= words
    assert not {"Jan", "Feb", "Mar", "toxin A"} & words
    assert any(word.startswith("M") for word in words)
