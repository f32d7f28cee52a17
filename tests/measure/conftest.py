"""
A face of known truth: what an observer would hand on of a head and movements given in mm.

No pictures and none of the code that measures: landmarks are a rigid symmetric face in
parallel projection, lids and skin windows follow given courses, each reading its share
(the gains of ``MovementParams``) of the true movement, so that the truth comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from spasm_video.anatomy import (
    LID_PAIRS,
    MEASURED_LANDMARKS,
    MOUTH_CORNERS,
    SIDES,
    SKIN_WINDOWS,
    Region,
    Side,
)
from spasm_video.params import MeasureParams, MovementParams
from spasm_video.records import FaceTrack, VideoFacts
from spasm_video.simulate.mesh_face import OPEN_MM, PAIRED, ROW, rest_mm
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Floats = NDArray[np.float64]

PARAMS = MeasureParams()
GAINS = MovementParams()

_PICTURE_PX = (960.0, 540.0)
_WINDOW_GAIN = {
    "upper_lid": GAINS.lid_flow_gain,
    "lower_lid": 0.0,
    "brow": GAINS.brow_gain,
    "cheek_upper": GAINS.cheek_upper_gain,
    "cheek": GAINS.cheek_gain,
    "nasolabial": GAINS.mouth_gain,
    "mouth_corner": GAINS.mouth_gain,
    "chin": 0.0,
    "neck_upper": GAINS.neck_gain,
    "neck_lower": GAINS.neck_gain,
}


def never(time_s: Floats) -> Floats:
    """A course that stays at zero."""
    return np.zeros_like(time_s)


def swaying(size: float, hz: float) -> Callable[[Floats], Floats]:
    """A slow course: ``size`` to either side, ``hz`` times a second."""
    return lambda time_s: size * np.sin(2 * np.pi * hz * time_s)


def held_at(size: float, from_s: float = -1.0, to_s: float = 1e9) -> Callable[[Floats], Floats]:
    """``size`` within ``[from_s, to_s)``, else zero."""
    return lambda time_s: np.where((time_s >= from_s) & (time_s < to_s), size, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """
    One movement: ``mm`` at the peak of its course, of each region on each of ``sides``.

    ``lag_s`` delays a region; ``mesh_share`` is how much of a lid's closing the mesh sees;
    ``right_share`` makes the right side move less.
    """

    course: Course
    mm: Mapping[Region, float]
    sides: tuple[Side, ...]
    lag_s: Mapping[Region, float] = field(default_factory=dict)
    mesh_share: float = GAINS.lid_mesh_gain
    right_share: float = 1.0

    def of(self, region: Region, side: Side, time_s: Floats) -> Floats:
        """(n,) mm of a region and side."""
        if side not in self.sides or region not in self.mm:
            return np.zeros_like(time_s)
        size = self.mm[region] * (self.right_share if side is Side.RIGHT else 1.0)
        return size * self.course.delayed(self.lag_s.get(region, 0.0)).level(time_s)


FACE_MM = {Region.EYELID: 3.0, Region.CHEEK: 2.5, Region.MOUTH: 3.0}


def twitch(
    onset_s: float,
    side: Side = Side.LEFT,
    mm: Mapping[Region, float] | None = None,
    *,
    lasts_s: float = 0.16,
    lag_s: Mapping[Region, float] | None = None,
) -> Move:
    """A clonic twitch: a third of its time up, two thirds down."""
    course = Course.clonic(onset_s, rise_s=lasts_s / 3, decay_s=2 * lasts_s / 3)
    return Move(course=course, mm=mm or FACE_MM, sides=(side,), lag_s=lag_s or {})


def spasm(
    onset_s: float, lasts_s: float, side: Side = Side.LEFT, mm: Mapping[Region, float] | None = None
) -> Move:
    """A tonic spasm, held evenly."""
    course = Course.tonic(onset_s, hold_s=lasts_s - 0.3, rise_s=0.1, decay_s=0.2, ripple=0.0)
    return Move(course=course, mm=mm or {Region.EYELID: 6.0, Region.MOUTH: 5.0}, sides=(side,))


def blink(
    onset_s: float, mm: float = OPEN_MM, *, lasts_s: float = 0.24, right_share: float = 1.0
) -> Move:
    """Both lids close; the mesh sees it whole."""
    course = Course.clonic(onset_s, rise_s=lasts_s / 3, decay_s=2 * lasts_s / 3)
    sizes = {Region.EYELID: mm}
    return Move(course=course, mm=sizes, sides=SIDES, mesh_share=1.0, right_share=right_share)


def smile(onset_s: float, lasts_s: float = 1.5, mm: float = 6.0) -> Move:
    """Both mouth corners and cheeks rise, and the eyes narrow."""
    course = Course.tonic(onset_s, hold_s=lasts_s - 0.6, rise_s=0.3, decay_s=0.3, ripple=0.2)
    sizes = {Region.MOUTH: mm, Region.CHEEK: mm / 2, Region.EYELID: mm / 4}
    return Move(course=course, mm=sizes, sides=SIDES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    A recording to be made up.

    ``lost_s``: spans without a face; ``skipped_s``: spans without frames; ``taken_s``: the
    face is taken up anew in the first frame from there; ``hidden``: regions whose skin could
    not be followed; ``dropped``: share of frames left
    out; ``jitter_s``: frames come this much early or late. ``leak_mm_per_deg``: a turn of
    the head lifts everything on the left by this, as imperfect tracking would have it.
    """

    duration_s: float = 20.0
    fps: float = 60.0
    moves: tuple[Move, ...] = ()
    noise_mm: float = 0.03
    seed: int = 1
    px_per_mm: float = 3.0
    yaw_deg: Callable[[Floats], Floats] = never
    pitch_deg: Callable[[Floats], Floats] = never
    roll_deg: Callable[[Floats], Floats] = never
    across_mm: Callable[[Floats], Floats] = never
    closer: Callable[[Floats], Floats] = never
    leak_mm_per_deg: float = 0.0
    lost_s: tuple[tuple[float, float], ...] = ()
    skipped_s: tuple[tuple[float, float], ...] = ()
    taken_s: tuple[float, ...] = ()
    dropped: float = 0.0
    jitter_s: float = 0.0
    blurred_s: tuple[tuple[float, float], ...] = ()
    dark_s: tuple[tuple[float, float], ...] = ()
    other_faces: Callable[[Floats], Floats] = never
    hidden: tuple[Region, ...] = ()

    @property
    def frame_s(self) -> float:
        """Time between frames."""
        return 1 / self.fps

    def truth_mm(self, region: Region, side: Side, time_s: Floats) -> Floats:
        """(n,) true movement of a region and side."""
        return sum((m.of(region, side, time_s) for m in self.moves), never(time_s))


def track_of(scene: Scene) -> FaceTrack:
    """What an observer that makes no mistake but noise would say of a scene."""
    rng = np.random.default_rng(scene.seed)
    time_s = _times(scene, rng)
    n, scale = len(time_s), scene.px_per_mm * (1 + scene.closer(time_s))
    lids = _lids_mm(scene, time_s) + rng.normal(0, scene.noise_mm, (n, len(SIDES), 2))
    skin = _skin_mm(scene, time_s)
    skin += rng.normal(0, scene.noise_mm, skin.shape)
    steps = np.diff(skin, axis=0, prepend=np.nan) * scale[:, None, None]
    points = _points_px(scene, time_s, scale, rng)
    confidence = np.full((n, len(SKIN_WINDOWS), len(SIDES)), 0.9)
    for index, window in enumerate(SKIN_WINDOWS):
        if window.region in scene.hidden:
            confidence[:, index] = 0.05
    lost, taken = _within(time_s, scene.lost_s), _taken(scene, time_s)
    steps[taken] = np.nan
    confidence[taken] = 0.0
    upright = np.stack([np.zeros_like(steps), steps], axis=-1)
    for unseen in (points, upright, lids):
        unseen[lost] = np.nan
    return FaceTrack(
        time_s=time_s,
        points_px=points,
        presence=np.where(lost, np.nan, 0.99),
        lid_px=lids * scale[:, None, None],
        iris_px=np.where(lost[:, None, None], np.nan, np.zeros((n, 2, 2))),
        skin_step_px=upright,
        skin_confidence=np.where(lost[:, None, None], np.nan, confidence),
        sharpness=np.where(lost, np.nan, np.where(_within(time_s, scene.blurred_s), 0.2, 8.0)),
        brightness=np.where(lost, np.nan, np.where(_within(time_s, scene.dark_s), 5.0, 120.0)),
        other_faces=scene.other_faces(time_s).astype(np.int64),
        taken=taken,
        video=video_facts(time_s, scene.fps),
        observed_with="a scene",
    )


def video_facts(time_s: Floats, fps: float) -> VideoFacts:
    """Facts of a video that was never filmed."""
    steps_ms = 1000 * np.diff(time_s) if len(time_s) > 1 else np.full(1, np.nan)
    return VideoFacts(
        file_name="scene.mp4",
        sha256="0" * 64,
        width_px=round(2 * _PICTURE_PX[0]),
        height_px=round(2 * _PICTURE_PX[1]),
        codec="none",
        rotation_deg=0,
        nominal_fps=fps,
        real_fps=fps,
        duration_s=float(time_s[-1] + 1 / fps) if len(time_s) else 0.0,
        shortest_interval_ms=float(steps_ms.min()),
        longest_interval_ms=float(steps_ms.max()),
        time_repairs=0,
        gaps=0,
        corrupt_after_s=float("nan"),
        decoder="none",
        mirrored=False,
    )


def frames_of(track: FaceTrack, keep: NDArray[np.intp] | slice) -> FaceTrack:
    """Some frames of a track, as if only they had been observed; skin steps are not joined."""
    names = ("time_s", "points_px", "presence", "lid_px", "iris_px", "skin_step_px",
             "skin_confidence", "sharpness", "brightness", "other_faces", "taken")  # fmt: skip
    return replace(track, **{name: getattr(track, name)[keep] for name in names})


def mirrored(track: FaceTrack) -> FaceTrack:
    """The same face in a mirror: left is right, the picture's columns run backwards."""
    other = {one: two for pair in PAIRED for one, two in (pair, pair[::-1])}
    rows = [ROW[other.get(number, number)] for number in MEASURED_LANDMARKS]
    flip = np.array([-1.0, 1.0, 1.0])
    shift = np.array([2 * _PICTURE_PX[0], 0.0, 0.0])
    return replace(
        track,
        points_px=track.points_px[:, rows] * flip + shift,
        lid_px=track.lid_px[:, ::-1],
        iris_px=track.iris_px[:, ::-1],
        skin_step_px=track.skin_step_px[:, :, ::-1],
        skin_confidence=track.skin_confidence[:, :, ::-1],
    )


def _times(scene: Scene, rng: np.random.Generator) -> Floats:
    time_s = np.arange(round(scene.duration_s * scene.fps)) / scene.fps
    late = np.clip(rng.normal(0, 0.5, len(time_s)), -1, 1) * scene.jitter_s
    keep = ~_within(time_s, scene.skipped_s) & (rng.random(len(time_s)) >= scene.dropped)
    moved: Floats = np.maximum(time_s + late, 0.0)[keep]
    return moved


def _within(time_s: Floats, spans: tuple[tuple[float, float], ...]) -> NDArray[np.bool_]:
    inside = np.zeros(len(time_s), np.bool_)
    for from_s, to_s in spans:
        inside |= (time_s >= from_s - 1e-9) & (time_s < to_s - 1e-9)
    return inside


def _taken(scene: Scene, time_s: Floats) -> NDArray[np.bool_]:
    """A face is taken up in the first frame, after each loss, and where a scene says so."""
    taken = np.zeros(len(time_s), np.bool_)
    for from_s in (0.0, *scene.taken_s, *(to_s for _, to_s in scene.lost_s)):
        index = int(np.searchsorted(time_s, from_s - 1e-9))
        if index < len(time_s):
            taken[index] = True
    return taken & ~_within(time_s, scene.lost_s)


def _leak_mm(scene: Scene, time_s: Floats, side: Side) -> Floats:
    turned = scene.yaw_deg(time_s) + scene.pitch_deg(time_s)
    return scene.leak_mm_per_deg * turned * (side is Side.LEFT)


def _lids_mm(scene: Scene, time_s: Floats) -> Floats:
    """(n, side, upper/lower) height of the lid margins above the eye's middle."""
    lids = np.empty((len(time_s), len(SIDES), 2))
    for index, side in enumerate(SIDES):
        closing = GAINS.lid_network_gain * scene.truth_mm(Region.EYELID, side, time_s)
        lids[:, index, 0] = OPEN_MM / 2 - closing + _leak_mm(scene, time_s, side)
        lids[:, index, 1] = -OPEN_MM / 2
    return lids


def _skin_mm(scene: Scene, time_s: Floats) -> Floats:
    """(n, window, side) how high each window has risen."""
    skin = np.empty((len(time_s), len(SKIN_WINDOWS), len(SIDES)))
    for index, window in enumerate(SKIN_WINDOWS):
        towards = -1.0 if window.name == "upper_lid" else 1.0
        for column, side in enumerate(SIDES):
            moved = scene.truth_mm(window.region, side, time_s)
            leak = _leak_mm(scene, time_s, side) * (window.name != "lower_lid")
            skin[:, index, column] = towards * _WINDOW_GAIN[window.name] * moved + leak
    return skin


def _points_px(scene: Scene, time_s: Floats, scale: Floats, rng: np.random.Generator) -> Floats:
    """(n, landmark, 3) the face, moved, turned and put into the picture."""
    face = np.tile(rest_mm(), (len(time_s), 1, 1))
    for index, side in enumerate(SIDES):
        seen = (m.mesh_share * m.of(Region.EYELID, side, time_s) for m in scene.moves)
        closing = sum(seen, never(time_s))
        for upper, _ in LID_PAIRS[index]:
            face[:, ROW[upper], 1] -= closing
        corner = GAINS.mouth_mesh_gain * scene.truth_mm(Region.MOUTH, side, time_s)
        face[:, ROW[MOUTH_CORNERS[index]], 1] += corner
    face += rng.normal(0, scene.noise_mm, face.shape)
    turned = np.einsum("nij,nkj->nki", rotation(scene, time_s), face * (1, -1, -1))
    turned[..., 0] += scene.across_mm(time_s)[:, None]
    points: Floats = turned * scale[:, None, None]
    points[..., :2] += _PICTURE_PX
    return points


def rotation(scene: Scene, time_s: Floats) -> Floats:
    """(n, 3, 3) in picture axes (right, down, away): nod first, then turn, then tilt."""
    yaw, pitch, roll = (
        np.radians(course(time_s)) for course in (scene.yaw_deg, scene.pitch_deg, scene.roll_deg)
    )
    one, nil = np.ones_like(time_s), np.zeros_like(time_s)

    def matrices(*rows: tuple[Floats, Floats, Floats]) -> Floats:
        return np.moveaxis(np.array(rows), -1, 0)

    c, s = np.cos(pitch), np.sin(pitch)
    nod = matrices((one, nil, nil), (nil, c, s), (nil, -s, c))
    c, s = np.cos(yaw), np.sin(yaw)
    turn = matrices((c, nil, -s), (nil, one, nil), (s, nil, c))
    c, s = np.cos(roll), np.sin(roll)
    tilt = matrices((c, -s, nil), (s, c, nil), (nil, nil, one))
    turned: Floats = tilt @ turn @ nod
    return turned


@pytest.fixture(scope="session")
def restless() -> Scene:
    """Ten twitches of the left face among blinks, a smile and a swaying head."""
    twitches = tuple(twitch(1.5 + 1.7 * i) for i in range(10))
    others = (blink(2.3), blink(7.7), smile(10.9, 0.9), blink(15.9))
    return Scene(moves=(*twitches, *others), yaw_deg=swaying(4, 0.15), pitch_deg=swaying(2, 0.2))
