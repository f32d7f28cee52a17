"""The recording page: lamps before, tasks during, and what becomes of a lost recording."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from spasm_video.errors import InputError
from spasm_video.web.desk import AtDesk, Form, OfVisitor, go
from spasm_video.web.lamps import Lamps
from spasm_video.web.pages import render
from spasm_video.web.protocol import plain
from spasm_video.web.workshop import probe

router = APIRouter()
_lamps = Lamps()
_RGBA = 4
_SMALLEST_PX, _LARGEST_PX = 64, 640


@router.get("/record")
def record_page(request: Request) -> Response:
    """Camera, lamps, tasks."""
    return render(request, "record.html.j2", tasks=plain())


@router.get("/api/protocol")
def protocol() -> list[dict[str, Any]]:
    """The tasks in their order."""
    return plain()


@router.post("/api/lamps")
async def lamps(
    request: Request,
    x_size: Annotated[str, Header(pattern="^[0-9]{2,4}x[0-9]{2,4}$")],
    x_camera_width: Annotated[int, Header(ge=1, le=10000)],
) -> list[dict[str, Any]]:
    """Look at one small picture, sent as RGBA pixels row by row; it is not kept."""
    width, height = (int(side) for side in x_size.split("x"))
    body = await request.body()
    sides = (width, height)
    if min(sides) < _SMALLEST_PX or max(sides) > _LARGEST_PX or len(body) != width * height * _RGBA:
        raise InputError("This is no picture.", "Load the page again.")
    rgba = np.frombuffer(body, np.uint8).reshape(height, width, _RGBA)
    picture = np.ascontiguousarray(rgba[:, :, :3])
    lights = await run_in_threadpool(_lamps.look, picture, x_camera_width)
    return [{"lamp": one.lamp, "is_fine": one.is_fine, "said": one.said} for one in lights]


@router.get("/record/{number}")
def lost_page(request: Request, at: AtDesk, who: OfVisitor, number: str) -> Response:
    """A recording that was not finished: what is there of it, and what to do."""
    video = at.video_of(who, number)
    if video.is_whole:
        return go(f"/videos/{number}/measure")
    return render(request, "lost.html.j2", video=video, received=at.library.received(video))


@router.post("/record/{number}/finish")
def finish_lost(at: AtDesk, who: OfVisitor, number: str, form: Form) -> Response:
    """Use what has arrived, or delete it."""
    video = at.video_of(who, number)
    if form.text("how") == "delete":
        at.discard(who, number)
        return go("/")
    if not video.is_whole:
        at.library.finish(number, probe(at.library.file(video), video.name))
    return go(f"/videos/{number}/measure")
