"""
A camera as a source of frames, and a file played as if it were one.

Each picture has the time at which the camera's driver took it, or where the driver does not
tell, at which it came; never its number over a rate. Pictures are not mirrored.
"""

from __future__ import annotations

import math
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import cv2
import numpy as np

from spasm_video.errors import CameraError
from spasm_video.video.frames import Frame, VideoInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from numpy.typing import NDArray

    from spasm_video.video.frames import FrameSource

_WIDTH_PX, _HEIGHT_PX, _FPS = 1280, 720, 60  # asked for; the camera gives what it can
_LEAST_STEP_S = 1e-4  # the same picture again
_CLOCKS_APART_S = 0.5  # a driver's clock that runs otherwise than the machine's is not believed
_READS_IN_VAIN = 10


class Device(Protocol):
    """What is used of ``cv2.VideoCapture``."""

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        """Whether the camera answers."""

    def read(self) -> tuple[bool, Any]:
        """The next picture, BGR; false when there is none."""

    def get(self, propId: int) -> float:  # noqa: N803 (OpenCV's name)
        """A property of the camera."""

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        """Ask for a property."""

    def release(self) -> None:
        """Let go of the camera."""


class Webcam:
    """
    Camera ``number`` of this machine, from 0.

    Raises
    ------
    CameraError : it is absent, busy or not allowed; while it is read: it was lost
    """

    def __init__(
        self,
        number: int = 0,
        *,
        open_device: Callable[[int], Device] | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._number, self._now_s = number, now_s
        _refuse_absent(number, is_real=open_device is None)
        self._device = (open_device or _open)(number)
        try:
            if not self._device.isOpened():
                _refuse_unopened(number)
            self._device.set(cv2.CAP_PROP_FRAME_WIDTH, _WIDTH_PX)
            self._device.set(cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT_PX)
            self._device.set(cv2.CAP_PROP_FPS, _FPS)
            self._first = self._picture()
        except BaseException:
            self._device.release()
            raise
        height_px, width_px = self._first.shape[:2]
        self._info = VideoInfo(
            path_name=f"camera {number}",
            sha256="",
            width_px=width_px,
            height_px=height_px,
            codec="",
            pixel_format="bgr24",
            rotation_deg=0,
            is_flipped=False,
            pixel_aspect=1.0,
            nominal_fps=self._device.get(cv2.CAP_PROP_FPS) or math.nan,
            container_duration_s=math.nan,
            decoder=f"OpenCV {cv2.__version__}",
        )

    @property
    def info(self) -> VideoInfo:
        """What the camera says of itself."""
        return self._info

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the camera."""
        self._device.release()

    def __iter__(self) -> Iterator[Frame]:
        """
        The frames as they come, for as long as they are asked for.

        Raises
        ------
        CameraError : the camera gives no picture any more
        """
        clock = _CameraClock()
        picture, index, last_s = self._first, 0, -math.inf
        while True:
            time_s = clock.time_s(self._device.get(cv2.CAP_PROP_POS_MSEC) / 1000, self._now_s())
            if time_s - last_s >= _LEAST_STEP_S:
                rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
                grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
                yield Frame(index, time_s, rgb, grey)
                index, last_s = index + 1, time_s
            picture = self._picture()

    def _picture(self) -> NDArray[np.uint8]:
        for _ in range(_READS_IN_VAIN):
            with suppress(cv2.error):
                is_there, picture = self._device.read()
                if is_there and picture is not None:
                    return cast("NDArray[np.uint8]", picture)
        raise CameraError(
            f"Camera {self._number} gives no picture.",
            "Plug it in again, or close the program that uses it. What was recorded is kept.",
        )


class Played:
    """A source whose frames come at their own times, as from a camera."""

    def __init__(
        self,
        source: FrameSource,
        *,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source, self._now_s, self._sleep = source, now_s, sleep

    @property
    def info(self) -> VideoInfo:
        """What the source says of itself."""
        return self._source.info

    def __enter__(self) -> Self:
        self._source.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the source."""
        self._source.__exit__(kind, error, traceback)

    def __iter__(self) -> Iterator[Frame]:
        """Each frame when it is due; one that is late comes at once."""
        began_s: float | None = None
        for frame in self._source:
            if began_s is None:
                began_s = self._now_s() - frame.time_s
            wait_s = began_s + frame.time_s - self._now_s()
            if wait_s > 0:
                self._sleep(wait_s)
            yield frame


class _CameraClock:
    """Seconds from the first picture, by the driver's clock while it can be believed."""

    def __init__(self) -> None:
        self._driver_from_s = self._machine_from_s = math.nan
        self._last_s = self._last_machine_s = 0.0
        self._is_believed = True

    def time_s(self, driver_s: float, machine_s: float) -> float:
        if math.isnan(self._machine_from_s):
            self._driver_from_s, self._machine_from_s = driver_s, machine_s
            self._is_believed = driver_s > 0
        taken_s = driver_s - self._driver_from_s
        came_s = machine_s - self._machine_from_s
        if self._is_believed and abs(taken_s - came_s) > _CLOCKS_APART_S:
            self._is_believed = False  # time goes on from the last picture
            self._machine_from_s = self._last_machine_s - self._last_s
            came_s = machine_s - self._machine_from_s
        self._last_s, self._last_machine_s = taken_s if self._is_believed else came_s, machine_s
        return self._last_s


def _open(number: int) -> Device:
    return cast("Device", cv2.VideoCapture(number))


def _refuse_absent(number: int, *, is_real: bool) -> None:
    if number < 0:
        raise CameraError(f"There is no camera {number}.", "Cameras count from 0: --camera 0")
    if not (is_real and sys.platform == "linux") or Path(f"/dev/video{number}").exists():
        return
    there = sorted(int(p.name[5:]) for p in Path("/dev").glob("video*") if p.name[5:].isdigit())
    raise CameraError(
        f"There is no camera {number}.",
        f"There is: --camera {there[0]}"
        if there
        else "Plug one in, or show a video: spasm-video live --source FILE",
    )


def _refuse_unopened(number: int) -> None:
    path = Path(f"/dev/video{number}")
    if sys.platform == "linux" and path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise CameraError(
            f"Camera {number} may not be used.",
            "Allow it, then log in again: sudo usermod -aG video $USER",
        )
    raise CameraError(
        f"Camera {number} is busy or absent.",
        "Close other programs that show it (calls, browsers), or choose another: --camera 1",
    )
