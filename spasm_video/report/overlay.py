"""
What is drawn over a face: its landmarks, each region lit as it moves, side names, flags.

A region lights up in the colour of its side with the movement that was measured there: fully
at twice the detection limit, so that a blink lights both lids and a hemifacial spasm one side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import MEASURED_LANDMARKS, REGIONS, SIDES, Region, Side
from spasm_video.report import canvas
from spasm_video.report.look import BLINK_GREY, INK, SIDE_COLOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spasm_video.records import SpasmEvent
    from spasm_video.report.moment import Moment

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

# The outline of each region, as landmarks of the left, then of the right.
PATCHES: dict[Region, tuple[tuple[int, ...], tuple[int, ...]]] = {
    Region.EYELID: (
        (263, 387, 386, 385, 362, 341, 450, 448), (33, 160, 159, 158, 133, 112, 230, 228),
    ),
    Region.BROW: ((276, 300, 293, 334, 296, 285, 282), (46, 70, 63, 105, 66, 55, 52)),
    Region.CHEEK: ((347, 330, 266, 425, 280, 346), (118, 101, 36, 205, 50, 117)),
    Region.MOUTH: ((423, 426, 287, 291, 424, 422, 432), (203, 206, 57, 61, 204, 202, 212)),
    Region.NECK: ((379, 378), (150, 149)),
}  # fmt: skip
_LIDS = (385, 386, 387, 380, 374, 373, 158, 159, 160, 153, 145, 144)  # the mesh's lids lag
_DOTS = np.array([number for number in MEASURED_LANDMARKS if number not in _LIDS])
_NECK_DROP, _NECK_REACH = (0.15, 0.27), 0.07  # of the face's width, below and around the jaw
_FULL_LIMITS = 2.0
_STRONGEST = 0.62
_FAINT, _DOT = (250, 250, 250), (20, 200, 170)
_BANNER_PX = 40


def draw_movement(picture: Picture, points: Floats, moment: Moment) -> None:
    """Light the regions of a face whose landmarks (478, 2) lie at ``points`` of the picture."""
    for index, region in enumerate(REGIONS):
        for at, side in enumerate(SIDES):
            mm, limit_mm = moment.displacement_mm[index, at], moment.limit_mm[index]
            if not (math.isfinite(mm) and math.isfinite(limit_mm)):
                continue
            share = min(max(mm / (_FULL_LIMITS * limit_mm), 0.0), 1.0)
            outline = patch(points, region, side)
            colour = canvas.rgb(SIDE_COLOUR[side])
            canvas.tint(picture, outline, colour, _STRONGEST * share)
            event = moment.event
            if event is not None and event.side is side and region in event.regions:
                hull = _hull(outline)
                canvas.line(picture, hull, colour if moment.is_on else _FAINT, 2, closed=True)


def draw_landmarks(picture: Picture, points: Floats) -> None:
    """The landmarks that the measurement rests on, as dots."""
    for x, y in points[_DOTS]:
        canvas.box(picture, x - 1, y - 1, 3, 3, _DOT)


def draw_sides(picture: Picture) -> None:
    """Whose side is which: the patient's own, as when facing them."""
    height, width = picture.shape[:2]
    for side, x, anchor in ((Side.RIGHT, 0, "left"), (Side.LEFT, width, "right")):
        words = f"Patient’s {side}".replace("’", "'")
        wide = canvas.text_width_px(words, 20) + 16
        canvas.box(
            picture, x if anchor == "left" else x - wide, height - 34, wide, 34,
            canvas.rgb(SIDE_COLOUR[side]),
        )  # fmt: skip
        canvas.text(
            picture,
            words,
            (x + 8 if anchor == "left" else x - 8, height - 30),
            canvas.WHITE,
            20,
            "left" if anchor == "left" else "right",
        )


def draw_flag(picture: Picture, moment: Moment) -> None:
    """Along the top: the spasm that is on, a blink, or why nothing can be measured."""
    width = picture.shape[1]
    if moment.unusable:
        words, colour = f"Not measured: {moment.unusable}", "#8a5a00"
    elif moment.event is not None:
        words, colour = event_words(moment.event), SIDE_COLOUR[moment.event.side]
    elif moment.is_blink:
        words, colour = "Blink", BLINK_GREY
    else:
        return
    canvas.box(picture, 0, 0, width, _BANNER_PX, canvas.rgb(colour))
    size_px = 22
    while canvas.text_width_px(words, size_px) > width - 24 and size_px > 12:
        size_px -= 1
    canvas.text(picture, words, (12, (_BANNER_PX - 1.25 * size_px) / 2), canvas.WHITE, size_px)


def draw_counts(picture: Picture, moment: Moment, clock: str, note: str = "") -> None:
    """The clock, and spasms of each side and blinks so far, into a strip of a picture."""
    canvas.text(picture, clock, (14, 12), canvas.rgb(INK), 30)
    x = 170.0
    for side in (Side.RIGHT, Side.LEFT):
        words = f"{side.capitalize()} spasms {moment.spasms[side]}"
        canvas.text(picture, words, (x, 8), canvas.rgb(SIDE_COLOUR[side]), 22)
        x += canvas.text_width_px(words, 22) + 26
    canvas.text(picture, f"Blinks {moment.blinks}", (x, 8), canvas.rgb(BLINK_GREY), 22)
    canvas.text(picture, note, (170, 38), canvas.rgb(BLINK_GREY), 14)


def event_words(event: SpasmEvent) -> str:
    """A spasm in a line: side, kind, regions, size, duration."""
    regions = " + ".join(event.regions)
    return (
        f"{event.side.upper()}  {event.kind}  {regions}  "
        f"{event.amplitude_mm:.1f} mm  {event.duration_s:.2f} s"
    )


def patch(points: Floats, region: Region, side: Side) -> Floats:
    """(k, 2) corners of a region among landmarks (478, 2 or 3)."""
    numbers = PATCHES[region][SIDES.index(side)]
    corners: Floats = points[list(numbers), :2]
    if region is not Region.NECK:
        return corners
    across = points[454, :2] - points[234, :2]
    down = points[152, :2] - points[168, :2]
    down = down / (np.hypot(*down) or 1.0) * np.hypot(*across)
    middle = corners.mean(axis=0)
    reach = _NECK_REACH * across
    rows = [middle + share * down + sign * reach for share in _NECK_DROP for sign in (-1, 1)]
    return np.array(rows)


def _hull(points: Floats) -> Floats:
    import cv2  # noqa: PLC0415 (one call)

    hull: Floats = cv2.convexHull(np.asarray(points, np.float32))[:, 0].astype(np.float64)
    return hull
