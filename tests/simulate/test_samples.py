"""The sample videos are what their scripts say, and small enough to be kept."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.simulate.clip import write_clip
from spasm_video.simulate.samples import CONTROL, LEFT_MILD, RIGHT_SPASM, SAMPLES, Sample
from spasm_video.simulate.script import perform

if TYPE_CHECKING:
    from spasm_video.simulate.arrays import Picture
    from spasm_video.simulate.portrait import Portrait

FOLDER = Path(__file__).parents[2] / "sample_videos"
MAX_BYTES = 1_500_000


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample.name)
def sample(request: pytest.FixtureRequest) -> Sample:
    """Each of the samples."""
    assert isinstance(request.param, Sample)
    return request.param


def decoded(path: Path) -> list[tuple[float, Picture]]:
    """Every frame with its time stamp, s."""
    with av.open(path) as container:
        return [
            (frame.time, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
            for frame in container.decode(video=0)
        ]


def test_the_truth_on_disk_is_that_of_the_scenario(sample: Sample) -> None:
    """Nobody has edited one without the other."""
    on_disk = (FOLDER / f"{sample.name}.truth.json").read_text(encoding="utf-8")

    assert json.loads(on_disk) == sample.truth()


def test_the_clip_on_disk_has_the_length_and_rate_of_its_truth(sample: Sample) -> None:
    """Frame by frame, in the size of its framing, H.264 with 4:2:0 colours."""
    told = sample.truth()
    with av.open(FOLDER / f"{sample.name}.mp4") as container:
        stream = container.streams.video[0]
        stamps_s = [frame.time for frame in container.decode(stream)]

        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == sample.framing.size_px
        assert stream.average_rate == told["fps"]
    assert stamps_s == pytest.approx(np.arange(told["duration_s"] * told["fps"]) / told["fps"])


def test_a_clip_is_small_and_starts_at_once(sample: Sample) -> None:
    """At most 1.5 MB, its index before its pictures."""
    clip = (FOLDER / f"{sample.name}.mp4").read_bytes()

    assert len(clip) <= MAX_BYTES
    assert clip.index(b"moov") < clip.index(b"mdat")


@pytest.mark.slow
def test_the_clip_on_disk_shows_what_is_drawn(sample: Sample) -> None:
    """Frames drawn anew, at rest and at every peak, are those of the file but for compression."""
    pytest.importorskip("skimage")
    told = sample.truth()
    portrait = sample.portrait()
    frames = decoded(FOLDER / f"{sample.name}.mp4")
    performance = perform(sample.script, sample.script.time_s)
    at_s = [0.0, *(found["peak_s"] for found in told["events"] + told["blinks"])]
    for index in (round(time_s * told["fps"]) for time_s in at_s):
        drawn = sample.picture(portrait, performance, index)
        error = cv2.GaussianBlur(frames[index][1].astype(np.float32) - drawn, (0, 0), 3.0)

        assert np.abs(error).mean() < 2  # grey levels
        assert np.abs(error).max() < 12


@pytest.mark.slow
def test_the_same_sample_is_drawn_twice_alike() -> None:
    """Byte for byte, from a portrait made anew."""
    pytest.importorskip("skimage")
    performance = perform(CONTROL.script, CONTROL.script.time_s)

    first, second = (CONTROL.picture(CONTROL.portrait(), performance, 40) for _ in range(2))

    assert np.array_equal(first, second)


def test_a_sample_is_drawn_frame_by_frame(portrait: Portrait) -> None:
    """As many pictures as its length and rate make, each as if drawn alone."""
    short = replace(CONTROL, script=replace(CONTROL.script, duration_s=0.1))
    pictures = list(short.pictures(portrait))
    performance = perform(short.script, short.script.time_s)

    assert [picture.shape for picture in pictures] == [(720, 720, 3)] * 3
    assert np.array_equal(pictures[2], short.picture(portrait, performance, 2))


def test_the_right_sample_has_spasms_in_all_five_regions() -> None:
    """8 to 10 of them on the right, tonic and clonic, eyelid first."""
    spasms = RIGHT_SPASM.script.spasms

    assert 8 <= len(spasms) <= 10
    assert {spasm.side for spasm in spasms} == {Side.RIGHT}
    assert {part.region for spasm in spasms for part in spasm.parts} == set(Region)
    assert {spasm.kind for spasm in spasms} == {"clonic", "tonic"}
    assert {spasm.parts[0].region for spasm in spasms} == {Region.EYELID}


def test_the_left_sample_is_mild() -> None:
    """Eyelid and cheek of the left side, upright as a phone is held."""
    spasms = LEFT_MILD.script.spasms
    regions = {part.region for spasm in spasms for part in spasm.parts}

    assert 4 <= len(spasms) <= 5
    assert LEFT_MILD.truth()["affected_side"] == "left"
    assert regions == {Region.EYELID, Region.CHEEK}
    assert LEFT_MILD.framing.size_px == (540, 960)


def test_the_control_has_everything_but_a_spasm() -> None:
    """Whole and partial blinks, speech, a smile, a glance and a turn of the head."""
    script = CONTROL.script

    assert CONTROL.truth()["affected_side"] == "none"
    assert CONTROL.truth()["events"] == []
    assert {blink.complete for blink in script.blinks} == {True, False}
    assert all((script.speech, script.smiles, script.glances, script.turns))


def test_movements_of_a_sample_do_not_hide_each_other(sample: Sample) -> None:
    """Spasms and blinks are over before the next begins."""
    spans = sorted(
        [(one.course.start_s, one.end_s) for one in sample.script.spasms]
        + [(blink.course.start_s, blink.course.end_s) for blink in sample.script.blinks]
    )

    assert all(last[1] < following[0] for last, following in pairwise(spans))
    assert spans[-1][1] < sample.script.duration_s


def test_a_written_clip_reads_back(tmp_path: Path) -> None:
    """As many pictures, in order, at the rate that was asked, even an odd one."""
    levels = range(40, 220, 20)
    pictures = [np.full((48, 64, 3), level, np.uint8) for level in levels]

    write_clip(tmp_path / "clip.mp4", pictures, fps=30000 / 1001, crf=18)

    found = decoded(tmp_path / "clip.mp4")
    assert [time_s for time_s, _ in found] == pytest.approx(np.arange(9) * 1001 / 30000, abs=1e-4)
    assert [float(picture.mean()) for _, picture in found] == pytest.approx(list(levels), abs=2)
