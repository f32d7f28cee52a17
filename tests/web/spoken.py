"""What the program can say to a visitor of the web app, read from its source."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import spasm_video
from spasm_video import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(spasm_video.__file__).parent
PLACE = "{}"  # where a sentence has something filled in
ERRORS = frozenset(name for name, _ in inspect.getmembers(errors, inspect.isclass))
_TOLD = ("problem", "remedy")  # of a worker, in lines of JSON
_DEEPEST = 6
_Strings = dict[str, list[ast.expr]]


class Spoken(NamedTuple):
    """A sentence, and where it is said."""

    sentence: str
    module: str
    line: int


class _Place(NamedTuple):
    module: str
    tree: ast.Module
    strings: dict[ast.AST, _Strings]  # by function: what its names stand for


def reachable() -> tuple[str, ...]:
    """Every module that the web app can import, now or later, as a path in the package."""
    seen: set[Path] = set()
    todo = list((ROOT / "web").glob("*.py"))
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        todo += _imported(path)
    return tuple(sorted(str(path.relative_to(ROOT)) for path in seen))


def told_by_errors(module: str) -> Iterator[Spoken]:
    """Problem and remedy of every error that a module makes."""
    place = _place(module)
    for node in ast.walk(place.tree):
        if not isinstance(node, ast.Call | ast.Dict):
            continue
        for part in _told(node, module):
            for sentence in dict.fromkeys(_ways(part, _known(place, node))):
                yield Spoken(sentence, module, node.lineno)


def whole_sentences(module: str) -> Iterator[Spoken]:
    """Every text of a module that ends with a full stop, but for its docstrings."""
    place = _place(module)
    inner = set()
    for node in ast.walk(place.tree):
        if isinstance(node, ast.JoinedStr | ast.FormattedValue | ast.BinOp):
            inner |= {*ast.iter_child_nodes(node)}
        if isinstance(node, ast.Expr):
            inner.add(node.value)
    for node in ast.walk(place.tree):
        if isinstance(node, ast.JoinedStr | ast.Constant | ast.BinOp) and node not in inner:
            for sentence in _ways(node, _known(place, node)):
                if sentence.endswith("."):
                    yield Spoken(sentence.strip(), module, node.lineno)


def _told(node: ast.Call | ast.Dict, module: str) -> list[ast.expr]:
    if isinstance(node, ast.Dict):
        names = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return node.values if tuple(names) == _TOLD else []
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name not in ERRORS:
        return []
    assert (len(node.args), node.keywords) == (2, []), f"{module}:{node.lineno}"
    return node.args


def _ways(part: ast.expr, known: _Strings, depth: int = 0) -> list[str]:
    """All texts an expression can be, with a place for what is only known when it runs."""
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        return [part.value]
    if isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion < 0:
        return _ways(part.value, known, depth)
    if isinstance(part, ast.IfExp):
        return _ways(part.body, known, depth) + _ways(part.orelse, known, depth)
    parts = _joined(part)
    if parts:
        pieces = [_ways(one, known, depth) for one in parts]
        return ["".join(way) for way in itertools.product(*pieces)]
    if isinstance(part, ast.Name) and part.id in known and depth < _DEEPEST:
        return [way for one in known[part.id] for way in _ways(one, known, depth + 1)]
    return [PLACE]


def _joined(part: ast.expr) -> list[ast.expr]:
    """What a text is put together from; empty where it is not."""
    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
        return [part.left, part.right]
    return part.values if isinstance(part, ast.JoinedStr) else []


def _place(module: str) -> _Place:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    strings: dict[ast.AST, _Strings] = {tree: _assigned(tree.body)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            strings[node] = _assigned([*ast.walk(node)])
    return _Place(module, tree, strings)


def _assigned(nodes: list[ast.stmt] | list[ast.AST]) -> _Strings:
    found: _Strings = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id].append(node.value)
    return found


def _known(place: _Place, node: ast.expr) -> _Strings:
    """What the names around a node stand for; the innermost function last."""
    known: _Strings = {}
    for around, strings in place.strings.items():
        first, last = getattr(around, "lineno", 0), getattr(around, "end_lineno", None)
        if last is None or first <= node.lineno <= last:
            known |= strings
    return known


def _imported(path: Path) -> list[Path]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, path  # the package imports by whole names
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    found = []
    for name in names:
        parts = name.split(".")
        if parts[0] != ROOT.name:
            continue
        for length in range(1, len(parts) + 1):
            at = ROOT.joinpath(*parts[1:length])
            found += [one for one in (at.with_suffix(".py"), at / "__init__.py") if one.is_file()]
    return found
