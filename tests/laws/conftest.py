"""Recordings to be changed in ways that must not matter, or must matter in one way only."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st

from spasm_video.anatomy import SIDES, Region, Side
from tests.measure.conftest import Move, Scene, blink, spasm, swaying, twitch

settings.register_profile(
    "laws",
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=6,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # a recording is not made simpler by minutes of work
)
LAW = settings.get_profile("laws")

SKIN = st.sampled_from(
    [
        {Region.EYELID: 2.5},
        {Region.EYELID: 4.0, Region.BROW: 2.0},
        {Region.CHEEK: 1.5, Region.MOUTH: 2.0},
        {Region.EYELID: 3.0, Region.CHEEK: 2.0, Region.MOUTH: 3.0, Region.NECK: -2.0},
    ]
)


@st.composite
def restless_scenes(draw: st.DrawFn) -> Scene:
    """Nine seconds of twitches, blinks and sometimes a spasm, on sides of any share."""
    moves: list[Move] = []
    for index in range(draw(st.integers(1, 4))):
        onset_s = 1.2 + 1.9 * index + draw(st.floats(0.0, 0.5))
        moves.append(twitch(onset_s, draw(st.sampled_from(SIDES)), draw(SKIN), lasts_s=0.2))
        if draw(st.booleans()):
            moves.append(blink(onset_s + 0.9))
    if draw(st.booleans()):
        moves.append(spasm(9.2, 1.5, draw(st.sampled_from(SIDES))))
    return Scene(
        duration_s=12.0,
        fps=30.0,
        moves=tuple(moves),
        seed=draw(st.integers(0, 999)),
        yaw_deg=swaying(draw(st.floats(0, 6)), 0.3),
        roll_deg=swaying(draw(st.floats(0, 4)), 0.2),
    )


@pytest.fixture(scope="session")
def one_sided() -> Scene:
    """Six twitches of the right among blinks."""
    twitches = tuple(twitch(1.5 + 1.7 * i, Side.RIGHT, lasts_s=0.2) for i in range(6))
    return Scene(duration_s=12.0, moves=(*twitches, blink(2.4), blink(7.5)))
