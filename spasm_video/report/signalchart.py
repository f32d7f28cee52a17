"""
The signals with their events as SVG rows, crisp in print and small.

Each region has a lane: the patient's left rises from its middle, the right falls from it.
A blink or a smile is then symmetric, a hemifacial spasm is not, whatever the colours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.curves import min_max, svg_path
from spasm_video.report.look import BLINK_GREY, HAIRLINE, SIDE_COLOUR, SIDE_TINT
from spasm_video.report.scales import lane_mm, row_length_s, tick_step_s
from spasm_video.report.spans import hidden_spans, unusable_spans
from spasm_video.report.words import clock, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.records import Measurement, SpasmEvent

_WIDTH, _LEFT, _RIGHT = 1000, 118, 6
_TOP, _BOTTOM = 32, 18
_FINE = 10  # curves are drawn in tenths of a unit
_COLUMNS = {1: 900, 3: 700, 10: 450}  # of a row's curve, by the number of rows
_LANE_HEIGHT = {1: 58, 3: 40, 10: 25}


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a row lies in time and how it is laid out."""

    start_s: float
    length_s: float
    end_s: float
    lane_height: int
    columns: int

    def x(self, time_s: float) -> float:
        inside = min(max(time_s, self.start_s), self.end_s) - self.start_s
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * inside / self.length_s

    def middle(self, region: Region) -> float:
        return _TOP + (REGIONS.index(region) + 0.5) * self.lane_height

    @property
    def floor(self) -> float:
        return _TOP + len(REGIONS) * self.lane_height

    @property
    def resolution_s(self) -> float:
        """What two units of the drawing last."""
        return 2 * self.length_s / (_WIDTH - _LEFT - _RIGHT)

    def box(self, start_s: float, end_s: float, y: float, height: float) -> str:
        """The geometry of a rectangle that is wide enough to be seen."""
        width = max(self.x(end_s) - self.x(start_s), 1.6)
        return f'x="{self.x(start_s):.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'

    def shows(self, start_s: float, end_s: float) -> bool:
        return start_s < self.end_s and end_s > self.start_s


def signal_rows(measurement: Measurement) -> tuple[str, ...]:
    """One SVG a row of at most a minute; of a long recording ten rows in all."""
    begin_s, duration_s = measurement.begin_s, measurement.summary.duration_s
    length_s = row_length_s(duration_s)
    count = max(1, math.ceil(round(duration_s / length_s, 6)))
    size = next(most for most in _LANE_HEIGHT if count <= most)
    lanes_mm = {region: lane_mm(measurement, region) for region in REGIONS}
    rows = (
        _Row(
            start_s=begin_s + n * length_s,
            length_s=length_s,
            end_s=begin_s + min((n + 1) * length_s, max(duration_s, 1.0)),
            lane_height=_LANE_HEIGHT[size],
            columns=_COLUMNS[size],
        )
        for n in range(count)
    )
    return tuple(_drawn(row, measurement, lanes_mm) for row in rows)


def _drawn(row: _Row, measurement: Measurement, lanes_mm: dict[Region, float]) -> str:
    events = [e for e in enumerate(measurement.events, 1) if row.shows(e[1].onset_s, e[1].offset_s)]
    said = f"{clock(row.start_s, 0)} to {clock(row.end_s, 0)}, {len(events)} spasm events"
    frame = f'viewBox="0 0 {_WIDTH} {row.floor + _BOTTOM:.0f}" role="img"'
    parts = (
        f'<svg class="signals" {frame} aria-label="Movement of the five regions, {said}">',
        *_unusable(row, measurement),
        *_event_marks(row, events),
        *_blink_marks(row, measurement),
        *_time_axis(row),
        *(line for r in REGIONS for line in _lane(row, measurement, r, lanes_mm[r])),
        "</svg>",
    )
    return "".join(parts)


def _lane(row: _Row, measurement: Measurement, region: Region, full_mm: float) -> Iterator[str]:
    middle, end = row.middle(region), row.x(row.end_s)
    yield (
        f'<text x="0" y="{middle + 4:.0f}" class="lane">{region.capitalize()}</text>'
        f'<path d="M{_LEFT} {middle:.1f}H{end:.1f}" stroke="{HAIRLINE}"/>'
    )
    if math.isnan(full_mm):
        yield f'<text x="{_LEFT + 8}" y="{middle + 4:.0f}" class="none">not measured</text>'
        return
    yield (
        f'<text x="{_LEFT - 8}" y="{middle + 4:.0f}" text-anchor="end" class="tick">'
        f"±{number(full_mm, 1, 'mm')}</text>"
    )
    yield from (
        f"<rect {row.box(start_s, end_s, middle - 0.5 * row.lane_height, row.lane_height)} "
        'fill="url(#hatch)"/>'
        for start_s, end_s in hidden_spans(measurement.quality, region, row.resolution_s)
        if row.shows(start_s, end_s)
    )
    unit = 0.5 * row.lane_height / full_mm
    limit = measurement.signals.limit(region) * unit
    for side in SIDES:
        up = -1.0 if side is Side.LEFT else 1.0
        yield _curve(row, measurement, region, side, up * unit)
        if math.isfinite(limit):
            yield f'<path class="limit" d="M{_LEFT} {middle + up * limit:.1f}H{end:.1f}"/>'


def _curve(row: _Row, measurement: Measurement, region: Region, side: Side, unit: float) -> str:
    signals, span_s = measurement.signals, (row.start_s, row.end_s)
    times, mm = min_max(signals.time_s, signals.of(region, side), row.columns, span_s)
    x = _FINE * (_LEFT + (times - row.start_s) * (_WIDTH - _LEFT - _RIGHT) / row.length_s)
    reach = 0.5 * row.lane_height
    y = _FINE * (row.middle(region) + np.clip(mm * unit, -reach, reach))
    return f'<path class="curve {side}" transform="scale(.1)" d="{svg_path(x, y)}"/>'


def _event_marks(row: _Row, events: list[tuple[int, SpasmEvent]]) -> Iterator[str]:
    written_to = -1.0
    if events:
        yield '<text x="0" y="13" class="tick">events</text>'
    for n, event in events:
        said = (
            f"{n}: {clock(event.onset_s)}, {event.side} {'+'.join(event.regions)}, "
            f"{number(event.amplitude_mm, 1, 'mm')}"
        )
        yield f"<g><title>{escape(said)}</title>"
        for region in event.regions:
            top = row.middle(region) - (0.5 * row.lane_height if event.side is Side.LEFT else 0)
            box = row.box(event.onset_s, event.offset_s, top, 0.5 * row.lane_height)
            yield f'<rect {box} fill="{SIDE_TINT[event.side]}"/>'
        colour, x = SIDE_COLOUR[event.side], row.x(event.onset_s)
        yield f'<rect {row.box(event.onset_s, event.offset_s, 15, 6)} fill="{colour}"/>'
        if event.onset_s >= row.start_s:
            width = 8 * len(str(n))
            x = min(x, _WIDTH - width)
            if x > written_to:  # numbers must not run together
                yield f'<text x="{x:.1f}" y="12" class="tick {event.side}">{n}</text>'
                written_to = x + width + 2
        yield "</g>"


def _blink_marks(row: _Row, measurement: Measurement) -> Iterator[str]:
    shown = [b for b in measurement.blinks if row.shows(b.onset_s, b.offset_s)]
    if shown:
        marks = "".join(f"M{row.x(blink.peak_s):.1f} 23v6" for blink in shown)
        yield '<text x="0" y="28" class="tick">blinks</text>'
        yield f'<path d="{marks}" stroke="{BLINK_GREY}" stroke-width="1.4"/>'


def _unusable(row: _Row, measurement: Measurement) -> Iterator[str]:
    for span in unusable_spans(measurement.quality, row.resolution_s):
        if row.shows(span.start_s, span.end_s):
            box = row.box(span.start_s, span.end_s, _TOP, row.floor - _TOP)
            yield f'<rect {box} fill="url(#hatch)"/>'


def _time_axis(row: _Row) -> Iterator[str]:
    step_s = tick_step_s(row.length_s)
    first = math.ceil(row.start_s / step_s)
    digits = 0 if step_s >= 1 else 1
    for n in range(first, math.floor(row.end_s / step_s + 1e-6) + 1):
        x = row.x(n * step_s)
        anchor = "end" if x > _WIDTH - 20 else "middle"
        yield (
            f'<path d="M{x:.1f} {_TOP}V{row.floor + 3:.0f}" stroke="{HAIRLINE}" '
            'stroke-width=".6"/>'
            f'<text x="{x:.1f}" y="{row.floor + 14:.0f}" text-anchor="{anchor}" '
            f'class="tick">{clock(n * step_s, digits)}</text>'
        )
