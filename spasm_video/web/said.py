"""
What the layers below say, in the visitor's language.

They speak English alone, and so does what is stored; ``texts/said_<language>.toml`` has each of
their sentences as its source builds it, and what a page says instead. A sentence without one
stands as it was said, marked as English. English has a page's own words for those that speak
of a command line.

    said("The note is empty.", "de").text
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import pass_context
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.runtime import Context

_FOLDER = Path(__file__).parent / "texts"
_SENTENCE, _SPOKEN = "sentence", "en"
_ANY = ".*?"
_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan)"
_QUOTES = {"de": "„{}“", "en": "“{}”"}
_AND = {"de": " und ", "en": " and "}


class Said(NamedTuple):
    """A text and the language it is in."""

    text: str
    language: str


class _Sentence(NamedTuple):
    """How a sentence is known by, and how it is said instead."""

    known_by: re.Pattern[str]
    instead: str
    weight: int  # letters of its own: the more, the less it can be mistaken


def said(text: str, language: str) -> Said:
    """
    A text of one or more sentences in a language, or as it is where a part of it is unknown.

    >>> said("2026-13-01 is no day. Choose one.", "de").text
    '„2026-13-01“ ist kein Tag. Wählen Sie einen.'
    >>> said("Never said before.", "de")
    Said(text='Never said before.', language='en')
    """
    told = _told(text, language)
    return Said(text, _SPOKEN) if told is None else Said(told, language)


def word(text: str, table: str, language: str) -> Said:
    """A word by the table that has it, or as it is."""
    words = tables(language).get(table, {})
    return Said(words[text], language) if text in words else Said(text, _SPOKEN)


def marked(told: Said, language: str) -> Markup:
    """A text for a page in a language, marked where it is in another."""
    if told.language == language:
        return Markup.escape(told.text)
    return Markup('<span lang="{}">{}</span>').format(told.language, told.text)


@pass_context
def said_filter(context: Context, text: str) -> Markup:
    """``{{ text | said }}`` in a template."""
    language = context["t"].language
    return marked(said(text, language), language) if text else Markup("")


@pass_context
def word_filter(context: Context, text: str, table: str) -> Markup:
    """``{{ text | word("scale") }}`` in a template: a word of ours, so English where unknown."""
    language = context["t"].language
    return marked(word(text, table, language), language)


@pass_context
def typed_filter(context: Context, text: str, table: str) -> str:
    """``{{ text | typed("label") }}``: ours, or what somebody typed, in whatever language."""
    return word(text, table, context["t"].language).text


@cache
def tables(language: str) -> Mapping[str, Mapping[str, str]]:
    """The sentences and the tables of words as they stand in the file; empty without one."""
    path = _FOLDER / f"said_{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def matching(sentence: str, language: str) -> list[str]:
    """Every way a single sentence can be said instead, the surest first."""
    ways = []
    for one in _sentences(language):
        found = one.known_by.fullmatch(sentence)
        filled = _filled(one.instead, found.groups(), language) if found else None
        if filled is not None:
            ways.append(filled)
    return ways


def _told(text: str, language: str) -> str | None:
    ways = matching(text, language)
    if ways:
        return ways[0]
    for end in re.finditer(r"(?<=\.) ", text):
        first = matching(text[: end.start()], language)
        rest = _told(text[end.end() :], language) if first else None
        if rest is not None:
            return f"{first[0]} {rest}"
    return text if language == _SPOKEN else None


@cache
def _sentences(language: str) -> tuple[_Sentence, ...]:
    plain = tables(language).get(_SENTENCE, {})
    made = [_sentence(said_as, instead) for said_as, instead in plain.items()]
    return tuple(sorted(made, key=lambda one: -one.weight))


def _sentence(said_as: str, instead: str) -> _Sentence:
    """A place of a kind is known by what that kind allows, so that nothing else is taken for it."""
    kinds = {field: kind for _, field, kind, _ in Formatter().parse(instead) if field is not None}
    parts = said_as.split("{}")
    known_by = re.escape(parts[0])
    for place, part in enumerate(parts[1:]):
        allowed = _NUMBER if kinds.get(str(place)) == "number" else _ANY
        known_by += f"({allowed}){re.escape(part)}"
    return _Sentence(re.compile(known_by, re.DOTALL), instead, sum(map(len, parts)))


def _filled(instead: str, values: tuple[str, ...], language: str) -> str | None:
    """The sentence with its values; None where one is not of its table."""
    filled = []
    for text, field, kind, _ in Formatter().parse(instead):
        filled.append(text)
        if field is None:
            continue
        value = _value(values[int(field)], kind or "", language)
        if value is None:
            return None
        filled.append(value)
    return "".join(filled)


def _value(value: str, kind: str, language: str) -> str | None:
    if not kind:
        return value
    if kind == "number":
        value = value.replace("-", "−")
        return value.replace(".", ",") if language == "de" else value
    if kind == "quoted":
        return _QUOTES[language].format(_unquoted(value))
    if kind == "row":
        return value.replace(_AND[_SPOKEN], _AND[language])
    if kind == "visit":
        return _visit(value, language)
    words = tables(language).get(kind.removesuffix("?"), {})
    return words.get(value, value if kind.endswith("?") else None)


def _visit(value: str, language: str) -> str:
    """The name of a session, day, task and label, with the task in the language."""
    day, *rest = value.split(" ")
    tasks = tables(language).get("task", {})
    return " ".join([day, *(tasks.get(one, one) for one in rest[:1]), *rest[1:]])


def _unquoted(value: str) -> str:
    """Without the quotes that Python puts around a text."""
    try:
        plain = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value
    return plain if isinstance(plain, str) else value
