"""Head pose and scale of a head that was turned by known angles."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.anatomy import MOUTH_CORNERS
from spasm_video.measure.pose import head_frame, rigid_motion_out
from tests.measure.conftest import Scene, held_at, swaying, track_of

YAW, PITCH, ROLL = range(3)
STRAIGHT = head_frame(track_of(Scene(duration_s=1)))


def posed(yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0) -> list[float]:
    """Median angles that are read of a head held so, from those of a straight head."""
    scene = Scene(
        duration_s=1,
        yaw_deg=held_at(yaw_deg),
        pitch_deg=held_at(pitch_deg),
        roll_deg=held_at(roll_deg),
    )
    read = head_frame(track_of(scene)).rotation_deg - np.median(STRAIGHT.rotation_deg, axis=0)
    return [float(angle) for angle in np.median(read, axis=0)]


def test_a_straight_head_is_neither_turned_nor_tilted() -> None:
    """Frame by frame within a fifth of a degree."""
    assert np.abs(STRAIGHT.rotation_deg[:, [YAW, ROLL]]).max() < 0.2


@pytest.mark.parametrize("angle", [-20.0, -12.0, 5.0, 20.0])
def test_one_angle_comes_back_alone(angle: float) -> None:
    """
    Within a degree, in its own place, with its own sign.

    The scene turns the nose towards the patient's left, then up, then the crown towards
    the patient's left shoulder.
    """
    assert posed(yaw_deg=angle) == pytest.approx([angle, 0, 0], abs=1)
    assert posed(pitch_deg=angle) == pytest.approx([0, angle, 0], abs=1)
    assert posed(roll_deg=angle) == pytest.approx([0, 0, angle], abs=1)


@pytest.mark.parametrize("angle", [-35.0, 35.0])
def test_a_large_angle_comes_back(angle: float) -> None:
    """As far as a head is measured, within a degree."""
    assert posed(yaw_deg=angle)[YAW] == pytest.approx(angle, abs=1)
    assert posed(pitch_deg=angle)[PITCH] == pytest.approx(angle, abs=1)
    assert posed(roll_deg=angle)[ROLL] == pytest.approx(angle, abs=1)


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_three_angles_at_once(signs: tuple[int, int, int]) -> None:
    """Ten degrees each: still within a degree."""
    angles = [10.0 * sign for sign in signs]

    assert posed(*angles) == pytest.approx(angles, abs=1)


def test_signs_are_the_patients_own() -> None:
    """Turned to the left, the nose goes to the right of the picture; looking up, it rises."""
    nose, bridge, chin = 1, 168, 152
    turned = track_of(Scene(duration_s=0.1, yaw_deg=held_at(20)))
    nodded = track_of(Scene(duration_s=0.1, pitch_deg=held_at(20)))
    tilted = track_of(Scene(duration_s=0.1, roll_deg=held_at(20)))
    straight = track_of(Scene(duration_s=0.1))

    def ahead(track: object, axis: int) -> float:
        points = track.landmarks(nose, bridge, chin)[0, :, axis]  # type: ignore[attr-defined]
        return float(points[0] - points[1:].mean())

    assert ahead(turned, 0) > ahead(straight, 0) + 10
    assert ahead(nodded, 1) < ahead(straight, 1) - 10
    assert np.diff(tilted.landmarks(bridge, chin)[0, :, 0])[0] < -100  # the crown to the right


@pytest.mark.parametrize("px_per_mm", [0.8, 3.0, 9.0])
@pytest.mark.parametrize("yaw_deg", [0.0, 12.0])
def test_scale_comes_from_the_iris(px_per_mm: float, yaw_deg: float) -> None:
    """Within 2 % of the truth, for small and large faces, turned a little or not."""
    scene = Scene(duration_s=2, px_per_mm=px_per_mm, noise_mm=0.1, yaw_deg=swaying(yaw_deg, 1.0))

    read = head_frame(track_of(scene)).mm_per_px

    assert read == pytest.approx(1 / px_per_mm, rel=0.02)


def test_scale_follows_the_head_towards_the_camera() -> None:
    """A tenth closer is a tenth larger, in the same frame."""
    scene = Scene(duration_s=2, closer=held_at(0.1, from_s=1.0))
    read = head_frame(track_of(scene)).mm_per_px

    assert read[30] / read[90] == pytest.approx(1.1, rel=0.01)


def test_no_face_has_no_pose() -> None:
    """NaN there, and only there."""
    lost = head_frame(track_of(Scene(duration_s=1, lost_s=((0.5, 0.75),))))
    inside = (lost.time_s >= 0.5) & (lost.time_s < 0.75 - 1e-9)

    assert (np.isnan(lost.rotation_deg).all(axis=1) == inside).all()
    assert (np.isnan(lost.mm_per_px) == inside).all()


@pytest.mark.parametrize("duration_s", [0.0, 0.2])
def test_never_a_face_is_never_a_pose(duration_s: float) -> None:
    """Also without a frame at all, and without a warning."""
    head = head_frame(track_of(Scene(duration_s=duration_s, lost_s=((0, 9),))))

    assert head.rotation_deg.shape == (len(head.time_s), 3)
    assert np.isnan(head.rotation_deg).all()
    assert np.isnan(head.mm_per_px).all()


def test_what_the_head_does_is_taken_out_of_the_points() -> None:
    """Shift, tilt and zoom leave the mouth corners within 0.1 mm of their place."""
    scene = Scene(
        duration_s=20,
        roll_deg=swaying(15, 0.4),
        across_mm=swaying(40, 0.3),
        closer=swaying(0.1, 0.5),
        noise_mm=0.0,
    )
    corners = rigid_motion_out(track_of(scene), MOUTH_CORNERS, np.arange(1200)) / scene.px_per_mm

    assert np.ptp(corners, axis=0).max() < 0.1
    assert np.ptp(track_of(scene).landmarks(*MOUTH_CORNERS), axis=0).max() > 50
    assert corners[:, 0, 1] == pytest.approx(corners[:, 1, 1], abs=0.1)  # level, as the eyes
