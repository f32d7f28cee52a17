"""
What happens in a simulated clip, and when: the truth from which the pictures are made.

A script is data and says everything; ``perform`` turns it into the posture of the face
at given instants. Sides are the patient's own. Millimetres are on the scale of an iris of
11.7 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spasm_video.simulate.acts import (
        Blink,
        Chewing,
        Exposure,
        Glance,
        Glare,
        Hand,
        Light,
        Smile,
        Spasm,
        Speech,
        Turn,
    )
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.twitch import Course

LID = REGIONS.index(Region.EYELID)
_LID_IN_SMILE = 0.025  # closure of both lids for every mm that a smile lifts the mouth
_CHEEK_IN_SMILE = 0.45  # mm of cheek for every mm of mouth corner
_OTHER_CHEEK = 0.6  # of a chewing stroke on the side without the food


@dataclass(frozen=True, slots=True, kw_only=True)
class Sway:
    """How far the head wanders: each the largest of a slow, smooth, aimless motion."""

    shift_mm: float = 3.0
    roll_deg: float = 1.0
    zoom: float = 0.01
    yaw_deg: float = 2.5
    pitch_deg: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Everything that happens in a clip, how long it is, and the seed of all chance."""

    duration_s: float
    fps: float = 30.0
    seed: int = 0
    spasms: tuple[Spasm, ...] = ()
    blinks: tuple[Blink, ...] = ()
    smiles: tuple[Smile, ...] = ()
    speech: tuple[Speech, ...] = ()
    chewing: tuple[Chewing, ...] = ()
    glances: tuple[Glance, ...] = ()
    turns: tuple[Turn, ...] = ()
    hands: tuple[Hand, ...] = ()
    glares: tuple[Glare, ...] = ()
    lights: tuple[Light, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    sway: Sway = field(default_factory=Sway)
    droop: Mapping[Side, float] = field(default_factory=dict)
    """The part of an eye that is closed at rest, of a side that is not named none of it."""

    @property
    def time_s(self) -> Floats:
        """The instant of every frame of a regular camera, seconds from the first."""
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
    jaw_mm : (n,) how far the lower lip and chin have fallen, the lips apart
    chin_mm : (n,) how far the chin has fallen with the lips shut
    gaze_mm : (n,) how far both irises have moved towards the patient's right
    shift_mm : (n, 2) of the head, right and down in the picture
    roll_deg, zoom : (n,) of the head; roll clockwise in the picture, zoom 1 at rest
    yaw_deg, pitch_deg : (n,) of the head, towards the patient's right and upwards
    hand, glare : (n, Side) 0-1, how far a hand or a reflection has come before that side
    light : (n,) of the picture, 1 at rest
    """

    time_s: Floats
    moved: Floats
    jaw_mm: Floats
    chin_mm: Floats
    gaze_mm: Floats
    shift_mm: Floats
    roll_deg: Floats
    zoom: Floats
    yaw_deg: Floats
    pitch_deg: Floats
    hand: Floats
    glare: Floats
    light: Floats


def perform(script: Script, time_s: Floats) -> Performance:
    """Work out the posture of the face at each of ``time_s``, (n,)."""
    jaw_mm, purse_mm = _speech(script, time_s)
    drift = _Drift(script.seed, time_s)
    sway = script.sway
    return Performance(
        time_s=time_s,
        moved=_moved(script, time_s, purse_mm),
        jaw_mm=jaw_mm,
        chin_mm=_sum(time_s, [(stroke, mm) for stroke, mm, _, _ in _strokes(script)]),
        gaze_mm=_sum(time_s, [(glance.course, glance.right_mm) for glance in script.glances]),
        shift_mm=np.stack([drift(0, sway.shift_mm), drift(1, sway.shift_mm)], axis=-1),
        roll_deg=drift(2, sway.roll_deg),
        zoom=1 + drift(3, sway.zoom),
        yaw_deg=drift(4, sway.yaw_deg)
        + _sum(time_s, [(turn.course, turn.yaw_deg) for turn in script.turns]),
        pitch_deg=drift(5, sway.pitch_deg)
        + _sum(time_s, [(turn.course, turn.pitch_deg) for turn in script.turns]),
        hand=_at_sides(time_s, script.hands),
        glare=_at_sides(time_s, script.glares),
        light=_light(script, time_s),
    )


def _moved(script: Script, time_s: Floats, purse_mm: Floats) -> Floats:
    moved = np.zeros((time_s.size, len(REGIONS), len(SIDES)))
    open_ = np.ones((time_s.size, 1)) - [script.droop.get(side, 0.0) for side in SIDES]
    for spasm in script.spasms:
        side = SIDES.index(spasm.side)
        for part in spasm.parts:
            level = part.peak * spasm.course_of(part).level(time_s)
            if part.region is Region.EYELID:
                open_[:, side] *= 1 - level
            else:
                moved[:, REGIONS.index(part.region), side] += level
    for blink in script.blinks:
        open_ *= 1 - blink.closure * blink.course.level(time_s)[:, None]
    for column, of in enumerate(SIDES):
        lean = 1 if of is Side.LEFT else -1
        smiles = [(one.course, one.corner_mm * (1 + lean * one.lean)) for one in script.smiles]
        smile_mm = _sum(time_s, smiles)
        open_[:, column] *= 1 - _LID_IN_SMILE * smile_mm
        moved[:, REGIONS.index(Region.MOUTH), column] += smile_mm - purse_mm
        moved[:, REGIONS.index(Region.CHEEK), column] += _CHEEK_IN_SMILE * smile_mm
        strokes = [
            (course, cheek_mm * (1.0 if of is side else _OTHER_CHEEK))
            for course, _, cheek_mm, side in _strokes(script)
        ]
        moved[:, REGIONS.index(Region.CHEEK), column] += _sum(time_s, strokes)
    moved[:, LID] = 1 - open_
    return moved


def _strokes(script: Script) -> list[tuple[Course, float, float, Side]]:
    return [
        (course, size * meal.jaw_mm, size * meal.cheek_mm, meal.side)
        for meal in script.chewing
        for course, size in meal.strokes()
    ]


def _at_sides(time_s: Floats, acts: Iterable[Hand | Glare]) -> Floats:
    levels = np.zeros((time_s.size, len(SIDES)))
    for act in acts:
        column = SIDES.index(act.side)
        levels[:, column] = np.maximum(levels[:, column], act.course.level(time_s))
    return levels


def _light(script: Script, time_s: Floats) -> Floats:
    light = 1 + _sum(time_s, [(light.course, light.change) for light in script.lights])
    for step in script.exposures:
        light = light * np.where(time_s >= step.at_s, 1 + step.change, 1.0)
    return light


def _speech(script: Script, time_s: Floats) -> tuple[Floats, Floats]:
    syllables = [syllable for speech in script.speech for syllable in speech.syllables()]
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
