"""``spasm-video serve``: the local web app."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.stored import StoreOption


def serve(
    port: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, max=65535, help="Where to listen; 0: any.")
    ] = 8532,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where videos and their results lie. Default: web in your data folder.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, max=64, help="Videos measured at once.")
    ] = 1,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only say the address, open nothing.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """
    Open the web app on this machine: record, measure, look through, compare.

    It listens on this machine alone, and only a browser that opens the address it shows is
    let in. End it with Ctrl-C; what is under way goes on at the next start.

    For example:

    spasm-video serve

    spasm-video serve --port 9000 --folder /data/spasm --store /data/spasm/store.sqlite
    """
    from spasm_video.web.serving import serve as run  # noqa: PLC0415 (heavy)
    from spasm_video.web.settings import Settings  # noqa: PLC0415

    settings = Settings(store=store, port=port, workers=workers)
    if folder is not None:
        settings = replace(settings, folder=folder.absolute())

    def ready(address: str) -> None:
        typer.echo(f"Open this address in a browser on this machine:\n\n  {address}\n")
        typer.echo("It lets that browser in, and nobody else. End with Ctrl-C.")
        if not no_browser:
            import webbrowser  # noqa: PLC0415 (rarely needed)

            webbrowser.open(address)

    run(settings, ready)
