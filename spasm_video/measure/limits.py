"""
What could not be measured, and why, in whole sentences.

They are printed as they stand; nothing here diagnoses or advises treatment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spasm_video.anatomy import IRIS_DIAMETER_MM, Region
from spasm_video.dsp.robust import quantile
from spasm_video.measure.quality import frame_rate
from spasm_video.records import FaceTrack, HeadFrame, Quality, QualityFlag

if TYPE_CHECKING:
    from spasm_video.params import MeasureParams, SummaryParams

_LEAST_REGION_S = 2.0
_LEAST_REGION_SHARE = 0.2
_WORTH_SAYING = 0.05  # of the time

_FLAG_WORDS = {
    QualityFlag.NO_FACE: "no face was seen",
    QualityFlag.TURNED: "the head was turned too far",
    QualityFlag.TOO_SMALL: "the face was too small",
    QualityFlag.BLURRED: "the picture was blurred",
    QualityFlag.DARK: "the face was too dark",
}


def why_not(region: Region, usable_s: float, all_usable_s: float, params: SummaryParams) -> str:
    """Why a region cannot be assessed, as a sentence; empty when it can."""
    if all_usable_s < params.enough_usable_s / 10:
        return "There is too little usable time."
    if usable_s < _LEAST_REGION_S or usable_s < _LEAST_REGION_SHARE * all_usable_s:
        if region is Region.NECK:
            return (
                "The neck was hidden, cut off by the picture, or its skin shows too little detail."
            )
        return f"The {region} could not be followed for long enough."
    return ""


def limits_in_words(
    track: FaceTrack, head: HeadFrame, quality: Quality, params: MeasureParams
) -> tuple[str, ...]:
    """Everything a reader must know before believing the numbers; may be empty."""
    said = [*_about_camera(track, quality, params), *_about_time(quality, params)]
    total_s = float(quality.frame_s.sum())
    for flag, words in _FLAG_WORDS.items():
        share = quality.seconds(flag) / total_s if total_s else 0.0
        if share > _WORTH_SAYING:
            said.append(f"In {100 * share:.0f} % of the time {words}.")
    if quality.seconds(QualityFlag.OTHER_FACES) > _WORTH_SAYING * total_s:
        said.append("Other faces were in view; the largest steady face was followed.")
    iris_px = IRIS_DIAMETER_MM / quantile(head.mm_per_px, 0.5)
    if np.isfinite(iris_px) and iris_px < params.quality.good_iris_px:
        said.append(
            f"The face is small in the picture (iris {iris_px:.0f} pixels, "
            f"{params.quality.good_iris_px:.0f} advised): movements below about "
            f"{8 / iris_px:.1f} mm are easily missed."
        )
    return tuple(said)


def _about_camera(track: FaceTrack, quality: Quality, params: MeasureParams) -> list[str]:
    said = []
    fps = frame_rate(track.time_s)
    if quality.seconds(QualityFlag.SLOW_CAMERA):
        said.append(
            f"The camera gave {fps:.0f} frames a second; below "
            f"{params.quality.slowest_fps:.0f} twitches cannot be measured."
        )
    elif fps < params.quality.good_fps:
        said.append(
            f"The camera gave {fps:.0f} frames a second: rates are lower bounds, "
            "and twitches shorter than about a seventh of a second are missed."
        )
    if np.isfinite(track.video.corrupt_after_s):
        said.append(
            f"The file is damaged after {track.video.corrupt_after_s:.1f} s; "
            "what could be read was measured."
        )
    if track.video.time_repairs and track.video.time_repairs >= len(track.time_s) - 1:
        said.append("The file has no time stamps: times are its header's guess.")
    return said


def _about_time(quality: Quality, params: MeasureParams) -> list[str]:
    usable_s = quality.usable_s
    if usable_s < params.summary.enough_usable_s:
        return [f"Only {usable_s:.1f} s could be measured: too little to name a side or a rate."]
    if usable_s < params.summary.advised_usable_s:
        return [f"{usable_s:.0f} s could be measured; a minute or more gives a narrower interval."]
    return []
