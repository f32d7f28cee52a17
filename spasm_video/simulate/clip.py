"""Write simulated pictures as an H.264 file that any player opens."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spasm_video.simulate.arrays import Picture


def write_clip(path: Path, pictures: Iterable[Picture], *, fps: float, crf: int) -> None:
    """Encode ``pictures`` in order; ``crf`` is x264's, smaller is finer and larger."""
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": "slow", "threads": "1"}
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if index == 0:
                stream.width, stream.height = frame.width, frame.height
            frame.pts, frame.time_base = index, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
