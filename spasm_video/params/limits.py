"""From where on a movement counts."""

from __future__ import annotations

from dataclasses import dataclass

from spasm_video.params.declaration import param

_DEV = "labelled development clips (CONTRIBUTING, decision on thresholds)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitParams:
    """
    The detection limit of a region at a moment: how much one-sided movement counts.

    limit = (floor + a share of what both sides do + a share of the head's turning)
    x max(1, noise factor x local noise, what the other side does by chance), noise and
    chance being judged relative to the same sum.
    """

    noise_factor: float = param(
        3.0, unit="1", source=_DEV, about="limit over what the other side's noise does"
    )
    lid_network_noise_factor: float = param(
        4.0, unit="1", source=_DEV, about="the same, per-eye network"
    )
    held_noise_factor: float = param(2.0, unit="1", source=_DEV, about="the same, held movements")
    noise_window_s: float = param(3.0, unit="s", source="design", about="over which noise is taken")
    chance_window_s: float = param(
        16.0, unit="s", source="design", about="over which the other side's excess is looked at"
    )
    chance_percentile: float = param(
        99, unit="%", high=100, source=_DEV, about="of the other side's excess, brief movements"
    )
    held_chance_percentile: float = param(
        75, unit="%", high=100, source=_DEV, about="of the other side's excess, held movements"
    )
    eyelid_floor_mm: float = param(
        0.35, unit="mm", source="clinical reference: 0.3 mm", about="eyelid"
    )
    brow_floor_mm: float = param(0.5, unit="mm", source=_DEV, about="brow")
    cheek_floor_mm: float = param(0.46, unit="mm", source=_DEV, about="cheek")
    mouth_floor_mm: float = param(0.48, unit="mm", source=_DEV, about="mouth")
    neck_floor_mm: float = param(0.56, unit="mm", source=_DEV, about="neck")
    lid_network_floor_mm: float = param(
        1.0, unit="mm", source=_DEV, about="eyelid, per-eye network alone"
    )
    held_eyelid_floor_mm: float = param(1.8, unit="mm", source=_DEV, about="eyelid, held")
    held_cheek_floor_mm: float = param(1.6, unit="mm", source=_DEV, about="cheek, held")
    held_brow_floor_mm: float = param(1.5, unit="mm", source=_DEV, about="brow, held")
    held_neck_floor_mm: float = param(1.7, unit="mm", source=_DEV, about="neck, held")
    held_mouth_floor_mm: float = param(1.4, unit="mm", source=_DEV, about="mouth, held")
    shared_lid: float = param(0.3, unit="1", source=_DEV, about="share of both lids' movement")
    shared_lid_network: float = param(0.5, unit="1", source=_DEV, about="the same, per-eye network")
    shared_skin: float = param(
        0.4, unit="1", source=_DEV, about="share of both sides' skin movement"
    )
    smile_free_mm: float = param(
        1.0, unit="mm", source=_DEV, about="a smile that is held up to this costs nothing"
    )
    smile_share: float = param(
        0.05, unit="1", source=_DEV, about="of a held smile beyond it, at lid, cheek and mouth"
    )
    shared_held: float = param(
        0.45, unit="1", source=_DEV, about="share of both sides' held movement"
    )
    shared_reach_s: float = param(
        0.1, unit="s", source=_DEV, about="shared movement counts this far"
    )
    turn_mm_per_deg: float = param(0.1, unit="mm/deg", source=_DEV, about="of the head's turning")
    held_turn_mm_per_deg: float = param(0.15, unit="mm/deg", source=_DEV, about="the same, held")
    covered_window_s: float = param(
        0.5, unit="s", source=_DEV, about="a lid not seen for half of it is covered"
    )
    covered_share: float = param(
        0.25, unit="1", high=1, source=_DEV, about="of its usual confidence: less is not seen"
    )
    veiled_share: float = param(
        0.6, unit="1", high=1, source=_DEV, about="the same where it comes into and out of sight"
    )
    blink_share: float = param(
        0.5, unit="1", source=_DEV, about="of a blink's depth added at the lids"
    )
    blink_reach_s: float = param(
        0.13, unit="s", source=_DEV, about="a blink raises the limit this far"
    )
    blink_least_mm: float = param(
        0.5, unit="mm", source=_DEV, about="both lids close at least this much"
    )
    blink_ratio: float = param(
        0.45,
        unit="1",
        high=1,
        source="clinical reference: 0.5-2",
        about="smaller over larger lid closure",
    )
    blink_masks_mm: float = param(
        1.5, unit="mm", source=_DEV, about="a deeper blink tells no noise"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmParams:
    """When a face is calm: nothing wilful moves by more than this; not at all from twice on."""

    lips_mm: float = param(0.5, unit="mm", source=_DEV, about="the lips part")
    chin_mm: float = param(1.2, unit="mm", source=_DEV, about="the chin goes up or down")
    smile_mm: float = param(0.3, unit="mm", source=_DEV, about="both mouth corners move")
    turn_deg: float = param(1.5, unit="deg", source=_DEV, about="the head turns or nods")
    floor_share: float = param(
        0.7, unit="1", high=1, source=_DEV, about="of a region's floor in a calm face"
    )
    window_s: float = param(3.0, unit="s", source="design", about="against its median over")
    reach_s: float = param(1.5, unit="s", source=_DEV, about="and this long before and after")
