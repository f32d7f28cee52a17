"""Each reason for not measuring a frame, alone, and what time that leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SKIN_WINDOWS, Region
from spasm_video.measure.pose import head_frame
from spasm_video.measure.quality import UNUSABLE, assess, frame_lengths_s, frame_rate, spans
from spasm_video.params import QualityParams
from spasm_video.records import Quality, QualityFlag
from tests.measure.conftest import Scene, held_at, track_of

PARAMS = QualityParams()
FRAME_S = 1 / 60


def judged(**scene: Any) -> Quality:
    """A recording of four seconds, judged."""
    track = track_of(Scene(**{"duration_s": 4.0, **scene}))
    return assess(track, head_frame(track), PARAMS)


def seconds_of(quality: Quality) -> dict[QualityFlag, float]:
    """Every reason that fired, and for how long."""
    times = {flag: quality.seconds(flag) for flag in QualityFlag}
    return {flag: round(time, 6) for flag, time in times.items() if time}


def test_a_good_recording_has_no_reason() -> None:
    """All of it can be used; the first frame has no skin step yet."""
    quality = judged()

    assert quality.usable.all()
    assert quality.usable_s == pytest.approx(4.0)
    assert quality.region_usable[1:].all()
    assert seconds_of(quality) == {QualityFlag.NECK_HIDDEN: pytest.approx(FRAME_S, abs=1e-5)}


@pytest.mark.parametrize(
    ("scene", "flag"),
    [
        ({"yaw_deg": held_at(36, 1, 2)}, QualityFlag.TURNED),
        ({"yaw_deg": held_at(-36, 1, 2)}, QualityFlag.TURNED),
        ({"pitch_deg": held_at(50, 1, 2)}, QualityFlag.TURNED),
        ({"pitch_deg": held_at(-55, 1, 2)}, QualityFlag.TURNED),
        ({"closer": held_at(-0.85, 1, 2)}, QualityFlag.TOO_SMALL),
        ({"blurred_s": ((1, 2),)}, QualityFlag.BLURRED),
        ({"dark_s": ((1, 2),)}, QualityFlag.DARK),
    ],
)
def test_a_reason_fires_alone(scene: dict[str, Any], flag: QualityFlag) -> None:
    """For the second it holds, that second is not used, and nothing else is said."""
    quality = judged(**scene)
    found = seconds_of(quality)
    found.pop(QualityFlag.NECK_HIDDEN)  # of the first frame

    assert found == {flag: pytest.approx(1.0, abs=1e-5)}
    assert quality.usable_s == pytest.approx(3.0)
    assert flag in UNUSABLE


@pytest.mark.parametrize(
    "scene",
    [
        {"yaw_deg": held_at(30)},
        {"pitch_deg": held_at(-30)},
        {"closer": held_at(-0.75)},  # an iris of nine pixels
    ],
)
def test_within_the_limits_all_is_used(scene: dict[str, Any]) -> None:
    """A turned or small face is measured as long as it can be."""
    assert judged(**scene).usable.all()


def test_a_lost_face_is_named_and_settles() -> None:
    """No face for a second; the face that comes back is a cut, and settles for 0.1 s."""
    found = seconds_of(quality := judged(lost_s=((1.0, 2.0),)))

    assert found[QualityFlag.NO_FACE] == pytest.approx(1.0, abs=1e-5)
    assert found[QualityFlag.CUT] == pytest.approx(FRAME_S, abs=1e-5)
    assert found[QualityFlag.SETTLING] == pytest.approx(0.1, abs=FRAME_S)
    assert quality.usable_s == pytest.approx(2.9, abs=FRAME_S)


def test_the_first_taking_of_a_face_is_no_cut() -> None:
    """A recording begins with a face taken up; that settles nothing."""
    quality = judged()

    assert quality.usable[0]
    assert quality.seconds(QualityFlag.CUT) == 0


def test_other_faces_are_said_but_do_not_forbid() -> None:
    """The steady face is still measured."""
    quality = judged(other_faces=held_at(1, 1, 2))

    assert quality.seconds(QualityFlag.OTHER_FACES) == pytest.approx(1.0)
    assert quality.usable.all()


def test_a_hidden_neck_forbids_the_neck_only() -> None:
    """The face is measured; the neck is not, all the time."""
    quality = judged(hidden=(Region.NECK,))
    known = dict(zip(REGIONS, quality.region_usable[5:].T, strict=True))

    assert quality.usable.all()
    assert quality.seconds(QualityFlag.NECK_HIDDEN) == pytest.approx(4.0)
    assert not known.pop(Region.NECK).any()
    assert all(usable.all() for usable in known.values())


def test_a_region_needs_both_sides() -> None:
    """A cheek that is followed on the left alone has nothing to be compared with."""
    track = track_of(Scene(duration_s=2.0))
    sure = track.skin_confidence.copy()
    sure[:, [window.region is Region.CHEEK for window in SKIN_WINDOWS], 1] = 0.05
    half = replace(track, skin_confidence=sure)

    seen = assess(half, head_frame(half), PARAMS).region_usable[5:]

    assert not seen[:, REGIONS.index(Region.CHEEK)].any()
    assert np.delete(seen, REGIONS.index(Region.CHEEK), axis=1).all()


def test_a_region_is_not_used_where_nothing_is() -> None:
    """Usable regions lie within usable frames."""
    quality = judged(dark_s=((1, 2),))

    assert not quality.region_usable[~quality.usable].any()


@pytest.mark.parametrize(("fps", "slow"), [(14.0, True), (16.0, False), (10.0, True)])
def test_a_slow_camera_gives_nothing(fps: float, slow: bool) -> None:  # noqa: FBT001
    """Below fifteen frames a second no frame can be used."""
    quality = judged(fps=fps)

    assert (quality.seconds(QualityFlag.SLOW_CAMERA) > 0) == slow
    assert quality.usable_s == pytest.approx(0.0 if slow else len(quality.time_s) / fps)


def test_a_stretch_too_short_for_a_baseline_is_not_used() -> None:
    """0.3 s between two dark seconds are left out, 0.6 s are not."""
    short = judged(dark_s=((0.5, 1.5), (1.8, 2.8)))
    long = judged(dark_s=((0.5, 1.5), (2.1, 3.1)))

    assert short.usable_s == pytest.approx(4.0 - 2.0 - 0.3, abs=1e-6)
    assert long.usable_s == pytest.approx(4.0 - 2.0, abs=1e-6)


def test_frames_that_belong_together() -> None:
    """A gap of 0.4 s and a new face part what a gap of 0.1 s leaves whole."""
    track = track_of(
        Scene(duration_s=4, skipped_s=((0.9, 1.0), (1.5, 1.9)), taken_s=(3.0,), noise_mm=0)
    )

    parts = spans(track, np.ones(len(track.time_s), np.bool_), PARAMS.longest_gap_s)

    assert [round(float(track.time_s[part[0]]), 6) for part in parts] == [0.0, 1.9, 3.0]
    assert sum(map(len, parts)) == len(track.time_s)


def test_no_frame_belongs_to_no_span() -> None:
    """Nothing kept, nothing returned."""
    track = track_of(Scene(duration_s=1))

    assert spans(track, np.zeros(60, np.bool_), 0.25) == []


def test_frames_last_until_the_next_but_not_across_a_gap() -> None:
    """A frame before a hole stands for at most 2.5 usual frames."""
    time_s = np.array([0.0, 0.1, 0.2, 0.35, 5.0, 5.1])

    assert frame_lengths_s(time_s) == pytest.approx([0.1, 0.1, 0.15, 0.25, 0.1, 0.1])
    assert frame_lengths_s(time_s[:1]).tolist() == [0.0]
    assert frame_lengths_s(time_s[:0]).tolist() == []


def test_usable_time_does_not_count_gaps() -> None:
    """Of four seconds with one second missing, three were filmed."""
    assert judged(skipped_s=((1.0, 2.0),)).usable_s == pytest.approx(3.0, abs=2 * FRAME_S)


def test_frame_rate_is_the_usual_one() -> None:
    """A pause does not slow a camera down; one frame has no rate."""
    time_s = np.arange(100) / 30
    time_s[50:] += 20

    assert frame_rate(time_s) == pytest.approx(30)
    assert np.isnan(frame_rate(time_s[:1]))
