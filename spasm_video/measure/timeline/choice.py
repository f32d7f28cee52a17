"""Which sessions make one line: one task, one method, one side; the others with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import Side
from spasm_video.course import LeftOut
from spasm_video.history import Segment

if TYPE_CHECKING:
    from spasm_video.history import History, Session


@dataclass(frozen=True, slots=True)
class Choice:
    """The sessions of a line in order of time, and what stands beside it."""

    segment: Segment
    method: str
    side: Side | None
    sessions: tuple[Session, ...]
    left_out: tuple[LeftOut, ...]


def choose(history: History, segment: Segment | None = None) -> Choice:
    """
    The sessions that can be compared.

    The method of most sessions is taken, the newest of equals. A session whose side is the
    other one, and that nobody has confirmed, is left out: most often it is a mirrored video.
    """
    sessions = tuple(sorted(history.sessions, key=lambda one: (one.date, one.number)))
    task = segment or _task(sessions)
    of_task = [one for one in sessions if one.segment is task]
    method = _most([one.method for one in of_task])
    side = history.work_up.side or _side([one for one in of_task if one.method == method])
    kept, out = [], []
    for one in of_task:
        if one.method != method:
            reason = (
                "Measured with another version, other numbers or networks. "
                f"See: spasm-video sessions remeasure {one.subject}"
            )
            out.append(LeftOut(one, reason))
        elif side and one.side == side.other.value and not one.is_confirmed:
            reason = (
                f"Its spasms are on the {one.side}, all others on the {side}: a mirrored video? "
                "Nobody has confirmed it."
            )
            out.append(LeftOut(one, reason))
        else:
            kept.append(one)
    return Choice(task, method, side, tuple(kept), tuple(out))


def _task(sessions: tuple[Session, ...]) -> Segment:
    counts = Counter(one.segment for one in sessions)
    return max(Segment, key=lambda task: (counts[task], task is Segment.REST))


def _most(methods: list[str]) -> str:
    counts = Counter(methods)
    last = {method: at for at, method in enumerate(methods)}
    return max(counts, key=lambda method: (counts[method], last[method]), default="")


def _side(sessions: list[Session]) -> Side | None:
    """What most sessions with a side show; None where as many show either."""
    counts = Counter(str(one.side) for one in sessions)
    left, right = counts[Side.LEFT.value], counts[Side.RIGHT.value]
    if left == right:
        return None
    return Side.LEFT if left > right else Side.RIGHT
