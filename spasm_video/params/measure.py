"""The numbers of the measurement: what can be measured, what moved, what is a spasm."""

from __future__ import annotations

from dataclasses import dataclass, field

from spasm_video.params.declaration import param

_DEV = "labelled development clips (CONTRIBUTING, decision on thresholds)"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityParams:
    """Which frames can be measured."""

    largest_yaw_deg: float = param(
        32,
        unit="deg",
        high=90,
        source=f"{_DEV}; advice is 20",
        about="a head turned further is not measured",
    )
    largest_pitch_deg: float = param(
        40, unit="deg", high=90, source=_DEV, about="a head nodded further is not measured"
    )
    smallest_iris_px: float = param(
        7, unit="px", source=f"{_DEV}; advice is 20", about="a smaller iris is not measured"
    )
    good_iris_px: float = param(
        20,
        unit="px",
        source="clinical reference: 20, better 30",
        about="a smaller iris is warned of",
    )
    slowest_fps: float = param(
        15, unit="1/s", source="published vendor limit", about="a slower camera gives no twitches"
    )
    good_fps: float = param(
        24, unit="1/s", source="half-sine sampling table", about="below it rates are lower bounds"
    )
    darkest: float = param(
        20, unit="grey levels", high=255, source="design", about="a darker face is not measured"
    )
    softest: float = param(
        0.8, unit="grey levels", high=255, source=_DEV, about="a face with less detail is blurred"
    )
    longest_gap_s: float = param(
        0.25, unit="s", source="design", about="a longer gap without a face ends a span"
    )
    shortest_span_s: float = param(
        0.4, unit="s", source="design", about="a shorter span has no baseline"
    )
    settling_s: float = param(
        0.1, unit="s", source="design: crop and lids settle", about="after a face is taken up anew"
    )
    least_confidence: float = param(
        0.15, unit="0-1", high=1, source=_DEV, about="skin followed with less is not measured"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementParams:
    """
    From raw motion to millimetres of a region.

    A gain is the share of a region's true movement that a channel reads, from clips with
    movements of known size; displacements are divided by it.
    """

    lid_flow_gain: float = param(
        0.72, unit="1", low=0.05, source=_DEV, about="upper against lower lid margin, by flow"
    )
    lid_network_gain: float = param(
        0.45, unit="1", low=0.05, source=_DEV, about="lid opening by the per-eye network"
    )
    lid_mesh_gain: float = param(
        0.2, unit="1", low=0.05, source=_DEV, about="one-sided lid opening by the face mesh"
    )
    brow_gain: float = param(0.6, unit="1", low=0.05, source=_DEV, about="brow window")
    cheek_upper_gain: float = param(
        0.42, unit="1", low=0.05, source=_DEV, about="upper cheek window"
    )
    cheek_gain: float = param(0.34, unit="1", low=0.05, source=_DEV, about="cheek window")
    mouth_gain: float = param(0.5, unit="1", low=0.05, source=_DEV, about="mouth corner window")
    mouth_mesh_gain: float = param(
        0.42, unit="1", low=0.05, source=_DEV, about="mouth corner of the mesh"
    )
    neck_gain: float = param(0.4, unit="1", low=0.05, source=_DEV, about="neck window")
    twitch_window_s: float = param(
        0.35,
        unit="s",
        source=_DEV,
        about="a clonic twitch rises and falls within it; slower changes are left out",
    )
    brief_window_s: float = param(
        0.65,
        unit="s",
        source="three times a clonic twitch",
        about="running baseline for brief movements",
    )
    network_window_s: float = param(
        1.0,
        unit="s",
        source="longer than a forced blink; networks do not drift as flow does",
        about="running baseline for brief movements seen by the networks",
    )
    held_window_s: float = param(
        5.0,
        unit="s",
        source="longer than most tonic spasms",
        about="running baseline for held movements",
    )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParams:
    """When one-sided movement is a spasm."""

    brief_level: float = param(1.6, unit="1", source=_DEV, about="brief evidence over its limit")
    brief_calm_level: float = param(1.3, unit="1", source=_DEV, about="the same in a calm face")
    held_level: float = param(1.2, unit="1", source=_DEV, about="held evidence over its limit")
    end_share: float = param(
        0.4,
        unit="1",
        high=1,
        source="hysteresis at half",
        about="an event lasts down to this share",
    )
    unsupported_share: float = param(
        0.4, unit="1", high=1, source=_DEV, about="weight of lid flow that nothing else supports"
    )
    unsupported_calm_share: float = param(
        0.8, unit="1", high=1, source=_DEV, about="the same in a calm face"
    )
    support_level: float = param(0.5, unit="1", source=_DEV, about="support that gives full weight")
    own_share: float = param(
        0.65,
        unit="1",
        low=0.05,
        source=_DEV,
        about="of the lids' difference that must be this lid closing, not the other opening",
    )
    flow_alone_mm: float = param(
        1.0, unit="mm", source=_DEV, about="lid flow believed without either network seeing it"
    )
    flow_of_networks: float = param(
        1.5, unit="1", source=_DEV, about="and this much more for each mm both networks see"
    )
    needs_flow: float = param(
        0.7, unit="1", source=_DEV, about="lid flow without which the network counts half"
    )
    one_skin_share: float = param(
        0.4, unit="1", high=1, source=_DEV, about="weight of cheek or mouth moving alone"
    )
    one_skin_calm_share: float = param(
        1.0, unit="1", high=1, source=_DEV, about="the same in a calm face"
    )
    held_lid_alone: float = param(
        2.0, unit="1", source=_DEV, about="held lid evidence without the cheek or mouth"
    )
    held_calm_alone: float = param(
        1.25, unit="1", source=_DEV, about="held evidence of one region alone in a calm face"
    )
    involved_level: float = param(
        0.35, unit="1", source=_DEV, about="a region takes part in an event"
    )
    involved_cheek_level: float = param(
        0.15, unit="1", source=_DEV, about="the cheek takes part: smooth skin shows little"
    )
    involved_least_mm: float = param(
        0.3, unit="mm", source="clinical reference: 0.3 mm", about="and at least by this much"
    )
    involved_far_level: float = param(
        0.5, unit="1", source=_DEV, about="brow and neck take part in an event"
    )
    shortest_s: float = param(
        0.06, unit="s", source="clinical reference: 40-1000 ms", about="shorter is noise"
    )
    join_gap_s: float = param(0.03, unit="s", source=_DEV, about="events closer than this are one")
    brief_longest_s: float = param(
        0.45,
        unit="s",
        source="two thirds of the brief baseline",
        about="shorter events are sized against the brief baseline, longer ones against rest",
    )
    echo_s: float = param(
        0.15,
        unit="s",
        source=_DEV,
        about="so near a stronger event of the other side, an event is its echo",
    )
    edge_share: float = param(
        0.1,
        unit="1",
        high=1,
        source="onset and offset at 10 % of the peak",
        about="of the peak at the edges",
    )
    edge_reach_s: float = param(
        0.3, unit="s", source="design", about="edges are looked for this far"
    )
    tonic_from_s: float = param(
        1.0, unit="s", source="Jankovic rating scale", about="clonic below, tonic from"
    )
    together_ms: float = param(
        50, unit="ms", source="clinical reference", about="regions begin together, or one frame"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlinkParams:
    """When both lids closing is a blink."""

    least_mm: float = param(0.8, unit="mm", source=_DEV, about="both lids close at least this much")
    least_share: float = param(0.15, unit="1", high=1, source=_DEV, about="and this share of open")
    complete_share: float = param(
        0.2,
        unit="1",
        high=1,
        source="clinical reference",
        about="open share at the deepest of a complete blink",
    )
    shortest_s: float = param(0.05, unit="s", source="clinical reference", about="shorter is noise")
    longest_s: float = param(
        0.5, unit="s", source="clinical reference", about="longer is a closed eye"
    )
    baseline_s: float = param(
        2.0, unit="s", source="design", about="running baseline of the open lid"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryParams:
    """What a recording can claim."""

    enough_usable_s: float = param(
        10, unit="s", source="design", about="below it nothing is claimed"
    )
    advised_usable_s: float = param(
        60, unit="s", source="Hosseini 2023: one minute", about="shorter is said to be short"
    )
    side_share: float = param(
        0.75, unit="1", high=1, source="design", about="share of events on the affected side"
    )
    side_events: int = param(
        3,
        unit="count",
        low=1,
        source="design",
        about="fewer events name no side unless all are clear",
    )
    clear_confidence: float = param(
        0.65, unit="0-1", high=1, source="design", about="an event that cannot be chance"
    )
    both_events: int = param(
        3, unit="count", low=1, source="design", about="of each side to call both"
    )
    burst_gap_s: float = param(
        1.0, unit="s", source="clinical reference", about="twitches of a burst are closer"
    )
    burst_twitches: int = param(
        3, unit="count", low=2, source="clinical reference", about="that make a burst"
    )
    involved_share: float = param(
        0.1,
        unit="1",
        high=1,
        source="design",
        about="of events that involve a region for its stage",
    )
    closed_share: float = param(
        0.5,
        unit="1",
        high=1,
        source="Jankovic rating scale",
        about="of open, below which the eye is closed",
    )
    rate_bin_s: float = param(
        10, unit="s", source="design", about="bins in which clustering is judged"
    )
    lowest_hz: float = param(
        0.5, unit="Hz", source="clinical reference", about="band of the twitch spectrum"
    )
    highest_hz: float = param(
        12, unit="Hz", source="clinical reference", about="band of the twitch spectrum"
    )
    spectrum_s: float = param(
        4, unit="s", source="design: 0.25 Hz steps", about="length of a spectrum's segment"
    )
    slowest_beat_hz: float = param(
        2.0, unit="Hz", source="design", about="slower beats are not told from irregular spasms"
    )
    peak_width_hz: float = param(
        1.0, unit="Hz", source="design", about="width of a rhythm in the spectrum"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureParams:
    """Every number of the measuring half."""

    quality: QualityParams = field(default_factory=QualityParams)
    movement: MovementParams = field(default_factory=MovementParams)
    limit: LimitParams = field(default_factory=LimitParams)
    calm: CalmParams = field(default_factory=CalmParams)
    event: EventParams = field(default_factory=EventParams)
    blink: BlinkParams = field(default_factory=BlinkParams)
    summary: SummaryParams = field(default_factory=SummaryParams)
