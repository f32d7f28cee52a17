"""
What blinded ratings are worth: rater against rater, against themselves, against the video.

Copies within the pack give a rater's agreement with themselves; everywhere else they are left
out. What a rater called not assessable, or left empty, is missing and never zero.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.batch.blind import COUNTS, GRADES, SIGNS
from spasm_video.batch.cells import yes_or_no
from spasm_video.batch.concordance import icc, rank_correlation, weighted_kappa
from spasm_video.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from spasm_video.records import Estimate

    Floats = NDArray[np.float64]

ITEMS = (*GRADES, "side", *SIGNS, "regions", *COUNTS)
COLUMNS = ("who", "item", "statistic", "value", "low", "high", "clips")
_SIDES = {"none": 0, "left": 1, "right": 2, "both": 3, "undetermined": 4}
_HIGHEST_GRADE = 4
_ICC, _KAPPA, _WEIGHTED, _RANK = "ICC(2,1)", "kappa", "weighted kappa", "Spearman rho"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two or more agree on one item, over so many clips."""

    who: str
    item: str
    statistic: str
    estimate: Estimate
    clips: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """
    All ratings by rater and item: (clip,) arrays in the order of ``codes``, NaN missing.

    ``copy_of`` are places: (copy, original).
    """

    codes: tuple[str, ...]
    of: Mapping[str, Mapping[str, Floats]]
    copy_of: tuple[tuple[int, int], ...] = ()

    @property
    def originals(self) -> list[int]:
        """The places of the clips that are no copies."""
        copies = {copy for copy, _ in self.copy_of}
        return [place for place in range(len(self.codes)) if place not in copies]


def read_ratings(paths: Sequence[Path], key: Path | None) -> tuple[Ratings, list[dict[str, str]]]:
    """
    The filled forms, of one rater each or of several, and the rows of the key.

    Raises
    ------
    InputError : with every cell that is no rating, and how to write it
    """
    rows = [(path.name, line, row) for path in paths for line, row in _table(path)]
    wrong: list[str] = []
    known = [row for _, row in _table(key)] if key else []
    codes = tuple(dict.fromkeys(row["code"] for row in known or (row for _, _, row in rows)))
    place = {code: n for n, code in enumerate(codes)}
    found: dict[str, dict[str, Floats]] = {}
    for name, line, row in rows:
        if not any(cell for column, cell in row.items() if column not in {"code", "rater"}):
            continue
        rater = row.get("rater") or name.rsplit(".", 1)[0]
        if row["code"] not in place:
            wrong.append(f"{name} line {line}: the key has no clip {row['code']}")
            continue
        items = found.setdefault(rater, {item: np.full(len(codes), np.nan) for item in ITEMS})
        try:
            for item, value in _values(row):
                items[item][place[row["code"]]] = value
        except ValueError as error:
            wrong.append(f"{name} line {line}: {error}")
    if wrong or not found:
        listed = "\n  ".join(wrong) or "no form is filled in"
        raise InputError(f"The ratings cannot be read:\n  {listed}", "Correct these cells.")
    copies = tuple(
        (place[row["code"]], place[row["copy_of"]]) for row in known if row.get("copy_of")
    )
    return Ratings(codes, found, copies), known


def agreements(ratings: Ratings, video: Mapping[str, Floats] | None = None) -> Iterator[Agreement]:
    """Every number of what was rated at all; ``video`` as ``video_readings`` gives it."""
    raters = sorted(ratings.of)
    originals = ratings.originals
    for item in ITEMS:
        each = {rater: ratings.of[rater][item] for rater in raters}
        if not any(np.isfinite(values).any() for values in each.values()):
            continue  # a field that the study does not use
        table = np.stack([each[rater][originals] for rater in raters], axis=1)
        if len(raters) > 1 and _is_number(item):
            yield _agreement("all raters", item, _ICC, table)
        for (a, first), (b, second) in combinations(enumerate(raters), 2):
            yield from _kappas(f"{first} with {second}", item, table[:, [a, b]])
        for rater in raters:
            again = np.array([[each[rater][x], each[rater][y]] for x, y in ratings.copy_of])
            if len(again):
                who = f"{rater} with themselves"
                if _is_number(item):
                    yield _agreement(who, item, _ICC, again)
                yield from _kappas(who, item, again)
        if video is not None:
            yield from _with_video(item, each, video, originals)


def video_readings(known: Sequence[Mapping[str, str]], scores: Path) -> dict[str, Floats]:
    """
    What the video measure says of each clip of the key, as a rater would, and its rate.

    Raises
    ------
    InputError : a clip is not in the scores, or was made of another file
    """
    by_place = {(row["line"], row["video"]): row for _, row in _table(scores)}
    found = {item: np.full(len(known), np.nan) for item in (*ITEMS, "spasms_per_min")}
    for place, row in enumerate(known):
        score = by_place.get((row["line"], row["video"]))
        if score is None or score["video_sha256"] != row["video_sha256"]:
            raise InputError(
                f"{scores.name} has no row for clip {row['code']}, line {row['line']} of the "
                "manifest.",
                "Name the scores of the same manifest: --scores RESULTS/scores.csv",
            )
        for item, value in _read_of(score).items():
            found[item][place] = value
    return found


def _with_video(
    item: str, each: Mapping[str, Floats], video: Mapping[str, Floats], originals: list[int]
) -> Iterator[Agreement]:
    if item in GRADES:  # another scale: in the same order is all that can be asked
        grades = np.stack([each[rater][originals] for rater in each], axis=1)
        known = np.isfinite(grades)
        mean = np.where(known, grades, 0.0).sum(axis=1) / np.where(
            known.any(axis=1), known.sum(axis=1), 1
        )
        mean[~known.any(axis=1)] = np.nan
        rate = video["spasms_per_min"][originals]
        both = int((np.isfinite(mean) & np.isfinite(rate)).sum())
        who = "mean of raters with the video’s spasms a minute"
        yield Agreement(who, item, _RANK, rank_correlation(mean, rate), both)
        return
    for rater in sorted(each):
        pair = np.stack([each[rater][originals], video[item][originals]], axis=1)
        who = f"{rater} with the video"
        if _is_number(item):
            yield _agreement(who, item, _ICC, pair)
        yield from _kappas(who, item, pair)


def _kappas(who: str, item: str, pair: Floats) -> Iterator[Agreement]:
    if item in COUNTS:
        return
    is_ordered = item in GRADES or item == "regions"
    clips = int(np.isfinite(pair).all(axis=1).sum())
    estimate = weighted_kappa(pair[:, 0], pair[:, 1], is_ordered=is_ordered)
    yield Agreement(who, item, _WEIGHTED if is_ordered else _KAPPA, estimate, clips)


def _agreement(who: str, item: str, statistic: str, table: Floats) -> Agreement:
    return Agreement(who, item, statistic, icc(table), int(np.isfinite(table).all(axis=1).sum()))


def _is_number(item: str) -> bool:
    return item in GRADES or item in COUNTS or item == "regions"


def _values(row: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Item and value of every cell that is filled in."""
    if yes_or_no(row.get("not_assessable", "")):
        return
    for item in (*GRADES, *COUNTS):
        if cell := row.get(item, ""):
            yield item, _number(item, cell)
    if side := row.get("side", "").lower():
        if side not in _SIDES:
            raise ValueError(f"side {side!r} is none of {', '.join(_SIDES)}")
        yield "side", _SIDES[side]
    signs = {item: row[item] for item in SIGNS if row.get(item)}
    for item, cell in signs.items():
        yield item, float(yes_or_no(cell))
    if all(region in signs for region in REGIONS):
        yield "regions", float(sum(yes_or_no(signs[region]) for region in REGIONS))


def _number(item: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    is_fine = value >= 0 and (item in COUNTS or value in range(_HIGHEST_GRADE + 1))
    if not is_fine:
        wanted = "a count" if item in COUNTS else f"a whole grade from 0 to {_HIGHEST_GRADE}"
        raise ValueError(f"{item} {cell!r} is not {wanted}")
    return value


def _read_of(score: Mapping[str, str]) -> dict[str, float]:
    """What one row of ``scores.csv`` says; what is empty there stays missing."""
    if score["status"] != "done" or not score["spasms_per_min"]:
        return {}
    found = {
        "side": float(_SIDES[score["affected_side"]]),
        "spasms_counted": float(score["events"]),
        "spasms_per_min": float(score["spasms_per_min"]),
        "other_babinski": float(int(score["other_babinski_events"]) > 0),
    }
    for region in REGIONS:
        if any(score[f"{region}_{side}_spasms_per_min"] for side in SIDES):
            events = sum(int(score[f"{region}_{side}_events"]) for side in SIDES)
            found[region] = float(events > 0)
    if all(region in found for region in REGIONS):
        found["regions"] = sum(found[region] for region in REGIONS)
    return found


def _table(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            delimiter = max(",;\t", key=head.count)
            reader = csv.DictReader(file, delimiter=delimiter, restval="")
            rows = [
                (reader.line_num, {str(n).strip().lower(): str(c).strip() for n, c in row.items()})
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name} cannot be read: {error}.", "Name a CSV in UTF-8.") from error
    return rows
