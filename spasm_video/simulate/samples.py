"""The sample videos: what happens in each, and how it is framed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import Region, Side
from spasm_video.simulate.acts import Blink, Glance, Part, Smile, Spasm, Speech, Turn
from spasm_video.simulate.camera import Camera
from spasm_video.simulate.nasa_portrait import CLOSE_UP, FACE, SOURCE, UPRIGHT, nasa_portrait
from spasm_video.simulate.script import Script, Sway, perform
from spasm_video.simulate.truth import truth
from spasm_video.simulate.twitch import Course

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.simulate.arrays import Picture
    from spasm_video.simulate.portrait import Framing, Portrait
    from spasm_video.simulate.script import Performance

_LAG_S = 0.01  # between one region and the next: about the latency of a lateral spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One clip: its file's stem, what happens, how it is framed and taken."""

    name: str
    script: Script
    framing: Framing
    camera: Camera

    def portrait(self) -> Portrait:
        """The portrait as this clip frames it."""
        return nasa_portrait(self.framing)

    def truth(self) -> dict[str, Any]:
        """What a perfect measurement would find."""
        shown = FACE.placed(self.framing.scale, (0.0, 0.0))
        return truth(self.script, shown, source=SOURCE)

    def pictures(self, portrait: Portrait) -> Iterator[Picture]:
        """Every frame in order, (h, w, 3) RGB; the same each time."""
        time_s = self.script.time_s
        performance = perform(self.script, time_s)
        for index in range(time_s.size):
            yield self.picture(portrait, performance, index)

    def picture(self, portrait: Portrait, performance: Performance, index: int) -> Picture:
        """One frame, (h, w, 3) RGB."""
        view = portrait.shown(performance, index)
        return self.camera.taken(view, index, float(performance.time_s[index]))


def spasm(side: Side, course: Course, **peaks: float) -> Spasm:
    """
    One spasm; ``peaks`` are regions in order of onset and how far each goes.

    >>> spasm(Side.LEFT, Course.clonic(1.0), eyelid=0.5, cheek=1.2).parts[1].region.value
    'cheek'
    """
    parts = tuple(
        Part(region=Region(region), peak=peak, lag_s=order * _LAG_S)
        for order, (region, peak) in enumerate(peaks.items())
    )
    return Spasm(side=side, course=course, parts=parts)


def _smile(onset_s: float, *, corner_mm: float) -> Smile:
    course = Course(
        onset_s=onset_s, peak_s=onset_s + 0.5, release_s=onset_s + 1.1, offset_s=onset_s + 1.8
    )
    return Smile(course=course, corner_mm=corner_mm)


def _slow(onset_s: float, *, move_s: float, hold_s: float) -> Course:
    return Course(
        onset_s=onset_s,
        peak_s=onset_s + move_s,
        release_s=onset_s + move_s + hold_s,
        offset_s=onset_s + 2 * move_s + hold_s,
    )


_R, _L = Side.RIGHT, Side.LEFT
_twitch, _hold = Course.clonic, Course.tonic

RIGHT_SPASM = Sample(
    name="right_spasm",
    framing=CLOSE_UP,
    camera=Camera(noise=1.2, drift=0.02, seed=11),
    script=Script(
        duration_s=20.0,
        seed=11,
        spasms=(
            spasm(_R, _twitch(1.90, rise_s=0.045, decay_s=0.13), eyelid=0.45),
            spasm(_R, _twitch(3.05, rise_s=0.050, decay_s=0.16), eyelid=0.60, cheek=1.5),
            spasm(_R, _twitch(4.02, rise_s=0.055, decay_s=0.22), eyelid=0.85, cheek=2.0, mouth=3.4),
            spasm(
                _R, _hold(5.60, hold_s=1.5), eyelid=0.90, brow=2.6, cheek=2.4, mouth=4.4, neck=2.6
            ),
            spasm(_R, _twitch(10.60, rise_s=0.045, decay_s=0.15), eyelid=0.50, mouth=2.2),
            spasm(_R, _twitch(11.70, rise_s=0.045, decay_s=0.14), eyelid=0.55, cheek=1.3),
            spasm(_R, _twitch(12.12, rise_s=0.045, decay_s=0.16), eyelid=0.70, cheek=1.8),
            spasm(
                _R,
                _hold(13.30, hold_s=0.95, ripple=0.2),
                eyelid=0.75,
                cheek=2.0,
                mouth=3.6,
                neck=2.2,
            ),
            spasm(_R, _twitch(15.60, rise_s=0.060, decay_s=0.30), eyelid=0.80, brow=3.0, cheek=1.6),
            spasm(
                _R,
                _twitch(18.90, rise_s=0.055, decay_s=0.26),
                eyelid=1.0,
                cheek=2.4,
                mouth=4.6,
                neck=2.0,
            ),
        ),
        blinks=(
            Blink.at(0.90),
            Blink.at(4.75),
            Blink.at(8.05, closure=0.6),
            Blink.at(12.85),
            Blink.at(16.35),
        ),
        speech=(Speech(onset_s=8.5, offset_s=10.2, jaw_mm=4.0, seed=3),),
        smiles=(_smile(16.75, corner_mm=2.8),),
    ),
)

LEFT_MILD = Sample(
    name="left_mild",
    framing=UPRIGHT,
    camera=Camera(noise=1.6, drift=0.03, seed=22),
    script=Script(
        duration_s=12.0,
        seed=22,
        spasms=(
            spasm(_L, _twitch(2.10, rise_s=0.045, decay_s=0.12), eyelid=0.40, cheek=0.9),
            spasm(_L, _twitch(4.30, rise_s=0.040, decay_s=0.11), eyelid=0.30),
            spasm(_L, _twitch(6.20, rise_s=0.050, decay_s=0.15), eyelid=0.55, cheek=1.3),
            spasm(_L, _twitch(8.60, rise_s=0.045, decay_s=0.14), eyelid=0.45, cheek=1.1),
            spasm(_L, _twitch(10.70, rise_s=0.050, decay_s=0.18), eyelid=0.65, cheek=1.6),
        ),
        blinks=(Blink.at(1.10), Blink.at(5.20, closure=0.55), Blink.at(7.40), Blink.at(9.70)),
        sway=Sway(shift_mm=5.0, roll_deg=1.6, zoom=0.015, yaw_deg=3.0, pitch_deg=2.0),
    ),
)

CONTROL = Sample(
    name="control",
    framing=CLOSE_UP,
    camera=Camera(noise=1.2, drift=0.02, seed=33),
    script=Script(
        duration_s=12.0,
        seed=33,
        blinks=(
            Blink.at(0.80),
            Blink.at(2.40, closure=0.5),
            Blink.at(4.90),
            Blink.at(7.95, closure=0.65),
            Blink.at(11.10),
        ),
        speech=(Speech(onset_s=3.0, offset_s=4.7, jaw_mm=4.5, seed=5),),
        smiles=(_smile(5.50, corner_mm=3.2),),
        turns=(Turn(course=_slow(8.30, move_s=0.8, hold_s=0.6), yaw_deg=11.0, pitch_deg=2.0),),
        glances=(Glance(course=_slow(1.40, move_s=0.08, hold_s=0.6), right_mm=1.6),),
    ),
)

SAMPLES = (RIGHT_SPASM, LEFT_MILD, CONTROL)
