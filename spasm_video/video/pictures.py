"""From a decoded picture to upright RGB and grey arrays."""

from __future__ import annotations

import math
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

_BYTE_BITS = 8
_LUMA_FIRST = ("yuv4", "yuvj4", "yuva4", "nv12", "nv21", "nv16", "nv24", "gray")  # plane 0 is luma
_NATIVE_ORDER = "le" if sys.byteorder == "little" else "be"


@dataclass(frozen=True, slots=True)
class Orientation:
    """What makes a stored picture upright: transpose, then mirror along x, along y."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def rotation_deg(self) -> int:
        """The clockwise turn, 0, 90, 180 or 270; of a flipped picture, the turn before it."""
        if self.transpose:
            return 90 if self.flip_x != self.is_flipped else 270
        return 180 if self.flip_y else 0

    @property
    def is_flipped(self) -> bool:
        """Whether left and right are exchanged, which no turn does."""
        return self.transpose ^ self.flip_x ^ self.flip_y

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The upright picture; the same array if it was upright."""
        if self.transpose:
            picture = cast("NDArray[np.uint8]", cv2.transpose(picture))
        if self.flip_x or self.flip_y:
            code = -1 if self.flip_x and self.flip_y else int(self.flip_x)
            picture = cast("NDArray[np.uint8]", cv2.flip(picture, code))
        return picture


def orientation_of(frame: VideoFrame) -> Orientation:
    """
    How the file asks to show its pictures, to the nearest right angle.

    The display matrix sends the stored point (x, y) to (a x + c y, b x + d y).
    """
    side_data = cast("Any", frame.side_data)  # the stubs know motion vectors only
    try:
        a, b, _, c, d = struct.unpack("=9i", bytes(side_data["DISPLAYMATRIX"]))[:5]
    except (KeyError, struct.error):
        return Orientation()
    if math.hypot(a, d) >= math.hypot(b, c):
        return Orientation(flip_x=a < 0, flip_y=d < 0)
    return Orientation(transpose=True, flip_x=c < 0, flip_y=b < 0)


class PictureMaker:
    """
    Turns decoded pictures into arrays, all of one size and orientation.

    A picture of another size than ``width_px`` x ``height_px`` (as stored) is scaled to
    it, as a player does: recordings of video calls change their size as they go.
    """

    def __init__(self, width_px: int, height_px: int, orientation: Orientation) -> None:
        self._size_px = (width_px, height_px)
        self._orientation = orientation
        self._to_rgb = VideoReformatter()
        self._to_grey = VideoReformatter()

    def image_rgb(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The upright picture, (h, w, 3) uint8, C-contiguous."""
        return self._upright(self._converted(frame, "rgb24", self._to_rgb))

    def grey(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The upright brightness, (h, w) uint8, C-contiguous; as coded where it was coded."""
        if (frame.width, frame.height) == self._size_px:
            plane = _luma(frame)
            if plane is not None:
                return self._upright(plane)
        return self._upright(self._converted(frame, "gray", self._to_grey))

    def _upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(self._orientation.apply(picture))

    def _converted(
        self, frame: VideoFrame, pixel_format: str, reformatter: VideoReformatter
    ) -> NDArray[np.uint8]:
        width_px, height_px = self._size_px
        # One thread: the callers run stages side by side; more cost more in all.
        converted = reformatter.reformat(
            frame, width=width_px, height=height_px, format=pixel_format, threads=1
        )
        return cast("NDArray[np.uint8]", converted.to_ndarray())


def _luma(frame: VideoFrame) -> NDArray[np.uint8] | None:
    """The top eight bits of the luma plane, a copy; None if the format has no such plane."""
    name, bits = frame.format.name, frame.format.components[0].bits
    if not name.startswith(_LUMA_FIRST):
        return None
    if bits == _BYTE_BITS:
        return _plane(frame, np.dtype(np.uint8)).copy()
    is_low_aligned = name.endswith(_NATIVE_ORDER) and "msb" not in name
    if not (_BYTE_BITS < bits <= 2 * _BYTE_BITS and is_low_aligned):
        return None
    grey = np.empty((frame.height, frame.width), np.uint8)
    plane = _plane(frame, np.dtype(np.uint16))
    np.right_shift(plane, bits - _BYTE_BITS, out=grey, casting="unsafe")
    return grey


def _plane(frame: VideoFrame, kind: np.dtype[Any]) -> NDArray[Any]:
    plane = frame.planes[0]
    # The stubs do not say that a plane is a buffer.
    rows: NDArray[Any] = np.frombuffer(cast("Any", plane), kind).reshape(plane.height, -1)
    return rows[:: 1 if plane.line_size > 0 else -1, : frame.width]
