"""Records check themselves at birth, hold read-only arrays and leave the caller's alone."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.errors import TrackError
from spasm_video.records import (
    FaceTrack,
    HeadFrame,
    Kind,
    MovementSignals,
    Quality,
    QualityFlag,
    RegionPart,
    SpasmEvent,
)
from tests.measure.conftest import Scene, track_of

TRACK = track_of(Scene(duration_s=0.1))
ARRAYS = [
    field.name
    for field in dataclasses.fields(FaceTrack)
    if isinstance(getattr(TRACK, field.name), np.ndarray)
]


def signals() -> MovementSignals:
    """Three frames in which each region and side holds its own number."""
    moved = np.arange(3 * len(REGIONS) * len(SIDES), dtype=float).reshape(3, len(REGIONS), 2)
    return MovementSignals(
        np.arange(3) / 30, moved, 2 * moved[..., 0], np.arange(len(REGIONS)) / 10
    )


def quality() -> Quality:
    """Four frames of unlike lengths: good, no face, dark without a face, good."""
    both = QualityFlag.NO_FACE | QualityFlag.DARK
    return Quality(
        time_s=np.array([0.0, 0.1, 0.3, 0.6]),
        reasons=np.array([0, int(QualityFlag.NO_FACE), int(both), 0]),
        usable=np.array([True, False, False, True]),
        frame_s=np.array([0.1, 0.2, 0.3, 0.4]),
        region_usable=np.ones((4, len(REGIONS)), np.bool_),
    )


def event(*parts: RegionPart) -> SpasmEvent:
    """A spasm of the left side from 1.0 to 1.25 s."""
    return SpasmEvent(1.0, 1.1, 1.25, Side.LEFT, Kind.CLONIC, parts, 0.9, other_babinski=False)


@pytest.mark.parametrize("name", [name for name in ARRAYS if name != "time_s"])
def test_an_array_of_another_length_is_refused(name: str) -> None:
    """One frame too few: the message names the array and both shapes."""
    short = getattr(TRACK, name)[:-1]

    with pytest.raises(TrackError, match=rf"track's {name} has shape \(5.*not \(6"):
        replace(TRACK, **{name: short})


def test_a_track_with_other_windows_is_refused() -> None:
    """A track of an older version has another number of skin windows."""
    with pytest.raises(TrackError, match=r"skin_step_px has shape .*another version"):
        replace(TRACK, skin_step_px=TRACK.skin_step_px[:, :-1])


@pytest.mark.parametrize("step_s", [0.0, -0.01, np.nan])
def test_time_must_increase(step_s: float) -> None:
    """Equal, backward and unknown times are refused."""
    time_s = TRACK.time_s.copy()
    time_s[3] = time_s[2] + step_s

    with pytest.raises(TrackError, match="times do not increase"):
        replace(TRACK, time_s=time_s)


def test_an_empty_track_is_a_track() -> None:
    """No frame is no error."""
    assert len(track_of(Scene(duration_s=0)).time_s) == 0


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_a_track_are_read_only(name: str) -> None:
    """A record cannot be changed after its birth."""
    with pytest.raises(ValueError, match="read-only"):
        getattr(TRACK, name)[0] = 0


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (HeadFrame(np.zeros(1), np.zeros((1, 3)), np.ones(1)), ("rotation_deg", "mm_per_px")),
        (signals(), ("displacement_mm", "one_sided_mm", "limit_mm")),
        (quality(), ("reasons", "usable", "frame_s", "region_usable")),
    ],
)
def test_arrays_of_every_record_are_read_only(record: object, names: tuple[str, ...]) -> None:
    """The same holds for what is measured."""
    for name in ("time_s", *names):
        assert not getattr(record, name).flags.writeable


def test_the_caller_keeps_a_writable_array() -> None:
    """A record locks its own view, not the array it was given."""
    time_s = np.arange(3) / 30

    record = HeadFrame(time_s, np.zeros((3, 3)), np.ones(3))

    assert not record.time_s.flags.writeable
    time_s[0] = -1.0
    assert record.time_s[0] == -1.0


def test_fields_cannot_be_set() -> None:
    """Frozen: another record is made instead."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        TRACK.observed_with = "another"  # type: ignore[misc]


def test_landmarks_come_in_the_order_asked_for() -> None:
    """The chin is below the nose bridge, whichever is named first."""
    down = TRACK.landmarks(168, 152)[:, :, 1]
    up = TRACK.landmarks(152, 168)[:, :, 1]

    assert down.shape == (6, 2)
    assert (down[:, 1] > down[:, 0]).all()
    assert (up == down[:, ::-1]).all()


def test_signals_are_found_by_region_and_side() -> None:
    """``of`` picks the axis, ``excess`` turns the sign with the side."""
    moved = signals()

    assert moved.of(Region.MOUTH, Side.RIGHT).tolist() == [7, 17, 27]
    assert moved.excess(Region.BROW, Side.LEFT).tolist() == [4, 24, 44]
    assert moved.excess(Region.BROW, Side.RIGHT).tolist() == [-4, -24, -44]
    assert moved.limit(Region.NECK) == pytest.approx(0.4)


def test_seconds_count_the_length_of_each_frame() -> None:
    """Frames of a variable rate stand for unlike times."""
    judged = quality()

    assert judged.usable_s == pytest.approx(0.5)
    assert judged.seconds(QualityFlag.NO_FACE) == pytest.approx(0.5)
    assert judged.seconds(QualityFlag.DARK) == pytest.approx(0.3)
    assert judged.seconds(QualityFlag.CUT) == 0.0


def test_an_event_is_as_large_as_its_largest_region() -> None:
    """Duration, size and regions follow from the parts."""
    found = event(RegionPart(Region.CHEEK, 0.8, 0.0), RegionPart(Region.EYELID, 2.5, 20.0))

    assert found.duration_s == pytest.approx(0.25)
    assert found.amplitude_mm == 2.5
    assert found.regions == (Region.CHEEK, Region.EYELID)


def test_the_other_side_is_the_other_side() -> None:
    """And the other of the other is the same."""
    assert Side.LEFT.other is Side.RIGHT
    assert Side.RIGHT.other is Side.LEFT
