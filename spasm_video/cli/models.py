"""``spasm-video models``: the networks, and whether they are the ones they should be."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from spasm_video.errors import ModelError


def models() -> None:
    """List the networks with their licence and origin, and check that none has changed."""
    from spasm_video.observe.weights import load_network, manifest  # noqa: PLC0415 (needs numpy)

    table = Table(box=None, pad_edge=False)
    for head in ("network", "state", "sha256", "licence", "from"):
        table.add_column(head)
    remedies = set()
    for name, model in manifest().items():
        state = "unchanged"
        try:
            load_network(name)
        except ModelError as error:
            state = error.problem
            remedies.add(error.remedy)
        table.add_row(name, state, model.sha256[:16], model.licence, model.source)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(table)
    for remedy in sorted(remedies):
        console.print(remedy)
    raise typer.Exit(1 if remedies else 0)
