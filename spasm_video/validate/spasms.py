"""One spasm in the form in which found and true are compared, and when two of them are one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.records import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spasm_video.records import SpasmEvent

JOIN_S = 0.15
"""Spasms of one side closer than this count as one, in the truth and in what was found."""


@dataclass(frozen=True, slots=True)
class Spasm:
    """
    A spasm, found or true.

    ``region_mm`` is the size in each region, empty where it is not known; ``amplitude_mm``
    of the region that moved most, ``closure``, the closed part of the open eye (0-1), and the
    peak are NaN where not known.
    """

    onset_s: float
    peak_s: float
    offset_s: float
    side: Side
    kind: Kind
    regions: tuple[Region, ...]
    amplitude_mm: float
    region_mm: Mapping[Region, float]
    closure: float

    @property
    def duration_s(self) -> float:
        """From onset to offset."""
        return self.offset_s - self.onset_s


def of_event(event: SpasmEvent) -> Spasm:
    """A measured event; how far its eye closed is not known."""
    return Spasm(
        onset_s=event.onset_s,
        peak_s=event.peak_s,
        offset_s=event.offset_s,
        side=event.side,
        kind=event.kind,
        regions=event.regions,
        amplitude_mm=event.amplitude_mm,
        region_mm={part.region: part.amplitude_mm for part in event.parts},
        closure=math.nan,
    )


def joined(spasms: Iterable[Spasm], join_s: float = JOIN_S) -> tuple[Spasm, ...]:
    """Spasms in order of onset, those of one side less than ``join_s`` apart made one."""
    ordered = sorted(spasms, key=lambda spasm: spasm.onset_s)
    done: list[Spasm] = []
    for side in SIDES:
        last: Spasm | None = None
        for spasm in (each for each in ordered if each.side is side):
            if last is not None and spasm.onset_s - last.offset_s < join_s:
                last = _one_of(last, spasm)
                done[-1] = last
            else:
                last = spasm
                done.append(last)
    return tuple(sorted(done, key=lambda spasm: (spasm.onset_s, spasm.side)))


def _one_of(first: Spasm, second: Spasm) -> Spasm:
    """The whole of two: the longer span, all regions, the size and peak of the larger."""
    larger = second if _known(second.amplitude_mm) > _known(first.amplitude_mm) else first
    held = Kind.TONIC in {first.kind, second.kind}
    every = dict.fromkeys((*first.region_mm, *second.region_mm))
    return replace(
        first,
        peak_s=larger.peak_s,
        offset_s=max(first.offset_s, second.offset_s),
        kind=Kind.TONIC if held else Kind.CLONIC,
        regions=tuple(dict.fromkeys((*first.regions, *second.regions))),
        amplitude_mm=larger.amplitude_mm,
        region_mm={r: max(s.region_mm.get(r, 0.0) for s in (first, second)) for r in every},
        closure=max(first.closure, second.closure, key=_known),
    )


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value
