"""The overview draws any measurement, quickly enough, to the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS
from spasm_video.records import QualityFlag
from spasm_video.report.curves import min_max
from spasm_video.report.figures import write_overview
from spasm_video.report.signalchart import signal_rows
from spasm_video.report.spans import seconds_by_flag, unusable_spans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spasm_video.records import Measurement

PNG = b"\x89PNG"


@pytest.mark.parametrize("scene", ["partial", "undetermined", "empty"])
def test_the_overview_is_a_picture_the_same_twice(
    scene_of: Callable[..., Measurement], tmp_path: Path, scene: str
) -> None:
    """Also of nothing at all."""
    once, again = tmp_path / "once.png", tmp_path / "again.png"
    write_overview(scene_of(scene), once)
    write_overview(scene_of(scene), again)

    assert once.read_bytes().startswith(PNG)
    assert once.read_bytes() == again.read_bytes()


def test_a_strange_file_name_draws(scene_of: Callable[..., Measurement], tmp_path: Path) -> None:
    """Mathematics, other scripts and great length are only letters of a title."""
    measurement = scene_of("left", name="$x^{$ \u30d3\u30c7\u30aa " + "very " * 40 + ".mp4")

    write_overview(measurement, tmp_path / "overview.png")

    assert (tmp_path / "overview.png").read_bytes().startswith(PNG)


def test_a_twitch_of_one_frame_survives_the_drawing() -> None:
    """Ten minutes in a thousand columns keep the highest and the lowest value."""
    time_s = np.arange(36_000) / 60
    values = np.zeros(36_000)
    values[12_345], values[30_000] = 2.5, -1.5

    times, drawn = min_max(time_s, values, 1000, (0.0, 600.0))

    assert len(drawn) <= 2000
    assert (drawn.max(), drawn.min()) == (2.5, -1.5)
    assert times[drawn.argmax()] == pytest.approx(12_345 / 60, abs=0.6)


def test_a_gap_breaks_the_line() -> None:
    """No line is drawn over frames that were not measured or do not exist."""
    time_s = np.array([0.0, 0.1, 0.2, 5.0, 5.1])

    _, drawn = min_max(time_s, np.ones(5), 100, (0.0, 6.0))

    assert np.isnan(drawn).tolist() == [False, False, False, True, False, False]


def test_a_minute_is_a_row_and_ten_rows_are_the_most(scene_of: Callable[..., Measurement]) -> None:
    """Rows are of one minute until ten do not suffice."""
    assert len(signal_rows(scene_of("left"))) == 1
    assert len(signal_rows(scene_of("many"))) == 3
    assert len(signal_rows(scene_of("long"))) == 10
    assert len(signal_rows(scene_of("long", duration_s=1900.0, left_events=20))) <= 10


def test_every_event_is_drawn_in_its_row(scene_of: Callable[..., Measurement]) -> None:
    """Each event has its bar with its words in the row it belongs to."""
    measurement = scene_of("many")

    rows = signal_rows(measurement)

    for n, event in enumerate(measurement.events, start=1):
        assert f"<title>{n}: " in rows[int(event.onset_s // 60)]


def test_a_region_without_signal_says_so(scene_of: Callable[..., Measurement]) -> None:
    """An empty lane is not a quiet lane."""
    (row,) = signal_rows(scene_of("partial"))

    assert row.count("not measured") == 2
    assert row.count('class="curve') == 2 * (len(REGIONS) - 2)


def test_lost_time_is_told_with_its_reason(scene_of: Callable[..., Measurement]) -> None:
    """Spans and seconds agree; hidden neck or slow camera loses no time."""
    quality = scene_of("left").quality

    spans = unusable_spans(quality)

    assert [(round(s.start_s, 2), round(s.end_s, 2), s.flag) for s in spans] == [
        (21.0, 22.6, QualityFlag.TURNED),
        (47.2, 47.6, QualityFlag.OCCLUDED),
    ]
    assert dict(seconds_by_flag(quality)) == {
        QualityFlag.TURNED: pytest.approx(1.6),
        QualityFlag.OCCLUDED: pytest.approx(0.4),
    }
    assert unusable_spans(scene_of("none").quality) == ()
