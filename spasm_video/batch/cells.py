"""
One cell of a manifest: from text to a value, or what is wrong with it.

Every reader takes the text of a cell, stripped, and returns the value; an empty cell is the
default. A ``ValueError`` says what is wrong and how to write it.
"""

from __future__ import annotations

import math
from datetime import date

_YES = {"1", "true", "yes", "y", "mirrored"}
_NO = {"", "0", "false", "no", "n", "unmirrored"}


def yes_or_no(text: str) -> bool:
    """
    A flag as people and programs write it.

    >>> yes_or_no("Yes"), yes_or_no("0"), yes_or_no("")
    (True, False, False)
    """
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(f"{text!r} is neither yes nor no. Write yes or no")
    return word in _YES


def seconds(text: str) -> float | None:
    """
    A time in the video, s; None where the cell is empty.

    >>> seconds("2.5"), seconds("")
    (2.5, None)
    """
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ValueError(f"{text!r} is not a time. Write seconds from the start, as 12.5")
    return value


def day(text: str) -> str:
    """
    A date as YYYY-MM-DD, empty where the cell is; a time of the day behind it is left out.

    >>> day("2026-03-02"), day("2026-03-02 00:00:00")
    ('2026-03-02', '2026-03-02')
    """
    if not text:
        return ""
    try:
        return date.fromisoformat(text.replace("T", " ").split(" ")[0]).isoformat()
    except ValueError:
        raise ValueError(f"{text!r} is not a date. Write it as 2026-03-02") from None
