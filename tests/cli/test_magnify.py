"""``magnify``: one spasm, slow and large, and never taken for a measurement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.params import AnalysisParams
from spasm_video.pipeline import ObserveOptions, analyze
from spasm_video.pipeline.magnification import SLOWER
from spasm_video.video.file import VideoFile
from spasm_video.video.writer import VideoWriter

if TYPE_CHECKING:
    from tests.cli.conftest import Run

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "right_spasm.mp4"


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of a sample, analyzed: two spasms of the right side."""
    path = tmp_path_factory.mktemp("magnify") / "visit.mp4"
    with VideoWriter(path) as video:
        for frame in VideoFile(SAMPLE, end_s=3.9):
            video.write(frame.time_s, frame.image_rgb)
    analyze(path, path.parent / "visit_spasm", AnalysisParams(), ObserveOptions())
    return path


def test_a_spasm_is_shown_slowly_and_marked(run: Run, visit: Path) -> None:
    """Its frames and half a second around, four times as long, thrice; the banner in each."""
    said = run("magnify", visit, "--event", 1, "--times", 3)

    out = visit.parent / "visit_event_1.mp4"
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{out}  (enlarged 3 times; display only)\n"
    frames = list(VideoFile(out))
    a_round = len(frames) // 3
    steps_s = np.diff([frame.time_s for frame in frames])
    assert steps_s == pytest.approx(np.full(len(steps_s), SLOWER / 30), abs=1e-3)
    assert 30 * (0.15 + 1.0) < a_round < 30 * (0.3 + 1.0)
    for frame in frames[::10]:
        assert frame.image_rgb[2:5, 600:].mean(axis=(0, 1)) == pytest.approx((122, 31, 31), abs=12)
    # The eye of the affected half closes; the other half stays.
    rest, peak = (frames[at].image_rgb.astype(float) for at in (0, 17))
    moved = np.abs(peak - rest).mean(axis=2)[180:330]
    assert moved[:, 60:360].mean() > 2 * moved[:, 460:760].mean()


def test_a_spasm_that_is_not_there_is_named(run: Run, visit: Path) -> None:
    """With those there are."""
    said = run("magnify", visit, "--event", 9)
    assert said.code == 2
    assert said.err.splitlines() == [
        "visit.mp4 has no spasm 9.",
        "It has 2: --event 1 to 2",
    ]
