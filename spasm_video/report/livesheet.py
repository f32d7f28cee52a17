"""What is seen while a camera runs: the face, the last seconds, counts, lamps, rates, keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.records import QualityFlag
from spasm_video.report import canvas
from spasm_video.report.faceview import FaceView, view_around
from spasm_video.report.lanes import LaneChart
from spasm_video.report.look import BLINK_GREY, INK, SOFT_INK
from spasm_video.report.moment import Moment, moment_at
from spasm_video.report.overlay import (
    draw_counts,
    draw_flag,
    draw_landmarks,
    draw_movement,
    draw_sides,
)
from spasm_video.report.scales import highest_mm
from spasm_video.report.words import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from spasm_video.records import Measurement

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 1280, 720
_FACE_PX, _HEAD_PX, _LAMPS_PX, _FOOT_PX = 560, 58, 40, 30
_PAGE_S = 10.0
_LEAST_MM, _HEADROOM, _LIMITS_SHOWN, _MUCH_LESS = 1.0, 1.15, 1.3, 0.7
_WANDERED = 0.16  # of the view, from its middle: then it follows the face
_RED, _GREEN, _UNLIT = "#c62828", "#2e8b57", "#c3cbd3"
_LAMPS: tuple[tuple[QualityFlag, str], ...] = (
    (QualityFlag.NO_FACE, "face"),
    (QualityFlag.TURNED, "straight"),
    (QualityFlag.TOO_SMALL, "near"),
    (QualityFlag.DARK, "light"),
    (QualityFlag.BLURRED, "sharp"),
    (QualityFlag.SLOW_CAMERA, "rate"),
    (QualityFlag.OTHER_FACES, "alone"),
    (QualityFlag.NECK_HIDDEN, "neck"),
)
_KEYS = "space: start / stop    m: mark    q: quit"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """
    What is known beside the picture.

    ``spasms`` and ``blinks`` are counted since the start; ``recorded_s`` is NaN while nothing
    is recorded; rates are frames a second of the camera and of this picture.
    """

    spasms: Mapping[Side, int]
    blinks: int
    recorded_s: float
    marks: int
    camera_fps: float
    shown_fps: float


class LiveSheet:
    """Draws frame after frame; keeps the place of the face and the last page of signals."""

    def __init__(self) -> None:
        self._view: FaceView | None = None
        self._drawn: tuple[int, int, Picture] | None = None
        self._chart: LaneChart | None = None
        self._half_mm: dict[Region, float] = {}

    def picture(
        self,
        picture: Picture,
        points_px: Floats | None,
        time_s: float,
        measurement: Measurement | None,
        state: LiveState,
    ) -> Picture:
        """(720, 1280, 3) RGB; ``measurement`` of the last seconds, None before there is one."""
        moment = _moment(measurement, points_px, time_s, state)
        view = self._view_of(picture, points_px)
        face = view.cut(picture)
        if points_px is not None:
            places = view.places(points_px)
            draw_movement(face, places, moment)
            draw_landmarks(face, places)
        draw_flag(face, moment)
        draw_sides(face)
        right = np.full((HEIGHT_PX, WIDTH_PX - _FACE_PX, 3), 255, np.uint8)
        _draw_recording(right, moment, state)
        _draw_lamps(right, measurement, has_face=points_px is not None)
        lanes_px = HEIGHT_PX - _HEAD_PX - _LAMPS_PX - _FOOT_PX
        top = _HEAD_PX + _LAMPS_PX
        if measurement is not None:
            right[top : top + lanes_px] = self._lanes(measurement, time_s, lanes_px)
        _draw_foot(right, state)
        return np.hstack([face, right])

    def _view_of(self, picture: Picture, points_px: Floats | None) -> FaceView:
        if points_px is not None:
            view = self._view
            places = None if view is None else view.places(points_px)
            if view is None or places is None or _has_wandered(places, view):
                self._view = view_around(points_px[None], _FACE_PX, HEIGHT_PX)
        if self._view is not None:
            return self._view
        height, width = picture.shape[:2]
        scale = min(_FACE_PX / width, HEIGHT_PX / height)
        corner = (width - _FACE_PX / scale) / 2, (height - HEIGHT_PX / scale) / 2
        return FaceView(*corner, scale, _FACE_PX, HEIGHT_PX)

    def _lanes(self, measurement: Measurement, time_s: float, height_px: int) -> Picture:
        number = int(time_s // _PAGE_S)
        start_s = number * _PAGE_S
        key = number, id(measurement)
        if self._drawn is None or self._drawn[:2] != key:
            self._chart = LaneChart(WIDTH_PX - _FACE_PX, height_px, self.scales_mm(measurement))
            self._drawn = (*key, self._chart.page(measurement, start_s, _PAGE_S))
        chart = self._chart
        if chart is None:
            raise AssertionError("a page is drawn with a chart")
        return chart.with_cursor(self._drawn[2], time_s, start_s, _PAGE_S)

    def scales_mm(self, measurement: Measurement) -> dict[Region, float]:
        """
        How much each lane shows: all that moved in the window, and the limit as it is now.

        A scale follows at once what would leave its lane, and else only what is far from it.
        """
        for region in REGIONS:
            highest = float(np.fmax(highest_mm(measurement, region), _LEAST_MM))
            limit_mm = float(np.nan_to_num(measurement.signals.limit(region)))
            needed_mm = max(_HEADROOM * highest, _LIMITS_SHOWN * limit_mm)
            before_mm = self._half_mm.get(region, 0.0)
            if not _MUCH_LESS * before_mm <= needed_mm <= before_mm:
                self._half_mm[region] = needed_mm
        return dict(self._half_mm)


def _has_wandered(places: Floats, view: FaceView) -> bool:
    middle = places.mean(axis=0) / (view.width_px, view.height_px)
    size = np.ptp(places[:, 0]) / view.width_px
    is_sized = 0.4 < size < 0.95
    return not is_sized or bool(np.abs(middle - (0.5, 0.46)).max() > _WANDERED)


def _moment(
    measurement: Measurement | None, points_px: Floats | None, time_s: float, state: LiveState
) -> Moment:
    nothing = np.full((len(REGIONS), len(SIDES)), np.nan)
    if measurement is None:
        why = "no face" if points_px is None else "starting"
        return Moment(
            time_s, nothing, nothing[:, 0], None,
            is_on=False, is_blink=False, unusable=why, spasms=state.spasms, blinks=state.blinks,
        )  # fmt: skip
    now = moment_at(measurement, len(measurement.head.time_s) - 1)
    return Moment(
        time_s, now.displacement_mm, now.limit_mm, now.event,
        is_on=now.is_on, is_blink=now.is_blink,
        unusable="no face" if points_px is None else now.unusable,
        spasms=state.spasms, blinks=state.blinks,
    )  # fmt: skip


def _draw_recording(right: Picture, moment: Moment, state: LiveState) -> None:
    draw_counts(right, moment, clock(moment.time_s, 0), "Counts so far; exact ones after the stop.")
    if np.isfinite(state.recorded_s):
        marks = f", {state.marks} marked" if state.marks else ""
        words = f"recording {clock(state.recorded_s, 0)}{marks}"
        at = right.shape[1] - 14
        canvas.text(right, words, (at, 38), canvas.rgb(_RED), 16, "right")
        wide = canvas.text_width_px(words, 16)
        canvas.box(right, at - wide - 18, 42, 12, 12, canvas.rgb(_RED))


def _draw_lamps(right: Picture, measurement: Measurement | None, *, has_face: bool) -> None:
    bits = 0 if measurement is None else int(measurement.quality.reasons[-1])
    x = 14.0
    for flag, name in _LAMPS:
        is_bad = bool(bits & flag)
        if flag is QualityFlag.NO_FACE:
            is_bad = not has_face
        known = flag is QualityFlag.NO_FACE or (has_face and measurement is not None)
        colour = _UNLIT if not known else _RED if is_bad else _GREEN
        canvas.box(right, x, _HEAD_PX + 11, 14, 14, canvas.rgb(colour))
        words = f"{name}!" if known and is_bad else name
        canvas.text(right, words, (x + 19, _HEAD_PX + 8), canvas.rgb(INK), 16)
        x += 30 + canvas.text_width_px(f"{name}!", 16)


def _draw_foot(right: Picture, state: LiveState) -> None:
    y = right.shape[0] - _FOOT_PX + 6
    canvas.text(right, _KEYS, (14, y), canvas.rgb(SOFT_INK), 15)
    is_slow = state.shown_fps < 0.9 * state.camera_fps
    words = f"camera {state.camera_fps:.0f}/s, shown {state.shown_fps:.0f}/s"
    colour = _RED if is_slow else BLINK_GREY
    if is_slow:
        words += ": slow machine, all is recorded"
    canvas.text(right, words, (right.shape[1] - 14, y), canvas.rgb(colour), 15, "right")
