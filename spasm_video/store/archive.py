"""
One subject as a zip: to hand over, to keep, to bring into another store.

``subject.json`` holds every row, reviews among them, ``sessions/N/`` the small files of the
results. Pages with pictures of the face stay out unless they are asked for; the track holds
the shape of a face and is personal too.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 2
READABLE = frozenset({1, FORMAT})  # the first had no reviews
INDEX = "subject.json"
FILES = ("events.csv", "blinks.csv", "summary.json", "run.json", "overview.png", "track.npz")
PICTURES = ("report.html",)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What went into or came out of an archive; ``missing`` are sessions without files."""

    subject: str
    sessions: int
    files: int
    missing: tuple[str, ...]
