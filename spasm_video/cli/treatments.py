"""``spasm-video treatments``: what was done, and when."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from spasm_video.anatomy import Side
from spasm_video.cli.stored import (
    ByOption,
    CodeArgument,
    DayOption,
    JsonOption,
    NoteOption,
    StoreOption,
    WhyOption,
    opened,
    tell_json,
    tell_table,
)
from spasm_video.errors import InputError
from spasm_video.history import Site, TreatmentKind

if TYPE_CHECKING:
    from spasm_video.history import Treatment

treatments = typer.Typer(no_args_is_help=True)


@treatments.callback()
def group() -> None:
    """
    Enter toxin, surgery and drugs, so that the timeline can show what came after them.

    spasm-video treatments add P01 toxin --date 2026-03-02 --product A --dose 25 --unit U
    --site "orbicularis oculi=15" --site zygomaticus=10

    spasm-video treatments add P01 surgery --date 2026-09-14 --note "vessel: AICA"
    """


@treatments.command("add")
def add(
    code: CodeArgument,
    kind: Annotated[TreatmentKind, typer.Argument(help="toxin, surgery (decompression) or drug.")],
    date: DayOption,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day of a drug."),
    ] = None,
    product: Annotated[str, typer.Option(metavar="NAME", help="Product or drug.")] = "",
    dose: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER", help="The whole dose. Default: the sum of its sites, if all have one."
        ),
    ] = None,
    unit: Annotated[
        str, typer.Option(metavar="UNIT", help="Of the dose; units of two toxins differ.")
    ] = "",
    site: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE[=DOSE]", help="Where it went; give it once for each place."),
    ] = None,
    side: Annotated[Side | None, typer.Option(help="The patient's own side.")] = None,
    note: NoteOption = "",
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter a treatment."""
    from spasm_video.history import Treatment  # noqa: PLC0415 (a type elsewhere)
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    sites = tuple(_site(text) for text in site or ())
    whole = sum(one.dose for one in sites) if sites and dose is None else dose
    treatment = Treatment(
        subject=code,
        kind=kind,
        date=date.date(),
        until=until.date() if until else None,
        product=product,
        dose=math.nan if whole is None else whole,
        dose_unit=unit,
        sites=sites,
        side=side,
        note=note,
    )
    with opened(store, by) as found:
        done = entries.add_treatment(found, treatment, why)
    if as_json:
        tell_json(done)
    else:
        typer.echo(f"{code}: {kind} of {done.date} stored as treatment #{done.number}.")


@treatments.command("list")
def list_(code: CodeArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the treatments of a subject in order of time."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store) as found:
        listed = entries.treatments(found, code)
    if as_json:
        tell_json(listed)
    else:
        tell_treatments(listed)


@treatments.command("delete")
def delete(
    code: CodeArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As the list shows it.")],
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back a treatment that was entered wrongly; the audit log keeps what it said."""
    from spasm_video.store import entries  # noqa: PLC0415 (needs sqlalchemy)

    with opened(store, by) as found:
        gone = entries.delete_treatment(found, code, number, why)
    if as_json:
        tell_json(gone)
    else:
        typer.echo(f"{code}: {gone.kind} of {gone.date} is taken back.")


def tell_treatments(listed: Iterable[Treatment]) -> None:
    """A table of treatments, or a word that there is none."""
    shown = [*listed]
    if not shown:
        typer.echo("No treatment entered. See: spasm-video treatments --help")
        return
    tell_table(
        ("no.", "date", "until", "what", "product", "dose", "sites", "side", "note"),
        [
            (one.number, one.date, one.until, one.kind, one.product, _dose(one),
             ", ".join(_place(site) for site in one.sites), one.side, one.note)
            for one in shown
        ],
        numbers=("no.", "dose"),
    )  # fmt: skip


def _site(text: str) -> Site:
    place, equals, dose = text.partition("=")
    try:
        return Site(place.strip(), float(dose) if equals else math.nan)
    except ValueError:
        raise InputError(
            f"{dose!r} is no dose.", "Give a site as PLACE=DOSE, such as zygomaticus=10"
        ) from None


def _dose(treatment: Treatment) -> str:
    known = math.isfinite(treatment.dose)
    return f"{treatment.dose:g} {treatment.dose_unit}".strip() if known else "–"


def _place(site: Site) -> str:
    return f"{site.place} {site.dose:g}" if math.isfinite(site.dose) else site.place
