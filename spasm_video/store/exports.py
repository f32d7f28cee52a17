"""A subject into a zip; whatever else is in the store stays where it is."""

from __future__ import annotations

import json
import uuid
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video import __version__
from spasm_video.errors import ClashError, StoreError
from spasm_video.store import carried, rows, sessions, subjects
from spasm_video.store.archive import FILES, FORMAT, INDEX, PICTURES, Exchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.history import History, Session
    from spasm_video.store.store import Store


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
            archive.writestr(INDEX, json.dumps(plain, indent=1, ensure_ascii=False))
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


def _plain(history: History, store: Store) -> dict[str, Any]:
    whole = (
        sessions.found(store, history.subject.code, f"#{one.number}") for one in history.sessions
    )
    return {
        "format": FORMAT,
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


def _files_of(session: Session, *, pictures: bool) -> Iterator[Path]:
    names = (*FILES, *PICTURES) if pictures else FILES
    if session.folder:
        yield from (Path(session.folder) / n for n in names if (Path(session.folder) / n).is_file())


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _without(plain: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != name}
