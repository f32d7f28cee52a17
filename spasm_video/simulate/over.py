"""
Spasms put into the user's own video or photo: one side is warped, all else stays as it is.

The video is read twice: once to find the face in every frame, once to draw. Whoever calls
brings the face finder, so that this package needs no network of its own. Frames in which
nothing is moved are handed on untouched. Glasses and hair before the skin move with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.errors import NoFaceError, VideoError
from spasm_video.simulate.drawing import drawn
from spasm_video.simulate.lids import Lids
from spasm_video.simulate.points_map import face_map_of, px_per_mm_of, roll_rad
from spasm_video.simulate.script import LID, Script, Sway, perform
from spasm_video.simulate.skin import displacement_px
from spasm_video.simulate.timing import frame_times
from spasm_video.simulate.truth import scenario_truth
from spasm_video.video.file import VideoFile
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from spasm_video.simulate.arrays import Floats, Picture, Plane
    from spasm_video.simulate.face_map import FaceMap
    from spasm_video.simulate.scenarios import Scenario

PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
"""The endings of what is a photo and no video."""

_UPRIGHT_RAD = np.radians(3)  # a head tilted less is drawn as if it were upright
_EYE_MM = 26.0  # half the side of the patch in which a tilted eye is drawn
_LEAST_OPEN_MM = 1.5  # an eye less open than this is closed already
_OPEN_PERCENTILE = 75  # of an eye's opening over the frames: rest, not blinks
_ROUND_MM = (12.0, 25.0)  # beyond the outermost anchors, to the sides and up or down
_PATCH_MM = 5.0  # around the middle of the neck that must be in view and of the skin's colour
_DARKEST, _LIGHTEST = 0.3, 1.4  # of the cheek's light, for a neck that is bare
_OTHER_TINT = 0.05  # of red, green or blue in all of the light


class FaceFinder(Protocol):
    """Finds the face in one frame after the other."""

    def __call__(self, frame: Frame) -> Floats | None:
        """(478, 3) image pixels of the face mesh, numbered as in ``anatomy``; None without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """
    What was found in each frame: its time, and the map and tilt of its face or None.

    ``bare`` says of each frame with a face whether it shows the skin of that side's neck.
    """

    time_s: Floats
    maps: tuple[tuple[FaceMap, float] | None, ...]
    bare: Mapping[Side, tuple[bool, ...]]

    @property
    def px_per_mm(self) -> float:
        """The usual scale."""
        return float(np.median([found[0].px_per_mm for found in self.maps if found]))

    @property
    def open_mm(self) -> dict[Side, float]:
        """How far each eye is open at rest."""
        each = [found[0].open_mm for found in self.maps if found]
        return {
            side: float(np.percentile([eyes[side] for eyes in each], _OPEN_PERCENTILE))
            for side in SIDES
        }

    def shows_neck(self, side: Side) -> bool:
        """Whether the skin of the neck is to be seen in most frames."""
        return float(np.mean(self.bare[side])) > 0.5


def frames_of(over: Path, scenario: Scenario) -> Callable[[], Iterator[Frame]]:
    """
    What gives the frames to draw on, from the first on, each time it is called.

    A photo stands still for the scenario's frames; a video ends with the scenario.

    Raises
    ------
    VideoError : the file cannot be read
    """
    if over.suffix.lower() in PHOTOS:
        photo = cv2.imread(str(over), cv2.IMREAD_COLOR)
        if photo is None:
            raise VideoError(f"{over.name} cannot be read as a photo.", "Save it as JPEG or PNG.")
        # H.264 with 4:2:0 colours wants even sides.
        photo = photo[: photo.shape[0] // 2 * 2, : photo.shape[1] // 2 * 2]
        image_rgb = np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB), np.uint8)
        grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), np.uint8)
        times_s = frame_times(scenario)
        return lambda: (Frame(i, float(t), image_rgb, grey) for i, t in enumerate(times_s))
    video = VideoFile(over, None, scenario.length_s)
    return lambda: (_even(frame) for frame in video)


def find_faces(
    frames: Iterable[Frame], find: FaceFinder, seen: Callable[[float], None] | None
) -> Faces:
    """
    Look for the face in every frame; ``seen`` is called with the time of each.

    Raises
    ------
    NoFaceError : no frame had one
    """
    times: list[float] = []
    points: list[Floats | None] = []
    bare: dict[Side, list[bool]] = {side: [] for side in SIDES}
    for frame in frames:
        found = find(frame)
        points.append(None if found is None else np.asarray(found[:, :2], np.float32))
        times.append(frame.time_s)
        if found is not None:
            face = face_map_of(found, px_per_mm_of([found])[0])
            for side in SIDES:
                bare[side].append(shows_neck(frame.image_rgb, face, side))
        if seen is not None:
            seen(frame.time_s)
    with_face = [found for found in points if found is not None]
    if not with_face:
        raise NoFaceError(
            "No face was found to put spasms into.",
            "Give a video or photo with the whole face in view.",
        )
    scales = iter(px_per_mm_of(with_face))
    maps = tuple(
        None if found is None else (face_map_of(found, next(scales)), roll_rad(found))
        for found in points
    )
    return Faces(np.array(times), maps, {side: tuple(seen) for side, seen in bare.items()})


def shows_neck(image_rgb: Picture, face: FaceMap, side: Side) -> bool:
    """Whether the picture has a neck of that side, and of about the colour of the cheek."""
    cheek, neck = (_colour(image_rgb, face, side, region) for region in (Region.CHEEK, Region.NECK))
    if cheek is None or neck is None:
        return False
    lightness = neck.sum() / max(cheek.sum(), 1.0)
    tint = neck / max(neck.sum(), 1.0) - cheek / max(cheek.sum(), 1.0)
    return bool(_DARKEST < lightness < _LIGHTEST and np.abs(tint).max() < _OTHER_TINT)


def _colour(image_rgb: Picture, face: FaceMap, side: Side, region: Region) -> Floats | None:
    """(3,) the mean around the middle of a region; None where it is not in the picture."""
    x, y = face.anchors[side][region]
    reach = max(_PATCH_MM * face.px_per_mm, 1.0)
    height, width = image_rgb.shape[:2]
    if not (reach <= x < width - reach and reach <= y < height - reach):
        return None
    patch = image_rgb[int(y - reach) : int(y + reach) + 1, int(x - reach) : int(x + reach) + 1]
    return np.asarray(patch.reshape(-1, 3).mean(axis=0), np.float64)


def cast(scenario: Scenario, faces: Faces) -> tuple[Scenario, Script, dict[str, Any]]:
    """
    The spasms that this video can show, and their truth.

    What the person in the video does stays theirs: only spasms are added. A neck that is cut
    off or covered cannot be seen to move; a spasm while no face is found is left out.
    """
    steps_s = np.diff(faces.time_s)
    usual_s = float(np.median(steps_s)) if len(steps_s) else 1 / scenario.frames.fps
    length_s = min(scenario.length_s, float(faces.time_s[-1]) + usual_s)
    fps = 1 / usual_s  # the video's own, even where a scenario could not ask for it
    frames = scenario.frames.model_copy(update={"fps": round(fps, 3), "gaps_s": ()})
    camera = scenario.camera.model_copy(update={"px_per_mm": round(faces.px_per_mm, 3)})
    fitted = scenario.model_copy(update={"length_s": length_s, "frames": frames, "camera": camera})
    everything = drawn(fitted)
    lost_s = faces.time_s[[found is None for found in faces.maps]]
    spasms = []
    for spasm in everything.spasms:
        if ((lost_s >= spasm.course.start_s) & (lost_s <= spasm.end_s)).any():
            continue
        parts = tuple(
            part
            for part in spasm.parts
            if part.region is not Region.NECK or faces.shows_neck(spasm.side)
        )
        if parts:
            first_s = parts[0].lag_s
            parts = tuple(replace(part, lag_s=part.lag_s - first_s) for part in parts)
            spasms.append(replace(spasm, parts=parts, course=spasm.course.delayed(first_s)))
    still = Sway(shift_mm=0, roll_deg=0, zoom=0, yaw_deg=0, pitch_deg=0)
    script = Script(
        duration_s=length_s, fps=fps, seed=scenario.seed, spasms=tuple(spasms), sway=still
    )
    return fitted, script, scenario_truth(fitted, script, faces.time_s, faces.open_mm)


def drawn_over(frames: Iterable[Frame], faces: Faces, script: Script) -> Iterator[Frame]:
    """The frames with the spasms of the script in them; the rest is handed on as it is."""
    moved = perform(script, faces.time_s).moved
    for index, frame in enumerate(frames):
        found = faces.maps[index]
        if found is None or not moved[index].any():
            yield frame
            continue
        face, roll = found
        image_rgb = with_spasm(frame.image_rgb, face, moved[index], roll=roll)
        yield replace(frame, image_rgb=image_rgb)


def with_spasm(image_rgb: Picture, face: FaceMap, moved: Floats, *, roll: float = 0.0) -> Picture:
    """
    The picture with the face's regions ``moved`` (Region, Side), mm, of the lid the part closed.

    ``roll`` is how far the head is tilted, rad. Only the surroundings of what moves change.
    """
    rows, columns = box = _box(face, image_rgb.shape[1], image_rgb.shape[0])
    near = face.placed(1.0, (float(columns.start), float(rows.start)))
    picture = np.asarray(image_rgb[box], np.float32)
    for column, side in enumerate(SIDES):
        closure = float(moved[LID, column])
        if closure > 0 and near.open_mm[side] > _LEAST_OPEN_MM:
            _close(picture, near, side, closure, roll)
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    shift_x, shift_y = displacement_px(near, moved, x, y)
    if shift_x.any() or shift_y.any():
        picture = np.asarray(
            cv2.remap(
                picture,
                np.asarray(x - shift_x, np.float32),
                np.asarray(y - shift_y, np.float32),
                cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )
    result = image_rgb.copy()
    result[box] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return result


def _close(picture: Plane, face: FaceMap, side: Side, closure: float, roll: float) -> None:
    """Close an eye; a tilted one is drawn upright, and what has changed is put back."""
    eye = face.eyes[side]
    if abs(roll) < _UPRIGHT_RAD:
        _draw_lids(picture, Lids.of(eye, face.px_per_mm), closure)
        return
    centre = np.mean([*eye.upper, *eye.lower], axis=0)
    half = int(np.ceil(_EYE_MM * face.px_per_mm))
    c, s = float(np.cos(roll)), float(np.sin(roll))
    turn = np.array([[c, s], [-s, c]])
    to_patch = np.hstack([turn, (half - turn @ centre)[:, None]])

    def turned(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        at = np.array(points) @ to_patch[:, :2].T + to_patch[:, 2]
        return tuple((float(x), float(y)) for x, y in at)

    upright = replace(
        eye,
        upper=turned(eye.upper),
        lower=turned(eye.lower),
        brow_edge=turned(eye.brow_edge),
    )
    size = (2 * half + 1, 2 * half + 1)
    before = np.asarray(
        cv2.warpAffine(
            picture, to_patch, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.float32,
    )
    after = before.copy()
    _draw_lids(after, Lids.of(upright, face.px_per_mm), closure)
    back = cv2.warpAffine(
        after - before,
        to_patch,
        (picture.shape[1], picture.shape[0]),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
    )
    picture += np.asarray(back, np.float32)


def _draw_lids(picture: Plane, lids: Lids, closure: float) -> None:
    """As far as the eye and its surroundings are in the picture."""
    rows, columns = lids.box
    if rows.start < 0 or columns.start < 0:
        return
    if rows.stop > picture.shape[0] or columns.stop > picture.shape[1]:
        return
    lids.draw(picture, closure)


def _box(face: FaceMap, width: int, height: int) -> tuple[slice, slice]:
    """The rows and columns of the picture around all that can move."""
    at = np.array(
        [point for of_side in face.anchors.values() for point in of_side.values()]
        + [point for eye in face.eyes.values() for point in (*eye.upper, *eye.brow_edge)]
    )
    margin = 3 * np.array(_ROUND_MM) * face.px_per_mm
    left, top = np.maximum(np.floor(at.min(axis=0) - margin), 0).astype(int)
    right, bottom = np.ceil(at.max(axis=0) + margin).astype(int)
    return slice(int(top), min(int(bottom), height)), slice(int(left), min(int(right), width))


def _even(frame: Frame) -> Frame:
    """Without the last row or column of an odd size, which 4:2:0 colours cannot have."""
    height, width = (side // 2 * 2 for side in frame.grey.shape)
    if frame.grey.shape == (height, width):
        return frame
    return replace(
        frame, image_rgb=frame.image_rgb[:height, :width], grey=frame.grey[:height, :width]
    )
