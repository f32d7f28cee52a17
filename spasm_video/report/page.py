"""What the page says beside its tables: headline, recording, limits, provenance, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasm_video.anatomy import REGIONS, SIDES
from spasm_video.records import AffectedSide
from spasm_video.report.charts import FLAG_COLOUR, flag_words
from spasm_video.report.rows import is_known
from spasm_video.report.spans import seconds_by_flag
from spasm_video.report.words import (
    NOTHING,
    clock,
    counted,
    interval,
    involved,
    listed,
    number,
    percent,
)

if TYPE_CHECKING:
    from spasm_video.records import Estimate, Measurement, SessionSummary, VideoFacts

_SIDE_SHOWN = {AffectedSide.NONE: "None seen", AffectedSide.BOTH: "Both sides"}
_PLAIN_FPS = 25.0  # below this a picture lasts longer than a short twitch


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline number: its name, the number, its unit and what stands under it."""

    name: str
    value: str
    unit: str
    under: str
    tone: str = ""


def headline(measurement: Measurement) -> tuple[Figure, ...]:
    """The four figures a clinician looks for first."""
    summary = measurement.summary
    side, evidence = summary.affected_side, summary.side_evidence
    rate, tonic = summary.spasms_per_min, percent(summary.tonic_fraction)
    names = involved(summary)
    known = sum(any(is_known(summary.of(r, s)) for s in SIDES) for r in REGIONS)
    shown = _SIDE_SHOWN.get(side, side.capitalize())
    tone = side if side in {AffectedSide.LEFT, AffectedSide.RIGHT} else ""
    return (
        Figure("Affected side", shown, "", evidence.words, tone),
        _estimated("Spasms", rate, "", "a minute"),
        _estimated("In tonic spasm", tonic, "%", "of the time"),
        Figure(
            "Regions involved",
            number(summary.spread_stage, 0), f"of {known}" if known else "",
            listed(names) if names else f"{counted(known, 'region')} assessable",
            "" if math.isfinite(summary.spread_stage) else "unknown",
        ),
    )  # fmt: skip


def details(measurement: Measurement) -> tuple[tuple[str, str], ...]:
    """What stands below the headline: counts, sizes, durations."""
    s = measurement.summary
    is_counted = s.events > 0 or math.isfinite(s.spasms_per_min.value)
    kinds = f"{s.clonic_events} clonic, {s.tonic_events} tonic"
    return (
        ("Spasms counted", f"{s.events} ({kinds})" if is_counted else NOTHING),
        ("Bursts (3 or more)", str(s.bursts) if is_counted else NOTHING),
        ("Median size", number(s.median_amplitude_mm, 1, "mm")),
        ("90 % are below", number(s.p90_amplitude_mm, 1, "mm")),
        ("Median duration", number(s.median_duration_s, 2, "s")),
        ("Eye closed beyond blinks", number(100 * s.eye_closed_fraction, 1, "%")),
    )


def recorded(video: VideoFacts) -> tuple[tuple[str, str], ...]:
    """What was recorded."""
    rate = number(video.real_fps, 1, "frames/s")
    if math.isfinite(video.nominal_fps) and abs(video.nominal_fps - video.real_fps) > 1:
        rate += f" (file says {number(video.nominal_fps, 1)})"
    return (
        ("Length", clock(video.duration_s, 1)),
        ("Picture", f"{video.width_px} × {video.height_px} px"),
        ("Real frame rate", rate),
        ("Coded as", video.codec),
        ("Mirrored", "yes, sides corrected" if video.mirrored else "no"),
    )


def lost_time(measurement: Measurement) -> tuple[tuple[str, str, str], ...]:
    """Colour, reason and seconds of what could not be used, the longest first."""
    return tuple(
        (FLAG_COLOUR.get(flag, FLAG_COLOUR[None]), flag_words(flag), number(seconds, 1, "s"))
        for flag, seconds in seconds_by_flag(measurement.quality)
    )


def not_measured(measurement: Measurement) -> tuple[str, ...]:
    """What could not be told from this recording, and why."""
    summary, video = measurement.summary, measurement.provenance.video
    told = [*summary.limits]
    told += [f"{listed(names).capitalize()}: {why}" for why, names in _by_reason(summary).items()]
    if video.gaps:
        told.append(f"The video has {counted(video.gaps, 'gap')} in its time.")
    if math.isfinite(video.corrupt_after_s):
        told.append(f"The file is damaged: nothing after {clock(video.corrupt_after_s)} was read.")
    return tuple(dict.fromkeys((*told, _frame_rate_statement(video.real_fps))))


def provenance_rows(measurement: Measurement) -> tuple[tuple[str, str], ...]:
    """With what the page was made."""
    made_with, video = measurement.provenance, measurement.provenance.video
    shown = [
        ("spasm_video", made_with.package_version),
        ("Parameters", made_with.params_hash),
        ("Observed with", made_with.observed_with),
        ("Video SHA-256", video.sha256),
        ("Decoder", video.decoder),
        ("Turned by the file", f"{video.rotation_deg}°"),
        ("Time stamps repaired", str(video.time_repairs)),
        ("Shortest to longest frame", _frame_lengths(video)),
        ("Scale", number(measurement.summary.mm_per_px, 3, "mm/px") + " (iris 11.7 mm)"),
    ]
    shown += [(f"Network {name}", digest) for name, digest in made_with.models]
    return tuple(shown)


def _frame_rate_statement(fps: float) -> str:
    if not (math.isfinite(fps) and fps > 0):
        return "The frame rate of the video is unknown: durations and order are uncertain."
    frame_ms = 1000 / fps
    told = (
        f"At {fps:.0f} frames a second, times are known to {frame_ms:.0f} ms: which region began "
        f"first can be told only where they are {2 * frame_ms:.0f} ms or more apart"
    )
    if fps < _PLAIN_FPS:
        return f"{told}, and twitches shorter than {frame_ms:.0f} ms can be missed."
    return f"{told}."


def _frame_lengths(video: VideoFacts) -> str:
    return f"{number(video.shortest_interval_ms)} to {number(video.longest_interval_ms, 1, 'ms')}"


def _by_reason(summary: SessionSummary) -> dict[str, list[str]]:
    """The regions for which a reason holds, with their side where it holds for one only."""
    names: dict[str, list[str]] = {}
    for region in REGIONS:
        reasons = {side: summary.of(region, side).reason for side in SIDES}
        for why in dict.fromkeys(reasons.values()):
            sides = [side for side in SIDES if reasons[side] == why]
            if why:
                name = str(region) if len(sides) == len(SIDES) else f"{sides[0]} {region}"
                names.setdefault(why, []).append(name)
    return names


def _estimated(name: str, estimate: Estimate, sign: str, unit: str) -> Figure:
    if not math.isfinite(estimate.value):
        return Figure(name, NOTHING, "", "cannot be told", "unknown")
    under = f"95 % interval {interval(estimate, 1, sign)}"
    return Figure(name, number(estimate.value, 1, sign), unit, under)
