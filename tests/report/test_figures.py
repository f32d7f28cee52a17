"""The overview draws any measurement, quickly enough, to the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, Region, Side
from spasm_video.records import UNKNOWN, Estimate, QualityFlag
from spasm_video.report.charts import blink_range, usable_bar
from spasm_video.report.curves import min_max
from spasm_video.report.facemap import face_map, rates_of
from spasm_video.report.figures import write_overview
from spasm_video.report.look import SIDE_COLOUR, SIDE_TINT, main_flag
from spasm_video.report.signalchart import signal_rows
from spasm_video.report.spans import hidden_spans, seconds_by_flag, unusable_spans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

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


def drawn_y(row: str, side: Side) -> list[float]:
    """The heights of the first curve of a side, downwards as in SVG."""
    curve = re.search(rf'class="curve {side}" transform="scale\(.1\)" d="([^"]*)"', row)
    assert curve is not None
    heights = []
    for start, steps in re.findall(r"M\d+ (\d+)l([^M]*)", curve[1]):
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        heights += [int(start) + sum(numbers[1 : n + 1 : 2]) for n in range(1, len(numbers), 2)]
    return [0.1 * y for y in heights]


def test_the_left_rises_and_the_right_falls(scene_of: Callable[..., Measurement]) -> None:
    """A spasm and its mark lie above the line on the left, below on the right."""
    (row,) = signal_rows(scene_of("left", left_events=5, lost_s=()))
    (mirror,) = signal_rows(scene_of("left", left_events=0, right_events=5, lost_s=()))

    middle = float(re.findall(r'd="M\d+ ([\d.]+)H', row)[0])
    for drawn, side, up in ((row, Side.LEFT, -1), (mirror, Side.RIGHT, 1)):
        moved = np.array(drawn_y(drawn, side)) - middle
        assert max(up * moved) > 10 > max(-up * moved)
        marks = re.findall(rf'y="([\d.]+)"[^>]*fill="{SIDE_TINT[side]}"', drawn)
        lanes = {(float(y) - middle) // 29 for y in marks}
        assert all((lane % 2 == 1) == (side is Side.LEFT) for lane in lanes)


def test_time_lost_at_the_end_or_without_a_reason_counts(
    scene_of: Callable[..., Measurement],
) -> None:
    """The last frames belong to the recording; what has no reason is still lost."""
    quality = scene_of("undetermined").quality
    no_reason = replace(quality, reasons=np.zeros_like(quality.reasons))

    assert unusable_spans(quality)[-1].end_s == pytest.approx(42.0)
    assert [span.flag for span in unusable_spans(no_reason)] == [None, None]
    assert main_flag(QualityFlag.OTHER_FACES | QualityFlag.DARK) is QualityFlag.DARK
    assert main_flag(QualityFlag.OTHER_FACES) is None


def test_the_blink_rate_stands_beside_the_range_of_healthy_adults() -> None:
    """8 to 21 a minute, marked; an unknown rate has no mark."""
    drawing = blink_range(Estimate(14.5, 6.6, 24.4))

    assert re.findall(r">(\d+)</text>", drawing) == ["0", "8", "21", "40"]
    assert "<circle" in drawing
    assert "<circle" not in blink_range(UNKNOWN)


def test_a_region_hidden_for_a_while_is_hatched_in_its_own_lane(
    scene_of: Callable[..., Measurement],
) -> None:
    """The neck behind a collar loses no time of the face, and its lane shows where."""
    quality = scene_of("left").quality
    region_usable = quality.region_usable.copy()
    region_usable[300:390, REGIONS.index(Region.NECK)] = False
    hidden = replace(quality, region_usable=region_usable)

    ((start_s, end_s),) = hidden_spans(hidden, Region.NECK)
    assert (start_s, end_s) == pytest.approx((10.0, 13.0))
    assert hidden_spans(hidden, Region.MOUTH) == ()
    measurement = scene_of("left")
    before, after = (
        "".join(signal_rows(replace(measurement, quality=q))).count("url(#hatch)")
        for q in (quality, hidden)
    )
    assert after == before + 1


def test_gaps_too_short_to_see_are_bridged(scene_of: Callable[..., Measurement]) -> None:
    """A flickering reason becomes one shape; the seconds stay as they are."""
    flicker = tuple((n / 10, n / 10 + 0.05, QualityFlag.DARK) for n in range(100, 200))
    quality = scene_of("left", lost_s=flicker, fps=60.0).quality

    assert len(unusable_spans(quality)) == 100
    assert len(unusable_spans(quality, 0.2)) == 1
    assert seconds_by_flag(quality)[0][1] == pytest.approx((~quality.usable).sum() / 60)


def test_the_face_shows_each_side_on_its_own(scene_of: Callable[..., Measurement]) -> None:
    """The patient's right is on the picture's left; hatched is not the same as still."""
    drawing = face_map(rates_of(scene_of("partial").summary))

    left_of_middle = re.findall(r'<text x="-[0-9]+"[^>]*>([^<]*)', drawing)
    assert left_of_middle[0] == "Patient’s right"
    told = dict(zip(left_of_middle[1::2], left_of_middle[2::2], strict=True))
    hidden = "not assessable"
    assert told == {
        "Brow": "1.1", "Eyelid": "7.8", "Cheek": hidden, "Mouth": "4.4", "Neck": hidden,
    }  # fmt: skip
    assert drawing.count("url(#hatch)") == 4
    lefts, rights = drawing.split('<g transform="scale(-1 1)">')
    assert SIDE_COLOUR[Side.RIGHT] not in lefts
    assert f'fill="{SIDE_COLOUR[Side.LEFT]}"' in lefts
    assert f'fill="{SIDE_COLOUR[Side.RIGHT]}"' in rights


LATER_S = 120.0


def later(one: Measurement) -> Measurement:
    """The same, seen two minutes later in a longer recording."""
    events = tuple(
        replace(
            e, onset_s=e.onset_s + LATER_S, peak_s=e.peak_s + LATER_S, offset_s=e.offset_s + LATER_S
        )
        for e in one.events
    )
    blinks = tuple(
        replace(
            b, onset_s=b.onset_s + LATER_S, peak_s=b.peak_s + LATER_S, offset_s=b.offset_s + LATER_S
        )
        for b in one.blinks
    )
    moved = {
        name: replace(getattr(one, name), time_s=getattr(one, name).time_s + LATER_S)
        for name in ("head", "signals", "quality")
    }
    return replace(one, events=events, blinks=blinks, **moved)


def numbers_of(drawing: str, tag: str) -> NDArray[np.float64]:
    """All numbers in the elements of a drawing that are not text."""
    found = re.findall(rf"<{tag} ([^>]*)>", drawing)
    return np.array([float(n) for one in found for n in re.findall(r"-?\d+\.?\d*", one)])


def test_a_part_of_a_recording_is_drawn_where_it_lies(
    scene_of: Callable[..., Measurement], tmp_path: Path
) -> None:
    """As the same recording from zero on is, but for the clock: no empty lanes, nothing cut off."""
    lost_s = ((10.0, 14.0, QualityFlag.DARK),)
    now = scene_of("left", lost_s=lost_s)
    then = later(now)
    assert (now.begin_s, then.begin_s) == (0.0, LATER_S)

    assert re.sub("<title>.*?</title>", "", usable_bar(now)) == re.sub(
        "<title>.*?</title>", "", usable_bar(then)
    )
    rows = [signal_rows(one) for one in (now, then)]
    assert len(rows[0]) == len(rows[1])
    for one, other in zip(*rows, strict=True):
        assert numbers_of(one, "path") == pytest.approx(numbers_of(other, "path"), abs=1.01)
        assert numbers_of(one, "rect") == pytest.approx(numbers_of(other, "rect"), abs=0.11)
    pictures = []
    for name, one in (("now", now), ("then", then)):
        write_overview(one, tmp_path / f"{name}.png")
        pictures.append(np.asarray(cv2.imread(str(tmp_path / f"{name}.png")), np.int16))
    differs = (np.abs(pictures[0] - pictures[1]) > 40).any(axis=2)
    foot_px = round(0.08 * len(differs))  # where the clock stands
    assert differs[-foot_px:].any()
    assert differs[:-foot_px].mean() < 0.002
