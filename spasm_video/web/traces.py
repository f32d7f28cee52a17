"""
What the review page draws of a recording, kept beside its preview so that it is there at once.

Reading a track of ten minutes and finding all that happens in it takes more than a second;
the traces of it are a megabyte. They are drawn, and no number is made of them. The name of
the file holds the method: after another measurement they are read from the track again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasm_video.anatomy import NOSE_BRIDGE, REGIONS, SIDES

if TYPE_CHECKING:
    from spasm_video.history import Session
    from spasm_video.measure.summary import Findings

Traces = NDArray[np.float32]

_ROWS = 1 + len(REGIONS) * len(SIDES) + 4
_TRACK = "track.npz"


def traces_of(found: Findings) -> Traces:
    """
    (rows, n) little-endian: time_s, a row a region and side (left first), usable (0 or 1),
    then where the bridge of the nose is (across, down) and how wide a millimetre is, as
    fractions of the picture's width, down of its height. Missing is NaN.
    """
    moved, video = found.signals.displacement_mm, found.track.video
    n = len(moved)
    nose_px = found.track.landmarks(NOSE_BRIDGE)[:, 0]
    rows = np.vstack(
        [
            found.signals.time_s[None],
            moved.reshape(n, len(REGIONS) * len(SIDES)).T,
            found.quality.usable[None],
            nose_px[:, 0] / video.width_px,
            nose_px[:, 1] / video.height_px,
            1 / (found.head.mm_per_px * video.width_px),
        ]
    )
    return rows.astype("<f4")


def keep_traces(session: Session, found: Findings) -> None:
    """Write them beside the results of a session."""
    path = _path(session)
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(traces_of(found).tobytes())
    aside.replace(path)


def kept_traces(session: Session) -> Traces | None:
    """Those of a session's present method and track; None where they are not there."""
    path = _path(session)
    try:
        is_old = path.stat().st_mtime_ns < path.with_name(_TRACK).stat().st_mtime_ns
        values = np.fromfile(path, "<f4")
    except OSError:
        return None
    if is_old or path.is_symlink() or values.size == 0 or values.size % _ROWS:
        return None
    return values.reshape(_ROWS, -1)


def _path(session: Session) -> Path:
    return Path(session.folder) / f"traces-{session.method}.f4"
