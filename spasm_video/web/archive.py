"""A person in one file, to take along: what ``spasm-video subjects export`` writes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from spasm_video.store.exports import export_subject
from spasm_video.web.desk import AtDesk, InStore

router = APIRouter()
_ASIDE = ".archive-"


def sweep(folder: Path) -> None:
    """Delete what a server that was killed had made and not yet sent."""
    for left in folder.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)


@router.get("/people/{code}/archive.zip")
def archive(at: AtDesk, store: InStore, code: str, pictures: bool = False) -> Response:  # noqa: FBT001, FBT002 (a query)
    """All that is stored of a person but the videos; gone from here once it is sent."""
    folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=at.library.folder))
    try:
        export_subject(store, code, folder / "archive.zip", pictures=pictures)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / "archive.zip",
        media_type="application/zip",
        filename=f"{code}.zip",
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )
