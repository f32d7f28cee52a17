"""Log in to a site, and out of it."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from spasm_video.web.desk import AtDesk, Form, go
from spasm_video.web.guard import COOKIE
from spasm_video.web.pages import render

router = APIRouter()
_LONGEST_BYTES = 4096


@router.get("/login")
def login_page(request: Request, at: AtDesk) -> Response:
    """Name and password."""
    if at.accounts is None:
        raise HTTPException(404)
    return render(request, "login.html.j2", trouble="", name="")


@router.post("/login")
async def login(request: Request, at: AtDesk) -> Response:
    """Let in who is known; who fails again and again waits."""
    if at.accounts is None or request.headers.get("origin") not in at.settings.origins:
        raise HTTPException(404 if at.accounts is None else 403)
    sent = parse_qs((await request.body())[:_LONGEST_BYTES].decode(errors="replace"))
    name, password = (sent.get(field, [""])[0] for field in ("name", "password"))
    tried = [f"name {name[:64]}"]
    if request.client is not None and not at.settings.is_proxied:
        tried.append(f"address {request.client.host}")
    if at.visitors.wait_s(*tried):
        return render(request, "login.html.j2", 429, trouble="wait", name=name)
    visitor = await run_in_threadpool(at.accounts.known, name, password)
    if visitor is None:
        at.visitors.failed(*tried)
        return render(request, "login.html.j2", 401, trouble="wrong", name=name)
    at.visitors.succeeded(*tried)
    response = go("/")
    response.set_cookie(
        COOKIE,
        at.visitors.enter(visitor),
        httponly=True,
        samesite="strict",
        secure=at.settings.is_secure,
    )
    return response


@router.post("/logout")
def logout(request: Request, at: AtDesk, form: Form) -> Response:  # noqa: ARG001 (it checks the word)
    """End the session."""
    at.visitors.leave(request.scope["state"]["session"])
    response = go("/login" if at.accounts else "/")
    response.delete_cookie(COOKIE)
    return response
