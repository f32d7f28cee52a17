"""
Which result is which: a key of all that decides its bytes, and a folder named by it.

The key is a hash of the video's bytes and name, the part that is looked at, every
parameter, every network, the runtime, the labels on the page and the version of the package.
A folder of that key holds that result or none, so a batch that was cut off goes on.
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from spasm_video import __version__
from spasm_video.observe.backends import DEFAULT_BACKEND
from spasm_video.observe.weights import manifest as networks
from spasm_video.params import AnalysisParams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from spasm_video.batch.manifest import Visit

_KEY_DIGITS = 16  # 64 bits: two of a million results meet once in 37 million batches
_LONGEST_NAME = 60
_READERS = 4  # hashing waits for the disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How all videos of a batch are measured."""

    params: AnalysisParams = field(default_factory=AnalysisParams)
    quality: Literal["standard", "high"] = "standard"
    backend: str = DEFAULT_BACKEND


@dataclass(frozen=True, slots=True)
class Job:
    """A visit with its key; ``sha256`` is empty where the video could not be read."""

    visit: Visit
    sha256: str
    key: str

    @property
    def name(self) -> str:
        """Of its folder: what it is for a reader, then the key."""
        v = self.visit
        told = [v.subject, v.visit, v.segment] if v.subject or v.visit else [Path(v.video).stem]
        plain = re.sub(r"[^\w.-]+", "-", "_".join(part for part in told if part), flags=re.ASCII)
        return f"{plain.strip('.-_')[:_LONGEST_NAME] or 'video'}-{self.key}"

    @property
    def labels(self) -> dict[str, str]:
        """What the page of the video shows under its title."""
        visit = " · ".join(part for part in (self.visit.visit, self.visit.segment) if part)
        told = {"Subject": self.visit.subject, "Session": visit, "Date": self.visit.date}
        return {name: text for name, text in told.items() if text}


def plan(
    visits: Iterable[Visit],
    settings: Settings,
    on_hashed: Callable[[], None] | None = None,
) -> tuple[Job, ...]:
    """Read every video once and give each visit its key; the order is kept."""
    visits = tuple(visits)
    made_with = method(settings)
    with ThreadPoolExecutor(_READERS) as pool:
        hashes: dict[Path, str] = {}
        paths = tuple(dict.fromkeys(visit.path for visit in visits))
        for path, sha256 in zip(paths, pool.map(video_hash, paths), strict=True):
            hashes[path] = sha256
            if on_hashed is not None:
                on_hashed()
    return tuple(_job(visit, hashes[visit.path], made_with) for visit in visits)


def method(settings: Settings) -> dict[str, object]:
    """All that decides a result beside the video and the row."""
    return {
        "package_version": __version__,
        "params": asdict(settings.params),
        "quality": settings.quality,
        "backend": f"{settings.backend} {metadata.version(settings.backend)}",
        "networks": {
            name: [model.sha256, model.source_sha256] for name, model in networks().items()
        },
    }


def video_hash(path: Path) -> str:
    """The sha256 of a file; empty where it cannot be read, which its measurement will tell."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _job(visit: Visit, sha256: str, made_with: dict[str, object]) -> Job:
    job = Job(visit, sha256, "")
    deciding = {
        "method": made_with,
        "sha256": sha256,
        "file_name": visit.path.name,
        "mirrored": visit.mirrored,
        "start_s": visit.start_s,
        "end_s": visit.end_s,
        "labels": job.labels,
    }
    text = json.dumps(deciding, sort_keys=True)
    return Job(visit, sha256, hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS])
