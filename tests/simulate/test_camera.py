"""The camera adds light and noise, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.simulate.camera import Camera

VIEW = np.full((200, 300, 3), 120, np.float32)


def test_the_same_frame_has_the_same_noise() -> None:
    """To the byte; another frame or another seed has another."""
    picture = Camera(seed=1).taken(VIEW, 7, 0.5)

    assert np.array_equal(picture, Camera(seed=1).taken(VIEW, 7, 0.5))
    assert not np.array_equal(picture, Camera(seed=1).taken(VIEW, 8, 0.5))
    assert not np.array_equal(picture, Camera(seed=2).taken(VIEW, 7, 0.5))


def test_the_noise_is_as_strong_as_asked() -> None:
    """In grey levels; the rounding to whole ones adds its 0.08."""
    picture = Camera(noise=2.0, drift=0.0).taken(VIEW, 0, 0.0)

    assert picture.std() == pytest.approx(np.sqrt(4 + 1 / 12), rel=0.02)
    assert picture.mean() == pytest.approx(120, abs=0.05)


def test_the_light_drifts_slowly_and_little() -> None:
    """At most by its part on the whole and as much again across the picture."""
    camera = Camera(noise=0.0, drift=0.03, seed=4)
    light = np.array([camera.taken(VIEW, 0, t)[0, :, 0] for t in np.arange(0, 30, 1 / 30)]) / 120

    assert 0.03 < np.abs(light - 1).max() <= 0.064
    assert np.abs(np.diff(light, axis=0)).max() <= 0.01


def test_a_picture_stays_within_bytes() -> None:
    """Bright and dark ends are cut, never wrapped."""
    for level in (0.0, 255.0):
        picture = Camera(noise=5.0).taken(np.full((50, 50, 3), level, np.float32), 0, 0.0)

        assert picture.dtype == np.uint8
        assert abs(float(picture.mean()) - level) < 8
