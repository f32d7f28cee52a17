"""Subjects, sessions, treatments and ratings at rest: in a file of one's own, or on a server."""

from spasm_video.store.database import default_url
from spasm_video.store.store import Store, open_store

__all__ = ["Store", "default_url", "open_store"]
