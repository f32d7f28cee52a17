"""The rows of the page's tables: every number already in words, ready for the template."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.charts import whisker
from spasm_video.report.words import clock, interval, listed, number

if TYPE_CHECKING:
    from spasm_video.records import Kind, Measurement, RegionSummary, SpasmEvent
    from spasm_video.report.strips import Strip, StripPicture

_LEAST_SCALE_PER_MIN = 10.0  # none seen looks like little, not like much
MOST_EVENTS = 200  # rows in the page; events.csv has all
_MOMENTS = {"before": "before", "peak": "at the peak of", "after": "after"}


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region of one side in the table; ``cells`` empty where not assessable."""

    region: Region
    side: Side
    chart: str
    cells: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One spasm in the table of all."""

    number: int
    time: str
    side: Side
    regions: str
    kind: Kind
    size: str
    duration: str
    confidence: str
    other_babinski: bool


@dataclass(frozen=True, slots=True)
class StripRow:
    """One film strip with its caption."""

    number: int
    side: Side
    title: str
    caption: str
    pictures: tuple[tuple[StripPicture, str, str], ...]


@dataclass(frozen=True, slots=True)
class CoActivationRow:
    """Two regions that begin together: how many times of how many, and the share."""

    pair: str
    told: str
    share: float


def region_rows(measurement: Measurement) -> tuple[RegionRow, ...]:
    """Five regions, left and right."""
    summary = measurement.summary
    all_of = [summary.of(region, side) for region in REGIONS for side in SIDES]
    highs = [one.spasms_per_min.high for one in all_of if is_known(one)]
    full = max((high for high in highs if math.isfinite(high)), default=0.0)
    return tuple(_region_row(one, max(full, _LEAST_SCALE_PER_MIN)) for one in all_of)


def event_rows(measurement: Measurement) -> tuple[EventRow, ...]:
    """The spasms in order of time, at most ``MOST_EVENTS``."""
    return tuple(
        EventRow(
            number=n,
            time=clock(event.onset_s),
            side=event.side,
            regions=", ".join(event.regions),
            kind=event.kind,
            size=number(event.amplitude_mm, 1),
            duration=number(event.duration_s, 2),
            confidence=number(100 * event.confidence, 0),
            other_babinski=event.other_babinski,
        )
        for n, event in enumerate(measurement.events[:MOST_EVENTS], start=1)
    )


def strip_rows(measurement: Measurement, strips: tuple[Strip, ...]) -> tuple[StripRow, ...]:
    """The film strips with their captions."""
    return tuple(_strip_row(strip, measurement.events[strip.event]) for strip in strips)


def coactivation_rows(measurement: Measurement) -> tuple[CoActivationRow, ...]:
    """Pairs of regions that both moved at all, the most often together first."""
    pairs = [pair for pair in measurement.summary.coactivation if pair.either]
    pairs.sort(key=lambda pair: -pair.together / pair.either)
    return tuple(
        CoActivationRow(
            f"{pair.first} + {pair.second}",
            f"{pair.together} of {pair.either}",
            100 * pair.together / pair.either,
        )
        for pair in pairs
    )


def _region_row(one: RegionSummary, full: float) -> RegionRow:
    cells: tuple[str, ...] = ()
    if is_known(one):
        cells = (
            str(one.events),
            number(one.spasms_per_min.value),
            interval(one.spasms_per_min),
            number(one.median_amplitude_mm, 1),
            number(one.p90_amplitude_mm, 1),
            number(one.limit_mm, 2),
            number(one.twitch_rate_hz, 1),
            number(one.rhythmicity, 2),
            number(one.usable_s, 0),
        )
    return RegionRow(
        one.region, one.side, whisker(one.spasms_per_min, full, one.side), cells, one.reason
    )


def _strip_row(strip: Strip, event: SpasmEvent) -> StripRow:
    n = strip.event + 1
    told = f"{event.side} {listed(event.regions)}"
    pictures = tuple(
        (
            picture,
            f"{picture.moment} {clock(picture.time_s)}",
            f"The face, {_MOMENTS[picture.moment]} spasm {n}: {told}",
        )
        for picture in strip.pictures
    )
    caption = (
        f"{number(event.amplitude_mm, 1, 'mm')} · {number(event.duration_s, 2, 's')} · "
        f"{event.kind} · confidence {number(100 * event.confidence, 0, '%')}"
    )
    return StripRow(n, event.side, f"{clock(event.onset_s)} {told}", caption, pictures)


def is_known(one: RegionSummary) -> bool:
    """Whether a region could be assessed at all."""
    return math.isfinite(one.spasms_per_min.value)
