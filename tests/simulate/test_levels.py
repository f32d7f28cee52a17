"""One scenario on three levels: the same truth, the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.errors import OutputError, ParameterError
from spasm_video.simulate.levels import simulate_clip, simulate_signals, simulate_track
from spasm_video.simulate.mesh_face import OPEN_MM
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.simulate.scenarios import (
    EXAMPLES,
    CameraSection,
    Distractors,
    Event,
    Scenario,
    load_scenario,
)

if TYPE_CHECKING:
    from pathlib import Path

SMALL = CameraSection(width_px=320, height_px=320, px_per_mm=1.2)


def short(name: str, **changes: Any) -> Scenario:
    """A second of an example, in a small picture."""
    scenario = load_scenario(name)
    camera = scenario.camera.model_copy(update=SMALL.model_dump(exclude_defaults=True))
    return scenario.model_copy(update={"length_s": 1.0, "camera": camera, **changes})


def decoded(path: Path) -> list[tuple[float, Any]]:
    """Every frame with its time, s."""
    with av.open(path) as container:
        return [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


@pytest.mark.parametrize("side", SIDES)
def test_a_drooping_lid_hangs_at_rest(side: Side, tmp_path: Path) -> None:
    """In the millimetres, the points and the pictures; the other eye is as it was."""
    pytest.importorskip("skimage")
    calm = {"length_s": 1.0, "camera": SMALL, "distractors": {"blinks_per_min": 0, "sway": 0}}
    droops = {"disease": {"drooping": side, "droop": 0.4}}
    level, hangs = (Scenario.model_validate(calm | more) for more in ({}, droops))
    column = SIDES.index(side)

    def lids(scenario: Scenario) -> Any:
        opening = -np.diff(simulate_track(scenario)[0].lid_px, axis=-1)[..., 0]
        return np.abs(opening.mean(axis=0))

    def picture(scenario: Scenario) -> Any:
        simulate_clip(scenario, tmp_path / "clip.mp4")
        return decoded(tmp_path / "clip.mp4")[0][1].astype(int)

    moved = simulate_signals(hangs)[0].displacement_mm.mean(axis=0)
    assert moved[0, column] == pytest.approx(0.4 * OPEN_MM, abs=0.1)
    assert moved[0, 1 - column] == pytest.approx(0, abs=0.1)
    kept = lids(hangs) / lids(level)
    assert 0.6 < kept[column] < 0.85
    assert kept[1 - column] == pytest.approx(1, abs=0.01)
    changed = np.abs(picture(hangs) - picture(level)).max(axis=-1) > 40
    halves = changed[:, :160].sum(), changed[:, 160:].sum()  # the patient's right is on the left
    assert halves[1 - column] > 20
    assert halves[column] == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_fills_a_second_on_each_level(name: str, tmp_path: Path) -> None:
    """As many frames as the truth says, at their times."""
    pytest.importorskip("skimage")
    scenario = short(name)
    track, told = simulate_track(scenario)
    signals, also = simulate_signals(scenario)
    filmed = simulate_clip(scenario, tmp_path / "clip.mp4")
    frames = decoded(tmp_path / "clip.mp4")

    assert told == also
    assert filmed["frames"] == told["frames"] == len(track.time_s) == len(frames)
    assert [at_s for at_s, _ in frames] == pytest.approx(track.time_s, abs=2e-5)
    assert signals.displacement_mm.shape == (told["frames"], len(REGIONS), len(SIDES))
    assert frames[0][1].shape == (320, 320, 3)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_truth_of_an_example_can_be_relied_on(name: str) -> None:
    """Events in order, apart, of the side that is told; all of it plain JSON."""
    _, truth = simulate_signals(load_scenario(name))
    events = truth["events"]

    assert json.loads(json.dumps(truth)) == truth
    assert {event["side"] for event in events} == {truth["affected_side"]} - {"none"}
    assert all(e["onset_s"] < e["peak_s"] < e["offset_s"] for e in events)
    ends = [event["offset_s"] for event in events]
    assert all(end < after["onset_s"] for end, after in zip(ends, events[1:], strict=False))
    assert all(event["max_mm"] == max(event["amplitude_mm"].values()) for event in events)


def test_signals_hold_the_true_movement() -> None:
    """At the peak of each event and each of its regions, to within the noise."""
    scenario = load_scenario("severe_tonic")
    frames = scenario.frames.model_copy(update={"fps": 240})
    no_blinks = Distractors(blinks_per_min=0)
    scenario = scenario.model_copy(update={"frames": frames, "distractors": no_blinks})
    signals, truth = simulate_signals(scenario)
    quick = [event for event in truth["events"] if event["kind"] == "clonic"]

    for event in quick:
        near = np.abs(signals.time_s - event["peak_s"]) < 0.06
        for region, size_mm in event["amplitude_mm"].items():
            found = signals.of(Region(region), Side.LEFT)[near].max()
            assert found == pytest.approx(size_mm, abs=0.3 + 0.02 * size_mm)
    still = signals.displacement_mm[:200]
    assert still.std(axis=(0, 2)) == pytest.approx([0.03, 0.05, 0.05, 0.05, 0.10], rel=0.35)


def test_the_same_scenario_is_the_same_file(tmp_path: Path) -> None:
    """Byte for byte, and its truth; another seed is another file."""
    pytest.importorskip("skimage")
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate_clip(short("severe_tonic", seed=seed), tmp_path / f"{name}.mp4")
    clips = [(tmp_path / f"{name}.mp4").read_bytes() for name in "abc"]
    truths = [(tmp_path / f"{name}.truth.json").read_bytes() for name in "abc"]

    assert (clips[0], truths[0]) == (clips[1], truths[1])
    assert clips[0] != clips[2]


def test_a_filmed_mouth_moves_as_far_as_the_truth_says(tmp_path: Path) -> None:
    """By phase correlation at the mouth corner, in the clip as it is coded: within 0.3 mm."""
    pytest.importorskip("skimage")
    event = Event(onset_s=0.5, side=Side.LEFT, duration_ms=400, mouth_mm=3.0)
    scenario = Scenario(
        length_s=1.2,
        event=(event,),
        distractors=Distractors(blinks_per_min=0, sway=0),
        camera=CameraSection(noise=0.5, crf=12),
    )
    truth = simulate_clip(scenario, tmp_path / "clip.mp4")
    frames = decoded(tmp_path / "clip.mp4")
    peak = min(frames, key=lambda frame: abs(frame[0] - truth["events"][0]["peak_s"]))[1]
    x, y = _corner(scenario)
    half = 9
    before, after = (
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)[
            y + dy - half : y + dy + half, x + dx - half : x + dx + half
        ]
        for picture, (dx, dy) in ((frames[5][1], (0, 0)), (peak, _expected_px(scenario)))
    )
    window = cv2.createHanningWindow((2 * half, 2 * half), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(before, after, window)

    assert np.hypot(dx, dy) / scenario.camera.px_per_mm < 0.3
    assert truth["events"][0]["amplitude_mm"] == {"mouth": 3.0}


def _corner(scenario: Scenario) -> tuple[int, int]:
    """The left mouth corner at rest, px."""
    scale = scenario.camera.px_per_mm / FACE.px_per_mm
    left, top = 224.0 - 360 / scale, 113.0 - 360 / scale
    x, y = FACE.placed(scale, (left, top)).anchors[Side.LEFT][Region.MOUTH]
    return round(x), round(y)


def _expected_px(scenario: Scenario) -> tuple[int, int]:
    """Where 3 mm along the pull of the mouth bring it, px: out and up."""
    reach = 3.0 * scenario.camera.px_per_mm / np.hypot(0.78, 0.63)
    up_x, up_y = FACE.up
    out = FACE.out(Side.LEFT)
    return (
        round(reach * (0.78 * out[0] + 0.63 * up_x)),
        round(reach * (0.78 * out[1] + 0.63 * up_y)),
    )


def test_a_mirrored_camera_shows_the_other_side(tmp_path: Path) -> None:
    """The picture is flipped; the truth stays the patient's own side."""
    pytest.importorskip("skimage")
    plain = short("severe_tonic")
    camera = plain.camera.model_copy(update={"mirrored": True, "crf": 1})
    simulate_clip(
        plain.model_copy(update={"camera": camera.model_copy(update={"mirrored": False})}),
        tmp_path / "plain.mp4",
    )
    told = simulate_clip(plain.model_copy(update={"camera": camera}), tmp_path / "mirror.mp4")
    (_, one), (_, other) = (decoded(tmp_path / f"{name}.mp4")[9] for name in ("plain", "mirror"))

    assert told["mirrored"]
    assert np.abs(one.astype(int) - other[:, ::-1]).mean() < 2.0


def test_a_gap_takes_its_events_out_of_the_truth() -> None:
    """Nobody can find what was not filmed; the gap itself is told."""
    event = Event(onset_s=2.2, side=Side.LEFT, cheek_mm=2)
    scenario = Scenario(length_s=6, event=(event,))
    frames = scenario.frames.model_copy(update={"gaps_s": ((2.0, 3.0),)})
    _, truth = simulate_track(scenario.model_copy(update={"frames": frames}))

    assert truth["events"] == []
    assert truth["ignore"] == [{"onset_s": 2.0, "offset_s": 3.0, "why": "no frames"}]


def test_a_clip_needs_the_name_of_a_video_and_a_face_finder(tmp_path: Path) -> None:
    """Or it says what to give."""
    with pytest.raises(OutputError, match=r"\*.mp4"):
        simulate_clip(short("calm_control"), tmp_path / "clip.avi")
    with pytest.raises(ParameterError, match="simulate_over"):
        simulate_clip(short("calm_control"), tmp_path / "clip.mp4", tmp_path / "face.mp4")
    assert list(tmp_path.iterdir()) == []
