"""A video with its measurement: from the results of an analysis before, or measured now."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spasm_video.errors import InputError, TrackError
from spasm_video.observe.track import load_track
from spasm_video.pipeline.observation import ObserveOptions, observe_video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline.observation import Progress
    from spasm_video.records import FaceTrack


@contextmanager
def observed(
    video: Path,
    params: AnalysisParams,
    options: ObserveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[tuple[FaceTrack, Path]]:
    """
    The track of a video and the file it is in, for as long as the block lasts.

    A track in ``<stem>_spasm`` beside the video is taken if it is of these very bytes and no
    ``options`` ask for another look; else the video is looked at now.

    Raises
    ------
    InputError : the video cannot be read or shows no face
    """
    if not video.is_file():
        raise InputError(f"There is no file {video}.", "Check the name and the folder.")
    saved = video.parent / f"{video.stem}_spasm" / "track.npz"
    track = _saved(saved, video) if options is None else None
    if track is not None:
        yield track, saved
        return
    with tempfile.TemporaryDirectory(prefix="spasm_video_") as folder:
        path = Path(folder) / "track.npz"
        yield observe_video(video, path, params.observe, options, on_progress), path


def _saved(path: Path, video: Path) -> FaceTrack | None:
    if not path.is_file():
        return None
    try:
        track = load_track(path)
    except TrackError:
        return None
    with video.open("rb") as file:
        is_same = hashlib.file_digest(file, "sha256").hexdigest() == track.video.sha256
    return track if is_same else None
