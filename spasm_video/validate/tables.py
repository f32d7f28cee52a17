"""
The tidy table: one row for each condition and measure.

Sets: ``all`` (every labelled clip with spasms), ``claimed`` (of those, what is promised:
about 30 frames a second or more, face of 250 px or more), ``blinks`` (of those and of
healthy faces, apart), ``probe`` (twitches of 1 mm and 100 ms at 30 frames a second),
``map`` (recall by cell), ``half`` (the size of which half are found), ``no spasm`` (each
distractor), ``repeated``, ``beside``: simpler rules on the same clips, ``by size``: of the
largest region, and ``by label``: each kind of disease, or each folder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from spasm_video.validate.agreement import (
    Figure,
    agreement,
    blinks,
    events,
    false_events,
    fidelity,
    repeatability,
    sides,
)
from spasm_video.validate.sensitivity import by_size, cells, half_found_mm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from spasm_video.validate.comparison import Comparison

LEAST_FPS, LEAST_FACE_PX = 29.0, 240.0
"""What is promised holds from 30 frames a second and 250 px; measured, a little less."""

NO_SPASM = "no spasm"
OURS = "spasm_video"
_BESIDE = frozenset(
    {"claimed_f1", "claimed_recall", "event_precision", "side_accuracy", "false_per_min"}
)
_DIGITS = 4
_NAN = math.nan


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and the condition it holds for; NaN where a condition does not apply."""

    set_name: str
    condition: str
    figure: Figure
    size_mm: float = _NAN
    duration_ms: float = _NAN
    fps: float = _NAN
    face_px: float = _NAN


def rows(clips: Sequence[Comparison], faces_px: Sequence[float] = ()) -> tuple[Row, ...]:
    """Every row of the table, in order."""
    return (
        *_agreement(clips),
        *_beside(clips),
        *_no_spasm(clips),
        *_mapped(clips, faces_px),
        *_probed(clips),
        *_repeated(clips),
    )


def _agreement(clips: Sequence[Comparison]) -> Iterator[Row]:
    """Clips with spasms that show disease as it comes: not the grid of the map."""
    natural = [c for c in clips if c.set_name in {"spasms", "rendered", "labelled"}]
    spasms = [c for c in natural if c.true]
    healthy = [c for c in clips if not c.true]
    yield from _rows("all", "", agreement(spasms))
    yield from _rows("all", "", blinks([*spasms, *healthy]))
    yield from _rows("claimed", "", agreement([c for c in spasms if _is_claimed(c)]))
    for condition, faces in (("faces with spasms", spasms), ("faces without", healthy)):
        if any(clip.blinks for clip in faces):
            yield from _rows("blinks", condition, blinks([c for c in faces if _is_claimed(c)]))
    for words, found, n in by_size(spasms):
        yield Row("by size", words, Figure("event_recall", found, n, "1"))
    labels = dict.fromkeys((c.set_name, c.label) for c in spasms)
    if len(labels) > 1:
        for set_name, label in labels:
            some = [c for c in spasms if (c.set_name, c.label) == (set_name, label)]
            name = label if set_name != "rendered" else f"{label}, rendered"
            yield from _rows("by label", name, agreement(some))


def _beside(clips: Sequence[Comparison]) -> Iterator[Row]:
    """Simpler rules below this program on the same clips: what is claimed, or all if none is."""
    compared = [c for c in clips if c.rivals]
    names = dict.fromkeys(name for clip in compared for name in clip.rivals)
    everywhere = [name for name in names if all(name in clip.rivals for clip in compared)]
    yield from _ranked(compared, everywhere, "")
    if len(everywhere) < len(names):  # what needs pictures, beside all others on those clips
        pictured = [c for c in compared if len(c.rivals) == len(names)]
        yield from _ranked(pictured, list(names), ", videos")


def _ranked(natural: Sequence[Comparison], names: Sequence[str], where: str) -> Iterator[Row]:
    claimed = [c for c in natural if _is_claimed(c)] or natural
    sick, healthy = [c for c in claimed if c.true], [c for c in natural if not c.true]
    for name in (OURS, *names):
        for figure in (
            *events([_by(c, name) for c in sick]),
            *sides([_by(c, name) for c in sick])[:1],
            *false_events([_by(c, name) for c in healthy]),
        ):
            if figure.measure in _BESIDE:
                yield Row("beside", name + where, figure)


def _by(clip: Comparison, name: str) -> Comparison:
    return clip if name == OURS else clip.rivals[name]


def _is_claimed(clip: Comparison) -> bool:
    """Within what is promised; a face of unknown size is."""
    return clip.fps >= LEAST_FPS and not clip.face_px < LEAST_FACE_PX


def _no_spasm(clips: Sequence[Comparison]) -> Iterator[Row]:
    healthy = [c for c in clips if not c.true]
    for label in dict.fromkeys(c.label for c in healthy):
        some = [c for c in healthy if c.label == label]
        yield from _rows(NO_SPASM, label or "no spasm", false_events(some))
    if healthy:
        yield from _rows("no spasm, all", "", false_events(healthy))


def _mapped(clips: Sequence[Comparison], faces_px: Sequence[float]) -> Iterator[Row]:
    mapped = [c for c in clips if c.set_name == "map"]
    for cell in cells(mapped, faces_px):
        yield Row(
            "map", cell.region, Figure("recall", cell.recall, cell.n, "1"),
            cell.size_mm, cell.duration_ms, cell.fps, cell.face_px,
        )  # fmt: skip
    keys = dict.fromkeys((c.label, round(c.fps), _face(c, faces_px)) for c in mapped)
    for label, fps, face_px in keys:
        some = [c for c in mapped if _key(c, faces_px) == (label, fps, face_px)]
        size, n = half_found_mm(some)
        figure = Figure("half_found", size, n, "mm")
        yield Row("half", label, figure, fps=fps, face_px=face_px)


def _key(clip: Comparison, faces_px: Sequence[float]) -> tuple[str, int, float]:
    return clip.label, round(clip.fps), _face(clip, faces_px)


def _face(clip: Comparison, faces_px: Sequence[float]) -> float:
    return min(faces_px, key=lambda one: abs(one - clip.face_px)) if faces_px else clip.face_px


def _probed(clips: Sequence[Comparison]) -> Iterator[Row]:
    """The part kept of small quick twitches and their delay, by region."""
    probes = [c for c in clips if c.set_name == "probe"]
    for label in dict.fromkeys(c.label for c in probes):
        some = [c for c in probes if c.label == label]
        yield from _rows("probe", label, fidelity(some))


def _repeated(clips: Sequence[Comparison]) -> Iterator[Row]:
    repeated = [c for c in clips if c.set_name == "repeated"]
    people = [
        [c for c in repeated if c.label == label]
        for label in dict.fromkeys(c.label for c in repeated)
    ]
    if people:
        yield from _rows("repeated", "", repeatability(people))


def _rows(set_name: str, condition: str, figures: Sequence[Figure]) -> Iterator[Row]:
    for figure in figures:
        yield Row(set_name, condition, figure)


def validation_table(found: Sequence[Row]) -> pd.DataFrame:
    """``validation.csv``: units in a column of their own, empty where not known."""
    columns = {
        "set": [r.set_name for r in found],
        "condition": [r.condition for r in found],
        "size_mm": [r.size_mm for r in found],
        "duration_ms": [r.duration_ms for r in found],
        "fps": [r.fps for r in found],
        "face_px": [r.face_px for r in found],
        "measure": [r.figure.measure for r in found],
        "value": [round(r.figure.estimate.value, _DIGITS) for r in found],
        "low": [round(r.figure.estimate.low, _DIGITS) for r in found],
        "high": [round(r.figure.estimate.high, _DIGITS) for r in found],
        "n": [r.figure.n for r in found],
        "unit": [r.figure.unit for r in found],
    }
    return pd.DataFrame(columns)


def matched_table(clips: Sequence[Comparison]) -> pd.DataFrame:
    """``events_matched.csv``: a row a pair, a missed, a false or an ignored spasm."""
    return pd.DataFrame(
        [row for clip in clips for row in _matched_rows(clip)], columns=list(_MATCHED)
    )


_SPASM = ("onset_s", "peak_s", "offset_s", "side", "kind", "regions", "amplitude_mm")
_MATCHED = (
    "clip", "set", "condition", "fps", "face_px", "result",
    *(f"true_{name}" for name in _SPASM), "true_closure", *(f"found_{name}" for name in _SPASM),
)  # fmt: skip


def _matched_rows(clip: Comparison) -> Iterator[dict[str, Any]]:
    across = dict(clip.wrong_side)
    found_across = set(across.values())
    for i, j in clip.pairs:
        yield _matched_row(clip, "matched", i, j)
    for i in clip.missed:
        yield _matched_row(clip, "wrong side" if i in across else "missed", i, across.get(i))
    for j in clip.false:
        if j not in found_across:
            yield _matched_row(clip, "false", None, j)
    for j in clip.ignored:
        yield _matched_row(clip, "ignored", None, j)


def _matched_row(clip: Comparison, result: str, i: int | None, j: int | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "clip": clip.name, "set": clip.set_name, "condition": clip.label,
        "fps": round(clip.fps, 2), "face_px": round(clip.face_px, 0), "result": result,
    }  # fmt: skip
    for which, spasm in (
        ("true", None if i is None else clip.true[i]),
        ("found", None if j is None else clip.found[j]),
    ):
        if spasm is None:
            continue
        for name in _SPASM:
            value = getattr(spasm, name)
            row[f"{which}_{name}"] = round(value, _DIGITS) if isinstance(value, float) else value
        row[f"{which}_regions"] = "+".join(spasm.regions)
    if i is not None:
        row["true_closure"] = clip.true[i].closure
    return row


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table; the same numbers give the same bytes."""
    table.to_csv(path, index=False, lineterminator="\n")
