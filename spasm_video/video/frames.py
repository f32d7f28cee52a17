"""
A picture with its own time, and what can give a stream of them.

A source is opened, says what it is (``info``) and is iterated::

    with VideoFile(path) as video:
        for frame in video:
            ...

Times are seconds from the first picture of the source, strictly increasing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """
    One upright picture and its time.

    Attributes
    ----------
    index : 0 for the first picture of the source, whether or not it was selected
    time_s : seconds from the first picture of the source, by its own time stamp
    image_rgb : (h, w, 3) uint8, C-contiguous, read-only
    grey : (h, w) uint8, C-contiguous, read-only; the brightness plane as it was coded,
        so its range may be 16-235 or 0-255 (one range a source)
    """

    index: int
    time_s: float
    image_rgb: NDArray[np.uint8]
    grey: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Check the pictures and lock them: several stages read one frame at a time."""
        if self.image_rgb.shape != (*self.grey.shape, 3):
            raise ValueError(f"image_rgb {self.image_rgb.shape} and grey {self.grey.shape} differ")
        object.__setattr__(self, "image_rgb", _locked(self.image_rgb))
        object.__setattr__(self, "grey", _locked(self.grey))


def _locked(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if picture.dtype != np.uint8:
        raise ValueError(f"a picture is uint8, this one is {picture.dtype}")
    view = np.ascontiguousarray(picture).view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """
    What a source says of itself before its first picture is used.

    Attributes
    ----------
    path_name : the file name without its folder
    sha256 : hash of the file's bytes, 64 hex digits; empty for a camera
    width_px, height_px : of the upright picture, as every ``Frame`` has it
    codec, pixel_format : as FFmpeg names them, e.g. ``h264``, ``yuv420p``
    rotation_deg : clockwise turn that made the stored picture upright: 0, 90, 180 or 270
    is_flipped : whether the file also asks to show its pictures mirrored (done here)
    pixel_aspect : width of a pixel over its height in the upright picture; 1 if square
    nominal_fps : the rate the header claims; NaN if none. Never used to measure
    container_duration_s : the length the header claims; NaN if none
    decoder : versions of the libraries that decode
    """

    path_name: str
    sha256: str
    width_px: int
    height_px: int
    codec: str
    pixel_format: str
    rotation_deg: int
    is_flipped: bool
    pixel_aspect: float
    nominal_fps: float
    container_duration_s: float
    decoder: str


class FrameSource(Protocol):
    """Anything that gives frames in order of time: a file, a camera, a simulation."""

    @property
    def info(self) -> VideoInfo:
        """What the source says of itself."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """The frames, in order of time."""
        ...

    def __enter__(self) -> Self:
        """Use the source in a ``with`` block."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the file or the camera."""
        ...
