"""The scripts of the pages: modules that import each other as they are written."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import spasm_video.web

if TYPE_CHECKING:
    from spasm_video.history import Session
    from tests.web.conftest import Browser

STATIC = Path(spasm_video.web.__file__).parent / "static"
IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def imported(script: Path) -> dict[Path, set[str]]:
    """The modules that a script imports, and what of each."""
    found = IMPORT.findall(script.read_text(encoding="utf-8"))
    return {
        (script.parent / path).resolve(): {name.strip() for name in names.split(",") if name}
        for names, path in found
    }


def test_every_import_is_there_and_none_goes_round() -> None:
    """A name that nobody exports would stop the page; a circle depends on who comes first."""
    scripts = sorted(STATIC.resolve().rglob("*.js"))
    for script in scripts:
        for module, names in imported(script).items():
            assert module in scripts, f"{script.name}: {module}"
            assert names <= set(EXPORT.findall(module.read_text(encoding="utf-8"))), script.name

    TopologicalSorter({script: imported(script) for script in scripts}).prepare()


@pytest.mark.parametrize("name", ["review", "record"])
def test_a_page_asks_for_all_its_modules_at_once(
    browser: Browser, session: Session, name: str
) -> None:
    """None is found only after another has come."""
    path = f"/people/P01/sessions/{session.number}/review" if name == "review" else "/record"
    page = browser.get(path).text
    needed: set[Path] = set()
    todo = [STATIC.resolve() / f"{name}.js"]
    while todo:
        new = set(imported(todo.pop())) - needed
        needed |= new
        todo += new

    asked = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)

    assert sorted(asked) == sorted(
        f"/static/{one.relative_to(STATIC.resolve()).as_posix()}" for one in needed
    )
    for module in asked:
        answer = browser.get(module)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
