"""A movement of known size comes back in millimetres, of its region and its side only."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.measure.movement import beyond, held
from spasm_video.measure.session import measure
from spasm_video.simulate.twitch import Course
from tests.measure.conftest import PARAMS, Move, Scene, smile, spasm, swaying, track_of, twitch

PLACES = [(region, side) for region in REGIONS for side in SIDES]


def moved_mm(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(n, region, side) what the measurement reads of a scene."""
    return measure(track_of(scene), PARAMS).signals.displacement_mm


def truth_mm(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(n, region, side) what the scene did."""
    time_s = track_of(scene).time_s
    sides = [[scene.truth_mm(region, side, time_s) for side in SIDES] for region in REGIONS]
    return np.moveaxis(np.array(sides), -1, 0)


@pytest.mark.parametrize(("region", "side"), PLACES)
def test_a_twitch_of_a_tenth_of_a_second_comes_back(region: Region, side: Side) -> None:
    """1 mm at 60 frames a second: at least nine tenths of it, and not half a frame late."""
    scene = Scene(
        duration_s=4, noise_mm=0.005, moves=(twitch(2.0, side, {region: 1.0}, lasts_s=0.1),)
    )
    read, true = moved_mm(scene), truth_mm(scene)
    at = (slice(110, 140), REGIONS.index(region), SIDES.index(side))
    frames = np.arange(-3, 3.1, 0.1)
    when = np.arange(110, 140)
    fit = [np.sum(read[at] * np.interp(when - lag, when, true[at])) for lag in frames]

    assert true.max() > 0.99
    assert 0.9 * true.max() < read[at].max() < 1.1 * true.max()
    assert abs(frames[int(np.argmax(fit))]) <= 0.5


@pytest.mark.parametrize(("region", "side"), PLACES)
def test_a_movement_stays_in_its_place(region: Region, side: Side) -> None:
    """What one region of one side does, no other region or side seems to do."""
    read = moved_mm(Scene(duration_s=4, noise_mm=0.0, moves=(twitch(2, side, {region: 2.0}),)))
    read = read.copy()
    read[:, REGIONS.index(region), SIDES.index(side)] = 0.0

    assert np.nanmax(np.abs(read)) < 0.05


def test_a_held_movement_comes_back_for_as_long_as_it_is_held() -> None:
    """Two seconds of 5 mm: within 5 % in their middle, back at rest afterwards."""
    scene = Scene(noise_mm=0.01, moves=(spasm(8.0, 2.0, Side.RIGHT),))
    read = moved_mm(scene)
    lid, mouth = (read[:, REGIONS.index(r), 1] for r in (Region.EYELID, Region.MOUTH))

    assert lid[510:560] == pytest.approx(6.0, rel=0.05)
    assert mouth[510:560] == pytest.approx(5.0, rel=0.05)
    assert np.abs(read[660:]).max() < 0.3
    assert np.nanmax(np.abs(read[:, :, 0])) < 0.3


def test_a_rising_brow_is_positive() -> None:
    """Brow, cheek and mouth corner up and the lid closing are the directions of a spasm."""
    up = moved_mm(Scene(duration_s=4, moves=(twitch(2, mm=dict.fromkeys(REGIONS, 2.0)),)))
    down = moved_mm(Scene(duration_s=4, moves=(twitch(2, mm=dict.fromkeys(REGIONS, -2.0)),)))
    peak = 123

    assert (up[peak, :, 0] > 1.5).all()
    assert (down[peak, :, 0] < -1.5).all()


def test_one_sided_is_left_minus_right() -> None:
    """Shared movement cancels; the neck, which may go either way, is compared by size."""
    course = Course.clonic(2.0)
    sizes = dict.fromkeys(REGIONS, 3.0)
    both = Move(course=course, mm=sizes, sides=SIDES, right_share=0.5)
    down = Move(course=course, mm={Region.NECK: -3.0}, sides=(Side.RIGHT,))
    shared = measure(track_of(Scene(duration_s=4, noise_mm=0, moves=(both,))), PARAMS).signals
    neck = measure(track_of(Scene(duration_s=4, noise_mm=0, moves=(down,))), PARAMS).signals
    peak = 123

    assert shared.one_sided_mm[peak] == pytest.approx(1.5, abs=0.2)
    assert neck.one_sided_mm[peak, REGIONS.index(Region.NECK)] == pytest.approx(-3.0, abs=0.2)
    assert beyond(np.array([[1.0, -4.0]]), Region.NECK).tolist() == [-3.0]
    assert beyond(np.array([[1.0, -4.0]]), Region.MOUTH).tolist() == [5.0]


def test_a_shared_smile_is_movement_of_both_sides() -> None:
    """Both are read, to a tenth, and nothing is left between them."""
    scene = Scene(noise_mm=0.01, moves=(smile(8.0),))
    signals = measure(track_of(scene), PARAMS).signals
    middle = slice(510, 550)

    for side in SIDES:
        true = scene.truth_mm(Region.MOUTH, side, signals.time_s)[middle]
        assert signals.of(Region.MOUTH, side)[middle] == pytest.approx(true, rel=0.1)
    assert np.abs(signals.one_sided_mm[middle, REGIONS.index(Region.MOUTH)]).max() < 0.2


def test_a_swaying_head_moves_nothing() -> None:
    """
    Turn, nod, tilt, shift and zoom together leave lids and skin where they are.

    The mouth corner of the mesh keeps some parallax: 1.6 mm on both sides, half of it shared.
    """
    scene = Scene(
        yaw_deg=swaying(8, 0.2),
        pitch_deg=swaying(5, 0.3),
        roll_deg=swaying(6, 0.15),
        across_mm=swaying(30, 0.1),
        closer=swaying(0.05, 0.12),
        noise_mm=0.0,
    )
    signals = measure(track_of(scene), PARAMS).signals
    mouth = REGIONS.index(Region.MOUTH)

    assert np.nanmax(np.abs(np.delete(signals.displacement_mm, mouth, axis=1))) < 0.02
    assert np.abs(signals.displacement_mm[:, mouth]).max() < 1.6
    assert np.abs(signals.one_sided_mm[:, mouth]).max() < 0.8


def test_what_could_not_be_followed_is_not_a_number() -> None:
    """Unusable frames and hidden regions are NaN, never zero."""
    scene = Scene(duration_s=6, dark_s=((2, 3),), hidden=(Region.NECK,))
    signals = measure(track_of(scene), PARAMS).signals
    neck = REGIONS.index(Region.NECK)

    assert np.isnan(signals.displacement_mm[120:180]).all()
    assert np.isnan(signals.displacement_mm[:, neck]).all()
    assert np.isnan(signals.limit(Region.NECK))
    assert np.isfinite(np.delete(signals.displacement_mm[200:], neck, axis=1)).all()
    assert np.isfinite(np.delete(signals.limit_mm, neck)).all()


def test_rest_is_what_one_side_does_most_of_the_time() -> None:
    """A hold shorter than half the window is no baseline, on a slope neither."""
    time_s = np.arange(1200) / 60
    true = np.where((time_s >= 9) & (time_s < 11), 4.0, 0.0)
    values = np.stack([true + 0.1 * time_s, 0.1 * time_s], axis=1)

    assert held(values, time_s, 5.0)[160:-160, 0] == pytest.approx(true[160:-160], abs=0.05)
    assert held(values, time_s, 5.0)[160:-160, 1] == pytest.approx(0.0, abs=0.05)
