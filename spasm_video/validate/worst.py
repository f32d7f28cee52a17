"""
The worst cases, to be looked at: the largest spasms missed and the largest falsely found.

With pictures a film strip, before, at the peak and after; of simulated points the signals
with true and found spasms drawn in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.measure import measure
from spasm_video.records import RegionPart, SpasmEvent
from spasm_video.report.strips import film_strips, strip_landmarks, strip_times
from spasm_video.report.words import clock, listed, number
from spasm_video.validate.charts import closeup
from spasm_video.validate.harness import look
from spasm_video.video.file import pictures_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spasm_video.params import AnalysisParams
    from spasm_video.records import Measurement
    from spasm_video.report.strips import Strip
    from spasm_video.validate.comparison import Comparison
    from spasm_video.validate.grid import Case
    from spasm_video.validate.harness import Seen
    from spasm_video.validate.spasms import Spasm

MOST = 4
"""Of each kind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the worst cases: what went wrong, and its pictures and signals."""

    title: str
    caption: str
    side: str
    strip: Strip | None
    signals: str


@dataclass(frozen=True, slots=True)
class _Wrong:
    clip: Comparison
    spasm: Spasm
    what: str


def worst_cases(
    clips: Sequence[Comparison],
    cases: Mapping[str, Case],
    params: AnalysisParams,
    folder: Path,
    most: int = MOST,
) -> tuple[Shown, ...]:
    """The largest missed and false spasms, at most one a clip and label of each kind."""
    missed = [_Wrong(c, c.true[i], _missed_word(c, i)) for c in clips for i in c.missed]
    false = [_Wrong(c, c.found[j], "false") for c in clips for j in c.false]
    return tuple(
        _shown(wrong, cases[wrong.clip.name], params, folder)
        for wrong in (*_largest(missed, most), *_largest(false, most))
    )


def _missed_word(clip: Comparison, i: int) -> str:
    return "found on the wrong side" if i in dict(clip.wrong_side) else "missed"


def _largest(wrong: Sequence[_Wrong], most: int) -> list[_Wrong]:
    ordered = sorted(wrong, key=lambda w: (-np.nan_to_num(w.spasm.amplitude_mm, nan=99.0),
                                           w.clip.name, w.spasm.onset_s))  # fmt: skip
    chosen: dict[tuple[str, str], _Wrong] = {}
    for one in ordered:
        labelled = one.clip.set_name == "labelled"
        chosen.setdefault((one.clip.set_name, one.clip.name if labelled else one.clip.label), one)
    return list(chosen.values())[:most]


def _shown(wrong: _Wrong, case: Case, params: AnalysisParams, folder: Path) -> Shown:
    seen = look(case, params, folder)
    measurement = measure(seen.track, params.measure)
    spasm = wrong.spasm
    title = f"{wrong.what.capitalize()}: {spasm.side} {listed(spasm.regions)}"
    caption = (
        f"{wrong.clip.name}, {clock(spasm.onset_s)}: {number(spasm.amplitude_mm, 1, 'mm')}, "
        f"{number(1000 * spasm.duration_s, 0, 'ms')}, {spasm.kind}"
    )
    strip = None
    if seen.video is not None:
        strip = _strip(seen, replace(measurement, events=(_as_event(spasm),)))
    return Shown(title, caption, spasm.side, strip, closeup(measurement, wrong.clip, spasm))


def _strip(seen: Seen, measurement: Measurement) -> Strip | None:
    plans = strip_times(measurement, 1)
    if seen.video is None or not plans:
        return None
    pictures = pictures_at(seen.video, sorted({t for plan in plans for t in plan.times_s}))
    strips = film_strips(measurement, plans, pictures, strip_landmarks(seen.track, plans))
    return strips[0] if strips else None


def _as_event(spasm: Spasm) -> SpasmEvent:
    """A spasm, true or found, as the film strips want it."""
    return SpasmEvent(
        onset_s=spasm.onset_s,
        peak_s=spasm.peak_s,
        offset_s=spasm.offset_s,
        side=spasm.side,
        kind=spasm.kind,
        parts=tuple(
            RegionPart(region, spasm.region_mm.get(region, 0.0), 0.0) for region in spasm.regions
        ),
        confidence=1.0,
        other_babinski=False,
    )
