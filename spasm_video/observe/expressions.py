"""
What MediaPipe's expression network says of the two sides of a face.

For comparison only: nothing that is measured rests on it. It reads the kept track, which has
all 478 points, so a video need not be seen twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.observe.track import load_points
from spasm_video.observe.weights import load_network

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Google's list of the points that the network takes (face_blendshapes_graph.cc).
INPUT_LANDMARKS = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65,
    66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136,
    144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168,
    172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276,
    282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318,
    321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380,
    381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466,
    468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
)  # fmt: skip
# Places of left and right in the network's 52 scores.
_LEFT = {"eyeBlink": 9, "eyeSquint": 19, "mouthSmile": 44}
_RIGHT = {"eyeBlink": 10, "eyeSquint": 20, "mouthSmile": 45}


@dataclass(frozen=True, slots=True, eq=False)
class Expressions:
    """Scores of 0 to 1 by name, (n, 2) left and right; NaN in frames without a face."""

    time_s: Floats
    scores: dict[str, Floats]


def expressions(track_file: Path) -> Expressions:
    """
    Run the network on every frame of a kept track.

    Raises
    ------
    TrackError : the file is not a track
    ModelError : the network is missing or has changed
    """
    time_s, points_px = load_points(track_file, INPUT_LANDMARKS)
    network = load_network("face_blendshapes")
    all_scores = np.full((len(time_s), 52), np.nan)
    for i in np.flatnonzero(np.isfinite(points_px).all(axis=(1, 2))):
        all_scores[i] = network(points_px[i : i + 1, :, :2])[0][0]  # one face at a time
    return Expressions(time_s, {name: all_scores[:, [_LEFT[name], _RIGHT[name]]] for name in _LEFT})
