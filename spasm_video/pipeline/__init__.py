"""Observe, then measure, then write: the whole job, for a video or for its saved track."""

from __future__ import annotations

from spasm_video.pipeline.analysis import analyze
from spasm_video.pipeline.annotation import Annotation
from spasm_video.pipeline.observation import ObserveOptions, Progress, observe_video

__all__ = ["Annotation", "ObserveOptions", "Progress", "analyze", "observe_video"]
