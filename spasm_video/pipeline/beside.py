"""Work that goes on beside its caller: a thread for as long as a block lasts, and no longer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Beside(ABC):
    """
    Something that works in a thread of its own; used in ``with``.

    Leaving the block asks the work to end and waits until it has: nothing runs after it.
    """

    def __init__(self) -> None:
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
        """Wait for the end of the work."""
        self._end()
        self._thread.join()

    @abstractmethod
    def _work(self) -> None:
        """What the thread does; returns soon after ``_end``."""

    @abstractmethod
    def _end(self) -> None:
        """Ask the work to end, and free it from whatever it may wait for."""
