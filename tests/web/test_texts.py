"""The catalogue: every text a page or a script shows is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import spasm_video.web
from spasm_video.web.texts import LANGUAGES, catalogue
from tests.web.conftest import pages_of

if TYPE_CHECKING:
    from spasm_video.history import Session
    from tests.web.conftest import Browser

WEB = Path(spasm_video.web.__file__).parent
FILES = [*WEB.glob("templates/*.j2"), *WEB.glob("static/**/*.js"), *WEB.glob("*.py")]


def test_every_text_that_is_asked_for_is_in_the_catalogue() -> None:
    """By its whole key, or by the beginning of one that is put together."""
    known = catalogue("en")
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r'\b(?:t|say)\("([a-z]+\.[a-z0-9_.]+)"[,)]', text):
            assert key in known, f"{path.name}: {key}"
        for key in re.findall(r'\b(?:t|say)\((?:f")?[`"]([a-z]+\.[a-z_.]*)["$`{]\s*~?', text):
            assert any(one.startswith(key) for one in known), f"{path.name}: {key}"


def test_german_has_every_text_with_the_same_values() -> None:
    """Only the names of the languages are those of the languages."""
    english, german = catalogue("en"), catalogue("de")

    assert set(english) - set(german) == {"base.in_en", "base.in_de"}
    assert set(german) <= set(english)
    for key, text in german.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_page_is_there_in_every_language(browser: Browser, session: Session) -> None:
    """The language of the page is told to a reader, and numbers are written its way."""
    base = f"/people/P01/sessions/{session.number}"
    for language in LANGUAGES:
        browser.get(f"/language/{language}")
        for path in pages_of(session):
            page = browser.get(path)
            assert page.status_code == 200, path
            assert f'<html lang="{language}">' in page.text
    browser.get("/language/de")
    assert "Spasmen auf der rechten Seite" in browser.get(base).text
    assert re.search(r"zwischen \d+,\d und", browser.get(base).text)


def test_the_language_is_that_of_the_browser_until_one_is_chosen(browser: Browser) -> None:
    """Then it is the chosen one."""
    german = {"accept-language": "de-CH,de;q=0.9"}
    assert '<html lang="de">' in browser.get("/", headers=german).text
    browser.get("/language/en")
    assert '<html lang="en">' in browser.get("/", headers=german).text
