"""A frame of a review video: the face with its movement on the left, the signals on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.report.faceview import view_around
from spasm_video.report.lanes import lane_chart
from spasm_video.report.moment import moment_at
from spasm_video.report.neutral import NeutralHead
from spasm_video.report.overlay import (
    draw_counts,
    draw_flag,
    draw_landmarks,
    draw_movement,
    draw_sides,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spasm_video.records import Measurement
    from spasm_video.report.moment import Moment

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

_NOTE = "L rises, R falls; dashed: detection limit; b: blink. A measurement, not a diagnosis."


class ReviewSheet:
    """
    Lays out the frames of one recording.

    ``faces_px`` (k, 478, 3) are some of its faces; ``size_px`` width and height of a frame,
    ``face_px`` the width of its left part, ``head_px`` of the strip above the lanes, which
    show pages of ``page_s``.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (a layout has its measures)
        self,
        measurement: Measurement,
        faces_px: Floats,
        size_px: tuple[int, int],
        face_px: int,
        head_px: int,
        page_s: float,
        *,
        is_deidentified: bool,
    ) -> None:
        width_px, self._height_px = size_px
        self._measurement = measurement
        self._face_px, self._head_px, self._page_s = face_px, head_px, page_s
        self._view = view_around(faces_px, face_px, self._height_px)
        self._neutral = NeutralHead(faces_px, face_px, self._height_px) if is_deidentified else None
        self._chart = lane_chart(measurement, width_px - face_px, self._height_px - head_px)
        self._page: tuple[int, Picture] | None = None

    def picture(self, index: int, points_px: Floats | None, picture: Picture | None) -> Picture:
        """
        (height, width, 3) frame ``index``; ``points_px`` (478, 3) is None where no face is.

        ``picture`` is the video's own, RGB; it is not looked at on a deidentified sheet.
        """
        moment = moment_at(self._measurement, index)
        face = self._face(moment, points_px, picture)
        draw_flag(face, moment)
        draw_sides(face)
        return np.hstack([face, self._signals(moment)])

    def _face(self, moment: Moment, points_px: Floats | None, picture: Picture | None) -> Picture:
        if self._neutral is not None:
            places = None if points_px is None else self._neutral.places(points_px, moment)
            face = self._neutral.draw(places)
            if places is not None:
                self._neutral.draw_arrows(face, places, moment)
            return face
        if picture is None:
            raise ValueError("a sheet that is not deidentified needs the picture")
        face = self._view.cut(picture)
        if points_px is not None:
            places = self._view.places(points_px)
            draw_movement(face, places, moment)
            draw_landmarks(face, places)
        return face

    def _signals(self, moment: Moment) -> Picture:
        number = int(moment.time_s // self._page_s)
        start_s = number * self._page_s
        if self._page is None or self._page[0] != number:
            self._page = number, self._chart.page(self._measurement, start_s, self._page_s)
        lanes = self._chart.with_cursor(self._page[1], moment.time_s, start_s, self._page_s)
        head = np.full((self._head_px, lanes.shape[1], 3), 255, np.uint8)
        minutes, seconds = divmod(moment.time_s, 60)
        draw_counts(head, moment, f"{minutes:.0f}:{seconds:05.2f}", _NOTE)
        return np.vstack([head, lanes])
