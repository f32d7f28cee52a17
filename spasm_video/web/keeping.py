"""
From a folder of results to sessions in the store: the whole recording, or each of its tasks.

A guided recording is observed once; each of its tasks is measured from its part of the track
and is a session of its own, for only like is compared with like.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from typing import TYPE_CHECKING, Any

from spasm_video.history import Segment
from spasm_video.measure.session import find
from spasm_video.observe.track import cut_track, load_track
from spasm_video.params import AnalysisParams
from spasm_video.pipeline import analyze
from spasm_video.pipeline.storing import Visit, session_from_folder
from spasm_video.store import open_store, sessions
from spasm_video.web.protocol import done
from spasm_video.web.traces import keep_traces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREVIEW = "preview.mp4"


def labels(visit: dict[str, Any]) -> dict[str, str]:
    """What stands on the report."""
    named = {"Subject": visit["subject"], "Session": visit["label"], "Date": visit["date"]}
    return {name: value for name, value in named.items() if value}


def keep(task: dict[str, Any], folder: Path) -> list[int]:
    """
    Store what was measured; the numbers of the sessions, the one to be shown first.

    Raises
    ------
    SideContradictionError : the other side than in the subject's earlier sessions
    ClashError : another video is stored under that date, task and label
    """
    params = AnalysisParams().measure
    numbers = []
    with open_store(task["store"], task["who"]) as store:
        for where, visit in _parts(task, folder):
            session = session_from_folder(where, visit, params)
            numbers.append(sessions.add(store, session).session.number)
            keep_traces(session, find(load_track(where / "track.npz"), params))
    return numbers


def _parts(task: dict[str, Any], folder: Path) -> Iterator[tuple[Path, Visit]]:
    """The folder and the visit of the whole, or of each task that was done."""
    plain = task["visit"]
    tasks = []
    if task["segments"]:
        tasks = done(task["segments"], float(load_track(folder / "track.npz").time_s[-1]))
    if not tasks:
        yield folder, _visit(plain, plain["label"], Segment(plain["segment"]), task)
    for number, (one, start_s, end_s) in enumerate(tasks, start=1):
        label = " ".join(part for part in (plain["label"], one.label) if part)
        where = _part(
            folder, f"{number:02d}_{one.code}", (start_s, end_s), plain | {"label": label}
        )
        yield where, _visit(plain, label, one.segment, task)


def _visit(plain: dict[str, Any], label: str, segment: Segment, task: dict[str, Any]) -> Visit:
    return Visit(
        subject=plain["subject"],
        date=dt.date.fromisoformat(plain["date"]),
        label=label,
        segment=segment,
        device=plain["device"],
        is_confirmed=task["is_confirmed"],
    )


def _part(folder: Path, name: str, span_s: tuple[float, float], visit: dict[str, Any]) -> Path:
    """The results of one task beside those of the whole, with the same preview."""
    where, cut = folder.parent / f"{folder.name}_{name}", folder / ".part.npz"
    try:
        cut_track(folder / "track.npz", cut, *span_s)
        analyze(cut, where, AnalysisParams(), labels=labels(visit))
    finally:
        cut.unlink(missing_ok=True)
    if (folder / _PREVIEW).exists():
        (where / _PREVIEW).unlink(missing_ok=True)
        try:
            os.link(folder / _PREVIEW, where / _PREVIEW)
        except OSError:  # a file system without links
            shutil.copyfile(folder / _PREVIEW, where / _PREVIEW)
    return where
