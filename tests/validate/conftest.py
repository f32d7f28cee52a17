"""Spasms and clips whose comparison can be worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spasm_video.anatomy import Region, Side
from spasm_video.records import AffectedSide, Estimate, Kind
from spasm_video.validate.comparison import Comparison
from spasm_video.validate.matching import match
from spasm_video.validate.spasms import Spasm

if TYPE_CHECKING:
    from collections.abc import Sequence


def a_spasm(onset_s: float, lasts_s: float = 0.2, side: Side = Side.LEFT, **more: Any) -> Spasm:
    """A left eyelid twitch of 2 mm unless ``more`` says otherwise."""
    mm = more.get("amplitude_mm", 2.0)
    usual: dict[str, Any] = {
        "kind": Kind.CLONIC, "regions": (Region.EYELID,), "amplitude_mm": mm,
        "region_mm": {Region.EYELID: mm}, "closure": 0.2, "peak_s": onset_s + lasts_s / 3,
    }  # fmt: skip
    return Spasm(onset_s=onset_s, offset_s=onset_s + lasts_s, side=side, **usual | more)


def a_clip(
    true: Sequence[Spasm] = (), found: Sequence[Spasm] = (), name: str = "clip", **more: Any
) -> Comparison:
    """A minute at 30 frames a second, face 300 px, matched; ``more`` fields of the record."""
    usual: dict[str, Any] = {
        "set_name": "spasms", "label": "", "usable_s": 60.0, "duration_s": 60.0, "fps": 30.0,
        "face_px": 300.0, "wrong_side": (), "ignored": (),
        "rate": Estimate(len(found), 0.5 * len(found), 2.0 * len(found) or math.nan),
        "affected_found": AffectedSide.LEFT, "affected_true": (AffectedSide.LEFT,),
    }  # fmt: skip
    pairs = match(true, found)
    return Comparison(name=name, true=tuple(true), found=tuple(found), pairs=pairs, **usual | more)
