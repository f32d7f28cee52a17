"""timeline.html: one page to read and to print, complete in itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from spasm_video import __version__
from spasm_video.report.look import SIDE_COLOUR, SIDE_TINT
from spasm_video.report.timeline import page
from spasm_video.report.timeline.figure import timeline_svg
from spasm_video.report.words import listed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.course import Timeline
    from spasm_video.history import Rating
    from spasm_video.report.timeline.faces import Face

_TEMPLATES = Path(__file__).parents[1] / "templates"
_MOMENTS = ("before", "at the peak", "after")


def timeline_page(
    timeline: Timeline, ratings: Sequence[Rating] = (), faces: Sequence[Face] = ()
) -> str:
    """
    The page as HTML.

    ``faces`` shows pictures of a face: a spasm of the first and one of the last visit;
    ``ratings`` are what people gave, shown apart.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    visits = page.visit_rows(timeline)
    return environment.get_template("timeline.html.j2").render(
        timeline=timeline,
        side_colour=SIDE_COLOUR[timeline.side] if timeline.side else "#3d4a57",
        side_tint=SIDE_TINT[timeline.side] if timeline.side else "#d9dfe5",
        facts=page.facts(timeline),
        headline=page.headline(timeline),
        findings=page.findings(timeline),
        alerts=page.alert_rows(timeline),
        chart=timeline_svg(timeline) if timeline.sessions else "",
        smallest=page.smallest(timeline.rate),
        visits=visits,
        hidden=len(timeline.sessions) - len(visits),
        toxin=[(page.toxin_title(one), page.toxin_rows(one)) for one in timeline.toxin],
        surgery=[(one.treatment.date, page.surgery_rows(one)) for one in timeline.surgery],
        changes=page.change_rows(timeline),
        spread=page.spread_rows(timeline),
        faces=[_face(face) for face in faces],
        ratings=page.rating_rows(ratings),
        not_told=page.not_told(timeline),
        version=__version__,
    )


def write_timeline_page(
    timeline: Timeline, path: Path, ratings: Sequence[Rating] = (), faces: Sequence[Face] = ()
) -> None:
    """Write the page."""
    text = timeline_page(timeline, ratings, faces)
    path.write_text(text, encoding="utf-8", newline="\n")


def _face(face: Face) -> dict[str, object]:
    event = face.event
    told = (
        f"{event.side} {listed(event.regions)}, {number(event.amplitude_mm, 1, 'mm')}, {event.kind}"
    )
    pictures = [
        (uri, f"The face, {moment} of a spasm on {face.session.date}: {told}", moment)
        for uri, moment in zip(face.pictures, _MOMENTS, strict=False)
    ]
    return {"date": face.session.date.isoformat(), "told": told, "pictures": pictures}
