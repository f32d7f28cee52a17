"""spasm_video measures hemifacial spasm from video."""

__version__ = "0.3.0"
