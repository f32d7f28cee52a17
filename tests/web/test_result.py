"""What is told of a result: how sure it is, and the face with its rates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.web.result import face, told
from spasm_video.web.texts import texts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def summary(measured: Path) -> dict[str, Any]:
    """Of a recording with spasms of the right side."""
    found: dict[str, Any] = json.loads((measured / "summary.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("changes", "sureness"),
    [
        ({"events": 200, "low": 18.0, "value": 20.0, "high": 23.0}, "sure"),
        ({"events": 30, "low": 14.0, "value": 20.0, "high": 28.0}, "fair"),
        ({"events": 8, "low": 9.0, "value": 20.0, "high": 39.0}, "unsure"),
        ({"events": 2, "low": 1.9, "value": 2.0, "high": 2.1}, "unsure"),
        ({"value": None, "low": None, "high": None}, "unknown"),
        ({"affected_side": "undetermined"}, "unsure"),
        # Nothing seen: in 12 s (18 a minute still possible), in two minutes, in four.
        ({"affected_side": "none", "events": 0, "low": 0.0, "value": 0.0, "high": 18.4}, "unsure"),
        ({"affected_side": "none", "events": 0, "low": 0.0, "value": 0.0, "high": 1.84}, "fair"),
        ({"affected_side": "none", "events": 0, "low": 0.0, "value": 0.0, "high": 0.92}, "sure"),
    ],
)
def test_how_sure_it_is(summary: dict[str, Any], changes: dict[str, Any], sureness: str) -> None:
    """By the width of the interval; where nothing was seen, by what would still be possible."""
    rate = {name: changes.pop(name) for name in ("low", "value", "high") if name in changes}
    changed = summary | changes | {"spasms_per_min": summary["spasms_per_min"] | rate}

    assert told(changed, texts("en")).sureness == sureness


def test_the_face_shows_the_rates_in_the_language_of_the_visitor(summary: dict[str, Any]) -> None:
    """A part that could not be followed says so; it is not a zero."""
    lid = summary["regions"]["eyelid"]["right"]["spasms_per_min"]["value"]
    summary["regions"]["neck"]["right"]["spasms_per_min"]["value"] = None

    drawing = face(summary, texts("de"))

    assert f">{lid:.1f}".replace(".", ",") + '<tspan class="name"> /min' in drawing
    assert drawing.count("nicht bestimmbar</text>") == 1
    assert drawing.count("url(#hatch)") == 1
    assert "Rechts (Person)" in drawing
    assert "Neck" not in drawing
