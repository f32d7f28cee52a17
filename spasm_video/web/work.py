"""Measurements as pages: begin one, watch it, end it, answer what it asks."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from spasm_video.errors import InputError
from spasm_video.history import Segment
from spasm_video.store import subjects
from spasm_video.web.desk import AtDesk, Desk, Form, InStore, OfVisitor, go
from spasm_video.web.jobs import State, Step
from spasm_video.web.library import JobRow, VideoRow
from spasm_video.web.pages import language_of, render
from spasm_video.web.said import said
from spasm_video.web.texts import texts
from spasm_video.web.visitors import Visitor

router = APIRouter()
_SURE_S = 3.0  # of work, before a time left is told
_PREVIEW_SHARE = 0.25  # of the whole work, for one bar over both steps


def shown(at: Desk, job: JobRow) -> dict[str, Any]:
    """A job as pages and scripts show it."""
    step = at.jobs.step(job.id)
    visit = job.task["visit"]
    return {
        "id": job.id,
        "state": str(job.state),
        "step": step.name if step else "",
        "share": _share(step),
        "left_s": _left_s(step),
        "subject": visit["subject"],
        "session": job.sessions[0] if job.sessions else None,
        "date": visit["date"],
        "name": job.task["name"],
        "problem": job.problem,
        "remedy": job.remedy,
    }


@router.get("/videos/{number}/measure")
def measure_form(
    request: Request, at: AtDesk, who: OfVisitor, store: InStore, number: str
) -> Response:
    """Whose video it is, of which day and task."""
    video = _whole(at, who, number)
    t = texts(language_of(request))
    return render(
        request,
        "measure.html.j2",
        video=video,
        known=[who.subject]
        if who.is_patient
        else [subject.code for subject in subjects.listed(store)],
        segments=[(one, t(f"word.segment_{one}")) for one in Segment],
        today=dt.date.today().isoformat(),  # noqa: DTZ011 (the day as this person has it)
    )


@router.post("/videos/{number}/measure")
def measure(at: AtDesk, who: OfVisitor, number: str, form: Form) -> Response:
    """Queue the measurement of a video."""
    video = _whole(at, who, number)
    task = {
        "do": "measure",
        "name": video.name,
        "video": str(at.library.file(video)),
        "folder": str(_results(at, number)),
        "visit": {
            "subject": who.subject if who.is_patient else form.code("subject"),
            "date": form.day("date").isoformat(),
            "label": form.text("label"),
            "segment": str(form.choice("segment", Segment)),
            "device": form.text("device"),
        },
        "mirrored": form.is_ticked("mirrored"),
        "is_kept": not form.is_ticked("delete_video"),
        "is_confirmed": False,
        "segments": video.segments,
        "length_s": video.facts["duration_s"] or _length_s(video.segments),
        "who": who.name,
    }
    return go(f"/jobs/{at.jobs.add(number, task).id}")


@router.get("/jobs")
def jobs_page(request: Request, at: AtDesk) -> Response:
    """All jobs, the newest first."""
    return render(request, "jobs.html.j2", jobs=[shown(at, job) for job in at.jobs.listed()])


@router.get("/jobs/{number}")
def job_page(request: Request, at: AtDesk, who: OfVisitor, number: str) -> Response:
    """How far a job is; once it is done, its result."""
    job = at.job_of(who, number)
    if job.state == State.DONE and job.sessions:
        return go(f"/people/{job.task['visit']['subject']}/sessions/{job.sessions[0]}")
    return render(request, "job.html.j2", job=shown(at, job), video_id=job.video_id)


@router.get("/api/jobs/{number}")
def job_state(request: Request, at: AtDesk, who: OfVisitor, number: str) -> dict[str, Any]:
    """The same for a script, in the language of its page."""
    job, language = shown(at, at.job_of(who, number)), language_of(request)
    told = {name: said(job[name], language).text for name in ("problem", "remedy") if job[name]}
    return job | told


@router.post("/jobs/{number}/cancel")
def cancel(at: AtDesk, who: OfVisitor, number: str, form: Form) -> Response:  # noqa: ARG001 (it checks the word)
    """End a job."""
    at.jobs.cancel(at.job_of(who, number).id)
    return go(f"/jobs/{number}")


@router.post("/jobs/{number}/again")
def again(at: AtDesk, who: OfVisitor, number: str, form: Form) -> Response:
    """Once more: as it was, mirrored, or with the side confirmed."""
    how, job = form.text("how"), at.job_of(who, number)
    if how == "mirrored":
        at.jobs.again(number, mirrored=not job.task["mirrored"])
    elif how == "confirmed":
        at.jobs.again(number, is_confirmed=True, is_confirmed_again=True)
    else:
        at.jobs.again(number)
    return go(f"/jobs/{number}")


def _results(at: Desk, number: str) -> Path:
    """A folder that no measurement of this video has: its results are those of a session."""
    place = at.library.place(number)
    taken = {job.task.get("folder") for job in at.jobs.of_video(number)}
    names = ("results" if n == 1 else f"results_{n}" for n in itertools.count(1))
    free = (place / name for name in names)
    return next(path for path in free if str(path) not in taken and not path.exists())


def _whole(at: Desk, who: Visitor, number: str) -> VideoRow:
    """A video that can be measured."""
    video = at.video_of(who, number)
    if not video.is_whole:
        raise InputError("This video has not arrived whole.", "Choose it again; it goes on.")
    return video


def _length_s(segments: list[Any]) -> float | None:
    """Of a recording, whose file does not say it."""
    return max((one["end_s"] for one in segments), default=None)


def _share(step: Step | None) -> float | None:
    """0-1 of both steps; None where it is not known."""
    if step is None or not step.total_s:
        return None
    within = min(step.done_s / step.total_s, 1.0)
    if step.name == "measure":
        return within * (1 - _PREVIEW_SHARE)
    return 1 - _PREVIEW_SHARE + within * _PREVIEW_SHARE


def _left_s(step: Step | None) -> float | None:
    """Seconds of work left by the pace of this step; None until it is steady."""
    share = _share(step)
    worked_s = time.monotonic() - step.began_s if step else 0.0
    if step is None or not step.total_s or not share or worked_s < _SURE_S:
        return None
    left = worked_s * max(step.total_s / step.done_s - 1, 0.0)
    if step.name == "measure":
        left += worked_s * step.total_s / step.done_s * _PREVIEW_SHARE
    return left
