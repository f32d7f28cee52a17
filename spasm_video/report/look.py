"""
Colours and words that mean the same in every figure, on screen and in print.

Left is blue, right is orange: apart for every kind of colour vision, and in grey print by
their place (left above, right below). Text colours reach WCAG AA on white and on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasm_video.anatomy import Side
from spasm_video.records import QualityFlag

if TYPE_CHECKING:
    from collections.abc import Mapping

INK = "#16212c"
SOFT_INK = "#55626f"
HAIRLINE = "#d9dfe5"
BLINK_GREY = "#7b8794"
SIDE_COLOUR: Mapping[Side, str] = {Side.LEFT: "#0b63a5", Side.RIGHT: "#c2540a"}
SIDE_TINT: Mapping[Side, str] = {Side.LEFT: "#cfe3f4", Side.RIGHT: "#fbdcc4"}

FLAG_WORDS: Mapping[QualityFlag, str] = {
    QualityFlag.NO_FACE: "no face",
    QualityFlag.TURNED: "head turned away",
    QualityFlag.TOO_SMALL: "face too small",
    QualityFlag.BLURRED: "blurred",
    QualityFlag.DARK: "too dark",
    QualityFlag.OCCLUDED: "face covered",
    QualityFlag.CUT: "cut in the video",
    QualityFlag.SETTLING: "settling in",
    QualityFlag.OTHER_FACES: "another face in view",
    QualityFlag.SLOW_CAMERA: "slow camera",
    QualityFlag.NECK_HIDDEN: "neck hidden",
}
# A frame with only these is still used, so they do not explain why one is not.
FLAGS_WITH_CARE = QualityFlag.OTHER_FACES | QualityFlag.SLOW_CAMERA | QualityFlag.NECK_HIDDEN


def main_flag(bits: int) -> QualityFlag | None:
    """The first reason that makes a frame unusable, the gravest first; None if none does."""
    hard = bits & ~int(FLAGS_WITH_CARE)
    return next((flag for flag in QualityFlag if hard & flag), None)
