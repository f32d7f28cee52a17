"""What must not change a measurement, and what may change it in one direction only."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasm_video.anatomy import REGIONS, SIDES, Region
from spasm_video.measure.session import measure
from spasm_video.params import AnalysisParams, params_hash, table
from spasm_video.records import AffectedSide
from tests.laws.conftest import LAW, restless_scenes
from tests.measure.conftest import PARAMS, Scene, blink, frames_of, mirrored, smile, track_of

if TYPE_CHECKING:
    from spasm_video.records import FaceTrack, Measurement, SpasmEvent

OTHER_SIDE = {AffectedSide.LEFT: AffectedSide.RIGHT, AffectedSide.RIGHT: AffectedSide.LEFT}


def exactly(value: Any) -> Any:
    """The same to 1e-9; unknown is unknown."""
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def measured(track: FaceTrack) -> Measurement:
    """A track measured with the default numbers."""
    return measure(track, PARAMS)


def key(event: SpasmEvent) -> tuple[float, str]:
    """An order of events that does not depend on the order of the sides."""
    return event.onset_s, event.side


def numbers(record: Any, *left_out: str) -> list[float]:
    """Every number of a record, those of its estimates too."""
    found: list[float] = []
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in left_out:
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append(float(value))
        elif hasattr(value, "low"):
            found += [value.value, value.low, value.high]
    return found


def assert_same_events(
    one: tuple[SpasmEvent, ...], two: tuple[SpasmEvent, ...], *, swapped: bool = False
) -> None:
    """The same times and parts to 1e-9; the sides alike, or exactly exchanged."""
    assert len(one) == len(two)
    for a, b in zip(sorted(one, key=key), sorted(two, key=key), strict=True):
        assert a.side is (b.side.other if swapped else b.side)
        assert (a.kind, a.other_babinski) == (b.kind, b.other_babinski)
        assert numbers(a) == exactly(numbers(b))
        assert a.regions == b.regions
        assert [numbers(p) for p in a.parts] == [exactly(numbers(p)) for p in b.parts]


CLEAR = 0.6
"""The confidence from which an event does not hang on how the frames fell."""


@settings(LAW)
@given(restless_scenes())
def test_mirroring_the_face_swaps_the_sides_and_nothing_else(scene: Scene) -> None:
    """Events, blinks, signals and every number of the summary, the sides exchanged."""
    track = track_of(scene)
    one, two = measured(track), measured(mirrored(track))

    assert one.events
    assert_same_events(one.events, two.events, swapped=True)
    assert [(b.onset_s, b.left_mm, b.right_mm) for b in one.blinks] == [
        exactly((b.onset_s, b.right_mm, b.left_mm)) for b in two.blinks
    ]
    assert one.signals.displacement_mm == exactly(two.signals.displacement_mm[..., ::-1])
    assert one.signals.one_sided_mm == exactly(-two.signals.one_sided_mm)
    sign = np.array([-1.0, 1.0, -1.0])
    assert one.head.rotation_deg == exactly(two.head.rotation_deg * sign)
    assert_mirrored_summary(one, two)


def assert_mirrored_summary(one: Measurement, two: Measurement) -> None:
    """The affected side and each region's row change places; the rest stays."""
    a, b = one.summary, two.summary
    sided = ("resting_lid_left_mm", "resting_lid_right_mm", "resting_lid_difference_percent")
    assert OTHER_SIDE.get(a.affected_side, a.affected_side) is b.affected_side
    assert numbers(a, *sided) == exactly(numbers(b, *sided))
    assert a.resting_lid_left_mm == pytest.approx(b.resting_lid_right_mm)
    assert a.resting_lid_right_mm == pytest.approx(b.resting_lid_left_mm)
    assert a.resting_lid_difference_percent == pytest.approx(
        -b.resting_lid_difference_percent, abs=1e-6
    )
    assert (a.coactivation, a.limits) == (b.coactivation, b.limits)
    for region in REGIONS:
        for side in SIDES:
            assert numbers(a.of(region, side)) == exactly(numbers(b.of(region, side.other)))


@settings(LAW)
@given(restless_scenes(), st.floats(0.1, 500.0))
def test_shifting_time_shifts_the_times_and_nothing_else(scene: Scene, later_s: float) -> None:
    """A recording that begins later in the file says the same."""
    track = track_of(scene)
    one = measured(track)
    two = measured(replace(track, time_s=track.time_s + later_s))
    shifted = tuple(
        replace(
            e, onset_s=e.onset_s - later_s, peak_s=e.peak_s - later_s, offset_s=e.offset_s - later_s
        )
        for e in two.events
    )

    assert one.events
    assert len(one.events) == len(shifted)
    for a, b in zip(one.events, shifted, strict=True):
        assert (a.side, a.kind, a.regions) == (b.side, b.kind, b.regions)
        assert numbers(a) == pytest.approx(numbers(b), abs=1e-6)
    assert numbers(one.summary) == pytest.approx(numbers(two.summary), rel=1e-6, nan_ok=True)


@settings(LAW)
@given(restless_scenes(), st.sampled_from([0.5, 2.0, 3.0]))
def test_millimetres_do_not_depend_on_pixels(scene: Scene, zoom: float) -> None:
    """Twice the pixels, the same millimetres to a hundredth, the same events."""
    track = track_of(scene)
    larger = replace(
        track,
        points_px=track.points_px * zoom,
        lid_px=track.lid_px * zoom,
        skin_step_px=track.skin_step_px * zoom,
    )
    one, two = measured(track), measured(larger)

    assert two.signals.displacement_mm == pytest.approx(
        one.signals.displacement_mm, rel=0.01, abs=1e-6, nan_ok=True
    )
    assert two.summary.mm_per_px == pytest.approx(one.summary.mm_per_px / zoom)
    assert one.events
    assert_same_events(one.events, two.events)


@settings(LAW)
@given(restless_scenes(), st.floats(1.0, 4.0), st.sampled_from(["brief_level", "held_level"]))
def test_a_stricter_level_never_adds_events(scene: Scene, by: float, level: str) -> None:
    """What is found then lies within what was found before."""
    track = track_of(scene)
    strict = replace(PARAMS.event, **{level: getattr(PARAMS.event, level) * by})
    before = measured(track).events
    after = measure(track, replace(PARAMS, event=strict)).events

    assert len(after) <= len(before)
    for event in after:
        assert any(
            event.side is other.side
            and event.onset_s < other.offset_s
            and other.onset_s < event.offset_s
            for other in before
        )


@settings(LAW)
@given(restless_scenes(), st.lists(st.floats(1.0, 11.0), min_size=1, max_size=4))
def test_shared_movement_never_adds_events(scene: Scene, times_s: list[float]) -> None:
    """Smiles and blinks on top of anything: no event where no side moves alone, none twice."""
    shared = [smile(t, 0.9) if i % 2 else blink(t) for i, t in enumerate(times_s)]
    alone = [move for move in scene.moves if len(move.sides) == 1]
    events = measured(track_of(replace(scene, moves=(*scene.moves, *shared)))).events

    for event in events:
        true = [
            move
            for move in alone
            if move.sides == (event.side,)
            and event.onset_s < move.course.end_s
            and move.course.onset_s < event.offset_s
        ]
        assert len(true) == 1
    assert len(events) <= len(alone)


@settings(LAW)
@given(restless_scenes())
def test_twice_the_frame_rate_keeps_the_times(scene: Scene) -> None:
    """
    The same movements filmed at 60 and at 30: every clear event, within 50 ms.

    Near the limit a movement may be found at one rate alone.
    """
    quick = track_of(replace(scene, fps=60.0))
    slow = frames_of(quick, slice(None, None, 2))
    steps = quick.skin_step_px.copy()
    steps[2::2] += steps[1:-1:2]
    one, two = measured(quick).events, measured(replace(slow, skin_step_px=steps[::2])).events

    assert one
    for these, others in ((one, two), (two, one)):
        for event in (e for e in these if e.confidence > CLEAR):
            same = min(others, key=lambda other: abs(other.peak_s - event.peak_s))
            assert same.side is event.side
            assert same.onset_s == pytest.approx(event.onset_s, abs=1.5 / 30)
            assert same.offset_s == pytest.approx(event.offset_s, abs=1.5 / 30)


@settings(LAW)
@given(seed=st.integers(0, 999), dropped=st.floats(0.02, 0.2))
def test_dropped_frames_do_not_move_events(one_sided: Scene, seed: int, dropped: float) -> None:
    """Up to a fifth of the frames are missing: all events, within two frames."""
    whole = measured(track_of(one_sided)).events
    found = measured(track_of(replace(one_sided, dropped=dropped, seed=seed))).events

    assert len(whole) == 6
    assert [event.side for event in found] == [event.side for event in whole]
    assert [e.onset_s for e in found] == pytest.approx([e.onset_s for e in whole], abs=2 / 60)


@settings(LAW)
@given(scene=restless_scenes(), size=st.floats(0.3, 1.0))
def test_a_smaller_noise_never_lowers_a_limit_below_its_floor(scene: Scene, size: float) -> None:
    """The exported limit is at least the floor of a calm face times the level that counts."""
    limits = measured(track_of(replace(scene, noise_mm=0.03 * size))).signals

    for region in REGIONS:
        floor_mm = PARAMS.calm.floor_share * getattr(PARAMS.limit, f"{region}_floor_mm")
        assert limits.limit(region) >= PARAMS.event.brief_calm_level * floor_mm - 1e-9
    assert limits.limit(Region.EYELID) < 3.0


@pytest.mark.parametrize(
    "row", [r for r in table() if r.name.startswith("measure.")], ids=lambda row: row.name
)
def test_the_hash_changes_with_any_number(row: Any) -> None:
    """One number a little larger is another set of parameters."""
    _, group, name = row.name.split(".")
    own = replace(getattr(PARAMS, group), **{name: row.default + 1})
    changed = replace(PARAMS, **{group: own})

    assert params_hash(changed) != params_hash(PARAMS)
    assert AnalysisParams(measure=changed).hash() == params_hash(changed)
