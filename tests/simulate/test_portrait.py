"""The portrait closes its eyes, speaks, looks aside and turns its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.errors import MissingPartError
from spasm_video.simulate import nasa_portrait
from spasm_video.simulate.acts import Turn
from spasm_video.simulate.face_map import curve
from spasm_video.simulate.script import LID, Script, Sway, perform
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.simulate.arrays import Floats, Plane
    from spasm_video.simulate.portrait import Portrait

    Draw = Callable[[Callable[[Plane, Plane], Plane]], Portrait]

REST = np.zeros((5, 2))
STILL = Sway(shift_mm=0, roll_deg=0, zoom=0, yaw_deg=0, pitch_deg=0)


def closed(side: Side, closure: float) -> Floats:
    """(Region, Side) with one eye closed."""
    moved = REST.copy()
    moved[LID, SIDES.index(side)] = closure
    return moved


def eye_middle(portrait: Portrait, side: Side) -> tuple[float, float, float]:
    """The middle column of an eye, and its lid margins there, px."""
    eye = portrait.face.eyes[side]
    x = (eye.upper[0][0] + eye.upper[-1][0]) / 2
    upper, lower = (curve(margin, np.array([x]))[0] for margin in (eye.upper, eye.lower))
    return x, float(upper), float(lower)


@pytest.fixture
def white_eyes(drawn_face: Draw) -> Portrait:
    """Grey skin, and white between the lids."""
    face = drawn_face(lambda x, _: x).face

    def paint(x: Plane, y: Plane) -> Plane:
        grey = np.full_like(x, 100)
        for eye in face.eyes.values():
            between = (y > curve(eye.upper, x[0])) & (y < curve(eye.lower, x[0]))
            grey[between & (x > eye.upper[0][0]) & (x < eye.upper[-1][0])] = 250
        return grey

    return drawn_face(paint)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("closure", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_lid_covers_the_part_of_the_eye_that_was_asked(
    white_eyes: Portrait, side: Side, closure: float
) -> None:
    """Counted in white pixels of the middle column, within half a millimetre."""
    x, upper, lower = eye_middle(white_eyes, side)
    column = white_eyes.posed(closed(side, closure))[..., round(x), 0]
    around = column[round(upper) - 15 : round(lower) + 15]

    open_mm = np.count_nonzero(around > 130) / white_eyes.face.px_per_mm
    wanted_mm = (1 - closure) * (lower - upper) / white_eyes.face.px_per_mm
    assert open_mm == pytest.approx(wanted_mm, abs=0.5)


def test_closing_one_eye_leaves_the_other_open(portrait: Portrait) -> None:
    """Not a pixel of the left half changes with the right eye."""
    posed = portrait.posed(closed(Side.RIGHT, 1.0))
    y, x = np.indices(posed.shape[:2]) * 1.0
    changed = (posed != portrait.picture).any(axis=2)

    assert changed.any()
    assert portrait.face.aside_px(Side.RIGHT, x[changed], y[changed]).min() > 0


def test_a_closed_eye_shows_skin_instead_of_white(portrait: Portrait) -> None:
    """The lid that came down has the colours of the skin above the eye, lashes at its edge."""
    x, upper, lower = eye_middle(portrait, Side.RIGHT)
    middle = np.s_[round(upper) : round((upper + lower) / 2), round(x) - 12 : round(x) + 12]
    above = np.s_[round(upper) - 20 : round(upper) - 10, round(x) - 12 : round(x) + 12]
    shut = portrait.posed(closed(Side.RIGHT, 1.0))
    lid, eyeball, skin = shut[middle], portrait.picture[middle], portrait.picture[above]
    line = shut[round(lower) - 3 : round(lower) + 2, round(x) - 5 : round(x) + 5]

    assert abs(lid.mean() - skin.mean()) < abs(eyeball.mean() - skin.mean()) / 2
    assert line.mean() < lid.mean() - 30


def test_the_lower_lid_rises_a_little(drawn_face: Draw) -> None:
    """By about an eighth of the open eye, and its skin with it."""
    _, _, lower = eye_middle(drawn_face(lambda x, _: x), Side.LEFT)

    def stripe(_: Plane, y: Plane) -> Plane:
        return 200 - 100 * np.exp(-(((y - lower - 4) / 2) ** 2))

    face = drawn_face(stripe)
    x, upper, lower = eye_middle(face, Side.LEFT)
    below = np.s_[round(lower) - 8 : round(lower) + 12, round(x), 0]
    before, after = (
        int(p[below].argmin()) for p in (face.picture, face.posed(closed(Side.LEFT, 1)))
    )

    assert 1 <= before - after <= 0.2 * (lower - upper)


def test_the_jaw_falls_and_the_lips_part(portrait: Portrait) -> None:
    """Dark opens below the upper teeth, and the nose stays where it is."""
    line = portrait.face.mouth
    x, y = (line[0][0] + line[-1][0]) / 2, max(height for _, height in line)
    gap = np.s_[round(y) + 2 : round(y + 3 * portrait.face.px_per_mm), round(x) - 5 : round(x) + 5]
    spoken = portrait.posed(REST, jaw_mm=4.0)
    nose = round(min(height for _, height in line)) - 10

    assert portrait.picture[gap].mean() > 120
    assert spoken[gap].mean() < 80
    assert np.array_equal(spoken[:nose], portrait.picture[:nose])


def test_the_lower_lip_falls_with_the_jaw(drawn_face: Draw) -> None:
    """A dot 4 mm below the line of the lips goes down by what was asked, and not aside."""
    face = drawn_face(lambda x, _: x).face
    left, *_, right = face.mouth
    x0, y0 = (left[0] + right[0]) / 2, max(y for _, y in face.mouth) + 4 * face.px_per_mm

    def dot(x: Plane, y: Plane) -> Plane:
        return 200 - 150 * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / 8)

    opened = drawn_face(dot).posed(REST, jaw_mm=4.0)[round(y0) :, :, 0]
    y, x = np.unravel_index(int(opened.argmin()), opened.shape)

    assert y / face.px_per_mm == pytest.approx(4.0, abs=0.4)
    assert x == pytest.approx(x0, abs=1)


def test_a_glance_moves_the_iris(portrait: Portrait) -> None:
    """To the patient's right, which is the left of the picture; the lids stay."""
    aside = portrait.posed(REST, gaze_mm=1.5)
    for side in SIDES:
        x, upper, lower = eye_middle(portrait, side)
        row, columns = round((upper + lower) / 2), np.arange(round(x) - 25, round(x) + 25)
        dark = [
            np.clip(80 - p[row, columns].mean(axis=1), 0, None) for p in (portrait.picture, aside)
        ]
        before, after = ((weight * columns).sum() / weight.sum() for weight in dark)

        assert (after - before) / portrait.face.px_per_mm == pytest.approx(-1.5, abs=0.4)


def test_turning_the_head_moves_the_nose_and_not_the_wall(portrait: Portrait) -> None:
    """The near parts go furthest: to the picture's left when the head turns to its right."""
    slow = Course(onset_s=0.5, peak_s=1.0, release_s=2.0, offset_s=3.0)
    turn = Script(duration_s=4.0, sway=STILL, turns=(Turn(course=slow, yaw_deg=10.0),))
    performance = perform(turn, np.array([0.0, 1.5]))
    ahead, turned = (portrait.shown(performance, index) for index in (0, 1))
    corner = np.s_[:60, :60]
    nose_x, nose_y = (round(at) - 48 for at in portrait.face.head_centre)
    patch = ahead[nose_y + 60 : nose_y + 100, nose_x - 20 : nose_x + 20]
    shifts = range(-60, 61)
    match = [
        np.abs(
            turned[nose_y + 60 : nose_y + 100, nose_x - 20 + by : nose_x + 20 + by] - patch
        ).mean()
        for by in shifts
    ]

    assert np.array_equal(ahead[corner], turned[corner])
    assert -45 < shifts[int(np.argmin(match))] < -12


def test_a_still_head_is_the_portrait_itself(portrait: Portrait) -> None:
    """No movement, no resampling: the view is the middle of the picture."""
    performance = perform(Script(duration_s=1.0, sway=STILL), np.zeros(1))

    assert np.array_equal(portrait.shown(performance, 0), portrait.picture[48:-48, 48:-48])


def test_the_eyes_are_open_as_wide_as_eyes_are(portrait: Portrait) -> None:
    """8 to 10 mm on the scale of an iris of 11.7 mm, both within half a millimetre."""
    open_mm = portrait.face.open_mm

    assert open_mm[Side.RIGHT] == pytest.approx(8.9, abs=0.3)
    assert open_mm[Side.LEFT] == pytest.approx(8.7, abs=0.3)


def test_all_five_regions_are_in_view(portrait: Portrait) -> None:
    """The neck too, within the square."""
    width, height = portrait.size_px
    for side in SIDES:
        for region in (Region.BROW, Region.CHEEK, Region.MOUTH, Region.NECK):
            x, y = portrait.face.anchors[side][region]

            assert 100 < x - 48 < width - 100
            assert 100 < y - 48 < height - 60


def test_without_scikit_image_the_install_line_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The portrait ships with it."""

    def absent(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(nasa_portrait, "import_module", absent)

    with pytest.raises(MissingPartError, match="pip install scikit-image"):
        nasa_portrait.nasa_portrait()
