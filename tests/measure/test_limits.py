"""What could not be measured is said in whole sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from spasm_video.anatomy import REGIONS, Region
from spasm_video.measure.limits import limits_in_words, why_not
from spasm_video.measure.pose import head_frame
from spasm_video.measure.quality import assess
from tests.measure.conftest import PARAMS, Scene, held_at, track_of


def said(duration_s: float = 12.0, video: dict[str, Any] | None = None, **scene: Any) -> list[str]:
    """Everything that is said of a recording."""
    track = track_of(Scene(**{"duration_s": duration_s, "px_per_mm": 3.0, **scene}))
    track = replace(track, video=replace(track.video, **(video or {})))
    head = head_frame(track)
    return list(limits_in_words(track, head, assess(track, head, PARAMS.quality), PARAMS))


SHORT = "12 s could be measured; a minute or more gives a narrower interval."


def test_a_good_minute_leaves_nothing_to_say() -> None:
    """Long, sharp, light and quick enough."""
    assert said(duration_s=61, fps=30) == []


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        ({"duration_s": 8.0}, "Only 8.0 s could be measured: too little to name a side or a rate."),
        ({"fps": 20.0},
         ("The camera gave 20 frames a second: rates are lower bounds, and twitches shorter than "
          "about a seventh of a second are missed.")),
        ({"fps": 12.0},
         "The camera gave 12 frames a second; below 15 twitches cannot be measured."),
        ({"lost_s": ((4.0, 7.0),)}, "In 25 % of the time no face was seen."),
        ({"yaw_deg": held_at(40, 4, 7)}, "In 25 % of the time the head was turned too far."),
        ({"closer": held_at(-0.9, 4, 7)}, "In 25 % of the time the face was too small."),
        ({"blurred_s": ((4.0, 7.0),)}, "In 25 % of the time the picture was blurred."),
        ({"dark_s": ((4.0, 7.0),)}, "In 25 % of the time the face was too dark."),
        ({"other_faces": held_at(2, 4, 7)},
         "Other faces were in view; the largest steady face was followed."),
        ({"px_per_mm": 1.0},
         ("The face is small in the picture (iris 12 pixels, 20 advised): movements below about "
          "0.7 mm are easily missed.")),
        ({"video": {"corrupt_after_s": 11.5}},
         "The file is damaged after 11.5 s; what could be read was measured."),
        ({"video": {"time_repairs": 10_000}},
         "The file has no time stamps: times are its header's guess."),
    ],
)  # fmt: skip
def test_each_limit_is_named(scene: dict[str, Any], sentence: str) -> None:
    """Alone, but for the length of what is left."""
    others = [words for words in said(**scene) if "could be measured;" not in words]
    if "12 frames" in sentence:
        others.remove("Only 0.0 s could be measured: too little to name a side or a rate.")
    if "Only 8.0" not in sentence:
        others = [words for words in others if not words.startswith("Only")]

    assert others == [sentence]


def test_what_is_rare_is_not_worth_saying() -> None:
    """A thirtieth of the time in the dark."""
    assert said(dark_s=((4.0, 4.4),)) == [SHORT]


def test_everything_at_once_is_whole_sentences() -> None:
    """Each begins with a capital, ends with a stop, and says nothing of an illness."""
    words = said(
        fps=20.0,
        px_per_mm=1.0,
        dark_s=((1, 2),),
        blurred_s=((2, 3),),
        lost_s=((3, 4),),
        yaw_deg=held_at(50, 4, 5),
        other_faces=held_at(1, 5, 9),
        video={"corrupt_after_s": 11.5, "time_repairs": 10_000},
    )

    assert len(words) == 10
    for sentence in words:
        assert re.fullmatch(r"[A-Z0-9].*[^.]\.", sentence)
        assert not re.search(r"nan|inf|diagnos|disease|treat", sentence.lower())


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_that_was_seen_can_be_assessed(region: Region) -> None:
    """No reason is an empty text."""
    assert why_not(region, 59.0, 60.0, PARAMS.summary) == ""


@pytest.mark.parametrize(
    ("region", "usable_s", "all_s", "words"),
    [
        (Region.CHEEK, 1.9, 5.0, "The cheek could not be followed for long enough."),
        (Region.MOUTH, 11.0, 60.0, "The mouth could not be followed for long enough."),
        (Region.NECK, 0.0, 60.0,
         "The neck was hidden, cut off by the picture, or its skin shows too little detail."),
        (Region.NECK, 0.5, 0.5, "There is too little usable time."),
        (Region.EYELID, 0.0, 0.0, "There is too little usable time."),
    ],
)  # fmt: skip
def test_why_a_region_is_not_assessed(
    region: Region, usable_s: float, all_s: float, words: str
) -> None:
    """Too little of it, or too little of everything."""
    assert why_not(region, usable_s, all_s, PARAMS.summary) == words


def test_an_empty_recording_is_said_to_be_empty() -> None:
    """No frame, one frame, no face: no warning, no NaN in the words."""
    nothing = "Only 0.0 s could be measured: too little to name a side or a rate."

    assert nothing in said(duration_s=0.0)
    assert nothing in said(duration_s=1 / 60)
    assert said(lost_s=((0, 99),)) == [nothing, "In 100 % of the time no face was seen."]
    assert np.isnan(head_frame(track_of(Scene(duration_s=1, lost_s=((0, 9),)))).mm_per_px).all()
