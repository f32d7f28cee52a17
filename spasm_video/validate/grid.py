"""
The grids: which simulated faces are measured, so that the scorecard knows.

A case is a scenario of the simulator with what it is there to show. All is seeded: the same
grid gives the same faces. The quick grid is a part of the full one: the same scenarios,
fewer seeds, rates and sizes of face.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.simulate.mesh_face import OPEN_MM
from spasm_video.validate.sensitivity import DURATIONS_MS, SIZES_MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FACE_MM = 134.0
"""Width of the simulated face before the ears: from pixels of face to pixels a millimetre."""

PROBE_MM, PROBE_MS = 1.0, 100.0
TOGETHER = "eyelid+cheek+mouth"
_CLIP_S = 60.0
_PICTURES_S = 30.0  # rendering takes its time
_PROBES = 36  # in a minute
_BETWEEN_S = (1.1, 1.5)  # from one offset to the next onset


class Grid(StrEnum):
    """How much is measured."""

    QUICK = "quick"
    FULL = "full"


class Level(StrEnum):
    """Where a case begins: moving points, rendered pictures, or somebody's video."""

    TRACK = "track"
    PICTURE = "picture"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Case:
    """
    One clip to be measured.

    ``set_name`` is the part of the grid, ``label`` what it is there to show within it.
    ``scenario`` is plain data for the simulator, None for a labelled video, which has
    ``video`` and ``truth`` instead.
    """

    name: str
    set_name: str
    label: str
    level: Level
    scenario: Mapping[str, Any] | None = None
    video: Path | None = None
    truth: Path | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a grid reaches."""

    seeds: int
    rates_fps: tuple[int, ...]
    faces_px: tuple[int, ...]
    repeats: int
    pictures: tuple[str, ...]


EXTENTS: Mapping[Grid, Extent] = {
    Grid.QUICK: Extent(3, (30, 60), (250, 600), 6, ()),
    Grid.FULL: Extent(
        6, (15, 30, 60, 120), (150, 250, 400, 600), 12,
        ("mild_eyelid", "moderate_clonic", "severe_tonic", "calm_control", "talking_control",
         "phone_upright"),
    ),
}  # fmt: skip

FACES_PX: tuple[int, ...] = EXTENTS[Grid.FULL].faces_px

DISEASES: Mapping[str, Mapping[str, Any]] = {
    "mild": {
        "clonic_per_min": 8, "burst_share": 0.2, "eyelid_closure": 0.35, "cheek_mm": 1.0,
        "spread": ["eyelid", "cheek"], "spread_share": 0.4, "twitch_ms": [60, 250],
    },
    "moderate": {
        "clonic_per_min": 22, "burst_share": 0.5, "tonic_per_min": 0.5, "tonic_s": [1, 2],
        "spread_share": 0.75, "cheek_only_share": 0.05, "mouth_only_share": 0.05,
    },
    "severe": {
        "clonic_per_min": 15, "burst_share": 0.6, "tonic_per_min": 4, "tonic_s": [1.5, 6],
        "spread": ["eyelid", "brow", "cheek", "mouth", "neck"], "spread_share": 0.9,
        "eyelid_closure": 0.85, "brow_mm": 2.2, "cheek_mm": 2.4, "mouth_mm": 4, "neck_mm": 2.4,
    },
}  # fmt: skip

_NOTHING: Mapping[str, Any] = {"blinks_per_min": 0, "sway": 0}
DISTRACTORS: Mapping[str, Mapping[str, Any]] = {
    "still face": {"distractors": {**_NOTHING}},
    "complete blinks": {"distractors": {"blinks_per_min": 24, "partial_share": 0}},
    "partial blinks": {"distractors": {"blinks_per_min": 24, "partial_share": 1}},
    "smiles": {"distractors": {"smiles_per_min": 8}},
    "speech": {"distractors": {"speech_share": 0.8}},
    "chewing": {"distractors": {"chewing_share": 0.8}},
    "glances": {"distractors": {"glances_per_min": 20}},
    "head turns": {"distractors": {"turns_per_min": 10, "turn_deg": 20}},
    "head nods": {"distractors": {"nods_per_min": 10, "nod_deg": 12}},
    "swaying": {"distractors": {"sway": 3}},
    "hand over face": {"distractors": {"hands_per_min": 4}},
    "glare on glasses": {"distractors": {"glares_per_min": 8}},
    "changing light": {"distractors": {"lights_per_min": 10}},
    "exposure steps": {"distractors": {"exposure_steps_per_min": 10}},
    "noisy picture": {"camera": {"noise": 8}},
    "dim room": {"camera": {"noise": 6, "brightness": 0.5, "shutter_ms": 25}},
    "variable frame rate": {"frames": {"timing": "variable"}},
    "dropped frames": {"frames": {"dropped_share": 0.15}},
    "small face": {"camera": {"px_per_mm": 150 / FACE_MM}},
}


def cases(grid: Grid) -> tuple[Case, ...]:
    """Every case of a grid."""
    extent = EXTENTS[grid]
    return (
        *_claims(extent),
        *_map(extent),
        *_probes(extent),
        *_distractors(extent),
        *_repeats(extent),
        *_pictures(extent),
    )


def _claims(extent: Extent) -> Iterator[Case]:
    """Disease as it comes, at 30 frames a second and a face of 250 px or more."""
    for name, disease in DISEASES.items():
        for face_px in (size for size in extent.faces_px if size >= 250):
            for seed in range(extent.seeds):
                side = SIDES[seed % 2]
                yield _track(
                    f"{name}, face {face_px} px, {seed}", "spasms", name,
                    seed=1000 + seed, person=1 + seed, disease={"side": side.value, **disease},
                    camera=_camera(face_px), distractors={"smiles_per_min": 1},
                )  # fmt: skip


def _map(extent: Extent) -> Iterator[Case]:
    """Each region alone, and three together, by size and duration."""
    for label in (*map(str, REGIONS), TOGETHER):
        for fps in extent.rates_fps:
            for face_px in extent.faces_px:
                for seed in range(extent.seeds):
                    name = f"{label}, {fps} fps, face {face_px} px, {seed}"
                    events, length_s = spaced_events(label, seed)
                    yield _track(
                        name, "map", label, seed=2000 + seed, person=1 + seed,
                        length_s=length_s, event=events,
                        frames={"fps": fps}, camera=_camera(face_px),
                    )  # fmt: skip


def spaced_events(label: str, seed: int) -> tuple[list[dict[str, Any]], float]:
    """Every size with every duration once, shuffled, well apart; and how long it takes, s."""
    rng = np.random.default_rng([7, seed])
    both = [(size, lasts) for size in SIZES_MM for lasts in DURATIONS_MS]
    side = SIDES[seed % 2].value
    at_s, events = 2.0, []
    for index in rng.permutation(len(both)):
        size_mm, lasts_ms = both[index]
        sizes = {_size_key(r): _size(r, size_mm) for r in label.split("+")}
        events.append({"onset_s": round(at_s, 3), "side": side, "duration_ms": lasts_ms, **sizes})
        at_s += lasts_ms / 1000 + rng.uniform(*_BETWEEN_S)
    return events, float(np.ceil(at_s + 1))


def _probes(extent: Extent) -> Iterator[Case]:
    """Small quick twitches of each region, to see how much of them the signals keep."""
    for region in REGIONS:
        for seed in range(extent.seeds):
            rng = np.random.default_rng([8, seed])
            at_s = 2.0 + np.cumsum(rng.uniform(1.3, 1.7, _PROBES))
            events = [
                {
                    "onset_s": round(float(at), 4), "side": SIDES[seed % 2].value,
                    "duration_ms": PROBE_MS, _size_key(region): _size(region, PROBE_MM),
                }
                for at in at_s
            ]  # fmt: skip
            yield _track(
                f"probe, {region}, {seed}", "probe", str(region), seed=5000 + seed,
                person=1 + seed, event=events, camera=_camera(300),
                distractors={"blinks_per_min": 0},
            )  # fmt: skip


def _size_key(region: str) -> str:
    return "eyelid_closure" if region == Region.EYELID else f"{region}_mm"


def _size(region: str, size_mm: float) -> float:
    return round(size_mm / OPEN_MM, 4) if region == Region.EYELID else size_mm


def _distractors(extent: Extent) -> Iterator[Case]:
    """Healthy faces, one thing at a time that is no spasm."""
    for name, said in DISTRACTORS.items():
        for seed in range(extent.seeds):
            sections = {"camera": _camera(max(extent.faces_px[0], 250)), **said}
            yield _track(
                f"{name}, {seed}",
                "no spasm",
                name,
                seed=3000 + seed,
                person=1 + seed,
                length_s=_CLIP_S,
                **sections,
            )


def _repeats(extent: Extent) -> Iterator[Case]:
    """Three people who do the same again and again, on other days."""
    for person in range(3):
        events, length_s = spaced_events(TOGETHER, 100 + person)
        for day in range(extent.repeats):
            yield _track(
                f"person {person + 1}, day {day + 1}", "repeated", f"person {person + 1}",
                seed=4000 + 100 * person + day, person=1 + person, length_s=length_s, event=events,
                camera=_camera(300),
            )  # fmt: skip


def _pictures(extent: Extent) -> Iterator[Case]:
    """Rendered and encoded, through the whole of it."""
    for name in extent.pictures:
        yield Case(
            f"{name}, rendered",
            "rendered",
            name,
            Level.PICTURE,
            {"example": name, "length_s": _PICTURES_S},
        )


def _track(name: str, set_name: str, label: str, **scenario: Any) -> Case:
    return Case(name, set_name, label, Level.TRACK, {"length_s": _CLIP_S, **scenario})


def _camera(face_px: int) -> dict[str, Any]:
    return {"px_per_mm": round(face_px / FACE_MM, 4)}
