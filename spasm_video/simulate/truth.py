"""The truth beside a simulated clip: what a perfect measurement would find in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import Region

if TYPE_CHECKING:
    from spasm_video.simulate.face_map import FaceMap
    from spasm_video.simulate.scenario import Blink, Scenario, Spasm


def truth(scenario: Scenario, face: FaceMap, *, source: str) -> dict[str, Any]:
    """
    The truth of a scenario as plain data, times in seconds from the first frame.

    ``face`` is the face as large as the clip shows it; a closed eyelid has moved by its
    part of how far that eye is open at rest.
    """
    open_mm = face.open_mm
    spasms = sorted(scenario.spasms, key=lambda spasm: spasm.course.onset_s)
    blinks = sorted(scenario.blinks, key=lambda blink: blink.course.onset_s)
    return {
        "events": [_event(spasm, open_mm[spasm.side]) for spasm in spasms],
        "blinks": [_blink(blink) for blink in blinks],
        "affected_side": scenario.affected_side,
        "fps": scenario.fps,
        "duration_s": scenario.duration_s,
        "px_per_mm": round(face.px_per_mm, 3),
        "seed": scenario.seed,
        "source": source,
    }


def _event(spasm: Spasm, open_mm: float) -> dict[str, Any]:
    amplitude_mm = {
        part.region: part.peak * (open_mm if part.region is Region.EYELID else 1)
        for part in spasm.parts
    }
    largest = max(spasm.parts, key=lambda part: amplitude_mm[part.region])
    closure = next((part.peak for part in spasm.parts if part.region is Region.EYELID), 0.0)
    return {
        "onset_s": round(spasm.course.onset_s, 4),
        "offset_s": round(spasm.offset_s, 4),
        "peak_s": round(spasm.course_of(largest).peak_s, 4),
        "side": spasm.side.value,
        "regions": "+".join(part.region.value for part in spasm.parts),
        "kind": spasm.kind,
        "amplitude_mm": {region.value: round(mm, 3) for region, mm in amplitude_mm.items()},
        "max_mm": round(amplitude_mm[largest.region], 3),
        "eyelid_closure": round(closure, 3),
    }


def _blink(blink: Blink) -> dict[str, Any]:
    return {
        "onset_s": round(blink.course.onset_s, 4),
        "offset_s": round(blink.course.offset_s, 4),
        "peak_s": round(blink.course.peak_s, 4),
        "complete": blink.complete,
    }
