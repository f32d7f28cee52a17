"""A face cut out of a picture: upright, at a set scale, its sides labelled."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from spasm_video.anatomy import Side
from spasm_video.report.look import SIDE_COLOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

WIDTH_PX = 260
_JPEG_QUALITY = 72
_WIDTH, _ABOVE, _BELOW_CHIN = 1.65, 0.46, 0.22  # of the distance between the eye corners
_TALLEST = 1.45  # height over width: an open mouth or a lost chin does not make a tower


def frame_of(points: Floats) -> tuple[float, int]:
    """Output pixels for a video pixel, and the height that takes in brows and chin."""
    left, right, _, chin = points
    across, to_chin = left - right, chin - (left + right) / 2
    across_px = float(np.hypot(*across)) or 1.0
    down = abs(across[0] * to_chin[1] - across[1] * to_chin[0]) / across_px**2
    height = min(_ABOVE + down + _BELOW_CHIN, _TALLEST * _WIDTH)
    return WIDTH_PX / (_WIDTH * across_px), round(height / _WIDTH * WIDTH_PX)


def upright(picture: Picture, points: Floats, scale: float, height_px: int) -> Picture:
    """The face cut out upright with the patient's right on the left."""
    left, right, bridge, chin = points
    across = (left - right) / (np.linalg.norm(left - right) or 1.0)
    down = np.array([-across[1], across[0]])
    if np.dot(chin - bridge, down) < 0:  # a mirrored picture: its down is on the other side
        down = -down
    turn = scale * np.stack([across, down])
    eye_line_px = _ABOVE / _WIDTH * WIDTH_PX
    shift = np.array([WIDTH_PX / 2, eye_line_px]) - turn @ ((left + right) / 2)
    matrix = np.column_stack([turn, shift])
    # Area averaging first where the face is large: a plain warp would alias.
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.45 / scale) if scale < 0.7 else picture
    cut = cv2.warpAffine(
        smooth, matrix, (WIDTH_PX, height_px), flags=cv2.INTER_LINEAR, borderValue=(232, 235, 238)
    )
    return cast("Picture", cut)


def labelled(picture: Picture, affected: Side) -> Picture:
    """R and L in the upper corners, the side of the spasm on its colour."""
    marked = picture.copy()
    for side, x in ((Side.RIGHT, 8), (Side.LEFT, WIDTH_PX - 32)):
        fill = _rgb(SIDE_COLOUR[side]) if side is affected else (60, 70, 80)
        cv2.rectangle(marked, (x, 8), (x + 24, 32), fill, cv2.FILLED)
        at = (x + 6, 26)
        cv2.putText(
            marked, side[0].upper(), at, cv2.FONT_HERSHEY_DUPLEX, 0.6, (255,) * 3, 1, cv2.LINE_AA
        )
    return marked


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def jpeg_uri(picture: Picture) -> str:
    """The picture as a JPEG inside the page."""
    options: Any = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode("ascii")
