"""Open a file as a video, or say in one line why it is none."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, NoReturn

import av

from spasm_video.errors import VideoError

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_SIDE_PX = 8192  # 8K; a header that claims more would ask for gigabytes a picture
_HEAD_BYTES = 12
_CHECK = "Check that it plays in a media player, or export it again as MP4."

# A file from outside must not make us open others: playlists and image sequences
# name further files and addresses, so only containers that hold their own pictures.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpeg,mpegts,mpegvideo,m4v,h264,hevc,obu,ivf,"
    "flv,asf,ogg,mjpeg,mxf,dv,nut,rm,wtv,yuv4mpegpipe,apng,av1,vvc,3gp,rawvideo"
)
_OPEN_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}


def open_video(path: Path, *, threads: int = 1) -> tuple[InputContainer, VideoStream]:
    """
    The opened file and its main video stream, ready to decode.

    Raises
    ------
    VideoError : there is no such file, or no video can be read from it
    """
    _refuse_unreadable(path)
    try:
        container = av.open(
            # An absolute path, or ffmpeg takes "12:30.mp4" for a protocol.
            str(path.absolute()),
            mode="r",
            container_options=_OPEN_OPTIONS,
            metadata_errors="replace",
        )
    except (av.FFmpegError, OSError) as error:
        _refuse_opened(path, error)
    try:
        stream = _main_stream(container, path)
    except VideoError:
        container.close()
        raise
    stream.thread_type = "AUTO"
    stream.thread_count = threads
    return container, stream


def no_picture(path: Path) -> VideoError:
    """The error for a file that opens but gives no picture."""
    return VideoError(f"No picture of {path.name} can be decoded.", _CHECK)


def refuse_size(path: Path, width_px: int, height_px: int) -> None:
    """
    Refuse pictures too large to be a video of a face.

    Raises
    ------
    VideoError : a side is longer than 8192 px
    """
    if max(width_px, height_px) > MAX_SIDE_PX:
        raise VideoError(
            f"{path.name} claims pictures of {width_px} x {height_px} px; "
            f"the limit is {MAX_SIDE_PX} px a side.",
            "Export it again at a smaller size, for example 1920 x 1080.",
        )


def _refuse_unreadable(path: Path) -> None:
    try:
        if path.is_dir():
            raise VideoError(f"{path} is a folder.", "Name one video file.")
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise VideoError(f"{path} is not a file.", "Name one video file.")
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except FileNotFoundError:
        raise VideoError(f"There is no file {path}.", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise VideoError(
            f"{path.name} cannot be opened: {reason}.", "Check the name and its permissions."
        ) from None
    if is_empty:
        raise VideoError(f"{path.name} is empty.", "Copy or record it again.")


def _refuse_opened(path: Path, error: Exception) -> NoReturn:
    if getattr(error, "errno", None) in (errno.EACCES, errno.EIO, errno.ENOMEM):
        raise VideoError(f"{path.name} cannot be opened: {error}.", _CHECK) from None
    with path.open("rb") as file:
        is_mp4 = file.read(_HEAD_BYTES)[4:8] in (b"ftyp", b"mdat", b"wide", b"free")
    if is_mp4:
        raise VideoError(
            f"{path.name} was cut off: the part that says where its pictures are is missing.",
            "Copy it again from the camera; if it is as short there, it was not saved.",
        ) from None
    raise VideoError(f"{path.name} is not a video.", _CHECK) from None


def _main_stream(container: InputContainer, path: Path) -> VideoStream:
    # The cover picture of a song counts as video to ffmpeg.
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        raise VideoError(f"{path.name} has no pictures, only sound or data.", "Name a video.")
    best = container.streams.best("video")
    stream = next((s for s in streams if best is not None and s.index == best.index), streams[0])
    if stream.codec_context is None:  # PyAV: no decoder for it
        raise VideoError(f"The coding of {path.name} is unknown.", _CHECK)
    refuse_size(path, stream.width, stream.height)
    return stream
