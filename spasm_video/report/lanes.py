"""
The moving signals as a picture: a lane a region, as in the report, with a cursor at now.

The patient's left rises from the middle of a lane, the right falls from it, so that a blink
is symmetric and a hemifacial spasm is not, whatever the colours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report import canvas
from spasm_video.report.curves import min_max
from spasm_video.report.look import BLINK_GREY, HAIRLINE, INK, SIDE_COLOUR, SIDE_TINT, SOFT_INK
from spasm_video.report.scales import lane_mm, tick_step_s
from spasm_video.report.spans import unusable_spans
from spasm_video.report.words import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spasm_video.records import Measurement

    Picture = NDArray[np.uint8]

_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 12, 22, 30
_UNMEASURED = "#e6eaee"
_LEAST_MM = 1.0
_TICKS = 8


@dataclass(frozen=True, slots=True)
class LaneChart:
    """How the lanes are laid out: size of the picture and millimetres of half a lane."""

    width_px: int
    height_px: int
    half_mm: Mapping[Region, float]

    @property
    def lane_px(self) -> float:
        """Height of a lane."""
        return (self.height_px - _TOP - _BOTTOM) / len(REGIONS)

    def x(self, at_s: float, start_s: float, length_s: float) -> float:
        """Where a time lies."""
        return _LEFT + (self.width_px - _LEFT - _RIGHT) * (at_s - start_s) / length_s

    def page(self, measurement: Measurement, start_s: float, length_s: float) -> Picture:
        """(height, width, 3) the lanes from ``start_s`` on, without a cursor."""
        page = np.full((self.height_px, self.width_px, 3), 255, np.uint8)
        self._draw_spans(page, measurement, start_s, length_s)
        for index, region in enumerate(REGIONS):
            middle = _TOP + (index + 0.5) * self.lane_px
            self._draw_lane(page, measurement, region, middle, (start_s, length_s))
        self._draw_axis(page, start_s, length_s)
        return page

    def with_cursor(self, page: Picture, at_s: float, start_s: float, length_s: float) -> Picture:
        """A copy of the page with a line where ``at_s`` is."""
        marked = page.copy()
        x = self.x(at_s, start_s, length_s)
        canvas.box(marked, x - 1, _TOP - 6, 2, self.height_px - _TOP - _BOTTOM + 6, canvas.rgb(INK))
        return marked

    def _draw_spans(
        self, page: Picture, measurement: Measurement, start_s: float, length_s: float
    ) -> None:
        end_s = start_s + length_s
        for span in unusable_spans(measurement.quality):
            self._draw_span(page, (span.start_s, span.end_s), (start_s, end_s), _UNMEASURED)
        for event in measurement.events:
            tint = SIDE_TINT[event.side]
            span_s = event.onset_s, event.offset_s
            if self._draw_span(page, span_s, (start_s, end_s), tint):
                x = self.x(max(event.onset_s, start_s), start_s, length_s)
                colour = canvas.rgb(SIDE_COLOUR[event.side])
                canvas.text(page, event.side[0].upper(), (x, 2), colour, 16)
        for blink in measurement.blinks:
            if start_s <= blink.peak_s < end_s:
                x = self.x(blink.peak_s, start_s, length_s)
                canvas.text(page, "b", (x, 4), canvas.rgb(BLINK_GREY), 14, "middle")

    def _draw_span(
        self,
        page: Picture,
        span_s: tuple[float, float],
        shown_s: tuple[float, float],
        colour: str,
    ) -> bool:
        from_s, to_s = max(span_s[0], shown_s[0]), min(span_s[1], shown_s[1])
        if from_s >= to_s:
            return False
        length_s = shown_s[1] - shown_s[0]
        x = self.x(from_s, shown_s[0], length_s)
        width = max(self.x(to_s, shown_s[0], length_s) - x, 2.0)
        canvas.box(page, x, _TOP, width, self.height_px - _TOP - _BOTTOM, canvas.rgb(colour))
        return True

    def _draw_lane(
        self,
        page: Picture,
        measurement: Measurement,
        region: Region,
        middle: float,
        span_s: tuple[float, float],
    ) -> None:
        half_px, half_mm = 0.46 * self.lane_px, self.half_mm[region]
        start_s, length_s = span_s
        canvas.box(page, _LEFT, middle, self.width_px - _LEFT - _RIGHT, 1, canvas.rgb(HAIRLINE))
        canvas.text(page, region.capitalize(), (8, middle - 22), canvas.rgb(INK), 18)
        canvas.text(page, f"± {half_mm:.1f} mm", (8, middle + 2), canvas.rgb(SOFT_INK), 14)
        limit_mm = measurement.signals.limit(region)
        if not math.isfinite(limit_mm):
            canvas.text(page, "not measured", (_LEFT + 8, middle - 20), canvas.rgb(SOFT_INK), 14)
        elif limit_mm < half_mm:
            for sign in (-1, 1):
                y = middle + sign * half_px * limit_mm / half_mm
                for x in range(_LEFT, self.width_px - _RIGHT, 10):
                    canvas.box(page, x, y, 4, 1, canvas.rgb("#aab4be"))
        for side in SIDES:
            mm = np.clip(measurement.signals.of(region, side), 0.0, half_mm)
            if side is Side.RIGHT:
                mm = -mm
            times_s, values = min_max(
                measurement.signals.time_s, mm, self.width_px, (start_s, start_s + length_s)
            )
            across = self.x(0.0, start_s, length_s) + times_s * (
                (self.width_px - _LEFT - _RIGHT) / length_s
            )
            points = np.stack([across, middle - half_px * values / half_mm], axis=1)
            canvas.line(page, points, canvas.rgb(SIDE_COLOUR[side]), 2)

    def _draw_axis(self, page: Picture, start_s: float, length_s: float) -> None:
        step_s, y = tick_step_s(length_s, _TICKS), self.height_px - _BOTTOM
        for count in range(math.ceil(start_s / step_s), int((start_s + length_s) / step_s) + 1):
            if count < 0:
                continue
            x = self.x(count * step_s, start_s, length_s)
            canvas.box(page, x, y, 1, 5, canvas.rgb(SOFT_INK))
            at = min(x, self.width_px - 22.0), y + 8.0
            canvas.text(
                page,
                clock(count * step_s, 0 if step_s >= 1 else 1),
                at,
                canvas.rgb(SOFT_INK),
                14,
                "middle",
            )


def lane_chart_of(
    measurement: Measurement, at: NDArray[np.intp], width_px: int, height_px: int
) -> LaneChart:
    """Lanes just large enough for some frames: a small twitch is seen beside no large one."""
    half_mm = {}
    for index, region in enumerate(REGIONS):
        mm = np.abs(measurement.signals.displacement_mm[at, index])
        highest = float(np.max(mm, initial=0.0, where=np.isfinite(mm)))
        limit_mm = float(np.nan_to_num(measurement.signals.limit_mm[index]))
        half_mm[region] = max(1.15 * highest, 1.3 * limit_mm, 0.3)
    return LaneChart(width_px, height_px, half_mm)


def lane_chart(measurement: Measurement, width_px: int, height_px: int) -> LaneChart:
    """Lanes that hold the whole recording."""
    shown = {region: lane_mm(measurement, region) for region in REGIONS}
    half_mm = {
        region: max(mm, _LEAST_MM) if math.isfinite(mm) else _LEAST_MM
        for region, mm in shown.items()
    }
    return LaneChart(width_px, height_px, half_mm)
