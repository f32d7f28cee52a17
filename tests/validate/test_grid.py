"""The grids: seeded, complete, and the quick one a part of the full one."""

from __future__ import annotations

import itertools

import pytest

from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.scenarios import EXAMPLES, Scenario
from spasm_video.validate.grid import DISTRACTORS, EXTENTS, Grid, Level, cases, spaced_events
from spasm_video.validate.harness import face_px
from spasm_video.validate.sensitivity import DURATIONS_MS, SIZES_MM
from spasm_video.validate.spasms import JOIN_S


@pytest.mark.parametrize("grid", Grid)
def test_every_case_of_a_grid_is_a_valid_scenario_with_a_name_of_its_own(grid: Grid) -> None:
    """The simulator takes each of them."""
    planned = cases(grid)

    assert len({case.name for case in planned}) == len(planned)
    for case in planned:
        assert case.scenario is not None
        if case.level is Level.TRACK:
            Scenario.model_validate(dict(case.scenario))
        else:
            assert case.scenario["example"] in EXAMPLES


def test_the_quick_grid_is_a_part_of_the_full_one() -> None:
    """The same names stand for the same scenarios."""
    full = {case.name: case for case in cases(Grid.FULL)}

    assert all(full[case.name] == case for case in cases(Grid.QUICK))


def test_every_size_is_tried_with_every_duration_well_apart() -> None:
    """Once in a clip, further apart than what is joined to one."""
    events, length_s = spaced_events("cheek", 3)
    tried = {(event["cheek_mm"], event["duration_ms"]) for event in events}
    gaps = [
        later["onset_s"] - (event["onset_s"] + event["duration_ms"] / 1000)
        for event, later in itertools.pairwise(events)
    ]

    assert tried == {(mm, ms) for mm in SIZES_MM for ms in DURATIONS_MS}
    assert min(gaps) > JOIN_S + 0.2
    assert events[-1]["onset_s"] + 2.0 < length_s


def test_a_distractor_has_no_spasm() -> None:
    """Whatever is found on these faces is false."""
    found = [case for case in cases(Grid.QUICK) if case.set_name == "no spasm"]

    assert {case.label for case in found} == set(DISTRACTORS)
    assert all("disease" not in (case.scenario or {}) for case in found)
    assert len(found) == EXTENTS[Grid.QUICK].seeds * len(DISTRACTORS)


def test_a_face_is_as_wide_as_its_case_says() -> None:
    """Measured on the points of the face, to 2 %."""
    case = next(c for c in cases(Grid.QUICK) if "face 600 px" in c.name)
    assert case.scenario is not None
    short = {**case.scenario, "length_s": 2.0}
    track, _ = simulate_track(Scenario.model_validate(short))

    assert face_px(track) == pytest.approx(600, rel=0.02)
