"""``spasm-video sessions``: the recordings of a subject."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    DayOption,
    JsonOption,
    StoreOption,
    WhyOption,
    ask,
    opened,
    tell_json,
    tell_rows,
    tell_table,
)
from spasm_video.history import Segment

if TYPE_CHECKING:
    from spasm_video.history import Listed, Session

sessions = typer.Typer(no_args_is_help=True)

_SCREENFUL = 50  # sessions shown unasked

WhichArgument = Annotated[
    str,
    typer.Argument(metavar="SESSION", help="Its number, label or date, as the list shows them."),
]


@sessions.callback()
def group() -> None:
    """
    See what is stored of each recording, add one from its results, measure old ones again.

    New recordings are stored by analyze: spasm-video analyze VIDEO --subject P01 --date 2026-03-02
    """


@sessions.command("add")
def add(
    code: CodeArgument,
    folder: Annotated[Path, typer.Argument(help="A folder of results that analyze has written.")],
    date: DayOption,
    session: Annotated[
        str, typer.Option(metavar="LABEL", help="What the visit is called, such as 'week 12'.")
    ] = "",
    segment: Annotated[Segment, typer.Option(help="What the person did.")] = Segment.REST,
    device: Annotated[str, typer.Option(metavar="TEXT", help="The camera.")] = "",
    confirm_side: Annotated[
        bool, typer.Option("--confirm-side", help="The side is right, though others differ.")
    ] = False,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Store a recording that was analyzed before, from its folder; the video is not needed.

    It is measured from the saved track with the present method.
    """
    from spasm_video.params import AnalysisParams  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline.storing import Visit, session_from_folder  # noqa: PLC0415
    from spasm_video.store import sessions as kept  # noqa: PLC0415 (needs sqlalchemy)

    visit = Visit(
        subject=code,
        date=date.date(),
        label=session,
        segment=segment,
        device=device,
        is_confirmed=confirm_side,
    )
    with opened(store, by) as found:
        measured = session_from_folder(folder, visit, AnalysisParams().measure)
        done = kept.add(found, measured, why)
    if as_json:
        tell_json({"number": done.session.number, "replaced": done.is_replaced})
    else:
        typer.echo(f"{code} {done.session.name}: stored as session #{done.session.number}.")


@sessions.command("list")
def list_(
    code: Annotated[
        str | None, typer.Argument(metavar="SUBJECT", help="Of this subject alone.")
    ] = None,
    newest: Annotated[
        int | None,
        typer.Option(
            "--newest",
            metavar="N",
            min=0,
            help="Those of the latest days alone; 0: all. Default: "
            f"{_SCREENFUL} on a screen, all in a file or a pipe.",
        ),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the sessions by subject and time, with their spasms a minute."""
    from spasm_video.store import sessions as kept  # noqa: PLC0415 (needs sqlalchemy)

    is_cut = newest is None and not as_json and sys.stdout.isatty()
    most = _SCREENFUL + 1 if is_cut else newest or None
    with opened(store) as found:
        listed = kept.listed(found, code, most)
        if is_cut and len(listed) > _SCREENFUL:
            listed = kept.listed(found, code, _SCREENFUL)
        else:
            is_cut = False
    if as_json:
        tell_json([_plain(one) for one in listed])
        return
    tell_sessions(listed)
    if is_cut:
        typer.echo(f"These are the {_SCREENFUL} newest. All: spasm-video sessions list --newest 0")


@sessions.command("show")
def show(
    code: CodeArgument, which: WhichArgument, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Show every number of a session with its interval, or why it is missing."""
    from spasm_video.store import sessions as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        session = kept.found(found, code, which)
    if as_json:
        tell_json({"session": session, "method": session.method})
        return
    tell_rows(
        {
            "subject": code,
            "session": f"#{session.number} {session.name}",
            "side": f"{session.side}{' (confirmed)' if session.is_confirmed else ''}",
            "device": session.device,
            "mirrored": "yes, sides corrected" if session.mirrored else "no",
            "measured": f"{session.usable_s:.1f} s of {session.duration_s:.1f} s",
            "method": session.method,
            "results": session.folder,
        }
    )
    typer.echo()
    tell_table(
        ("measure", "value", "low", "high", "unit", ""),
        [
            (one.name, _digits(one.value), _digits(one.low), _digits(one.high), one.unit,
             one.reason or " ")
            for one in session.measures
        ],
        numbers=("value", "low", "high"),
    )  # fmt: skip


@sessions.command("delete")
def delete(
    code: CodeArgument,
    which: WhichArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a session with its numbers and events, for good; its folder is left to you."""
    from spasm_video.store import sessions as kept  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store, by) as found:
        session = kept.found(found, code, which)
        ask(f"Delete session #{session.number} ({session.name}) of {code} for good?", yes=yes)
        kept.delete(found, code, f"#{session.number}", why)
    if as_json:
        tell_json({"deleted": session.number, "remaining_folder": session.folder})
        return
    typer.echo(f"Session #{session.number} ({session.name}): deleted.")
    if session.folder:
        typer.echo(f"Its folder of results remains: {session.folder}")


@sessions.command("remeasure")
def remeasure(
    code: CodeArgument,
    params: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with other numbers; see Parameters."),
    ] = None,
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """
    Measure the saved tracks of a subject again, with the present method.

    Only sessions of one method make a timeline: after an update of the program, call this
    once. It needs no video, and takes about a second a session. The folders of results keep
    the numbers they were made with.
    """
    from spasm_video.params import AnalysisParams, load_params  # noqa: PLC0415 (needs numpy)
    from spasm_video.pipeline.storing import Outcome  # noqa: PLC0415 (needs all there is)
    from spasm_video.pipeline.storing import remeasure as run  # noqa: PLC0415

    numbers = AnalysisParams() if params is None else load_params(params)
    with opened(store, by) as found:
        outcomes = []
        for session, outcome in run(found, code, numbers.measure, numbers.hash()):
            outcomes.append((session, outcome))
            if not as_json:
                typer.echo(f"  #{session.number:<5}{session.name:<32}{outcome}")
    if as_json:
        tell_json([{"number": one.number, "outcome": outcome} for one, outcome in outcomes])
    failed = {Outcome.NO_TRACK, Outcome.UNREADABLE}
    raise typer.Exit(1 if any(outcome in failed for _, outcome in outcomes) else 0)


def tell_sessions(listed: Iterable[Session | Listed]) -> None:
    """A table of sessions, or a word that there is none; methods only where they differ."""
    shown = [*listed]
    if not shown:
        typer.echo("No session yet. To store one: spasm-video analyze VIDEO --subject P01 …")
        return
    subjects, methods = ({getattr(one, name) for one in shown} for name in ("subject", "method"))
    heads = [
        "no.", *(["subject"] if len(subjects) > 1 else []), "date", "task", "label", "side",
        "spasms/min", "95 %", "usable s", *(["method"] if len(methods) > 1 else []),
    ]  # fmt: skip
    pick = itemgetter(*map(_HEADS.index, heads))
    tell_table(
        heads,
        [pick(_cells(one)) for one in shown],
        numbers=("no.", "spasms/min", "95 %", "usable s"),
    )
    if len(methods) > 1:
        typer.echo("Only sessions of one method are compared. See: spasm-video sessions remeasure")


_HEADS = (
    "no.", "subject", "date", "task", "label", "side", "spasms/min", "95 %", "usable s", "method"
)  # fmt: skip


def _cells(one: Session | Listed) -> tuple[object, ...]:
    rate = one.measure("spasms_per_min")
    interval = f"{rate.low:.1f}–{rate.high:.1f}" if rate.is_known else "–"
    return (
        one.number, one.subject, one.date, one.segment, one.label, one.side, _digits(rate.value),
        interval, f"{one.usable_s:.0f}", one.method,
    )  # fmt: skip


def _plain(session: Listed) -> dict[str, object]:
    names = ("number", "subject", "date", "segment", "label", "device", "side", "duration_s",
             "usable_s", "method", "folder")  # fmt: skip
    shown: dict[str, object] = {name: getattr(session, name) for name in names}
    return shown | {one.name: one for one in session.measures}


def _digits(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "–"
