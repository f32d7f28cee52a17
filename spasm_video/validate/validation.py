"""Everything a validation found, as one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.validate.comparison import Comparison
    from spasm_video.validate.harness import Failure
    from spasm_video.validate.scorecard import Score
    from spasm_video.validate.tables import Row
    from spasm_video.validate.worst import Shown


@dataclass(frozen=True, slots=True)
class Validation:
    """What was measured, held against truth and promises; ``made_with`` says by what."""

    title: str
    clips: tuple[Comparison, ...]
    failures: tuple[Failure, ...]
    rows: tuple[Row, ...]
    scores: tuple[Score, ...]
    worst: tuple[Shown, ...]
    made_with: Mapping[str, Any]
