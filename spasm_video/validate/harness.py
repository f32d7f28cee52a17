"""
Run cases through the pipeline and score each, side by side in processes.

A clip that fails costs that clip alone, be it unreadable or the end of its process.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.errors import SpasmVideoError
from spasm_video.measure import measure
from spasm_video.observe.track import load_track
from spasm_video.pipeline import observe_video
from spasm_video.validate.comparison import Clip, Comparison, compare, matched
from spasm_video.validate.fidelity import fidelities
from spasm_video.validate.grid import Case, Level
from spasm_video.validate.rivals import rivals
from spasm_video.validate.spasms import joined
from spasm_video.validate.truth import read_truth, truth_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spasm_video.params import AnalysisParams
    from spasm_video.records import FaceTrack
    from spasm_video.simulate.scenarios import Scenario
    from spasm_video.validate.truth import Truth

_FACE_SIDES = (454, 234)  # landmarks before the ears: how wide a face is in the picture


@dataclass(frozen=True, slots=True)
class Failure:
    """A clip that could not be scored, and why."""

    case: Case
    problem: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All cases, scored or failed, in their order."""

    comparisons: tuple[Comparison, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A case as the measurement sees it; ``video`` and its kept track where there are any."""

    track: FaceTrack
    truth: Truth
    video: Path | None
    track_file: Path | None = None


def run(
    cases: Sequence[Case],
    params: AnalysisParams,
    folder: Path,
    *,
    workers: int | None = None,
    on_done: Callable[[Case], None] | None = None,
) -> Outcome:
    """
    Score every case.

    ``folder`` keeps the tracks and rendered clips of cases with pictures. ``workers``
    processes run side by side, by default one a core; with one, none is started.
    """
    workers = min(workers or os.cpu_count() or 1, max(len(cases), 1))
    told = on_done or (lambda _: None)
    results: dict[str, Comparison | Failure] = {}
    if workers == 1:
        for case in cases:
            results[case.name] = _guarded(case, params, folder)
            told(case)
    else:
        _run_beside(cases, params, folder, workers, told, results)
    ordered = [results[case.name] for case in cases]
    return Outcome(
        tuple(one for one in ordered if isinstance(one, Comparison)),
        tuple(one for one in ordered if isinstance(one, Failure)),
    )


def score(case: Case, params: AnalysisParams, folder: Path) -> Comparison:
    """Look at a case, measure it, and compare it with its truth."""
    seen = look(case, params, folder)
    clip = Clip(case.name, case.set_name, case.label, face_px(seen.track))
    measurement = measure(seen.track, params.measure)
    comparison = compare(clip, seen.truth, measurement)
    if case.set_name == "probe":
        kept = fidelities(measurement.signals, seen.truth.spasms)
        return replace(comparison, fidelities=kept)
    if case.set_name in {"map", "repeated"}:
        return comparison
    others = {
        name: replace(
            matched(clip, seen.truth, joined(found)),
            usable_s=comparison.usable_s, duration_s=comparison.duration_s,
        )
        for name, found in rivals(seen.track, seen.truth, seen.track_file).items()
    }  # fmt: skip
    return replace(comparison, rivals=others)


def look(case: Case, params: AnalysisParams, folder: Path) -> Seen:
    """The track and the truth of a case; what was looked at once is kept in ``folder``."""
    if case.level is Level.VIDEO and case.video and case.truth:
        truth = read_truth(case.truth)  # before minutes of looking
        track = _observed(case.video, case, params, folder)
        return Seen(track, truth, case.video, _kept(case, folder))
    from spasm_video.simulate.levels import (  # noqa: PLC0415 (labelled videos need none of it)
        simulate_clip,
        simulate_track,
    )

    scenario = _scenario(case)
    if case.level is Level.TRACK:
        track, plain = simulate_track(scenario)
        return Seen(track, truth_of(plain, case.name), None)
    video = folder / f"{_stem(case)}.mp4"
    truth_file = video.with_suffix(".truth.json")
    if not truth_file.exists():
        simulate_clip(scenario, video)
    truth = read_truth(truth_file)
    return Seen(_observed(video, case, params, folder), truth, video, _kept(case, folder))


def face_px(track: FaceTrack) -> float:
    """The usual width of the face in the picture; NaN where none was seen."""
    ends = track.landmarks(*_FACE_SIDES)[..., :2]
    widths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=-1)
    known = widths[np.isfinite(widths)]
    return float(np.median(known)) if len(known) else float("nan")


def _scenario(case: Case) -> Scenario:
    from spasm_video.simulate.scenarios import (  # noqa: PLC0415 (as above)
        Scenario,
        load_scenario,
    )

    said = dict(case.scenario or {})
    example = said.pop("example", None)
    return (
        load_scenario(example).model_copy(update=said) if example else Scenario.model_validate(said)
    )


def _observed(video: Path, case: Case, params: AnalysisParams, folder: Path) -> FaceTrack:
    kept = _kept(case, folder)
    if kept.exists():
        return load_track(kept)
    return observe_video(video, kept, params.observe)


def _kept(case: Case, folder: Path) -> Path:
    return folder / f"{_stem(case)}.npz"


def _stem(case: Case) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in case.name)


def _guarded(case: Case, params: AnalysisParams, folder: Path) -> Comparison | Failure:
    """Scored, or the reason why not: what is wrong with one clip stops no other."""
    try:
        return score(case, params, folder)
    except SpasmVideoError as error:
        return Failure(case, error.problem)
    except Exception as error:  # noqa: BLE001 (a run of hours is not lost for one clip)
        return Failure(case, f"{type(error).__name__}: {error}")


def _run_beside(  # noqa: PLR0913, PLR0917 (a part of ``run``)
    cases: Sequence[Case],
    params: AnalysisParams,
    folder: Path,
    workers: int,
    told: Callable[[Case], None],
    results: dict[str, Comparison | Failure],
) -> None:
    """In processes; where one dies, those not done are done again, one in a pool."""
    left = _one_pool(cases, params, folder, workers, told, results)
    for case in left:
        if _one_pool([case], params, folder, 1, told, results):
            results[case.name] = Failure(case, "The process that measured it was ended.")
            told(case)


def _one_pool(  # noqa: PLR0913, PLR0917 (a part of ``run``)
    cases: Sequence[Case],
    params: AnalysisParams,
    folder: Path,
    workers: int,
    told: Callable[[Case], None],
    results: dict[str, Comparison | Failure],
) -> list[Case]:
    """The cases that were not done because a process of the pool died."""
    # A fork would take over the locks of threads that only the parent has.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
        waiting: dict[Future[Comparison | Failure], Case] = {
            pool.submit(_guarded, case, params, folder): case for case in cases
        }
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                case = waiting.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    return [case, *waiting.values()]
                results[case.name] = future.result()
                told(case)
    return []


def _one_thread() -> None:
    """A process a core is enough: libraries within it start no more threads."""
    import cv2  # noqa: PLC0415 (heavy, and for pictures only)

    cv2.setNumThreads(1)
