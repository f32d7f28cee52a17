"""What lets the two sides differ without a spasm: floors, smiles, blinks, and lids out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_propagation

from spasm_video.anatomy import Region
from spasm_video.dsp.filters import running_max, running_median
from spasm_video.measure.calm import between, held_smile_mm

if TYPE_CHECKING:
    from spasm_video.measure.movement import Channels
    from spasm_video.params import LimitParams, MeasureParams

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BLINK_JITTER_S = 0.05
"""The lids of a blink may be a frame apart."""


def floor_mm(region: Region, calm: Floats, params: MeasureParams) -> Floats:
    """(m,) the least that counts: lower in a calm face."""
    restless_mm = float(getattr(params.limit, f"{region}_floor_mm"))
    return between(restless_mm, params.calm.floor_share * restless_mm, calm)


def smile_mm(read: Channels, params: MeasureParams) -> Floats:
    """(m,) by which a smile that is held lets the sides differ."""
    held_mm = held_smile_mm(read, params.movement.held_window_s)
    beyond_mm: Floats = np.maximum(held_mm - params.limit.smile_free_mm, 0.0)
    return params.limit.smile_share * beyond_mm


def is_covered(read: Channels, limits: LimitParams) -> Bools:
    """
    (m,) is a lid out of sight for longer than a blink, behind a glare or a hand.

    Judged by the person's own usual confidence, for lids with thick lashes or glasses are
    never followed well. What comes and goes at the edges of it belongs to it.
    """
    (sure,) = read.sure[Region.EYELID]
    covered = np.zeros(len(sure), bool)
    for side in sure.T:
        usual = float(np.median(side))
        lasting = running_median(side, read.time_s, limits.covered_window_s)
        core = lasting < limits.covered_share * usual
        covered |= binary_propagation(core, mask=core | (side < limits.veiled_share * usual))
    return covered


def blink_depth_mm(network: Floats, mesh: Floats, time_s: Floats, limits: LimitParams) -> Floats:
    """
    (m,) mm of the deeper lid while both close alike, reaching a little to either side.

    The mean of what both networks tell: one draws the other lid along, one misjudges a
    turned face.
    """
    depths = []
    for closing in (network, mesh):
        near = np.stack([running_max(side, time_s, BLINK_JITTER_S) for side in closing.T], axis=1)
        less, more = near.min(axis=1), near.max(axis=1)
        alike = (less > limits.blink_least_mm) & (less > limits.blink_ratio * more)
        depths.append(np.where(alike, more, 0.0))
    return running_max(np.mean(depths, axis=0), time_s, 2 * limits.blink_reach_s)
