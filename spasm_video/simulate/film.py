"""The portrait on film: a scenario's pictures, each with its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from spasm_video.simulate.camera import Camera
from spasm_video.simulate.nasa_portrait import FACE, nasa_portrait
from spasm_video.simulate.portrait import Framing
from spasm_video.simulate.props import draw_glare, draw_hand
from spasm_video.simulate.script import perform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spasm_video.simulate.arrays import Floats, Picture, Plane
    from spasm_video.simulate.portrait import Portrait
    from spasm_video.simulate.scenarios import CameraSection, Scenario
    from spasm_video.simulate.script import Performance, Script
    from spasm_video.video.frames import Frame

_CENTRE = (224.0, 113.0)  # of head and neck in the portrait
_LOWER = 40.0  # an upright picture shows more of the chest, px for each height above a width
_DRIFT = 0.02
_SHUTTER_STEPS = 3  # instants that are blended for one open shutter
_SHORT_S = 0.004  # a shutter as fast as this blurs nothing


def filmed(scenario: Scenario, script: Script, time_s: Floats) -> Iterator[tuple[float, Picture]]:
    """Every frame in order: its time, s, and (h, w, 3) RGB; the same each time."""
    portrait = nasa_portrait(framing(scenario.camera))
    section = scenario.camera
    camera = camera_of(scenario)
    shutter_s, rolling_s = section.shutter_ms / 1000, section.rolling_ms / 1000
    instants_s = _instants_s(shutter_s)
    open_ = [perform(script, time_s + at_s) for at_s in instants_s]
    last_rows = [perform(script, time_s + at_s + rolling_s) for at_s in instants_s]
    middle = open_[len(open_) // 2]
    for index, at_s in enumerate(time_s):
        views = [
            portrait.shown(now, index, last_row if rolling_s else None)
            for now, last_row in zip(open_, last_rows, strict=True)
        ]
        view = np.asarray(np.mean(views, axis=0), np.float32) if len(views) > 1 else views[0]
        view = before_the_face(view, portrait, middle, index)
        exposure = section.brightness * float(middle.light[index])
        picture = camera.taken(view, index, float(at_s), exposure)
        yield float(at_s), as_saved(picture, section)


def retaken(scenario: Scenario, frames: Iterable[Frame]) -> Iterator[tuple[float, Picture]]:
    """
    Frames of another camera, as they are; with what the scenario says of its own camera.

    Noise, blur, brightness and mirroring come in only where the scenario names them.
    """
    section = scenario.camera
    named = section.model_fields_set
    camera = Camera(
        noise=section.noise if "noise" in named else 0.0,
        blur_px=section.blur_px,
        drift=0.0,
        seed=scenario.seed,
    )
    is_changed = named & {"noise", "blur_px", "brightness"}
    for index, frame in enumerate(frames):
        picture = frame.image_rgb
        if is_changed:
            view = np.asarray(picture, np.float32)
            picture = camera.taken(view, index, frame.time_s, section.brightness)
        yield frame.time_s, as_saved(picture, section)


def framing(camera: CameraSection) -> Framing:
    """How the scenario's camera frames the portrait."""
    higher = max(camera.height_px / camera.width_px - 1, 0.0)
    return Framing(
        scale=camera.px_per_mm / FACE.px_per_mm,
        size_px=(camera.width_px, camera.height_px),
        centre=(_CENTRE[0], _CENTRE[1] + _LOWER * higher),
    )


def camera_of(scenario: Scenario) -> Camera:
    """The scenario's camera: its noise, its focus, the small drift of any light."""
    camera = scenario.camera
    return Camera(noise=camera.noise, blur_px=camera.blur_px, drift=_DRIFT, seed=scenario.seed)


def as_saved(picture: Picture, camera: CameraSection) -> Picture:
    """The picture as the file shows it: mirrored, if the camera does so."""
    if not camera.mirrored:
        return picture
    return np.asarray(cv2.flip(picture, 1), np.uint8)


def before_the_face(view: Plane, portrait: Portrait, performance: Performance, index: int) -> Plane:
    """The view with the hands and reflections of that instant before it."""
    face = portrait.face_in_view
    view = draw_glare(view, face, performance.glare[index])
    return draw_hand(view, face, performance.hand[index])


def _instants_s(shutter_s: float) -> list[float]:
    """When a shutter that is open around each frame's time is looked through."""
    if shutter_s <= _SHORT_S:
        return [0.0]
    return [float(at_s) for at_s in np.linspace(-0.5, 0.5, _SHUTTER_STEPS) * shutter_s]
