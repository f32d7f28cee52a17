"""
Blinks: both lids closing together, complete or partial.

The mesh sees both lids close well, so blinks are read from it; but it takes one closed lid
for two, so the per-eye network must see both move. Half of normal blinks are partial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.dsp.filters import high_pass, running_median
from spasm_video.dsp.intervals import above_with_hysteresis
from spasm_video.records import Blink

if TYPE_CHECKING:
    from spasm_video.measure.movement import Channels
    from spasm_video.params import BlinkParams

_END_SHARE = 0.3  # of the entering depth: lids creep open
_NETWORK_SHUT = 0.3  # share of open that the per-eye network still reads on a shut eye
_OPEN_QUANTILE = 0.8
_ALIKE = 0.4  # smaller over larger closure: below it one lid closed
_ALIKE_BY_NETWORK = 0.3  # likewise; at a turned head it reads one lid twice the other


def find_blinks(read: Channels, params: BlinkParams) -> list[Blink]:
    """All blinks of one span, in order of onset."""
    time_s = read.time_s
    closing = np.stack(
        [-high_pass(side, time_s, params.baseline_s) for side in read.mesh_opening.T], axis=1
    )
    opened = np.stack(
        [running_median(side, time_s, params.baseline_s) for side in read.mesh_opening.T], axis=1
    )
    by_network = np.stack(
        [-high_pass(side, time_s, params.baseline_s) for side in read.opening.T], axis=1
    )
    both = closing.min(axis=1)
    enter = np.maximum(params.least_mm, params.least_share * np.median(opened.min(axis=1)))
    blinks = []
    for start, stop in above_with_hysteresis(
        both, enter=float(enter), leave=_END_SHARE * float(enter)
    ):
        peak = start + int(np.argmax(both[start:stop]))
        left, right = closing[start:stop].max(axis=0)
        end = stop if stop < len(time_s) else stop - 1
        lasts_s = float(time_s[end] - time_s[start])
        alike = min(left, right) >= _ALIKE * max(left, right)
        less, more = np.sort(by_network[start:stop].max(axis=0))
        alike &= bool(less >= _ALIKE_BY_NETWORK * more)
        if not alike or not params.shortest_s <= lasts_s <= params.longest_s:
            continue
        blinks.append(
            Blink(
                onset_s=float(time_s[start]),
                peak_s=float(time_s[peak]),
                offset_s=float(time_s[end]),
                left_mm=float(left),
                right_mm=float(right),
                complete=_is_complete(read, start, stop, params),
            )
        )
    return blinks


def _is_complete(read: Channels, start: int, stop: int, params: BlinkParams) -> bool:
    """Did both lids close as far as either network tells."""
    shut = []
    for opening, floor in ((read.mesh_opening, 0.0), (read.opening, _NETWORK_SHUT)):
        opened = np.quantile(opening, _OPEN_QUANTILE, axis=0)
        share = opening[start:stop].min(axis=0) / np.maximum(opened, 1e-6)
        shut.append((share - floor) / (1 - floor))
    return bool((np.minimum(*shut) < params.complete_share).all())
