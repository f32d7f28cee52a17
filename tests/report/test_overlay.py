"""What is drawn over a face, and the head that stands for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.report import canvas
from spasm_video.report.faceview import view_around
from spasm_video.report.lanes import lane_chart
from spasm_video.report.look import SIDE_COLOUR
from spasm_video.report.moment import Moment, moment_at
from spasm_video.report.neutral import NeutralHead, neutral_mm
from spasm_video.report.overlay import draw_movement, draw_sides, patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spasm_video.records import Measurement

    Floats = NDArray[np.float64]

LIMIT_MM = 0.5
PX_PER_MM = 2.0


def moment(moved_mm: dict[tuple[Region, Side], float]) -> Moment:
    """A moment at which nothing moves but this."""
    mm = np.zeros((len(REGIONS), len(SIDES)))
    for (region, side), size_mm in moved_mm.items():
        mm[REGIONS.index(region), SIDES.index(side)] = size_mm
    counts = dict.fromkeys(SIDES, 0)
    return Moment(
        1.0, mm, np.full(len(REGIONS), LIMIT_MM), None,
        is_on=False, is_blink=False, unusable="", spasms=counts, blinks=0,
    )  # fmt: skip


def face_px() -> Floats:
    """(478, 3) a face as a camera sees it: the patient's right on the picture's left."""
    return neutral_mm() * PX_PER_MM + (300.0, 200.0, 0.0)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("region", REGIONS)
def test_what_moves_lights_up_on_its_own_side(region: Region, side: Side) -> None:
    """In the colour of the side, where the region is, and nothing of the other side."""
    plain = np.full((560, 600, 3), 128, np.uint8)
    picture = plain.copy()

    draw_movement(picture, face_px(), moment({(region, side): 4 * LIMIT_MM}))

    rows, columns = np.nonzero((picture != plain).any(axis=2))
    assert len(rows) > 50
    assert (columns > 300).all() if side is Side.LEFT else (columns < 300).all()
    middle = patch(face_px(), region, side).mean(axis=0)
    assert np.hypot(columns.mean() - middle[0], rows.mean() - middle[1]) < 25
    red, _, blue = picture[rows, columns].mean(axis=0)
    assert (blue > red) == (side is Side.LEFT)


def test_a_face_at_rest_stays_as_it_is() -> None:
    """No movement, no colour."""
    picture = np.full((560, 600, 3), 128, np.uint8)
    draw_movement(picture, face_px(), moment({}))
    assert (picture == 128).all()


def test_sides_are_the_patients_own() -> None:
    """As when facing them: the right is on the left of the picture."""
    picture = np.zeros((100, 600, 3), np.uint8)
    draw_sides(picture)
    assert tuple(picture[-1, 0]) == canvas.rgb(SIDE_COLOUR[Side.RIGHT])
    assert tuple(picture[-1, -1]) == canvas.rgb(SIDE_COLOUR[Side.LEFT])


def test_a_view_holds_the_face_wherever_it_was() -> None:
    """All landmarks of a head that moves about, and the neck below them."""
    faces = np.array([face_px() + np.array([shift, 0.3 * shift, 0]) for shift in (-80, 0, 80)])
    view = view_around(faces, 560, 720)
    places = np.array([view.places(face) for face in faces])
    assert places.min() > 0
    assert (places.max(axis=(0, 1)) < (560, 640)).all()


def test_a_cut_view_shows_what_lies_there() -> None:
    """A spot of the picture is where its landmark is drawn, also where much is made small."""
    picture = np.zeros((1400, 1500, 3), np.uint8)
    face = face_px() * (2.5, 2.5, 1)
    x, y = np.rint(face[168, :2]).astype(int)
    picture[y - 12 : y + 13, x - 12 : x + 13] = 255
    view = view_around(face[None], 200, 260)

    shown = view.cut(picture)[..., 0] > 128

    rows, columns = np.nonzero(shown)
    assert view.places(face)[168] == pytest.approx((columns.mean(), rows.mean()), abs=1.0)


def test_the_neutral_head_is_symmetric() -> None:
    """Left and right are each other's mirror image: it is nobody's face."""
    head = neutral_mm()
    for left, right in ((263, 33), (291, 61), (454, 234), (386, 159)):
        assert head[left] == pytest.approx(head[right] * (-1, 1, 1), abs=0.02)


def test_size_place_turn_and_shape_of_a_face_do_not_show() -> None:
    """Only what moves within the face: two people at rest give the same head."""
    wide = face_px() * (1.3, 0.9, 1.1)
    wide[61, :2] += (7.0, -4.0)
    turn = np.radians(12.0)
    tilted = wide.copy()
    tilted[:, :2] = wide[:, :2] @ np.array(
        [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    )
    one = NeutralHead([face_px()], 560, 720).places(face_px(), moment({}))
    other = NeutralHead([wide], 560, 720).places(1.4 * tilted + 30.0, moment({}))
    assert other == pytest.approx(one, abs=0.01)


@pytest.mark.parametrize("side", SIDES)
def test_the_neutral_head_moves_as_the_face_did(side: Side) -> None:
    """A corner of the mouth 3 mm up, an eye closed by 9 mm, each on its side only."""
    corner, upper, lower = (291, 386, 374) if side is Side.LEFT else (61, 159, 145)
    head = NeutralHead([face_px()], 560, 720)
    rest = head.places(face_px(), moment({}))
    face = face_px()
    face[corner, 1] -= 3.0 * PX_PER_MM

    places = head.places(face, moment({(Region.EYELID, side): 9.0}))

    unit = (rest[263, 0] - rest[33, 0]) / (neutral_mm()[263, 0] - neutral_mm()[33, 0])
    assert rest[corner, 1] - places[corner, 1] == pytest.approx(3.0 * unit, abs=0.01)
    assert places[upper, 1] == pytest.approx(places[lower, 1], abs=0.01)
    moved = np.abs(places - rest).max(axis=1) > 0.01
    assert (np.sign(rest[moved, 0] - rest[168, 0]) == (1 if side is Side.LEFT else -1)).all()


def test_a_moment_knows_what_is_on(scene_of: Callable[..., Measurement]) -> None:
    """At a peak its spasm; counts are of what has begun by then."""
    measurement = scene_of("left")
    event = measurement.events[3]
    index = int(np.abs(measurement.head.time_s - event.peak_s).argmin())

    now = moment_at(measurement, index)

    assert now.event == event
    assert now.is_on
    assert now.spasms == {Side.LEFT: 4, Side.RIGHT: 0}


def test_lanes_rise_for_the_left_and_fall_for_the_right(
    scene_of: Callable[..., Measurement],
) -> None:
    """Blue ink above the middle of a lane, orange below it."""
    measurement = scene_of("left")
    chart = lane_chart(measurement, 700, 600)
    page = chart.page(measurement, 0.0, 10.0).astype(int)
    middle = round(22 + 0.5 * chart.lane_px)
    for side, part in ((Side.LEFT, page[25 : middle - 4]), (Side.RIGHT, page[middle + 4 : 130])):
        ink = np.abs(part - canvas.rgb(SIDE_COLOUR[side])).sum(axis=2) < 60
        other = np.abs(part - canvas.rgb(SIDE_COLOUR[side.other])).sum(axis=2) < 60
        assert ink.sum() > 30
        assert not other.any()
