"""
What happens in a simulated clip, and when: the truth from which the pictures are made.

A scenario is data and says everything; ``perform`` turns it into the posture of the face
at given instants. Sides are the patient's own. Millimetres are on the scale of an iris of
11.7 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats

TONIC_S = 1.0
"""From this duration on a contraction is tonic."""

LID = REGIONS.index(Region.EYELID)
_LID_IN_SMILE = 0.025  # closure of both lids for every mm that a smile lifts the mouth
_CHEEK_IN_SMILE = 0.45  # mm of cheek for every mm of mouth corner
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
    def at(cls, onset_s: float, *, closure: float = 1.0) -> Blink:
        """Blink as people do: 70 ms down, 15 ms shut, 150 ms up."""
        return cls(
            course=Course(
                onset_s=onset_s,
                peak_s=onset_s + 0.070,
                release_s=onset_s + 0.085,
                offset_s=onset_s + 0.235,
            ),
            closure=closure,
        )

    @property
    def complete(self) -> bool:
        """Whether less than a fifth of the open eye remains."""
        return self.closure > 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Smile:
    """Both mouth corners, cheeks and lids move alike."""

    course: Course
    corner_mm: float = 3.0


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
class Sway:
    """How far the head wanders: each the largest of a slow, smooth, aimless motion."""

    shift_mm: float = 3.0
    roll_deg: float = 1.0
    zoom: float = 0.01
    yaw_deg: float = 2.5
    pitch_deg: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that happens in a clip, how long it is, and the seed of all chance."""

    duration_s: float
    fps: float = 30.0
    seed: int = 0
    spasms: tuple[Spasm, ...] = ()
    blinks: tuple[Blink, ...] = ()
    smiles: tuple[Smile, ...] = ()
    speech: tuple[Speech, ...] = ()
    glances: tuple[Glance, ...] = ()
    turns: tuple[Turn, ...] = ()
    sway: Sway = field(default_factory=Sway)

    @property
    def time_s(self) -> Floats:
        """The instant of every frame, seconds from the first."""
        return np.arange(round(self.duration_s * self.fps)) / self.fps

    @property
    def affected_side(self) -> str:
        """``left``, ``right``, ``both`` or ``none``."""
        sides = {spasm.side for spasm in self.spasms}
        if len(sides) > 1:
            return "both"
        return next((side.value for side in sides), "none")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """
    The posture of the face at n instants.

    Attributes
    ----------
    time_s : (n,) seconds
    moved : (n, Region, Side) mm each region has moved in its own direction of contraction;
        for the eyelid the fraction of the open eye that is closed
    jaw_mm : (n,) how far the lower lip and chin have fallen
    gaze_mm : (n,) how far both irises have moved towards the patient's right
    shift_mm : (n, 2) of the head, right and down in the picture
    roll_deg, zoom : (n,) of the head; roll clockwise in the picture, zoom 1 at rest
    yaw_deg, pitch_deg : (n,) of the head, towards the patient's right and upwards
    """

    time_s: Floats
    moved: Floats
    jaw_mm: Floats
    gaze_mm: Floats
    shift_mm: Floats
    roll_deg: Floats
    zoom: Floats
    yaw_deg: Floats
    pitch_deg: Floats


def perform(scenario: Scenario, time_s: Floats) -> Performance:
    """Work out the posture of the face at each of ``time_s``, (n,)."""
    jaw_mm, purse_mm = _speech(scenario, time_s)
    drift = _Drift(scenario.seed, time_s)
    sway = scenario.sway
    return Performance(
        time_s=time_s,
        moved=_moved(scenario, time_s, purse_mm),
        jaw_mm=jaw_mm,
        gaze_mm=_sum(time_s, [(glance.course, glance.right_mm) for glance in scenario.glances]),
        shift_mm=np.stack([drift(0, sway.shift_mm), drift(1, sway.shift_mm)], axis=-1),
        roll_deg=drift(2, sway.roll_deg),
        zoom=1 + drift(3, sway.zoom),
        yaw_deg=drift(4, sway.yaw_deg)
        + _sum(time_s, [(turn.course, turn.yaw_deg) for turn in scenario.turns]),
        pitch_deg=drift(5, sway.pitch_deg)
        + _sum(time_s, [(turn.course, turn.pitch_deg) for turn in scenario.turns]),
    )


def _moved(scenario: Scenario, time_s: Floats, purse_mm: Floats) -> Floats:
    moved = np.zeros((time_s.size, len(REGIONS), len(SIDES)))
    open_ = np.ones((time_s.size, len(SIDES)))
    for spasm in scenario.spasms:
        side = SIDES.index(spasm.side)
        for part in spasm.parts:
            level = part.peak * spasm.course_of(part).level(time_s)
            if part.region is Region.EYELID:
                open_[:, side] *= 1 - level
            else:
                moved[:, REGIONS.index(part.region), side] += level
    for blink in scenario.blinks:
        open_ *= 1 - blink.closure * blink.course.level(time_s)[:, None]
    smile_mm = _sum(time_s, [(smile.course, smile.corner_mm) for smile in scenario.smiles])
    open_ *= 1 - _LID_IN_SMILE * smile_mm[:, None]
    moved[:, REGIONS.index(Region.MOUTH)] += (smile_mm - purse_mm)[:, None]
    moved[:, REGIONS.index(Region.CHEEK)] += _CHEEK_IN_SMILE * smile_mm[:, None]
    moved[:, LID] = 1 - open_
    return moved


def _speech(scenario: Scenario, time_s: Floats) -> tuple[Floats, Floats]:
    syllables = [syllable for speech in scenario.speech for syllable in speech.syllables()]
    jaw_mm = _sum(time_s, [(course, jaw_mm) for course, jaw_mm, _ in syllables])
    purse_mm = _sum(time_s, [(course, purse_mm) for course, _, purse_mm in syllables])
    return jaw_mm, purse_mm


def _sum(time_s: Floats, movements: list[tuple[Course, float]]) -> Floats:
    total = np.zeros_like(time_s)
    for course, size in movements:
        total += size * course.level(time_s)
    return total


class _Drift:
    """Slow aimless motions, one a channel, each at most the size asked for."""

    def __init__(self, seed: int, time_s: Floats) -> None:
        self._seed = seed
        self._time_s = time_s

    def __call__(self, channel: int, size: float) -> Floats:
        rng = np.random.default_rng([self._seed, channel])
        hz = rng.uniform((0.05, 0.12, 0.22), (0.10, 0.20, 0.32))
        phase = rng.uniform(0, 2 * np.pi, 3)
        share = np.array([0.5, 0.35, 0.15])
        wave = share @ np.sin(2 * np.pi * hz[:, None] * self._time_s + phase[:, None])
        return np.asarray(size * wave)


def _most(region: Region) -> float:
    return 1.0 if region is Region.EYELID else _FARTHEST_MM
