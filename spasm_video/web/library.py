"""
The videos of this server and the jobs on them: a folder each, and a small table of its own.

A video lies under a random number; the name it was given is only ever shown. The table is a
file beside the folders, for it speaks of files on this machine; the store does not.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as OrmSession

from spasm_video.errors import InputError, OutputError, StoreFormError, UnknownError
from spasm_video.store.database import WRITES, connect, told
from spasm_video.web.settings import LARGEST_VIDEO_BYTES, ROOM_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Engine

_FORM = 1  # of the tables; raised with a step in ``_STEPS``
_STEPS: dict[int, tuple[str, ...]] = {}  # form that is left: what makes the next one of it
_NUMBER = re.compile(r"[0-9a-f]{32}")
_SUFFIXES = {".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp", ".mpg", ".mpeg", ".mts"}
_LONGEST_NAME = 200
_JOINERS = "\u200c\u200d"  # of some scripts, and of pictures in a name


class _Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 (SQLAlchemy's)


class VideoRow(_Base):
    """A video that is arriving or has arrived."""

    __tablename__ = "video"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    suffix: Mapped[str]
    size_bytes: Mapped[int | None]  # None while it is recorded
    is_recording: Mapped[bool]
    is_whole: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str] = mapped_column(default="")  # who sent it; empty on a person's own machine
    at: Mapped[dt.datetime]  # UTC
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    segments: Mapped[list[Any]] = mapped_column(default=list)


class JobRow(_Base):
    """A measurement that waits, runs or is over; ``task`` is what the worker is told."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    at: Mapped[dt.datetime]  # UTC
    task: Mapped[dict[str, Any]]
    problem: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    sessions: Mapped[list[Any]] = mapped_column(default=list)  # numbers in the store


class AccountRow(_Base):
    """Who may log in to a site; ``subject`` is the only person whom a patient may see."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(primary_key=True)
    password: Mapped[str]  # hashed by argon2
    role: Mapped[str]
    subject: Mapped[str]


class ReadRow(_Base):
    """Who looked at what of a person, when."""

    __tablename__ = "read"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]  # UTC
    who: Mapped[str]
    path: Mapped[str]


class Library:
    """Videos and jobs in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._videos.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutputError(
                f"The folder {folder} cannot be made: {error.strerror}.", "Name another: --folder"
            ) from error
        self.engine: Engine = connect(str(folder / "library.sqlite"))
        with told():
            _make_ready(self.engine)

    def close(self) -> None:
        """Let the table go."""
        self.engine.dispose()

    @property
    def _videos(self) -> Path:
        return self.folder / "videos"

    def place(self, number: str) -> Path:
        """The folder of a video; UnknownError for what is no number of ours."""
        if not _NUMBER.fullmatch(number):
            raise _no_video()
        return self._videos / number

    def file(self, video: VideoRow) -> Path:
        """Where the video itself lies."""
        return self.place(video.id) / f"video{video.suffix}"

    @contextmanager
    def reading(self) -> Iterator[OrmSession]:
        """One view of the tables; rows may be used afterwards."""
        with told(), OrmSession(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[OrmSession]:
        """Everything within is kept, or nothing."""
        with told(), self.engine.connect().execution_options(**{WRITES: True}) as connection:
            with OrmSession(connection, expire_on_commit=False) as session, session.begin():
                yield session
            connection.commit()

    def begin(
        self, name: str, size_bytes: int | None, *, is_recording: bool = False, owner: str = ""
    ) -> VideoRow:
        """A new video that will arrive; InputError where it is too large, or the disk full."""
        if size_bytes is not None and not 0 < size_bytes <= LARGEST_VIDEO_BYTES:
            raise InputError(
                f"{name[:_LONGEST_NAME]} has {size_bytes / 1e9:.1f} GB; "
                f"the limit is {LARGEST_VIDEO_BYTES / 1e9:.1f} GB.",
                "Cut it, or export it smaller.",
            )
        self.refuse_full(size_bytes or 0)
        suffix = Path(name).suffix.lower()
        video = VideoRow(
            id=secrets.token_hex(16),
            name=readable(name)[-_LONGEST_NAME:],
            suffix=suffix if suffix in _SUFFIXES else ".video",
            size_bytes=size_bytes,
            is_recording=is_recording,
            owner=owner,
            at=_now(),
        )
        self.place(video.id).mkdir(mode=0o700)
        with self.writing() as orm:
            orm.add(video)
        return video

    def refuse_full(self, size_bytes: int) -> None:
        """InputError where the disk has no room for this much more."""
        free = shutil.disk_usage(self.folder).free
        if free < size_bytes + ROOM_BYTES:
            raise InputError(
                f"The disk has {free / 1e9:.1f} GB free, too little for this video.",
                "Delete what is no longer needed, then try again.",
            )

    def video(self, number: str) -> VideoRow:
        """A video by its number."""
        with self.reading() as orm:
            row = orm.get(VideoRow, number)
        if row is None:
            raise _no_video()
        return row

    def received(self, video: VideoRow) -> int:
        """How many bytes of it are here."""
        file = self.file(video)
        return file.stat().st_size if file.exists() else 0

    def arriving(self) -> tuple[VideoRow, ...]:
        """Videos that are not whole, the newest first."""
        with self.reading() as orm:
            query = select(VideoRow).where(~VideoRow.is_whole).order_by(VideoRow.at.desc())
            return tuple(orm.scalars(query))

    def unmeasured(self) -> tuple[VideoRow, ...]:
        """Whole videos without a job, the newest first."""
        with self.reading() as orm:
            query = (
                select(VideoRow)
                .where(VideoRow.is_whole, VideoRow.id.not_in(select(JobRow.video_id)))
                .order_by(VideoRow.at.desc())
            )
            return tuple(orm.scalars(query))

    def finish(self, number: str, facts: dict[str, Any]) -> None:
        """All of a video is here and can be read."""
        with self.writing() as orm:
            row = orm.get(VideoRow, number)
            if row is None:
                raise _no_video()
            row.is_whole, row.facts = True, facts

    def set_segments(self, number: str, segments: list[dict[str, Any]]) -> None:
        """What the person did when, in a recording."""
        with self.writing() as orm:
            row = orm.get(VideoRow, number)
            if row is None:
                raise _no_video()
            row.segments = segments

    def delete(self, number: str) -> None:
        """A video with its results and jobs, for good."""
        place = self.place(number)
        with self.writing() as orm:
            row = orm.get(VideoRow, number)
            if row is not None:
                orm.delete(row)
        shutil.rmtree(place, ignore_errors=True)


def readable(name: str) -> str:
    """A name without letters that turn writing around or steer a terminal; never empty."""
    plain = "".join(one for one in name if one.isprintable() or one in _JOINERS)
    return plain.strip() or "?"


def _make_ready(engine: Engine) -> None:
    """Make the tables, or bring those of an earlier version up."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        form = int(connection.execute(text("PRAGMA user_version")).scalar() or 0)
        if form > _FORM:
            raise StoreFormError(
                f"The web app's folder has form {form}; this program knows up to {_FORM}.",
                "Update the program: pip install --upgrade spasm-video",
            )
        if not form:
            _Base.metadata.create_all(connection)
        for left in range(form or _FORM, _FORM):
            for statement in _STEPS[left]:
                connection.execute(text(statement))
        connection.execute(text(f"PRAGMA user_version = {_FORM}"))


def _no_video() -> UnknownError:
    return UnknownError("There is no such video.", "It may have been deleted; see the first page.")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
