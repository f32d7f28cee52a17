"""
The saved seam: a ``FaceTrack`` on disk, written frame by frame, read without pickles.

A track file is a NumPy ``.npz``. While a video runs its rows go to plain files, so that
memory stays flat however long it is; all 478 points are kept on disk, and reading takes
only the landmarks the measurement uses. Points are rounded to 1/256 px, a tenth of their
noise: what is measured is what was saved, so a saved track gives the same bytes.
"""

from __future__ import annotations

import json
import tempfile
import tokenize
import zipfile
import zlib
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import MEASURED_LANDMARKS, SIDES, SKIN_WINDOWS
from spasm_video.errors import TrackError
from spasm_video.records import FaceTrack, VideoFacts

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType

    from spasm_video.observe.observer import Reading

Array = NDArray[Any]

_FORMAT = 1
_POINTS = 478
_STEPS_PER_PX = 256.0
_CHUNK_FRAMES = 512
_LEVEL = 1  # of deflate
_EPOCH = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same track is the same bytes
_REMEDY = "Analyze the video again to make a new track."
# What a damaged file can raise on its way through zipfile, zlib, NumPy's format and json.
_DAMAGE = (
    ValueError, TypeError, KeyError, EOFError, OSError, RuntimeError, MemoryError, OverflowError,
    SyntaxError, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_W, _S = len(SKIN_WINDOWS), len(SIDES)
_ROWS: dict[str, tuple[tuple[int, ...], str]] = {
    "time_s": ((), "<f8"),
    "points_px": ((_POINTS, 3), "<f4"),
    "presence": ((), "<f4"),
    "lid_px": ((_S, 2), "<f4"),
    "iris_px": ((_S, 2), "<f4"),
    "skin_step_px": ((_W, _S, 2), "<f4"),
    "skin_confidence": ((_W, _S), "<f4"),
    "sharpness": ((), "<f4"),
    "brightness": ((), "<f4"),
    "other_faces": ((), "u1"),
    "taken": ((), "?"),
}


class TrackWriter:
    """
    Collects the readings of a video; ``save`` makes the track file of them.

    The rows lie in a hidden folder within ``folder``, by default the system's temporary one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix=".spasm_video_", dir=folder)
        self._files: dict[str, IO[bytes]] = {
            name: (Path(self._folder.name) / name).open("wb") for name in _ROWS
        }
        self.frames = 0
        self.faces = 0

    def __enter__(self) -> Self:
        """Use the writer in a ``with`` block: its temporary rows go when it ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Drop the temporary rows."""
        try:
            for file in self._files.values():
                file.close()
        finally:  # a full disk fails again when a file is closed
            self._folder.cleanup()

    def append(self, time_s: float, reading: Reading | None) -> None:
        """Add a frame; ``None`` is a frame without a face."""
        for name, (shape, dtype) in _ROWS.items():
            self._files[name].write(_row(name, shape, dtype, time_s, reading).tobytes())
        self.frames += 1
        self.faces += reading is not None

    def save(
        self,
        path: Path,
        video: VideoFacts,
        observed_with: str,
        models: dict[str, str] | None = None,
    ) -> None:
        """Write the track file; ``models`` are the networks used, name to sha256."""
        for file in self._files.values():
            file.flush()
        facts = {
            "format": _FORMAT,
            "observed_with": observed_with,
            "models": sorted((models or {}).items()),
            "video": asdict(video),
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, (shape, dtype) in _ROWS.items():
                with _member(archive, name) as member, Path(self._folder.name, name).open(
                    "rb") as rows:  # fmt: skip
                    _write_header(member, (self.frames, *shape), np.dtype(dtype))
                    while block := rows.read(1 << 20):
                        member.write(block)
            with _member(archive, "facts") as member:
                np.lib.format.write_array(member, np.array(json.dumps(facts)), allow_pickle=False)


def cut_track(path: Path, to: Path, start_s: float, end_s: float) -> None:
    """
    Write the frames of a track within ``start_s <= time_s < end_s`` as a track of their own.

    Times stay those of the video, so a moment of the part is that moment of the whole.

    Raises
    ------
    TrackError : the file is not a track, or has no frame in the span
    """
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(
            to, "w", zipfile.ZIP_DEFLATED
        ) as part:  # fmt: skip
            facts = json.loads(str(_array(archive, "facts")))
            time_s = _rows(archive, "time_s")
            kept = (time_s >= start_s) & (time_s < end_s)
            if not kept.any():
                raise TrackError(
                    f"Nothing was seen from {start_s:.1f} s to {end_s:.1f} s.",
                    "Choose an earlier start or a later end.",
                )
            for name in _ROWS:
                rows = np.ascontiguousarray(_rows(archive, name)[kept])
                with _member(part, name) as member:
                    np.lib.format.write_array(member, rows, allow_pickle=False)
            usual_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
            facts["video"]["duration_s"] = float(np.ptp(time_s[kept])) + usual_s
            with _member(part, "facts") as member:
                np.lib.format.write_array(member, np.array(json.dumps(facts)), allow_pickle=False)
    except _DAMAGE as error:
        raise TrackError(f"{path.name} is not a track of spasm_video.", _REMEDY) from error


def load_track(path: Path) -> FaceTrack:
    """
    Read a track file.

    Raises
    ------
    TrackError
        The file is not a track, is damaged, or was made in another format.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise TrackError(
            f"{path.name} cannot be read ({error.strerror}).", "Name a track of an analysis."
        ) from error
    try:
        with file, zipfile.ZipFile(file) as archive:
            facts = _facts(archive, path.name)
            arrays = {name: _rows(archive, name) for name in _ROWS if name != "points_px"}
            points_px = _measured_points(archive, len(arrays["time_s"]))
    except _DAMAGE as error:
        raise TrackError(f"{path.name} is not a track of spasm_video.", _REMEDY) from error
    floats = {
        name: array.astype(np.float64)
        for name, array in arrays.items()
        if name not in ("other_faces", "taken")
    }
    return FaceTrack(
        **floats,
        points_px=points_px,
        other_faces=arrays["other_faces"].astype(np.int64),
        taken=arrays["taken"],
        video=facts["video"],
        models=facts["models"],
        observed_with=facts["observed_with"],
    )


def mesh_points(path: Path) -> Generator[NDArray[np.float64]]:
    """
    All points of the mesh, (478, 3) image pixels, frame by frame; NaN where no face.

    Raises
    ------
    TrackError
        The file is not a track or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for block in _point_blocks(archive):
                yield from block.astype(np.float64)
    except _DAMAGE as error:
        raise TrackError(f"{path.name} is not a track of spasm_video.", _REMEDY) from error


def load_points(
    path: Path, landmarks: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    (n,) s and (n, landmarks, 3) px of any of the 478 points of a track file.

    Raises
    ------
    TrackError : the file is not a track
    """
    try:
        with zipfile.ZipFile(path) as archive:
            time_s = _rows(archive, "time_s")
            return time_s, _measured_points(archive, len(time_s), landmarks)
    except _DAMAGE as error:
        raise TrackError(f"{path.name} is not a track of spasm_video.", _REMEDY) from error


def _facts(archive: zipfile.ZipFile, file_name: str) -> dict[str, Any]:
    """What the track says of its video and of how it was observed."""
    facts = json.loads(str(_array(archive, "facts")))
    if facts["format"] != _FORMAT:
        raise TrackError(f"{file_name} has track format {facts['format']}.", _REMEDY)
    if set(facts["video"]) != {field.name for field in fields(VideoFacts)}:
        raise ValueError("facts of the video are missing")
    return {
        "video": VideoFacts(**facts["video"]),
        "models": tuple((str(name), str(sha256)) for name, sha256 in facts["models"]),
        "observed_with": str(facts["observed_with"]),
    }


def _rows(archive: zipfile.ZipFile, name: str) -> Array:
    array = _array(archive, name)
    if array.dtype != np.dtype(_ROWS[name][1]):
        raise ValueError(f"{name} is of another kind")
    return array


def _array(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(f"{name}.npy") as member:
        array: Array = np.lib.format.read_array(member, allow_pickle=False)
        _check_end(member)
    return array


def _check_end(member: IO[bytes]) -> None:
    """Nothing follows; only at its end does a member compare itself with its check sum."""
    if member.read(1):
        raise ValueError("a member is too long")


def _measured_points(
    archive: zipfile.ZipFile, count: int, landmarks: tuple[int, ...] = MEASURED_LANDMARKS
) -> NDArray[np.float64]:
    """(n, landmarks, 3), read in blocks: a long track never lies in memory whole."""
    keep = np.array(landmarks)
    points, at = np.empty((count, len(keep), 3)), 0
    for block in _point_blocks(archive):
        points[at : at + len(block)] = block[:, keep]
        at += len(block)
    if at != count:
        raise ValueError("points_px has another length")
    return points


def _point_blocks(archive: zipfile.ZipFile) -> Iterator[Array]:
    """(some frames, 478, 3) float32, in order."""
    with archive.open("points_px.npy") as member:
        version = np.lib.format.read_magic(member)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        (count, *shape), is_fortran, dtype = read(member)
        if tuple(shape) != (_POINTS, 3) or is_fortran or dtype != np.dtype(_ROWS["points_px"][1]):
            raise ValueError("points_px has another shape")
        row_bytes = dtype.itemsize * _POINTS * 3
        for start in range(0, count, _CHUNK_FRAMES):
            stop = min(start + _CHUNK_FRAMES, count)
            block = member.read(row_bytes * (stop - start))
            yield np.frombuffer(block, dtype).reshape(stop - start, _POINTS, 3)
        _check_end(member)


def _row(
    name: str, shape: tuple[int, ...], dtype: str, time_s: float, reading: Reading | None
) -> Array:
    if name == "time_s":
        return np.array(time_s, dtype)
    if reading is None:
        floating = np.dtype(dtype).kind == "f"
        return np.full(shape, np.nan if floating else 0, dtype)
    if name == "taken":
        return np.array(reading.fresh, dtype)
    value = np.asarray(getattr(reading, name))
    if name == "points_px":
        value = np.round(value * _STEPS_PER_PX) / _STEPS_PER_PX
    if name == "other_faces":
        value = np.minimum(value, np.iinfo(np.uint8).max)
    return value.astype(dtype)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    # A given info has its own level, six unless told: three times as slow for one per cent.
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 (public from 3.13)
    return archive.open(info, "w", force_zip64=True)


def _write_header(member: IO[bytes], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    np.lib.format.write_array_header_1_0(
        member,
        {
            "descr": np.lib.format.dtype_to_descr(dtype),
            "fortran_order": False,
            "shape": shape,
        },
    )
