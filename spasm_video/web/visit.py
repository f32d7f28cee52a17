"""One session: its result in plain words, its files, and how it is deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import FileResponse, Response

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.errors import InputError
from spasm_video.store import reviews, sessions
from spasm_video.web.desk import Form, InStore, Number, go
from spasm_video.web.guard import REPORT_POLICY
from spasm_video.web.pages import language_of, render
from spasm_video.web.result import face, told
from spasm_video.web.texts import texts

if TYPE_CHECKING:
    from spasm_video.history import Session

router = APIRouter()
PREVIEW = "preview.mp4"
DOWNLOADS = {
    "report.html": "text/html; charset=utf-8",
    "overview.png": "image/png",
    "events.csv": "text/csv; charset=utf-8",
    "blinks.csv": "text/csv; charset=utf-8",
    "signals.parquet": "application/octet-stream",
    "summary.json": "application/json",
    "run.json": "application/json",
    "track.npz": "application/octet-stream",
    PREVIEW: "video/mp4",
}
REVIEWED = {
    "reviewed_report.html": "text/html; charset=utf-8",
    "reviewed_events.csv": "text/csv; charset=utf-8",
    "reviewed_summary.json": "application/json",
}
_PAIR = 2
_SHOWN = {"report.html", "overview.png", PREVIEW}


@router.get("/people/{code}/sessions/{number}")
def result_page(request: Request, store: InStore, code: str, number: Number) -> Response:
    """What was found, in plain words and with how sure it is."""
    session = sessions.found(store, code, str(number))
    review = reviews.review(store, code, session.number)
    t = texts(language_of(request))
    return render(
        request,
        "result.html.j2",
        session=session,
        review=review,
        result=told(session.summary, t),
        reviewed=told(review.summary, t) if review.summary else None,
        regions=_regions(session.summary),
        face=face(session.summary, t) if session.summary.get("regions") else "",
        files=[name for name in DOWNLOADS if file_of(session, name) is not None],
        reviewed_files=list(REVIEWED) if review.summary else [],
    )


@router.get("/people/{code}/compare")
def compare_page(
    request: Request,
    store: InStore,
    code: str,
    session: Annotated[tuple[Number, ...], Query()] = (),
) -> Response:
    """Two sessions side by side, and whether their rates differ by more than chance."""
    t = texts(language_of(request))
    if len(session) != _PAIR:
        raise InputError("Choose two recordings to compare.", "Go back to the list.")
    pair = sorted(
        (sessions.found(store, code, str(number)) for number in session),
        key=lambda one: (one.date, one.number),
    )
    return render(
        request,
        "compare.html.j2",
        code=code,
        pair=[(one, told(one.summary, t), _regions(one.summary), _shown(one)) for one in pair],
        verdict=_verdict(*pair),
    )


def _shown(session: Session) -> list[str]:
    """What there is to look at of a session."""
    return [name for name in (PREVIEW, "overview.png") if file_of(session, name) is not None]


def _verdict(before: Session, after: Session) -> str:
    """A key of the catalogue: what may be said of the change; empty where nothing may."""
    if before.segment is not after.segment:
        return "unlike_task"
    if before.method != after.method:
        return "unlike"
    one, two = before.measure("spasms_per_min"), after.measure("spasms_per_min")
    if not (one.is_known and two.is_known):
        return ""
    return "larger" if one.high < two.low or two.high < one.low else "not_larger"


@router.get("/people/{code}/sessions/{number}/files/{name}")
def download(store: InStore, code: str, number: Number, name: str, save: bool = False) -> Response:  # noqa: FBT001, FBT002 (a query)
    """One of the files of a session, by its name in the list of such files."""
    if name not in DOWNLOADS:
        raise HTTPException(404)
    session = sessions.found(store, code, str(number))
    path = file_of(session, name)
    if path is None:
        raise HTTPException(404)
    response = FileResponse(path, media_type=DOWNLOADS[name])
    return handed_out(response, session, name, is_shown=not save and name in _SHOWN)


def handed_out(response: Response, session: Session, name: str, *, is_shown: bool) -> Response:
    """A file of a session to look at here, or to keep under a name that says whose it is."""
    if not is_shown:
        called = f"{session.subject}_{session.date.isoformat()}_{session.segment}_{name}"
        response.headers["content-disposition"] = f'attachment; filename="{called}"'
    elif name.endswith(".html"):
        response.headers["content-security-policy"] = REPORT_POLICY
    return response


@router.post("/people/{code}/sessions/{number}/delete")
def delete(store: InStore, code: str, number: Number, form: Form) -> Response:
    """A session, for good; the folder of its results remains."""
    sessions.delete(store, code, str(number), form.text("why"))
    return go(f"/people/{code}")


def file_of(session: Session, name: str) -> Path | None:
    """A file of a session's results; None where it is not there."""
    if not session.folder:
        return None
    path = Path(session.folder) / name
    return path if path.is_file() and not path.is_symlink() else None


def _regions(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a region with both sides, as the table of the page shows it."""
    plain = summary.get("regions", {})
    return [
        {"region": str(region), **{str(side): plain[region][side] for side in SIDES}}
        for region in REGIONS
        if region in plain
    ]
