"""A simulated track shows what happens, each channel its share, in perspective, with noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spasm_video.anatomy import IRIS_DIAMETER_MM, IRIS_ENDS, SIDES, SKIN_WINDOWS, Region, Side
from spasm_video.simulate.acts import Glare, Hand, Speech, Turn
from spasm_video.simulate.levels import simulate_track
from spasm_video.simulate.mesh_face import OPEN_MM, rest_mm, seen_px, skin_response
from spasm_video.simulate.scenarios import CameraSection, Distractors, Event, Scenario
from spasm_video.simulate.script import Script, Sway, perform
from spasm_video.simulate.skin import DIRECTION
from spasm_video.simulate.tracker import FLOW, NETWORK_LID, tracked
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from spasm_video.records import FaceTrack

STILL = Sway(shift_mm=0, roll_deg=0, zoom=0, yaw_deg=0, pitch_deg=0)
SLOW = Course(onset_s=1.0, peak_s=2.0, release_s=3.0, offset_s=4.0)
WINDOW = {window.name: index for index, window in enumerate(SKIN_WINDOWS)}
AT_PEAK = 75  # 2.5 s


def track_of(camera: CameraSection | None = None, **acts: Any) -> FaceTrack:
    """Five seconds of a head that holds still but for the acts given."""
    script = Script(duration_s=5.0, sway=STILL, **acts)
    scenario = Scenario(length_s=5.0, camera=camera or CameraSection())
    return tracked(scenario, perform(script, script.time_s))


def spasm(**sizes: Any) -> Scenario:
    """One tonic spasm of the left side in a head that holds still."""
    event = Event(onset_s=1.5, side=Side.LEFT, duration_ms=2000, **sizes)
    still = Distractors(blinks_per_min=0, sway=0)
    return Scenario(length_s=5.0, event=(event,), distractors=still)


def went_mm(track: FaceTrack, name: str, side: Side) -> np.ndarray[Any, Any]:
    """(out/up) how far a window has gone at the peak, mm, from before it."""
    steps = np.nan_to_num(track.skin_step_px[:, WINDOW[name], SIDES.index(side)])
    place = np.cumsum(steps, axis=0) / 2.6
    return np.asarray(place[70:80].mean(axis=0) - place[20:40].mean(axis=0))


def test_the_scale_is_that_of_the_iris() -> None:
    """11.7 mm across, at the pixels a millimetre that were asked for."""
    track = track_of()
    ends = track.landmarks(*np.array(IRIS_ENDS).ravel())[..., :2]
    wide = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)

    assert np.median(wide) / IRIS_DIAMETER_MM == pytest.approx(2.6, rel=0.02)


@pytest.mark.parametrize(("yaw", "pitch"), [(15.0, 0.0), (-15.0, 0.0), (0.0, 10.0)])
def test_a_turned_head_is_seen_turned(yaw: float, pitch: float) -> None:
    """The nose goes to the picture's left when the head turns to the patient's right."""
    turn = Turn(course=SLOW, yaw_deg=yaw, pitch_deg=pitch)
    nose = track_of(turns=(turn,)).landmarks(1)[:, 0]
    went = (nose[AT_PEAK] - nose[0]) / 2.6

    assert went[0] == pytest.approx(-75 * np.sin(np.radians(yaw)), abs=4)
    assert went[1] == pytest.approx(-75 * np.sin(np.radians(pitch)), abs=4)


def test_what_is_nearer_looks_larger() -> None:
    """In perspective: the nose wings spread further apart than parallel rays would show."""
    script = Script(duration_s=0.1, sway=STILL)
    face = np.tile(rest_mm(), (len(script.time_s), 1, 1))
    points = seen_px(face, perform(script, script.time_s), 2.0, (0.0, 0.0))[0]
    flat = rest_mm()[:, 0] * 2.0
    near, far = rest_mm()[:, 2] > 50, rest_mm()[:, 2] < 0

    assert (np.abs(points[near, 0]) >= np.abs(flat[near])).all()
    assert (np.abs(points[far, 0]) <= np.abs(flat[far])).all()


def test_the_lid_network_reads_each_eye_alone() -> None:
    """Its share of the closing on the left, nothing on the right."""
    track, _ = simulate_track(spasm(eyelid_closure=0.8))
    opening = (track.lid_px[..., 0] - track.lid_px[..., 1]) / 2.6
    lost = opening[20:40].mean(axis=0) - opening[70:80].mean(axis=0)

    assert lost[0] == pytest.approx(NETWORK_LID * 0.8 * OPEN_MM, rel=0.35)
    assert lost[1] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("region", "size", "window"),
    [
        (Region.BROW, {"brow_mm": 2.0}, "brow"),
        (Region.CHEEK, {"cheek_mm": 2.0}, "cheek"),
        (Region.MOUTH, {"mouth_mm": 2.0}, "mouth_corner"),
        (Region.NECK, {"neck_mm": 2.0}, "neck_upper"),
    ],
)
def test_a_window_goes_where_its_skin_is_pulled(
    region: Region, size: dict[str, float], window: str
) -> None:
    """On the one side, in the muscle's direction, less than the middle of the region."""
    track, _ = simulate_track(spasm(**size))
    out, up = went_mm(track, window, Side.LEFT)
    along = np.array(DIRECTION[region]) / np.hypot(*DIRECTION[region])
    moved = float(np.array([out, up]) @ along)

    assert 0.4 * FLOW * 2.0 < moved < 1.15 * FLOW * 2.0
    assert np.abs([out, up] - moved * along).max() < 0.25
    assert np.abs(went_mm(track, window, Side.RIGHT)).max() < 0.1


def test_no_window_goes_further_than_the_skin() -> None:
    """A window reads a mean over its reach; the mouth corner's is the middle of its region."""
    response = skin_response()
    length = np.hypot(response[..., 0], response[..., 1])

    assert length.max() < 1.0
    assert length[WINDOW["mouth_corner"]].max() > 0.85
    assert (length[WINDOW["brow"], 2:] < 0.05).all()


def test_the_noise_is_what_was_measured() -> None:
    """At rest, of recordings of still people: a few hundredths of a millimetre."""
    track = track_of(CameraSection(px_per_mm=2.6, noise=1.5, crf=20))
    cheek = np.diff(track.skin_step_px[2:, WINDOW["cheek"], 0, 1]) / 2.6
    corner = track.landmarks(291)[:, 0, 1] / 2.6

    assert track.lid_px[:, 0, 1].std() / 2.6 == pytest.approx(0.042, rel=0.2)
    assert cheek.std() / np.sqrt(6) == pytest.approx(0.045, rel=0.2)
    assert corner.std() == pytest.approx(0.045, rel=0.2)


def test_a_talking_face_is_noisier_and_less_sure() -> None:
    """Each side goes its own way, as in people: tenths of a millimetre at the cheek."""
    talk = Speech(onset_s=0.5, offset_s=4.5, jaw_mm=4.0, seed=1)
    still, talking = track_of(), track_of(speech=(talk,))

    def apart_mm(track: FaceTrack) -> float:
        up = np.cumsum(track.skin_step_px[1:, WINDOW["cheek"], :, 1], axis=0) / 2.6
        return float(np.std((up[:, 0] - up[:, 1])[30:120]))

    assert apart_mm(talking) > 2 * apart_mm(still)
    assert 0.1 < apart_mm(talking) < 1.0
    assert talking.skin_confidence[60, WINDOW["cheek"], 0] < 0.7


def test_a_poor_picture_is_noisier() -> None:
    """Small, noisy and coarsely coded: several times the noise."""
    fine = track_of(CameraSection(px_per_mm=3.0, noise=1.0, crf=18))
    poor = track_of(CameraSection(px_per_mm=1.2, noise=6.0, crf=30, width_px=320, height_px=320))

    def noise_mm(track: FaceTrack, scale: float) -> float:
        return float(np.diff(track.skin_step_px[2:, WINDOW["cheek"], 0, 1]).std() / scale)

    assert noise_mm(poor, 1.2) > 4 * noise_mm(fine, 3.0)
    assert np.isfinite(poor.points_px).all()


def test_a_hand_and_a_reflection_cost_confidence() -> None:
    """The hand that of the cheek below it, the reflection that of the lids of its eye."""
    track = track_of(
        hands=(Hand(course=SLOW, side=Side.LEFT),), glares=(Glare(course=SLOW, side=Side.RIGHT),)
    )
    sure = track.skin_confidence[AT_PEAK]

    assert sure[WINDOW["cheek"]] == pytest.approx([0.03, 0.9], abs=0.01)
    assert sure[WINDOW["upper_lid"]] == pytest.approx([0.9, 0.2], abs=0.01)
    assert sure[WINDOW["brow"]] == pytest.approx([0.9, 0.9])


def test_a_head_turned_away_is_lost_and_taken_up_again() -> None:
    """Without a face all is NaN; the first frame after says that it is new."""
    track = track_of(turns=(Turn(course=SLOW, yaw_deg=70.0),))
    lost = np.isnan(track.presence)

    assert 20 < lost.sum() < 120
    assert np.isnan(track.points_px[lost]).all()
    assert track.taken.sum() == 2
    assert lost[np.flatnonzero(track.taken)[1] - 1]


def test_the_same_scenario_is_the_same_track() -> None:
    """To the bit; another seed is another day, another person another face."""
    scenario = Scenario(length_s=3.0)
    tracks = [
        simulate_track(scenario.model_copy(update=change))[0]
        for change in ({}, {}, {"seed": 2}, {"person": 2})
    ]

    assert np.array_equal(tracks[0].points_px, tracks[1].points_px)
    assert np.array_equal(tracks[0].skin_step_px, tracks[1].skin_step_px, equal_nan=True)
    assert not np.array_equal(tracks[0].points_px, tracks[2].points_px)
    still = [np.median(track.points_px, axis=0)[:, :2] for track in tracks]
    assert np.abs(still[3] - still[0]).max() > 1.0
