"""A subject from a zip; nothing of an existing subject is ever overwritten."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from spasm_video.errors import ClashError, StoreError
from spasm_video.history import History, Subject
from spasm_video.store import carried, rows, sessions
from spasm_video.store.archive import FILES, FORMAT, INDEX, PICTURES, READABLE, Exchanged
from spasm_video.store.models import NoteRow, RatingRow, SubjectRow, TreatmentRow, WorkUpRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.history import Session
    from spasm_video.store.store import Store

_LARGEST_BYTES = 500_000_000  # a longer file in an archive is not one of ours


def import_subject(
    store: Store, archive: Path, results: Path, *, code: str | None = None, why: str = ""
) -> Exchanged:
    """
    Bring a subject in, under its own code or another; its files go into a folder of ``results``.

    Raises
    ------
    ClashError : the store has a subject of that code
    StoreError : the file is no such archive, or the files cannot be written
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            plain = json.loads(opened.read(INDEX))
            history = _history(plain, code)
            reviews = [one.get("review") for one in plain["sessions"]]
            with _unpacked(opened, history, results) as (history, count):
                _insert(store, history, reviews, why or f"imported from {archive.name}")
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(
            f"{archive.name} is no export of a subject: {error}.",
            "Make one with: spasm-video subjects export CODE",
        ) from error
    except OSError as error:
        raise StoreError(
            f"{archive.name} cannot be brought in: {error.strerror or error}.",
            "Check the file, or name another folder: --results FOLDER",
        ) from error
    missing = tuple(one.name for one in history.sessions if not one.folder)
    return Exchanged(history.subject.code, len(history.sessions), count, missing)


def _history(plain: dict[str, Any], code: str | None) -> History:
    """The records, which check themselves; a newer format is refused."""
    if plain["format"] not in READABLE:
        raise StoreError(
            f"The archive has format {plain['format']}; this program knows up to {FORMAT}.",
            "Update the program: pip install --upgrade spasm-video",
        )
    name = code or plain["code"]
    return History(
        subject=Subject(code=name),
        sessions=tuple(_session(one, name) for one in plain["sessions"]),
        treatments=tuple(rows.treatment(_row(one), name) for one in plain["treatments"]),
        ratings=tuple(rows.rating(_row(one), name) for one in plain["ratings"]),
        work_up=rows.work_up(_row(plain["work_up"])),
        notes=tuple(rows.note(_row(one), name) for one in plain["notes"]),
    )


def _session(plain: dict[str, Any], code: str) -> Session:
    measures = tuple(
        rows.measure([one[name] for name in rows.OF_MEASURE]) for one in plain["measures"]
    )
    events = tuple(rows.spasm(_row(one)) for one in plain["events"])
    session = rows.session(_row(plain), code, measures, events, plain["summary"])
    return replace(session, folder="")


def _insert(
    store: Store, history: History, reviews: Sequence[dict[str, Any] | None], why: str
) -> None:
    with store.writing(why) as orm:
        code = history.subject.code
        if orm.scalar(select(SubjectRow.id).where(SubjectRow.code == code)):
            raise ClashError(
                f"There is a subject {code} already; nothing was brought in.",
                "Bring it in under another code: --as CODE",
            )
        subject = SubjectRow(code=code)
        orm.add(subject)
        orm.flush()
        for session, review in zip(history.sessions, reviews, strict=True):
            number = sessions.write(orm, subject.id, session, None)
            if review is not None:
                carried.bring_in(orm, subject.id, number, review)
        _insert_entries(orm, subject.id, history)


def _insert_entries(orm: OrmSession, subject: int, history: History) -> None:
    for treatment in history.treatments:
        orm.add(TreatmentRow(subject_id=subject, **rows.treatment_values(treatment)))
    for rating in history.ratings:
        orm.add(RatingRow(subject_id=subject, **rows.rating_values(rating)))
    for note in history.notes:
        orm.add(NoteRow(subject_id=subject, **rows.note_values(note)))
    orm.add(WorkUpRow(id=subject, **rows.work_up_values(history.work_up)))


@contextmanager
def _unpacked(
    archive: zipfile.ZipFile, history: History, results: Path
) -> Iterator[tuple[History, int]]:
    """The files in their place while the rows are stored; taken back when that fails."""
    folder = results / history.subject.code
    if folder.exists():
        raise ClashError(
            f"The folder {folder} exists already.",
            "Name another place for the results: --results FOLDER",
        )
    known = {info.filename: info for info in archive.infolist()}
    placed, count = [], 0
    try:
        for number, session in enumerate(history.sessions, start=1):
            names = [n for n in (*FILES, *PICTURES) if f"sessions/{number}/{n}" in known]
            to = folder / f"{session.date.isoformat()}_{session.segment}_{number}"
            for name in names:
                _extract(archive, known[f"sessions/{number}/{name}"], to / name)
            count += len(names)
            placed.append(replace(session, folder=str(to.absolute()) if names else ""))
        yield replace(history, sessions=tuple(placed)), count
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path) -> None:
    if info.file_size > _LARGEST_BYTES:
        raise StoreError(f"{info.filename} is too large to be one of ours.", "Check the archive.")
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with archive.open(info) as packed, to.open("xb") as out:
        shutil.copyfileobj(packed, out)


def _row(plain: dict[str, Any]) -> Any:
    """Like a row of the database: days are days again."""
    dated = {n: date.fromisoformat(v) for n, v in plain.items() if n in {"date", "until"} and v}
    return cast("Any", SimpleNamespace(**({"id": 0} | plain | dated)))
