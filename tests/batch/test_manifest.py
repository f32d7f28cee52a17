"""A manifest: every row is right before anything runs, and what is wrong is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from spasm_video.batch.manifest import Visit, read_manifest
from spasm_video.batch.tables import reserved_columns
from spasm_video.errors import ManifestError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that are called as videos are."""
    for name in ("a.mp4", "b.MOV"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A manifest."""
    path = folder / "trial.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_row_is_a_visit(folder: Path) -> None:
    """With its part of the video, its line, and the columns that only pass through."""
    text = (
        "Subject, visit,date,segment,video,mirrored,start_s,end_s,site\n"
        "P1,week 12,2026-03-02,rest,a.mp4,yes,2.5,10,Ulm\n"
    )

    (visit,) = read_manifest(write(folder, text))

    assert visit == Visit(
        line=2, subject="P1", visit="week 12", date="2026-03-02", segment="rest", video="a.mp4",
        path=folder / "a.mp4", mirrored=True, start_s=2.5, end_s=10.0, more=(("site", "Ulm"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("video\na.mp4\n\nb.MOV\n", "utf-8"),
        ("subject;video\r\nÄ;a.mp4\r\nÖ;b.MOV\r\n", "utf-8-sig"),
    ],
)
def test_a_table_of_any_spreadsheet_is_read(folder: Path, text: str, encoding: str) -> None:
    """Semicolons, a byte order mark, other line ends, empty lines."""
    visits = read_manifest(write(folder, text, encoding))

    assert [visit.path.name for visit in visits] == ["a.mp4", "b.MOV"]


def test_parquet_says_what_csv_says(folder: Path) -> None:
    """Times, truths and missing cells come as values there."""
    table = pd.DataFrame(
        {
            "video": ["a.mp4", "b.MOV"],
            "mirrored": [True, False],
            "start_s": [1.0, None],
            "date": pd.to_datetime(["2026-03-02", "2026-03-03"]),
        }
    )
    table.to_parquet(folder / "trial.parquet")

    first, second = read_manifest(folder / "trial.parquet")

    assert (first.mirrored, first.start_s, first.date) == (True, 1.0, "2026-03-02")
    assert (second.mirrored, second.start_s, second.date) == (False, None, "2026-03-03")


def test_a_folder_is_its_videos(folder: Path) -> None:
    """In the order of their names, with those further down; other files are passed over."""
    (folder / "deeper").mkdir()
    (folder / "deeper" / "c.webm").touch()
    (folder / "notes.txt").touch()

    visits = read_manifest(folder)

    assert [visit.video for visit in visits] == ["a.mp4", "b.MOV", "deeper/c.webm"]


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    """Each mistake with its line and what to write instead, before anything runs."""
    text = (
        "video,mirrored,start_s,end_s,date\n"
        "a.mp4,maybe,,,\n"
        "c.mp4,,,,02.03.2026\n"
        "b.MOV,,5,4,\n"
        ",,1,,\n"
        "b.MOV,,-1,,\n"
        "a.mp4,,,,\n"
        "a.mp4,,,,\n"
    )

    with pytest.raises(ManifestError) as error:
        read_manifest(write(folder, text))

    told = error.value.problem
    assert told.startswith("trial.csv has 7 mistakes:\n")
    for line, words in (
        (2, "mirrored 'maybe' is neither yes nor no. Write yes or no."),
        (3, "date '02.03.2026' is not a date. Write it as 2026-03-02."),
        (3, f"there is no file c.mp4. Write its name as seen from {folder}."),
        (4, "end_s 4 is not after start_s. Write a later end."),
        (5, "there is no video. Write its file name."),
        (6, "start_s '-1' is not a time. Write seconds from the start, as 12.5."),
        (8, "it repeats line 7. Delete one of them."),
    ):
        assert f"line {line}: {words}" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no rows"),
        ("video\n", "has no rows"),
        ("file,subject\na.mp4,P1\n", "has no column video; it has: file, subject"),
        ("video,spasms_per_min\na.mp4,3\n", "results are written to: spasms_per_min"),
        ("video\na.mp4,too,many\n", "line 2 has 3 cells under 1 names"),
        ('video\n"a.mp4\n', "cannot be read as a table"),
    ],
)
def test_a_table_that_is_none_is_told(folder: Path, text: str, told: str) -> None:
    """One line says what is wrong with it."""
    with pytest.raises(ManifestError, match=told):
        read_manifest(write(folder, text), reserved_columns())


@pytest.mark.parametrize("name", ["gone.csv", "empty"])
def test_a_manifest_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    """Nor is a folder without a video a batch."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(ManifestError, match="There is no"):
        read_manifest(tmp_path / name)
