"""The truth beside a simulated clip: what a perfect measurement would find in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import Region, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spasm_video.simulate.acts import Blink, Spasm
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.face_map import FaceMap
    from spasm_video.simulate.scenarios import Scenario
    from spasm_video.simulate.script import Script
    from spasm_video.simulate.twitch import Course


def truth(script: Script, face: FaceMap, *, source: str) -> dict[str, Any]:
    """
    The truth of a script as plain data, times in seconds from the first frame.

    ``face`` is the face as large as the clip shows it; a closed eyelid has moved by its
    part of how far that eye is open at rest.
    """
    return _told(script, face.open_mm) | {
        "fps": script.fps,
        "duration_s": script.duration_s,
        "px_per_mm": round(face.px_per_mm, 3),
        "seed": script.seed,
        "source": source,
    }


def scenario_truth(
    scenario: Scenario, script: Script, time_s: Floats, open_mm: Mapping[Side, float]
) -> dict[str, Any]:
    """
    The truth of a recording: of its script, and of what else went on.

    ``distractors`` are what must not be taken for a spasm; within ``ignore`` a spasm may be
    found or missed: frames are missing, or a hand hides the face. ``events`` in a gap of the
    frames are nobody's and left out.
    """
    told = _told(script, open_mm)
    gaps_s = [(start_s, min(end_s, scenario.length_s)) for start_s, end_s in scenario.frames.gaps_s]
    told["events"] = [event for event in told["events"] if not _is_within(event, gaps_s)]
    told["blinks"] = [blink for blink in told["blinks"] if not _is_within(blink, gaps_s)]
    hands = [(hand.course.start_s, hand.course.end_s) for hand in script.hands]
    return told | {
        "ignore": [
            {"onset_s": round(start_s, 4), "offset_s": round(end_s, 4), "why": why}
            for why, spans in (("no frames", gaps_s), ("hand", hands))
            for start_s, end_s in spans
        ],
        "distractors": sorted(_distractors(script), key=lambda act: float(act["onset_s"])),
        "fps": scenario.frames.fps,
        "frames": len(time_s),
        "duration_s": scenario.length_s,
        "px_per_mm": scenario.camera.px_per_mm,
        "mirrored": scenario.camera.mirrored,
        "seed": scenario.seed,
        "scenario": scenario.model_dump(mode="json", exclude_defaults=True),
    }


def _distractors(script: Script) -> list[dict[str, Any]]:
    def act(what: str, course: Course) -> dict[str, Any]:
        onset_s, offset_s = round(course.onset_s, 4), round(course.offset_s, 4)
        return {"onset_s": onset_s, "offset_s": offset_s, "what": what}

    groups: tuple[tuple[str, Any], ...] = (
        ("smile", script.smiles),
        ("glance", script.glances),
        ("hand", script.hands),
        ("glare", script.glares),
        ("light", script.lights),
    )
    acts = [act(what, one.course) for what, group in groups for one in group]
    acts += [
        act("nod" if abs(turn.pitch_deg) > abs(turn.yaw_deg) else "turn", turn.course)
        for turn in script.turns
    ]
    acts += [
        {"onset_s": bout.onset_s, "offset_s": bout.offset_s, "what": what}
        for what, bouts in (("speech", script.speech), ("chewing", script.chewing))
        for bout in bouts
    ]
    acts += [
        {"onset_s": round(step.at_s, 4), "offset_s": round(step.at_s, 4), "what": "exposure"}
        for step in script.exposures
    ]
    return acts


def _is_within(act: dict[str, Any], spans: list[tuple[float, float]]) -> bool:
    return any(start_s <= act["onset_s"] and act["offset_s"] <= end_s for start_s, end_s in spans)


def _told(script: Script, open_mm: Mapping[Side, float]) -> dict[str, Any]:
    spasms = sorted(script.spasms, key=lambda spasm: spasm.course.onset_s)
    open_mm = {side: mm * (1 - script.droop.get(side, 0.0)) for side, mm in open_mm.items()}
    blinks = sorted(script.blinks, key=lambda blink: blink.course.onset_s)
    return {
        "events": [_event(spasm, open_mm[spasm.side]) for spasm in spasms],
        "blinks": [_blink(blink) for blink in blinks],
        "affected_side": script.affected_side,
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
