"""
Every number of the measurement: unit, default and source, declared once.

Help texts, the README's table and the stored hash derive from these records. Times and
distances are physical: never frames, never units of the clip's own spread.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spasm_video.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path


def param(
    default: float, *, unit: str, source: str, about: str, low: float = 0.0, high: float = 1e6
) -> Any:
    """Declare a number: ``low`` and ``high`` are the ends of what makes sense."""
    about_it = {"unit": unit, "source": source, "about": about, "low": low, "high": high}
    return field(default=default, metadata=about_it)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveParams:
    """How the face is found and its skin is tracked."""

    detector_score: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is detected"
    )
    minimum_presence: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is followed"
    )
    sure_score: float = param(
        0.7, unit="0-1", high=1, source="design", about="a detection elsewhere ends the following"
    )
    look_again_s: float = param(
        0.5, unit="s", source="design: 1 ms every half second", about="other faces are counted"
    )
    crops: int = param(
        1, unit="count", low=1, high=4, source="--quality high takes 4",
        about="slightly moved crops averaged for the face points",
    )  # fmt: skip
