"""
Sides, regions and the places on the face that stand for them.

Side is the patient's own left or right, always. Landmark numbers are those of the
478-point face mesh (MediaPipe Face Landmarker, Apache-2.0). In every table the
right-hand landmarks come first only where the table says so; elsewhere the axis
order is ``SIDES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The patient's own side."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Region(StrEnum):
    """The five regions that hemifacial spasm moves, from the eye downwards."""

    EYELID = "eyelid"
    BROW = "brow"
    CHEEK = "cheek"
    MOUTH = "mouth"
    NECK = "neck"


SIDES: tuple[Side, ...] = (Side.LEFT, Side.RIGHT)
REGIONS: tuple[Region, ...] = tuple(Region)


@dataclass(frozen=True, slots=True)
class SkinWindow:
    """
    A patch of skin whose motion is followed on both sides.

    ``left`` and ``right`` are the landmarks whose mean is its centre, moved down by
    ``drop_mm``; its points lie within ``reach_mm`` of it: in a line along a lid margin,
    else in a cross.
    """

    name: str
    region: Region
    left: tuple[int, ...]
    right: tuple[int, ...]
    reach_mm: float
    drop_mm: float = 0.0
    is_lid_margin: bool = False

    def landmarks(self, side: Side) -> tuple[int, ...]:
        """The landmarks of one side."""
        return self.left if side is Side.LEFT else self.right


SKIN_WINDOWS: tuple[SkinWindow, ...] = (
    SkinWindow("upper_lid", Region.EYELID, (386,), (159,), 4.5, -0.5, is_lid_margin=True),
    SkinWindow("lower_lid", Region.EYELID, (374,), (145,), 4.5, 0.6, is_lid_margin=True),
    SkinWindow("brow", Region.BROW, (334, 296), (105, 66), 2.8),
    SkinWindow("cheek_upper", Region.CHEEK, (347, 330), (118, 101), 3.2),
    SkinWindow("cheek", Region.CHEEK, (280, 425), (50, 205), 4.0),
    SkinWindow("nasolabial", Region.MOUTH, (426, 423), (206, 203), 3.2),
    SkinWindow("mouth_corner", Region.MOUTH, (291,), (61,), 3.2),
    SkinWindow("chin", Region.MOUTH, (424, 422), (204, 202), 3.6),
    SkinWindow("neck_upper", Region.NECK, (379, 378), (150, 149), 4.8, 18.0),
    SkinWindow("neck_lower", Region.NECK, (379, 378), (150, 149), 4.8, 32.0),
)

# Bone under thin skin: nose bridge and dorsum, inner canthi, glabella, forehead, temples.
RIGID_LANDMARKS: tuple[int, ...] = (
    168, 6, 197, 195, 5, 4, 1, 9, 8, 151, 10, 109, 338, 133, 362, 48, 278, 127, 356, 234, 454,
)  # fmt: skip
# The skin that stands for the skull when the picture is stabilised: nose bridge and
# dorsum, forehead, its sides, temples, sides of the nose, inner canthi. Wide apart, so
# that a turn of the head is told from a lift of one cheek.
STABLE_LANDMARKS: tuple[int, ...] = (
    168, 195, 9, 151, 337, 108, 332, 103, 368, 139, 279, 49, 362, 133,
)  # fmt: skip

# Pairs (left, right) across the midline that do not move with the face's muscles.
RIGID_PAIRS: tuple[tuple[int, int], ...] = (
    (356, 127), (454, 234), (362, 133), (338, 109), (278, 48), (263, 33),
)  # fmt: skip
NOSE_BRIDGE = 168
FOREHEAD_TOP = 10
CHIN = 152
NOSE_TIP = 1
NOSE_BASE = 2
MOUTH_CORNERS: tuple[int, int] = (291, 61)
INNER_LIPS: tuple[int, int] = (13, 14)

# Eye corners (outer, inner), the iris' horizontal ends, lid margins; LEFT then RIGHT.
EYE_CORNERS: tuple[tuple[int, int], ...] = ((263, 362), (33, 133))
IRIS_ENDS: tuple[tuple[int, int], ...] = ((474, 476), (469, 471))
LID_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((386, 374), (385, 380), (387, 373)),
    ((159, 145), (158, 153), (160, 144)),
)
BROW_LANDMARKS: tuple[tuple[int, ...], ...] = ((334, 296, 293), (105, 66, 63))

IRIS_DIAMETER_MM = 11.7  # across people 11.7 ± 0.5 mm; cancels within a person

MEASURED_LANDMARKS: tuple[int, ...] = tuple(
    sorted(
        {
            *RIGID_LANDMARKS,
            *STABLE_LANDMARKS,
            *(number for pair in RIGID_PAIRS for number in pair),
            NOSE_BRIDGE,
            FOREHEAD_TOP,
            CHIN,
            NOSE_TIP,
            NOSE_BASE,
            *MOUTH_CORNERS,
            *INNER_LIPS,
            *(number for pair in EYE_CORNERS for number in pair),
            *(number for pair in IRIS_ENDS for number in pair),
            *(number for side in LID_PAIRS for pair in side for number in pair),
            *(number for side in BROW_LANDMARKS for number in side),
            *(n for w in SKIN_WINDOWS for n in (*w.left, *w.right)),
        }
    )
)
