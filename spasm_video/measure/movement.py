"""
From tracked points to millimetres of each region and side.

Channels are several readings of one region (lid flow, the per-eye network, the mesh); all
are in millimetres, positive in the direction a spasm pulls, and NaN-free within a span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import (
    CHIN,
    INNER_LIPS,
    LID_PAIRS,
    MOUTH_CORNERS,
    REGIONS,
    SIDES,
    SKIN_WINDOWS,
    Region,
)
from spasm_video.dsp.filters import high_pass, running_median
from spasm_video.dsp.robust import spread
from spasm_video.measure.pose import rigid_motion_out

if TYPE_CHECKING:
    from spasm_video.params import MovementParams
    from spasm_video.records import FaceTrack, HeadFrame

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]

_WINDOW = {window.name: i for i, window in enumerate(SKIN_WINDOWS)}
_UP = 1
_FIRST_PASS = 4.0  # times the window: a spasm of twice the window is still not rest
_STILL_SPREADS = 3.0  # beyond so many spreads a sample is not rest
_STILL_FLOOR_MM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """
    All readings of one span of ``m`` frames, each (m, side), in mm.

    ``opening`` is the lid opening by the per-eye network and ``mesh_opening`` by the mesh,
    as they read them; the rest are movements. ``sure`` (m, side) 0-1 is the least
    confidence of a skin region's windows. ``chin_mm`` and ``lips_mm`` (m,) are how far the
    chin and the lips have parted from their usual place.
    """

    at: Indices
    time_s: Floats
    opening: Floats
    mesh_opening: Floats
    lid_flow: Floats
    skin: dict[Region, tuple[Floats, ...]]
    sure: dict[Region, tuple[Floats, ...]]
    turn_deg: Floats
    chin_mm: Floats
    lips_mm: Floats


def channels(track: FaceTrack, head: HeadFrame, at: Indices, params: MovementParams) -> Channels:
    """Read all channels of the frames ``at`` (m,), one span."""
    mm = head.mm_per_px[at]
    lid = track.lid_px[at] * mm[:, None, None]
    rise = np.nan_to_num(track.skin_step_px[at, ..., _UP]) * mm[:, None, None]
    rise[0] = 0.0
    height = np.cumsum(rise, axis=0)
    sure = track.skin_confidence[at]
    lids_apart = height[:, _WINDOW["upper_lid"]] - height[:, _WINDOW["lower_lid"]]

    def window(name: str, gain: float) -> Floats:
        read: Floats = height[:, _WINDOW[name]] / gain
        return read

    corners = rigid_motion_out(track, MOUTH_CORNERS, at)[..., 1]
    mesh_corner = -corners * float(np.median(mm)) / params.mouth_mesh_gain
    mesh_corner = mesh_corner - np.median(mesh_corner, axis=0)
    certain = np.ones((len(at), len(SIDES)))
    chin, upper, lower = rigid_motion_out(track, (CHIN, *INNER_LIPS), at)[..., 1].T
    return Channels(
        at=at,
        time_s=track.time_s[at],
        opening=lid[..., 0] - lid[..., 1],
        mesh_opening=_mesh_opening(track, at) * mm[:, None],
        lid_flow=-lids_apart / params.lid_flow_gain,
        skin={
            Region.BROW: (window("brow", params.brow_gain),),
            Region.CHEEK: (
                window("cheek_upper", params.cheek_upper_gain),
                window("cheek", params.cheek_gain),
            ),
            Region.MOUTH: (window("mouth_corner", params.mouth_gain), mesh_corner),
            Region.NECK: (
                window("neck_upper", params.neck_gain),
                window("neck_lower", params.neck_gain),
            ),
        },
        sure={
            Region.EYELID: (
                np.minimum(sure[:, _WINDOW["upper_lid"]], sure[:, _WINDOW["lower_lid"]]),
            ),
            Region.BROW: (sure[:, _WINDOW["brow"]],),
            Region.CHEEK: (sure[:, _WINDOW["cheek_upper"]], sure[:, _WINDOW["cheek"]]),
            Region.MOUTH: (sure[:, _WINDOW["mouth_corner"]], certain),
            Region.NECK: (sure[:, _WINDOW["neck_upper"]], sure[:, _WINDOW["neck_lower"]]),
        },
        turn_deg=head.rotation_deg[at, :2],
        chin_mm=(chin - np.median(chin)) * float(np.median(mm)),
        lips_mm=(lower - upper) * float(np.median(mm)),
    )


def beyond(moved: Floats, region: Region) -> Floats:
    """
    How far left moved beyond right, (m,) of (m, side).

    The neck counts in either direction: platysma draws its skin up or down.
    """
    if region is Region.NECK:
        moved = np.abs(moved)
    apart: Floats = moved[..., 0] - moved[..., 1]
    return apart


def brief(values: Floats, time_s: Floats, window_s: float) -> Floats:
    """(m, side) above the running median of ``window_s``."""
    return np.stack([high_pass(side, time_s, window_s) for side in values.T], axis=1)


def held(values: Floats, time_s: Floats, window_s: float) -> Floats:
    """
    (m, side) above the running median of the quiet frames.

    A first pass finds the frames in which one side leaves the other; the second takes the
    baseline from the rest, so that a long spasm does not become its own baseline.
    """
    first = brief(values, time_s, _FIRST_PASS * window_s)
    apart = first[:, 0] - first[:, 1]
    busy = np.abs(apart) > max(_STILL_SPREADS * spread(apart), _STILL_FLOOR_MM)
    if busy.mean() > 0.7:
        return brief(values, time_s, window_s)
    sides = [high_pass(side, time_s, window_s, leave_out=busy) for side in values.T]
    return np.stack(sides, axis=1)


def displacement_mm(read: Channels, params: MovementParams) -> Floats:
    """
    (m, region, side) movement from the quiet baseline, for curves and amplitudes.

    Brief parts come from skin flow, slow parts of lid and mouth from the networks: flow
    is finer, but drifts over seconds.
    """
    result = np.zeros((len(read.at), len(REGIONS), len(SIDES)))
    slow = {
        Region.EYELID: held(-read.opening, read.time_s, params.held_window_s)
        / params.lid_network_gain,
        Region.MOUTH: held(read.skin[Region.MOUTH][1], read.time_s, params.held_window_s),
    }
    for index, region in enumerate(REGIONS):
        flow = read.lid_flow if region is Region.EYELID else read.skin[region][0]
        if region in slow:
            fast = brief(flow, read.time_s, params.brief_window_s)
            calm = [
                running_median(side, read.time_s, params.brief_window_s) for side in slow[region].T
            ]
            result[:, index] = fast + np.stack(calm, axis=1)
        else:
            result[:, index] = held(flow, read.time_s, params.held_window_s)
    return result


def _mesh_opening(track: FaceTrack, at: Indices) -> Floats:
    """(m, side) px between upper and lower lid of the mesh."""
    sides = []
    for pairs in LID_PAIRS:
        upper, lower = zip(*pairs, strict=True)
        gap = track.landmarks(*upper)[at, :, :2] - track.landmarks(*lower)[at, :, :2]
        sides.append(np.linalg.norm(gap, axis=2).mean(axis=1))
    return np.stack(sides, axis=1)
