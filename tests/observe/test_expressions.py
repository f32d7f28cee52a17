"""MediaPipe's expression network on the points of a kept track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.errors import TrackError
from spasm_video.observe.expressions import INPUT_LANDMARKS, expressions
from spasm_video.observe.weights import manifest

if TYPE_CHECKING:
    from pathlib import Path


def test_the_network_gets_the_points_it_was_made_for() -> None:
    """As many as its input has, none twice, in rising order."""
    assert (len(INPUT_LANDMARKS), 2) == manifest()["face_blendshapes"].input.shape[1:]
    assert list(INPUT_LANDMARKS) == sorted(set(INPUT_LANDMARKS))


def test_a_file_that_is_no_track_is_named(tmp_path: Path) -> None:
    """Rather than a traceback."""
    path = tmp_path / "track.npz"
    np.savez(path, time_s=np.zeros(3))
    with pytest.raises(TrackError, match=r"track\.npz"):
        expressions(path)
