"""What is told of a whole recording."""

from __future__ import annotations

from dataclasses import dataclass

from spasm_video.params.declaration import param


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
