"""Run the app on a socket of this machine until it is told to end."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import uvicorn

from spasm_video.errors import InputError
from spasm_video.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasm_video.web.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """
    Serve until interrupted; ``on_ready`` is told the opening address once it can be opened.

    Raises
    ------
    InputError : the address is not of this machine, or its port is taken
    """
    if settings.host not in LOOPBACK:
        raise InputError(
            f"{settings.host} is not an address of this machine alone.",
            "The app is for this machine; leave out --host.",
        )
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
        timeout_graceful_shutdown=3,
    )
    with listener:
        on_ready(settings.opening_address)
        uvicorn.Server(config).run(sockets=[listener])


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
