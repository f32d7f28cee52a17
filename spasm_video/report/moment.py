"""What is known of one instant of a recording: movement, spasm or blink, counts so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import SIDES, Side
from spasm_video.report.look import FLAG_WORDS, main_flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from spasm_video.records import Measurement, SpasmEvent

    Floats = NDArray[np.float64]

_FLAG_SHOWN_S = 0.8  # a twitch of 0.1 s is named long enough to be read


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """
    One instant.

    ``displacement_mm`` (region, side) and ``limit_mm`` (region,), NaN where not measured;
    ``event`` is the spasm that is on, or was a moment ago (then ``is_on`` is false);
    ``unusable`` says in words why nothing is measured, empty where it is.
    """

    time_s: float
    displacement_mm: Floats
    limit_mm: Floats
    event: SpasmEvent | None
    is_on: bool
    is_blink: bool
    unusable: str
    spasms: Mapping[Side, int]
    blinks: int


def moment_at(measurement: Measurement, index: int) -> Moment:
    """The instant of a frame, by its place in the recording."""
    time_s = float(measurement.head.time_s[index])
    begun = [event for event in measurement.events if event.onset_s <= time_s]
    last = max(begun, key=lambda event: (event.onset_s, event.offset_s), default=None)
    if last is not None and time_s >= max(last.offset_s, last.onset_s + _FLAG_SHOWN_S):
        last = None
    why = ""
    if not measurement.quality.usable[index]:
        flag = main_flag(int(measurement.quality.reasons[index]))
        why = FLAG_WORDS[flag] if flag is not None else "too short a stretch"
    return Moment(
        time_s=time_s,
        displacement_mm=measurement.signals.displacement_mm[index],
        limit_mm=measurement.signals.limit_mm,
        event=last,
        is_on=last is not None and time_s < last.offset_s,
        is_blink=any(b.onset_s <= time_s < b.offset_s for b in measurement.blinks),
        unusable=why,
        spasms={side: sum(event.side is side for event in begun) for side in SIDES},
        blinks=sum(blink.onset_s <= time_s for blink in measurement.blinks),
    )
