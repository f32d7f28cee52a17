"""A frame is a pair of pictures nobody can change."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.video.frames import Frame


def test_the_pictures_of_a_frame_are_locked() -> None:
    """Several stages read one frame at a time, so none may write into it."""
    frame = Frame(0, 0.0, np.zeros((4, 6, 3), np.uint8), np.zeros((4, 6), np.uint8))

    with pytest.raises(ValueError, match="read-only"):
        frame.grey[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        frame.image_rgb[0, 0, 0] = 1


def test_a_frame_locks_its_own_view() -> None:
    """The caller's array stays the caller's."""
    grey = np.zeros((4, 6), np.uint8)
    Frame(0, 0.0, np.zeros((4, 6, 3), np.uint8), grey)

    grey[0, 0] = 7

    assert grey[0, 0] == 7


def test_the_pictures_of_a_frame_are_contiguous() -> None:
    """A cut-out or a turned view becomes C-contiguous: networks read it as it lies."""
    wide = np.arange(4 * 8 * 3, dtype=np.uint8).reshape(4, 8, 3)

    frame = Frame(0, 0.0, wide[:, :6], wide[:, :6, 0])

    assert frame.image_rgb.flags.c_contiguous
    assert frame.grey.flags.c_contiguous
    np.testing.assert_array_equal(frame.image_rgb, wide[:, :6])


def test_pictures_of_two_sizes_are_refused() -> None:
    """Grey and RGB show the same picture."""
    with pytest.raises(ValueError, match="differ"):
        Frame(0, 0.0, np.zeros((4, 6, 3), np.uint8), np.zeros((6, 4), np.uint8))


def test_pictures_of_other_numbers_are_refused() -> None:
    """A picture is bytes."""
    grey = np.zeros((4, 6), np.float32)
    with pytest.raises(ValueError, match="uint8"):
        Frame(0, 0.0, np.zeros((4, 6, 3), np.uint8), grey)  # type: ignore[arg-type]
