"""Spasms in a picture of one's own: as large as told, on one side, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, SIDES, Region, Side
from spasm_video.errors import NoFaceError, VideoError
from spasm_video.simulate.face_map import FaceMap
from spasm_video.simulate.levels import simulate_clip
from spasm_video.simulate.nasa_portrait import FACE
from spasm_video.simulate.over import (
    Faces,
    cast,
    drawn_over,
    find_faces,
    frames_of,
    shows_neck,
    with_spasm,
)
from spasm_video.simulate.scenarios import Disease, Event, Scenario
from spasm_video.simulate.skin import direction
from spasm_video.video.frames import Frame

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SCALE = 3.5
NEAR = FACE.placed(SCALE, (224.0 - 360 / SCALE, 113.0 - 360 / SCALE))


def textured(width: int = 720, height: int = 760) -> NDArray[np.uint8]:
    """Grey spots that can be followed anywhere."""
    rng = np.random.default_rng(3)
    spots = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 2.0)
    grey = np.clip(128 + 40 * spots / spots.std(), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def moved(side: Side, region: Region, size: float) -> NDArray[np.float64]:
    """One region moved."""
    all_still = np.zeros((len(REGIONS), len(SIDES)))
    all_still[REGIONS.index(region), SIDES.index(side)] = size
    return all_still


def patch(picture: NDArray[np.uint8], at: NDArray[np.float64], half: int) -> NDArray[np.float32]:
    """The grey picture around a point, sub-pixel."""
    size = (2 * half, 2 * half)
    centre = (float(at[0]), float(at[1]))
    return np.asarray(cv2.getRectSubPix(picture[..., 0], size, centre), np.float32)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("region", [Region.BROW, Region.CHEEK, Region.MOUTH, Region.NECK])
@pytest.mark.parametrize("size_mm", [0.5, 2.5])
def test_the_skin_goes_as_far_as_told(side: Side, region: Region, size_mm: float) -> None:
    """By phase correlation at the middle of the region: to a tenth of a millimetre and 3 %."""
    before = textured()
    after = with_spasm(before, NEAR, moved(side, region, size_mm))
    at = np.array(NEAR.anchors[side][region])
    goes = size_mm * NEAR.px_per_mm * direction(NEAR, region, side)
    half = 8
    window = cv2.createHanningWindow((2 * half, 2 * half), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(patch(before, at, half), patch(after, at + goes, half), window)

    assert np.hypot(dx, dy) / NEAR.px_per_mm < 0.1 + 0.03 * size_mm


@pytest.mark.parametrize("side", SIDES)
def test_the_other_side_is_the_same_to_the_byte(side: Side) -> None:
    """With every region of one side moved as far as it goes."""
    before = textured()
    sizes = np.zeros((len(REGIONS), len(SIDES)))
    sizes[:, SIDES.index(side)] = (1.0, 3.0, 3.0, 5.0, 3.0)
    after = with_spasm(before, NEAR, sizes)
    y, x = np.mgrid[0 : before.shape[0], 0 : before.shape[1]].astype(float)
    beyond = NEAR.aside_px(side, x, y) < -1.0

    assert np.array_equal(before[beyond], after[beyond])
    assert (before[~beyond] != after[~beyond]).mean() > 0.1


@pytest.mark.parametrize("roll_deg", [0.0, 15.0])
@pytest.mark.parametrize("closure", [0.3, 0.6, 1.0])
def test_a_lid_closes_by_the_part_told(closure: float, roll_deg: float) -> None:
    """Of a white eyeball in grey skin, that part is covered; a tilted eye too."""
    face = tilted(NEAR, roll_deg)
    eye = face.eyes[Side.LEFT]
    picture = np.full((760, 760, 3), 110, np.uint8)
    outline = np.array([*eye.upper, *eye.lower[::-1]], np.int32)
    cv2.fillPoly(picture, [outline.reshape(-1, 1, 2)], (255, 255, 255))
    after = with_spasm(
        picture, face, moved(Side.LEFT, Region.EYELID, closure), roll=np.radians(roll_deg)
    )
    white_before, white_after = (float((shown[..., 0] > 170).sum()) for shown in (picture, after))

    assert 1 - white_after / white_before == pytest.approx(closure, abs=0.13)


def tilted(face: FaceMap, roll_deg: float) -> FaceMap:
    """The same face with the head tilted, clockwise in the picture."""
    if roll_deg == 0:
        return face
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    middle = np.array(face.head_centre)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        x, y = np.array([[c, -s], [s, c]]) @ (np.array(point) - middle) + middle
        return float(x), float(y)

    eyes = {
        side: type(eye)(
            upper=tuple(map(at, eye.upper)),
            lower=tuple(map(at, eye.lower)),
            brow_edge=tuple(map(at, eye.brow_edge)),
        )
        for side, eye in face.eyes.items()
    }
    return FaceMap(
        px_per_mm=face.px_per_mm,
        glabella=at(face.glabella),
        nose_tip=at(face.nose_tip),
        chin=at(face.chin),
        head_centre=face.head_centre,
        head_radii=face.head_radii,
        eyes=eyes,
        mouth=tuple(map(at, face.mouth)),
        anchors={
            side: {region: at(point) for region, point in of_side.items()}
            for side, of_side in face.anchors.items()
        },
    )


def test_a_face_at_the_edge_of_the_picture_does_no_harm() -> None:
    """What lies outside is left out."""
    before = textured(300, 300)
    cut = NEAR.placed(1.0, (430.0, 300.0))
    sizes = np.full((len(REGIONS), len(SIDES)), 1.0)

    assert with_spasm(before, cut, sizes).shape == before.shape


def faces(count: int, lost: tuple[int, ...] = (), *, is_bare: bool = True) -> Faces:
    """The same face in every frame, but for the lost ones."""
    maps = tuple(None if i in lost else (NEAR, 0.0) for i in range(count))
    bare = dict.fromkeys(SIDES, (is_bare,) * (count - len(lost)))
    return Faces(np.arange(count) / 25, maps, bare)


def spasms(**changes: Any) -> Scenario:
    """Two spasms of the left side, neck and all."""
    sizes: dict[str, Any] = {"eyelid_closure": 0.6, "cheek_mm": 2, "neck_mm": 2}
    events = tuple(
        Event(onset_s=at_s, side=Side.LEFT, duration_ms=200, **sizes) for at_s in (0.4, 1.2)
    )
    return Scenario(length_s=2.0, event=events, **changes)


def test_the_truth_is_on_the_scale_of_the_video() -> None:
    """Its rate, its length, its pixels a millimetre, the opening of its eyes."""
    fitted, script, truth = cast(spasms(), faces(50))

    assert (truth["frames"], truth["fps"]) == (50, 25)
    assert fitted.length_s == pytest.approx(2.0)
    assert truth["px_per_mm"] == pytest.approx(NEAR.px_per_mm, abs=1e-3)
    assert truth["events"][0]["amplitude_mm"]["eyelid"] == pytest.approx(
        0.6 * NEAR.open_mm[Side.LEFT], abs=1e-3
    )
    assert len(script.spasms) == 2
    assert (script.blinks, script.smiles, script.turns) == ((), (), ())


def test_a_slow_video_keeps_its_rate() -> None:
    """Twelve frames a second are twelve."""
    slow = faces(24)
    _, _, truth = cast(spasms(), Faces(np.arange(24) / 12, slow.maps, slow.bare))

    assert truth["fps"] == 12
    assert truth["duration_s"] == pytest.approx(2.0)


def test_a_neck_out_of_view_is_no_part_of_the_truth() -> None:
    """Only what can be seen to move is told."""
    _, _, truth = cast(spasms(), faces(50, is_bare=False))

    assert {event["regions"] for event in truth["events"]} == {"eyelid+cheek"}


def test_a_neck_is_seen_where_it_has_the_colour_of_the_cheek() -> None:
    """Not a collar, not the dark, not the edge of the picture."""
    skin, collar, dark = (190, 140, 120), (220, 220, 225), (30, 25, 22)
    seen = []
    for below in (skin, collar, dark):
        picture = np.full((760, 720, 3), skin, np.uint8)
        picture[570:] = below
        seen.append(shows_neck(picture, NEAR, Side.LEFT))

    assert seen == [True, False, False]
    assert not shows_neck(np.full((625, 720, 3), skin, np.uint8), NEAR, Side.LEFT)


def test_a_spasm_without_a_face_is_left_out() -> None:
    """A frame in its middle had none: it is neither drawn nor told."""
    _, script, truth = cast(spasms(), faces(50, lost=(12,)))

    assert [event["onset_s"] for event in truth["events"]] == [1.2]
    assert len(script.spasms) == 1


def test_frames_in_which_nothing_moves_are_handed_on() -> None:
    """The very same picture; and those of a spasm are others."""
    found = faces(50)
    _, script, _ = cast(spasms(), found)
    picture = textured()
    before = [Frame(i, float(t), picture, picture[..., 0]) for i, t in enumerate(found.time_s)]
    after = list(drawn_over(before, found, script))

    assert all(after[i] is before[i] for i in (0, 5, 20, 49))
    assert not np.array_equal(after[12].image_rgb, picture)


def test_a_photo_stands_still_for_the_frames_of_the_scenario(tmp_path: Path) -> None:
    """At the scenario's rate; an odd row or column is cut off."""
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), textured(301, 201))
    frames = list(frames_of(path, Scenario(length_s=0.5))())

    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(15) / 30, abs=2e-5)
    assert frames[0].image_rgb.shape == (200, 300, 3)


def test_what_is_no_photo_and_no_face_is_said_so(tmp_path: Path) -> None:
    """And nothing is left behind."""
    path = tmp_path / "face.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(VideoError, match=r"face\.jpg cannot be read"):
        frames_of(path, Scenario(length_s=0.5))
    cv2.imwrite(str(tmp_path / "wall.png"), textured(64, 64))
    with pytest.raises(NoFaceError):
        simulate_clip(
            Scenario(length_s=0.2, disease=Disease(side="left")),
            tmp_path / "clip.mp4",
            tmp_path / "wall.png",
            find_face=lambda _frame: None,
        )
    assert not (tmp_path / "clip.mp4").exists()


def test_every_frame_is_looked_at_in_order() -> None:
    """The finder sees each once; who waits hears of each."""
    picture = textured(64, 64)
    frames = [Frame(i, i / 25, picture, picture[..., 0]) for i in range(3)]
    seen: list[int] = []
    heard: list[float] = []

    def find(frame: Frame) -> None:
        seen.append(frame.index)

    with pytest.raises(NoFaceError):
        find_faces(frames, find, heard.append)

    assert seen == [0, 1, 2]
    assert heard == [0, 1 / 25, 2 / 25]
