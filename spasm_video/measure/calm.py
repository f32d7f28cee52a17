"""
How calm a face is: nobody talks, chews, smiles or turns.

What moves one side of a calm face alone is a spasm far sooner than in a sentence, where each
side goes its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import Region
from spasm_video.dsp.filters import high_pass, opened, running_max

if TYPE_CHECKING:
    from spasm_video.measure.movement import Channels
    from spasm_video.params import CalmParams

Floats = NDArray[np.float64]

_TURN_REACH_S = 0.3
_SMILE_LASTS_S, _SMILE_REACH_S = 0.5, 0.4
_DRAWN_ALONG = 0.15  # of a corner, by the other in the mesh


def calm(read: Channels, turn_deg: Floats, params: CalmParams) -> Floats:
    """
    (m,) 0-1: 1 while nothing wilful moves within ``reach_s``, 0 from twice the limits on.

    Only what both sides do counts, and the chin, the lips and the head: a spasm of one side
    leaves a face calm. ``turn_deg`` (m,) is how far the head turns, as ``turning`` tells.
    """
    time_s = read.time_s
    lips = np.abs(high_pass(read.lips_mm, time_s, params.window_s)) / params.lips_mm
    chin = np.abs(high_pass(read.chin_mm, time_s, params.window_s)) / params.chin_mm
    smile = _smile_mm(read, params.window_s) / params.smile_mm
    done = np.max([lips, chin, smile, turn_deg / params.turn_deg], axis=0)
    most = running_max(done, time_s, 2 * params.reach_s)
    level: Floats = np.clip(2.0 - most, 0.0, 1.0)
    return level


def _smile_mm(read: Channels, window_s: float) -> Floats:
    """(m,) mm that both mouth corners move, beyond what one draws the other along."""
    smiles = []
    for corners in read.skin[Region.MOUTH]:
        moved = [np.abs(high_pass(side, read.time_s, window_s)) for side in corners.T]
        smiles.append(np.min(moved, axis=0) - _DRAWN_ALONG * np.max(moved, axis=0))
    both: Floats = np.maximum(np.max(smiles, axis=0), 0.0)
    return both


def held_smile_mm(read: Channels, window_s: float) -> Floats:
    """
    (m,) mm that both mouth corners are drawn up and held so, by the mesh, and shortly after.

    A word passes quicker; the skin of a smile goes its own way on each side for as long as
    it lasts.
    """
    _, mesh = read.skin[Region.MOUTH]
    drawn = [high_pass(side, read.time_s, window_s) for side in mesh.T]
    both = opened(np.maximum(np.min(drawn, axis=0), 0.0), read.time_s, _SMILE_LASTS_S)
    return running_max(both, read.time_s, 2 * _SMILE_REACH_S)


def between(restless: float, at_rest: float, calm: Floats) -> Floats:
    """The number that holds in a face as calm as this."""
    result: Floats = restless + (at_rest - restless) * calm
    return result


def turning(read: Channels, window_s: float) -> Floats:
    """(m,) degrees of yaw and pitch away from their running median."""
    yaw, pitch = (high_pass(angle, read.time_s, window_s) for angle in read.turn_deg.T)
    return running_max(np.hypot(yaw, pitch), read.time_s, _TURN_REACH_S)
