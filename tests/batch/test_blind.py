"""A pack for blinded reading: coded, shuffled, some twice, and nothing in it that tells."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from spasm_video.batch.blind import Pack, encode, write_pack
from spasm_video.batch.clip import Clip, write_clip
from spasm_video.batch.local import LocalEngine
from spasm_video.batch.manifest import Visit
from spasm_video.errors import InputError, OutputError
from spasm_video.video.file import VideoFile

VISITS = tuple(
    Visit(line=n, video=f"{n}.mp4", path=Path(f"{n}.mp4"), subject=f"P{n // 2}", visit=f"week {n}")
    for n in range(2, 42)
)


def rows_of(path: Path) -> list[dict[str, str]]:
    """A table as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pack(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack of three visits, one of which cannot be read."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "bad.mp4").write_bytes(b"no video")
    visits = [
        Visit(line=2, video="face.mp4", path=clip, subject="P1", visit="before"),
        Visit(line=3, video="face.mp4", path=clip, subject="P1", visit="after", end_s=0.4),
        Visit(line=4, video="bad.mp4", path=folder / "bad.mp4", subject="P2"),
    ]
    return write_pack(visits, folder / "out", LocalEngine(1, 60), duplicates=0.2, seed=5)


def test_every_visit_is_read_once_and_some_twice() -> None:
    """15 % of forty are six; each copy names its original and is of the same visit."""
    coded = encode(VISITS, 0.15, seed=1)
    by_code = {one.code: one for one in coded}
    copies = [one for one in coded if one.copy_of]

    assert len(by_code) == len(coded) == 46
    assert len(copies) == 6
    assert {one.visit.line for one in coded if not one.copy_of} == {v.line for v in VISITS}
    assert all(by_code[one.copy_of].visit == one.visit for one in copies)
    assert all(by_code[one.copy_of].crf != one.crf for one in copies)


def test_the_order_tells_nothing_of_the_visits() -> None:
    """Shuffled, a copy far from its original; the same seed gives the same pack."""
    coded = encode(VISITS, 0.15, seed=1)
    at = {one.code: place for place, one in enumerate(coded)}
    lines = [one.visit.line for one in coded if not one.copy_of]

    assert abs(np.corrcoef(lines, np.arange(len(lines)))[0, 1]) < 0.4
    assert min(abs(at[one.code] - at[one.copy_of]) for one in coded if one.copy_of) >= 5
    assert encode(VISITS, 0.15, seed=1) == coded
    assert encode(VISITS, 0.15, seed=2) != coded


@pytest.mark.parametrize("duplicates", [0.05, 0.25])
def test_too_few_or_many_copies_are_refused(tmp_path: Path, duplicates: float) -> None:
    """10 to 20 % tell a rater's own agreement without tiring them."""
    with pytest.raises(InputError, match="cannot be shown twice"):
        write_pack(VISITS, tmp_path / "out", LocalEngine(1, 60), duplicates=duplicates)


def test_what_raters_get_does_not_say_whose_it_is(pack: Pack) -> None:
    """Codes alone: no subject, visit, file name or time of the clock; the key lies elsewhere."""
    raters = pack.folder / "for_raters"
    form = rows_of(raters / "ratings.csv")
    clips = sorted((raters / "clips").iterdir())

    assert [path.stem for path in clips] == sorted(row["code"] for row in form)
    assert len({path.stat().st_mtime for path in clips}) == 1
    assert len({path.read_bytes() for path in clips}) == len(clips)
    told = (raters / "ratings.csv").read_text() + " ".join(path.name for path in clips)
    assert not any(word in told for word in ("P1", "P2", "face", "before", "after"))
    with av.open(str(clips[0])) as video:
        assert not {"title", "comment", "creation_time", "location"} & set(video.metadata)
        assert not video.streams.audio


def test_the_key_opens_the_pack_and_its_hash_is_public(pack: Pack) -> None:
    """It has every clip with its visit; what could not be read is in it with the reason."""
    key = pack.folder / "sealed" / "key.csv"
    rows = rows_of(key)

    assert (pack.folder / "for_raters" / "key_sha256.txt").read_text().split()[0] == (
        hashlib.sha256(key.read_bytes()).hexdigest()
    )
    assert len({row["nonce"] for row in rows}) == len(rows)
    bad = [row for row in rows if row["problem"]]
    assert {row["video"] for row in bad} == {"bad.mp4"}
    assert {row["code"] for row in bad} == set(pack.failed)
    form = rows_of(pack.folder / "for_raters" / "ratings.csv")
    assert {row["code"] for row in rows} - set(pack.failed) == {row["code"] for row in form}


def test_a_pack_is_never_written_over(pack: Pack) -> None:
    """Ratings may lie in it."""
    with pytest.raises(OutputError, match="holds a pack"):
        write_pack(VISITS, pack.folder, LocalEngine(1, 60))


def test_a_clip_keeps_the_times_and_the_part(clip: Path, tmp_path: Path) -> None:
    """The selected frames, each at its own time, from zero on."""
    task = Clip(clip, tmp_path / "a.mp4", 0.2, 0.6, mirrored=False, crf=18)

    assert write_clip(task) == ""

    cut = [frame.time_s for frame in VideoFile(tmp_path / "a.mp4")]
    original = [frame.time_s for frame in VideoFile(clip, 0.2, 0.6)]
    assert cut == pytest.approx(np.array(original) - original[0], abs=1e-4)


def test_a_mirrored_video_is_shown_as_it_was(clip: Path, tmp_path: Path) -> None:
    """So that raters name the patient's own side."""
    plain = Clip(clip, tmp_path / "plain.mp4", None, 0.1, mirrored=False, crf=17)
    mirrored = replace(plain, out=tmp_path / "mirrored.mp4", mirrored=True)
    write_clip(plain)
    write_clip(mirrored)

    one, other = (
        next(iter(VideoFile(task.out))).image_rgb.astype(float) for task in (plain, mirrored)
    )
    assert np.abs(one - other[:, ::-1]).mean() < 2  # grey levels
    assert np.abs(one - other).mean() > 10
