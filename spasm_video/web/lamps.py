"""
Lamps of the recording page: is this picture good enough, and what would make it better.

A picture comes as plain pixels, so nothing of it is decoded here. The same networks and the
same limits look at it as at a video.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import CHIN, IRIS_DIAMETER_MM, MEASURED_LANDMARKS, SIDES, SKIN_WINDOWS
from spasm_video.measure.pose import head_frame
from spasm_video.observe.backends import DEFAULT_BACKEND, backend
from spasm_video.observe.head import head_picture, light_and_sharpness, place_head
from spasm_video.params import AnalysisParams
from spasm_video.records import FaceTrack, VideoFacts
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from spasm_video.observe.follow import FaceBackend, FoundFace

Floats = NDArray[np.float64]

_NECK_MM = 45.0  # below the chin, down to where the neck's skin is followed
_UNEVEN = 1.6  # one half of the face so many times as bright as the other
_TOO_NEAR = 0.8  # of the picture's height, from forehead to chin
_FACE_MM = 120.0  # forehead to chin, roughly


class Lamp(StrEnum):
    """What is looked at."""

    FACE = "face"
    DISTANCE = "distance"
    LIGHT = "light"
    HEAD = "head"
    NECK = "neck"


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp: fine or not, and the name of the sentence that says what to do."""

    lamp: Lamp
    is_fine: bool
    said: str


class Lamps:
    """Looks at single pictures; made once, used by one caller at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._finder: FaceBackend | None = None

    def look(self, image_rgb: NDArray[np.uint8], width_px: int) -> tuple[Light, ...]:
        """
        The lamps for a small picture (h, w, 3) of a camera that is ``width_px`` wide.

        Without a face only the first lamp says something.
        """
        grey = np.asarray(cv2.cvtColor(image_rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        with self._lock:
            if self._finder is None:
                self._finder = backend(DEFAULT_BACKEND, AnalysisParams().observe)
            face = self._finder.find(Frame(0, time.monotonic(), image_rgb, grey))
        if face is None:
            return (Light(Lamp.FACE, is_fine=False, said="face_none"),)
        return _judged(face, image_rgb, grey, width_px / image_rgb.shape[1])


def _judged(
    face: FoundFace, image_rgb: NDArray[np.uint8], grey: NDArray[np.uint8], zoom: float
) -> tuple[Light, ...]:
    limits = AnalysisParams().measure.quality
    head = head_frame(_track_of(face))
    yaw, pitch, roll = np.abs(head.rotation_deg[0])
    mm_per_px = float(head.mm_per_px[0])
    iris_px = IRIS_DIAMETER_MM / mm_per_px * zoom
    chin_x, chin_y = face.points_px[CHIN, :2]
    height, width = image_rgb.shape[:2]
    place = place_head(face.points_px)
    picture = head_picture(grey, place.to_head(face.points_px))
    brightness, _ = light_and_sharpness(picture)
    share = _FACE_MM / mm_per_px / height
    is_level = yaw < limits.largest_yaw_deg / 2 and pitch < limits.largest_pitch_deg / 2
    neck_y = chin_y + _NECK_MM / mm_per_px
    return (
        Light(Lamp.FACE, *_is("face", "several" if face.other_faces else "")),
        Light(
            Lamp.DISTANCE,
            *_is(
                "distance",
                "far" if iris_px < limits.good_iris_px else "near" if share > _TOO_NEAR else "",
            ),
        ),
        Light(Lamp.LIGHT, *_is("light", _light(picture, brightness, limits.darkest))),
        Light(Lamp.HEAD, *_is("head", "" if is_level and roll < _TILT_DEG else "turned")),
        Light(Lamp.NECK, *_is("neck", "" if neck_y < height and 0 < chin_x < width else "cut")),
    )


_TILT_DEG = 15.0
_DIM = 1.6  # times the darkest that is measured: noise grows long before


def _light(picture: NDArray[np.uint8], brightness: float, darkest: float) -> str:
    middle = picture.shape[1] // 2
    halves = picture[100:420, 90:middle], picture[100:420, middle : picture.shape[1] - 90]
    one, two = (float(half.mean()) + 1 for half in halves)
    if brightness < _DIM * darkest:
        return "dark"
    return "uneven" if max(one / two, two / one) > _UNEVEN else ""


def _is(name: str, what: str) -> tuple[bool, str]:
    return (not what, f"{name}_{what or 'fine'}")


def _track_of(face: FoundFace) -> FaceTrack:
    """One picture as a track, so that pose and scale are those of a video."""
    nan = float("nan")
    lids, skin = np.full((1, len(SIDES), 2), nan), (1, len(SKIN_WINDOWS), len(SIDES))
    return FaceTrack(
        time_s=np.zeros(1),
        points_px=face.points_px[list(MEASURED_LANDMARKS)][None].astype(np.float64),
        presence=np.array([face.presence]),
        lid_px=lids,
        iris_px=lids,
        skin_step_px=np.full((*skin, 2), nan),
        skin_confidence=np.full(skin, nan),
        sharpness=np.full(1, nan),
        brightness=np.full(1, nan),
        other_faces=np.array([face.other_faces]),
        taken=np.array([face.fresh]),
        video=VideoFacts(
            "", "", 0, 0, "", 0, nan, nan, nan, nan, nan, 0, 0, nan, "", mirrored=False
        ),
        observed_with="",
    )
