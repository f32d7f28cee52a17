"""Numbers and findings in plain words: what a patient reads first. Never a diagnosis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, Side
from spasm_video.records import AffectedSide, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spasm_video.records import SessionSummary

NOTHING = "–"
_SHORT_S = 10.0  # below this a duration is told with its tenths
_LONG_S = 120.0  # from here in minutes


def number(value: float, digits: int = 1, unit: str = "") -> str:
    """
    A number as read: a dash where missing, a true minus.

    >>> number(12.34), number(float("nan")), number(-0.5)
    ('12.3', '–', '−0.5')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def interval(estimate: Estimate, digits: int = 1, unit: str = "") -> str:
    """
    The 95 % interval as a range.

    >>> interval(Estimate(10.0, 4.8, 18.4))
    '4.8–18.4'
    """
    if not math.isfinite(estimate.low):
        return NOTHING
    return f"{number(estimate.low, digits)}–{number(estimate.high, digits, unit)}"


def percent(estimate: Estimate) -> Estimate:
    """A fraction in per cent."""
    return Estimate(100 * estimate.value, 100 * estimate.low, 100 * estimate.high)


def length(seconds: float) -> str:
    """
    A duration as one says it.

    >>> length(58.4), length(300.0), length(2.5)
    ('58 seconds', '5.0 minutes', '2.5 seconds')
    """
    if seconds >= _LONG_S:
        return f"{seconds / 60:.1f} minutes"
    digits = 1 if 0 < seconds < _SHORT_S else 0
    return f"{seconds:.{digits}f} seconds"


def clock(seconds: float, digits: int = 2) -> str:
    """
    A time in the video as a player shows it.

    >>> clock(7.04), clock(65.5, 1), clock(59.999)
    ('0:07.04', '1:05.5', '1:00.00')
    """
    if not math.isfinite(seconds):
        return NOTHING
    whole = round(seconds * 10**digits)
    minutes, rest = divmod(whole, 60 * 10**digits)
    width = digits + 3 if digits else 2
    return f"{minutes}:{rest / 10**digits:0{width}.{digits}f}"


def listed(words: Iterable[str]) -> str:
    """
    Words in a row.

    >>> listed(["eyelid", "cheek", "mouth"])
    'eyelid, cheek and mouth'
    """
    *most, last = [*words] or [NOTHING]
    return f"{', '.join(most)} and {last}" if most else last


def counted(count: int, noun: str) -> str:
    """
    A count with its noun.

    >>> counted(1, "one-sided movement"), counted(0, "blink")
    ('1 one-sided movement', 'no blinks')
    """
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def involved(summary: SessionSummary) -> tuple[str, ...]:
    """The regions with at least one spasm on either side, from the eye downwards."""
    return tuple(
        str(region)
        for region in REGIONS
        if any(summary.of(region, side).events > 0 for side in Side)
    )


def findings(summary: SessionSummary) -> str:
    """What was seen, in sentences for a patient."""
    usable = f"In the {length(summary.usable_s)} of this recording that could be measured"
    evidence, side = summary.side_evidence, summary.affected_side
    if math.isnan(summary.spasms_per_min.value):
        return (
            f"Too little of this recording could be measured to count movements: "
            f"{length(summary.usable_s)} of {length(summary.duration_s)}. "
            "This does not say whether there are any."
        )
    if summary.events == 0:
        return (
            f"{usable}, no one-sided movement larger than the detection limit was seen. "
            f"Smaller or rarer movements can be missed: {_no_more_than(summary)}"
        )
    seen = f"{usable}, {counted(summary.events, 'one-sided movement')} {_was(summary.events)} seen"
    both = f"{evidence.left_events} on the patient’s left and {evidence.right_events} on the right"
    if side in {AffectedSide.LEFT, AffectedSide.RIGHT}:
        on_side = evidence.left_events if side is AffectedSide.LEFT else evidence.right_events
        where = f" on the patient’s {side} side" if on_side == summary.events else f", {both}"
        return f"{seen}{where}{_rate(summary)}. {_where_and_how_long(summary)}"
    if side is AffectedSide.BOTH:
        return f"{seen} on both sides, {both}{_rate(summary)}. {_where_and_how_long(summary)}"
    if side is AffectedSide.NONE:
        return f"{seen}, {both}: too few to speak of an affected side."
    return f"{seen}, {both}. From these it cannot be told which side is affected."


def _rate(summary: SessionSummary) -> str:
    rate = summary.spasms_per_min
    between = f"95 % interval {number(rate.low)} to {number(rate.high)}"
    return f", about {number(rate.value)} a minute ({between})"


def _no_more_than(summary: SessionSummary) -> str:
    high = number(summary.spasms_per_min.high)
    return f"with this much recording, up to {high} a minute would still be possible."


def _where_and_how_long(summary: SessionSummary) -> str:
    most = max(REGIONS, key=lambda region: sum(summary.of(region, side).events for side in Side))
    typical = number(summary.median_duration_s, 2, "seconds")
    return f"The {most} moved most often; half of the movements lasted less than {typical}."


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
