"""``spasm-video analyze``: the main job."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spasm_video.cli.show import progress_bar, show_summary, tell
from spasm_video.cli.stored import StoreOption, opened
from spasm_video.errors import (
    InputError,
    OutputError,
    SideContradictionError,
    StoreError,
)
from spasm_video.history import Segment, check_code

if TYPE_CHECKING:
    from spasm_video.params import AnalysisParams
    from spasm_video.pipeline import Annotation, ObserveOptions
    from spasm_video.pipeline.storing import Visit
    from spasm_video.records import Measurement
    from spasm_video.store import Store

_SOME_FAILED, _ALL_FAILED = 1, 2
_SWITCH_S = 0.0005


class Quality(StrEnum):
    """How carefully the points of the face are found."""

    STANDARD = "standard"
    HIGH = "high"


class Backend(StrEnum):
    """What finds the face."""

    ONNX = "onnx"
    MEDIAPIPE = "mediapipe"

    @property
    def runtime(self) -> str:
        """As the library calls it."""
        return "onnxruntime" if self is Backend.ONNX else self


@dataclass(frozen=True, slots=True)
class Shared:
    """What all videos of a call have in common."""

    params: AnalysisParams
    options: ObserveOptions
    labels: Mapping[str, str]
    annotation: Annotation | None
    is_quiet: bool
    is_json: bool
    store: Store | None = None
    visit: Visit | None = None


def analyze(
    video: Annotated[
        list[Path],
        typer.Argument(help="One or more videos, or a track.npz saved before."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the results go. Default: VIDEO_spasm beside the video; of several "
            "videos, one such folder each within FOLDER.",
        ),
    ] = None,
    mirrored: Annotated[
        bool, typer.Option("--mirrored", help="The file shows a mirror image, as selfie apps save.")
    ] = False,
    start: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Measure from this time on.")
    ] = None,
    end: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Measure up to this time.")
    ] = None,
    quality: Annotated[
        Quality, typer.Option(help="high: less noise in the points of the face; takes longer.")
    ] = Quality.STANDARD,
    backend: Annotated[
        Backend,
        typer.Option(
            help="What finds the face. mediapipe is for comparison; it needs the extra of that "
            "name and looks up a host on the internet."
        ),
    ] = Backend.ONNX,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Who it is, by code, to be shown on the report and kept in the store for the "
            "timeline.",
        ),
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Which visit it is, likewise.")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="When: YYYY-MM-DD, likewise."),
    ] = None,
    with_video: Annotated[
        bool,
        typer.Option(
            "--video",
            help="Also write annotated.mp4: the face with each spasm marked, the signals beside "
            "it, the sound kept. Takes about as long again as the analysis, and about 1 MB "
            "for 10 seconds.",
        ),
    ] = False,
    deidentify: Annotated[
        bool,
        typer.Option(
            "--deidentify",
            help="annotated.mp4 shows a neutral head that moves as the face did, and has no "
            "sound; the report has no pictures. Works on a saved track too. track.npz still "
            "holds the shape of the face.",
        ),
    ] = False,
    segment: Annotated[
        Segment, typer.Option(help="What the person did, for the store; like goes with like.")
    ] = Segment.REST,
    device: Annotated[str, typer.Option(metavar="TEXT", help="The camera, for the store.")] = "",
    confirm_side: Annotated[
        bool,
        typer.Option(
            "--confirm-side", help="The side is right, though earlier sessions show the other."
        ),
    ] = False,
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Show --subject on the report, but keep nothing.")
    ] = False,
    store: StoreOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print plain JSON instead of a summary.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """
    Measure the spasms in a video and write tables and a report.

    Sides are the patient's own left and right.

    For example:

    spasm-video analyze clip.mp4

    spasm-video analyze selfie.mov --mirrored --start 5 --end 65

    spasm-video analyze visits/*.mp4 --out results

    spasm-video analyze clip.mp4 --video

    spasm-video analyze clip_spasm/track.npz --out again

    spasm-video analyze visit3.mp4 --subject P01 --session "week 12" --date 2026-03-02
    """
    folders = _folders(video, out)
    is_stored = subject is not None and date is not None and not no_store
    if is_stored:
        check_code(subject or "")
    elif subject is not None and not (no_store or quiet):
        tell("The recording is not stored, only shown on the report.", "To store it, add --date.")
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline import Annotation, ObserveOptions  # noqa: PLC0415 (needs all there is)

    options = ObserveOptions(
        start_s=start, end_s=end, mirrored=mirrored, quality=quality.value, backend=backend.runtime
    )
    numbers = AnalysisParams() if params is None else load_params(params)
    labels = {"Subject": subject, "Session": session, "Date": date and date.date().isoformat()}
    known = {name: label for name, label in labels.items() if label}
    set_threads()
    annotation = Annotation(is_deidentified=deidentify) if with_video or deidentify else None
    shared = Shared(numbers, options, known, annotation, is_quiet=quiet, is_json=as_json)
    if subject is None or date is None or no_store:
        told = [_analyze_one(source, folder, shared) for source, folder in folders.items()]
    else:
        from spasm_video.pipeline.storing import Visit  # noqa: PLC0415 (as above)

        visit = Visit(
            subject=subject,
            date=date.date(),
            label=session or "",
            segment=segment,
            device=device,
            is_confirmed=confirm_side,
        )
        with opened(store) as kept:  # before the work: a store that cannot be used is told now
            shared = replace(shared, store=kept, visit=visit)
            told = [_analyze_one(source, folder, shared) for source, folder in folders.items()]
    if as_json:
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    failed = sum("error" in one for one in told)
    raise typer.Exit(_SOME_FAILED if 0 < failed < len(told) else _ALL_FAILED if failed else 0)


def set_threads() -> None:
    """The stages of the pipeline are the threads, and they share Python's lock."""
    import cv2  # noqa: PLC0415 (heavy)

    cv2.setNumThreads(1)
    # Loading the report's libraries holds the lock for seconds while the video is read.
    sys.setswitchinterval(_SWITCH_S)


def _folders(videos: list[Path], out: Path | None) -> dict[Path, Path]:
    """Where the results of each video go."""
    if out is not None and len(videos) == 1:
        return {videos[0]: out}
    folders = {video: _folder(video, out) for video in videos}
    folder, count = Counter(folders.values()).most_common(1)[0]
    if count > 1:
        raise InputError(
            f"The results of {count} videos would go to {folder}.",
            "Analyze them one at a time, each with a folder of its own: --out FOLDER",
        )
    return folders


def _folder(video: Path, out: Path | None) -> Path:
    name = f"{video.stem}_spasm"
    if out is None:
        return video.parent / name
    # A saved track is called the same in every folder of results.
    return out / (video.absolute().parent.name if video.name == "track.npz" else name)


def _analyze_one(source: Path, folder: Path, shared: Shared) -> dict[str, Any]:
    """Analyze, show, and say it as plain data; what is wrong with one video stops no other."""
    from spasm_video.pipeline import analyze as run  # noqa: PLC0415 (heavy)

    plain: dict[str, Any] = {"source": str(source), "folder": str(folder)}
    is_silent = shared.is_quiet or shared.is_json
    try:
        with progress_bar(source.name, is_wanted=not is_silent) as on_progress:
            measurement = run(
                source,
                folder,
                shared.params,
                shared.options,
                labels=shared.labels,
                annotation=shared.annotation,
                on_progress=on_progress,
            )
    except (InputError, OutputError) as error:
        tell(error.problem, error.remedy)
        return plain | {"error": {"problem": error.problem, "remedy": error.remedy}}
    if not is_silent:
        show_summary(source, folder, measurement)
    from spasm_video.report.plain import summary_plain  # noqa: PLC0415 (as above)

    plain |= {"summary": summary_plain(measurement)}
    try:
        return plain | _stored(measurement, folder, shared)
    except StoreError as error:
        problem = f"{error.problem} The results are in {folder}, but are not stored."
        tell(problem, error.remedy)
        return plain | {"error": {"problem": problem, "remedy": error.remedy}}


def _stored(measurement: Measurement, folder: Path, shared: Shared) -> dict[str, Any]:
    """Keep the session; where its side contradicts earlier ones, ask a person at a terminal."""
    if shared.store is None or shared.visit is None:
        return {}
    from spasm_video.pipeline.storing import session_of  # noqa: PLC0415 (as above)
    from spasm_video.store import sessions  # noqa: PLC0415 (needs sqlalchemy)

    session = session_of(measurement, shared.visit, folder, shared.params.measure)
    try:
        done = sessions.add(shared.store, session)
    except SideContradictionError as error:
        if not _is_watched(shared):
            raise
        tell(error.problem, error.remedy)
        if not typer.confirm("Store it as it is?", err=True):
            raise
        done = sessions.add(shared.store, replace(session, is_confirmed=True))
    if not (shared.is_quiet or shared.is_json):
        new = "new subject " if done.is_new_subject else ""
        again = ", in the place of its earlier version" if done.is_replaced else ""
        name = f"{new}{session.subject}, {done.session.name}"
        typer.echo(f"  {'stored':<15}{name}, session #{done.session.number}{again}")
    return {"stored": {"store": shared.store.address, "session": done.session.number}}


def _is_watched(shared: Shared) -> bool:
    """Whether somebody is there to answer."""
    return not (shared.is_quiet or shared.is_json) and sys.stdin.isatty() and sys.stderr.isatty()
