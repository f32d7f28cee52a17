"""Simulated recordings go through the same pipeline as real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pandas as pd
import pytest

from spasm_video.anatomy import Side
from spasm_video.measure import measure
from spasm_video.observe.track import load_track
from spasm_video.params import MeasureParams
from spasm_video.pipeline.simulation import (
    simulate_over,
    simulate_signals_file,
    simulate_track_file,
)
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.nasa_portrait import CLOSE_UP, FACE, nasa_portrait
from spasm_video.simulate.scenarios import Event, Scenario, load_scenario

if TYPE_CHECKING:
    from pathlib import Path


def test_a_saved_track_is_the_track_again(tmp_path: Path) -> None:
    """To the rounding of the file; its truth beside it."""
    scenario = load_scenario("moderate_clonic").model_copy(update={"length_s": 5.0})
    told = simulate_track_file(scenario, tmp_path / "track.npz")
    saved, (made, truth) = load_track(tmp_path / "track.npz"), simulate_track(scenario)

    assert told == truth
    assert (tmp_path / "track.truth.json").is_file()
    assert np.abs(saved.points_px - made.points_px).max() < 1 / 500
    assert saved.skin_step_px[1:] == pytest.approx(made.skin_step_px[1:], abs=1e-5)
    assert repr(saved.video) == repr(made.video)


@pytest.mark.parametrize(("name", "side"), [("moderate_clonic", "right"), ("severe_tonic", "left")])
def test_the_measurement_finds_the_side_of_a_simulated_track(name: str, side: str) -> None:
    """Clear disease of one side; a calm healthy face has none."""
    track, _ = simulate_track(load_scenario(name))
    calm, _ = simulate_track(load_scenario("calm_control"))

    assert measure(track, MeasureParams()).summary.affected_side == side
    assert measure(calm, MeasureParams()).events == ()


def test_signals_are_a_table_of_the_contract_s_columns(tmp_path: Path) -> None:
    """As Parquet or as CSV, by the ending."""
    scenario = load_scenario("mild_eyelid").model_copy(update={"length_s": 2.0})
    simulate_signals_file(scenario, tmp_path / "s.parquet")
    simulate_signals_file(scenario, tmp_path / "s.csv")
    one, other = pd.read_parquet(tmp_path / "s.parquet"), pd.read_csv(tmp_path / "s.csv")

    assert list(one.columns[:3]) == ["time_s", "eyelid_left_mm", "eyelid_right_mm"]
    assert one.shape == other.shape == (60, 11)
    assert np.allclose(one, other)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portrait as anybody's photo."""
    pytest.importorskip("skimage")
    portrait = nasa_portrait()
    view = portrait.picture[48:-48, 48:-48]
    path = tmp_path_factory.mktemp("photo") / "face.png"
    cv2.imwrite(str(path), cv2.cvtColor(view.astype(np.uint8), cv2.COLOR_RGB2BGR))
    return path


def test_spasms_are_drawn_where_the_face_is_found(photo: Path, tmp_path: Path) -> None:
    """The patient's left eye shuts and the left mouth corner rises; the right side stays."""
    event = Event(onset_s=0.4, side=Side.LEFT, duration_ms=300, eyelid_closure=1.0, mouth_mm=3)
    scenario = Scenario(length_s=0.8, event=(event,))
    heard: list[str] = []
    truth = simulate_over(
        scenario, tmp_path / "clip.mp4", photo, lambda step, _done, _total: heard.append(step)
    )
    frames = [
        frame.to_ndarray(format="rgb24").astype(int)
        for frame in av.open(tmp_path / "clip.mp4").decode(video=0)
    ]
    change = np.abs(frames[15] - frames[0]).mean(axis=2)
    near = FACE.placed(CLOSE_UP.scale, (224.0 - 360 / 3.5, 113.0 - 360 / 3.5))

    def changed_around(points: tuple[tuple[float, float], ...]) -> float:
        x, y = np.mean(points, axis=0).astype(int)
        return float(change[y - 12 : y + 12, x - 12 : x + 12].mean())

    assert changed_around(near.eyes[Side.LEFT].upper + near.eyes[Side.LEFT].lower) > 20
    assert changed_around(near.eyes[Side.RIGHT].upper + near.eyes[Side.RIGHT].lower) < 3
    assert truth["px_per_mm"] == pytest.approx(near.px_per_mm, rel=0.08)
    assert truth["affected_side"] == "left"
    assert [heard.count(step) for step in ("looking", "drawing")] == [24, 24]


def test_a_video_of_ones_own_keeps_its_times(photo: Path, tmp_path: Path) -> None:
    """A clip over a clip: as many frames, each at its own time; deterministic."""
    still = Scenario(length_s=0.5)
    frames = still.frames.model_copy(update={"timing": "variable", "fps": 24})
    first = tmp_path / "first.mp4"
    simulate_over(still.model_copy(update={"frames": frames}), first, photo)
    event = Event(onset_s=0.2, side=Side.RIGHT, duration_ms=150, eyelid_closure=0.7)
    again: list[bytes] = []
    for name in ("a", "b"):
        simulate_over(Scenario(event=(event,)), tmp_path / f"{name}.mp4", first)
        again.append((tmp_path / f"{name}.mp4").read_bytes())

    def times(path: Path) -> list[float | None]:
        with av.open(path) as container:
            return [frame.time for frame in container.decode(video=0)]

    assert times(tmp_path / "a.mp4") == pytest.approx(times(first), abs=2e-5)
    assert again[0] == again[1]
