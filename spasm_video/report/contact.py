"""
A contact sheet: every spasm before, at its peak and after, for a slide or a chart.

Pages have the shape of a slide. Each spasm has its number, as in ``events.csv``, and its time,
side, regions and size; the patient's right is on the left of each picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from spasm_video.report import canvas
from spasm_video.report.look import HAIRLINE, INK, SIDE_COLOUR, SOFT_INK
from spasm_video.report.portrait import WIDTH_PX
from spasm_video.report.strips import strip_pictures
from spasm_video.report.words import clock, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.records import Measurement, SpasmEvent
    from spasm_video.report.strips import StripPlan

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

_MOMENTS = 3
_GAP, _MARGIN = 6, 28
_HEAD_PX, _CAPTION_PX, _MOMENT_PX = 92, 64, 24
_TILE_PX = _MOMENTS * WIDTH_PX + (_MOMENTS - 1) * _GAP
_COLUMNS, _SHAPE = 3, 16 / 9
_DPI = 150


def contact_pages(
    measurement: Measurement,
    plans: tuple[StripPlan, ...],
    pictures: Mapping[float, Picture],
    landmarks_px: Mapping[float, Floats],
    title: str,
) -> tuple[Picture, ...]:
    """
    The pages, (h, w, 3) RGB; none where no spasm has a picture.

    ``plans``, ``pictures`` and ``landmarks_px`` as ``film_strips`` takes them.
    """
    shown = [
        (plan, strip)
        for plan in plans
        if (strip := strip_pictures(plan, measurement.events[plan.event], pictures, landmarks_px))
    ]
    if not shown:
        return ()
    tallest = max(picture.shape[0] for _, strip in shown for _, _, picture in strip)
    tile_px = tallest + _CAPTION_PX + _MOMENT_PX
    columns = min(_COLUMNS, len(shown))
    width = columns * _TILE_PX + (columns + 1) * _MARGIN
    rows = max(round((width / _SHAPE - _HEAD_PX) / (tile_px + _MARGIN)), 1)
    a_page = rows * columns
    pages = [shown[start : start + a_page] for start in range(0, len(shown), a_page)]
    drawn = []
    for at, tiles in enumerate(pages, start=1):
        used = -(-len(tiles) // columns) if len(pages) == 1 else rows
        page = np.full((_HEAD_PX + used * (tile_px + _MARGIN), width, 3), 255, np.uint8)
        _draw_head(page, measurement, title, f"{at} of {len(pages)}" if len(pages) > 1 else "")
        for place, (plan, strip) in enumerate(tiles):
            row, column = divmod(place, columns)
            x = _MARGIN + column * (_TILE_PX + _MARGIN)
            y = _HEAD_PX + row * (tile_px + _MARGIN)
            event = measurement.events[plan.event]
            _draw_caption(page, plan.event + 1, event, (x, y))
            for moment, time_s, picture in strip:
                at_x = x + ("before", "peak", "after").index(moment) * (WIDTH_PX + _GAP)
                top = y + _CAPTION_PX
                page[top : top + picture.shape[0], at_x : at_x + WIDTH_PX] = picture
                words = f"{moment}  {clock(time_s)}"
                under = at_x + WIDTH_PX / 2, top + picture.shape[0] + 4
                canvas.text(page, words, under, canvas.rgb(SOFT_INK), 16, "middle")
        drawn.append(page)
    return tuple(drawn)


def write_pages(pages: tuple[Picture, ...], out: Path) -> tuple[Path, ...]:
    """
    Write the pages: all into a PDF, or each as a picture, numbered from the second on.

    Raises
    ------
    OSError, ValueError : the file cannot be written, or its ending is unknown
    """
    images = [Image.fromarray(page) for page in pages]
    if out.suffix.lower() == ".pdf":
        images[0].save(out, save_all=True, append_images=images[1:], resolution=_DPI)
        return (out,)
    written = tuple(_names(out, len(pages)))
    for image, path in zip(images, written, strict=True):
        image.save(path, dpi=(_DPI, _DPI))
    return written


def _names(out: Path, count: int) -> Iterator[Path]:
    yield out
    for page in range(2, count + 1):
        yield out.with_name(f"{out.stem}-{page}{out.suffix}")


def _draw_head(page: Picture, measurement: Measurement, title: str, part: str) -> None:
    summary = measurement.summary
    canvas.text(page, title, (_MARGIN, 16), canvas.rgb(INK), 32)
    words = f"{summary.events} spasms in {number(summary.usable_s, 0)} usable seconds"
    words += f"; affected side: {summary.affected_side}. A measurement, not a diagnosis."
    canvas.text(page, words, (_MARGIN, 56), canvas.rgb(SOFT_INK), 20)
    canvas.text(page, part, (page.shape[1] - _MARGIN, 20), canvas.rgb(SOFT_INK), 20, "right")
    canvas.box(page, _MARGIN, _HEAD_PX - 6, page.shape[1] - 2 * _MARGIN, 1, canvas.rgb(HAIRLINE))


def _draw_caption(page: Picture, name: int, event: SpasmEvent, at: tuple[int, int]) -> None:
    x, y = at
    colour = canvas.rgb(SIDE_COLOUR[event.side])
    canvas.box(page, x, y + 4, 6, _CAPTION_PX - 12, colour)
    first = f"{name}   {event.side.capitalize()}, {event.kind}, {event.duration_s:.2f} s"
    sizes = [f"{part.region} {part.amplitude_mm:.1f} mm" for part in event.parts]
    canvas.text(page, first, (x + 16, y + 2), colour, 22)
    canvas.text(page, ",  ".join(sizes), (x + 16, y + 32), canvas.rgb(INK), 18)
