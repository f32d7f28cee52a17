"""
A session as a review left it, to print and to take along: page, table, numbers.

Made when it is asked for, from the track and what was said of each movement: there is no
file that could fall behind the review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from spasm_video.errors import VideoError
from spasm_video.report.html import report_page
from spasm_video.report.strips import film_strips, strip_landmarks, strip_times
from spasm_video.report.tables import json_text, review_csv
from spasm_video.store import reviews, sessions
from spasm_video.web.desk import InStore, Number
from spasm_video.web.keeping import labels
from spasm_video.web.measured import after_review, findings
from spasm_video.web.preview import preview_pictures
from spasm_video.web.visit import PREVIEW, REVIEWED, file_of, handed_out

if TYPE_CHECKING:
    from spasm_video.history import Review, Session
    from spasm_video.records import Measurement
    from spasm_video.report.strips import Strip

router = APIRouter()


@router.get("/people/{code}/sessions/{number}/reviewed/{name}")
def download(store: InStore, code: str, number: Number, name: str, save: bool = False) -> Response:  # noqa: FBT001, FBT002 (a query)
    """One of the files after the review; none before somebody has looked."""
    session = sessions.found(store, code, str(number))
    review = reviews.review(store, code, session.number)
    if name not in REVIEWED or not review.summary:
        raise HTTPException(404)
    if name.endswith(".html"):
        content = _page(session, review)
    elif name.endswith(".csv"):
        content = review_csv(review.events)
    else:
        content = json_text(review.summary)
    response = Response(content, media_type=REVIEWED[name])
    is_shown = not save and name.endswith(".html")
    return handed_out(response, session, name, is_shown=is_shown)


def _page(session: Session, review: Review) -> str:
    measurement = after_review(session, review)
    visit = {"subject": session.subject, "label": session.label, "date": str(session.date)}
    said = {"Reviewed": _said(review, len(measurement.events))}
    return report_page(measurement, _strips(session, measurement), labels(visit) | said)


def _said(review: Review, counted: int) -> str:
    """By whom, when, and how much of it; in English, as the page is."""
    left_out = len(review.excluded)
    added = sum(not one.measured for one in review.events)
    words = [
        f"{review.judged} of {len(review.events)} movements judged, {counted} counted",
        f"{added} found by a person" if added else "",
        f"{left_out} span{'s' if left_out > 1 else ''} left out" if left_out else "",
    ]
    when = f", {review.at:%Y-%m-%d}" if review.at else ""
    return f"by {review.who}{when}: " + ", ".join(word for word in words if word)


def _strips(session: Session, measurement: Measurement) -> tuple[Strip, ...]:
    """From what the review page plays, which nobody has to keep."""
    plans, preview = strip_times(measurement), file_of(session, PREVIEW)
    if preview is None or not plans:
        return ()
    track = findings(session).track
    times_s = {time_s for plan in plans for time_s in plan.times_s}
    try:
        pictures = preview_pictures(preview, times_s, track.video.width_px, track.video.height_px)
    except VideoError:
        return ()
    return film_strips(measurement, plans, pictures, strip_landmarks(track, plans))
