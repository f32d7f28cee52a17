"""Sessions: store one, list them, read those of a subject whole, delete one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, select
from sqlalchemy.orm import undefer

from spasm_video.anatomy import Side
from spasm_video.errors import ClashError, SideContradictionError, UnknownError
from spasm_video.records import AffectedSide
from spasm_video.store import rows
from spasm_video.store.models import EventRow, MeasureRow, SessionRow, SubjectRow, WorkUpRow
from spasm_video.store.store import subject_row
from spasm_video.store.upkeep import forget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as OrmSession

    from spasm_video.history import Listed, Measure, Session
    from spasm_video.records import SpasmEvent
    from spasm_video.store.store import Store

HEADLINE = "spasms_per_min"  # the number that a list shows of a session
_SHOWN = (
    SessionRow.id,
    SubjectRow.code,
    SessionRow.date,
    SessionRow.label,
    SessionRow.segment,
    SessionRow.device,
    SessionRow.side,
    SessionRow.is_confirmed,
    SessionRow.duration_s,
    SessionRow.usable_s,
    SessionRow.method,
    SessionRow.video_sha256,
    SessionRow.folder,
)  # fmt: skip (in the order of Listed)
_NUMBER = (MeasureRow.session_id, *(getattr(MeasureRow, name) for name in rows.OF_MEASURE))


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as stored, and what that meant: a new subject, an earlier version replaced."""

    session: Session
    is_new_subject: bool
    is_replaced: bool


def add(store: Store, session: Session, why: str = "") -> Stored:
    """
    Store a session; a subject that is not known is added.

    The same video under the same name takes the place of its earlier version. Without a
    label, a second recording of a day and task is called 2, a third 3.

    Raises
    ------
    SideContradictionError : the subject's other sessions show the other side, and nobody
        has confirmed this one
    ClashError : another video is stored under that date, task and label
    """
    with store.writing(why) as orm:
        subject = orm.scalar(select(SubjectRow).where(SubjectRow.code == session.subject))
        is_new = subject is None
        if subject is None:
            subject = SubjectRow(code=session.subject)
            orm.add(subject)
            orm.flush()
        row, label = _place(orm, subject.id, session)
        was_confirmed = row is not None and row.is_confirmed
        session = replace(session, label=label, is_confirmed=session.is_confirmed or was_confirmed)
        if not session.is_confirmed:
            _check_side(orm, subject, session)
        is_replaced = row is not None
        stored = write(orm, subject.id, session, row)
    return Stored(replace(session, number=stored), is_new, is_replaced)


def remeasured(store: Store, session: Session, why: str = "") -> None:
    """Store what a session's track gives now in the place of what it gave before."""
    with store.writing(why) as orm:
        subject = subject_row(orm, session.subject)
        row = orm.get(SessionRow, session.number, options=[undefer(SessionRow.summary)])
        if row is None or row.subject_id != subject.id:
            raise UnknownError(
                f"The session {session.name} is gone.", "See: spasm-video sessions list"
            )
        write(orm, subject.id, session, row)


def listed(store: Store, code: str | None = None, newest: int | None = None) -> tuple[Listed, ...]:
    """
    Sessions with their ``HEADLINE`` alone, by subject and time: of a subject, or of all.

    ``newest`` keeps that many, of the latest days.
    """
    query = select(*_SHOWN).join(SubjectRow, SubjectRow.id == SessionRow.subject_id)
    numbers = select(*_NUMBER).where(MeasureRow.name == HEADLINE)
    with store.reading() as orm:
        chosen = select(SessionRow.id)
        if code is not None:
            chosen = chosen.where(SessionRow.subject_id == subject_row(orm, code).id)
        if newest is not None:
            chosen = chosen.order_by(SessionRow.date.desc(), SessionRow.id.desc()).limit(newest)
        if code is not None or newest is not None:
            query = query.where(SessionRow.id.in_(chosen))
            numbers = numbers.where(MeasureRow.session_id.in_(chosen))
        # Two queries on the bare connection, brought together here, take a third of a join's time.
        core = orm.connection()
        known = {of: (rows.measure(one),) for of, *one in core.execute(numbers)}
        found = core.execute(query.order_by(SubjectRow.code, SessionRow.date, SessionRow.id))
        return tuple(rows.listed(row, known.get(row[0], ())) for row in found)


def found(store: Store, code: str, which: str) -> Session:
    """
    One session, whole, with its summary: by number, by label, or by date.

    Raises
    ------
    UnknownError : no session, or more than one, is called so
    """
    with store.reading() as orm:
        subject = subject_row(orm, code)
        row = _row(orm, subject, which)
        (whole,) = _whole(orm, subject, SessionRow.id == row.id)
        return replace(whole, summary=row.summary)


def delete(store: Store, code: str, which: str, why: str = "") -> Session:
    """Delete a session with its measures and events, for good; its folder remains."""
    session = found(store, code, which)
    with store.writing(why) as orm:
        row = orm.get(SessionRow, session.number)
        if row is not None:
            orm.delete(row)
    forget(store)
    return session


def of_subject(orm: OrmSession, subject: SubjectRow) -> tuple[Session, ...]:
    """All sessions of a subject with measures and events, in three queries."""
    return _whole(orm, subject, SessionRow.subject_id == subject.id)


def _whole(orm: OrmSession, subject: SubjectRow, of: ColumnElement[bool]) -> tuple[Session, ...]:
    """Those of a subject's sessions for which a condition holds, and nothing of the others."""
    numbers = (
        select(*_NUMBER)
        .join(SessionRow, SessionRow.id == MeasureRow.session_id)
        .where(of)
        .order_by(MeasureRow.session_id, MeasureRow.number)
    )
    spasms = (
        select(EventRow.__table__)
        .join(SessionRow, SessionRow.id == EventRow.session_id)
        .where(of)
        .order_by(EventRow.session_id, EventRow.number)
    )
    measures = _by_session(orm, numbers)
    events: dict[int, list[SpasmEvent]] = defaultdict(list)
    for row in orm.execute(spasms):
        events[row.session_id].append(rows.spasm(cast("EventRow", row)))
    sessions = orm.scalars(select(SessionRow).where(of).order_by(SessionRow.date, SessionRow.id))
    return tuple(
        rows.session(row, subject.code, measures.get(row.id, ()), tuple(events[row.id]))
        for row in sessions
    )


def known_sides(orm: OrmSession, subject_id: int | None = None) -> Mapping[int, Side]:
    """The side of each subject: as entered with the work-up, else as most sessions show it."""
    query = select(SessionRow.subject_id, SessionRow.side, func.count())
    entered = select(WorkUpRow.id, WorkUpRow.side).where(WorkUpRow.side != "")
    if subject_id is not None:
        query = query.where(SessionRow.subject_id == subject_id)
        entered = entered.where(WorkUpRow.id == subject_id)
    seen: dict[int, Counter[Side]] = defaultdict(Counter)
    for of, side, count in orm.execute(query.group_by(SessionRow.subject_id, SessionRow.side)):
        if side in set(Side):
            seen[of][Side(side)] += count
    known = {
        of: max(count, key=lambda side: count[side])
        for of, count in seen.items()
        if count[Side.LEFT] != count[Side.RIGHT]
    }
    return known | {of: Side(side) for of, side in orm.execute(entered)}


def _check_side(orm: OrmSession, subject: SubjectRow, session: Session) -> None:
    """A video that was mirrored unnoticed turns a person's side: ask before it is stored."""
    known = known_sides(orm, subject.id).get(subject.id)
    is_side = session.side in {AffectedSide.LEFT, AffectedSide.RIGHT}
    if known is None or not is_side or str(session.side) == str(known):
        return
    raise SideContradictionError(
        f"The spasms of {session.name} are on the {session.side} side; {subject.code} has "
        f"them on the {known} in what is stored so far.",
        "If the video shows a mirror image, analyze it again with --mirrored; "
        "if the side is right as it is: --confirm-side",
    )


def _place(orm: OrmSession, subject_id: int, session: Session) -> tuple[SessionRow | None, str]:
    """The row whose place a session takes, if any, and its label."""
    query = (
        select(SessionRow)
        .where(
            SessionRow.subject_id == subject_id,
            SessionRow.date == session.date,
            SessionRow.segment == str(session.segment),
        )
        .order_by(SessionRow.id)
        .options(undefer(SessionRow.summary))
    )
    taken = {row.label: row for row in orm.scalars(query)}
    for row in taken.values():
        is_same = bool(session.video_sha256) and row.video_sha256 == session.video_sha256
        if is_same and session.label in {"", row.label}:
            return row, row.label
    if session.label not in taken:
        return None, session.label
    if session.label:
        raise ClashError(
            f"{session.subject} has a session {session.name} of another video already.",
            "Give this one another label: --session LABEL",
        )
    return None, next(str(n) for n in range(2, len(taken) + 3) if str(n) not in taken)


def write(orm: OrmSession, subject_id: int, session: Session, row: SessionRow | None) -> int:
    """Write a session into a new row, or in the place of ``row``; the row's number."""
    values = rows.session_values(session)
    if row is None:
        row = SessionRow(subject_id=subject_id, **values)
        orm.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
        for table in (MeasureRow, EventRow):
            orm.execute(sql_delete(table).where(table.session_id == row.id))
    orm.flush()
    measures = [rows.measure_values(row.id, n, one) for n, one in enumerate(session.measures, 1)]
    events = [rows.spasm_values(row.id, n, one) for n, one in enumerate(session.events, 1)]
    if measures:
        orm.execute(insert(MeasureRow), measures)
    if events:
        orm.execute(insert(EventRow), events)
    return row.id


def _row(orm: OrmSession, subject: SubjectRow, which: str) -> SessionRow:
    query = (
        select(SessionRow)
        .where(SessionRow.subject_id == subject.id)
        .options(undefer(SessionRow.summary))
    )
    all_of = list(orm.scalars(query.order_by(SessionRow.date, SessionRow.id)))
    hits = [row for row in all_of if str(row.id) == which.removeprefix("#")]
    hits = hits or [row for row in all_of if which in {row.label, row.date.isoformat()}]
    if len(hits) == 1:
        return hits[0]
    said = f"{len(hits)} sessions of" if hits else "There is no session of"
    raise UnknownError(
        f"{said} {subject.code}{' are' if hits else ''} called {which!r}.",
        f"Name it by its number: spasm-video sessions list {subject.code}",
    )


def _by_session(orm: OrmSession, query: Any) -> dict[int, tuple[Measure, ...]]:
    gathered: dict[int, list[Measure]] = defaultdict(list)
    for of, *one in orm.execute(query):
        gathered[of].append(rows.measure(one))
    return {number: tuple(measures) for number, measures in gathered.items()}
