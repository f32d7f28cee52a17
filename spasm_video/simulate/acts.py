"""
What can happen to a face and to the picture of it: spasms and all that is none.

Sides are the patient's own. Millimetres are on the scale of an iris of 11.7 mm. Every act
has a course, so that it begins and ends smoothly and is exactly nothing outside its span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Iterator

TONIC_S = 1.0
"""From this duration on a contraction is tonic."""

_FARTHEST_MM = 8.0  # beyond it the skin would fold: its windows have a sigma of 6 mm or more
_PURSE = 0.35  # mm that the mouth corners go in and down for every mm of jaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One region's share in a spasm.

    ``peak`` is millimetres, for the eyelid the fraction of the open eye that is closed;
    ``lag_s`` is how long after the first region it begins.
    """

    region: Region
    peak: float
    lag_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spasm:
    """One involuntary contraction of one side: ``parts`` in order of onset, the first at 0."""

    side: Side
    course: Course
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        """Refuse parts that are missing, doubled, out of order or out of range."""
        lags = [part.lag_s for part in self.parts]
        if not lags or lags[0] != 0 or lags != sorted(lags):
            raise ParameterError(
                f"The parts of a spasm begin at {lags} s.",
                "Give them in order of onset, the first with a lag of 0.",
            )
        if len({part.region for part in self.parts}) < len(self.parts):
            raise ParameterError("A region is named twice in a spasm.", "Name each region once.")
        if any(not 0 < part.peak <= _most(part.region) for part in self.parts):
            raise ParameterError(
                "A spasm moves a region too far or not at all.",
                "Close the eyelid by more than 0 and up to 1; move the rest by up to 8 mm.",
            )

    @property
    def kind(self) -> str:
        """``tonic`` if it lasts a second or more, else ``clonic``."""
        return "tonic" if self.course.duration_s >= TONIC_S else "clonic"

    @property
    def offset_s(self) -> float:
        """When the last of its parts is back at 10 %."""
        return max(self.course_of(part).offset_s for part in self.parts)

    @property
    def end_s(self) -> float:
        """When the last of its parts is at rest."""
        return max(self.course_of(part).end_s for part in self.parts)

    def course_of(self, part: Part) -> Course:
        """Return the time course of one of the parts."""
        return self.course.delayed(part.lag_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blink:
    """Both lids close together; a complete blink closes the eye fully, a partial one less."""

    course: Course
    closure: float = 1.0

    @classmethod
    def at(cls, onset_s: float, *, closure: float = 1.0, slower: float = 1.0) -> Blink:
        """Blink as people do: 70 ms down, 15 ms shut, 150 ms up, each ``slower`` times that."""
        return cls(
            course=Course(
                onset_s=onset_s,
                peak_s=onset_s + 0.070 * slower,
                release_s=onset_s + 0.085 * slower,
                offset_s=onset_s + 0.235 * slower,
            ),
            closure=closure,
        )

    @property
    def complete(self) -> bool:
        """Whether less than a fifth of the open eye remains."""
        return self.closure > 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Smile:
    """Both mouth corners, cheeks and lids move, the left ``lean`` more and the right less."""

    course: Course
    corner_mm: float = 3.0
    lean: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Syllables at about four a second: the jaw falls, the mouth corners go in, both alike."""

    onset_s: float
    offset_s: float
    jaw_mm: float = 4.0
    seed: int = 0

    def syllables(self) -> tuple[tuple[Course, float, float], ...]:
        """Draw each syllable: its course, the fall of the jaw, the pursing of the lips, mm."""
        rng = np.random.default_rng(self.seed)
        drawn: list[tuple[Course, float, float]] = []
        onset_s = self.onset_s
        while True:
            rise_s, decay_s = rng.uniform(0.07, 0.11), rng.uniform(0.10, 0.17)
            if onset_s + rise_s + decay_s > self.offset_s:
                return tuple(drawn)
            course = Course.clonic(onset_s, rise_s=rise_s, decay_s=decay_s)
            jaw_mm = self.jaw_mm * rng.uniform(0.35, 1.0)
            drawn.append((course, jaw_mm, _PURSE * self.jaw_mm * rng.uniform(0, 1)))
            pause_s = rng.uniform(0.25, 0.4) if rng.random() < 0.12 else rng.uniform(-0.04, 0.03)
            onset_s += rise_s + decay_s + pause_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Both eyes look away by ``right_mm`` towards the patient's right, and back."""

    course: Course
    right_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The head turns to the patient's right (negative: left) and comes back."""

    course: Course
    yaw_deg: float
    pitch_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chewing:
    """
    Strokes of the jaw with the lips shut, a little more than one a second.

    The masseter lifts the cheek at each stroke, on the side of the food (``side``) more.
    """

    onset_s: float
    offset_s: float
    side: Side
    jaw_mm: float = 6.0
    cheek_mm: float = 1.0
    seed: int = 0

    def strokes(self) -> Iterator[tuple[Course, float]]:
        """Each stroke's course and its size, a part of the largest."""
        rng = np.random.default_rng(self.seed)
        onset_s = self.onset_s
        while True:
            rise_s, decay_s = rng.uniform(0.22, 0.30), rng.uniform(0.26, 0.36)
            if onset_s + rise_s + decay_s > self.offset_s:
                return
            yield Course.clonic(onset_s, rise_s=rise_s, decay_s=decay_s), rng.uniform(0.6, 1.0)
            onset_s += rise_s + decay_s + rng.uniform(0.1, 0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A hand comes up before the lower half of one side of the face, rests, and goes."""

    course: Course
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Glare:
    """A reflection crosses the glasses before one eye."""

    course: Course
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The light changes by ``change`` (a fraction of it) and comes back: a cloud, a screen."""

    course: Course
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The camera makes the picture ``change`` brighter or darker from one frame to the next."""

    at_s: float
    change: float


def _most(region: Region) -> float:
    return 1.0 if region is Region.EYELID else _FARTHEST_MM
