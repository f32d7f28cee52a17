"""
Stages side by side: each works in a thread of its own, a few items ahead of the next.

The order of the items is kept and every item passes every stage once, so the result does
not depend on the threads; what waits between two stages is bounded, so memory stays flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

T = TypeVar("T")

_ROOM = 4  # items between two stages: smooths what varies from frame to frame
_DRAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class _End:
    """After the last item; ``error`` is what ended the stage, None when all was done."""

    error: BaseException | None


class Ahead(Generic[T]):
    """
    The items of ``source``, made ahead in a thread of its own; iterated once, in ``with``.

    An error of the source is raised where its item would have come. Leaving the block ends
    the thread after the item it works on.
    """

    def __init__(self, source: Iterable[T], *, room: int = _ROOM) -> None:
        self._source = source
        self._items: Queue[T | _End] = Queue(room)
        self._is_unwanted = Event()
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the thread, whatever it waits for."""
        self._is_unwanted.set()
        while self._thread.is_alive():
            try:
                self._items.get(timeout=_DRAIN_S)
            except Empty:
                continue

    def __iter__(self) -> Iterator[T]:
        """The items, in the order of the source."""
        while not isinstance(item := self._items.get(), _End):
            yield item
        if item.error is not None:
            raise item.error

    def _work(self) -> None:
        end = _End(None)
        try:
            for item in self._source:
                if self._is_unwanted.is_set():
                    return
                self._items.put(item)
        except BaseException as error:  # noqa: BLE001 (raised again where the items are used)
            end = _End(error)
        self._items.put(end)
