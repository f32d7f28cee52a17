"""What a server is told when it starts: where things lie, who may come, how much is allowed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from spasm_video.store.database import data_folder

PORT = 8532
LARGEST_VIDEO_BYTES = 4 * 2**30
CHUNK_BYTES = 8 * 2**20
LARGEST_FORM_BYTES = 2**20
LARGEST_FRAME_BYTES = 2**20  # a single picture of the recording page
ROOM_BYTES = 2**30  # left free on the disk, whatever is uploaded
WORKER_MEMORY_BYTES = 10 * 2**30  # of addresses, most of them never used
WORKER_CPU_S = 4 * 3600
WORKER_FILE_BYTES = 8 * 2**30
STALLED_S = 600.0  # a worker that says nothing for so long is ended
PROBE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    One server. ``token`` opens the first page; it is in the address the terminal shows.

    With ``is_site`` people log in instead, each with a role. ``origin`` is what their browsers
    call the server where that is not this machine's own address.
    """

    store: str | None = None
    folder: Path = field(default_factory=lambda: data_folder() / "web")
    host: str = "127.0.0.1"
    port: int = PORT
    workers: int = 1
    who: str | None = None
    is_site: bool = False
    origin: str | None = None
    is_proxied: bool = False  # then all come from one address, that of the proxy
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def origins(self) -> frozenset[str]:
        """What a browser on this machine calls this server."""
        if self.origin is not None:
            return frozenset({self.origin})
        names = {self.host, "localhost", "127.0.0.1"}
        return frozenset(f"http://{_bracketed(name)}:{self.port}" for name in names)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it over TLS alone."""
        return (self.origin or "").startswith("https://")

    @property
    def opening_address(self) -> str:
        """Opens the first page and lets this browser in; of a site, its first page."""
        if self.is_site:
            return self.origin or f"http://{_bracketed(self.host)}:{self.port}"
        return f"http://{_bracketed(self.host)}:{self.port}/open?token={self.token}"


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
