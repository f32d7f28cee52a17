"""
Which side is affected, and how sure that is.

"Cannot tell" is an answer: too little usable time, too few events, or both sides alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasm_video.anatomy import Side
from spasm_video.dsp.robust import even_chance
from spasm_video.records import AffectedSide, SideEvidence, SpasmEvent

if TYPE_CHECKING:
    from spasm_video.params import SummaryParams


def affected_side(
    events: tuple[SpasmEvent, ...], usable_s: float, params: SummaryParams
) -> tuple[AffectedSide, SideEvidence]:
    """Judge the side from all events; ``p_value`` is two-sided binomial, 1 without events."""
    left = sum(event.side is Side.LEFT for event in events)
    right = len(events) - left
    p_value = even_chance(left, right)
    words = f"{left} left, {right} right"
    words += f", p = {p_value:.3f}" if p_value >= 0.001 else ", p < 0.001"
    side = _judge(events, left, right, usable_s, params)
    return side, SideEvidence(left, right, p_value, words if events else "no spasm seen")


def _judge(
    events: tuple[SpasmEvent, ...], left: int, right: int, usable_s: float, params: SummaryParams
) -> AffectedSide:
    if not events:
        enough = usable_s >= params.enough_usable_s
        return AffectedSide.NONE if enough else AffectedSide.UNDETERMINED
    more, share = max(left, right), max(left, right) / len(events)
    clear = all(event.confidence >= params.clear_confidence for event in events)
    if share >= params.side_share and (more >= params.side_events or (clear and more > 1)):
        return AffectedSide.LEFT if left > right else AffectedSide.RIGHT
    if min(left, right) >= params.both_events:
        return AffectedSide.BOTH
    return AffectedSide.UNDETERMINED
