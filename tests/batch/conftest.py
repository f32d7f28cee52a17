"""A short clip and its real results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spasm_video.params import AnalysisParams
from spasm_video.pipeline import analyze

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import FaceClips


@pytest.fixture(scope="session")
def clip(lasting_clips: FaceClips) -> Path:
    """A clip of a face, a second long."""
    return lasting_clips.write("face.mp4", lasting_clips.pictures[:30])


@pytest.fixture(scope="session")
def measured(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of that clip."""
    folder = tmp_path_factory.mktemp("measured") / "face"
    analyze(clip, folder, AnalysisParams())
    return folder
