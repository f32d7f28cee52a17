"""
findings.csv: one row a finding, in the shape of CDISC's SDTM.

CDISC-like, not CDISC: its team is still defining domains for measures of digital devices.
``NV`` (nervous system findings) is the likely home. A bound of a 95 % interval is a test of
its own; what was not assessable is NOT DONE with its reason, never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.batch.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spasm_video.batch.folder import BatchFolder
    from spasm_video.batch.resultset import Scored

COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SPDEVID", "NVSEQ", "NVREFID", "NVTESTCD", "NVTEST",
    "NVORRES", "NVORRESU", "NVSTRESC", "NVSTRESN", "NVSTRESU", "NVSTAT", "NVREASND", "NVLOC",
    "NVLAT", "NVMETHOD", "NVEVAL", "NVEVALID", "VISITNUM", "VISIT", "NVDTC", "NVTPT",
)  # fmt: skip
LONGEST_CODE, LONGEST_NAME = 8, 40


class Finding(NamedTuple):
    """A test: its code, name, unit, and where its value is in the summary."""

    code: str
    name: str
    unit: str
    place: tuple[str, ...]


def _with_interval(code: str, name: str, unit: str, place: str) -> tuple[Finding, ...]:
    return (
        Finding(code, name, unit, (place, "value")),
        Finding(f"{code}L", f"{name}, 95 % Low", unit, (place, "low")),
        Finding(f"{code}H", f"{name}, 95 % High", unit, (place, "high")),
    )


OF_VISIT: tuple[Finding, ...] = (
    Finding("USABLE", "Usable Time", "s", ("usable_s",)),
    Finding("AFFSIDE", "Affected Side", "", ("affected_side",)),
    Finding("SPEVENTS", "Spasms", "", ("events",)),
    *_with_interval("SPRATE", "Spasm Rate", "/min", "spasms_per_min"),
    *_with_interval("TONICFR", "Tonic Spasm Fraction of Time", "", "tonic_fraction"),
    Finding("CLONIC", "Clonic Spasms", "", ("clonic_events",)),
    Finding("TONIC", "Tonic Spasms", "", ("tonic_events",)),
    Finding("BURSTS", "Bursts of Clonic Spasms", "", ("bursts",)),
    Finding("SPAMPMED", "Median Spasm Amplitude", "mm", ("median_amplitude_mm",)),
    Finding("SPAMPP90", "90th Percentile Spasm Amplitude", "mm", ("p90_amplitude_mm",)),
    Finding("SPDURMED", "Median Spasm Duration", "s", ("median_duration_s",)),
    Finding("EYECLOS", "Fraction of Time Eye Closed, no Blink", "", ("eye_closed_fraction",)),
    Finding("SPREAD", "Regions Involved", "", ("spread_stage",)),
    Finding("BABINSK2", "Other Babinski Sign Events", "", ("other_babinski_events",)),
    *_with_interval("BLRATE", "Blink Rate", "/min", "blinks_per_min"),
    Finding("LIDDIFF", "Resting Lid Opening Difference", "%", ("resting_lid_difference_percent",)),
)
OF_REGION: tuple[Finding, ...] = (
    Finding("RGEVENTS", "Spasms of Region", "", ("events",)),
    *_with_interval("RGRATE", "Spasm Rate of Region", "/min", "spasms_per_min"),
    Finding("RGAMPMED", "Median Amplitude of Region", "mm", ("median_amplitude_mm",)),
    Finding("RGAMPP90", "90th Percentile Amplitude of Region", "mm", ("p90_amplitude_mm",)),
    Finding("RGLIMIT", "Detection Limit of Region", "mm", ("limit_mm",)),
    Finding("RGTWITCH", "Twitch Rate Within Bursts", "Hz", ("twitch_rate_hz",)),
)
_WHOLE = "NVALL"
_PASSED = {
    "STUDYID": ("studyid", "study"), "USUBJID": ("usubjid",), "SPDEVID": ("spdevid", "device"),
    "VISITNUM": ("visitnum",),
}  # fmt: skip


def write_findings(scored: Sequence[Scored], folder: BatchFolder) -> None:
    """Write ``findings.csv``; ``NVSEQ`` counts within a subject."""
    with folder.aside("findings.csv") as path:
        write_csv(path, COLUMNS, _numbered(scored))


def _numbered(scored: Sequence[Scored]) -> Iterator[dict[str, Any]]:
    last: dict[str, int] = {}
    for one in scored:
        visit = one.job.visit
        more = dict(visit.more)
        given = {
            column: next((more[name] for name in names if more.get(name)), "")
            for column, names in _PASSED.items()
        }
        subject = given["USUBJID"] or visit.subject
        common = given | {
            "DOMAIN": "NV", "USUBJID": subject, "NVREFID": one.job.key, "NVMETHOD": "VIDEO",
            "NVEVAL": "ALGORITHM", "VISIT": visit.visit, "NVDTC": visit.date,
            "NVTPT": visit.segment,
        }  # fmt: skip
        for row in _rows(one):
            last[subject] = last.get(subject, 0) + 1
            yield common | row | {"NVSEQ": last[subject]}


def _rows(one: Scored) -> Iterator[dict[str, Any]]:
    if not one.is_done:
        yield {
            "NVTESTCD": _WHOLE, "NVTEST": "Video Measurement", "NVSTAT": "NOT DONE",
            "NVREASND": one.problem,
        }  # fmt: skip
        return
    version = {"NVEVALID": f"spasm_video {one.run['package_version']}"}
    for finding in OF_VISIT:
        yield version | {"NVLOC": "FACE"} | _row(finding, one.summary)
    for region in REGIONS:
        for side in SIDES:
            found = one.summary["regions"][region][side]
            where = {"NVLOC": region.upper(), "NVLAT": side.upper()}
            for finding in OF_REGION:
                yield version | where | _row(finding, found)


def _row(finding: Finding, found: dict[str, Any]) -> dict[str, Any]:
    value: Any = found
    for name in finding.place:
        value = value[name]
    row = {"NVTESTCD": finding.code, "NVTEST": finding.name}
    if value is None:
        return row | {"NVSTAT": "NOT DONE", "NVREASND": found["reason"]}
    row |= {"NVORRES": value, "NVORRESU": finding.unit, "NVSTRESC": value}
    row["NVSTRESU"] = finding.unit
    return row if isinstance(value, str) else row | {"NVSTRESN": value}
