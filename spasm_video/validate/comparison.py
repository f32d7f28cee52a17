"""One clip: what was found in it against what is true."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import SIDES, Side
from spasm_video.validate.matching import match
from spasm_video.validate.spasms import Spasm, joined, of_event
from spasm_video.validate.truth import Closing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.records import AffectedSide, Estimate, Measurement
    from spasm_video.validate.fidelity import Fidelity
    from spasm_video.validate.truth import Truth

_IGNORED_SHARE = 0.5  # of a found event, within one ignored span
_LEAST_S = 1e-3


@dataclass(frozen=True, slots=True)
class BlinkCount:
    """Blinks of one eye: found and true, found only, true only."""

    hits: int
    false: int
    missed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A clip, scored.

    ``pairs`` are places (in ``true``, in ``found``); ``wrong_side`` the same for what was
    found in time but on the other side; ``ignored`` are places in ``found`` that count
    neither way. ``blinks`` has no entry where blinks were not labelled. ``face_px`` is the
    width of the face; NaN where not known. ``fidelities`` are those of a probe's twitches;
    ``rivals`` what simpler rules found in the same clip.
    ``set_name`` and ``label`` say what the clip is there to show: its part of the grid, or
    its folder.
    """

    name: str
    set_name: str
    label: str
    true: tuple[Spasm, ...]
    found: tuple[Spasm, ...]
    pairs: tuple[tuple[int, int], ...]
    wrong_side: tuple[tuple[int, int], ...]
    ignored: tuple[int, ...]
    blinks: Mapping[Side, BlinkCount] = field(default_factory=dict)
    usable_s: float = math.nan
    duration_s: float = math.nan
    fps: float = math.nan
    face_px: float = math.nan
    rate: Estimate | None = None
    fidelities: tuple[Fidelity, ...] = ()
    rivals: Mapping[str, Comparison] = field(default_factory=dict)
    affected_found: AffectedSide | None = None
    affected_true: tuple[AffectedSide, ...] = ()

    @property
    def missed(self) -> tuple[int, ...]:
        """Places in ``true`` of what was not found."""
        hit = {i for i, _ in self.pairs}
        return tuple(i for i in range(len(self.true)) if i not in hit)

    @property
    def false(self) -> tuple[int, ...]:
        """Places in ``found`` of what is not true."""
        known = {j for _, j in self.pairs} | set(self.ignored)
        return tuple(j for j in range(len(self.found)) if j not in known)

    @property
    def matched(self) -> tuple[tuple[Spasm, Spasm], ...]:
        """(true, found) of each pair."""
        return tuple((self.true[i], self.found[j]) for i, j in self.pairs)

    @property
    def true_per_min(self) -> float:
        """Spasms a minute of the clip; NaN where its length is not known."""
        return 60 * len(self.true) / self.duration_s if self.duration_s > 0 else math.nan

    @property
    def frame_s(self) -> float:
        """How long a frame lasts; NaN where not known."""
        return 1 / self.fps if self.fps > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Clip:
    """What a clip is called, what it is there to show, and how wide its face is, if known."""

    name: str
    set_name: str
    label: str
    face_px: float = math.nan


def compare(clip: Clip, truth: Truth, measurement: Measurement) -> Comparison:
    """Match a measurement to the truth of its clip."""
    found = joined(of_event(event) for event in measurement.events)
    video, summary = measurement.provenance.video, measurement.summary
    duration_s = truth.duration_s if truth.duration_s > 0 else video.duration_s
    return replace(
        matched(clip, truth, found),
        blinks=_blink_counts(truth, measurement),
        usable_s=float(np.fmin(summary.usable_s, duration_s)),
        duration_s=duration_s,
        fps=video.real_fps,
        face_px=clip.face_px,
        rate=summary.spasms_per_min,
        affected_found=summary.affected_side,
        affected_true=truth.affected_sides,
    )


def matched(clip: Clip, truth: Truth, found: tuple[Spasm, ...]) -> Comparison:
    """Match joined spasms, from wherever they come, to the truth; nothing but the matching."""
    true = joined(truth.spasms)
    pairs = match(true, found)
    left_true = [i for i in range(len(true)) if i not in {a for a, _ in pairs}]
    left_found = [j for j in range(len(found)) if j not in {b for _, b in pairs}]
    across = match([true[i] for i in left_true], [found[j] for j in left_found], any_side=True)
    return Comparison(
        name=clip.name,
        set_name=clip.set_name,
        label=clip.label,
        true=true,
        found=found,
        pairs=pairs,
        wrong_side=tuple((left_true[i], left_found[j]) for i, j in across),
        ignored=tuple(j for j in left_found if _is_ignored(found[j], truth.ignored_s)),
    )


def _is_ignored(found: Spasm, ignored_s: tuple[tuple[float, float], ...]) -> bool:
    length_s = max(found.duration_s, _LEAST_S)
    return any(
        min(found.offset_s, to_s) - max(found.onset_s, from_s) >= _IGNORED_SHARE * length_s
        for from_s, to_s in ignored_s
    )


def _blink_counts(truth: Truth, measurement: Measurement) -> dict[Side, BlinkCount]:
    """For each eye; a blink that was found counts for an eye whose lid closed in it."""
    if truth.blinks is None:
        return {}
    counts: dict[Side, BlinkCount] = {}
    for side in SIDES:
        true = [closing for closing in truth.blinks if closing.side is side]
        found = [
            Closing(blink.onset_s, blink.offset_s, side)
            for blink in measurement.blinks
            if (blink.left_mm if side is Side.LEFT else blink.right_mm) > 0
        ]
        hits = len(match(true, found))
        counts[side] = BlinkCount(hits, len(found) - hits, len(true) - hits)
    return counts
