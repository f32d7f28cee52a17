"""What many tests share: one profile of hypothesis, and clips of a face."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

settings.register_profile("same everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same everywhere")

SAMPLES = Path(__file__).parents[1] / "sample_videos"


class FaceClips:
    """Writes short clips into a folder; ``pictures`` are a face, 480 x 480 px, for 1.5 s."""

    def __init__(self, folder: Path, pictures: Sequence[Picture]) -> None:
        self.folder = folder
        self.pictures = pictures

    def write(
        self,
        name: str,
        pictures: Sequence[Picture] | None = None,
        *,
        fps: int = 30,
        layout: dict[str, str] | None = None,
    ) -> Path:
        """A clip of these pictures, those of the face by default; ``layout`` of the container."""
        pictures = self.pictures if pictures is None else pictures
        path = self.folder / name
        with av.open(str(path), "w", options=layout) as output:
            stream = output.add_stream("libx264", rate=fps)
            stream.height, stream.width = pictures[0].shape[:2]
            stream.pix_fmt = "yuv420p"
            stream.options = {"preset": "ultrafast", "crf": "18", "g": "15"}
            for index, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = index, Fraction(1, fps)
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return path

    def noise(self, count: int = 20) -> list[Picture]:
        """Pictures without a face."""
        rng = np.random.default_rng(1)
        return [rng.integers(0, 255, self.pictures[0].shape, np.uint8) for _ in range(count)]


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test ever touches the store of whoever runs it."""
    monkeypatch.setenv("SPASM_VIDEO_STORE", f"sqlite:///{tmp_path / 'own.sqlite'}")


@pytest.fixture(scope="session")
def face_pictures() -> list[Picture]:
    """The first 1.5 s of a sample video at 480 x 480 px."""
    with av.open(str(SAMPLES / "control.mp4")) as video:
        return [
            np.asarray(cv2.resize(frame.to_ndarray(format="rgb24"), (480, 480)), np.uint8)
            for frame in islice(video.decode(video=0), 45)
        ]


@pytest.fixture
def face_clips(tmp_path: Path, face_pictures: list[Picture]) -> FaceClips:
    """Where to write clips of a face."""
    return FaceClips(tmp_path, face_pictures)
