"""Truth files: what they may say, and how plainly an error in one is told."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.anatomy import SIDES, Region, Side
from spasm_video.errors import InputError
from spasm_video.records import AffectedSide
from spasm_video.validate.truth import read_truth, truth_of
from tests.conftest import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

EVENT: dict[str, Any] = {
    "onset_s": 1.0, "offset_s": 1.3, "peak_s": 1.1, "side": "left", "regions": "eyelid+cheek",
    "kind": "clonic", "amplitude_mm": {"eyelid": 3.0, "cheek": 1.2}, "max_mm": 3.0,
    "eyelid_closure": 0.4,
}  # fmt: skip


def plain(**changed: Any) -> dict[str, Any]:
    """A truth with one event that is changed."""
    return {"affected_side": "left", "events": [EVENT | changed]}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.truth.json")), ids=lambda p: p.name)
def test_the_truth_of_every_sample_video_is_read(path: Path) -> None:
    """As many events as the file has, and two eyes for each of its blinks."""
    told = json.loads(path.read_text(encoding="utf-8"))
    truth = read_truth(path)

    assert len(truth.spasms) == len(told["events"])
    assert truth.blinks is not None
    assert len(truth.blinks) == 2 * len(told["blinks"])
    assert truth.duration_s == told["duration_s"]


def test_what_is_not_known_may_be_null_or_left_out() -> None:
    """Sizes, peak and closure become NaN; blinks that were not labelled are None."""
    nothing = dict.fromkeys(("amplitude_mm", "max_mm", "eyelid_closure", "peak_s"))
    truth = truth_of(plain(**nothing), "clip")
    (spasm,) = truth.spasms

    assert spasm.region_mm == {}
    assert all(math.isnan(x) for x in (spasm.amplitude_mm, spasm.closure, spasm.peak_s))
    assert spasm.regions == (Region.EYELID, Region.CHEEK)
    assert truth.blinks is None
    assert math.isnan(truth.duration_s)


def test_a_blink_is_of_both_eyes_unless_it_names_one() -> None:
    """And several affected sides may be right."""
    span = {"onset_s": 2.0, "offset_s": 2.2}
    truth = truth_of(
        {
            "affected_side": ["right", "undetermined"], "events": [],
            "blinks": [span, span | {"side": "left"}], "ignore": [span],
        },
        "clip",
    )  # fmt: skip

    assert truth.blinks is not None
    assert [b.side for b in truth.blinks] == [*SIDES, Side.LEFT]
    assert truth.affected_sides == (AffectedSide.RIGHT, AffectedSide.UNDETERMINED)
    assert truth.ignored_s == ((2.0, 2.2),)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ([], "the file must be an object"),
        ({"events": []}, "affected_side is missing"),
        ({"affected_side": "up", "events": []}, "affected_side must be one of left"),
        ({"affected_side": "left", "events": {}}, "events must be a list"),
        (plain(onset_s="1"), r"events\[0\].onset_s must be a number, not '1'"),
        (plain(offset_s=0.5), r"events\[0\].offset_s lies before onset_s"),
        (plain(side="Left"), r"events\[0\].side must be one of left, right"),
        (plain(regions="eyelid+chin"), r"events\[0\].regions must be one of eyelid"),
        (plain(kind=None), r"events\[0\].kind must be one of clonic, tonic"),
        (plain(amplitude_mm={"chin": 1}), r"events\[0\].amplitude_mm.chin is no region"),
        (plain(amplitude_mm={"cheek": "1"}), r"events\[0\].amplitude_mm.cheek must be a number"),
        (plain(max_mm=float("inf")), r"events\[0\].max_mm must be finite"),
    ],
)
def test_an_error_names_the_file_and_the_key(tmp_path: Path, told: Any, place: str) -> None:
    """One line, with what it should be."""
    path = tmp_path / "visit.truth.json"
    path.write_text(json.dumps(told), encoding="utf-8")

    with pytest.raises(InputError, match=rf"visit.truth.json: {place}"):
        read_truth(path)


def test_a_file_that_is_missing_or_no_json_is_told(tmp_path: Path) -> None:
    """Without a traceback."""
    path = tmp_path / "visit.truth.json"
    with pytest.raises(InputError, match="cannot be read"):
        read_truth(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"visit.truth.json is not JSON"):
        read_truth(path)
