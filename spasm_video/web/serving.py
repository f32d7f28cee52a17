"""Run the app on a socket of this machine until it is told to end."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import uvicorn

from spasm_video.errors import InputError
from spasm_video.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spasm_video.web.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a server's certificate and its key."""

    certificate: Path
    key: Path


def serve(settings: Settings, on_ready: Callable[[str], None], tls: Tls | None = None) -> None:
    """
    Serve until interrupted; ``on_ready`` is told the opening address once it can be opened.

    Raises
    ------
    InputError : the address is open to others without what that needs, or its port is taken
    """
    _refuse_open(settings, tls)
    listener = _listener(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else tls.key,
        timeout_graceful_shutdown=3,
    )
    with listener:
        on_ready(settings.opening_address)
        uvicorn.Server(config).run(sockets=[listener])


def _refuse_open(settings: Settings, tls: Tls | None) -> None:
    """Another machine may only come in with accounts, and only over TLS."""
    is_alone = settings.host in LOOPBACK
    if not is_alone and not settings.is_site:
        raise InputError(
            f"{settings.host} is not an address of this machine alone.",
            "Leave out --host, or run it for a clinic: --site, with accounts.",
        )
    if not is_alone and tls is None and settings.origin is None:
        raise InputError(
            "A server for others needs TLS.",
            "Name --tls-cert and --tls-key, or the proxy that does it: --behind-proxy https://NAME",
        )
    if settings.origin is not None and not re.fullmatch(
        r"https://[a-z0-9.-]+(:[0-9]+)?", settings.origin
    ):
        raise InputError(
            f"{settings.origin} is no address that browsers could open over TLS.",
            "Give it as https://NAME or https://NAME:PORT, in small letters.",
        )


def _listener(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise InputError(
            f"Port {settings.port} cannot be used: {error.strerror}.",
            "Another server may run already; name another port: --port 8533",
        ) from error
    return listener
