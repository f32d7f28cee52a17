"""
Make the face that de-identified tracks are drawn on: that of a sample video, made symmetric.

    python scripts/make_plain_face.py TRACK.npz    of sample_videos/control.mp4, as analyze wrote it

The sample is a portrait by NASA, in the public domain. Writes
``spasm_video/batch/plain_face.json``: landmark to x, y, z in mm of a face whose iris is
11.7 mm wide, about the middle of its rigid points; x to the patient's left, y down.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from spasm_video.anatomy import IRIS_DIAMETER_MM, IRIS_ENDS, MEASURED_LANDMARKS
from spasm_video.batch.shape import own_shape
from spasm_video.observe.track import load_track

OUT = Path(__file__).parents[1] / "spasm_video" / "batch" / "plain_face.json"
DIGITS = 3


def main() -> None:
    """Write the file."""
    shape_px = own_shape(load_track(Path(sys.argv[1]))).shape_px
    mirrored = shape_px * (-1, 1, 1)
    apart = np.linalg.norm(shape_px[:, None] - mirrored[None], axis=2)
    _, partner = linear_sum_assignment(apart)
    face_px = (shape_px + mirrored[partner]) / 2
    across, back = (MEASURED_LANDMARKS.index(number) for number in IRIS_ENDS[0])
    face = face_px * IRIS_DIAMETER_MM / np.linalg.norm((face_px[across] - face_px[back])[:2])
    plain = {
        str(number): [round(float(mm), DIGITS) + 0.0 for mm in point]
        for number, point in zip(MEASURED_LANDMARKS, face, strict=True)
    }
    OUT.write_text(json.dumps(plain, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
