"""The sensitivity map and the size of which half are found."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spasm_video.anatomy import Region
from spasm_video.validate.sensitivity import by_size, cells, half_found_mm
from tests.validate.conftest import a_clip, a_spasm


def test_spasms_are_counted_in_the_nearest_cell() -> None:
    """1.1 mm and 95 ms of a face of 290 px count as 1 mm, 100 ms and 250 px."""
    true = [a_spasm(1.0, 0.095, amplitude_mm=1.1), a_spasm(5.0, 0.1, amplitude_mm=0.95)]
    clip = a_clip(true, true[:1], label="mouth", face_px=290.0)

    (cell,) = cells([clip], (250, 600))

    assert (cell.region, cell.fps, cell.face_px) == (str(Region.MOUTH), 30, 250)
    assert (cell.size_mm, cell.duration_ms, cell.hits, cell.n) == (1.0, 100.0, 1, 2)
    assert cell.recall.value == 0.5


def test_the_size_of_which_half_are_found_comes_back() -> None:
    """A known curve, half at 0.8 mm: found again within 15 %, and inside its interval."""
    rng = np.random.default_rng(5)
    sizes = rng.choice([0.25, 0.5, 1.0, 2.0, 4.0], 400)
    is_found = rng.random(400) < 1 / (1 + np.exp(-4 * np.log(sizes / 0.8)))
    true = [a_spasm(2.0 * i, amplitude_mm=float(s)) for i, s in enumerate(sizes)]
    clip = a_clip(true, [s for s, found in zip(true, is_found, strict=True) if found])

    half, n = half_found_mm([clip])

    assert n == 400
    assert half.value == pytest.approx(0.8, rel=0.15)
    assert half.low < 0.8 < half.high


def test_all_or_none_found_is_told_by_the_ends() -> None:
    """Never found: infinite; always found: the smallest that was tried; nothing: unknown."""
    true = [a_spasm(2.0 * i, amplitude_mm=float(s)) for i, s in enumerate((0.25, 1, 4) * 6)]

    assert math.isinf(half_found_mm([a_clip(true, [])])[0].value)
    assert half_found_mm([a_clip(true, true)])[0].value == pytest.approx(0.25)
    assert math.isnan(half_found_mm([])[0].value)


def test_what_is_found_is_told_by_size() -> None:
    """Half-open bins; a spasm of unknown size is in none."""
    true = [a_spasm(2.0 * i, amplitude_mm=mm) for i, mm in enumerate((0.4, 1.0, 1.9, 5, math.nan))]
    told = {words: (share.value, n) for words, share, n in by_size([a_clip(true, true[2:])])}

    assert told["0 to 0.5 mm"] == (0.0, 1)
    assert told["1 to 2 mm"] == (0.5, 2)
    assert told["3 mm and more"] == (1.0, 1)
    assert told["2 to 3 mm"][1] == 0
