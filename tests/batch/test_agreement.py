"""Agreement of ratings: published values, copies apart, and nothing made of missing cells."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spasm_video.batch.agreement import Agreement, agreements, read_ratings, video_readings
from spasm_video.batch.blind import FORM, KEY
from spasm_video.batch.concordance import icc, rank_correlation, weighted_kappa
from spasm_video.batch.tables import score_columns
from spasm_video.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
)
CLIPS = [f"C{n}" for n in range(12)]  # the last two are copies of the first two
GRADES = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, object]]) -> Path:
    """A table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The key of ten clips and two copies."""
    rows: list[dict[str, object]] = [
        {"code": code, "line": 2 + n % 10, "video": f"{n % 10}.mp4", "video_sha256": f"{n % 10}",
         "copy_of": f"C{n - 10}" if n >= 10 else ""}
        for n, code in enumerate(CLIPS)
    ]  # fmt: skip
    return write(tmp_path / "key.csv", KEY, rows)


def form(tmp_path: Path, rater: str, grades: list[int | str], **more: str) -> Path:
    """A filled form, of one grade a clip; ``more`` in every row."""
    rows: list[dict[str, object]] = [
        {"code": code, "rater": rater, "severity_0_4": grade, **more}
        for code, grade in zip(CLIPS, grades, strict=True)
    ]
    return write(tmp_path / f"{rater}.csv", FORM, rows)


def of(found: list[Agreement], who: str, item: str, statistic: str) -> Agreement:
    """The one number."""
    (one,) = [a for a in found if (a.who, a.item, a.statistic) == (who, item, statistic)]
    return one


def test_icc_is_that_of_shrout_and_fleiss() -> None:
    """Their table of six targets and four judges: ICC(2,1) 0.29, 95 % interval 0.02 to 0.76."""
    found = icc(SHROUT_FLEISS)

    assert found.value == pytest.approx(0.290, abs=0.001)
    assert (found.low, found.high) == pytest.approx((0.02, 0.76), abs=0.01)


def test_weighted_kappa_is_one_less_the_squared_distance_over_that_of_chance() -> None:
    """By its definition, and higher for a miss by one grade than for a miss by two."""
    a = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 4.0])
    near, far = a.copy(), a.copy()
    near[0], far[0] = 1, 2

    found = weighted_kappa(a, near, is_ordered=True)

    chance = np.mean((a[:, None] - near[None]) ** 2)
    assert found.value == pytest.approx(1 - np.mean((a - near) ** 2) / chance, abs=1e-9)
    assert found.low < found.value < found.high <= 1
    assert weighted_kappa(a, far, is_ordered=True).value < found.value


def test_kappa_of_names_takes_no_distance_between_them() -> None:
    """Two by two, Cohen's example: (0.7 - 0.5) / (1 - 0.5)."""
    a = np.repeat([1.0, 1, 2, 2], [35, 15, 15, 35])
    b = np.repeat([1.0, 2, 1, 2], [35, 15, 15, 35])

    assert weighted_kappa(a, b, is_ordered=False).value == pytest.approx(0.4, abs=1e-9)


def test_where_nothing_can_be_told_nothing_is() -> None:
    """Too few clips, or one and the same answer everywhere: unknown, without a warning."""
    same = np.ones(20)

    assert math.isnan(icc(np.ones((20, 2))).value)
    assert math.isnan(icc(SHROUT_FLEISS[:4]).value)
    assert math.isnan(weighted_kappa(same, same, is_ordered=True).value)
    assert math.isnan(rank_correlation(same, np.arange(20.0)).value)


def test_raters_with_each_other_and_with_themselves(tmp_path: Path, key: Path) -> None:
    """Who agrees has one; a copy counts for a rater's own agreement and for nothing else."""
    anna = form(tmp_path, "anna", [*GRADES])
    ben = form(tmp_path, "ben", [*GRADES[:10], 4, 4])  # only the copies differ

    ratings, _ = read_ratings([anna, ben], key)
    found = list(agreements(ratings))

    both = of(found, "anna with ben", "severity_0_4", "weighted kappa")
    assert (both.estimate.value, both.clips) == (1.0, 10)
    assert of(found, "all raters", "severity_0_4", "ICC(2,1)").estimate.value == pytest.approx(1)
    assert of(found, "ben with themselves", "severity_0_4", "ICC(2,1)").clips == 2


def test_what_is_not_assessable_is_missing(tmp_path: Path, key: Path) -> None:
    """An empty cell and a clip that cannot be judged leave the clip out, and are never zero."""
    anna = form(tmp_path, "anna", [*GRADES])
    ben = form(tmp_path, "ben", ["", *GRADES[1:]])
    eva = form(tmp_path, "eva", [*GRADES], not_assessable="yes")

    ratings, _ = read_ratings([anna, ben, eva], key)
    found = list(agreements(ratings))

    both = of(found, "anna with ben", "severity_0_4", "weighted kappa")
    assert (both.estimate.value, both.clips) == (1.0, 9)
    assert of(found, "anna with eva", "severity_0_4", "weighted kappa").clips == 0


def test_raters_with_the_video(tmp_path: Path, key: Path) -> None:
    """Its rate in the order of their grades, its side and its regions as theirs."""
    columns = ("line", "video", *score_columns())
    rows: list[dict[str, object]] = [
        {"line": 2 + n, "video": f"{n}.mp4", "video_sha256": str(n), "status": "done",
         "spasms_per_min": 3.0 * GRADES[n] + 0.1 * n, "events": n, "affected_side": "left",
         "other_babinski_events": 0, "eyelid_left_spasms_per_min": 1.0,
         "eyelid_left_events": n % 2, "eyelid_right_events": 0}
        for n in range(10)
    ]  # fmt: skip
    scores = write(tmp_path / "scores.csv", columns, rows)
    lids = [{"code": code, "eyelid": "yes" if n % 2 else "no"} for n, code in enumerate(CLIPS)]
    anna = form(tmp_path, "anna", [*GRADES])
    ben = write(tmp_path / "ben.csv", FORM, [{**row, "rater": "ben"} for row in lids])

    ratings, known = read_ratings([anna, ben], key)
    found = list(agreements(ratings, video_readings(known, scores)))

    rank = of(found, "mean of raters with the video’s spasms a minute", "severity_0_4",
              "Spearman rho")  # fmt: skip
    assert rank.estimate.value > 0.95
    assert rank.clips == 10
    assert of(found, "ben with the video", "eyelid", "kappa").estimate.value == pytest.approx(1)
    assert "mouth" not in {one.item for one in found}  # nobody rated it


def test_scores_of_other_videos_are_refused(tmp_path: Path, key: Path) -> None:
    """A clip that was made of another file than was measured would compare two people."""
    rows: list[dict[str, object]] = [{"line": 2, "video": "0.mp4", "video_sha256": "other"}]
    scores = write(tmp_path / "scores.csv", ("line", "video", *score_columns()), rows)
    _, known = read_ratings([form(tmp_path, "anna", [*GRADES])], key)

    with pytest.raises(InputError, match="no row for clip C0"):
        video_readings(known, scores)


def test_cells_that_are_no_rating_are_told_all_at_once(tmp_path: Path, key: Path) -> None:
    """With file, line and what was expected."""
    rows: list[dict[str, object]] = [
        {"code": "C0", "severity_0_4": "5"},
        {"code": "C1", "side": "links"},
        {"code": "C2", "eyelid": "perhaps"},
        {"code": "XX", "severity_0_4": "1"},
    ]

    with pytest.raises(InputError) as error:
        read_ratings([write(tmp_path / "anna.csv", FORM, rows)], key)

    for words in (
        "anna.csv line 2: severity_0_4 '5' is not a whole grade from 0 to 4",
        "anna.csv line 3: side 'links' is none of none, left",
        "anna.csv line 4: 'perhaps' is neither yes nor no",
        "anna.csv line 5: the key has no clip XX",
    ):
        assert words in error.value.problem


def test_empty_forms_are_no_ratings(tmp_path: Path, key: Path) -> None:
    """As they come in the pack."""
    with pytest.raises(InputError, match="no form is filled in"):
        read_ratings([form(tmp_path, "", [""] * 12)], key)
