"""
Film strips of two visits beside each other, out of the report pages of the visits.

The pictures are taken from the pages as they were made, so that a timeline needs no video.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasm_video.course import Timeline
    from spasm_video.history import Session
    from spasm_video.records import SpasmEvent

_PAGE = "report.html"
_LARGEST_BYTES = 50_000_000
_STRIP = re.compile(r'<figure class="strip">(.*?)</figure>', re.DOTALL)
_PICTURE = re.compile(r'src="(data:image/jpeg;base64,[A-Za-z0-9+/=]+)"')
_NUMBER = re.compile(r"<figcaption><b>(\d+)\.")


@dataclass(frozen=True, slots=True)
class Face:
    """A spasm of a visit in up to three pictures: before, at the peak, after."""

    session: Session
    event: SpasmEvent
    pictures: tuple[str, ...]


def strips_of(session: Session) -> tuple[Face, ...]:
    """The film strips on a session's page; none where the page is gone or shows none."""
    page = Path(session.folder) / _PAGE
    try:
        if not session.folder or page.stat().st_size > _LARGEST_BYTES:
            return ()
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    found = []
    for strip in _STRIP.findall(text):
        number, pictures = _NUMBER.search(strip), tuple(_PICTURE.findall(strip))
        if number and pictures and int(number[1]) <= len(session.events):
            found.append(Face(session, session.events[int(number[1]) - 1], pictures))
    return tuple(found)


def comparable(timeline: Timeline) -> tuple[Face, ...]:
    """
    A spasm of the first and one of the last visit, as alike as there are.

    Alike in side, then in regions; of equals the largest. Empty where either has no pictures.
    """
    if len(timeline.sessions) < 2:
        return ()
    first, last = (strips_of(timeline.sessions[at]) for at in (0, -1))
    pairs = [(one, other) for one in first for other in last]
    return max(pairs, key=lambda pair: _likeness(*pair), default=())


def _likeness(one: Face, other: Face) -> tuple[bool, float, float]:
    mine, yours = set(one.event.regions), set(other.event.regions)
    shared = len(mine & yours) / len(mine | yours)
    size = min(one.event.amplitude_mm, other.event.amplitude_mm)
    return one.event.side is other.event.side, shared, size
