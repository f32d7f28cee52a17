"""What the page of a batch asks a data manager to look at."""

from __future__ import annotations

from typing import Any

from spasm_video.batch.checks import duplicates, outliers, side_contradictions
from spasm_video.batch.histogram import histogram


def row(line: int, **changes: Any) -> dict[str, Any]:
    """A row of scores as good as any, varied a little by its line."""
    return {
        "line": line, "subject": f"P{line}", "visit": "v1", "segment": "", "date": "",
        "video": f"{line}.mp4", "video_sha256": f"{line:064}", "duration_s": 60.0 + line % 5,
        "usable_s": 58.0 + line % 5, "real_fps": 30.0 + 0.1 * (line % 3),
        "iris_px": 30.0 + line % 4,
        "spasms_per_min": 5.0 + line % 3, "blinks_per_min": 15.0 + line % 6,
        "affected_side": "left",
    } | changes  # fmt: skip


def lines(found: tuple[Any, ...]) -> list[tuple[int, ...]]:
    """Which rows the questions are about."""
    return [question.lines for question in found]


def test_a_number_far_from_the_others_is_asked_about() -> None:
    """A small face, a slow camera, a wild rate; a low rate is not odd, nor is a sharp face."""
    rows = [row(n) for n in range(2, 22)]
    odd = [
        row(30, iris_px=5.0),
        row(31, real_fps=12.0),
        row(32, spasms_per_min=90.0),
        row(33, spasms_per_min=0.0, iris_px=90.0),
    ]

    assert lines(outliers([*rows, *odd])) == [(30,), (31,), (32,)]


def test_a_recording_mostly_lost_is_asked_about() -> None:
    """Even where there are too few to compare with."""
    assert lines(outliers([row(2), row(3, usable_s=20.0)])) == [(3,)]


def test_what_is_not_assessable_is_no_outlier() -> None:
    """A missing number is neither far nor near."""
    rows = [row(n) for n in range(2, 22)]

    assert outliers([*rows, row(30, spasms_per_min=None, iris_px=None)]) == ()


def test_the_same_video_in_two_visits_is_asked_about() -> None:
    """By its bytes; two segments of one visit may share a video."""
    twice = [row(2, video_sha256="a"), row(3, video_sha256="a")]
    segments = [
        row(n, video_sha256="b", subject="P9", video="9.mp4", segment=f"part {n}") for n in (4, 5)
    ]

    assert lines(duplicates([*twice, *segments])) == [(2, 3)]


def test_sides_that_contradict_each_other_are_asked_about() -> None:
    """Left in one visit and right in another, or other than the manifest says; not undetermined."""
    rows = [
        row(2, subject="P1"),
        row(3, subject="P1", affected_side="right"),
        row(4, subject="P2"),
        row(5, subject="P2", affected_side="undetermined"),
        row(6, subject="P3", side="Right"),
        row(7, subject="P4", side="left"),
        row(8, subject="P5", side=""),
    ]

    assert lines(side_contradictions(rows)) == [(2, 3), (6,)]


def test_a_histogram_counts_what_is_known() -> None:
    """Alike, missing or nothing at all: none of it is an error."""
    assert "3 videos from 1.0 to 2.0, median 1.0" in histogram(
        "x", [1.0, 1.0, 2.0, float("nan")], 1
    )
    assert "2 videos" in histogram("x", [4.0, 4.0], 1)
    assert histogram("x", [float("nan")], 1) == ""
