"""
One side against the other: how far the difference exceeds its detection limit.

A blink, a smile or a word moves both sides; a spasm moves one. The limit of a moment is
what noise, the other side's chance excess, shared movement and head turning can explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import percentile_filter

from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.dsp.filters import high_pass, running_max, running_noise, samples
from spasm_video.measure.movement import beyond, brief, held

if TYPE_CHECKING:
    from spasm_video.measure.movement import Channels
    from spasm_video.params import LimitParams, MeasureParams

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SIGNS = (1.0, -1.0)  # left minus right, as SIDES
_NOISE_PERCENTILE, _QUIET_PERCENTILE = 60.0, 35.0
_TURN_WINDOW_S, _TURN_REACH_S = 0.8, 0.3
_BLINK_JITTER_S = 0.05  # the lids of a blink may be a frame apart
_SUPPORT_REACH_S = 0.15
_HELD_NOISE_WINDOW_S, _HELD_CHANCE_WINDOW_S = 20.0, 32.0
_LID_REACH = 0.7  # lids are quicker than skin: shared movement counts less far
_FEWEST_KEPT = 15  # half a second: else blinks are all there is
_FLOW_ONLY = (Region.BROW, Region.CHEEK, Region.NECK)  # no network sees their skin


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """
    One span of ``m`` frames.

    ``brief_mm``, ``held_mm`` (m, region) left minus right; ``brief_ratio``,
    ``held_ratio`` (m, region, side) excess of a side over its limit, negative where the
    other side moves more; ``limit_mm`` (m, region) brief limit of the side that has the
    lower one: a spasm raises only the limit of the side it is not on.
    """

    brief_mm: Floats
    brief_ratio: Floats
    held_mm: Floats
    held_ratio: Floats
    limit_mm: Floats


def evidence(read: Channels, params: MeasureParams) -> Evidence:
    """Weigh every region of a span."""
    n = len(read.at)
    result = Evidence(
        brief_mm=np.zeros((n, len(REGIONS))),
        brief_ratio=np.zeros((n, len(REGIONS), len(SIDES))),
        held_mm=np.zeros((n, len(REGIONS))),
        held_ratio=np.zeros((n, len(REGIONS), len(SIDES))),
        limit_mm=np.zeros((n, len(REGIONS))),
    )
    turn_deg = _turning(read, _TURN_WINDOW_S)
    for region in REGIONS[1:]:
        _weigh_skin(read, region, turn_deg, params, result)
    _weigh_lids(read, turn_deg, params, result)
    _weigh_held(read, params, result)
    return result


def agree(one: Floats, two: Floats) -> Floats:
    """The smaller of two readings where they have one sign, else 0."""
    same = np.sign(one) == np.sign(two)
    return np.where(same, np.sign(one) * np.minimum(np.abs(one), np.abs(two)), 0.0)


def _weigh_skin(
    read: Channels, region: Region, turn_deg: Floats, params: MeasureParams, into: Evidence
) -> None:
    limits, window_s = params.limit, params.movement.brief_window_s
    apart, shared = [], []
    for values, sure in zip(read.skin[region], read.sure[region], strict=True):
        moved = brief(values, read.time_s, window_s)
        lost = (sure < params.quality.least_confidence).any(axis=1)
        apart.append(np.where(lost, 0.0, beyond(moved, region)))
        shared.append(np.abs(moved).min(axis=1))
    one_sided = np.mean(apart, axis=0)
    both = running_max(np.max(shared, axis=0), read.time_s, 2 * limits.shared_reach_s)
    allowance = limits.shared_skin * both + limits.turn_mm_per_deg * turn_deg
    floor = getattr(limits, f"{region}_floor_mm")
    rule = _brief_rule(limits, floor, limits.noise_factor)
    limit = _limits(one_sided, read.time_s, rule)
    _store(into, region, one_sided, limit + allowance[:, None])


def _weigh_lids(read: Channels, turn_deg: Floats, params: MeasureParams, into: Evidence) -> None:
    """Lid flow first; the two networks agreeing stand in where a closure outruns it."""
    limits, window_s, time_s = params.limit, params.movement.brief_window_s, read.time_s
    network = -brief(read.opening, time_s, params.movement.network_window_s)
    mesh = -brief(read.mesh_opening, time_s, params.movement.network_window_s)
    flow = brief(read.lid_flow, time_s, window_s)
    # A lid that shuts within a frame outruns the flow; what both networks see of it holds.
    flow = np.maximum(flow, np.minimum(network, mesh))
    blink = _blink_depth(network, mesh, time_s, limits)
    in_blink = blink > limits.blink_masks_mm
    closing = np.maximum(network.min(axis=1), mesh.min(axis=1)) / 0.8
    shared = running_max(np.maximum(closing, 0.0), time_s, 2 * _LID_REACH * limits.shared_reach_s)
    flowing = running_max(np.abs(flow).min(axis=1), time_s, 2 * _LID_REACH * limits.shared_reach_s)

    apart = flow[:, 0] - flow[:, 1]
    allowance = np.maximum(limits.shared_lid * np.maximum(flowing, shared), 0.0)
    allowance = np.maximum(allowance, limits.blink_share * blink)
    allowance += limits.turn_mm_per_deg * turn_deg
    rule = _brief_rule(limits, limits.eyelid_floor_mm, limits.noise_factor)
    limit = _limits(apart, time_s, rule, leave_out=in_blink)
    limit += allowance[:, None]

    gains = params.movement
    both_nets = agree(
        (network[:, 0] - network[:, 1]) / gains.lid_network_gain,
        (mesh[:, 0] - mesh[:, 1]) / gains.lid_mesh_gain,
    )
    net_allowance = limits.shared_lid_network * np.maximum(
        shared, limits.blink_share / limits.shared_lid * blink
    )
    net_allowance += limits.held_turn_mm_per_deg * turn_deg
    net_rule = _brief_rule(limits, limits.lid_network_floor_mm, limits.lid_network_noise_factor)
    net_limit = _limits(both_nets, time_s, net_rule, leave_out=in_blink)  # fmt: skip
    net_limit += net_allowance[:, None]
    into.limit_mm[:, REGIONS.index(Region.EYELID)] = limit.min(axis=1)
    own = flow / params.event.own_share
    seen = np.maximum(both_nets[:, None] * np.array(_SIGNS), 0.0)
    seen = np.stack([running_max(side, time_s, _BLINK_JITTER_S) for side in seen.T], axis=1)
    believed = params.event.flow_alone_mm + params.event.flow_of_networks * seen
    excess = np.minimum(np.minimum(apart[:, None] * np.array(_SIGNS), own), believed)
    _merge_lids(into, (apart, excess / limit), (both_nets, net_limit), time_s, params)


def _merge_lids(
    into: Evidence,
    by_flow: tuple[Floats, Floats],
    by_networks: tuple[Floats, Floats],
    time_s: Floats,
    params: MeasureParams,
) -> None:
    """
    Join two readings, each left minus right (m,) in mm.

    Flow comes with its ratio to its limit, the networks with their limit, (m, side).
    """
    (flow_mm, flow), (net_mm, net_limit) = by_flow, by_networks
    event = params.event
    signs = np.array(_SIGNS)
    nets = net_mm[:, None] * signs / net_limit
    cheek, mouth = (into.brief_ratio[:, REGIONS.index(r)] for r in (Region.CHEEK, Region.MOUTH))
    nets = np.where((flow > event.needs_flow) | (nets < 0), nets, 0.5 * nets)
    support = np.maximum(np.maximum(nets, np.maximum(cheek, mouth)), 0.0)
    support = np.stack([running_max(s, time_s, _SUPPORT_REACH_S) for s in support.T], axis=1)
    weight = np.clip(support / event.support_level, 0.0, 1.0)
    weight = event.unsupported_share + (1 - event.unsupported_share) * weight
    flow = np.where(flow > 0, flow * weight, flow)
    ratio = np.where(np.abs(nets) > np.abs(flow), nets, flow)
    index = REGIONS.index(Region.EYELID)
    into.brief_ratio[:, index] = ratio
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
    turn = limits.held_turn_mm_per_deg * _turning(read, window_s)
    for region in REGIONS:
        both = shared[region]
        if region not in flow:
            both = running_max(both, time_s, 2 * limits.shared_reach_s)
        rule = _held_rule(limits, getattr(limits, f"held_{region}_floor_mm"))
        limit = _limits(apart[region], time_s, rule)  # fmt: skip
        limit += (limits.shared_held * both + turn)[:, None]
        index = REGIONS.index(region)
        into.held_mm[:, index] = apart[region]
        into.held_ratio[:, index] = apart[region][:, None] * np.array(_SIGNS) / limit


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a limit is made: noise over a window, chance over a longer one, a floor."""

    floor_mm: float
    factor: float
    noise_window_s: float
    noise_percentile: float
    chance_window_s: float
    chance_percentile: float


def _brief_rule(limits: LimitParams, floor_mm: float, factor: float) -> _Rule:
    return _Rule(
        floor_mm,
        factor,
        limits.noise_window_s,
        _NOISE_PERCENTILE,
        limits.chance_window_s,
        limits.chance_percentile,
    )


def _held_rule(limits: LimitParams, floor_mm: float) -> _Rule:
    return _Rule(
        floor_mm,
        limits.held_noise_factor,
        _HELD_NOISE_WINDOW_S,
        _QUIET_PERCENTILE,
        _HELD_CHANCE_WINDOW_S,
        limits.held_chance_percentile,
    )


def _limits(
    one_sided: Floats, time_s: Floats, rule: _Rule, *, leave_out: Bools | None = None
) -> Floats:
    """
    (m, side) from noise, chance and floor.

    Chance is what the *other* side shows: a spasm that repeats on one side raises the
    other side's limit, not its own, so that a severe day is not hidden by itself.
    """
    keep = np.arange(len(one_sided))
    if leave_out is not None and (~leave_out).sum() > _FEWEST_KEPT:
        keep = np.flatnonzero(~leave_out)
    kept, when = one_sided[keep], time_s[keep]
    sides = []
    for sign in _SIGNS:
        other = np.maximum(-sign * kept, 0.0)
        noise = _one_sided_noise(other, when, rule)
        size = min(samples(rule.chance_window_s, when), (2 * len(kept) - 1) | 1)
        chance = percentile_filter(other, rule.chance_percentile, size=size, mode="reflect")
        limit = np.maximum(np.maximum(rule.factor * noise, chance), rule.floor_mm)
        sides.append(np.interp(time_s, when, limit))
    return np.stack(sides, axis=1)


def _one_sided_noise(other: Floats, when: Floats, rule: _Rule) -> Floats:
    """
    Noise from the other side's excess alone: half of a symmetric noise is 0 there.

    So the 80th percentile of the half is the 60th of the whole, and a dense train of
    twitches is not taken for the noise it must exceed.
    """
    return running_noise(other, when, rule.noise_window_s, rule.noise_percentile, half=True)


def _blink_depth(network: Floats, mesh: Floats, time_s: Floats, limits: LimitParams) -> Floats:
    """(m,) mm of the deeper lid while both close alike, reaching a little to either side."""
    depth = np.zeros(len(time_s))
    for closing in (network, mesh):
        near = np.stack([running_max(side, time_s, _BLINK_JITTER_S) for side in closing.T], axis=1)
        less, more = near.min(axis=1), near.max(axis=1)
        alike = (less > limits.blink_least_mm) & (less > limits.blink_ratio * more)
        depth = np.maximum(depth, np.where(alike, more, 0.0))
    return running_max(depth, time_s, 2 * limits.blink_reach_s)


def _turning(read: Channels, window_s: float) -> Floats:
    """(m,) degrees of yaw and pitch away from their running median."""
    yaw, pitch = (high_pass(angle, read.time_s, window_s) for angle in read.turn_deg.T)
    return running_max(np.hypot(yaw, pitch), read.time_s, _TURN_REACH_S)


def _store(into: Evidence, region: Region, one_sided: Floats, limit: Floats) -> None:
    index = REGIONS.index(region)
    into.brief_mm[:, index] = one_sided
    into.brief_ratio[:, index] = one_sided[:, None] * np.array(_SIGNS) / limit
    into.limit_mm[:, index] = limit.min(axis=1)
