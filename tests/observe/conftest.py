"""Faces to look at: one of known millimetres, and the portrait where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from spasm_video.anatomy import (
    EYE_CORNERS,
    IRIS_ENDS,
    NOSE_BRIDGE,
    REGIONS,
    RIGID_LANDMARKS,
    SIDES,
    Region,
    Side,
)
from spasm_video.observe.detector import FaceDetector
from spasm_video.observe.mesh import FaceMesh, crop_of_box, crop_of_points
from spasm_video.simulate.nasa_portrait import nasa_portrait
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from spasm_video.simulate.portrait import Portrait

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]
FrameOf = Callable[..., Frame]
Posed = Callable[..., Picture]
Seen = Callable[..., Floats]


@pytest.fixture(scope="session")
def face_mm() -> Floats:
    """
    (478, 3) a level face, millimetres from the nose bridge: x to the image's right, y down.

    The eyes and the rigid points are where a face has them, the rest is strewn about.
    """
    rng = np.random.default_rng(1)
    points = rng.uniform((-60, -60, -20), (60, 90, 20), (478, 3))
    points[list(RIGID_LANDMARKS)] = rng.uniform((-50, -40, 0), (50, 40, 1), (21, 3))
    points[NOSE_BRIDGE] = 0
    for side, outward in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        index = SIDES.index(side)
        points[list(EYE_CORNERS[index]), :2] = [[outward * 45, 5], [outward * 17, 5]]
        points[list(IRIS_ENDS[index]), :2] = [[outward * 31 + 5.85, 4], [outward * 31 - 5.85, 4]]
    return points


@pytest.fixture(scope="session")
def seen(face_mm: Floats) -> Seen:
    """Take the face of known millimetres into a picture, (478, 3) px."""

    def take(
        px_per_mm: float = 2.0, turn_deg: float = 0.0, at_px: tuple[float, float] = (320.0, 180.0)
    ) -> Floats:
        c, s = cos(radians(turn_deg)), sin(radians(turn_deg))
        points = face_mm * px_per_mm
        points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]]) + at_px
        return points

    return take


@pytest.fixture(scope="session")
def frame_of() -> FrameOf:
    """Make a frame of a colour picture, its brightness beside it."""

    def make(picture: Picture, index: int = 0, time_s: float | None = None) -> Frame:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        return Frame(index, index / 30 if time_s is None else time_s, picture, grey)

    return make


@pytest.fixture(scope="session")
def portrait() -> Portrait:
    """The NASA portrait in its square, 2.6 px a millimetre."""
    pytest.importorskip("skimage")
    return nasa_portrait()


@pytest.fixture(scope="session")
def posed(portrait: Portrait) -> Posed:
    """Photograph the portrait, still but for ``region=(left, right)`` (closure, else mm)."""

    def photograph(*, gaze_mm: float = 0.0, **moved: tuple[float, float]) -> Picture:
        table = np.zeros((len(REGIONS), len(SIDES)))
        for region, sides in moved.items():
            table[REGIONS.index(Region(region))] = sides
        view = portrait.posed(table, gaze_mm=gaze_mm)
        return np.asarray(np.clip(np.rint(view), 0, 255), np.uint8)

    return photograph


@pytest.fixture(scope="session")
def rest(posed: Posed) -> Picture:
    """The portrait at rest, (h, w, 3)."""
    return posed()


@pytest.fixture(scope="session")
def detector() -> FaceDetector:
    """The detector at its usual score."""
    return FaceDetector(minimum_score=0.5)


@pytest.fixture(scope="session")
def mesh() -> FaceMesh:
    """The landmark network on one crop."""
    return FaceMesh()


@pytest.fixture(scope="session")
def rest_px(rest: Picture, detector: FaceDetector, mesh: FaceMesh) -> Floats:
    """(478, 3) the points of the portrait at rest, its crop settled."""
    crop = crop_of_box(detector.detect(rest)[0])
    for _ in range(3):
        crop = crop_of_points(mesh.points(rest, crop)[0])
    return mesh.points(rest, crop)[0]
