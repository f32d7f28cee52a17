"""A video or its saved track in, a folder of results out."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from spasm_video.errors import InputError
from spasm_video.observe.track import load_track
from spasm_video.pipeline.folder import ANNOTATED, results_folder
from spasm_video.pipeline.observation import ObserveOptions, observe_video
from spasm_video.video.file import pictures_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline.annotation import Annotation
    from spasm_video.pipeline.observation import Progress
    from spasm_video.records import FaceTrack, Measurement

_TRACK_SUFFIX = ".npz"


def analyze(  # noqa: PLR0913 (what, where to, by which numbers; the rest is optional)
    source: Path,
    folder: Path,
    params: AnalysisParams,
    options: ObserveOptions | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    annotation: Annotation | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Measurement:
    """
    Measure a video, or a saved track, and write all results into ``folder``.

    The tables of a track are those of its video, byte for byte; its page has no pictures.
    ``labels`` are shown on the page: the subject, the session, the date. With
    ``annotation`` the video is written again with what was measured drawn in; where that
    is to show no picture of the person, the page has none either.

    Raises
    ------
    InputError : the source cannot be read or has no face, or the options do not fit it
    OutputError : the results cannot be written
    """
    options = options or ObserveOptions()
    if not _exists(source):  # before a folder is made for it
        raise InputError(f"There is no file {source}.", "Check the name and the folder.")
    if annotation is not None and _is_track(source) and not annotation.is_deidentified:
        raise InputError(
            f"{source.name} is a saved track and has no pictures.",
            "Name the video, or add --deidentify: a neutral head needs no pictures.",
        )
    with results_folder(folder) as aside, ThreadPoolExecutor(1) as beside:
        loading = beside.submit(import_module, "spasm_video.pipeline.results")
        if _is_track(source):
            track = _copied(source, aside / "track.npz", options)
        else:
            track = observe_video(source, aside / "track.npz", params.observe, options, on_progress)
        loading.result()
        from spasm_video.pipeline.results import find, write_results  # noqa: PLC0415 (slow)

        found = find(track, params.measure)
        del track  # large where the video is long
        video = None if _is_track(source) else source
        is_shown = video is not None and (annotation is None or not annotation.is_deidentified)
        look = partial(pictures_at, source) if is_shown else None
        write_results(found, aside, params.measure, look, labels)
        if annotation is not None:
            from spasm_video.pipeline.annotation import write_annotated  # noqa: PLC0415 (slow)

            write_annotated(
                found.measurement, aside / "track.npz", video, options, aside / ANNOTATED,
                annotation,
            )  # fmt: skip
        return found.measurement


def _is_track(source: Path) -> bool:
    return source.suffix.lower() == _TRACK_SUFFIX


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into, a name too long
        return False


def _copied(source: Path, out_track: Path, options: ObserveOptions) -> FaceTrack:
    if options != ObserveOptions():
        raise InputError(
            f"{source.name} is a saved track: what was seen cannot be seen otherwise any more.",
            "Leave out --start, --end, --mirrored, --quality and --backend, or analyze the video.",
        )
    track = load_track(source)
    shutil.copyfile(source, out_track)
    return track
