"""What is written in the chart of a timeline, in English or as a page says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, Region
from spasm_video.history import TreatmentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def _number(value: float) -> str:
    """As short as it is exact."""
    return f"{value:g}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Captions:
    """The names of the lanes, broken where they stand beside the chart; a name a month."""

    rate: str
    tonic: str
    weakness: str
    regions: Mapping[Region, str]
    treatments: Mapping[TreatmentKind, str]
    unknown: str
    months: tuple[str, ...]
    number: Callable[[float], str] = _number


ENGLISH = Captions(
    rate="Spasms\na minute",
    tonic="Time in\ntonic spasm",
    weakness="Eye wider\nat rest than\nthe other",
    regions={region: region.capitalize() for region in REGIONS},
    treatments={kind: str(kind) for kind in TreatmentKind},
    unknown="not assessable",
    months=_MONTHS,
)
