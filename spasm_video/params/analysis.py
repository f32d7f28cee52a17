"""All numbers of an analysis, their hash, and the tables of all there are."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

from spasm_video.params.declaration import ParamRow, rows_of
from spasm_video.params.measure import MeasureParams
from spasm_video.params.observe import ObserveParams
from spasm_video.params.timeline import TimelineParams


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisParams:
    """Every number of an analysis; ``hash`` names the set."""

    observe: ObserveParams = field(default_factory=ObserveParams)
    measure: MeasureParams = field(default_factory=MeasureParams)

    def hash(self) -> str:
        """Sixteen hex digits that change with any number of the measuring half."""
        return params_hash(self.measure)


def params_hash(params: ObserveParams | MeasureParams) -> str:
    """Sixteen hex digits of a record of numbers."""
    plain = json.dumps(dataclasses.asdict(params), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def table() -> list[ParamRow]:
    """Every number, in the order of its declaration; names are dotted, as in a TOML file."""
    return list(rows_of(AnalysisParams(), ""))


def timeline_table() -> list[ParamRow]:
    """Every number of the timeline, likewise."""
    return list(rows_of(TimelineParams(), "timeline."))
