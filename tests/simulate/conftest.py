"""Faces to be moved: a drawn one with known marks, and the portrait where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.simulate.nasa_portrait import CLOSE_UP, FACE, nasa_portrait
from spasm_video.simulate.portrait import Portrait

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.simulate.arrays import Plane


@pytest.fixture(scope="session")
def drawn_face() -> Callable[[Callable[[Plane, Plane], Plane]], Portrait]:
    """A face of the portrait's measures, painted grey by a function of (x, y), px."""
    blank = Portrait.framed(np.zeros((512, 512, 3), np.uint8), FACE, CLOSE_UP)

    def draw(paint: Callable[[Plane, Plane], Plane]) -> Portrait:
        y, x = np.mgrid[0 : blank.picture.shape[0], 0 : blank.picture.shape[1]].astype(np.float32)
        grey = np.asarray(paint(x, y), np.float32)
        return Portrait(np.repeat(grey[..., None], 3, axis=2), blank.face, blank.size_px)

    return draw


@pytest.fixture(scope="session")
def portrait() -> Portrait:
    """The NASA portrait in its square."""
    pytest.importorskip("skimage")
    return nasa_portrait()
