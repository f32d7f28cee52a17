"""
The folder of a batch: one batch at a time in it, and nothing half done stays.

    scores.csv … batch.html   written last, from what lies below
    videos/NAME-KEY/          the results of one video, as ``analyze`` writes them
    thumbnails/NAME-KEY.jpg   a picture of each
"""

from __future__ import annotations

import fcntl
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spasm_video.batch.plan import Job

_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """Where everything of a batch lies."""

    path: Path

    @property
    def videos(self) -> Path:
        """The folders of results."""
        return self.path / "videos"

    @property
    def thumbnails(self) -> Path:
        """The pictures."""
        return self.path / "thumbnails"

    def results(self, job: Job) -> Path:
        """The folder of one video."""
        return self.videos / job.name

    def thumbnail(self, job: Job) -> Path:
        """The picture of one video."""
        return self.thumbnails / f"{job.name}.jpg"

    @contextmanager
    def aside(self, name: str) -> Iterator[Path]:
        """A file to write; when the block ends well it is in its place, whole."""
        path = self.path / f".{name}-{uuid.uuid4().hex[:8]}"
        try:
            yield path
            path.replace(self.path / name)
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def batch_folder(path: Path) -> Iterator[BatchFolder]:
    """
    Make the folder, keep others out, and clear away what a killed batch left half done.

    Raises
    ------
    OutputError : it cannot be written, or another batch is at work in it
    """
    folder = BatchFolder(path)
    try:
        for part in (folder.videos, folder.thumbnails):
            part.mkdir(parents=True, exist_ok=True)
        lock = (path / _LOCK).open("w")
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to {path}: {error.strerror or error}.",
            "Name another folder: --out FOLDER",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go of when the process ends
        except BlockingIOError:
            raise OutputError(
                f"Another batch is at work in {path}.", "Wait for it, or name another --out."
            ) from None
        except OSError:  # a shared disk of a cluster that knows no locks: on without
            pass
        _sweep(folder)
        yield folder


def _sweep(folder: BatchFolder) -> None:
    for part in (folder.path, folder.videos, folder.thumbnails):
        for left in part.glob(".*-" + "[0-9a-f]" * 8):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
