"""What is no spasm, drawn from a scenario: smiles, speech, meals, glances, turns, hands, light."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import SIDES, Side
from spasm_video.simulate.acts import (
    Chewing,
    Exposure,
    Glance,
    Glare,
    Hand,
    Light,
    Smile,
    Speech,
    Turn,
)
from spasm_video.simulate.script import Sway
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.simulate.scenarios import Scenario

_FIRST_S = 0.6  # of rest
_STREAMS = {
    name: 10 + number
    for number, name in enumerate(
        ("smiles", "bouts", "glances", "turns", "hands", "glares", "lights", "exposures")
    )
}
_CV = 0.7  # of the gaps between acts
_BRIGHTEST, _DARKEST = 1.35, 0.65


def distraction(scenario: Scenario) -> dict[str, Any]:
    """The acts of a script by their field, and how the head sways."""
    wanted = scenario.distractors
    sway = Sway()
    speech, chewing = _bouts(scenario)
    return {
        "smiles": tuple(
            Smile(
                course=course,
                corner_mm=round(wanted.smile_mm * rng.uniform(0.6, 1.0), 3),
                lean=round(rng.normal(0, 0.03), 3),
            )
            for rng, course in _acts(scenario, "smiles", wanted.smiles_per_min, (0.3, 0.6), 1.0)
        ),
        "speech": speech,
        "chewing": chewing,
        "glances": tuple(
            Glance(course=course, right_mm=round(_sign(rng) * wanted.glance_mm, 3))
            for rng, course in _acts(
                scenario, "glances", wanted.glances_per_min, (0.045, 0.08), 0.6
            )
        ),
        "turns": _turns(scenario),
        "hands": tuple(
            Hand(course=course, side=_side(rng))
            for rng, course in _acts(scenario, "hands", wanted.hands_per_min, (0.3, 0.5), 1.5)
        ),
        "glares": tuple(
            Glare(course=course, side=_side(rng))
            for rng, course in _acts(scenario, "glares", wanted.glares_per_min, (0.1, 0.25), 0.5)
        ),
        "lights": tuple(
            Light(course=course, change=round(_sign(rng) * wanted.light_change, 3))
            for rng, course in _acts(scenario, "lights", wanted.lights_per_min, (0.5, 1.5), 2.0)
        ),
        "exposures": _exposures(scenario),
        "sway": Sway(
            shift_mm=sway.shift_mm * wanted.sway,
            roll_deg=sway.roll_deg * wanted.sway,
            zoom=sway.zoom * wanted.sway,
            yaw_deg=sway.yaw_deg * wanted.sway,
            pitch_deg=sway.pitch_deg * wanted.sway,
        ),
    }


def _acts(
    scenario: Scenario, kind: str, per_min: float, move_s: tuple[float, float], hold_s: float
) -> Iterator[tuple[np.random.Generator, Course]]:
    """Slow courses, one after the other, at log-normal gaps; with the chance that goes on."""
    if per_min == 0:
        return
    rng = np.random.default_rng([scenario.seed, _STREAMS[kind]])
    gap_s = max(60 / per_min - hold_s - 2 * float(np.mean(move_s)), 0.2)
    free_s = min(_FIRST_S, scenario.length_s / 4) + rng.uniform(0, 1) * _gap(rng, gap_s)
    while True:
        rise_s, decay_s = rng.uniform(*move_s), 1.2 * rng.uniform(*move_s)
        held_s = hold_s * rng.uniform(0.5, 1.5)
        onset_s = round(free_s + rise_s, 4)
        course = Course(
            onset_s=onset_s,
            peak_s=onset_s + rise_s,
            release_s=onset_s + rise_s + held_s,
            offset_s=onset_s + rise_s + held_s + decay_s,
        )
        if course.end_s > scenario.length_s:
            return
        yield rng, course
        free_s = course.end_s + _gap(rng, gap_s)


def _gap(rng: np.random.Generator, mean_s: float) -> float:
    sigma = math.sqrt(math.log(1 + _CV**2))
    return float(rng.lognormal(math.log(mean_s) - sigma**2 / 2, sigma))


def _bouts(scenario: Scenario) -> tuple[tuple[Speech, ...], tuple[Chewing, ...]]:
    """Talk and meals, in turn, never at once."""
    wanted = scenario.distractors
    share = min(wanted.speech_share + wanted.chewing_share, 1.0)
    if share == 0:
        return (), ()
    rng = np.random.default_rng([scenario.seed, _STREAMS["bouts"]])
    speech: list[Speech] = []
    chewing: list[Chewing] = []
    onset_s = min(_FIRST_S, scenario.length_s / 4)
    while onset_s < scenario.length_s - 0.5:
        is_speech = rng.random() < wanted.speech_share / (
            wanted.speech_share + wanted.chewing_share
        )
        length_s = float(rng.uniform(2.0, 5.0))
        offset_s = min(round(onset_s + length_s, 3), scenario.length_s)
        seed = int(rng.integers(1 << 30))
        side = _side(rng)
        if is_speech:
            jaw_mm = round(rng.uniform(2.5, 5.0), 2)
            speech.append(Speech(onset_s=onset_s, offset_s=offset_s, jaw_mm=jaw_mm, seed=seed))
        else:
            chewing.append(Chewing(onset_s=onset_s, offset_s=offset_s, side=side, seed=seed))
        onset_s = round(offset_s + max(0.3, length_s * (1 - share) / share), 3)
    return tuple(speech), tuple(chewing)


def _turns(scenario: Scenario) -> tuple[Turn, ...]:
    """To either side, and nods, in one sequence: a head does one thing at a time."""
    wanted = scenario.distractors
    per_min = wanted.turns_per_min + wanted.nods_per_min
    turns: list[Turn] = []
    for rng, course in _acts(scenario, "turns", per_min, (0.35, 0.8), 0.8):
        size = _sign(rng) * rng.uniform(0.5, 1.0)
        other = rng.uniform(-0.15, 0.15)
        if rng.random() < wanted.turns_per_min / per_min:
            yaw_deg, pitch_deg = size * wanted.turn_deg, other * wanted.turn_deg
        else:
            yaw_deg, pitch_deg = other * wanted.nod_deg, size * wanted.nod_deg
        turns.append(Turn(course=course, yaw_deg=round(yaw_deg, 2), pitch_deg=round(pitch_deg, 2)))
    return tuple(turns)


def _exposures(scenario: Scenario) -> tuple[Exposure, ...]:
    """Steps up and down that never leave the picture too bright or too dark."""
    wanted = scenario.distractors
    per_min = wanted.exposure_steps_per_min
    steps: list[Exposure] = []
    level = 1.0
    for rng, course in _acts(scenario, "exposures", per_min, (0.01, 0.02), 0.02):
        change = _sign(rng) * wanted.exposure_change
        if not _DARKEST <= level * (1 + change) <= _BRIGHTEST:
            change = -change
        level *= 1 + change
        steps.append(Exposure(at_s=course.onset_s, change=round(change, 4)))
    return tuple(steps)


def _sign(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _side(rng: np.random.Generator) -> Side:
    return SIDES[int(rng.integers(len(SIDES)))]
