"""
From a measurement to a stored session, and from a stored session's track to a new one.

What is stored is the recording in numbers: every number of the summary that is one number,
those of each region that are compared over time, and the spasms themselves.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video import __version__
from spasm_video.errors import InputError, TrackError
from spasm_video.history import Listed, Measure, Segment, Session, measure_of, method_of
from spasm_video.measure import measure
from spasm_video.measure.session import concluded, find
from spasm_video.observe.track import load_track
from spasm_video.records import Estimate
from spasm_video.report.plain import run_plain, summary_plain
from spasm_video.store import sessions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from spasm_video.measure.summary import Findings
    from spasm_video.params import MeasureParams
    from spasm_video.records import FaceTrack, Measurement, RegionSummary
    from spasm_video.store import Store

_UNITS = {
    "s": "s", "mm": "mm", "min": "1/min", "hz": "Hz", "percent": "%", "fraction": "1", "px": "mm/px"
}  # fmt: skip
_OF_REGION = (
    "spasms_per_min", "events", "median_amplitude_mm", "p90_amplitude_mm", "limit_mm", "usable_s",
    "twitch_rate_hz",
)  # fmt: skip
_NO_SPASM = "No spasm to describe."
_TRACK = "track.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Whose recording it is, of which day, task and device; what ``analyze`` cannot see."""

    subject: str
    date: dt.date
    label: str = ""
    segment: Segment = Segment.REST
    device: str = ""
    is_confirmed: bool = False


class Outcome(StrEnum):
    """What became of a session that was to be measured again."""

    DONE = "measured again"
    SAME = "up to date"
    NO_TRACK = "its track is not there"
    UNREADABLE = "its track cannot be used"


def session_of(
    measurement: Measurement, visit: Visit, folder: Path, params: MeasureParams | None = None
) -> Session:
    """A measurement as a session; ``folder`` is where its results lie."""
    plain = None if params is None else dataclasses.asdict(params)
    summary, video = measurement.summary, measurement.provenance.video
    return Session(
        subject=visit.subject,
        date=visit.date,
        label=visit.label,
        segment=visit.segment,
        device=visit.device,
        mirrored=video.mirrored,
        side=summary.affected_side,
        is_confirmed=visit.is_confirmed,
        duration_s=summary.duration_s,
        usable_s=summary.usable_s,
        measures=measures_of(measurement),
        events=measurement.events,
        summary=summary_plain(measurement),
        made_with=run_plain(measurement, plain),
        folder=str(folder.absolute()),
    )


def measures_of(measurement: Measurement) -> tuple[Measure, ...]:
    """The numbers of a recording, those of a region as ``<region>_<side>_<name>``."""
    summary = measurement.summary
    why = " ".join(summary.limits) or _NO_SPASM
    numbers = _numbers(summary, "", why)
    for region in summary.regions:
        numbers += _of_region(region)
    video = measurement.provenance.video
    numbers.append(Measure("real_fps", video.real_fps, *_BARE, "1/s"))
    return tuple(numbers)


def session_from_folder(folder: Path, visit: Visit, params: MeasureParams) -> Session:
    """A session from a folder of results, without the video; errors are those of ``found_in``."""
    return session_of(concluded(found_in(folder, params), params), visit, folder, params)


def found_in(folder: Path, params: MeasureParams) -> Findings:
    """
    What is found in the track of a folder of results.

    Raises
    ------
    InputError : the folder holds no track
    TrackError : the track cannot be used
    """
    if not (folder / _TRACK).is_file():
        raise InputError(f"{folder} holds no {_TRACK}.", "Name a folder that analyze has written.")
    return find(load_track(folder / _TRACK), params)


def remeasure(
    store: Store, code: str, params: MeasureParams, params_hash: str
) -> Iterator[tuple[Listed, Outcome]]:
    """
    Measure the saved tracks of a subject with the present method, one after the other.

    A session whose track is gone stays as it is. The folder of results is not touched: its
    page keeps the pictures, and the numbers it was made with.
    """
    for session in sessions.listed(store, code):
        yield session, _again(store, session, params, params_hash)


def _again(store: Store, session: Listed, params: MeasureParams, params_hash: str) -> Outcome:
    path = Path(session.folder) / _TRACK
    if not session.folder or not path.is_file():
        return Outcome.NO_TRACK
    try:
        track = load_track(path)
    except TrackError:
        return Outcome.UNREADABLE
    if session.method == _method_now(track, params_hash):
        return Outcome.SAME
    visit = Visit(
        subject=session.subject,
        date=session.date,
        label=session.label,
        segment=session.segment,
        device=session.device,
        is_confirmed=session.is_confirmed,
    )
    again = session_of(measure(track, params), visit, path.parent, params)
    again = replace(again, number=session.number)
    sessions.remeasured(store, again, "measured again with the present method")
    return Outcome.DONE


def _method_now(track: FaceTrack, params_hash: str) -> str:
    made_with = {
        "package_version": __version__,
        "params_hash": params_hash,
        "observed_with": track.observed_with,
        "models": dict(track.models),
    }
    return method_of(made_with)


def _of_region(region: RegionSummary) -> list[Measure]:
    why = region.reason or _NO_SPASM
    numbers = _numbers(region, f"{region.region}_{region.side}_", why)
    wanted = {f"{region.region}_{region.side}_{name}" for name in _OF_REGION}
    return [one for one in numbers if one.name in wanted]


def _numbers(record: Any, prefix: str, why: str) -> list[Measure]:
    """Every field of a record that is one number."""
    numbers = []
    for entry in dataclasses.fields(record):
        value, name = getattr(record, entry.name), f"{prefix}{entry.name}"
        unit = _UNITS.get(entry.name.rsplit("_", 1)[-1], "1")
        if isinstance(value, Estimate):
            numbers.append(measure_of(name, value, unit, why))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            bare = Estimate(float(value), *_BARE)
            numbers.append(measure_of(name, bare, unit, why))
    return numbers


_BARE = (float("nan"), float("nan"))  # the interval of a number that has none
