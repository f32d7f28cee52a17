"""
The catalogue: every text of the pages, by language; English is whole, others may lack some.

    t = texts("de")
    t("home.title"), t("measure.length", seconds=3)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de")
_FOLDER = Path(__file__).parent / "texts"


class Texts:
    """The texts of one language."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language, self.entries = language, entries

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in; KeyError for a key that is in none."""
        text = self.entries[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.entries

    def number(self, value: float | None, digits: int = 1) -> str:
        """
        A number as this language writes it; a dash where it is missing.

        >>> texts("de").number(2.54), texts("en").number(None)
        ('2,5', '–')
        """
        if value is None or value != value:  # noqa: PLR0124 (NaN)
            return "–"
        text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
        return text.replace(".", ",") if self.language == "de" else text

    def short(self, value: float) -> str:
        """
        A number as somebody entered it, in the writing of this language.

        >>> texts("de").short(12.50)
        '12,5'
        """
        text = f"{value:g}".replace("-", "−")
        return text.replace(".", ",") if self.language == "de" else text


@cache
def texts(language: str) -> Texts:
    """The texts of a language; what it lacks is English."""
    return Texts(language, {**catalogue("en"), **catalogue(language)})


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The texts of a language as they stand in its file."""
    plain = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(plain, ""))


def best_language(asked: str, accepted: str) -> str:
    """
    The language of a visitor: as chosen, else the first the browser names that we have.

    >>> best_language("", "fr-CH,de;q=0.8,en;q=0.5"), best_language("en", "de")
    ('de', 'en')
    """
    if asked in LANGUAGES:
        return asked
    named = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((one for one in named if one in LANGUAGES), LANGUAGES[0])


def _flat(plain: Mapping[str, Any], before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in plain.items():
        key = f"{before}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, dict) else [(key, str(value))]
    return found
