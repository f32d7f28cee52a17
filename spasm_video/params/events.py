"""What makes a movement an event: a spasm or a blink."""

from __future__ import annotations

from dataclasses import dataclass

from spasm_video.params.declaration import param

_DEV = "labelled development clips (CONTRIBUTING, decision on thresholds)"


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
