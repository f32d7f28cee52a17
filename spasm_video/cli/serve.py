"""``spasm-video serve``: the local web app."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from spasm_video.cli.stored import StoreOption
from spasm_video.errors import InputError


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
    site: Annotated[
        bool, typer.Option("--site", help="For a clinic: people log in, each with a role.")
    ] = False,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Where a site listens; others need TLS to come in."),
    ] = "127.0.0.1",
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The site's certificate.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key of the certificate.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What browsers call the site, with --tls-cert."),
    ] = None,
    behind_proxy: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="What browsers call the site where a proxy does TLS: https://NAME."
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """
    Open the web app on this machine: record, measure, look through, compare.

    It listens on this machine alone, and only a browser that opens the address it shows is
    let in. End it with Ctrl-C; what is under way goes on at the next start.

    For example:

    spasm-video serve

    spasm-video serve --port 9000 --folder /data/spasm --store /data/spasm/store.sqlite

    spasm-video serve --site --behind-proxy https://spasm.clinic.example
    """
    from spasm_video.web.serving import Tls  # noqa: PLC0415 (heavy)
    from spasm_video.web.serving import serve as run  # noqa: PLC0415
    from spasm_video.web.settings import Settings  # noqa: PLC0415

    settings = Settings(store=store, port=port, workers=workers)
    if (tls_cert is None) != (tls_key is None) or (tls_cert is None) != (name is None):
        raise InputError(
            "A certificate, its key and the name it is for belong together.",
            "Give --tls-cert, --tls-key and --name, or none of them.",
        )
    tls = None if tls_cert is None or tls_key is None else Tls(tls_cert, tls_key)
    origin = behind_proxy if name is None else f"https://{name}:{port}"
    if origin is not None and not site:
        raise InputError("Only a site is opened by others.", "Add --site.")
    settings = replace(
        settings, is_site=site, host=host, origin=origin, is_proxied=behind_proxy is not None
    )
    if folder is not None:
        settings = replace(settings, folder=folder.absolute())

    def ready(address: str) -> None:
        if site:
            typer.echo(f"The site is open:\n\n  {address}\n\nEnd with Ctrl-C.")
            return
        typer.echo(f"Open this address in a browser on this machine:\n\n  {address}\n")
        typer.echo("It lets that browser in, and nobody else. End with Ctrl-C.")
        if not no_browser:
            import webbrowser  # noqa: PLC0415 (rarely needed)

            webbrowser.open(address)

    run(settings, ready, tls)
