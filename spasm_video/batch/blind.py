"""
A pack for blinded reading: coded, shuffled clips, some twice, a form, and a sealed key.

    for_raters/clips/K7QF.mp4     upright, unmirrored, silent, without a date or a place
    for_raters/ratings.csv        the form, in the order of reading
    for_raters/key_sha256.txt     to prove later that the key was not changed
    sealed/key.csv                which clip is which; not for raters
    sealed/unfinished.json        while it is written: what it was begun with

Clips are coded anew, so that neither their size nor their bytes tell which is a copy. A pack
that was interrupted is finished by the same call: the clips that are there stay.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import secrets
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.batch.clip import Clip, write_clip
from spasm_video.batch.plan import video_hash
from spasm_video.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from spasm_video.batch.engine import Engine
    from spasm_video.batch.manifest import Visit

FEWEST_DUPLICATES, MOST_DUPLICATES = 0.1, 0.2  # clinical reference: 10-20 % for intra-rater ICC
KEY = ("code", "copy_of", "line", "subject", "visit", "date", "segment", "video",
       "video_sha256", "problem", "nonce")  # fmt: skip
GRADES = ("severity_0_4", "jrs_severity_0_4", "jrs_frequency_0_4", "smc_grade_0_4")
SIGNS = ("eyelid", "brow", "cheek", "mouth", "neck", "other_babinski")
COUNTS = ("spasms_counted",)
FORM = ("code", "rater", *GRADES, "side", *SIGNS, *COUNTS, "not_assessable", "comment")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another
_CODE_LENGTH = 4
_CRF = (17, 18, 19)  # all look alike; no two copies have the same
_SHUFFLES = 200
_EPOCH_S = 946684800  # 2000-01-01: when a file was written tells nothing
_NONCE_BYTES = 8
_UNFINISHED = "unfinished.json"
_REMEDY = "Name another folder: --out FOLDER"


@dataclass(frozen=True, slots=True)
class Coded:
    """One clip of the pack: its code, its visit, and the code it is a copy of, or nothing."""

    code: str
    visit: Visit
    crf: int
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """What was written, and what could not be: code and problem."""

    folder: Path
    coded: tuple[Coded, ...]
    failed: dict[str, str]
    key_sha256: str


def write_pack(  # noqa: PLR0913 (what, where to, by whom; the rest is optional)
    visits: Sequence[Visit],
    out: Path,
    engine: Engine,
    *,
    duplicates: float = 0.15,
    seed: int | None = None,
    on_clip: Callable[[Coded, str], None] = lambda *_: None,
) -> Pack:
    """
    Write the pack into ``out``; ``duplicates`` is the fraction (0.1-0.2) that is shown twice.

    Without ``seed`` the order is one that nobody can guess. ``on_clip`` is told of each
    clip with its problem, empty where there is none. A pack of the same visits that was
    interrupted is finished.

    Raises
    ------
    InputError : ``duplicates`` is out of its range
    OutputError : ``out`` cannot be written, holds a pack, or the beginning of another one
    """
    if not FEWEST_DUPLICATES <= duplicates <= MOST_DUPLICATES:
        raise InputError(
            f"{100 * duplicates:g} % of the clips cannot be shown twice.",
            f"Choose from {FEWEST_DUPLICATES} to {MOST_DUPLICATES}.",
        )
    raters, sealed = out / "for_raters", out / "sealed"
    try:
        order = _begun(visits, out, duplicates, seed)
    except OSError as error:
        raise OutputError(
            f"The pack cannot be written to {out}: {error.strerror}.", _REMEDY
        ) from error
    coded = encode(visits, duplicates, order)
    tasks = [
        Clip(
            one.visit.path.absolute(), (raters / "clips" / f"{one.code}.mp4").absolute(),
            one.visit.start_s, one.visit.end_s, one.visit.mirrored, one.crf,
        )
        for one in coded
    ]  # fmt: skip
    failed: dict[str, str] = {}
    open_ = [at for at, task in enumerate(tasks) if not task.out.exists()]
    for ended in engine.run(write_clip, [tasks[at] for at in open_]):
        one, problem = coded[open_[ended.index]], ended.lost or ended.value
        on_clip(one, problem)
        if problem:
            failed[one.code] = problem
    for task in tasks:
        if task.out.exists():
            os.utime(task.out, (_EPOCH_S, _EPOCH_S))
    for part in (raters / "clips").glob(".*"):  # of a worker that was killed
        part.unlink()
    _write(sealed / "key.csv", KEY, _key_rows(coded, failed))
    digest = hashlib.sha256((sealed / "key.csv").read_bytes()).hexdigest()
    (raters / "key_sha256.txt").write_text(f"{digest}  key.csv\n", encoding="ascii")
    shown = [{"code": one.code} for one in coded if one.code not in failed]
    _write(raters / "ratings.csv", FORM, shown)
    (sealed / _UNFINISHED).unlink()
    return Pack(out, coded, failed, digest)


def _begun(visits: Sequence[Visit], out: Path, duplicates: float, seed: int | None) -> int:
    """The seed of the order: of a new pack, whose folders are made, or of the one to finish."""
    note = out / "sealed" / _UNFINISHED
    asked = {"of": _fingerprint(visits), "duplicates": duplicates}
    if note.exists():
        known = json.loads(note.read_text(encoding="utf-8"))
        order = int(known.pop("seed"))
        if known == asked and seed in {None, order}:
            return order
        raise OutputError(
            f"{out} holds the beginning of a pack of other videos or another order.",
            f"Call it as it was called then, or delete the folder. {_REMEDY}",
        )
    aside = note.with_suffix(".part")
    there = [path for name in ("sealed", "for_raters") for path in (out / name).rglob("*")]
    if any(path.is_file() and path != aside for path in there):
        raise OutputError(f"{out} holds a pack.", _REMEDY)
    order = secrets.randbits(64) if seed is None else seed
    for folder in (note.parent, out / "for_raters" / "clips"):
        folder.mkdir(parents=True, exist_ok=True)
    aside.write_text(json.dumps(asked | {"seed": order}), encoding="utf-8")
    aside.replace(note)
    return order


def _fingerprint(visits: Sequence[Visit]) -> str:
    """Of all that decides the clips and what the key says of them."""
    told = [[*_file_of(one.path), *astuple(one)[3:10]] for one in visits]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _file_of(path: Path) -> tuple[str, int, int]:
    try:
        seen = path.stat()
    except OSError:
        return str(path.absolute()), 0, 0
    return str(path.absolute()), seen.st_size, seen.st_mtime_ns


def encode(visits: Sequence[Visit], duplicates: float, seed: int) -> tuple[Coded, ...]:
    """
    The clips in the order of reading, each with a code that means nothing.

    At least one is shown twice; a copy is as far from its original as shuffling makes it.
    """
    rng = np.random.default_rng(seed)
    twice = min(len(visits), max(1, round(duplicates * len(visits))))
    copied = rng.choice(len(visits), twice, replace=False)
    which = np.concatenate([np.arange(len(visits)), copied])
    orders = [rng.permutation(len(which)) for _ in range(_SHUFFLES)]
    order = max(orders, key=lambda order: _nearest(order, len(visits), copied))
    codes = _codes(len(which), rng)
    crf = rng.choice(_CRF, len(which))
    crf[len(visits) :] = [_CRF[(_CRF.index(c) + 1) % len(_CRF)] for c in crf[copied]]
    return tuple(
        Coded(
            codes[place],
            visits[which[place]],
            int(crf[place]),
            codes[which[place]] if place >= len(visits) else "",
        )
        for place in order
    )


def _nearest(
    order: np.ndarray[tuple[int], np.dtype[np.int64]],
    originals: int,
    copied: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> int:
    """The smallest distance of a copy from its original, in clips."""
    at = np.argsort(order)
    return int(np.abs(at[originals:] - at[copied]).min())


def _codes(count: int, rng: np.random.Generator) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choice(list(_LETTERS), _CODE_LENGTH))] = None
    return list(found)


def _key_rows(coded: Sequence[Coded], failed: dict[str, str]) -> list[dict[str, object]]:
    """With a number used once in each row, so that the hash of the key cannot be guessed at."""
    return [
        {
            "code": one.code,
            "copy_of": one.copy_of,
            **{name: getattr(one.visit, name) for name in KEY[2:8]},
            "video_sha256": video_hash(one.visit.path),
            "problem": failed.get(one.code, ""),
            "nonce": secrets.token_hex(_NONCE_BYTES),
        }
        for one in coded
    ]


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
