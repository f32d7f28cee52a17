"""
Write the parts of the README that follow from the code: commands, parameters, scorecard.

    python scripts/write_docs.py           write them
    python scripts/write_docs.py --check   fail if they are not up to date
"""

from __future__ import annotations

import re
import sys
from difflib import unified_diff
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from spasm_video.cli.main import app
from spasm_video.params import ParamRow, table, timeline_table
from spasm_video.validate.grid import Grid
from spasm_video.validate.published import published
from spasm_video.validate.scorecard import beside_markdown, markdown

OPEN_END = 1e6
README = Path(__file__).parents[1] / "README.md"


def main() -> int:
    """Write the README, or check it; 0 when it is up to date."""
    before = README.read_text(encoding="utf-8")
    after = fill(fill(before, "commands", commands()), "parameters", parameters())
    after = fill(after, "scorecard", scorecard())
    if "--check" not in sys.argv[1:]:
        README.write_text(after, encoding="utf-8")
        return 0
    changes = unified_diff(before.splitlines(), after.splitlines(), "README.md", "up to date", n=0)
    for line in changes:
        print(line)
    if before == after:
        return 0
    print("README.md is not up to date. Run: make format")
    return 1


def fill(text: str, name: str, content: str) -> str:
    """Put ``content`` between the markers of a block, which must be there once."""
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    if text.count(start) != 1 or text.count(end) != 1:
        raise SystemExit(f"README.md needs the markers {start} and {end}, each once.")
    block = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    return block.sub(lambda _: f"{start}\n{content}\n{end}", text)


def parameters() -> str:
    """Every number of the measurement and of the timeline, as a table."""
    head = ("parameter", "default", "range", "unit", "meaning", "source")
    rows = (
        (f"`{row.name}`", number(row.default), span(row), row.unit, row.about, row.source)
        for row in (*table(), *timeline_table())
    )
    return grid(head, rows)


def span(row: ParamRow) -> str:
    """The range a parameter may have; an end that is only nominal is left open."""
    if row.high >= OPEN_END:
        return f"≥ {number(row.low)}"
    return f"{number(row.low)} to {number(row.high)}"


def scorecard() -> str:
    """What is promised and what was measured, and on what."""
    told = published(Grid.FULL)
    made = told["made_with"]
    on = (
        f"Measured on {made['measured']}: {made['clips']} recordings, {made['minutes']:g} minutes, "
        f"{made['true_spasms']} spasms."
    )
    beside = (
        "Simpler rules on the same recordings, through the same matching; the first two see the "
        "eyelids alone, and the second is told the affected side:"
    )
    return f"{on}\n\n{markdown(told)}\n{beside}\n\n{beside_markdown(told).rstrip()}"


def commands() -> str:
    """Every command with its arguments and options, those of a group under it."""
    group: Any = typer.main.get_command(app)
    return "\n\n".join(command(name, found) for name, found in sorted(flat(group).items()))


def flat(group: Any, before: str = "") -> dict[str, Any]:
    """The commands by name; those of a group as ``group command``."""
    found: dict[str, Any] = {}
    for name, one in group.commands.items():
        found |= flat(one, f"{name} ") if hasattr(one, "commands") else {before + name: one}
    return found


def command(name: str, found: Any) -> str:
    """One command: how to call it, what it does, its options."""
    given = [shown for shown in found.params if shown.name != "help" and not shown.hidden]
    arguments = [argument(shown) for shown in given if shown.param_type_name == "argument"]
    usage = " ".join(["spasm-video", name, *arguments])
    parts = [f"#### `{usage}`", paragraph(found.help)]
    rows = [(option(shown), meaning(shown)) for shown in given if shown.param_type_name == "option"]
    return "\n\n".join([*parts, grid(("option", "meaning"), rows)] if rows else parts)


def argument(shown: Any) -> str:
    """An argument as the usage line names it."""
    name = shown.metavar or shown.name.upper() + ("…" if shown.nargs == -1 else "")
    return name if shown.required else f"[{name}]"


def option(shown: Any) -> str:
    """An option with the word for its value."""
    names = " / ".join([*shown.opts, *shown.secondary_opts])
    return f"`{f'{names} {value(shown)}'.strip()}`"


def value(shown: Any) -> str:
    """What may follow an option: nothing, one of some words, or anything."""
    if shown.is_flag:
        return ""
    if isinstance(shown.default, Enum):
        return "|".join(type(shown.default))
    return str(shown.metavar or shown.name.upper())


def meaning(shown: Any) -> str:
    """The help of an option, and its default where it has one."""
    default = getattr(shown.default, "value", shown.default)
    said = paragraph(shown.help)
    if shown.is_flag or default in (None, (), "") or "default" in said.lower():
        return said
    return f"{said} Default: {number(default)}."


def paragraph(text: str | None) -> str:
    """The first paragraph on one line."""
    return " ".join((text or "").split("\n\n")[0].replace("\b", "").split())


def number(value: object) -> str:
    """A default as a person writes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def grid(head: tuple[str, ...], rows: Any) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(escape(cell) for cell in line) + " |" for line in lines)


def escape(cell: str) -> str:
    """A bar within a cell would end it."""
    return cell.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
