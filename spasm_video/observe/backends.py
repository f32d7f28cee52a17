"""The backends by name: what finds the face in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasm_video.errors import ParameterError
from spasm_video.observe.follow import FaceFollower
from spasm_video.observe.mediapipe_face import MediaPipeFace

if TYPE_CHECKING:
    from spasm_video.observe.follow import FaceBackend
    from spasm_video.params import ObserveParams

DEFAULT_BACKEND = FaceFollower.name
BACKENDS = (FaceFollower.name, MediaPipeFace.name)


def backend(name: str, params: ObserveParams) -> FaceBackend:
    """
    Make the backend of this name, its networks loaded.

    Raises
    ------
    ParameterError
        if there is no backend of this name, or it cannot do what the parameters ask
    MissingPartError
        if a package, a system library or the model it needs is not installed
    """
    if name == FaceFollower.name:
        return FaceFollower(params)
    if name == MediaPipeFace.name:
        return MediaPipeFace(params)
    raise ParameterError(f"There is no backend {name!r}.", f"Name one of {', '.join(BACKENDS)}.")
