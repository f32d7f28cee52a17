"""The made-up recordings are what they say: each of their parts makes a difference."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from spasm_video.anatomy import IRIS_ENDS, MEASURED_LANDMARKS, Region, Side
from spasm_video.records import FaceTrack
from spasm_video.simulate.mesh_face import rest_mm
from tests.measure.conftest import (
    Scene,
    blink,
    held_at,
    mirrored,
    smile,
    spasm,
    swaying,
    track_of,
    twitch,
)

PLAIN = Scene(duration_s=3.0)


def same(one: FaceTrack, two: FaceTrack) -> bool:
    """Do two tracks agree in every array."""
    names = [field.name for field in fields(FaceTrack)]
    pairs = [(getattr(one, name), getattr(two, name)) for name in names]
    arrays = [pair for pair in pairs if isinstance(pair[0], np.ndarray)]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in arrays)


def test_a_scene_is_the_same_every_time() -> None:
    """The seed decides the noise."""
    assert same(track_of(PLAIN), track_of(PLAIN))


@pytest.mark.parametrize(
    "change",
    [
        {"duration_s": 2.0}, {"fps": 30.0}, {"noise_mm": 0.1}, {"seed": 2}, {"px_per_mm": 2.0},
        {"yaw_deg": held_at(5)}, {"pitch_deg": held_at(5)}, {"roll_deg": held_at(5)},
        {"across_mm": held_at(5)}, {"closer": held_at(0.1)}, {"lost_s": ((1.0, 2.0),)},
        {"skipped_s": ((1.0, 2.0),)}, {"taken_s": (1.0,)}, {"dropped": 0.1}, {"jitter_s": 0.002},
        {"blurred_s": ((1.0, 2.0),)}, {"dark_s": ((1.0, 2.0),)}, {"other_faces": held_at(1)},
        {"hidden": (Region.NECK,)}, {"moves": (twitch(1.0),)}, {"moves": (spasm(1.0, 1.0),)},
        {"moves": (blink(1.0),)}, {"moves": (smile(1.0),)},
        {"yaw_deg": swaying(5, 1), "leak_mm_per_deg": 0.1},
    ],
    ids="+".join,
)  # fmt: skip
def test_every_part_of_a_scene_makes_a_difference(change: dict[str, Any]) -> None:
    """A part that did nothing would prove nothing."""
    assert not same(track_of(PLAIN), track_of(replace(PLAIN, **change)))


def test_the_leak_of_a_turn_is_its_own() -> None:
    """It lifts the left, not the right."""
    turning = replace(PLAIN, yaw_deg=swaying(5, 1), noise_mm=0.0)
    leaking = replace(turning, leak_mm_per_deg=0.1)
    before, after = track_of(turning).lid_px, track_of(leaking).lid_px

    assert np.ptp(after[:, 0, 0]) > 1
    assert np.array_equal(before[:, 1], after[:, 1])


def test_the_face_is_symmetric_and_whole() -> None:
    """Every landmark the measurement uses has a place; the iris is 11.7 mm across."""
    face = rest_mm()
    rows = [MEASURED_LANDMARKS.index(number) for number in IRIS_ENDS[0]]

    assert np.isfinite(face).all()
    assert sorted(face[:, 0]) == pytest.approx(sorted(-face[:, 0]))
    assert abs(np.diff(face[rows, 0])[0]) == pytest.approx(11.7)


def test_a_mirror_undoes_a_mirror() -> None:
    """Twice is once, and once is another face."""
    track = track_of(replace(PLAIN, moves=(twitch(1.0),), yaw_deg=held_at(5)))

    assert not same(track, mirrored(track))
    assert np.allclose(mirrored(mirrored(track)).points_px, track.points_px, atol=1e-9)
    assert same(
        replace(mirrored(mirrored(track)), points_px=track.points_px),
        track,
    )


def test_truth_is_what_was_asked_for() -> None:
    """A peak of its size, zero on the other side and in other regions."""
    scene = Scene(moves=(twitch(1.0, Side.RIGHT, {Region.CHEEK: 2.0}),))
    time_s = np.arange(0, 3, 0.001)

    assert scene.truth_mm(Region.CHEEK, Side.RIGHT, time_s).max() == pytest.approx(2.0, rel=1e-3)
    assert not scene.truth_mm(Region.CHEEK, Side.LEFT, time_s).any()
    assert not scene.truth_mm(Region.MOUTH, Side.RIGHT, time_s).any()
