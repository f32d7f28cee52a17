"""
Every number of the measurement: unit, default and source, declared once.

Help texts, the README's table and the stored hash derive from these records. Times and
distances are physical: never frames, never units of the clip's own spread.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from spasm_video.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

Record = TypeVar("Record")


def param(  # noqa: PLR0913 - a number, declared once, whole
    default: float, *, unit: str, source: str, about: str, low: float = 0.0, high: float = 1e6
) -> Any:
    """Declare a number: ``low`` and ``high`` are the ends of what makes sense."""
    about_it = {"unit": unit, "source": source, "about": about, "low": low, "high": high}
    return field(default=default if unit == "count" else float(default), metadata=about_it)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveParams:
    """How the face is found and its skin is tracked."""

    detector_score: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is detected"
    )
    minimum_presence: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is followed"
    )
    sure_score: float = param(
        0.7, unit="0-1", high=1, source="design", about="a detection elsewhere ends the following"
    )
    look_again_s: float = param(
        0.5, unit="s", source="design: 1 ms every half second", about="other faces are counted"
    )
    crops: int = param(
        1,
        unit="count",
        low=1,
        high=4,
        source="--quality high takes 4",
        about="slightly moved crops averaged for the face points",
    )


_DEV = "labelled development clips (CONTRIBUTING, decision on thresholds)"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityParams:
    """Which frames can be measured."""

    largest_yaw_deg: float = param(
        32,
        unit="deg",
        high=90,
        source=f"{_DEV}; advice is 20",
        about="a head turned further is not measured",
    )
    largest_pitch_deg: float = param(
        40, unit="deg", high=90, source=_DEV, about="a head nodded further is not measured"
    )
    smallest_iris_px: float = param(
        7, unit="px", source=f"{_DEV}; advice is 20", about="a smaller iris is not measured"
    )
    good_iris_px: float = param(
        20,
        unit="px",
        source="clinical reference: 20, better 30",
        about="a smaller iris is warned of",
    )
    slowest_fps: float = param(
        15, unit="1/s", source="published vendor limit", about="a slower camera gives no twitches"
    )
    good_fps: float = param(
        24, unit="1/s", source="half-sine sampling table", about="below it rates are lower bounds"
    )
    darkest: float = param(
        20, unit="grey levels", high=255, source="design", about="a darker face is not measured"
    )
    softest: float = param(
        0.8, unit="grey levels", high=255, source=_DEV, about="a face with less detail is blurred"
    )
    longest_gap_s: float = param(
        0.25, unit="s", source="design", about="a longer gap without a face ends a span"
    )
    shortest_span_s: float = param(
        0.4, unit="s", source="design", about="a shorter span has no baseline"
    )
    settling_s: float = param(
        0.1, unit="s", source="design: crop and lids settle", about="after a face is taken up anew"
    )
    least_confidence: float = param(
        0.15, unit="0-1", high=1, source=_DEV, about="skin followed with less is not measured"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementParams:
    """
    From raw motion to millimetres of a region.

    A gain is the share of a region's true movement that a channel reads, from clips with
    movements of known size; displacements are divided by it.
    """

    lid_flow_gain: float = param(
        0.72, unit="1", low=0.05, source=_DEV, about="upper against lower lid margin, by flow"
    )
    lid_network_gain: float = param(
        0.45, unit="1", low=0.05, source=_DEV, about="lid opening by the per-eye network"
    )
    lid_mesh_gain: float = param(
        0.2, unit="1", low=0.05, source=_DEV, about="one-sided lid opening by the face mesh"
    )
    brow_gain: float = param(0.6, unit="1", low=0.05, source=_DEV, about="brow window")
    cheek_upper_gain: float = param(
        0.55, unit="1", low=0.05, source=_DEV, about="upper cheek window"
    )
    cheek_gain: float = param(0.45, unit="1", low=0.05, source=_DEV, about="cheek window")
    mouth_gain: float = param(0.6, unit="1", low=0.05, source=_DEV, about="mouth corner window")
    mouth_mesh_gain: float = param(
        0.5, unit="1", low=0.05, source=_DEV, about="mouth corner of the mesh"
    )
    neck_gain: float = param(0.45, unit="1", low=0.05, source=_DEV, about="neck window")
    twitch_window_s: float = param(
        0.35,
        unit="s",
        source=_DEV,
        about="a clonic twitch rises and falls within it; slower changes are left out",
    )
    brief_window_s: float = param(
        0.65,
        unit="s",
        source="three times a clonic twitch",
        about="running baseline for brief movements",
    )
    network_window_s: float = param(
        1.0,
        unit="s",
        source="longer than a forced blink; networks do not drift as flow does",
        about="running baseline for brief movements seen by the networks",
    )
    held_window_s: float = param(
        5.0,
        unit="s",
        source="longer than most tonic spasms",
        about="running baseline for held movements",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitParams:
    """
    The detection limit of a region at a moment: how much one-sided movement counts.

    limit = (floor + a share of what both sides do + a share of the head's turning)
    x max(1, noise factor x local noise, what the other side does by chance), noise and
    chance being judged relative to the same sum.
    """

    noise_factor: float = param(
        3.0, unit="1", source=_DEV, about="limit over what the other side's noise does"
    )
    lid_network_noise_factor: float = param(
        4.0, unit="1", source=_DEV, about="the same, per-eye network"
    )
    held_noise_factor: float = param(2.0, unit="1", source=_DEV, about="the same, held movements")
    noise_window_s: float = param(3.0, unit="s", source="design", about="over which noise is taken")
    chance_window_s: float = param(
        16.0, unit="s", source="design", about="over which the other side's excess is looked at"
    )
    chance_percentile: float = param(
        99, unit="%", high=100, source=_DEV, about="of the other side's excess, brief movements"
    )
    held_chance_percentile: float = param(
        75, unit="%", high=100, source=_DEV, about="of the other side's excess, held movements"
    )
    eyelid_floor_mm: float = param(
        0.35, unit="mm", source="clinical reference: 0.3 mm", about="eyelid"
    )
    brow_floor_mm: float = param(0.5, unit="mm", source=_DEV, about="brow")
    cheek_floor_mm: float = param(
        0.35, unit="mm", source="clinical reference: 0.3 mm", about="cheek"
    )
    mouth_floor_mm: float = param(0.4, unit="mm", source=_DEV, about="mouth")
    neck_floor_mm: float = param(0.5, unit="mm", source=_DEV, about="neck")
    lid_network_floor_mm: float = param(
        1.0, unit="mm", source=_DEV, about="eyelid, per-eye network alone"
    )
    held_eyelid_floor_mm: float = param(1.8, unit="mm", source=_DEV, about="eyelid, held")
    held_cheek_floor_mm: float = param(1.2, unit="mm", source=_DEV, about="cheek, held")
    held_brow_floor_mm: float = param(1.5, unit="mm", source=_DEV, about="brow, held")
    held_neck_floor_mm: float = param(1.5, unit="mm", source=_DEV, about="neck, held")
    held_mouth_floor_mm: float = param(1.2, unit="mm", source=_DEV, about="mouth, held")
    shared_lid: float = param(0.3, unit="1", source=_DEV, about="share of both lids' movement")
    shared_lid_network: float = param(0.5, unit="1", source=_DEV, about="the same, per-eye network")
    shared_skin: float = param(
        0.4, unit="1", source=_DEV, about="share of both sides' skin movement"
    )
    shared_held: float = param(
        0.45, unit="1", source=_DEV, about="share of both sides' held movement"
    )
    shared_reach_s: float = param(
        0.1, unit="s", source=_DEV, about="shared movement counts this far"
    )
    turn_mm_per_deg: float = param(0.1, unit="mm/deg", source=_DEV, about="of the head's turning")
    held_turn_mm_per_deg: float = param(0.15, unit="mm/deg", source=_DEV, about="the same, held")
    blink_share: float = param(
        0.5, unit="1", source=_DEV, about="of a blink's depth added at the lids"
    )
    blink_reach_s: float = param(
        0.13, unit="s", source=_DEV, about="a blink raises the limit this far"
    )
    blink_least_mm: float = param(
        0.5, unit="mm", source=_DEV, about="both lids close at least this much"
    )
    blink_ratio: float = param(
        0.45,
        unit="1",
        high=1,
        source="clinical reference: 0.5-2",
        about="smaller over larger lid closure",
    )
    blink_masks_mm: float = param(
        1.5, unit="mm", source=_DEV, about="a deeper blink tells no noise"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParams:
    """When one-sided movement is a spasm."""

    brief_level: float = param(1.6, unit="1", source=_DEV, about="brief evidence over its limit")
    held_level: float = param(1.2, unit="1", source=_DEV, about="held evidence over its limit")
    end_share: float = param(
        0.4,
        unit="1",
        high=1,
        source="hysteresis at half",
        about="an event lasts down to this share",
    )
    unsupported_share: float = param(
        0.4, unit="1", high=1, source=_DEV, about="weight of lid flow that nothing else supports"
    )
    support_level: float = param(0.5, unit="1", source=_DEV, about="support that gives full weight")
    own_share: float = param(
        0.65,
        unit="1",
        low=0.05,
        source=_DEV,
        about="of the lids' difference that must be this lid closing, not the other opening",
    )
    flow_alone_mm: float = param(
        1.0, unit="mm", source=_DEV, about="lid flow believed without either network seeing it"
    )
    flow_of_networks: float = param(
        1.5, unit="1", source=_DEV, about="and this much more for each mm both networks see"
    )
    needs_flow: float = param(
        0.7, unit="1", source=_DEV, about="lid flow without which the network counts half"
    )
    one_skin_share: float = param(
        0.4, unit="1", high=1, source=_DEV, about="weight of cheek or mouth moving alone"
    )
    held_lid_alone: float = param(
        2.0, unit="1", source=_DEV, about="held lid evidence without the cheek or mouth"
    )
    involved_level: float = param(
        0.35, unit="1", source=_DEV, about="a region takes part in an event"
    )
    involved_cheek_level: float = param(
        0.15, unit="1", source=_DEV, about="the cheek takes part: smooth skin shows little"
    )
    involved_least_mm: float = param(
        0.3, unit="mm", source="clinical reference: 0.3 mm", about="and at least by this much"
    )
    involved_far_level: float = param(
        0.5, unit="1", source=_DEV, about="brow and neck take part in an event"
    )
    shortest_s: float = param(
        0.06, unit="s", source="clinical reference: 40-1000 ms", about="shorter is noise"
    )
    join_gap_s: float = param(0.03, unit="s", source=_DEV, about="events closer than this are one")
    brief_longest_s: float = param(
        0.45,
        unit="s",
        source="two thirds of the brief baseline",
        about="shorter events are sized against the brief baseline, longer ones against rest",
    )
    echo_s: float = param(
        0.15,
        unit="s",
        source=_DEV,
        about="so near a stronger event of the other side, an event is its echo",
    )
    edge_share: float = param(
        0.1,
        unit="1",
        high=1,
        source="onset and offset at 10 % of the peak",
        about="of the peak at the edges",
    )
    edge_reach_s: float = param(
        0.3, unit="s", source="design", about="edges are looked for this far"
    )
    tonic_from_s: float = param(
        1.0, unit="s", source="Jankovic rating scale", about="clonic below, tonic from"
    )
    together_ms: float = param(
        50, unit="ms", source="clinical reference", about="regions begin together, or one frame"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlinkParams:
    """When both lids closing is a blink."""

    least_mm: float = param(0.8, unit="mm", source=_DEV, about="both lids close at least this much")
    least_share: float = param(0.15, unit="1", high=1, source=_DEV, about="and this share of open")
    complete_share: float = param(
        0.2,
        unit="1",
        high=1,
        source="clinical reference",
        about="open share at the deepest of a complete blink",
    )
    shortest_s: float = param(0.05, unit="s", source="clinical reference", about="shorter is noise")
    longest_s: float = param(
        0.5, unit="s", source="clinical reference", about="longer is a closed eye"
    )
    baseline_s: float = param(
        2.0, unit="s", source="design", about="running baseline of the open lid"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryParams:
    """What a recording can claim."""

    enough_usable_s: float = param(
        10, unit="s", source="design", about="below it nothing is claimed"
    )
    advised_usable_s: float = param(
        60, unit="s", source="Hosseini 2023: one minute", about="shorter is said to be short"
    )
    side_share: float = param(
        0.75, unit="1", high=1, source="design", about="share of events on the affected side"
    )
    side_events: int = param(
        3,
        unit="count",
        low=1,
        source="design",
        about="fewer events name no side unless all are clear",
    )
    clear_confidence: float = param(
        0.65, unit="0-1", high=1, source="design", about="an event that cannot be chance"
    )
    both_events: int = param(
        3, unit="count", low=1, source="design", about="of each side to call both"
    )
    burst_gap_s: float = param(
        1.0, unit="s", source="clinical reference", about="twitches of a burst are closer"
    )
    burst_twitches: int = param(
        3, unit="count", low=2, source="clinical reference", about="that make a burst"
    )
    involved_share: float = param(
        0.1,
        unit="1",
        high=1,
        source="design",
        about="of events that involve a region for its stage",
    )
    closed_share: float = param(
        0.5,
        unit="1",
        high=1,
        source="Jankovic rating scale",
        about="of open, below which the eye is closed",
    )
    rate_bin_s: float = param(
        10, unit="s", source="design", about="bins in which clustering is judged"
    )
    lowest_hz: float = param(
        0.5, unit="Hz", source="clinical reference", about="band of the twitch spectrum"
    )
    highest_hz: float = param(
        12, unit="Hz", source="clinical reference", about="band of the twitch spectrum"
    )
    spectrum_s: float = param(
        4, unit="s", source="design: 0.25 Hz steps", about="length of a spectrum's segment"
    )
    slowest_beat_hz: float = param(
        2.0, unit="Hz", source="design", about="slower beats are not told from irregular spasms"
    )
    peak_width_hz: float = param(
        1.0, unit="Hz", source="design", about="width of a rhythm in the spectrum"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureParams:
    """Every number of the measuring half."""

    quality: QualityParams = field(default_factory=QualityParams)
    movement: MovementParams = field(default_factory=MovementParams)
    limit: LimitParams = field(default_factory=LimitParams)
    event: EventParams = field(default_factory=EventParams)
    blink: BlinkParams = field(default_factory=BlinkParams)
    summary: SummaryParams = field(default_factory=SummaryParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisParams:
    """Every number of an analysis; ``hash`` names the set."""

    observe: ObserveParams = field(default_factory=ObserveParams)
    measure: MeasureParams = field(default_factory=MeasureParams)

    def hash(self) -> str:
        """Sixteen hex digits that change with any number of the measuring half."""
        return params_hash(self.measure)


def params_hash(params: ObserveParams | MeasureParams) -> str:
    """Sixteen hex digits of a record of numbers."""
    plain = json.dumps(dataclasses.asdict(params), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ParamRow:
    """One number as the help and the README show it."""

    name: str
    unit: str
    default: float
    source: str
    about: str
    low: float
    high: float


def table() -> list[ParamRow]:
    """Every number, in the order of its declaration; names are dotted, as in a TOML file."""
    return list(_rows(AnalysisParams(), ""))


def _rows(record: Any, prefix: str) -> list[ParamRow]:
    rows: list[ParamRow] = []
    for entry in dataclasses.fields(record):
        value = getattr(record, entry.name)
        if dataclasses.is_dataclass(value):
            rows += _rows(value, f"{prefix}{entry.name}.")
        else:
            meta = entry.metadata
            rows.append(
                ParamRow(
                    f"{prefix}{entry.name}",
                    meta["unit"],
                    value,
                    meta["source"],
                    meta["about"],
                    meta["low"],
                    meta["high"],
                )
            )
    return rows


def load_params(path: Path) -> AnalysisParams:
    """
    Read a TOML file of numbers; what it leaves out keeps its default.

    The file may set numbers of the timeline as well.

    Raises
    ------
    ParameterError
        The file is not TOML, names an unknown number, or a number is out of its range.
    """
    found = _load(path)
    return AnalysisParams(observe=found.observe, measure=found.measure)


def load_timeline_params(path: Path) -> TimelineParams:
    """The numbers of the timeline from such a file; it may set the others as well."""
    return _load(path).timeline


def _load(path: Path) -> _File:
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(
            f"{path.name} cannot be read as TOML: {error}.",
            "See the parameter table in the README for the names.",
        ) from error
    return _merged(_File(), plain, "")


def _merged(record: Record, plain: dict[str, Any], prefix: str) -> Record:
    known = {entry.name: entry for entry in dataclasses.fields(record)}  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            raise ParameterError(
                f"There is no parameter {prefix}{name}.",
                f"Known here: {', '.join(known)}.",
            )
        current = getattr(record, name)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, dict):
                raise ParameterError(
                    f"{prefix}{name} is {value!r}.",
                    "It must be a table of numbers; see the parameter table in the README.",
                )
            changes[name] = _merged(current, value, f"{prefix}{name}.")
        else:
            changes[name] = _checked(f"{prefix}{name}", value, current, known[name].metadata)
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]


def _checked(name: str, value: Any, current: float, meta: Any) -> float:
    low, high = meta["low"], meta["high"]
    whole = meta["unit"] == "count"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        kind = "a whole number" if whole else "a number"
        raise ParameterError(f"{name} is {value!r}.", f"It must be {kind} in {meta['unit']}.")
    if not low <= value <= high:
        raise ParameterError(
            f"{name} is {value} {meta['unit']}.",
            f"It must lie from {low:g} to {high:g}; leave it out for the default, {current:g}.",
        )
    return value if whole else float(value)


_TOXIN = "257 injections: onset 3.8 ± 2.6 days; peak 2 to 6 weeks; lasts about 12 weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineParams:
    """What a timeline can claim. Not part of the hash: no session's number depends on it."""

    least_repeats: int = param(
        3,
        unit="count",
        low=1,
        source="design",
        about="same-day repeats that tell the measurement error; with fewer the intervals do",
    )
    trend_points: int = param(
        5, unit="count", low=3, source="design", about="days with a number that make a trend"
    )
    trend_days: float = param(
        28, unit="days", source="design", about="a shorter history has no trend"
    )
    before_days: float = param(
        120, unit="days", source="design", about="a session so long before a treatment still counts"
    )
    toxin_days: float = param(
        210, unit="days", source=_TOXIN, about="after an injection, its course is followed so long"
    )
    toxin_points: int = param(
        5,
        unit="count",
        low=4,
        source="design",
        about="sessions after injections that make a course",
    )
    fall_scale_days: float = param(
        2.5, unit="days", low=0.1, source=_TOXIN, about="steepness of the fall, before data"
    )
    return_scale_days: float = param(
        8.0, unit="days", low=0.1, source=_TOXIN, about="steepness of the return, before data"
    )
    scale_spread: float = param(
        0.5, unit="1", low=0.01, source="design", about="how far, in logarithms, data may move them"
    )
    plateau_spread: float = param(
        0.3,
        unit="1",
        low=0.01,
        source="design",
        about="how far plateaus of cycles may differ (log)",
    )
    onset_told_days: float = param(
        7, unit="days", source="design", about="an onset known less well than this is not told"
    )
    nadir_told_days: float = param(
        21, unit="days", source="design", about="the same, day of the lowest"
    )
    wear_off_told_days: float = param(
        21, unit="days", source="design", about="the same, wearing off"
    )
    free_per_min: float = param(
        1.0,
        unit="1/min",
        source="0.65 false events a minute on faces without spasm",
        about="a session with fewer counts as free after surgery",
    )
    silent_days: float = param(
        14,
        unit="days",
        source="clinical reference: 1 to 10 days",
        about="free sessions so early may be a silent period",
    )
    surgery_days: float = param(
        365, unit="days", source="97 % of those freed within a year", about="before it all is open"
    )
    involved_low_per_min: float = param(
        0.5,
        unit="1/min",
        source="above the false events of a face without spasm",
        about="lower end of a region's rate from which it takes part",
    )
    weak_percent: float = param(
        10, unit="%", source="clinical reference: 10 %", about="wider at rest: a sign of weakness"
    )
    drift_ratio: float = param(
        1.5, unit="1", low=1, source="design", about="a limit risen so far is told"
    )
    usable_share: float = param(
        0.5, unit="1", high=1, source="design", about="a recording usable for less is told"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """All that a file of numbers can hold."""

    observe: ObserveParams = field(default_factory=ObserveParams)
    measure: MeasureParams = field(default_factory=MeasureParams)
    timeline: TimelineParams = field(default_factory=TimelineParams)


def timeline_table() -> list[ParamRow]:
    """Every number of the timeline, likewise."""
    return list(_rows(TimelineParams(), "timeline."))
