"""Scenarios drawn by chance are possible, and the same for the same seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasm_video.anatomy import Side
from spasm_video.errors import ParameterError
from spasm_video.simulate.draw import Chance, drawn


def test_the_same_seed_draws_the_same() -> None:
    """And another one something else."""
    assert drawn(Chance(), seed=5) == drawn(Chance(), seed=5)
    assert drawn(Chance(), seed=5).spasms != drawn(Chance(), seed=6).spasms


@given(
    seed=st.integers(0, 10_000),
    rate=st.floats(0, 90),
    side=st.sampled_from([*Side, None]),
    spread=st.integers(1, 5),
)
def test_movements_keep_apart_and_within_the_clip(
    seed: int, rate: float, side: Side | None, spread: int
) -> None:
    """After a second of rest, on the side asked for, never two at once."""
    chance = Chance(duration_s=30.0, side=side, spasms_per_min=rate, spread=spread)
    script = drawn(chance, seed=seed)
    spans = sorted(
        [(one.course.onset_s, one.end_s) for one in script.spasms]
        + [(blink.course.onset_s, blink.course.end_s) for blink in script.blinks]
    )

    assert all(onset_s > 1.0 and end_s <= 30.0 for onset_s, end_s in spans)
    assert all(nxt[0] - last[1] > 0.3 for last, nxt in pairwise(spans))
    assert all(one.side is side for one in script.spasms)
    assert all(len(one.parts) <= spread for one in script.spasms)


def test_as_many_come_as_were_asked_for() -> None:
    """On average, at a rate that leaves room between them."""
    chance = Chance(duration_s=600.0, spasms_per_min=12, blinks_per_min=12, tonic=0.0)
    counts = [
        (len(script.spasms), len(script.blinks))
        for script in (drawn(chance, seed=seed) for seed in range(8))
    ]

    assert np.mean(counts, axis=0) / 10 == pytest.approx([12, 12], rel=0.15)


def test_a_healthy_face_only_blinks() -> None:
    """Half of the blinks are partial, as in people."""
    script = drawn(Chance(duration_s=600.0, side=None), seed=1)
    partial = [not blink.complete for blink in script.blinks]

    assert script.affected_side == "none"
    assert np.mean(partial) == pytest.approx(0.5, abs=0.12)


def test_nothing_asked_is_a_still_face() -> None:
    """No rate, no movement."""
    script = drawn(Chance(side=None, blinks_per_min=0), seed=1)

    assert (script.spasms, script.blinks) == ((), ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_s", 0.0),
        ("fps", 0.0),
        ("spasms_per_min", -1.0),
        ("blinks_per_min", -1.0),
        ("spread", 6),
        ("spread", 0),
        ("strength", 0.0),
        ("strength", 1.1),
        ("tonic", 1.5),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, value: float) -> None:
    """With a line that says what to give."""
    with pytest.raises(ParameterError, match="Give"):
        Chance(**{field: value})  # type: ignore[arg-type]
