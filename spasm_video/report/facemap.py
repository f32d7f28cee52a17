"""
A face seen from the front, each region coloured by how often it moved.

As when facing the patient: the patient's right is on the left of the picture.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report.look import HAIRLINE, SIDE_COLOUR
from spasm_video.report.words import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spasm_video.records import Estimate, RegionSummary, SessionSummary

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


def face_map(summary: SessionSummary) -> str:
    """The face with its ten regions, their rates beside them, hatched where not assessable."""
    full = max((_rate(summary, r, s) for r in REGIONS for s in SIDES), default=0.0)
    return "".join(
        (
            f'<svg class="facemap" {_FRAME} role="img" aria-label="{_said(summary)}">',
            *_half(summary, Side.LEFT, full),
            '<g transform="scale(-1 1)">',
            *_half(summary, Side.RIGHT, full),
            "</g>",
            *(line for side in SIDES for line in _labels(summary, side)),
            "</svg>",
        )
    )


def _half(summary: SessionSummary, side: Side, full: float) -> Iterator[str]:
    for region in REGIONS:
        one = summary.of(region, side)
        yield f'<path d="{_SHAPES[region]}" {_fill(one.spasms_per_min, side, full)}/>'
    yield (
        f'<path d="{_EYE}" fill="#fff" stroke="#5d6a77" stroke-width=".9"/>'
        '<circle cx="43" cy="-22.5" r="8" fill="#5d6a77"/>'
    )
    for path in _HALF_FACE:
        yield f'<path d="{path}" fill="none" stroke="#8a97a4" stroke-width="1.6"/>'
    for path in _HALF_FEATURES:
        yield f'<path d="{path}" fill="none" stroke="#5d6a77" stroke-width="1.5"/>'


def _fill(rate: Estimate, side: Side, full: float) -> str:
    if not math.isfinite(rate.value):
        return 'fill="url(#hatch)" stroke="#b3bcc5" stroke-width=".8" stroke-dasharray="3 2"'
    if rate.value == 0:
        return f'fill="#f3f5f7" stroke="{HAIRLINE}"'
    # The square root keeps a rarely moved region visible beside a busy one.
    strength = _PALEST + (_FULLEST - _PALEST) * math.sqrt(rate.value / full)
    colour = SIDE_COLOUR[side]
    return f'fill="{colour}" fill-opacity="{strength:.2f}" stroke="{colour}" stroke-width=".8"'


def _labels(summary: SessionSummary, side: Side) -> Iterator[str]:
    out = 1 if side is Side.LEFT else -1
    anchor = "start" if out > 0 else "end"
    yield (
        f'<text x="{out * (_LABEL_X + 6)}" y="-132" text-anchor="{anchor}" class="side {side}">'
        f"Patient’s {side}</text>"
    )
    for region in REGIONS:
        one, y = summary.of(region, side), _LABEL_Y[region]
        x, point = out * (_LABEL_X + 6), _ANCHOR[region]
        yield (
            f'<path d="M{out * point[0]} {point[1]}L{out * (_LABEL_X - 12)} {y}H{out * _LABEL_X}" '
            f'fill="none" stroke="#aab4be" stroke-width=".8"/>'
            f'<text x="{x}" y="{y - 2}" text-anchor="{anchor}" class="name">'
            f"{region.capitalize()}</text>{_value(one, x, y + 15, anchor)}"
        )


def _value(one: RegionSummary, x: int, y: int, anchor: str) -> str:
    rate = one.spasms_per_min.value
    place = f'x="{x}" y="{y}" text-anchor="{anchor}"'
    if not math.isfinite(rate):
        return f'<text {place} class="none">not assessable</text>'
    kind = "rate" if rate > 0 else "rate zero"
    return f'<text {place} class="{kind}">{number(rate)}<tspan class="name"> /min</tspan></text>'


def _rate(summary: SessionSummary, region: Region, side: Side) -> float:
    rate = summary.of(region, side).spasms_per_min.value
    return rate if math.isfinite(rate) else 0.0


def _said(summary: SessionSummary) -> str:
    told = (
        f"{side} {region} {number(summary.of(region, side).spasms_per_min.value)}"
        for side in SIDES
        for region in REGIONS
    )
    return f"Spasms a minute of each region: {', '.join(told)}"
