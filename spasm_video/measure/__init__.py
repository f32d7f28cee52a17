"""From a saved track to medicine: pure functions, milliseconds."""

from spasm_video.measure.session import measure

__all__ = ["measure"]
