"""The whole measurement: controls without a spasm, empty recordings, provenance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from spasm_video import __version__
from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.measure.session import measure
from spasm_video.params import params_hash
from spasm_video.records import AffectedSide, QualityFlag
from spasm_video.simulate.twitch import Course
from tests.measure.conftest import PARAMS, Move, Scene, blink, smile, swaying, track_of


def words(seed: int, *, until_s: float = 19.0) -> tuple[Move, ...]:
    """Speech: both sides of mouth and cheek, five times a second and never twice alike."""
    rng = np.random.default_rng(seed)
    return tuple(
        Move(
            course=Course.clonic(float(onset_s), rise_s=0.07, decay_s=0.08),
            mm={Region.MOUTH: float(size), Region.CHEEK: 0.4 * float(size)},
            sides=SIDES,
            right_share=float(share),
        )
        for onset_s, size, share in zip(
            np.arange(1.0, until_s, 0.2) + rng.uniform(0, 0.05, len(np.arange(1.0, until_s, 0.2))),
            rng.uniform(-4, 4, 1000),
            rng.uniform(0.85, 1.15, 1000),
            strict=False,
        )
    )


BLINKS = tuple(blink(1.2 + 1.9 * i, mm) for i, mm in enumerate((9, 9, 4, 6, 9, 2, 9, 3, 9)))
UNEQUAL = tuple(
    blink(1.2 + 1.9 * i, mm, right_share=share)
    for i, (mm, share) in enumerate(
        zip((9, 5, 9, 7, 4, 9, 3, 9, 9), (1, 0.8, 1.2, 0.7) * 3, strict=False)
    )
)


@pytest.mark.parametrize("fps", [30.0, 60.0])
@pytest.mark.parametrize(
    "scene",
    [
        {},
        {"noise_mm": 0.05, "seed": 2},
        {"noise_mm": 0.05, "seed": 5},
        {"moves": BLINKS},
        {"moves": UNEQUAL},
        {"moves": tuple(smile(1.5 + 3 * i, 1.8, mm) for i, mm in enumerate((3, 8, 5, 10, 6)))},
        {"moves": words(1)},
        {"moves": (*words(2), *BLINKS), "yaw_deg": swaying(6, 0.3), "noise_mm": 0.06},
        {"yaw_deg": swaying(20, 0.2)},
        {"yaw_deg": swaying(20, 0.4), "pitch_deg": swaying(10, 0.3), "roll_deg": swaying(8, 0.2)},
        {"yaw_deg": swaying(20, 0.25), "leak_mm_per_deg": 0.05},
        {"across_mm": swaying(40, 0.4), "closer": swaying(0.1, 0.3), "moves": BLINKS},
        {"dropped": 0.2, "jitter_s": 0.004, "moves": BLINKS},
        {"lost_s": ((4.0, 4.5), (9.0, 10.0)), "taken_s": (13.0, 15.0), "moves": BLINKS},
        {"skipped_s": ((5.0, 5.2), (8.0, 9.0)), "moves": BLINKS},
    ],
    ids=["still", "noise", "more noise", "blinks", "unequal blinks", "smiles", "speech",
         "speech and blinks, swaying", "turning", "turning, nodding, tilting", "leaking turns",
         "moving about", "dropped frames", "lost faces", "gaps"],
)  # fmt: skip
def test_a_face_without_spasm_has_none(scene: dict[str, Any], fps: float) -> None:
    """What both sides do, what the head does and what noise does are no events."""
    found = measure(track_of(Scene(fps=fps, **scene)), PARAMS)

    assert found.events == ()
    assert found.summary.affected_side is AffectedSide.NONE
    assert found.summary.spasms_per_min.value == 0


@pytest.mark.parametrize(
    "scene",
    [
        {"duration_s": 0.0},
        {"duration_s": 1 / 60},
        {"duration_s": 2 / 60},
        {"duration_s": 0.3},
        {"duration_s": 3.0, "lost_s": ((0.0, 9.0),)},
        {"duration_s": 3.0, "lost_s": ((0.0, 1.0), (1.02, 9.0))},
        {"duration_s": 3.0, "dark_s": ((0.0, 9.0),)},
        {"duration_s": 3.0, "fps": 10.0},
    ],
    ids=["empty", "one frame", "two frames", "a moment", "no face", "a glimpse", "dark", "slow"],
)
def test_nothing_to_measure_gives_an_empty_result(scene: dict[str, Any]) -> None:
    """Valid, with NaN for what cannot be told and the reason in words; no warning."""
    track = track_of(Scene(**scene))
    found = measure(track, PARAMS)
    summary = found.summary

    assert (found.events, found.blinks) == ((), ())
    assert found.signals.displacement_mm.shape == (len(track.time_s), len(REGIONS), len(SIDES))
    assert summary.affected_side is AffectedSide.UNDETERMINED
    assert summary.usable_s == 0
    assert np.isnan([summary.spasms_per_min.value, summary.spread_stage]).all()
    assert np.isnan([summary.eye_closed_fraction, summary.resting_lid_left_mm]).all()
    assert all(row.reason and np.isnan(row.spasms_per_min.value) for row in summary.regions)
    assert np.isnan(found.signals.limit_mm).all()
    assert any("0.0 s could be measured" in words for words in summary.limits)


def test_a_short_recording_is_measured_without_a_claim() -> None:
    """Five seconds: signals and a rate, but no "none"."""
    found = measure(track_of(Scene(duration_s=5.0)), PARAMS)

    assert found.summary.usable_s == pytest.approx(5.0)
    assert found.summary.affected_side is AffectedSide.UNDETERMINED
    assert np.isfinite(found.signals.displacement_mm[1:]).all()


def test_the_same_track_gives_the_same_bytes(restless: Scene) -> None:
    """Twice the same, and the track is left alone."""
    track = track_of(restless)
    one, two = measure(track, PARAMS), measure(track, PARAMS)

    assert one.signals.displacement_mm.tobytes() == two.signals.displacement_mm.tobytes()
    assert one.signals.one_sided_mm.tobytes() == two.signals.one_sided_mm.tobytes()
    assert repr(one.summary) == repr(two.summary)
    assert (one.events, one.blinks) == (two.events, two.blinks)
    assert track.points_px.tobytes() == track_of(restless).points_px.tobytes()


def test_spasms_among_everything_else_are_all_found(restless: Scene) -> None:
    """Ten twitches, three blinks; the smile is neither."""
    found = measure(track_of(restless), PARAMS)
    true_s = [move.course.onset_s for move in restless.moves[:10]]

    assert [event.onset_s for event in found.events] == pytest.approx(true_s, abs=1 / 60)
    assert [blink.onset_s for blink in found.blinks] == pytest.approx([2.3, 7.7, 15.9], abs=0.03)


def test_a_result_says_how_it_was_made() -> None:
    """Version, numbers, and what the track says of its video and its observer."""
    track = replace(track_of(Scene(duration_s=1.0)), models=(("mesh", "ab"),))
    other = replace(PARAMS, event=replace(PARAMS.event, brief_level=2.0))
    made = measure(track, PARAMS).provenance

    assert made.package_version == __version__
    assert made.params_hash == params_hash(PARAMS) != measure(track, other).provenance.params_hash
    assert (made.observed_with, made.models, made.video) == (
        track.observed_with, track.models, track.video,
    )  # fmt: skip


def test_head_and_quality_are_those_of_the_track() -> None:
    """One row a frame, in the track's own time."""
    track = track_of(Scene(duration_s=2.0, dark_s=((1.0, 1.5),)))
    found = measure(track, PARAMS)

    assert (found.head.time_s == track.time_s).all()
    assert (found.signals.time_s == track.time_s).all()
    assert found.quality.seconds(QualityFlag.DARK) == pytest.approx(0.5)
