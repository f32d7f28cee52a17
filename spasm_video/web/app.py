"""The app: the desk, the door, the pages."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from spasm_video.store import open_store
from spasm_video.web import (
    archive,
    arrival,
    front,
    login,
    people,
    recording,
    review,
    reviewed,
    spans,
    visit,
    work,
)
from spasm_video.web.accounts import Accounts
from spasm_video.web.desk import Desk
from spasm_video.web.guard import Door, Guard
from spasm_video.web.jobs import Jobs
from spasm_video.web.library import Library
from spasm_video.web.refusals import refuse, tell_errors
from spasm_video.web.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response
    from starlette.types import Scope

    from spasm_video.web.settings import Settings

PARTS = (front, login, arrival, recording, work, people, visit, review, spans, reviewed, archive)
_STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings) -> FastAPI:
    """
    An app on a store and a folder; its workers start and end with it.

    Raises
    ------
    StoreError : the store cannot be used
    OutputError : the folder cannot be made
    """
    store = open_store(settings.store, settings.who)
    library = Library(settings.folder)
    at = Desk(
        settings,
        store,
        library,
        Jobs(library, settings.workers, settings.store),
        Visitors(None if settings.is_site else settings.token),
        Door.of(settings.origins),
        Accounts(library) if settings.is_site else None,
    )

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        archive.sweep(library.folder)
        at.jobs.start()
        Thread(target=_warm_up, daemon=True).start()
        yield
        at.jobs.stop()
        library.close()
        store.close()

    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=running
    )
    app.state.desk = at
    tell_errors(app)
    for part in PARTS:
        app.include_router(part.router)
    app.mount("/static", _Static(directory=_STATIC), name="static")
    app.add_middleware(
        Guard, door=at.door, visitors=at.visitors, refuse=refuse, accounts=at.accounts
    )
    return app


def _warm_up() -> None:
    """Load what draws charts while nobody has asked for one."""
    for name in ("figure", "ticker", "colors", "backends.backend_agg", "backends.backend_svg"):
        import_module(f"matplotlib.{name}")


class _Static(StaticFiles):
    """Our own files, asked for anew after an update; no listing."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response
