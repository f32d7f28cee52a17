"""
From a folder of results to sessions in the store: the whole recording, or each of its tasks.

A guided recording is observed once; each of its tasks is measured from its part of the track
and is a session of its own, for only like is compared with like.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

from spasm_video.history import Segment
from spasm_video.measure.session import concluded
from spasm_video.observe.track import load_track
from spasm_video.params import AnalysisParams
from spasm_video.pipeline.parts import Part, analyze_parts
from spasm_video.pipeline.storing import Visit, found_in, session_of
from spasm_video.store import open_store, sessions
from spasm_video.web.protocol import done
from spasm_video.web.traces import keep_traces

_PREVIEW, _TRACK = "preview.mp4", "track.npz"


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
            found = found_in(where, params)
            session = session_of(concluded(found, params), visit, where, params)
            numbers.append(sessions.add(store, session).session.number)
            keep_traces(session, found)
    return numbers


def _parts(task: dict[str, Any], folder: Path) -> list[tuple[Path, Visit]]:
    """The folder and the visit of the whole, or of each task that was done."""
    plain = task["visit"]
    tasks = []
    if task["segments"]:
        tasks = done(task["segments"], float(load_track(folder / _TRACK).time_s[-1]))
    if not tasks:
        return [(folder, _visit(plain, plain["label"], Segment(plain["segment"]), task))]
    parts, visits = [], []
    for number, (one, start_s, end_s) in enumerate(tasks, start=1):
        label = " ".join(part for part in (plain["label"], one.label) if part)
        where = folder.parent / f"{folder.name}_{number:02d}_{one.code}"
        parts.append(Part(start_s, end_s, where, labels(plain | {"label": label})))
        visits.append(_visit(plain, label, one.segment, task))
    video = Path(task["video"])
    analyze_parts(
        folder / _TRACK, video if video.exists() else None, parts, AnalysisParams().measure
    )
    for part in parts:
        _share_preview(folder, part.folder)
    return [(part.folder, visit) for part, visit in zip(parts, visits, strict=True)]


def _visit(plain: dict[str, Any], label: str, segment: Segment, task: dict[str, Any]) -> Visit:
    return Visit(
        subject=plain["subject"],
        date=dt.date.fromisoformat(plain["date"]),
        label=label,
        segment=segment,
        device=plain["device"],
        is_confirmed=task["is_confirmed"],
    )


def _share_preview(folder: Path, where: Path) -> None:
    """The times of a part are those of the whole, so it plays the same file."""
    if not (folder / _PREVIEW).exists():
        return
    (where / _PREVIEW).unlink(missing_ok=True)
    try:
        os.link(folder / _PREVIEW, where / _PREVIEW)
    except OSError:  # a file system without links
        shutil.copyfile(folder / _PREVIEW, where / _PREVIEW)
