"""
One side against the other: how far the difference exceeds its detection limit.

A blink, a smile or a word moves both sides; a spasm moves one. What a moment explains is a
floor, a share of what both sides do, and a share of the head's turning; the limit is that
many times chance (``chance``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.dsp.filters import running_max, top_hat
from spasm_video.measure.allowance import (
    BLINK_JITTER_S,
    blink_depth_mm,
    floor_mm,
    is_covered,
    smile_mm,
)
from spasm_video.measure.calm import between, calm, turning
from spasm_video.measure.chance import brief_rule, chance, held_rule
from spasm_video.measure.movement import beyond, brief, held

if TYPE_CHECKING:
    from spasm_video.measure.movement import Channels
    from spasm_video.params import MeasureParams

Floats = NDArray[np.float64]

_SIGNS = (1.0, -1.0)  # left minus right, as SIDES
_TURN_WINDOW_S = 0.8
_SUPPORT_REACH_S = 0.15
_LID_REACH = 0.7  # lids are quicker than skin: shared movement counts less far
_FLOW_ONLY = (Region.BROW, Region.CHEEK, Region.NECK)  # no network sees their skin


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """
    One span of ``m`` frames.

    ``brief_mm``, ``held_mm`` (m, region) left minus right; ``brief_ratio``,
    ``held_ratio`` (m, region, side) excess of a side over its limit, negative where the
    other side moves more; ``limit_mm`` (m, region) brief limit of the side that has the
    lower one: a spasm raises only the limit of the side it is not on. ``calm`` (m,) 0-1
    how little the face does of its own will.
    """

    brief_mm: Floats
    brief_ratio: Floats
    held_mm: Floats
    held_ratio: Floats
    limit_mm: Floats
    calm: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Doing:
    """What the head and the whole face do, (m,): degrees of turning, mm of a held smile."""

    turn_deg: Floats
    smile_mm: Floats


def evidence(read: Channels, params: MeasureParams) -> Evidence:
    """Weigh every region of a span."""
    n = len(read.at)
    turn_deg = turning(read, _TURN_WINDOW_S)
    result = Evidence(
        brief_mm=np.zeros((n, len(REGIONS))),
        brief_ratio=np.zeros((n, len(REGIONS), len(SIDES))),
        held_mm=np.zeros((n, len(REGIONS))),
        held_ratio=np.zeros((n, len(REGIONS), len(SIDES))),
        limit_mm=np.zeros((n, len(REGIONS))),
        calm=calm(read, turn_deg, params.calm),
    )
    doing = _Doing(turn_deg, smile_mm(read, params))
    for region in REGIONS[1:]:
        _weigh_skin(read, region, doing, params, result)
    _weigh_lids(read, doing, params, result)
    _weigh_held(read, params, result)
    return result


def agree(one: Floats, two: Floats) -> Floats:
    """The smaller of two readings where they have one sign, else 0."""
    same = np.sign(one) == np.sign(two)
    return np.where(same, np.sign(one) * np.minimum(np.abs(one), np.abs(two)), 0.0)


def _weigh_skin(
    read: Channels, region: Region, doing: _Doing, params: MeasureParams, into: Evidence
) -> None:
    limits, time_s = params.limit, read.time_s
    apart, own, shared = [], [], []
    for values, sure in zip(read.skin[region], read.sure[region], strict=True):
        moved = brief(values, time_s, params.movement.brief_window_s)
        lost = (sure < params.quality.least_confidence).any(axis=1)
        apart.append(np.where(lost, 0.0, beyond(moved, region)))
        own.append(np.abs(moved) if region is Region.NECK else moved)
        shared.append(np.abs(moved).min(axis=1))
    one_sided = np.mean(apart, axis=0)
    both = running_max(np.max(shared, axis=0), time_s, 2 * limits.shared_reach_s)
    explained = floor_mm(region, into.calm, params) + limits.shared_skin * both
    explained += doing.smile_mm
    explained += limits.turn_mm_per_deg * doing.turn_deg
    excess = _twitches(one_sided, np.mean(own, axis=0), time_s, params)
    limit = explained[:, None] * chance(excess / explained[:, None], time_s, brief_rule(limits))
    index = REGIONS.index(region)
    into.brief_mm[:, index] = one_sided
    into.brief_ratio[:, index] = excess / limit
    into.limit_mm[:, index] = limit.min(axis=1)


def _weigh_lids(read: Channels, doing: _Doing, params: MeasureParams, into: Evidence) -> None:
    """Lid flow first; the two networks agreeing stand in where a closure outruns it."""
    limits, gains, event, time_s = params.limit, params.movement, params.event, read.time_s
    network = -brief(read.opening, time_s, gains.network_window_s)
    mesh = -brief(read.mesh_opening, time_s, gains.network_window_s)
    flow = brief(read.lid_flow, time_s, gains.brief_window_s)
    # A lid that shuts within a frame outruns the flow; what both networks see of it holds.
    flow = np.maximum(flow, np.minimum(network, mesh))
    blink = blink_depth_mm(network, mesh, time_s, limits)
    covered = is_covered(read, limits)
    in_blink = blink > limits.blink_masks_mm
    closing = np.maximum(network.min(axis=1), mesh.min(axis=1)) / 0.8
    shared = running_max(np.maximum(closing, 0.0), time_s, 2 * _LID_REACH * limits.shared_reach_s)
    flowing = running_max(np.abs(flow).min(axis=1), time_s, 2 * _LID_REACH * limits.shared_reach_s)

    apart = flow[:, 0] - flow[:, 1]
    explained = np.maximum(limits.shared_lid * np.maximum(flowing, shared), 0.0)
    explained = np.maximum(explained, limits.blink_share * blink)
    explained += doing.smile_mm
    floor = floor_mm(Region.EYELID, into.calm, params)
    explained += floor + limits.turn_mm_per_deg * doing.turn_deg

    both_nets = agree(
        (network[:, 0] - network[:, 1]) / gains.lid_network_gain,
        (mesh[:, 0] - mesh[:, 1]) / gains.lid_mesh_gain,
    )
    net_explained = limits.shared_lid_network * np.maximum(
        shared, limits.blink_share / limits.shared_lid * blink
    )
    net_explained += limits.lid_network_floor_mm + limits.held_turn_mm_per_deg * doing.turn_deg
    net_rule = brief_rule(limits, limits.lid_network_noise_factor)

    by_networks = np.minimum(network / gains.lid_network_gain, mesh / gains.lid_mesh_gain)
    seen = _twitches(both_nets, by_networks, time_s, params)
    near = np.stack([running_max(side, time_s, BLINK_JITTER_S) for side in seen.T], axis=1)
    believed = event.flow_alone_mm + event.flow_of_networks * near
    excess = np.minimum(_twitches(apart, flow, time_s, params), believed)
    limit = explained[:, None] * chance(
        excess / explained[:, None], time_s, brief_rule(limits), leave_out=in_blink
    )
    net_limit = net_explained[:, None] * chance(
        seen / net_explained[:, None], time_s, net_rule, leave_out=in_blink
    )
    excess[covered] = 0.0  # now: it still tells the other side what is chance
    into.limit_mm[:, REGIONS.index(Region.EYELID)] = limit.min(axis=1)
    _merge_lids(into, (apart, excess / limit), (both_nets, seen / net_limit), time_s, params)


def _twitches(one_sided: Floats, own: Floats, time_s: Floats, params: MeasureParams) -> Floats:
    """
    (m, side) mm that each side rises above the other for no longer than a twitch lasts.

    ``one_sided`` (m,) is left minus right, ``own`` (m, side) what each side did: a side
    above the other because that one relaxes, or rests between two twitches, has not moved.
    """
    window_s = params.movement.twitch_window_s
    sides = []
    for sign, moved in zip(_SIGNS, own.T, strict=True):
        beyond_other = top_hat(sign * one_sided, time_s, window_s)
        by_itself = top_hat(moved, time_s, window_s) / params.event.own_share
        sides.append(np.minimum(beyond_other, by_itself))
    return np.stack(sides, axis=1)


def _merge_lids(
    into: Evidence,
    by_flow: tuple[Floats, Floats],
    by_networks: tuple[Floats, Floats],
    time_s: Floats,
    params: MeasureParams,
) -> None:
    """Join two readings: left minus right (m,) in mm, and (m, side) over its limit."""
    (flow_mm, flow), (net_mm, nets) = by_flow, by_networks
    event = params.event
    cheek, mouth = (into.brief_ratio[:, REGIONS.index(r)] for r in (Region.CHEEK, Region.MOUTH))
    nets = np.where(flow > event.needs_flow, nets, 0.5 * nets)
    support = np.maximum(nets, np.maximum(cheek, mouth))
    support = np.stack([running_max(s, time_s, _SUPPORT_REACH_S) for s in support.T], axis=1)
    weight = np.clip(support / event.support_level, 0.0, 1.0)
    alone = between(event.unsupported_share, event.unsupported_calm_share, into.calm)[:, None]
    weight = alone + (1 - alone) * weight
    index = REGIONS.index(Region.EYELID)
    into.brief_ratio[:, index] = np.maximum(nets, flow * weight)
    into.brief_mm[:, index] = np.where(np.abs(flow_mm) > np.abs(net_mm), flow_mm, net_mm)


def _weigh_held(read: Channels, params: MeasureParams, into: Evidence) -> None:
    limits, gains, time_s = params.limit, params.movement, read.time_s
    window_s = gains.held_window_s
    network = -held(read.opening, time_s, window_s)
    mesh = -held(read.mesh_opening, time_s, window_s)
    corner_flow, corner_mesh = (held(v, time_s, window_s) for v in read.skin[Region.MOUTH])
    flow = {region: held(read.skin[region][0], time_s, window_s) for region in _FLOW_ONLY}
    closing = np.maximum(network.min(axis=1), mesh.min(axis=1)) / 0.8
    apart = {
        Region.EYELID: agree(
            (network[:, 0] - network[:, 1]) / gains.lid_network_gain,
            (mesh[:, 0] - mesh[:, 1]) / gains.lid_mesh_gain,
        ),
        Region.MOUTH: agree(
            corner_flow[:, 0] - corner_flow[:, 1], corner_mesh[:, 0] - corner_mesh[:, 1]
        ),
        **{region: beyond(moved, region) for region, moved in flow.items()},
    }
    shared = {
        Region.EYELID: np.maximum(closing, 0.0),
        Region.MOUTH: np.minimum(np.abs(corner_flow).min(axis=1), np.abs(corner_mesh).min(axis=1)),
        **{region: np.abs(moved).min(axis=1) for region, moved in flow.items()},
    }
    turn = limits.held_turn_mm_per_deg * turning(read, window_s)
    for region in REGIONS:
        both = shared[region]
        if region not in flow:
            both = running_max(both, time_s, 2 * limits.shared_reach_s)
        explained = getattr(limits, f"held_{region}_floor_mm") + limits.shared_held * both + turn
        ratio = apart[region][:, None] * np.array(_SIGNS) / explained[:, None]
        index = REGIONS.index(region)
        into.held_mm[:, index] = apart[region]
        into.held_ratio[:, index] = ratio / chance(
            np.maximum(ratio, 0.0), time_s, held_rule(limits)
        )
