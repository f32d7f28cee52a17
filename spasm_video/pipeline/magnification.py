"""One spasm enlarged: the affected half of the face beside the other, mirrored, in slow motion."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import IRIS_DIAMETER_MM, IRIS_ENDS, NOSE_BRIDGE, RIGID_LANDMARKS, SIDES
from spasm_video.errors import InputError, OutputError
from spasm_video.measure import measure
from spasm_video.observe.mesh import similarity
from spasm_video.observe.track import mesh_points
from spasm_video.pipeline.measured import observed
from spasm_video.video.file import pictures_in_turn
from spasm_video.video.writer import Coding, VideoWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.anatomy import Side
    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline.observation import ObserveOptions, Progress
    from spasm_video.records import FaceTrack, Measurement, SpasmEvent

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

AROUND_S = 0.5
"""Shown before the onset and after the offset."""

SLOWER = 4.0
"""A twitch of a fifth of a second is then seen as it comes and goes."""

_REST_S = 0.15  # before the onset: where the skin lies at rest
_SHOWN_MM = 4.0  # to which a small movement is enlarged where no number is given
_MOST_TIMES = 15
_ROUNDS = 3
_RIGID = np.array(RIGID_LANDMARKS)


def write_magnified(  # noqa: PLR0913 (a video, an event, how much, where to)
    video: Path,
    event_number: int,
    out: Path,
    params: AnalysisParams,
    *,
    times: float | None = None,
    options: ObserveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> float:
    """
    Write the video of spasm ``event_number`` (as in ``events.csv``) and return how much enlarged.

    Raises
    ------
    InputError : the video cannot be read or has no such spasm
    OutputError : the file cannot be written
    """
    if out.suffix.lower() != ".mp4":
        raise OutputError(f"{out.name} is no MP4 file.", "Call it *.mp4")
    with observed(video, params, options, on_progress) as (track, track_file):
        measurement = measure(track, params.measure)
        event = _event(measurement, event_number, video.name)
        enlarged = times_for(event) if times is None else times
        start_s, end_s = event.onset_s - AROUND_S, event.offset_s + AROUND_S
        at = np.flatnonzero((track.time_s >= start_s) & (track.time_s < end_s))
        faces = list(islice(mesh_points(track_file), int(at[0]), int(at[-1]) + 1))
        moved_mm = moved_since_rest(track, measurement, at, event.onset_s)
        images_rgb: Iterable[Picture] = pictures_in_turn(video, map(float, track.time_s[at]))
        if track.video.mirrored:
            images_rgb = (np.ascontiguousarray(image[:, ::-1]) for image in images_rgb)
        pictures = _Sheet(measurement, event, enlarged, faces, at).pictures(images_rgb, moved_mm)
        shown = list(zip(track.time_s[at] - track.time_s[at[0]], pictures, strict=True))
    step_s = float(np.median(np.diff(track.time_s[at])))
    round_s = SLOWER * (float(shown[-1][0]) + step_s)
    try:
        with VideoWriter(out, Coding(fps=1 / (SLOWER * step_s), crf=18)) as writer:
            for turn in range(_ROUNDS):
                for time_s, picture in shown:
                    writer.write(turn * round_s + SLOWER * float(time_s), picture)
    except OSError as error:
        raise OutputError(
            f"The video cannot be written to {out}: {error.strerror or error}.",
            "Name another file: --out FILE",
        ) from error
    return enlarged


def times_for(event: SpasmEvent) -> float:
    """How much a spasm is enlarged to be seen well; 1 for one that is large by itself."""
    return float(np.clip(round(_SHOWN_MM / event.amplitude_mm), 1, _MOST_TIMES))


def moved_since_rest(
    track: FaceTrack, measurement: Measurement, at: NDArray[np.intp], onset_s: float
) -> Floats:
    """(m, window, side, out/up) mm that each skin window lies from its rest before the onset."""
    step_mm = (
        np.nan_to_num(track.skin_step_px[at]) * measurement.head.mm_per_px[at, None, None, None]
    )
    way_mm = np.cumsum(np.nan_to_num(step_mm), axis=0)
    time_s = track.time_s[at]
    rest = (time_s >= onset_s - _REST_S) & (time_s < onset_s)
    if not rest.any():
        rest[0] = True
    moved: Floats = way_mm - np.median(way_mm[rest], axis=0)
    never = ~np.isfinite(track.skin_step_px[at]).any(axis=0)
    moved[:, never] = np.nan
    return moved


def _event(measurement: Measurement, number: int, name: str) -> SpasmEvent:
    count = len(measurement.events)
    if not 1 <= number <= count:
        there = f"It has {count}: --event 1 to {count}" if count else "It has none."
        raise InputError(f"{name} has no spasm {number}.", there)
    return measurement.events[number - 1]


class _Sheet:
    """The frames of the video: two half faces and the signals around the spasm."""

    def __init__(
        self,
        measurement: Measurement,
        event: SpasmEvent,
        times: float,
        faces: list[Floats],
        at: NDArray[np.intp],
    ) -> None:
        from spasm_video.report.lanes import lane_chart_of  # noqa: PLC0415 (slow to import)
        from spasm_video.report.magnify import HALF_HEIGHT_PX, HALF_WIDTH_PX  # noqa: PLC0415

        self._event, self._times, self._faces = event, times, faces
        self._time_s = measurement.head.time_s[at]
        self._start_s = float(self._time_s[0])
        self._length_s = float(self._time_s[-1]) - self._start_s
        self._chart = lane_chart_of(measurement, at, 1280 - 2 * HALF_WIDTH_PX, HALF_HEIGHT_PX)
        self._page = self._chart.page(measurement, self._start_s, self._length_s)
        known = [face for face in faces if np.isfinite(face).all()]
        if not known:
            raise InputError("No face can be seen around this spasm.", "Choose another --event")
        self._rest_mm = _rest_mm(np.median(known, axis=0))

    def pictures(self, images_rgb: Iterable[Picture], moved_mm: Floats) -> list[Picture]:
        """Every frame, in order."""
        return [
            self._picture(image_rgb, face, moved, float(time_s))
            for image_rgb, face, moved, time_s in zip(
                images_rgb, self._faces, moved_mm, self._time_s, strict=True
            )
        ]

    def _picture(
        self, image_rgb: Picture, face: Floats, moved_mm: Floats, time_s: float
    ) -> Picture:
        from spasm_video.report import canvas  # noqa: PLC0415 (slow to import)
        from spasm_video.report.look import SIDE_COLOUR  # noqa: PLC0415
        from spasm_video.report.magnify import HALF_WIDTH_PX  # noqa: PLC0415

        sheet = np.full((720, 1280, 3), 255, np.uint8)
        for place, side in enumerate((self._event.side, self._event.side.other)):
            x = place * HALF_WIDTH_PX
            if np.isfinite(face).all():
                half = self._half(image_rgb, face, moved_mm[:, SIDES.index(side)], side)
                sheet[60 : 60 + half.shape[0], x : x + HALF_WIDTH_PX - 4] = half[:, :-4]
            words = f"Patient's {side}"
            words += ", affected" if side is self._event.side else ", mirrored to compare"
            canvas.box(sheet, x, 690, HALF_WIDTH_PX - 4, 30, canvas.rgb(SIDE_COLOUR[side]))
            canvas.text(sheet, words, (x + 12, 694), canvas.WHITE, 18)
        page = self._chart.with_cursor(self._page, time_s, self._start_s, self._length_s)
        sheet[60:, 2 * HALF_WIDTH_PX :] = page
        canvas.box(sheet, 0, 0, 1280, 56, canvas.rgb("#7a1f1f"))
        enlarged = f"enlarged {self._times:g} times" if self._times > 1 else "not enlarged"
        words = f"DISPLAY ONLY: movement {enlarged}, {SLOWER:g} times slower. Do not measure here."
        canvas.text(sheet, words, (14, 5), canvas.WHITE, 20)
        parts = ",  ".join(f"{p.region} {p.amplitude_mm:.1f} mm" for p in self._event.parts)
        said = f"As measured: {self._event.side} {parts}, {self._event.duration_s:.2f} s."
        said += f" Now at {time_s:.2f} s of the video."
        canvas.text(sheet, said, (14, 31), canvas.WHITE, 16)
        return sheet

    def _half(self, image_rgb: Picture, face: Floats, moved_mm: Floats, side: Side) -> Picture:
        from spasm_video.report import magnify  # noqa: PLC0415 (slow to import)

        half = magnify.half_face(similarity(face[_RIGID, :2], self._rest_mm[_RIGID]), side)
        return magnify.magnified(
            half.cut(image_rgb), magnify.window_centres(face, half),
            magnify.still_places(face, half), moved_mm, self._times,
        )  # fmt: skip


def _rest_mm(face_px: Floats) -> Floats:
    """(478, 2) a face set upright about its nose bridge, mm: where the head is held still."""
    ends = np.array(IRIS_ENDS)
    iris_px = np.linalg.norm(face_px[ends[:, 0], :2] - face_px[ends[:, 1], :2], axis=1).max()
    across = face_px[263, :2] - face_px[33, :2]
    c, s = across / np.hypot(*across)
    turn = np.array([[c, s], [-s, c]]) * IRIS_DIAMETER_MM / iris_px
    rest: Floats = (face_px[:, :2] - face_px[NOSE_BRIDGE, :2]) @ turn.T
    return rest
