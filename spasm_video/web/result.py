"""The result of a recording in plain words of the visitor's language. Never a diagnosis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.report.facemap import Captions, face_map

if TYPE_CHECKING:
    from spasm_video.web.texts import Texts

_NARROW, _FAIR = 0.5, 1.2  # width of the interval over the rate
_FEW = 3  # a lower count is no ground for "sure"
_RARE_PER_MIN, _SELDOM_PER_MIN = 1.0, 2.0  # where nothing was seen: what would still be possible


@dataclass(frozen=True, slots=True)
class Told:
    """A headline, the rate, sentences under it, and how sure it is: sure, fair, unsure, unknown."""

    headline: str
    tone: str
    rate: str
    interval: str
    sentences: tuple[str, ...]
    sureness: str
    why_sure: str
    limits: tuple[str, ...]


def told(summary: dict[str, Any], t: Texts) -> Told:
    """A summary as of summary.json."""
    side, rate = summary["affected_side"], summary["spasms_per_min"]
    usable_s, events = summary["usable_s"], summary["events"]
    is_known = rate["value"] is not None
    sureness = _sureness(summary)
    return Told(
        headline=t(f"result.side.{side}" if is_known else "result.side.too_little"),
        tone=side if side in {"left", "right"} else "",
        rate=t.number(rate["value"]),
        interval=(
            t("result.between", low=t.number(rate["low"]), high=t.number(rate["high"]))
            if is_known
            else ""
        ),
        sentences=_sentences(summary, t) if is_known else (),
        sureness=sureness,
        why_sure=t(f"result.sure.{sureness}", usable=t.number(usable_s, 0), events=events),
        limits=tuple(summary["limits"]),
    )


def face(summary: dict[str, Any], t: Texts) -> str:
    """The face with the rate of each part, as SVG in the visitor's language."""
    captions = Captions(
        about=t("result.face"),
        sides={side: t(f"result.persons_{side}") for side in SIDES},
        regions={region: t(f"word.region_{region}") for region in REGIONS},
        per_min=t("result.per_min"),
        unknown=t("result.not_told"),
        number=t.number,
    )
    values = {
        (region, side): summary["regions"][region][side]["spasms_per_min"]["value"]
        for region in REGIONS
        for side in SIDES
    }
    rates = {key: math.nan if value is None else value for key, value in values.items()}
    return face_map(rates, captions)


def _sentences(summary: dict[str, Any], t: Texts) -> tuple[str, ...]:
    events, evidence = summary["events"], summary["side_evidence"]
    if not events:
        high = t.number(summary["spasms_per_min"]["high"])
        return (t("result.none", usable=t.number(summary["usable_s"], 0), high=high),)
    said = [
        t(
            "result.counted",
            usable=t.number(summary["usable_s"], 0),
            events=events,
            left=evidence["left_events"],
            right=evidence["right_events"],
        )
    ]
    most = max(REGIONS, key=lambda region: _events_of(summary, region))
    if _events_of(summary, most):
        said.append(
            t(
                "result.most",
                region=t(f"word.the_{most}"),
                seconds=t.number(summary["median_duration_s"], 2),
                mm=t.number(summary["median_amplitude_mm"], 1),
            )
        )
    if summary["tonic_events"]:
        said.append(t("result.tonic", count=summary["tonic_events"]))
    return tuple(said)


def _events_of(summary: dict[str, Any], region: str) -> int:
    return sum(summary["regions"][region][side]["events"] for side in SIDES)


def _sureness(summary: dict[str, Any]) -> str:
    """By the width of the interval and whether a side could be named."""
    rate = summary["spasms_per_min"]
    if rate["value"] is None:
        return "unknown"
    if summary["affected_side"] == "undetermined":
        return "unsure"
    if summary["affected_side"] == "none":
        high = rate["high"]
        return "sure" if high <= _RARE_PER_MIN else "fair" if high <= _SELDOM_PER_MIN else "unsure"
    if summary["events"] < _FEW:
        return "unsure"
    width = (rate["high"] - rate["low"]) / rate["value"]
    return "sure" if width <= _NARROW else "fair" if width <= _FAIR else "unsure"
