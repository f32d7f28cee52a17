"""
An export for sharing: movements without faces, names or dates.

    scores.csv, events.csv   by code; no file names, hashes or columns of the manifest's own
    signals/CODE.parquet     the movement of each region, as ``analyze`` writes it
    tracks/CODE.npz          to measure again: the movements on one plain face
    README.txt               what was taken out and what remains

Each subject has a code and a number of days by which all their dates are shifted, so that the
time between visits stays. Both are in ``deidentified_key.csv`` beside the results, which is
never part of the export, and stay the same when it is made again.
"""

from __future__ import annotations

import csv
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from spasm_video.anatomy import MEASURED_LANDMARKS
from spasm_video.batch.shape import on_plain_face
from spasm_video.batch.tables import EVENT_COLUMNS, score_columns, score_row, write_csv
from spasm_video.errors import InputError, OutputError
from spasm_video.observe.observer import Reading
from spasm_video.observe.track import TrackWriter, load_track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spasm_video.batch.resultset import Scored
    from spasm_video.records import FaceTrack

KEY = "deidentified_key.csv"
_KEY_COLUMNS = ("subject", "code", "shift_days")
_WHO = ("recording", "subject", "visit", "date", "segment", "mirrored", "start_s", "end_s")
_DROPPED = frozenset({"status", "reason", "video_sha256", "results"})
_MOST_SHIFT_DAYS = 365
_POINTS = 478
_REMAINS = """\
What was taken out
  pictures, thumbnails and reports; file names and their hashes; all columns of the manifest
  but visit, date and segment; recordings that failed; the shape of each face at rest: in the
  tracks the movements lie on one plain, symmetric face.
What was changed
  subjects have random codes; the dates of one subject are all shifted by the same number of
  days, up to a year back or forth, so the time between them stays.
What remains, and could still tell something of a person
  how the face and the head move, which is a habit of a person and could be compared with
  another recording of the same person; the opening of the lids at rest and its difference;
  how large the face was in the picture; the camera's picture size, coding and frame rate;
  the rarity of a finding; visit and segment labels, word for word as the manifest has them:
  read them before you share. The track keeps times within the recording.
Keep {key} to yourself: with it the codes can be undone.
"""


@dataclass(frozen=True, slots=True)
class _Alias:
    """What a subject is called outside, and by how many days their dates are shifted."""

    code: str
    shift_days: int


def export(
    scored: Sequence[Scored],
    batch: Path,
    out: Path,
    on_done: Callable[[], None] = lambda: None,
) -> int:
    """
    Write the export of a batch into ``out``, a new folder; how many recordings it has.

    Raises
    ------
    OutputError : ``out`` exists, lies in the batch's own folder, or cannot be written
    """
    refuse_target(batch, out)
    done = [one for one in scored if one.is_done]
    aliases = _aliases(batch / KEY, list(dict.fromkeys(_subject(one) for one in done)))
    aside = out.with_name(f".{out.name}-{secrets.token_hex(4)}")
    try:
        for part in ("signals", "tracks"):
            (aside / part).mkdir(parents=True)
        _write(done, aliases, aside, on_done)
        aside.rename(out)
    except OSError as error:
        raise OutputError(
            f"The export cannot be written to {out}: {error.strerror}.",
            "Name another folder: --deidentify FOLDER",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(done)


def refuse_target(batch: Path, out: Path) -> None:
    """
    Say early what ``export`` would say after hours of measuring.

    Raises
    ------
    OutputError : ``out`` exists, or lies in the batch's own folder
    """
    if out.resolve().is_relative_to(batch.resolve()):
        raise OutputError(
            f"{out} lies within the results.", "Name a folder elsewhere: --deidentify FOLDER"
        )
    if out.exists():
        raise OutputError(f"{out} is there already.", "Name a new one: --deidentify FOLDER")


def plain_track(track: FaceTrack, path: Path) -> None:
    """Write a track on the plain face, without the name and the hash of its video."""
    points = np.full((len(track.time_s), _POINTS, 3), np.nan)
    points[:, np.array(MEASURED_LANDMARKS)] = on_plain_face(track)
    with TrackWriter(path.parent) as writer:
        for at, time_s in enumerate(track.time_s):
            reading = Reading(
                points_px=points[at],
                presence=float(track.presence[at]),
                lid_px=track.lid_px[at],
                iris_px=track.iris_px[at],
                skin_step_px=track.skin_step_px[at],
                skin_confidence=track.skin_confidence[at],
                sharpness=float(track.sharpness[at]),
                brightness=float(track.brightness[at]),
                other_faces=int(track.other_faces[at]),
                fresh=bool(track.taken[at]),
            )
            writer.append(float(time_s), reading if np.isfinite(track.presence[at]) else None)
        video = replace(track.video, file_name="", sha256="")
        writer.save(path, video, track.observed_with, dict(track.models))


def _write(
    done: Sequence[Scored],
    aliases: dict[str, _Alias],
    out: Path,
    on_done: Callable[[], None],
) -> None:
    # By code, so that the order of the manifest tells nothing.
    ordered = sorted(done, key=lambda one: aliases[_subject(one)].code)
    scores: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    count: dict[str, int] = {}
    for one in ordered:
        alias = aliases[_subject(one)]
        count[alias.code] = count.get(alias.code, 0) + 1
        recording = f"{alias.code}-{count[alias.code]}"
        visit = one.job.visit
        who = {name: getattr(visit, name) for name in _WHO[2:]} | {
            "recording": recording,
            "subject": alias.code,
            "date": _shifted(visit.date, alias.shift_days),
        }
        scores.append(score_row(one) | who)
        events += [event | who for event in one.events()]
        shutil.copyfile(one.folder / "signals.parquet", out / "signals" / f"{recording}.parquet")
        plain_track(load_track(one.folder / "track.npz"), out / "tracks" / f"{recording}.npz")
        on_done()
    columns = [name for name in score_columns() if name not in _DROPPED]
    write_csv(out / "scores.csv", (*_WHO, *columns), scores)
    write_csv(out / "events.csv", (*_WHO[:5], *EVENT_COLUMNS), events)
    (out / "README.txt").write_text(_REMAINS.format(key=KEY), encoding="utf-8")


def _subject(one: Scored) -> str:
    """Who it is; a row without a subject is a subject of its own."""
    return one.job.visit.subject or f"video {one.job.visit.video}"


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat() if day else ""


def _aliases(path: Path, subjects: Sequence[str]) -> dict[str, _Alias]:
    """Those of the key, and new ones for who is not in it; the key is written first."""
    known: dict[str, _Alias] = {}
    if path.exists():
        try:
            with path.open(encoding="utf-8", newline="") as file:
                known = {
                    row["subject"]: _Alias(row["code"], int(row["shift_days"]))
                    for row in csv.DictReader(file)
                }
        except (KeyError, ValueError, OSError) as error:
            raise InputError(
                f"{path} is not a key of an export.", "Put it back as it was, or delete it."
            ) from error
    taken = {alias.code for alias in known.values()}
    for subject in subjects:
        if subject not in known:
            code = next(
                c for c in iter(lambda: f"S{secrets.randbelow(10**6):06d}", "") if c not in taken
            )
            taken.add(code)
            shift = secrets.randbelow(2 * _MOST_SHIFT_DAYS + 1) - _MOST_SHIFT_DAYS
            known[subject] = _Alias(code, shift)
    rows = [
        {"subject": subject, "code": alias.code, "shift_days": alias.shift_days}
        for subject, alias in known.items()
    ]
    aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    write_csv(aside, _KEY_COLUMNS, rows)
    aside.replace(path)
    return known
