"""
report.html: one page to read and to print, complete in itself.

No script, no font, no picture from elsewhere: it opens on a ward's computer without a
network and looks the same in ten years.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from spasm_video.report import page, rows, words
from spasm_video.report.charts import blink_range, usable_bar
from spasm_video.report.facemap import face_map, rates_of
from spasm_video.report.look import SIDE_COLOUR, SIDE_TINT
from spasm_video.report.signalchart import signal_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.records import Measurement
    from spasm_video.report.strips import Strip

_TEMPLATES = Path(__file__).parent / "templates"


def report_page(
    measurement: Measurement,
    strips: tuple[Strip, ...] = (),
    labels: Mapping[str, str] | None = None,
) -> str:
    """
    The page as HTML.

    ``strips`` shows faces; without it the page has none. ``labels`` are shown under the
    title: the subject, the session, the date, as the caller names them.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    summary = measurement.summary
    return environment.get_template("report.html.j2").render(
        summary=summary,
        video=measurement.provenance.video,
        labels=dict(labels or {}),
        colour={str(side): colour for side, colour in SIDE_COLOUR.items()},
        tint={str(side): colour for side, colour in SIDE_TINT.items()},
        recorded=page.recorded(measurement.provenance.video),
        headline=page.headline(measurement),
        findings=words.findings(summary),
        details=page.details(measurement),
        usable_bar=usable_bar(measurement),
        lost_time=page.lost_time(measurement),
        face_map=face_map(rates_of(summary)),
        regions=rows.region_rows(measurement),
        signal_rows=signal_rows(measurement),
        strips=rows.strip_rows(measurement, strips),
        events=rows.event_rows(measurement),
        event_count=len(measurement.events),
        blink_range=blink_range(summary.blinks_per_min),
        coactivation=rows.coactivation_rows(measurement),
        not_measured=page.not_measured(measurement),
        provenance=page.provenance_rows(measurement),
        words=words,
    )


def write_report(
    measurement: Measurement,
    path: Path,
    strips: tuple[Strip, ...] = (),
    labels: Mapping[str, str] | None = None,
) -> None:
    """Write the page."""
    text = report_page(measurement, strips, labels)
    path.write_text(text, encoding="utf-8", newline="\n")
