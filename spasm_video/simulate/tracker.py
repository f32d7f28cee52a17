"""
What an observer would hand on of a face that performs: the track of a simulated recording.

Each channel reads its share of the true movement and adds its own noise and its own faults.
Gains and the leak of the mesh across the face were measured on rendered faces with known
movements; the noise on recordings of people without spasm, at rest and talking (300 px wide,
30 frames a second). A person's own gains differ a little and stay with the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from spasm_video.anatomy import (
    BROW_LANDMARKS,
    CHIN,
    INNER_LIPS,
    IRIS_ENDS,
    LID_PAIRS,
    MEASURED_LANDMARKS,
    MOUTH_CORNERS,
    REGIONS,
    SIDES,
    SKIN_WINDOWS,
    Region,
)
from spasm_video.records import FaceTrack, VideoFacts
from spasm_video.simulate.lids import UPPER_SHARE
from spasm_video.simulate.mesh_face import OPEN_MM, ROW, centres_mm, rest_mm, seen_px, skin_response
from spasm_video.simulate.script import LID

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Floats
    from spasm_video.simulate.scenarios import CameraSection, Scenario
    from spasm_video.simulate.script import Performance

_NOISE, _PERSON = 4, 5  # streams of chance

# Shares of the true movement.
MESH_LID_OWN, MESH_LID_OTHER = 0.45, 0.20  # one eye shut: 0.55 of it left, 0.85 of the other
NETWORK_LID = 0.67  # a shut eye reads a third open
MESH_CORNER_OWN, MESH_CORNER_OTHER = 0.64, 0.10
MESH_BROW = 0.5
FLOW = 0.8  # of the mean movement within a window
LID_FLOW = 0.72
LID_FLOW_TO = 0.7  # of closure: beyond it the lashes cover what is followed
_UNEVEN_MM = 0.4  # of each point of a face from its measure
_PERSON_SPREAD, _SIDE_SPREAD = 0.10, 0.04  # of gains, between people and between sides
_LID_SIDE_SPREAD = 0.10  # two lids that blink alike are read unlike

# Noise of one side, mm: at rest and in slow head motion, as in recordings of still people.
_FLOW_MM = {
    Region.EYELID: (0.025, 0.045),
    Region.BROW: (0.030, 0.060),
    Region.CHEEK: (0.045, 0.080),
    Region.MOUTH: (0.025, 0.050),
    Region.NECK: (0.065, 0.110),
}
_DRIFT_MM = 0.004  # a frame: what a step of flow adds to all that follow
_LID_MM = (0.042, 0.060)
_MESH_MM = (0.025, 0.045)
_MESH_MOUTH_MM, _MESH_CHIN_MM = (0.045, 0.087), (0.050, 0.092)
_MESH_LID_MM = (0.035, 0.055)
_MOVING_MM_PER_S = 12.0  # of the head: from there on the noise is that of motion
_MM_PER_DEG = 1.0
_PX_PER_MM = 2.6  # of the pictures in which the noise was measured,
_SENSOR, _CRF = 1.5, 20  # and their sensor noise, grey levels, and coding
_NETWORK_PX_PER_MM = 1.4  # finer pictures are made as coarse as this for the mesh

# While a face talks or smiles each side goes its own way, and is followed less well: mm of
# irregular movement at a lively moment, as in recordings of people who talk.
_LIVELY_MM = {
    Region.EYELID: 0.13,
    Region.BROW: 0.16,
    Region.CHEEK: 0.28,
    Region.MOUTH: 0.22,
    Region.NECK: 0.45,
}
_LIVELY_LID_MM, _LIVELY_MESH_LID_MM, _LIVELY_MESH_MM = 0.12, 0.06, 0.10
_LIVELY_JAW_MM, _LIVELY_SMILE_MM = 3.0, 4.0  # the opening or the smile that is lively
_MEAL = 0.4  # of that, for a jaw that falls with the lips shut: a meal leaves the eyes alone
_LIVELY_S = 0.4  # the liveliness of speech outlasts its syllables by this
_SMOOTH_S = 0.05  # how fast such movement changes,
_MOOD_S, _MOOD = 0.7, 0.4  # and how fast and how much its size does

# Faults.
_PARALLAX_MM_PER_DEG = {Region.BROW: 0.08, Region.CHEEK: 0.06, Region.NECK: 0.12}
_PARALLAX_OTHER = 0.03
_LID_REST_PER_DEG = 0.012  # a turn makes one eye read wider and the other narrower,
_LID_GAIN_PER_DEG = 0.03  # and beyond ten degrees its closing too
_TURN_FREE_DEG = 10.0
_LOST_DEG = 55.0
_LEAST_FRAMES = 0.5  # less than this is no smoothing
_HAND_BELOW_MM = 15.0
_HAND_MM, _GLARE_MM, _STEP_MM = 0.30, 0.25, 0.05
_GLARE_SHUTS_MM = 0.5
_JAW_PULLS = {"chin": 0.8, "mouth_corner": 0.25, "nasolabial": 0.2, "cheek": 0.05}
_CONFIDENCE, _NECK_CONFIDENCE = 0.9, 0.5
_FINE_MM, _COARSE = 1.0, 0.8  # the plain skin of cheek and neck is sure from 1.8 px a mm on
_LIVELY_DOUBT = 0.5
_SHARPNESS, _BRIGHTNESS = 8.0, 120.0


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    """What stays with a person: asymmetry of the face, gains and parallax of each channel."""

    rest_mm: Floats
    flow: Floats  # (window, side)
    lid: Floats  # (side,)
    mesh: Floats  # (side,)
    parallax: Floats  # (window, side, out/up) mm/deg

    @classmethod
    def drawn(cls, seed: int) -> _Person:
        rng = np.random.default_rng([seed, _PERSON])
        windows, sides = len(SKIN_WINDOWS), len(SIDES)

        def gains(*shape: int, sides_apart: float = _SIDE_SPREAD) -> Floats:
            own = rng.normal(0, _PERSON_SPREAD, shape[:-1])[..., None]
            return np.asarray(np.exp(own + rng.normal(0, sides_apart, shape)))

        size = [_PARALLAX_MM_PER_DEG.get(w.region, _PARALLAX_OTHER) for w in SKIN_WINDOWS]
        uneven = rng.normal(0, _UNEVEN_MM, (len(MEASURED_LANDMARKS), 3))
        for end, other_end in IRIS_ENDS:
            uneven[ROW[end]] = uneven[ROW[other_end]]  # an iris is round: it keeps its width
        return cls(
            rest_mm=rest_mm() + uneven,
            flow=gains(windows, sides),
            lid=gains(sides, sides_apart=_LID_SIDE_SPREAD),
            mesh=gains(sides),
            parallax=rng.normal(0, 1, (windows, sides, 2)) * np.array(size)[:, None, None],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Noise:
    """White noise that grows with the motion of the head and with a poor picture."""

    rng: np.random.Generator
    moving: Floats  # (n,) 0-1
    lively: Floats  # (n,) 0-1
    frame_s: float
    flow: float
    mesh: float

    @classmethod
    def of(cls, scenario: Scenario, performance: Performance) -> _Noise:
        camera = scenario.camera
        poor = 0.5 * (camera.noise / camera.brightness - _SENSOR) / _SENSOR
        poor = max(1 + 0.85 * (poor + 0.5 * (camera.crf - _CRF) / 6), 0.4)
        poor *= 1 + camera.blur_px / 2
        coarse = _PX_PER_MM / camera.px_per_mm
        return cls(
            rng=np.random.default_rng([scenario.seed, _NOISE]),
            moving=np.clip(_speed(performance) / _MOVING_MM_PER_S, 0, 1),
            lively=_lively(performance),
            frame_s=_usual_s(performance.time_s),
            flow=poor * coarse,
            mesh=(1 + 0.3 * (poor - 1)) * max(1.0, _NETWORK_PX_PER_MM / camera.px_per_mm),
        )

    def drawn(self, sizes_mm: tuple[float, float], shape: tuple[int, ...], worse: float) -> Floats:
        still, moving = sizes_mm
        size = worse * (still + (moving - still) * self.moving)
        size = size.reshape(-1, *(1 for _ in shape))
        return np.asarray(size * self.rng.standard_normal((len(self.moving), *shape)))

    def lively_mm(self, size_mm: float) -> Floats:
        """(n,) irregular movement while the face is lively: strong at times, then less."""
        n = len(self.lively)
        smooth = _smoothed(self.rng.standard_normal(n), _SMOOTH_S / self.frame_s)
        mood = np.exp(_MOOD * _smoothed(self.rng.standard_normal(n), _MOOD_S / self.frame_s))
        return np.asarray(size_mm * self.lively * mood * smooth)


def tracked(scenario: Scenario, performance: Performance) -> FaceTrack:
    """The track of a performance, the same for the same scenario."""
    camera, time_s = scenario.camera, performance.time_s
    person = _Person.drawn(scenario.person)
    noise = _Noise.of(scenario, performance)
    middle_px = camera.width_px / 2, camera.height_px / 2
    face = _mesh_mm(performance, person, noise)
    scale = camera.px_per_mm * performance.zoom
    skin, confidence = _skin(performance, person, noise, camera.px_per_mm)
    lids, irises = _eyes(performance, person, noise)
    steps = np.diff(skin, axis=0, prepend=np.nan) * scale[:, None, None, None]
    lost = np.abs(performance.yaw_deg) > _LOST_DEG
    taken = ~lost & np.concatenate([[True], lost[:-1]])[: len(lost)]
    steps[taken | lost] = np.nan
    confidence = confidence / (1 + camera.blur_px / 2)
    confidence[taken] = 0.0
    sharpness = _SHARPNESS * camera.brightness * performance.light / (1 + camera.blur_px**2)

    def where_found(values: Floats) -> Floats:
        return np.where(lost.reshape(-1, *(1 for _ in values.shape[1:])), np.nan, values)

    return FaceTrack(
        time_s=time_s,
        points_px=where_found(seen_px(face, performance, camera.px_per_mm, middle_px)),
        presence=where_found(0.99 - 0.3 * performance.hand.max(axis=1)),
        lid_px=where_found(lids * scale[:, None, None]),
        iris_px=where_found(irises * scale[:, None, None]),
        skin_step_px=steps,
        skin_confidence=where_found(confidence),
        sharpness=where_found(sharpness),
        brightness=where_found(_BRIGHTNESS * camera.brightness * performance.light),
        other_faces=np.zeros(len(time_s), np.int64),
        taken=taken,
        video=_facts(scenario.name, camera, time_s, scenario.frames.fps),
        observed_with="simulated",
    )


def _mesh_mm(performance: Performance, person: _Person, noise: _Noise) -> Floats:
    """(n, landmark, 3) the points of the mesh: lids, brows and corners by the mesh's shares."""
    moved, n = performance.moved, len(performance.time_s)
    face = np.tile(person.rest_mm, (n, 1, 1))
    sizes = np.full((len(MEASURED_LANDMARKS), 2), _MESH_MM)
    for column in range(len(SIDES)):
        other = 1 - column
        gain = person.mesh[column]
        upper, lower = (np.array(rows) for rows in zip(*LID_PAIRS[column], strict=True))
        closing = MESH_LID_OWN * moved[:, LID, column] + MESH_LID_OTHER * moved[:, LID, other]
        closing_mm = gain * closing * OPEN_MM
        for numbers, share in ((upper, -UPPER_SHARE), (lower, 1 - UPPER_SHARE)):
            rows = [ROW[number] for number in numbers]
            lively_mm = noise.lively_mm(_LIVELY_MESH_LID_MM)
            face[:, rows, 1] += (share * closing_mm + lively_mm)[:, None]
            sizes[rows] = _MESH_LID_MM
        mouth = moved[:, REGIONS.index(Region.MOUTH)]
        corner = MESH_CORNER_OWN * mouth[:, column] + MESH_CORNER_OTHER * mouth[:, other]
        row = ROW[MOUTH_CORNERS[column]]
        out = np.sign(person.rest_mm[row, 0])
        face[:, row, 0] += 0.78 * out * gain * corner
        face[:, row, 1] += 0.63 * gain * corner - 0.3 * performance.jaw_mm
        face[:, row, 1] += noise.lively_mm(_LIVELY_MESH_MM)
        sizes[row] = _MESH_MOUTH_MM
        rows = [ROW[number] for number in BROW_LANDMARKS[column]]
        brow = moved[:, REGIONS.index(Region.BROW), column]
        face[:, rows, 1] += (gain * MESH_BROW * brow)[:, None]
    fallen = performance.jaw_mm + performance.chin_mm
    face[:, ROW[CHIN], 1] -= fallen
    face[:, ROW[INNER_LIPS[1]], 1] -= performance.jaw_mm
    sizes[ROW[CHIN]] = _MESH_CHIN_MM
    hidden = 1 + 5 * performance.hand.max(axis=1)
    for row, (still, moving) in enumerate(sizes):
        worse = noise.drawn((float(still), float(moving)), (3,), noise.mesh)
        face[:, row] += worse * (hidden[:, None] if person.rest_mm[row, 1] < 0 else 1.0)
    return face


def _skin(
    performance: Performance, person: _Person, noise: _Noise, px_per_mm: float
) -> tuple[Floats, Floats]:
    """(n, window, side, out/up) where each window has gone, mm, and its confidence."""
    n, moved = len(performance.time_s), performance.moved
    response, centres = skin_response(), centres_mm()
    skin = np.empty((n, len(SKIN_WINDOWS), len(SIDES), 2))
    confidence = np.empty((n, len(SKIN_WINDOWS), len(SIDES)))
    fallen = performance.jaw_mm + performance.chin_mm
    turn_deg = performance.yaw_deg + 0.5 * performance.pitch_deg
    jumps = np.abs(np.diff(performance.light, prepend=performance.light[:1])) > 0.05
    for index, window in enumerate(SKIN_WINDOWS):
        usual = _NECK_CONFIDENCE if window.region is Region.NECK else _CONFIDENCE
        is_plain = window.region in {Region.CHEEK, Region.NECK}
        fine = float(np.clip(_FINE_MM * px_per_mm - _COARSE, 0, 1)) if is_plain else 1.0
        for column in range(len(SIDES)):
            if window.is_lid_margin:
                true = np.stack([np.zeros(n), _margin_mm(performance, window.name, column)], -1)
                share = LID_FLOW
            else:
                true = moved[:, :, column] @ response[index]
                share = FLOW
            true[:, 1] -= _JAW_PULLS.get(window.name, 0.0) * fallen
            read = share * person.flow[index, column] * true
            read += person.parallax[index, column] * turn_deg[:, None]
            white = noise.drawn(_FLOW_MM[window.region], (2,), noise.flow)
            lively_mm = _LIVELY_MM[window.region]
            white += np.stack([noise.lively_mm(lively_mm) for _ in range(2)], axis=-1)
            white[jumps] += noise.rng.normal(0, _STEP_MM, (int(jumps.sum()), 2))
            drift = np.cumsum(noise.rng.normal(0, _DRIFT_MM, (n, 2)), axis=0)
            hidden = np.zeros(n)
            if centres[index, column, 1] < _HAND_BELOW_MM:
                hidden = performance.hand[:, column]
            if window.is_lid_margin:
                hidden = np.maximum(hidden, 0.8 * performance.glare[:, column])
            junk = noise.rng.normal(0, _HAND_MM, (n, 2)) * hidden[:, None]
            skin[:, index, column] = read + white + drift + junk
            seen = usual * fine * (1 - _LIVELY_DOUBT * noise.lively)
            confidence[:, index, column] = seen * (1 - hidden) + 0.03 * hidden
    return skin, confidence


def _margin_mm(performance: Performance, name: str, column: int) -> Floats:
    """(n,) how far a lid margin has risen, as far as flow can follow it."""
    closure = np.minimum(performance.moved[:, LID, column], LID_FLOW_TO) * OPEN_MM
    return np.asarray(
        -UPPER_SHARE * closure if name == "upper_lid" else (1 - UPPER_SHARE) * closure
    )


def _eyes(performance: Performance, person: _Person, noise: _Noise) -> tuple[Floats, Floats]:
    """(n, side, upper/lower) lid margins by each eye's network; (n, side, across/up) irises."""
    n = len(performance.time_s)
    lids, irises = np.empty((n, len(SIDES), 2)), np.zeros((n, len(SIDES), 2))
    beyond_deg = np.maximum(np.abs(performance.yaw_deg) - _TURN_FREE_DEG, 0)
    for column in range(len(SIDES)):
        # Seen from the front, the eye that turns away reads narrower.
        towards = (1.0 if column else -1.0) * performance.yaw_deg
        rest = np.clip(1 - _LID_REST_PER_DEG * towards, 0.6, 1.4)
        gain = np.clip(1 - _LID_GAIN_PER_DEG * np.sign(towards) * beyond_deg, 0.4, 1.6)
        closing = NETWORK_LID * person.lid[column] * gain * performance.moved[:, LID, column]
        glare = performance.glare[:, column]
        opening = OPEN_MM * np.clip(rest - closing, 0, 2) - _GLARE_SHUTS_MM * glare
        lids[:, column, 1] = ((1 - UPPER_SHARE) * closing - 0.5) * OPEN_MM
        lids[:, column, 0] = lids[:, column, 1] + opening
        lids[:, column] += noise.drawn(_LID_MM, (2,), noise.mesh)
        lids[:, column] += noise.rng.normal(0, _GLARE_MM, (n, 2)) * glare[:, None]
        lids[:, column, 0] += noise.lively_mm(_LIVELY_LID_MM)
        irises[:, column, 0] = (1.0 if column else -1.0) * performance.gaze_mm
        irises[:, column] += noise.drawn(_LID_MM, (2,), noise.mesh)
    return lids, irises


def _speed(performance: Performance) -> Floats:
    """(n,) mm/s of the head, its turning as the way that its surface goes."""
    time_s = performance.time_s
    if time_s.size < 2:
        return np.zeros(time_s.size)
    across, down = np.gradient(performance.shift_mm, time_s, axis=0).T
    turning = [
        _MM_PER_DEG * np.gradient(angle, time_s)
        for angle in (performance.yaw_deg, performance.pitch_deg, performance.roll_deg)
    ]
    return np.asarray(np.sqrt(across**2 + down**2 + sum(rate**2 for rate in turning)))


def _lively(performance: Performance) -> Floats:
    """(n,) 0-1 how much the lower face does of its own will."""
    smile_mm = performance.moved[:, REGIONS.index(Region.MOUTH)].min(axis=1)
    purse_mm = np.maximum(-performance.moved[:, REGIONS.index(Region.MOUTH)].max(axis=1), 0)
    fallen_mm = performance.jaw_mm + _MEAL * performance.chin_mm
    does = (fallen_mm + purse_mm) / _LIVELY_JAW_MM + np.maximum(smile_mm, 0) / _LIVELY_SMILE_MM
    reach = max(1, round(_LIVELY_S / _usual_s(performance.time_s)))
    lasting = maximum_filter1d(np.minimum(does, 1.0), 2 * reach + 1)
    return np.asarray(gaussian_filter1d(lasting, reach / 2))


def _usual_s(time_s: Floats) -> float:
    return float(np.median(np.diff(time_s))) if len(time_s) > 1 else 1.0


def _smoothed(white: Floats, frames: float) -> Floats:
    """White noise made smooth over so many frames, of spread 1 still."""
    if frames < _LEAST_FRAMES:
        return white
    # The sum of squares of a Gaussian kernel is 1 / (2 sqrt(pi) sigma).
    gain = np.sqrt(2 * np.sqrt(np.pi) * frames)
    return np.asarray(gaussian_filter1d(white, frames) * gain)


def _facts(name: str, camera: CameraSection, time_s: Floats, fps: float) -> VideoFacts:
    """Facts of a video that was never filmed."""
    steps_ms = 1000 * np.diff(time_s) if len(time_s) > 1 else np.full(1, np.nan)
    usual_s = _usual_s(time_s)
    return VideoFacts(
        file_name=f"{name}.mp4",
        sha256="0" * 64,
        width_px=camera.width_px,
        height_px=camera.height_px,
        codec="none",
        rotation_deg=0,
        nominal_fps=fps,
        real_fps=1 / usual_s,
        duration_s=float(time_s[-1]) + usual_s,
        shortest_interval_ms=float(steps_ms.min()),
        longest_interval_ms=float(steps_ms.max()),
        time_repairs=0,
        gaps=int((steps_ms > 2500 * usual_s).sum()),
        corrupt_after_s=float("nan"),
        decoder="none",
        mirrored=camera.mirrored,
    )
