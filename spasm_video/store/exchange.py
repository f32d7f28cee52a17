"""
One subject as a zip: to hand over, to keep, to bring into another store.

``subject.json`` holds every row, reviews among them, ``sessions/N/`` the small files of the
results. Pages with
pictures of the face stay out unless they are asked for; the track holds the shape of a face
and is personal too. Nothing of an existing subject is ever overwritten by an import.
"""

from __future__ import annotations

import json
import shutil
import uuid
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from spasm_video import __version__
from spasm_video.errors import ClashError, StoreError
from spasm_video.history import History, Subject
from spasm_video.store import carried, rows, sessions, subjects
from spasm_video.store.models import NoteRow, RatingRow, SubjectRow, TreatmentRow, WorkUpRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.history import Session
    from spasm_video.store.store import Store

_FORMAT = 2
_READABLE = {1, _FORMAT}  # the first had no reviews
_INDEX = "subject.json"
_FILES = ("events.csv", "blinks.csv", "summary.json", "run.json", "overview.png", "track.npz")
_PICTURES = ("report.html",)
_LARGEST_BYTES = 500_000_000  # a longer file in an archive is not one of ours


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What went into or came out of an archive; ``missing`` are sessions without files."""

    subject: str
    sessions: int
    files: int
    missing: tuple[str, ...]


def export_subject(store: Store, code: str, to: Path, *, pictures: bool = False) -> Exchanged:
    """Write a subject into a new archive; an existing file stays."""
    if to.exists():
        raise ClashError(f"{to} exists already.", "Name another file: --out FILE")
    history = subjects.history(store, code)
    plain = _plain(history, store)
    aside = to.with_name(f".{to.name}-{uuid.uuid4().hex[:8]}")
    count, missing = 0, []
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_INDEX, json.dumps(plain, indent=1, ensure_ascii=False))
            for number, session in enumerate(history.sessions, start=1):
                files = [*_files_of(session, pictures=pictures)]
                for file in files:
                    archive.write(file, f"sessions/{number}/{file.name}")
                count += len(files)
                missing += [] if files else [session.name]
        aside.replace(to)
    except OSError as error:
        raise StoreError(
            f"{to} cannot be written: {error.strerror or error}.", "Name another file: --out FILE"
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return Exchanged(code, len(history.sessions), count, tuple(missing))


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
            plain = json.loads(opened.read(_INDEX))
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


def _plain(history: History, store: Store) -> dict[str, Any]:
    whole = (
        sessions.found(store, history.subject.code, f"#{one.number}") for one in history.sessions
    )
    return {
        "format": _FORMAT,
        "spasm_video": __version__,
        "code": history.subject.code,
        "sessions": [
            _session_plain(one) | {"review": carried.review_of(store, one.number)} for one in whole
        ],
        "treatments": [_dated(rows.treatment_values(one)) for one in history.treatments],
        "ratings": [_dated(rows.rating_values(one)) for one in history.ratings],
        "notes": [_dated(rows.note_values(one)) for one in history.notes],
        "work_up": rows.work_up_values(history.work_up),
        "log": [
            {
                "at": line.at.isoformat(),
                "who": line.who,
                "action": line.action,
                "entity": line.entity,
                "why": line.why,
                "before": line.before,
                "after": line.after,
            }
            for line in subjects.log(store, history.subject.code)
        ],
    }


def _session_plain(session: Session) -> dict[str, Any]:
    measures = (rows.measure_values(0, n, one) for n, one in enumerate(session.measures, 1))
    events = (rows.spasm_values(0, n, one) for n, one in enumerate(session.events, 1))
    return _dated(rows.session_values(session)) | {
        "measures": [_without(one, "session_id") for one in measures],
        "events": [_without(one, "session_id") for one in events],
    }


def _history(plain: dict[str, Any], code: str | None) -> History:
    """The records, which check themselves; a newer format is refused."""
    if plain["format"] not in _READABLE:
        raise StoreError(
            f"The archive has format {plain['format']}; this program knows up to {_FORMAT}.",
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
            names = [n for n in (*_FILES, *_PICTURES) if f"sessions/{number}/{n}" in known]
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


def _files_of(session: Session, *, pictures: bool) -> Iterator[Path]:
    names = (*_FILES, *_PICTURES) if pictures else _FILES
    if session.folder:
        yield from (Path(session.folder) / n for n in names if (Path(session.folder) / n).is_file())


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _row(plain: dict[str, Any]) -> Any:
    """Like a row of the database: days are days again."""
    dated = {n: date.fromisoformat(v) for n, v in plain.items() if n in {"date", "until"} and v}
    return cast("Any", SimpleNamespace(**({"id": 0} | plain | dated)))


def _without(plain: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != name}
