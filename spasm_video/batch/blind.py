"""
A pack for blinded reading: coded, shuffled clips, some twice, a form, and a sealed key.

    for_raters/clips/K7QF.mp4     upright, unmirrored, silent, without a date or a place
    for_raters/ratings.csv        the form, in the order of reading
    for_raters/key_sha256.txt     to prove later that the key was not changed
    sealed/key.csv                which clip is which; not for raters

Clips are coded anew, so that neither their size nor their bytes tell which is a copy.
"""

from __future__ import annotations

import csv
import hashlib
import os
import secrets
from dataclasses import dataclass
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
    clip with its problem, empty where there is none.

    Raises
    ------
    InputError : ``duplicates`` is out of its range
    OutputError : ``out`` cannot be written or holds a pack
    """
    if not FEWEST_DUPLICATES <= duplicates <= MOST_DUPLICATES:
        raise InputError(
            f"{100 * duplicates:g} % of the clips cannot be shown twice.",
            f"Choose from {FEWEST_DUPLICATES} to {MOST_DUPLICATES}.",
        )
    raters, sealed = out / "for_raters", out / "sealed"
    try:
        sealed.mkdir(parents=True)
        (raters / "clips").mkdir(parents=True)
    except FileExistsError:
        raise OutputError(f"{out} holds a pack.", "Name another folder: --out FOLDER") from None
    except OSError as error:
        raise OutputError(
            f"The pack cannot be written to {out}: {error.strerror}.",
            "Name another folder: --out FOLDER",
        ) from error
    coded = encode(visits, duplicates, secrets.randbits(64) if seed is None else seed)
    tasks = [
        Clip(
            one.visit.path.absolute(), (raters / "clips" / f"{one.code}.mp4").absolute(),
            one.visit.start_s, one.visit.end_s, one.visit.mirrored, one.crf,
        )
        for one in coded
    ]  # fmt: skip
    failed: dict[str, str] = {}
    for ended in engine.run(write_clip, tasks):
        one, problem = coded[ended.index], ended.lost or ended.value
        on_clip(one, problem)
        if problem:
            failed[one.code] = problem
        else:
            os.utime(tasks[ended.index].out, (_EPOCH_S, _EPOCH_S))
    _write(sealed / "key.csv", KEY, _key_rows(coded, failed))
    digest = hashlib.sha256((sealed / "key.csv").read_bytes()).hexdigest()
    (raters / "key_sha256.txt").write_text(f"{digest}  key.csv\n", encoding="ascii")
    shown = [{"code": one.code} for one in coded if one.code not in failed]
    _write(raters / "ratings.csv", FORM, shown)
    return Pack(out, coded, failed, digest)


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
