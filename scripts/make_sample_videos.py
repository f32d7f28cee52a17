"""
Draw the sample videos and their truth files.

    python scripts/make_sample_videos.py [NAME...] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from spasm_video.simulate.clip import write_clip
from spasm_video.simulate.samples import SAMPLES, Sample

_CRF = 23
_FOLDER = Path(__file__).resolve().parents[1] / "sample_videos"


def main() -> None:
    """Draw the samples that are named, or all of them."""
    parser = argparse.ArgumentParser(description="Draw the sample videos and their truth files.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which samples; all without one")
    parser.add_argument("--out", type=Path, default=_FOLDER, help="the folder to write into")
    given = parser.parse_args()
    unknown = set(given.names) - {sample.name for sample in SAMPLES}
    if unknown:
        parser.error(f"no sample is called {sorted(unknown)}")
    given.out.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        if not given.names or sample.name in given.names:
            make(sample, given.out)


def make(sample: Sample, folder: Path) -> None:
    """Draw one sample into ``folder``."""
    portrait = sample.portrait()
    clip = folder / f"{sample.name}.mp4"
    write_clip(clip, sample.pictures(portrait), fps=sample.script.fps, crf=_CRF)
    plain = json.dumps(sample.truth(), indent=1) + "\n"
    clip.with_suffix(".truth.json").write_text(plain, encoding="utf-8")
    print(f"{clip}: {clip.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
