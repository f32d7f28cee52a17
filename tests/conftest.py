"""What many tests share: one profile of hypothesis, the same on every machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same everywhere")
