"""Everything that a measured value depends on."""

from __future__ import annotations

from dataclasses import dataclass, field

from spasm_video.params.events import BlinkParams, EventParams
from spasm_video.params.limits import CalmParams, LimitParams
from spasm_video.params.movement import MovementParams, QualityParams
from spasm_video.params.summary import SummaryParams


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
