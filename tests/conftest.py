"""What many tests share: one profile of hypothesis, and clips of a face."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

settings.register_profile("same everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same everywhere")

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_videos"


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


@pytest.fixture(scope="session")
def lasting_clips(
    tmp_path_factory: pytest.TempPathFactory, face_pictures: list[Picture]
) -> FaceClips:
    """Where to write clips that many tests read."""
    return FaceClips(tmp_path_factory.mktemp("clips"), face_pictures)


@pytest.fixture(scope="session")
def chores() -> Iterator[Any]:
    """Work for worker processes, under a name by which they find it too."""
    folder = str(Path(__file__).parent / "batch")
    sys.path.insert(0, folder)
    yield importlib.import_module("chores")
    sys.path.remove(folder)


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real scheduler with two real workers, each a process of its own."""
    folder = tmp_path_factory.mktemp("dask")
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "batch"), *sys.path])
    environment = os.environ | {"PYTHONPATH": path}
    known = folder / "scheduler.json"
    tell = ["--scheduler-file", str(known)]
    here = ["--host", "127.0.0.1"]
    calls = [["dask_scheduler", *here, "--port", "0", "--no-dashboard", *tell]]
    calls += [
        ["dask_worker", *tell, *here, "--nthreads", "1", "--no-dashboard", "--memory-limit", "0",
         "--local-directory", str(folder), nanny]
        for nanny in ("--nanny", "--no-nanny")  # under a nanny, and bare
    ]  # fmt: skip
    with ExitStack() as ending, (folder / "log.txt").open("w") as log:
        for name, *arguments in calls:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *arguments],
                env=environment, stdout=log, stderr=log, cwd=folder,
            )  # fmt: skip
            ending.callback(process.wait, 20)
            ending.callback(process.terminate)
        deadline_s = time.monotonic() + 60
        while not known.exists():
            assert time.monotonic() < deadline_s, (folder / "log.txt").read_text()
            time.sleep(0.05)
        yield json.loads(known.read_text())["address"]
