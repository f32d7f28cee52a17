"""
Videos arrive: in pieces that can be sent again, each checked, straight to the disk.

A piece says where it begins. One that does not begin where the file ends is refused with
the place where it should, so a sender that lost its way goes on from there.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, Any
from weakref import WeakValueDictionary

from fastapi import APIRouter, Body, Header, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, Response

from spasm_video.errors import InputError
from spasm_video.web.desk import AtDesk, Form, OfVisitor, go
from spasm_video.web.library import Library, VideoRow, readable
from spasm_video.web.pages import render
from spasm_video.web.settings import CHUNK_BYTES, LARGEST_VIDEO_BYTES
from spasm_video.web.workshop import probe

router = APIRouter()
_writing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


class NewVideo(BaseModel):
    """What a browser says of a video before it sends it."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    size_bytes: Annotated[int | None, Field(gt=0)] = None
    is_recording: bool = False


@router.get("/upload")
def upload_page(request: Request) -> Response:
    """Choose or drop videos."""
    return render(request, "upload.html.j2")


@router.post("/api/videos")
def begin(at: AtDesk, who: OfVisitor, said: Annotated[NewVideo, Body()]) -> dict[str, Any]:
    """Announce a video; one of the same name and size that has begun to arrive goes on."""
    if said.size_bytes is None and not said.is_recording:
        raise InputError("The size of the video is missing.", "Load the page again.")
    for video in () if said.is_recording else at.library.arriving():
        same = (video.name, video.size_bytes, video.owner)
        if same == (readable(said.name), said.size_bytes, who.name or ""):
            return {"id": video.id, "received": at.library.received(video), "piece": CHUNK_BYTES}
    video = at.library.begin(
        said.name, said.size_bytes, is_recording=said.is_recording, owner=who.name or ""
    )
    return {"id": video.id, "received": 0, "piece": CHUNK_BYTES}


@router.put("/api/videos/{number}")
async def receive(
    request: Request,
    at: AtDesk,
    who: OfVisitor,
    number: str,
    offset: Annotated[int, Query(ge=0)],
    x_sha256: Annotated[str, Header(pattern="^[0-9a-f]{64}$")],
) -> Response:
    """One piece; it is kept only if it is whole and is what was sent."""
    await run_in_threadpool(at.video_of, who, number)
    # One piece of a video at a time: another window may send the same file.
    async with _writing.setdefault(number, asyncio.Lock()):
        video = await run_in_threadpool(at.video_of, who, number)
        return await _keep(request, at.library, video, offset, x_sha256)


async def _keep(
    request: Request, library: Library, video: VideoRow, offset: int, sha256: str
) -> Response:
    received = library.received(video)
    most = video.size_bytes or LARGEST_VIDEO_BYTES
    if offset != received or video.is_whole:
        return JSONResponse({"received": received}, 409)
    digest, size = hashlib.sha256(), 0
    path = library.file(video)
    is_fine = False
    with path.open("ab") as file:
        try:
            async for block in request.stream():
                digest.update(block)
                size += len(block)
                if received + size > most or size > CHUNK_BYTES:
                    break
                await run_in_threadpool(file.write, block)
            is_fine = received + size <= most and digest.hexdigest() == sha256
        except ClientDisconnect:
            pass
        finally:
            if not is_fine:
                file.truncate(received)
    if not is_fine:
        return JSONResponse({"received": received}, 422)
    return JSONResponse({"received": received + size})


@router.post("/api/videos/{number}/whole")
def finish(at: AtDesk, who: OfVisitor, number: str) -> dict[str, Any]:
    """All pieces are here: look at the video, in a process of its own."""
    video = at.video_of(who, number)
    if video.size_bytes is not None and at.library.received(video) != video.size_bytes:
        raise InputError("Parts of the video are missing.", "Choose it again; it goes on.")
    if not video.is_whole:
        facts = probe(at.library.file(video), video.name)
        at.library.finish(number, facts)
        video.facts = facts
    return {"id": video.id, "name": video.name, "facts": video.facts}


class Task(BaseModel):
    """What the person did from when to when, in seconds of the recording."""

    code: Annotated[str, Field(pattern="^[a-z0-9]{1,16}$")]
    start_s: Annotated[float, Field(ge=0, lt=86400)]
    end_s: Annotated[float, Field(gt=0, lt=86400)]


@router.put("/api/videos/{number}/tasks")
def set_tasks(
    at: AtDesk, who: OfVisitor, number: str, tasks: Annotated[list[Task], Body(max_length=100)]
) -> dict[str, bool]:
    """The tasks of a recording so far; sent again after each."""
    at.video_of(who, number)
    at.library.set_segments(number, [task.model_dump() for task in tasks])
    return {"kept": True}


@router.delete("/api/videos/{number}")
def delete(at: AtDesk, who: OfVisitor, number: str) -> dict[str, bool]:
    """A video that nobody wants, with all that was made of it."""
    at.discard(who, number)
    return {"deleted": True}


@router.post("/videos/{number}/delete")
def delete_here(at: AtDesk, who: OfVisitor, number: str, form: Form) -> Response:  # noqa: ARG001 (it checks the word)
    """The same, from the first page."""
    at.discard(who, number)
    return go("/")


@router.get("/videos/{number}/poster.jpg")
def poster(at: AtDesk, who: OfVisitor, number: str) -> Response:
    """The first picture of a video."""
    path = at.library.place(at.video_of(who, number).id) / "poster.jpg"
    return FileResponse(path) if path.is_file() else Response(status_code=404)
