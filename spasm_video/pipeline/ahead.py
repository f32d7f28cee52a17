"""
Stages side by side: each works in a thread of its own, a few items ahead of the next.

The order of the items is kept and every item passes every stage once, so the result does
not depend on the threads; what waits between two stages is bounded, so memory stays flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Generic, TypeVar

from spasm_video.pipeline.beside import Beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_ROOM = 4  # items between two stages: smooths what varies from frame to frame


@dataclass(frozen=True, slots=True)
class _End:
    """After the last item; ``error`` is what ended the stage, None when all was done."""

    error: BaseException | None


class Ahead(Beside, Generic[T]):
    """
    The items of ``source``, made ahead in a thread of its own; iterated once, in ``with``.

    An error of the source is raised where its item would have come. Leaving the block ends
    the thread after the item it works on.
    """

    def __init__(self, source: Iterable[T], *, room: int = _ROOM) -> None:
        super().__init__()
        self._source = source
        # Two queues in C, items one way and room for them back: half the cost of one with a
        # limit, which is Python and holds its lock for every item.
        self._items: SimpleQueue[T | _End] = SimpleQueue()
        self._room: SimpleQueue[None] = SimpleQueue()
        for _ in range(room):
            self._room.put(None)
        self._is_unwanted = Event()

    def __iter__(self) -> Iterator[T]:
        """The items, in the order of the source."""
        while not isinstance(item := self._items.get(), _End):
            self._room.put(None)
            yield item
        if item.error is not None:
            raise item.error

    def _end(self) -> None:
        self._is_unwanted.set()
        self._room.put(None)  # it may wait for room

    def _work(self) -> None:
        end = _End(None)
        try:
            for item in self._source:
                self._room.get()
                if self._is_unwanted.is_set():
                    return
                self._items.put(item)
        except BaseException as error:  # noqa: BLE001 (raised again where the items are used)
            end = _End(error)
        self._items.put(end)
