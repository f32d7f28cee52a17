"""The simpler rules do what their descriptions say, their faults included."""

from __future__ import annotations

import numpy as np
import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.observe.expressions import Expressions
from spasm_video.records import AffectedSide
from spasm_video.validate.rivals import BLENDSHAPES, rivals, scores_apart
from spasm_video.validate.truth import Truth
from tests.measure.conftest import Move, Scene, blink, spasm, track_of, twitch

SICK_RIGHT = Truth((), None, (AffectedSide.RIGHT,), (), 20.0, 3.0)


def closing(onset_s: float, lasts_s: float) -> Move:
    """The right eye closes by 6 mm, as the mesh sees it, too."""
    move = twitch(onset_s, Side.RIGHT, {Region.EYELID: 6.0}, lasts_s=lasts_s)
    return Move(course=move.course, mm=move.mm, sides=move.sides, mesh_share=1.0)


def test_both_rules_find_an_eye_that_closes_alone() -> None:
    """For 400 ms, six times: each within 150 ms of its onset, on the right."""
    onsets_s = [2.0 + 3.0 * i for i in range(6)]
    scene = Scene(duration_s=20.0, fps=30.0, moves=tuple(closing(t, 0.4) for t in onsets_s))
    found = rivals(track_of(scene), SICK_RIGHT)

    assert [s.side for s in found["eye aspect ratio"]] == [Side.RIGHT] * 6
    for spasms in found.values():
        for onset_s in onsets_s:
            assert any(abs(s.onset_s - onset_s) < 0.15 for s in spasms)


def test_the_smoothed_aspect_ratio_misses_small_twitches_and_no_blink_is_one() -> None:
    """A twitch of 1 mm is below its threshold; a blink closes both eyes alike."""
    small = tuple(twitch(t, Side.RIGHT, {Region.EYELID: 1.0}) for t in (2.0, 6.0))
    scene = Scene(duration_s=12.0, fps=30.0, moves=(*small, blink(4.0), blink(8.0)))

    assert rivals(track_of(scene), SICK_RIGHT)["eye aspect ratio"] == ()


def test_a_rule_by_its_own_spread_finds_spasms_in_noise() -> None:
    """On a still face with camera noise at 120 frames a second: more than 20 a minute."""
    still = track_of(Scene(duration_s=20.0, fps=120.0))

    assert len(rivals(still, SICK_RIGHT)["mean + 0.5 SD"]) > 20 * 20 / 60


@pytest.mark.parametrize("duration_s", [0.1, 0.3])
def test_a_clip_too_short_for_a_rule_has_no_spasm(duration_s: float) -> None:
    """Nor has one without a face."""
    brief = track_of(Scene(duration_s=duration_s, fps=30.0, moves=(spasm(0.05, 0.4),)))
    faceless = track_of(Scene(duration_s=2.0, fps=30.0, lost_s=((0.0, 2.0),)))

    assert rivals(brief, SICK_RIGHT)["mean + 0.5 SD"] == ()
    assert set(rivals(faceless, SICK_RIGHT).values()) == {()}


def test_blendshapes_apart_on_one_side_are_a_spasm_of_it() -> None:
    """A squint of 0.2 on the left for 0.3 s is one; on both sides none, nor 0.05, nor a rest."""
    time_s = np.arange(300) / 30
    scores = {name: np.full((300, 2), 0.3) for name in ("eyeBlink", "eyeSquint", "mouthSmile")}
    scores["mouthSmile"][:, 1] += 0.2  # a face that is never even
    scores["eyeSquint"][60:69, 0] += 0.2
    scores["eyeBlink"][120:129] += 0.5
    scores["eyeSquint"][180:189, 1] += 0.05

    (found,) = scores_apart(Expressions(time_s, scores))

    assert found.side is Side.LEFT
    assert found.regions == (Region.EYELID,)
    assert found.onset_s == pytest.approx(2.0)
    assert found.offset_s == pytest.approx(2.3)


def test_simulated_points_have_no_blendshapes() -> None:
    """Rather than a score of nothing, the rule is not there."""
    track = track_of(Scene(duration_s=4.0, fps=30.0))

    assert BLENDSHAPES not in rivals(track, SICK_RIGHT)
