"""
Follow one face through the frames and read everything the measurement needs.

The largest face is taken and kept while it stays; the detector runs only when it is lost
and, now and then, to count other faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import RIGID_LANDMARKS
from spasm_video.observe.detector import FaceDetector
from spasm_video.observe.mesh import Anchor, FaceMesh, crop_of_box, crop_of_points

if TYPE_CHECKING:
    from spasm_video.observe.detector import FaceBox
    from spasm_video.observe.mesh import Crop
    from spasm_video.params import ObserveParams
    from spasm_video.video.frames import Frame

Floats = NDArray[np.float64]
_RIGID = np.array(RIGID_LANDMARKS)
_SETTLE = 3  # runs until the first crop sits still on the face


@dataclass(frozen=True, slots=True)
class FoundFace:
    """
    A face in one frame.

    ``points_px`` (478, 3); ``fresh`` is true on the first frame after a face was taken,
    when everything that remembers the old face must forget it.
    """

    points_px: Floats
    presence: float
    fresh: bool
    other_faces: int


class FaceBackend(Protocol):
    """What finds a face: the built-in networks or MediaPipe's own runtime."""

    name: str

    def find(self, frame: Frame) -> FoundFace | None:
        """Look at the next frame; None when no face is there."""


class FaceFollower:
    """The built-in backend: detector when lost, else the crop of the frame before."""

    name = "onnxruntime"

    def __init__(self, params: ObserveParams) -> None:
        self._params = params
        self._detector = FaceDetector(minimum_score=params.detector_score)
        self._mesh = FaceMesh(crops=params.crops)
        self._held: tuple[Anchor, Crop] | None = None
        self._looked_s = -np.inf
        self._others = 0

    def find(self, frame: Frame) -> FoundFace | None:
        """Find the followed face, or take the largest one."""
        face = self._follow(frame)
        if face is None:
            self._held = None
            face = self._take(frame)
        return face

    def _follow(self, frame: Frame) -> FoundFace | None:
        """Find the face in the crop of the frame before; None when it is not there."""
        if self._held is None:
            return None
        anchor, crop = self._held
        points_px, presence = self._mesh.points(frame.image_rgb, crop)
        if presence < self._params.minimum_presence:
            return None
        self._held = anchor, anchor.crop_for(points_px)
        if frame.time_s - self._looked_s >= self._params.look_again_s:
            self._look_around(frame, points_px)
        return FoundFace(points_px, presence, fresh=False, other_faces=self._others)

    def _take(self, frame: Frame) -> FoundFace | None:
        """Start on the largest face of the frame."""
        thorough = frame.time_s - self._looked_s >= self._params.look_again_s
        if thorough:
            self._looked_s = frame.time_s
        faces = self._detector.detect(frame.image_rgb, thorough=thorough)
        if not faces:
            return None
        self._others = len(faces) - 1
        crop = crop_of_box(faces[0])
        for _ in range(_SETTLE):
            points_px, presence = self._mesh.points(frame.image_rgb, crop)
            if presence < self._params.minimum_presence:
                return None
            crop = crop_of_points(points_px)
        points_px, presence = self._mesh.points(frame.image_rgb, crop)
        if presence < self._params.minimum_presence:
            return None
        anchor = Anchor(points_px[_RIGID, :2].copy(), crop)
        self._held = anchor, anchor.crop_for(points_px)
        return FoundFace(points_px, presence, fresh=True, other_faces=self._others)

    def _look_around(self, frame: Frame, points_px: Floats) -> None:
        """Count other faces; let go of a mesh that no detection supports."""
        self._looked_s = frame.time_s
        faces = self._detector.detect(frame.image_rgb)
        if not faces:
            return
        own = [face for face in faces if _holds(face, points_px)]
        self._others = len(faces) - len(own)
        if not own and faces[0].score > self._params.sure_score:
            self._held = None


def _holds(face: FaceBox, points_px: Floats) -> bool:
    x_px, y_px = points_px[_RIGID, :2].mean(axis=0)
    inside: bool = face.left_px < x_px < face.right_px and face.top_px < y_px < face.bottom_px
    return inside
