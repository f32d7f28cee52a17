"""What every page needs at hand: the store, the library, the jobs; and how a form is read."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, HTTPException, Request
from pydantic import Field
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from spasm_video.errors import InputError, UnknownError
from spasm_video.history import check_code
from spasm_video.store import Store
from spasm_video.store.store import Store as _Store
from spasm_video.web.accounts import Accounts
from spasm_video.web.guard import Door
from spasm_video.web.jobs import Jobs, State
from spasm_video.web.library import JobRow, Library, VideoRow
from spasm_video.web.settings import Settings
from spasm_video.web.visitors import Visitor, Visitors

Word = TypeVar("Word", bound=StrEnum)
_LONGEST_TEXT = 2000
# Of a row: a larger one is none of any database.
Number = Annotated[int, Field(ge=0, lt=2**31)]


@dataclass(frozen=True, slots=True)
class Desk:
    """One server's things."""

    settings: Settings
    store: Store
    library: Library
    jobs: Jobs
    visitors: Visitors
    door: Door
    accounts: Accounts | None = None

    def video_of(self, who: Visitor, number: str) -> VideoRow:
        """A video that is there for a visitor: for a patient, one they sent."""
        video = self.library.video(number)
        if who.is_patient and video.owner != who.name:
            raise UnknownError("There is no such video.", "See the first page.")
        return video

    def job_of(self, who: Visitor, number: str) -> JobRow:
        """A job that is there for a visitor."""
        job = self.jobs.job(number)
        self.video_of(who, job.video_id)
        return job

    def discard(self, who: Visitor, number: str) -> None:
        """
        Delete a video with all that was made of it, and end what works on it.

        Raises
        ------
        InputError : a patient's video that has been measured: the files are the clinic's as well
        """
        self.video_of(who, number)
        jobs = self.jobs.of_video(number)
        if who.is_patient and any(job.state == State.DONE for job in jobs):
            raise InputError("This video has been measured.", "Ask the clinic to delete it.")
        for job in jobs:
            self.jobs.cancel(job.id)
        self.library.delete(number)

    def store_of(self, visitor: Visitor) -> Store:
        """The store, with the visitor's name in its log."""
        return self.store if visitor.name is None else _Store(self.store.engine, visitor.name)


class Fields:
    """The fields of a form that was sent from one of our pages."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """Without spaces around it; empty where it is missing."""
        value = self._data.get(name, "")
        text = value.replace("\x00", "").strip() if isinstance(value, str) else ""
        if len(text) > _LONGEST_TEXT:
            raise InputError(
                f"The field {name} is too long.", f"Use up to {_LONGEST_TEXT} letters."
            )
        return text

    def code(self, name: str) -> str:
        """The code of a subject."""
        code = self.text(name)
        check_code(code)
        return code

    def day(self, name: str) -> dt.date:
        """A day."""
        found = self.day_or_none(name)
        if found is None:
            raise InputError("The day is missing.", "Choose one.")
        return found

    def day_or_none(self, name: str) -> dt.date | None:
        """A day; None where none was given."""
        text = self.text(name)
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError as error:
            raise InputError(f"{text} is no day.", "Use YYYY-MM-DD.") from error

    def number(self, name: str) -> float:
        """A number; NaN where none was given."""
        text = self.text(name).replace(",", ".")
        try:
            value = float(text) if text else math.nan
        except ValueError as error:
            raise InputError(f"{text} is no number.", "Use digits, for example 12.5.") from error
        if text and not math.isfinite(value):
            raise InputError(f"{text} is no number.", "Use digits, for example 12.5.")
        return value

    def choice(self, name: str, words: type[Word]) -> Word:
        """One of some words."""
        try:
            return words(self.text(name))
        except ValueError as error:
            raise InputError(
                f"{self.text(name)!r} is no choice.", "Choose from the list."
            ) from error

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))


def desk(request: Request) -> Desk:
    """The things of the server that answers."""
    found: Desk = request.app.state.desk
    return found


def visitor(request: Request) -> Visitor:
    """Who asks."""
    found: Visitor = request.scope["state"]["visitor"]
    return found


async def fields(request: Request) -> Fields:
    """The form of a request, once it carries the session's own word."""
    data = await request.form(max_files=0, max_fields=100)
    word, session = data.get("csrf", ""), request.scope["state"]["session"]
    if not isinstance(word, str) or not desk(request).door.is_word(session, word):
        raise HTTPException(403)
    return Fields(data)


def own_store(
    at: Annotated[Desk, Depends(desk)], who: Annotated[Visitor, Depends(visitor)]
) -> Store:
    """The store in the name of who asks."""
    return at.store_of(who)


AtDesk = Annotated[Desk, Depends(desk)]
OfVisitor = Annotated[Visitor, Depends(visitor)]
Form = Annotated[Fields, Depends(fields)]
InStore = Annotated[Store, Depends(own_store)]


def go(to: str) -> RedirectResponse:
    """On to another page, by GET."""
    return RedirectResponse(to, 303)
