"""
The records of one person over time: recordings, treatments, ratings by hand, work-up, notes.

A subject is a pseudonymous code; nothing here has a field for a name. Ratings are what a
person gave and are never mixed with what a video measured. Missing is NaN or None, never
zero. Imports no arrays, so that a command line can name its words at once.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from spasm_video.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from spasm_video.anatomy import Side
    from spasm_video.records import AffectedSide, Estimate, SpasmEvent

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH_DIGITS = 12


class Segment(StrEnum):
    """What the person was asked to do; only recordings of one kind are compared."""

    REST = "rest"
    CLOSE = "close"
    SQUEEZE = "squeeze"
    BROW = "brow"
    SMILE = "smile"
    PURSE = "purse"
    SPEECH = "speech"
    READING = "reading"
    OTHER = "other"


class TreatmentKind(StrEnum):
    """What was done."""

    TOXIN = "toxin"
    SURGERY = "surgery"
    DRUG = "drug"


class Cause(StrEnum):
    """Primary: a vessel at the nerve's root, or none found; secondary: another disease."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person by code, with what is stored of them; dates are None without a session."""

    code: str
    sessions: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    treatments: int = 0
    side: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no code."""
        check_code(self.code)


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of one session with its interval; ``reason`` says why where it is NaN."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it could be assessed."""
        return math.isfinite(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """
    One recording of one subject: what was measured, with what, and where its results lie.

    ``summary`` and ``made_with`` are summary.json and run.json as plain data.
    ``is_confirmed`` says that a person confirmed a side that contradicts earlier sessions.
    """

    subject: str
    date: dt.date
    label: str = ""
    segment: Segment = Segment.REST
    device: str = ""
    mirrored: bool = False
    side: AffectedSide
    is_confirmed: bool = False
    duration_s: float
    usable_s: float
    measures: tuple[Measure, ...] = ()
    events: tuple[SpasmEvent, ...] = ()
    summary: dict[str, Any] = field(default_factory=dict)
    made_with: dict[str, Any] = field(default_factory=dict)
    folder: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no code."""
        check_code(self.subject)

    @property
    def method(self) -> str:
        """Names program version, parameters and networks: only equal ones are compared."""
        return method_of(self.made_with)

    @property
    def name(self) -> str:
        """As a person calls it: date, task, label."""
        return _called(self.date, self.segment, self.label)

    @property
    def video_sha256(self) -> str:
        """Of the video file; empty where unknown."""
        return str(self.made_with.get("video", {}).get("sha256", ""))

    def measure(self, name: str) -> Measure:
        """A number by name; unknown, with a reason, where the session does not hold it."""
        return _measure_of(self.measures, name)


class Listed(NamedTuple):
    """
    A session as a list has it: what it is called, its method, and its headline number alone.

    A tuple, for a site lists ten thousand of them while somebody waits.
    """

    number: int
    subject: str
    date: dt.date
    label: str
    segment: Segment
    device: str
    side: AffectedSide
    is_confirmed: bool
    duration_s: float
    usable_s: float
    method: str
    video_sha256: str
    folder: str
    measures: tuple[Measure, ...]

    @property
    def name(self) -> str:
        """As a person calls it: date, task, label."""
        return _called(self.date, self.segment, self.label)

    def measure(self, name: str) -> Measure:
        """A headline number; unknown, with a reason, where the list does not hold it."""
        return _measure_of(self.measures, name)


@dataclass(frozen=True, slots=True)
class Site:
    """Where toxin went and how much of it; NaN where the dose is not known."""

    place: str
    dose: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """Toxin, decompression surgery or a drug; ``until`` is the last day of a drug."""

    subject: str
    kind: TreatmentKind
    date: dt.date
    until: dt.date | None = None
    product: str = ""
    dose: float = math.nan
    dose_unit: str = ""
    sites: tuple[Site, ...] = ()
    side: Side | None = None
    note: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        """Check the code, the dose and the order of the days."""
        check_code(self.subject)
        for dose in (self.dose, *(site.dose for site in self.sites)):
            if dose <= 0 or math.isinf(dose):
                raise InputError(
                    f"A dose of {dose:g} is no dose.", "Give a number above 0, or leave it out."
                )
        if self.until is not None and self.until < self.date:
            raise InputError(
                f"The treatment ends on {self.until}, before it begins on {self.date}.",
                "Give --date as its first day and --until as its last.",
            )


# Ends of published scales, with the values they allow; item texts are under their owners' rights.
SCALES: dict[str, tuple[str, float, float]] = {
    "jankovic-severity": ("Jankovic rating scale, severity", 0, 4),
    "jankovic-frequency": ("Jankovic rating scale, frequency", 0, 4),
    "jankovic-sum": ("Jankovic rating scale, sum of both", 0, 8),
    "smc": ("SMC grade (I-IV as 1-4)", 1, 4),
    "tunc": ("Tunc's scale", 0, 4),
    "chen": ("Chen's clinical grading of spasm intensity", 0, 4),
    "cohen": ("Cohen's grading (0-IV as 0-4)", 0, 4),
    "hsgs": ("Hemifacial Spasm Grading Scale, total", 0, math.inf),
    "hfss": ("HFS severity score, total", 0, math.inf),
    "hfs-7": ("HFS-7, total", 0, 28),
    "hfs-8": ("HFS-8, total", 0, 32),
    "hfs-30": ("HFS-30, total", 0, 120),
    "house-brackmann": ("House-Brackmann grade (I-VI as 1-6)", 1, 6),
    "sunnybrook": ("Sunnybrook composite", 0, 100),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """
    A score that a person gave, with the wording it was given by; any scale may be named.

    Several wordings of one scale are in use and are not the same scale, so ``wording`` is
    never empty.
    """

    subject: str
    scale: str
    wording: str
    value: float
    rater: str
    date: dt.date
    session: str = ""
    note: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        """Check the code, the value against its scale, and that wording and rater are told."""
        check_code(self.subject)
        name, low, high = SCALES.get(self.scale, (self.scale, -math.inf, math.inf))
        if not low <= self.value <= high or not math.isfinite(self.value):
            ends = f"from {low:g} to {high:g}" if math.isfinite(high) else f"from {low:g} on"
            raise InputError(f"{name} cannot be {self.value:g}.", f"It goes {ends}.")
        if not self.wording.strip() or not self.rater.strip():
            raise InputError(
                "A rating needs the wording it was given by, and who gave it.",
                'For example: --wording "Jankovic & Orman 1987" --rater R1',
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUp:
    """What is known of the cause; empty or None where it is not known."""

    side: Side | None = None
    cause: Cause = Cause.UNKNOWN
    vessel: str = ""
    kind: str = ""
    began: str = ""
    mri: str = ""
    mra: str = ""
    emg: str = ""
    hypertension: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark on a subject, or on one session."""

    subject: str
    date: dt.date
    text: str
    author: str = ""
    session: str = ""
    number: int = 0


class Verdict(StrEnum):
    """What a person said of an event; only accepted ones count in a reviewed summary."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedEvent:
    """
    An event as a person left it.

    ``measured`` is the number of the measured event it speaks of, 0 where a person found it;
    ``number`` is that of its row, 0 where nobody has touched it.
    """

    event: SpasmEvent
    verdict: Verdict = Verdict.OPEN
    measured: int = 0
    number: int = 0

    @property
    def mark(self) -> str:
        """The same for the same state of an event, another for any other."""
        one = self.event
        state = (self.number, self.verdict, one.side, one.kind, one.onset_s, one.offset_s)
        return " ".join(str(part) for part in (*state, *one.regions))


class Edge(StrEnum):
    """An end of a recording, from which it can be trimmed."""

    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class ExcludedSpan:
    """A half-open span that a person left out, in seconds of the video."""

    start_s: float
    end_s: float
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """
    What people made of a session: every event, measured or added, and what was left out.

    ``summary`` is summary.json from the accepted events; empty until it was made.
    """

    events: tuple[ReviewedEvent, ...]
    excluded: tuple[ExcludedSpan, ...] = ()
    summary: dict[str, Any] = field(default_factory=dict)
    who: str = ""
    at: dt.datetime | None = None

    @property
    def accepted(self) -> tuple[SpasmEvent, ...]:
        """The events that count."""
        return tuple(one.event for one in self.events if one.verdict is Verdict.ACCEPTED)

    @property
    def judged(self) -> int:
        """How many events somebody has said something of."""
        return sum(one.verdict is not Verdict.OPEN for one in self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the audit log; ``before`` and ``after`` hold what changed."""

    number: int
    at: dt.datetime
    who: str
    action: str
    entity: str
    entity_number: int
    subject: str
    why: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is stored of one subject, in order of time."""

    subject: Subject
    sessions: tuple[Session, ...]
    treatments: tuple[Treatment, ...] = ()
    ratings: tuple[Rating, ...] = ()
    work_up: WorkUp = field(default_factory=WorkUp)
    notes: tuple[Note, ...] = ()


def check_code(code: str) -> None:
    """
    Raise InputError unless this can name a subject.

    >>> check_code("P01")
    """
    if not _CODE.fullmatch(code):
        raise InputError(
            f"{code!r} cannot name a subject.",
            "Use a code of letters, digits, dots, dashes and underscores, such as P01; no names.",
        )


def method_of(made_with: dict[str, Any]) -> str:
    """
    Twelve hex digits of all that decides a number: version, parameters, networks, observing.

    The runtime's own version is left out: it moves no point by more than rounding.
    """
    observing = str(made_with.get("observed_with", "")).rsplit(", ", 1)[-1]
    models = sorted(dict(made_with.get("models", {})).items())
    deciding = [made_with.get("package_version"), made_with.get("params_hash"), observing, models]
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:_HASH_DIGITS]


def _called(date: dt.date, segment: Segment, label: str) -> str:
    return " ".join(part for part in (date.isoformat(), segment, label) if part)


def _measure_of(measures: tuple[Measure, ...], name: str) -> Measure:
    for one in measures:
        if one.name == name:
            return one
    return Measure(name, math.nan, math.nan, math.nan, "", "This was not measured.")


def measure_of(name: str, estimate: Estimate, unit: str, reason: str = "") -> Measure:
    """An estimate as a row; its reason only where it is missing."""
    is_known = math.isfinite(estimate.value)
    return Measure(
        name, estimate.value, estimate.low, estimate.high, unit, "" if is_known else reason
    )
