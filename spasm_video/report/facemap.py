"""
A face seen from the front, each region coloured by how often it moved.

As when facing the patient: the patient's right is on the left of the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.look import HAIRLINE, SIDE_COLOUR
from spasm_video.report.words import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spasm_video.records import SessionSummary

    Rates = Mapping[tuple[Region, Side], float]

# The half of the face to the right of the picture (the patient's left); the other is its mirror.
_SHAPES: Mapping[Region, str] = {
    Region.BROW: "M14-57C26-75 60-78 80-57C83-53 80-47 75-49C58-61 36-60 19-48C13-45 10-51 14-57Z",
    Region.EYELID: "M11-21C18-43 62-46 77-22C70 3 22 5 11-21Z",
    Region.CHEEK: "M36 20C50 6 78 8 84 20C87 42 74 64 60 67C45 66 28 38 36 20Z",
    Region.MOUTH: "M5 64C24 58 46 66 50 82C50 97 34 109 5 108Z",
    Region.NECK: "M9 141C26 138 39 131 49 121C50 143 52 157 57 170C42 178 26 182 9 183Z",
}
_HALF_FACE = (
    "M0-146C60-146 93-108 95-54C97-4 91 44 70 82C51 114 28 130 0 130",  # skull and jaw
    "M95-34C107-43 114-26 109-6C106 10 100 19 92 21",  # ear
    "M57 104C57 136 60 152 70 164C86 176 112 181 140 188",  # neck and shoulder
)
_EYE = "M17-21C28-36 56-38 69-21C56-10 30-9 17-21Z"
_HALF_FEATURES = (
    "M17-21C28-36 56-38 69-21",  # upper lid
    "M4 36C8 44 21 43 20 32",  # nose
    "M0 76C5 72 12 73 28 83C17 91 8 94 0 94",  # lips
    "M0 83C8 84 17 84 28 83",
)
_LABEL_Y: Mapping[Region, int] = {
    Region.BROW: -74,
    Region.EYELID: -26,
    Region.CHEEK: 30,
    Region.MOUTH: 86,
    Region.NECK: 146,
}
_ANCHOR: Mapping[Region, tuple[int, int]] = {
    Region.BROW: (74, -56),
    Region.EYELID: (71, -24),
    Region.CHEEK: (83, 30),
    Region.MOUTH: (50, 84),
    Region.NECK: (56, 150),
}
_FRAME = 'viewBox="-246 -162 492 356"'
_LABEL_X = 142
_PALEST, _FULLEST = 0.10, 0.85


@dataclass(frozen=True, slots=True)
class Captions:
    """What is written beside the face, and how a number is."""

    about: str
    sides: Mapping[Side, str]
    regions: Mapping[Region, str]
    per_min: str
    unknown: str
    number: Callable[[float], str]


ENGLISH = Captions(
    about="Spasms a minute of each region",
    sides={side: f"Patient’s {side}" for side in SIDES},
    regions={region: region.capitalize() for region in REGIONS},
    per_min="/min",
    unknown="not assessable",
    number=number,
)


def rates_of(summary: SessionSummary) -> Rates:
    """Spasms a minute of each region and side; NaN where it was not assessable."""
    return {
        (region, side): summary.of(region, side).spasms_per_min.value
        for region in REGIONS
        for side in SIDES
    }


def face_map(per_min: Rates, captions: Captions = ENGLISH) -> str:
    """
    The face with its ten regions, their rates beside them, hatched where they are NaN.

    The page that shows it has the pattern ``hatch``.
    """
    full = max((rate for rate in per_min.values() if math.isfinite(rate)), default=0.0)
    return "".join(
        (
            f'<svg class="facemap" {_FRAME} role="img" aria-label="{_said(per_min, captions)}">',
            *_half(per_min, Side.LEFT, full),
            '<g transform="scale(-1 1)">',
            *_half(per_min, Side.RIGHT, full),
            "</g>",
            *(line for side in SIDES for line in _labels(per_min, side, captions)),
            "</svg>",
        )
    )


def _half(per_min: Rates, side: Side, full: float) -> Iterator[str]:
    for region in REGIONS:
        yield f'<path d="{_SHAPES[region]}" {_fill(per_min[region, side], side, full)}/>'
    yield (
        f'<path d="{_EYE}" fill="#fff" stroke="#5d6a77" stroke-width=".9"/>'
        '<circle cx="43" cy="-22.5" r="8" fill="#5d6a77"/>'
    )
    for path in _HALF_FACE:
        yield f'<path d="{path}" fill="none" stroke="#8a97a4" stroke-width="1.6"/>'
    for path in _HALF_FEATURES:
        yield f'<path d="{path}" fill="none" stroke="#5d6a77" stroke-width="1.5"/>'


def _fill(rate: float, side: Side, full: float) -> str:
    if not math.isfinite(rate):
        return 'fill="url(#hatch)" stroke="#b3bcc5" stroke-width=".8" stroke-dasharray="3 2"'
    if rate == 0:
        return f'fill="#f3f5f7" stroke="{HAIRLINE}"'
    # The square root keeps a rarely moved region visible beside a busy one.
    strength = _PALEST + (_FULLEST - _PALEST) * math.sqrt(rate / full)
    colour = SIDE_COLOUR[side]
    return f'fill="{colour}" fill-opacity="{strength:.2f}" stroke="{colour}" stroke-width=".8"'


def _labels(per_min: Rates, side: Side, captions: Captions) -> Iterator[str]:
    out = 1 if side is Side.LEFT else -1
    anchor = "start" if out > 0 else "end"
    yield (
        f'<text x="{out * (_LABEL_X + 6)}" y="-132" text-anchor="{anchor}" class="side {side}">'
        f"{escape(captions.sides[side])}</text>"
    )
    for region in REGIONS:
        rate, y = per_min[region, side], _LABEL_Y[region]
        x, point = out * (_LABEL_X + 6), _ANCHOR[region]
        place = f'x="{x}" y="{y + 15}" text-anchor="{anchor}"'
        yield (
            f'<path d="M{out * point[0]} {point[1]}L{out * (_LABEL_X - 12)} {y}H{out * _LABEL_X}" '
            f'fill="none" stroke="#aab4be" stroke-width=".8"/>'
            f'<text x="{x}" y="{y - 2}" text-anchor="{anchor}" class="name">'
            f"{escape(captions.regions[region])}</text>"
            f"{_value(rate, place, captions)}"
        )


def _value(rate: float, place: str, captions: Captions) -> str:
    if not math.isfinite(rate):
        return f'<text {place} class="none">{escape(captions.unknown)}</text>'
    unit = f'<tspan class="name"> {escape(captions.per_min)}</tspan>'
    kind = "rate" if rate > 0 else "rate zero"
    return f'<text {place} class="{kind}">{captions.number(rate)}{unit}</text>'


def _said(per_min: Rates, captions: Captions) -> str:
    told = (
        f"{captions.sides[side]}, {captions.regions[region]}: "
        f"{captions.number(rate) if math.isfinite(rate) else captions.unknown}"
        for (region, side), rate in per_min.items()
    )
    return escape(f"{captions.about}. {'; '.join(told)}")
