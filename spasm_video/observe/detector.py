"""
Where the faces are: BlazeFace, the detector of the Face Landmarker.

Run only when no face is followed and now and then to count other faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from spasm_video.observe.weights import load_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spasm_video.observe.weights import Network

_INPUT_PX = 128
_STRIDES_AND_ANCHORS = ((8, 2), (16, 6))  # grid stride of 128 px, anchors a cell
_OVERLAP = 0.3  # boxes that share more are the same face (as in MediaPipe's graph)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FaceBox:
    """
    One found face, in image pixels.

    ``eyes_px`` (2, 2): the image-left eye, then the image-right eye.
    """

    left_px: float
    top_px: float
    right_px: float
    bottom_px: float
    eyes_px: Floats
    score: float

    @property
    def size_px(self) -> float:
        """The longer side."""
        return max(self.right_px - self.left_px, self.bottom_px - self.top_px)

    @property
    def centre_px(self) -> Floats:
        """(2,) x, y."""
        return np.array([(self.left_px + self.right_px) / 2, (self.top_px + self.bottom_px) / 2])


class FaceDetector:
    """Finds faces in a picture; falls back to tiles for small ones."""

    def __init__(self, *, minimum_score: float) -> None:
        self._net: Network = load_network("face_detector")
        self._minimum_score = minimum_score
        self._anchors = _anchor_centres()

    def detect(self, image_rgb: NDArray[np.uint8], *, thorough: bool = False) -> list[FaceBox]:
        """
        All faces in (h, w, 3) uint8, largest first; empty when there is none.

        ``thorough`` looks again in overlapping squares when the whole picture shows
        nothing: the network sees 128 px, so a face below a tenth of the picture is lost.
        """
        faces = self._in_square(image_rgb, 0, 0, max(image_rgb.shape[:2]))
        if thorough and not faces:
            found = [
                face
                for x_px, y_px, side_px in _tiles(*image_rgb.shape[:2])
                for face in self._in_square(image_rgb, x_px, y_px, side_px)
            ]
            faces = _merge_overlaps(found)
        return sorted(faces, key=lambda face: -face.size_px)

    def _in_square(
        self, image_rgb: NDArray[np.uint8], x_px: float, y_px: float, side_px: int
    ) -> list[FaceBox]:
        height, width = image_rgb.shape[:2]
        if side_px >= max(height, width):  # the whole picture, centred as in the letterbox
            x_px, y_px = (width - side_px) / 2, (height - side_px) / 2
        scale = _INPUT_PX / side_px
        to_net = np.array([[scale, 0, -x_px * scale], [0, scale, -y_px * scale]])
        small = cv2.warpAffine(image_rgb, to_net, (_INPUT_PX, _INPUT_PX), flags=cv2.INTER_LINEAR)
        regressors, logits = self._net((small.astype(np.float32) / 127.5 - 1.0)[None])
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0].astype(np.float64), -100, 100)))
        kept = np.flatnonzero(scores >= self._minimum_score)
        raw = regressors[0, kept].astype(np.float64)
        centres = raw[:, :2] + self._anchors[kept] * _INPUT_PX
        corner = np.array([x_px, y_px], dtype=np.float64)
        boxes = []
        for i, centre in enumerate(centres):
            half = raw[i, 2:4] / 2
            low, high = (centre - half) / scale + corner, (centre + half) / scale + corner
            eyes = raw[i, 4:8].reshape(2, 2) + self._anchors[kept[i]] * _INPUT_PX
            score = float(scores[kept[i]])
            boxes.append(_box([*low, *high], eyes / scale + corner, score))
        return _merge_overlaps(boxes)


def _anchor_centres() -> Floats:
    """(896, 2) fractions of the input, in the order of the network's outputs."""
    centres = []
    for stride, count in _STRIDES_AND_ANCHORS:
        cells = _INPUT_PX // stride
        grid = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(grid, grid, indexing="ij")
        centres.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(centres)


def _tiles(height: int, width: int) -> Iterator[tuple[int, int, int]]:
    short = min(height, width)
    for side in (short, short // 2):
        if side < _INPUT_PX // 2:
            return
        for y in np.unique(np.linspace(0, height - side, 1 + -(-2 * (height - side) // side))):
            for x in np.unique(np.linspace(0, width - side, 1 + -(-2 * (width - side) // side))):
                yield int(x), int(y), side


def _overlap(one: FaceBox, two: FaceBox) -> float:
    width = min(one.right_px, two.right_px) - max(one.left_px, two.left_px)
    height = min(one.bottom_px, two.bottom_px) - max(one.top_px, two.top_px)
    shared = max(width, 0.0) * max(height, 0.0)
    areas = [(f.right_px - f.left_px) * (f.bottom_px - f.top_px) for f in (one, two)]
    return shared / (sum(areas) - shared + 1e-9)


def _merge_overlaps(boxes: list[FaceBox]) -> list[FaceBox]:
    """Boxes of one face become their mean, weighted by score (MediaPipe's weighted NMS)."""
    left = sorted(boxes, key=lambda box: -box.score)
    merged = []
    while left:
        best = left[0]
        same = [box for box in left if _overlap(best, box) > _OVERLAP]
        left = [box for box in left if _overlap(best, box) <= _OVERLAP]
        weights = np.array([box.score for box in same])
        weights /= weights.sum()
        sides = np.array([[b.left_px, b.top_px, b.right_px, b.bottom_px] for b in same])
        eyes = np.tensordot(weights, np.stack([box.eyes_px for box in same]), axes=1)
        merged.append(_box(weights @ sides, eyes, best.score))
    return merged


def _box(sides_px: Iterable[float], eyes_px: Floats, score: float) -> FaceBox:
    """Left, top, right, bottom."""
    left, top, right, bottom = (float(side) for side in sides_px)
    return FaceBox(left, top, right, bottom, eyes_px, score)
