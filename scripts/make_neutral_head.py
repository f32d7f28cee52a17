"""
Make the neutral head on which a recording is shown without its person.

    python scripts/make_neutral_head.py

The mesh of the portrait of the sample videos (public domain, NASA), averaged over a still
stretch and made symmetric: left and right are the mean of both. Written as millimetres, each
row a landmark: towards the patient's left, down, away from the camera, from the nose bridge.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from spasm_video.anatomy import IRIS_DIAMETER_MM, IRIS_ENDS, NOSE_BRIDGE, RIGID_PAIRS
from spasm_video.observe.follow import FaceFollower
from spasm_video.params import ObserveParams
from spasm_video.video.file import VideoFile

ROOT = Path(__file__).parents[1]
FRAMES = 30


def main() -> None:
    """Write ``spasm_video/report/neutral_head.csv``."""
    follower = FaceFollower(ObserveParams(crops=4))
    frames = islice(VideoFile(ROOT / "sample_videos" / "control.mp4"), FRAMES)
    faces = [face.points_px for frame in frames if (face := follower.find(frame)) is not None]
    shape = np.median(faces, axis=0)
    ends = np.array(IRIS_ENDS)
    iris_px = np.linalg.norm(shape[ends[:, 0], :2] - shape[ends[:, 1], :2], axis=1).max()
    shape = (shape - shape[NOSE_BRIDGE]) * IRIS_DIAMETER_MM / iris_px
    lefts, rights = np.array(RIGID_PAIRS).T
    across = (shape[lefts] - shape[rights]).mean(axis=0)
    for axis in (1, 2):  # level, then facing the camera
        angle = np.arctan2(across[axis], across[0])
        c, s = np.cos(angle), np.sin(angle)
        turn = np.eye(3)
        turn[[0, 0, axis, axis], [0, axis, 0, axis]] = c, s, -s, c
        shape, across = shape @ turn.T, turn @ across
    shape[:, 0] -= (shape[lefts, 0] + shape[rights, 0]).mean() / 2
    flipped = shape * (-1, 1, 1)
    _, partner = linear_sum_assignment(cdist(shape, flipped))
    symmetric = (shape + flipped[partner]) / 2
    np.savetxt(
        ROOT / "spasm_video" / "report" / "neutral_head.csv", symmetric, "%.2f", delimiter=","
    )


if __name__ == "__main__":
    main()
