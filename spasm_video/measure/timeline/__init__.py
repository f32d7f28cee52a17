"""From sessions at rest to a progression: pure functions, milliseconds."""

from spasm_video.measure.timeline.progression import timeline

__all__ = ["timeline"]
