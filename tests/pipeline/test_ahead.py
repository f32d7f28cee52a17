"""Stages side by side give what a plain loop gives, hold little, and end when they are told."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasm_video.pipeline.ahead import Ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def uneven(numbers: list[int]) -> Iterator[int]:
    """Now slow, now fast."""
    for number in numbers:
        time.sleep(0.0002 * (number % 3))
        yield number


@given(numbers=st.lists(st.integers(), max_size=30), room=st.integers(1, 5))
def test_the_items_come_once_and_in_order(numbers: list[int], room: int) -> None:
    """Three stages one after another are the same as a loop."""
    with (
        Ahead(uneven(numbers), room=room) as first,
        Ahead((number + 1 for number in first), room=room) as second,
        Ahead((2 * number for number in second), room=room) as third,
    ):
        assert list(third) == [2 * (number + 1) for number in numbers]


def test_a_stage_is_only_a_few_items_ahead() -> None:
    """However slow the next stage is, what waits between them is bounded."""
    made = 0

    def source() -> Iterator[int]:
        nonlocal made
        for number in range(1000):
            made = number + 1
            yield number

    with Ahead(source(), room=3) as stage:
        for used, _ in enumerate(stage):
            time.sleep(0.002)
            assert made <= used + 1 + 3 + 2  # taken, waiting, and the one in the worker's hand
            if used == 50:
                break


def test_an_error_comes_where_its_item_would_have_come() -> None:
    """What was made before it is not lost, and the error is the very same one."""
    wrong = ValueError("the third is bad")

    def source() -> Iterator[int]:
        yield from (1, 2)
        raise wrong

    seen: list[int] = []
    with (
        pytest.raises(ValueError, match="the third is bad") as caught,
        Ahead(source()) as stage,
        Ahead(number for number in stage) as after,
    ):
        seen.extend(after)

    assert seen == [1, 2]
    assert caught.value is wrong


def test_leaving_early_ends_every_thread() -> None:
    """Also those that wait for room or for an item."""
    before = threading.active_count()
    with Ahead(iter(range(10**9))) as first, Ahead(number for number in first) as second:
        assert next(iter(second)) == 0

    assert threading.active_count() == before
