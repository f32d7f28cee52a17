"""Film strips show the strongest spasms upright, the patient's right on the picture's left."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import MEASURED_LANDMARKS, SKIN_WINDOWS, Side
from spasm_video.records import FaceTrack
from spasm_video.report.html import report_page
from spasm_video.report.look import SIDE_COLOUR
from spasm_video.report.portrait import WIDTH_PX, frame_of, labelled, upright
from spasm_video.report.strips import Strip, StripPlan, film_strips, strip_landmarks, strip_times

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spasm_video.records import Measurement

TALL, WIDE = 480, 640
POINTS = np.array([[400.0, 200.0], [240.0, 200.0], [320.0, 202.0], [320.0, 400.0]])


def face() -> NDArray[np.uint8]:
    """A grey face whose patient's-left eye (right in the picture) is red, the other blue."""
    picture = np.full((TALL, WIDE, 3), 128, np.uint8)
    cv2.circle(picture, (370, 200), 14, (255, 0, 0), cv2.FILLED)
    cv2.circle(picture, (270, 200), 14, (0, 0, 255), cv2.FILLED)
    return picture


def turned(angle_deg: float, *, mirrored: bool) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The face and its landmarks, turned about the picture's middle or mirrored."""
    matrix = cv2.getRotationMatrix2D((WIDE / 2, TALL / 2), angle_deg, 1.0)
    picture = np.asarray(cv2.warpAffine(face(), matrix, (WIDE, TALL)), np.uint8)
    points = np.asarray(POINTS @ matrix[:, :2].T + matrix[:, 2], np.float64)
    if mirrored:
        picture, points = picture[:, ::-1].copy(), points * (-1, 1) + (WIDE - 1, 0)
    return picture, points


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("angle_deg", [0.0, 25.0, -90.0, 180.0])
def test_the_face_stands_upright_with_its_right_on_the_left(
    angle_deg: float, *, mirrored: bool
) -> None:
    """However the head or the phone was held, mirrored or not, the cut is the same."""
    picture, points = turned(angle_deg, mirrored=mirrored)
    scale, height_px = frame_of(points)

    cut = upright(picture, points, scale, height_px)

    expected = upright(face(), POINTS, *frame_of(POINTS))
    assert cut.shape == expected.shape
    half = WIDTH_PX // 2
    assert cut[:, half:, 0].max() > 240  # the red eye: patient's left, right in the picture
    assert cut[:, :half, 2].max() > 240
    assert cut[:, half:, 2].max() < 200
    eyes = slice(20, 130)
    assert np.abs(cut[eyes].astype(int) - expected[eyes]).mean() < 4


@pytest.mark.parametrize("affected", list(Side))
def test_the_letters_name_the_patients_sides(affected: Side) -> None:
    """R on the left, L on the right; the side of the spasm on its colour."""
    marked = labelled(np.full((200, WIDTH_PX, 3), 128, np.uint8), affected)

    corners = {Side.RIGHT: marked[9, 10], Side.LEFT: marked[9, WIDTH_PX - 10]}
    assert bytes(corners[affected]).hex() == SIDE_COLOUR[affected].removeprefix("#")
    assert bytes(corners[affected.other]).hex() != SIDE_COLOUR[affected.other].removeprefix("#")
    right_half, left_half = marked[:40, 8:32], marked[:40, WIDTH_PX - 32 : WIDTH_PX - 8]
    assert (right_half > 200).all(axis=2).sum() > (left_half > 200).all(axis=2).sum()  # R > L


def strips_of(measurement: Measurement) -> tuple[tuple[StripPlan, ...], tuple[Strip, ...]]:
    """The strips of a measurement, every frame the same face."""
    plans = strip_times(measurement)
    times_s = {time_s for plan in plans for time_s in plan.times_s}
    return plans, film_strips(
        measurement, plans, dict.fromkeys(times_s, face()), dict.fromkeys(times_s, POINTS)
    )


def test_the_strongest_spasms_are_shown_in_order_of_time(
    scene_of: Callable[..., Measurement],
) -> None:
    """Six of sixty, none weaker than one left out; every time is a frame's own."""
    measurement = scene_of("many")

    plans = strip_times(measurement)

    assert len(plans) == 6
    assert [plan.event for plan in plans] == sorted(plan.event for plan in plans)
    frames_s = set(measurement.head.time_s.tolist())
    for plan in plans:
        event = measurement.events[plan.event]
        assert set(plan.times_s) <= frames_s
        assert plan.before_s < event.onset_s <= plan.peak_s < event.offset_s <= plan.after_s
    strength = [e.confidence * sum(p.amplitude_mm for p in e.parts) for e in measurement.events]
    shown = {plan.event for plan in plans}
    assert min(strength[n] for n in shown) >= max(
        s for n, s in enumerate(strength) if n not in shown
    )


def test_before_and_after_are_quiet_where_they_can_be(scene_of: Callable[..., Measurement]) -> None:
    """The pictures beside the peak show no blink and no lost frame."""
    measurement = scene_of("left")
    usable = dict(
        zip(measurement.head.time_s.tolist(), measurement.quality.usable.tolist(), strict=True)
    )

    for plan in strip_times(measurement):
        for time_s in (plan.before_s, plan.after_s):
            assert usable[time_s]
            assert not any(b.onset_s <= time_s < b.offset_s for b in measurement.blinks)
    plan = strip_times(measurement)[0]
    event = measurement.events[plan.event]
    assert event.onset_s - plan.before_s < 0.15
    assert plan.after_s - event.offset_s < 0.15


def test_a_strip_is_three_small_jpegs(scene_of: Callable[..., Measurement]) -> None:
    """Data URIs that decode to the same width, light enough for the page."""
    plans, strips = strips_of(scene_of("left"))

    assert [strip.event for strip in strips] == [plan.event for plan in plans]
    for strip in strips:
        assert [picture.moment for picture in strip.pictures] == ["before", "peak", "after"]
        for picture in strip.pictures:
            jpeg = base64.b64decode(picture.uri.removeprefix("data:image/jpeg;base64,"))
            decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
            assert decoded is not None
            assert decoded.shape == (picture.height_px, WIDTH_PX, 3)
            assert len(jpeg) < 40_000


def test_the_landmarks_are_those_of_the_planned_frames(
    scene_of: Callable[..., Measurement],
) -> None:
    """Outer eye corners, left first, nose bridge, chin: each of its own frame."""
    measurement = scene_of("left")
    time_s = measurement.head.time_s
    n, windows = len(time_s), len(SKIN_WINDOWS)
    points_px = np.zeros((n, len(MEASURED_LANDMARKS), 3))
    points_px[..., 0] = np.arange(n)[:, None]
    points_px[..., 1] = MEASURED_LANDMARKS
    track = FaceTrack(
        time_s, points_px, np.ones(n), np.zeros((n, 2, 2)), np.zeros((n, 2, 2)),
        np.zeros((n, windows, 2, 2)), np.ones((n, windows, 2)), np.ones(n), np.ones(n),
        np.zeros(n, np.int64), np.zeros(n, bool), measurement.provenance.video, "",
    )  # fmt: skip

    found = strip_landmarks(track, strip_times(measurement))

    for time, points in found.items():
        assert (points[:, 0] == round(time * 30)).all()
        assert points[:, 1].tolist() == [263, 33, 168, 152]


def test_a_lost_face_is_left_out(scene_of: Callable[..., Measurement]) -> None:
    """No picture or no landmarks at a time: the strip goes on without it."""
    measurement = scene_of("left")
    (plan, *_) = strip_times(measurement)
    lost = np.full_like(POINTS, np.nan)

    (strip,) = film_strips(
        measurement,
        (plan,),
        {plan.before_s: face(), plan.peak_s: face()},
        {plan.before_s: lost, plan.peak_s: POINTS, plan.after_s: POINTS},
    )

    assert [picture.moment for picture in strip.pictures] == ["peak"]
    assert film_strips(measurement, (plan,), {}, {}) == ()


def test_no_spasm_no_strip(scene_of: Callable[..., Measurement]) -> None:
    """Nothing to show is nothing, not an error."""
    assert strip_times(scene_of("none")) == ()
    assert strip_times(scene_of("empty")) == ()


def test_the_page_shows_the_strips_with_words_for_those_who_cannot_see_them(
    scene_of: Callable[..., Measurement],
) -> None:
    """Every picture has its alternative text; the page stays small."""
    measurement = scene_of("left")
    _, strips = strips_of(measurement)

    text = report_page(measurement, strips)

    assert text.count("<img ") == text.count(' alt="The face, ') == 18
    assert len(text.encode()) < 3_000_000
    assert "data:image" not in report_page(measurement)
