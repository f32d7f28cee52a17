"""What may be measured, and how far each part moved."""

from __future__ import annotations

from dataclasses import dataclass

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
