"""
The visits of a known course as recordings: simulated frame by frame, then measured.

Rates, regions and weakness are those of the course (``tests.measure.courses``); when which
spasm comes and how it looks in each channel is the simulator's, what is found is ``measure``'s.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import REGIONS
from spasm_video.measure import measure
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.storing import Visit, session_of
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.scenarios import Scenario
from tests.measure.conftest import mirrored
from tests.measure.courses import MIRRORED, UNUSABLE, Truth, on

if TYPE_CHECKING:
    from spasm_video.history import History, Session

_PARAMS = AnalysisParams().measure
_TONIC = 1 / 16  # of the spasms
_WEAKER = 0.8  # of its movement is left to a side that is weak
_TOO_SMALL_PX_PER_MM = 0.5  # an iris of 6 px


def scenario(truth: Truth, day: int) -> Scenario:
    """The recording of a day: how often, where, how weak; too small a face on the unusable day."""
    rate = truth.rate(day)
    weak = truth.weak.get(day, 0.0)
    strength = _WEAKER if weak else 1.0
    disease: dict[str, Any] = {
        "side": truth.side.value,
        "clonic_per_min": (1 - _TONIC) * rate,
        "tonic_per_min": _TONIC * rate,
        "tonic_s": (1.0, 2.0),
        "interval_cv": 0.8,
        "burst_share": 0.0,
        "spread": [one.value for one in REGIONS if truth.begins.get(one, math.inf) <= day],
        "spread_share": 0.85,
        "eyelid_closure": 0.5 * strength,
        "brow_mm": 1.8 * strength,
        "cheek_mm": 1.8 * strength,
        "mouth_mm": 2.2 * strength,
    }
    if weak:  # the affected eye stands wider than the other
        disease |= {"drooping": truth.side.other.value, "droop": weak / 100}
    return Scenario.model_validate(
        {
            "name": f"day_{day}",
            "seed": 1000 * truth.seed + day,
            "length_s": 60 * truth.minutes,
            "disease": disease,
            "camera": {"px_per_mm": _TOO_SMALL_PX_PER_MM if day == UNUSABLE else 3.0},
        }
    )


@functools.cache
def _recorded(told: str, day: int, *, is_mirrored: bool) -> Session:
    track, _ = simulate_track(Scenario.model_validate_json(told))
    measured = measure(mirrored(track) if is_mirrored else track, _PARAMS)
    return session_of(measured, Visit(subject="P01", date=on(day)), Path(), _PARAMS)


def recorded(truth: Truth, day: int, number: int) -> Session:
    """The session of a day; on one of them the sides were exchanged and nobody said so."""
    told = scenario(truth, day).model_dump_json(exclude_unset=True)
    session = _recorded(told, day, is_mirrored=day == MIRRORED)
    video = {"sha256": f"{day:064x}"}
    made_with = session.made_with | {"video": session.made_with.get("video", {}) | video}
    return dataclasses.replace(session, made_with=made_with, folder="", number=number)


def recorded_history(truth: Truth) -> History:
    """The course with every session recorded and measured."""
    sessions = (recorded(truth, day, n) for n, day in enumerate(truth.days, start=1))
    return truth.history(sessions=tuple(sessions))
