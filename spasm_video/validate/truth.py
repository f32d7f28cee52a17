"""
The truth beside a clip: what a perfect measurement would find in it.

``<name>.truth.json`` beside ``<name>.mp4`` holds ``events`` (``onset_s``, ``offset_s``,
``peak_s`` or null, ``side``, ``regions`` joined by +, ``kind``, ``amplitude_mm`` of each region or
null, ``max_mm`` or null, ``eyelid_closure`` 0-1 or null) and ``affected_side``; beside them
``blinks``, ``ignore`` (spans that are scored neither way), ``duration_s`` and
``px_per_mm``, where known. Sides are the patient's own, times are seconds from the first
frame.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.errors import InputError
from spasm_video.records import AffectedSide, Kind
from spasm_video.validate.spasms import Spasm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum
    from pathlib import Path

SUFFIX = ".truth.json"
_REMEDY = "The format of a truth file is told by: spasm-video validate --help"

Word = TypeVar("Word", bound="StrEnum")


@dataclass(frozen=True, slots=True)
class Closing:
    """An eye that blinks: half-open span and side."""

    onset_s: float
    offset_s: float
    side: Side


@dataclass(frozen=True, slots=True)
class Truth:
    """
    What is known of a clip.

    ``blinks`` is one entry for each eye that blinks, None where blinks were not labelled;
    ``affected_sides`` holds every answer that is right; numbers are NaN where not told.
    """

    spasms: tuple[Spasm, ...]
    blinks: tuple[Closing, ...] | None
    affected_sides: tuple[AffectedSide, ...]
    ignored_s: tuple[tuple[float, float], ...]
    duration_s: float
    px_per_mm: float


def read_truth(path: Path) -> Truth:
    """
    Read a truth file.

    Raises
    ------
    InputError : the file cannot be read or is not in the format; names the file and the key
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", _REMEDY) from error
    except ValueError as error:
        raise InputError(f"{path.name} is not JSON: {error}.", _REMEDY) from error
    return truth_of(plain, path.name)


def truth_of(plain: Any, name: str) -> Truth:
    """The truth from plain data; ``name`` is what an error calls it."""
    top = _Entry(plain, name, "")
    return Truth(
        spasms=tuple(_spasm(entry) for entry in top.entries("events")),
        blinks=_blinks(top),
        affected_sides=_affected(top),
        ignored_s=tuple((e.number("onset_s"), e.end_s()) for e in top.entries("ignore", [])),
        duration_s=top.number_or_nan("duration_s"),
        px_per_mm=top.number_or_nan("px_per_mm"),
    )


def _spasm(entry: _Entry) -> Spasm:
    sizes = entry.get("amplitude_mm", None)
    known = _Entry(sizes, entry.name, f"{entry.place}amplitude_mm.") if sizes is not None else None
    region_mm = {Region(key): known.number(key) for key in known.regions()} if known else {}
    regions = tuple(entry.one_of("regions", Region, w) for w in entry.text("regions").split("+"))
    return Spasm(
        onset_s=entry.number("onset_s"),
        peak_s=entry.number_or_nan("peak_s"),
        offset_s=entry.end_s(),
        side=entry.one_of("side", Side),
        kind=entry.one_of("kind", Kind),
        regions=regions,
        amplitude_mm=entry.number_or_nan("max_mm"),
        region_mm=region_mm,
        closure=entry.number_or_nan("eyelid_closure"),
    )


def _blinks(top: _Entry) -> tuple[Closing, ...] | None:
    """Each eye's own; a blink without a ``side`` is one of both eyes."""
    if top.get("blinks", None) is None:
        return None
    return tuple(
        Closing(entry.number("onset_s"), entry.end_s(), side)
        for entry in top.entries("blinks")
        for side in ((entry.one_of("side", Side),) if entry.has("side") else SIDES)
    )


def _affected(top: _Entry) -> tuple[AffectedSide, ...]:
    told = top.get("affected_side")
    words = told if isinstance(told, list) else [told]
    return tuple(top.one_of("affected_side", AffectedSide, word) for word in words)


class _Entry:
    """A part of a truth file that knows its file and its place in it, for errors."""

    def __init__(self, plain: Any, name: str, place: str) -> None:
        self.name, self.place = name, place
        if not isinstance(plain, dict):
            raise self._wrong("", "must be an object with names and values")
        self._plain: Mapping[str, Any] = plain

    def get(self, key: str, *default: Any) -> Any:
        if key not in self._plain and not default:
            raise self._wrong(key, "is missing")
        return self._plain.get(key, *default)

    def has(self, key: str) -> bool:
        return key in self._plain

    def entries(self, key: str, *default: Any) -> list[_Entry]:
        found = self.get(key, *default)
        if not isinstance(found, list):
            raise self._wrong(key, "must be a list")
        return [_Entry(one, self.name, f"{self.place}{key}[{n}].") for n, one in enumerate(found)]

    def number(self, key: str) -> float:
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, f"must be a number, not {value!r}")
        if not math.isfinite(value):
            raise self._wrong(key, "must be finite")
        return float(value)

    def number_or_nan(self, key: str) -> float:
        return math.nan if self.get(key, None) is None else self.number(key)

    def end_s(self) -> float:
        """``offset_s``, which lies at or after ``onset_s``."""
        end_s = self.number("offset_s")
        if end_s < self.number("onset_s"):
            raise self._wrong("offset_s", "lies before onset_s")
        return end_s

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str):
            raise self._wrong(key, f"must be a word, not {value!r}")
        return value

    def one_of(self, key: str, words: type[Word], *given: Any) -> Word:
        value = given[0] if given else self.get(key)
        if value not in list(words):
            raise self._wrong(key, f"must be one of {', '.join(words)}, not {value!r}")
        return words(value)

    def regions(self) -> list[str]:
        for key in self._plain:
            if key not in list(Region):
                raise self._wrong(key, f"is no region; the regions are {', '.join(Region)}")
        return list(self._plain)

    def _wrong(self, key: str, what: str) -> InputError:
        place = f"{self.place}{key}".rstrip(".") or "the file"
        return InputError(f"{self.name}: {place} {what}.", _REMEDY)
