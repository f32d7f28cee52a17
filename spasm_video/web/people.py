"""People by code: their sessions over time, treatments, ratings, work-up and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from spasm_video.anatomy import Side
from spasm_video.errors import InputError
from spasm_video.history import (
    SCALES,
    Cause,
    Note,
    Rating,
    Segment,
    Site,
    Treatment,
    TreatmentKind,
    WorkUp,
)
from spasm_video.measure.timeline import timeline
from spasm_video.report.timeline.faces import comparable
from spasm_video.report.timeline.html import timeline_page
from spasm_video.store import entries, subjects
from spasm_video.web.course import course
from spasm_video.web.desk import AtDesk, Fields, Form, InStore, Number, go
from spasm_video.web.guard import REPORT_POLICY
from spasm_video.web.pages import language_of, render
from spasm_video.web.texts import texts

if TYPE_CHECKING:
    from spasm_video.history import LogEntry
    from spasm_video.web.texts import Texts

router = APIRouter()
_KNOWN = {"": None, "yes": True, "no": False}


@router.get("/people")
def people_page(request: Request, store: InStore) -> Response:
    """Everybody in the store."""
    return render(request, "people.html.j2", subjects=subjects.listed(store))


@router.post("/people")
def add_person(store: InStore, form: Form) -> Response:
    """A new person by code."""
    return go(f"/people/{subjects.add(store, form.code('code')).code}")


@router.get("/people/{code}")
def person_page(
    request: Request, store: InStore, code: str, segment: Segment | None = None
) -> Response:
    """One person over time, in the task with most recordings or another."""
    history = subjects.history(store, code)
    t = texts(language_of(request))
    return render(
        request,
        "person.html.j2",
        history=history,
        course=course(history, t, segment),
        tasks=[one for one in Segment if any(s.segment is one for s in history.sessions)],
        log=[(line, _logged(line, t)) for line in subjects.log(store, code)[::-1][:_LOG_LINES]],
        scales=SCALES,
        kinds=list(TreatmentKind),
        causes=list(Cause),
        sides=list(Side),
    )


_LOG_LINES = 200


@router.get("/people/{code}/timeline")
def timeline_to_print(store: InStore, code: str, segment: Segment | None = None) -> Response:
    """The progression of a person as one page, as ``spasm-video timeline`` writes it."""
    history = subjects.history(store, code)
    found = timeline(history, segment=segment)
    page = timeline_page(found, history.ratings, comparable(found))
    return HTMLResponse(page, headers={"content-security-policy": REPORT_POLICY})


@router.post("/people/{code}/delete")
def delete_person(at: AtDesk, store: InStore, code: str, form: Form) -> Response:
    """A person with all that is stored and all videos sent for them, for good."""
    if form.text("sure") != code:
        raise InputError("Nothing was deleted.", f"Type {code} to be sure.")
    subjects.delete(store, code, form.text("why"))
    for job in at.jobs.of_subject(code):
        at.jobs.cancel(job.id)
        if any(one.task["visit"]["subject"] != code for one in at.jobs.of_video(job.video_id)):
            at.jobs.delete(job.id)  # measured for somebody else as well, whose files they are
        else:
            at.library.delete(job.video_id)
    return go("/people")


@router.post("/people/{code}/treatments")
def add_treatment(store: InStore, code: str, form: Form) -> Response:
    """Toxin, surgery or a drug."""
    entries.add_treatment(
        store,
        Treatment(
            subject=code,
            kind=form.choice("kind", TreatmentKind),
            date=form.day("date"),
            until=form.day_or_none("until"),
            product=form.text("product"),
            dose=form.number("dose"),
            dose_unit=form.text("dose_unit"),
            sites=_sites(form.text("sites")),
            side=_side(form),
            note=form.text("note"),
        ),
    )
    return go(f"/people/{code}#treatments")


@router.post("/people/{code}/treatments/{number}/delete")
def delete_treatment(store: InStore, code: str, number: Number, form: Form) -> Response:
    """Take back a treatment that was entered wrongly."""
    entries.delete_treatment(store, code, number, form.text("why"))
    return go(f"/people/{code}#treatments")


@router.post("/people/{code}/ratings")
def add_rating(store: InStore, code: str, form: Form) -> Response:
    """A score that a person gave."""
    entries.add_rating(
        store,
        Rating(
            subject=code,
            scale=form.text("scale"),
            wording=form.text("wording"),
            value=form.number("value"),
            rater=form.text("rater"),
            date=form.day("date"),
            note=form.text("note"),
        ),
    )
    return go(f"/people/{code}#ratings")


@router.post("/people/{code}/workup")
def set_work_up(store: InStore, code: str, form: Form) -> Response:
    """What is known of the cause."""
    names = ("vessel", "kind", "began", "mri", "mra", "emg")
    entries.set_work_up(
        store,
        code,
        WorkUp(
            side=_side(form),
            cause=form.choice("cause", Cause),
            hypertension=_KNOWN.get(form.text("hypertension")),
            **{name: form.text(name) for name in names},
        ),
    )
    return go(f"/people/{code}#workup")


@router.post("/people/{code}/notes")
def add_note(store: InStore, code: str, form: Form) -> Response:
    """A remark."""
    if not form.text("text"):
        raise InputError("The note is empty.", "Write something.")
    entries.add_note(store, Note(subject=code, date=form.day("date"), text=form.text("text")))
    return go(f"/people/{code}#notes")


def _logged(line: LogEntry, t: Texts) -> str:
    """What was done to what; as it stands in the log where the catalogue has no words for it."""
    action = f"log.{line.action.replace(': ', '_').replace(' ', '_')}"
    entity = f"log.entity_{line.entity}"
    if not (t.has(action) and t.has(entity)):
        return f"{line.action} {line.entity} {line.entity_number}"
    return f"{t(entity)} {line.entity_number}: {t(action)}"


def _side(form: Fields) -> Side | None:
    return form.choice("side", Side) if form.text("side") else None


def _sites(text: str) -> tuple[Site, ...]:
    """``orbicularis 12.5, zygomaticus 2.5``: places, each with its dose where one is known."""
    sites = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        place, _, dose = part.rpartition(" ")
        known = _dose(dose) if place else None
        sites.append(Site(part) if known is None else Site(place, known))
    return tuple(sites)


def _dose(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return None
