"""Blinks are both lids closing together, whole or in part; one lid alone is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.measure.session import measure
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.scenarios import load_scenario
from tests.measure.conftest import PARAMS, Scene, blink, smile, spasm, track_of, twitch

if TYPE_CHECKING:
    from spasm_video.records import Blink
    from tests.measure.conftest import Move


def blinks_of(*moves: Move, fps: float = 60.0) -> tuple[Blink, ...]:
    """Blinks found in ten seconds with these movements."""
    return measure(track_of(Scene(duration_s=10, fps=fps, moves=moves)), PARAMS).blinks


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 120.0])
def test_every_blink_is_found_in_its_place(fps: float) -> None:
    """Onset, deepest point and end within a frame and a twentieth of a second."""
    true = [blink(1.0 + 1.7 * i) for i in range(5)]

    found = blinks_of(*true, fps=fps)

    assert len(found) == len(true)
    for one, course in zip(found, [move.course for move in true], strict=True):
        assert one.onset_s == pytest.approx(course.onset_s, abs=0.02 + 1 / fps)
        assert one.peak_s == pytest.approx(course.peak_s, abs=1 / fps)
        assert one.offset_s == pytest.approx(course.offset_s, abs=0.05 + 1 / fps)
        assert one.left_mm == pytest.approx(9.0, rel=0.15)
        assert one.right_mm == pytest.approx(9.0, rel=0.15)


@pytest.mark.parametrize(("mm", "complete"), [(9.0, True), (8.4, True), (6.5, False), (2.5, False)])
def test_a_complete_blink_leaves_less_than_a_fifth_open(mm: float, complete: bool) -> None:  # noqa: FBT001
    """Nine millimetres are all there is; half of normal blinks are partial."""
    (found,) = blinks_of(blink(4.0, mm))

    assert found.complete is complete
    assert found.left_mm == pytest.approx(mm, rel=0.1)


def test_a_blink_is_complete_only_when_both_lids_close() -> None:
    """The right lid stays a third open."""
    (found,) = blinks_of(blink(4.0, right_share=0.67))

    assert not found.complete
    assert found.right_mm == pytest.approx(6.0, rel=0.1)


@pytest.mark.parametrize("side", Side)
def test_one_lid_closing_is_no_blink(side: Side) -> None:
    """Not even when the mesh sees it whole."""
    wink = twitch(4.0, side, {Region.EYELID: 8.0}, lasts_s=0.24)

    assert blinks_of(wink) == ()
    assert blinks_of(replace(wink, mesh_share=1.0)) == ()


def test_lids_that_close_unalike_are_no_blink() -> None:
    """The right lid comes along by a third; by half it is still a blink."""
    assert blinks_of(blink(4.0, right_share=0.33)) == ()
    assert len(blinks_of(blink(4.0, right_share=0.5))) == 1


def test_a_tremble_of_both_lids_is_no_blink() -> None:
    """Half a millimetre is less than a blink."""
    assert blinks_of(blink(4.0, 0.5)) == ()


def test_closed_eyes_are_no_blink() -> None:
    """Both lids down for eight tenths of a second."""
    closed = replace(spasm(4.0, 0.8), mm={Region.EYELID: 9.0}, sides=tuple(Side), mesh_share=1.0)

    assert blinks_of(closed) == ()


@pytest.mark.parametrize("lasts_s", [0.12, 0.2, 0.35])
def test_short_and_long_blinks_are_blinks(lasts_s: float) -> None:
    """From a tenth to four tenths of a second, and about as long as they were."""
    (found,) = blinks_of(blink(4.0, lasts_s=lasts_s))

    assert found.offset_s - found.onset_s == pytest.approx(lasts_s, abs=0.05)


def test_a_smile_that_narrows_the_eyes_is_no_blink() -> None:
    """Slow and shallow."""
    assert blinks_of(smile(4.0)) == ()


def test_a_spasm_in_a_blink_does_not_hide_the_blink() -> None:
    """Excess closure of one side rides on it."""
    riding = twitch(4.08, Side.LEFT, {Region.CHEEK: 2.5, Region.MOUTH: 3.0})

    assert len(blinks_of(blink(4.0), riding)) == 1


@pytest.mark.parametrize("name", ["severe_tonic", "moderate_clonic"])
def test_a_spasm_that_draws_the_mesh_along_is_no_blink(name: str) -> None:
    """One eye shut by spasm drags the other in the mesh; every blink found is a true one."""
    track, truth = simulate_track(load_scenario(name))
    true = [(blink["onset_s"], blink["offset_s"]) for blink in truth["blinks"]]

    found = measure(track, PARAMS).blinks
    false = [one for one in found if not any(a - 0.1 < one.peak_s < b + 0.1 for a, b in true)]

    assert len(truth["events"]) > 5
    assert len(found) >= 0.8 * len(true)
    assert len(false) <= 0.05 * len(found)
