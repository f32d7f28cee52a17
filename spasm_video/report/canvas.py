"""Drawing on RGB pictures, which are changed: text, tinted shapes, fine lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]
    Rgb = tuple[int, int, int]

_SHIFT = 4  # lines are placed to a sixteenth of a pixel
WHITE = (255, 255, 255)


def rgb(colour: str) -> Rgb:
    """
    A colour of ``look`` as numbers.

    >>> rgb("#0b63a5")
    (11, 99, 165)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def text(  # noqa: PLR0913, PLR0917 (where, what, how)
    picture: Picture,
    words: str,
    at: tuple[float, float],
    colour: Rgb,
    size_px: int = 18,
    anchor: Literal["left", "middle", "right"] = "left",
) -> None:
    """Write one line whose top is at ``at`` (x, y); what falls outside is cut off."""
    mask = _mask(words, size_px)
    height, width = mask.shape
    x = round(at[0] - {"left": 0.0, "middle": 0.5, "right": 1.0}[anchor] * width)
    y = round(at[1])
    top, left = max(y, 0), max(x, 0)
    bottom, right = min(y + height, picture.shape[0]), min(x + width, picture.shape[1])
    if top >= bottom or left >= right:
        return
    part = picture[top:bottom, left:right]
    share = mask[top - y : bottom - y, left - x : right - x, None].astype(np.float32) / 255
    part[:] = (part + (np.array(colour, np.float32) - part) * share + 0.5).astype(np.uint8)


def text_width_px(words: str, size_px: int = 18) -> int:
    """How much room a line of text takes."""
    return int(_mask(words, size_px).shape[1])


def tint(picture: Picture, outline: Floats, colour: Rgb, strength: float) -> None:
    """Fill the convex hull of ``outline`` (k, 2) with a colour, ``strength`` 0-1 of it."""
    corners = np.rint(cv2.convexHull(np.asarray(outline, np.float32))).astype(np.int32)
    x, y, width, height = cv2.boundingRect(corners)
    left, top = max(x, 0), max(y, 0)
    part = picture[top : max(y + height, 0), left : max(x + width, 0)]
    if not part.size or strength <= 0:
        return
    filled = part.copy()
    cv2.fillPoly(filled, [corners - np.array([left, top], np.int32)], colour, cv2.LINE_AA)
    part[:] = cv2.addWeighted(part, 1 - strength, filled, strength, 0)


def line(
    picture: Picture,
    points: Floats,
    colour: Rgb,
    thickness: int = 1,
    *,
    closed: bool = False,
) -> None:
    """A line through ``points`` (k, 2), placed finer than a pixel; NaN breaks it."""
    known = np.isfinite(points).all(axis=1)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        fine = np.rint(points[start:stop] * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(picture, [fine], closed, colour, thickness, cv2.LINE_AA, _SHIFT)


def mesh(picture: Picture, outlines: Floats, colour: Rgb) -> None:
    """Many closed lines (n, k, 2) at once, all known."""
    fine = np.rint(outlines * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(picture, list(fine), True, colour, 1, cv2.LINE_AA, _SHIFT)  # noqa: FBT003


def box(  # noqa: PLR0913, PLR0917 (a rectangle has four measures)
    picture: Picture, x: float, y: float, width: float, height: float, colour: Rgb
) -> None:
    """A filled rectangle."""
    low, high = (round(x), round(y)), (round(x + width) - 1, round(y + height) - 1)
    cv2.rectangle(picture, low, high, colour, cv2.FILLED)


@lru_cache(maxsize=2048)
def _mask(words: str, size_px: int) -> Picture:
    """(h, w) how much of each pixel a line of text covers; its height is that of all lines."""
    font = _font(size_px)
    width = max(round(font.getlength(words)), 1)
    image = Image.new("L", (width + 2, round(1.3 * size_px)))
    ImageDraw.Draw(image).text((1, 0), words, fill=255, font=font)
    return np.asarray(image, np.uint8)


@lru_cache
def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)
