"""Results appear whole or not at all, and nothing of anyone else is touched."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from spasm_video.errors import OutputError, VideoError
from spasm_video.pipeline.folder import RESULT_FILES, results_folder

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path, word: str) -> None:
    """Write all results, told apart by a word."""
    for name in RESULT_FILES:
        (folder / name).write_text(word)
    (folder / "run.json").write_text(json.dumps({"package_version": word}))


def begin(folder: Path, error: BaseException) -> None:
    """Write one file and fail."""
    with results_folder(folder) as aside:
        (aside / "events.csv").write_text("half")
        raise error


def listed(folder: Path) -> list[str]:
    """All that lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    """Until then there is none of its name; its parents are made."""
    folder = tmp_path / "visits" / "clip_spasm"
    with results_folder(folder) as aside:
        fill(aside, "new")
        assert not folder.exists()

    assert listed(folder) == sorted(RESULT_FILES)
    assert listed(folder.parent) == ["clip_spasm"]


@pytest.mark.parametrize("error", [VideoError("It broke.", "Mend it."), KeyboardInterrupt()])
def test_a_failure_leaves_no_trace(tmp_path: Path, error: BaseException) -> None:
    """Not even the parents that were made for it."""
    with pytest.raises(type(error)):
        begin(tmp_path / "a" / "b", error)

    assert listed(tmp_path) == []


def test_a_failure_keeps_the_results_of_before(tmp_path: Path) -> None:
    """Old results are replaced only by complete ones."""
    fill(tmp_path, "old")
    with pytest.raises(VideoError):
        begin(tmp_path, VideoError("It broke.", "Mend it."))

    assert listed(tmp_path) == sorted(RESULT_FILES)
    assert (tmp_path / "events.csv").read_text() == "old"


def test_results_of_before_are_replaced(tmp_path: Path) -> None:
    """All of them."""
    fill(tmp_path, "old")
    with results_folder(tmp_path) as aside:
        fill(aside, "new")

    assert listed(tmp_path) == sorted(RESULT_FILES)
    assert all("new" in (tmp_path / name).read_text() for name in RESULT_FILES)


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    """A log that another program is writing goes on in the same file."""
    with (tmp_path / "_stdout.txt").open("w") as log:
        with results_folder(tmp_path) as aside:
            fill(aside, "new")
        log.write("done")

    assert (tmp_path / "_stdout.txt").read_text() == "done"
    assert listed(tmp_path) == sorted([*RESULT_FILES, "_stdout.txt"])


@pytest.mark.parametrize("run", [None, "{}", "[1]", "no json"])
def test_a_file_of_the_same_name_that_is_not_ours_is_refused(
    tmp_path: Path, run: str | None
) -> None:
    """Somebody's own summary is worth more than ours; a run.json of ours tells them apart."""
    (tmp_path / "summary.json").write_text("mine")
    if run is not None:
        (tmp_path / "run.json").write_text(run)

    with pytest.raises(OutputError, match=r"holds a .* that no analysis wrote"):
        begin(tmp_path, AssertionError("It was begun."))

    assert (tmp_path / "summary.json").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """It stays."""
    (tmp_path / "results").write_text("a file")

    with pytest.raises(OutputError, match="is a file, not a folder"):
        begin(tmp_path / "results", AssertionError("It was begun."))

    assert (tmp_path / "results").read_text() == "a file"


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    """With the reason of the system and a way out."""
    with pytest.raises(OutputError, match="No space left on device") as caught:
        begin(tmp_path / "results", OSError(errno.ENOSPC, "No space left on device"))

    assert "--out" in caught.value.remedy
    assert listed(tmp_path) == []


def test_a_name_that_no_folder_can_have_is_told(tmp_path: Path) -> None:
    """As any other refusal of the system."""
    with pytest.raises(OutputError, match="cannot be written"):
        begin(tmp_path / (300 * "x"), AssertionError("It was begun."))
