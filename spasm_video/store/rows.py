"""Records to rows and back: NaN is NULL in the database, and NaN again outside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import Region, Side
from spasm_video.history import (
    Cause,
    Listed,
    Measure,
    Note,
    Rating,
    ReviewedEvent,
    Segment,
    Session,
    Site,
    Treatment,
    TreatmentKind,
    Verdict,
    WorkUp,
)
from spasm_video.records import AffectedSide, Kind, RegionPart, SpasmEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spasm_video.store.models import (
        EventRow,
        NoteRow,
        RatingRow,
        ReviewedEventRow,
        SessionRow,
        TreatmentRow,
        WorkUpRow,
    )


OF_MEASURE = ("name", "value", "low", "high", "unit", "reason")  # in the order of the record


def number(value: float | None) -> float:
    """As a record has it."""
    return math.nan if value is None else value


def null(value: float) -> float | None:
    """As a row has it."""
    return float(value) if math.isfinite(value) else None


def measure(row: Sequence[Any]) -> Measure:
    """A number of a session, from its columns, ``OF_MEASURE``."""
    name, value, low, high, unit, reason = row
    return Measure(name, number(value), number(low), number(high), unit, reason)


def measure_values(session_id: int, at: int, one: Measure) -> dict[str, Any]:
    """The same, to be stored."""
    return {
        "session_id": session_id,
        "number": at,
        "name": one.name,
        "value": null(one.value),
        "low": null(one.low),
        "high": null(one.high),
        "unit": one.unit,
        "reason": one.reason,
    }


def spasm(row: EventRow | ReviewedEventRow) -> SpasmEvent:
    """A spasm of a session."""
    return SpasmEvent(
        row.onset_s,
        row.peak_s,
        row.offset_s,
        Side(row.side),
        Kind(row.kind),
        tuple(RegionPart(Region(name), number(mm), number(ms)) for name, mm, ms in row.parts),
        number(row.confidence),
        row.other_babinski,
    )


def spasm_values(session_id: int, at: int, one: SpasmEvent) -> dict[str, Any]:
    """The same, to be stored."""
    return {
        "session_id": session_id,
        "number": at,
        "onset_s": float(one.onset_s),
        "peak_s": float(one.peak_s),
        "offset_s": float(one.offset_s),
        "side": str(one.side),
        "kind": str(one.kind),
        "regions": "+".join(one.regions),
        "amplitude_mm": null(one.amplitude_mm),
        "confidence": null(one.confidence),
        "other_babinski": bool(one.other_babinski),
        "parts": [
            [str(part.region), null(part.amplitude_mm), null(part.lag_ms)] for part in one.parts
        ],
    }


def session_values(one: Session) -> dict[str, Any]:
    """The row of a session, but for its subject, measures and events."""
    return {
        "date": one.date,
        "label": one.label,
        "segment": str(one.segment),
        "device": one.device,
        "mirrored": one.mirrored,
        "side": str(one.side),
        "is_confirmed": one.is_confirmed,
        "duration_s": float(one.duration_s),
        "usable_s": float(one.usable_s),
        "method": one.method,
        "video_sha256": one.video_sha256,
        "folder": one.folder,
        "summary": one.summary,
        "made_with": one.made_with,
    }


def session(
    row: SessionRow,
    code: str,
    measures: tuple[Measure, ...] = (),
    events: tuple[SpasmEvent, ...] = (),
    summary: dict[str, Any] | None = None,
) -> Session:
    """A session of a subject."""
    return Session(
        subject=code,
        date=row.date,
        label=row.label,
        segment=Segment(row.segment),
        device=row.device,
        mirrored=row.mirrored,
        side=AffectedSide(row.side),
        is_confirmed=row.is_confirmed,
        duration_s=row.duration_s,
        usable_s=row.usable_s,
        measures=measures,
        events=events,
        summary=summary or {},
        made_with=row.made_with,
        folder=row.folder,
        number=row.id,
    )


def listed(row: Sequence[Any], measures: tuple[Measure, ...]) -> Listed:
    """A session as a list has it, from its columns in the order of the record."""
    at, subject, date, label, segment, device, side, is_confirmed, *rest = row
    duration_s, usable_s, method, video_sha256, folder = rest
    return Listed(
        at, subject, date, label, Segment(segment), device, AffectedSide(side), is_confirmed,
        duration_s, usable_s, method, video_sha256, folder, measures,
    )  # fmt: skip


def treatment_values(one: Treatment) -> dict[str, Any]:
    """The row of a treatment, but for its subject."""
    return {
        "kind": str(one.kind),
        "date": one.date,
        "until": one.until,
        "product": one.product,
        "dose": null(one.dose),
        "dose_unit": one.dose_unit,
        "sites": [[site.place, null(site.dose)] for site in one.sites],
        "side": str(one.side or ""),
        "note": one.note,
    }


def treatment(row: TreatmentRow, code: str) -> Treatment:
    """A treatment of a subject."""
    return Treatment(
        subject=code,
        kind=TreatmentKind(row.kind),
        date=row.date,
        until=row.until,
        product=row.product,
        dose=number(row.dose),
        dose_unit=row.dose_unit,
        sites=tuple(Site(place, number(dose)) for place, dose in row.sites),
        side=Side(row.side) if row.side else None,
        note=row.note,
        number=row.id,
    )


def rating_values(one: Rating) -> dict[str, Any]:
    """The row of a rating, but for its subject."""
    names = ("scale", "wording", "value", "rater", "date", "session", "note")
    return {name: getattr(one, name) for name in names}


def rating(row: RatingRow, code: str) -> Rating:
    """A rating of a subject."""
    names = ("scale", "wording", "value", "rater", "date", "session", "note")
    return Rating(subject=code, number=row.id, **{name: getattr(row, name) for name in names})


def note_values(one: Note) -> dict[str, Any]:
    """The row of a note, but for its subject."""
    return {name: getattr(one, name) for name in ("date", "text", "author", "session")}


def note(row: NoteRow, code: str) -> Note:
    """A note on a subject."""
    names = ("date", "text", "author", "session")
    return Note(subject=code, number=row.id, **{name: getattr(row, name) for name in names})


def work_up_values(one: WorkUp) -> dict[str, Any]:
    """The row of a work-up, but for its subject."""
    texts = {
        name: str(getattr(one, name) or "")
        for name in ("side", "cause", "vessel", "kind", "began", "mri", "mra", "emg")
    }
    return texts | {"hypertension": one.hypertension}


def work_up(row: WorkUpRow | None) -> WorkUp:
    """The work-up of a subject; nothing known where there is none."""
    if row is None:
        return WorkUp()
    return WorkUp(
        side=Side(row.side) if row.side else None,
        cause=Cause(row.cause),
        vessel=row.vessel,
        kind=row.kind,
        began=row.began,
        mri=row.mri,
        mra=row.mra,
        emg=row.emg,
        hypertension=row.hypertension,
    )


def reviewed_values(one: ReviewedEvent, method: str) -> dict[str, Any]:
    """The row of what a person made of an event, but for its session."""
    spasm = spasm_values(0, 0, one.event)
    names = ("side", "kind", "onset_s", "peak_s", "offset_s", "confidence", "other_babinski")
    return {name: spasm[name] for name in (*names, "parts")} | {
        "measured": one.measured,
        "method": method,
        "verdict": str(one.verdict),
    }


def reviewed(row: ReviewedEventRow) -> ReviewedEvent:
    """What a person made of an event."""
    return ReviewedEvent(
        event=spasm(row), verdict=Verdict(row.verdict), measured=row.measured, number=row.id
    )
