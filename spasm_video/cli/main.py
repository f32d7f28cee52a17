"""``spasm-video``: its commands, its errors in two lines, its exit codes."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from spasm_video import __version__
from spasm_video.cli.accounts import accounts
from spasm_video.cli.agreement import agreement
from spasm_video.cli.analyze import analyze
from spasm_video.cli.batch import batch
from spasm_video.cli.demo import demo
from spasm_video.cli.doctor import doctor, examine_packages
from spasm_video.cli.live import live
from spasm_video.cli.magnify import magnify
from spasm_video.cli.models import models
from spasm_video.cli.notes import notes
from spasm_video.cli.ratings import ratings
from spasm_video.cli.serve import serve
from spasm_video.cli.sessions import sessions
from spasm_video.cli.show import tell
from spasm_video.cli.simulate import simulate
from spasm_video.cli.store import store
from spasm_video.cli.strip import strip
from spasm_video.cli.subjects import subjects
from spasm_video.cli.timeline import timeline
from spasm_video.cli.treatments import treatments
from spasm_video.cli.validate import validate
from spasm_video.cli.workup import workup
from spasm_video.errors import SpasmVideoError

WRONG_CALL = 2
INTERRUPTED = 130  # what a shell gives for Ctrl-C
_TERMINATED = 143  # and for a job that was asked to end

app = typer.Typer(name="spasm-video", add_completion=False, pretty_exceptions_enable=False)
for command in (
    analyze, live, serve, timeline, strip, magnify, batch, agreement,
    demo, doctor, models, simulate, validate,
):  # fmt: skip
    app.command()(command)
_GROUPS = {
    "subjects": subjects,
    "sessions": sessions,
    "treatments": treatments,
    "ratings": ratings,
    "workup": workup,
    "notes": notes,
    "accounts": accounts,
    "store": store,
}
for name, group in _GROUPS.items():
    app.add_typer(group, name=name)


@app.callback(invoke_without_command=True)
def spasm_video(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say the version and leave.")] = False,
) -> None:
    """
    Measure hemifacial spasm in a video of a face.

    Which side, which regions, how often, how strong: not a diagnosis. Nothing leaves the machine.

    To try it:         spasm-video demo

    Your own video:    spasm-video analyze clip.mp4

    Over months:       spasm-video timeline --help

    In a browser:      spasm-video serve

    Something is amiss:  spasm-video doctor
    """
    if version:
        typer.echo(f"spasm-video {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code; what is begun is cleared away on a signal."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps its list of fonts
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        code = app(arguments, prog_name="spasm-video", standalone_mode=False)
    except SpasmVideoError as error:
        tell(error.problem, error.remedy)
        return WRONG_CALL
    except typer.TyperException as error:  # an unknown option, a missing argument
        context = getattr(error, "ctx", None)
        called = context.command_path if context else "spasm-video"
        tell(error.format_message(), f"See: {called} --help")
        return WRONG_CALL
    except ImportError:
        missing = [finding for finding in examine_packages() if not finding.fine]
        if not missing:
            raise
        tell(f"{missing[0].part} cannot be used: {missing[0].seen}", missing[0].remedy)
        return WRONG_CALL
    if code == INTERRUPTED:
        tell("Interrupted.", "What was not finished is not written.")
    return code or 0
