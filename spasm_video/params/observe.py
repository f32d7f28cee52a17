"""The numbers of observing: how the face is found and its skin is tracked."""

from __future__ import annotations

from dataclasses import dataclass

from spasm_video.params.declaration import param


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveParams:
    """How the face is found and its skin is tracked."""

    detector_score: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is detected"
    )
    minimum_presence: float = param(
        0.5, unit="0-1", high=1, source="MediaPipe Face Landmarker", about="a face is followed"
    )
    sure_score: float = param(
        0.7, unit="0-1", high=1, source="design", about="a detection elsewhere ends the following"
    )
    look_again_s: float = param(
        0.5, unit="s", source="design: 1 ms every half second", about="other faces are counted"
    )
    crops: int = param(
        1,
        unit="count",
        low=1,
        high=4,
        source="--quality high takes 4",
        about="slightly moved crops averaged for the face points",
    )
