"""
Is this machine fit to measure: every part it needs, and the line that mends a missing one.

Nothing heavy is imported before it is examined, so the doctor speaks where ``analyze`` cannot.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from ctypes import CDLL
from dataclasses import asdict, dataclass
from importlib import import_module, metadata, util
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from spasm_video.errors import SpasmVideoError

PACKAGES = {  # the module and the package that brings it
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "matplotlib": "matplotlib",
    "jinja2": "jinja2",
    "sqlalchemy": "sqlalchemy",
    "alembic": "alembic",
    "platformdirs": "platformdirs",
    "onnxruntime": "onnxruntime",
    "av": "av",
    "cv2": "opencv-python",
}

SYSTEM_LIBRARIES = {  # what a package links to that a bare Debian lacks, and its Debian package
    "cv2": {
        "libxcb.so.1": "libxcb1",
        "libGL.so.1": "libgl1",
        "libgthread-2.0.so.0": "libglib2.0-0",
    }
}

DECODERS = {  # phones and browsers record these; any one of the names will do
    "H.264": ("h264",),
    "HEVC": ("hevc",),
    "VP9": ("vp9", "libvpx-vp9"),
    "AV1": ("libdav1d", "libaom"),  # FFmpeg's own "av1" decodes only on a graphics card
}

EXTRAS = {  # what each is for, and the modules it brings
    "agreement": ("spasm-video agreement, rater against rater", ("pingouin", "statsmodels")),
    "dask": ("batch --dask, on a cluster", ("distributed",)),
    "mediapipe": ("--backend mediapipe, to compare with", ("mediapipe",)),
    "site": ("accounts and passwords of a site", ("argon2",)),
    "postgres": ("--store postgresql://…, a store on a server", ("psycopg",)),
}

ROOM_GB = 1.0  # a 10-minute recording with its drawn video takes about half of it


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine: is it fine, what was seen, and what mends it if it is not."""

    part: str
    fine: bool
    seen: str
    remedy: str = ""
    needed: bool = True


def examine() -> list[Finding]:
    """Look at every part of this machine that a measurement needs, and at the optional ones."""
    return [
        _python(),
        *examine_packages(),
        *_decoders(),
        *_networks(),
        _temporary_folder(),
        _current_folder(),
        _cores(),
        _window(),
        *(_extra(name) for name in EXTRAS),
    ]


def examine_packages() -> list[Finding]:
    """Look at the packages alone, in the order in which a measurement would miss them."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime asks once, when it is loaded
    return [_package(module, package) for module, package in PACKAGES.items()]


def is_fit(findings: list[Finding]) -> bool:
    """Whether all that is needed is fine."""
    return all(finding.fine for finding in findings if finding.needed)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print plain JSON.")] = False,
) -> None:
    """Say whether this machine is fit to measure, and what mends it if not."""
    findings = examine()
    if as_json:
        plain = {"fit": is_fit(findings), "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(plain, indent=2))
    else:
        _show(findings)
    raise typer.Exit(0 if is_fit(findings) else 1)


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        table.add_row(_mark(finding), finding.part, Text(finding.seen))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for finding in findings:
        if finding.needed and not finding.fine:
            console.print(f"\n{finding.part}: to mend it\n    {finding.remedy}", markup=False)
    spared = [finding for finding in findings if not finding.fine and not finding.needed]
    if spared:
        console.print("\nNot needed; if wanted:")
    for finding in spared:
        console.print(f"    {finding.part:<18}{finding.remedy}", markup=False)
    verdict = "is fit" if is_fit(findings) else "is not yet fit"
    console.print(f"\nThis machine {verdict} to measure.")


def _mark(finding: Finding) -> str:
    if finding.fine:
        return "[green]✓[/]"
    return "[red]✗[/]" if finding.needed else "[yellow]–[/]"


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    return Finding("Python", fine, platform.python_version(), "Install Python 3.11 or newer.")


def _package(module: str, package: str) -> Finding:
    try:
        import_module(module)
    except ImportError as error:
        return Finding(package, fine=False, seen=str(error), remedy=_mend(module, package))
    return Finding(package, fine=True, seen=_version(package))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # another package of the same module, such as a fork
        return "present"


def _mend(module: str, package: str) -> str:
    libraries = SYSTEM_LIBRARIES.get(module, {})
    missing = [debian for library, debian in libraries.items() if not _loads(library)]
    if util.find_spec(module) and missing:
        return f"sudo apt-get install {' '.join(missing)}"
    return f"pip install --force-reinstall {package}"


def _loads(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _decoders() -> list[Finding]:
    try:
        codecs = import_module("av").codecs_available
    except ImportError:  # _package has said so
        return []
    return [
        Finding(
            f"{name} video",
            not codecs.isdisjoint(decoders),
            "can be read" if not codecs.isdisjoint(decoders) else "cannot be read",
            "pip install --force-reinstall --only-binary av av",
        )
        for name, decoders in DECODERS.items()
    ]


def _networks() -> list[Finding]:
    try:
        from spasm_video.observe.weights import manifest  # noqa: PLC0415 (needs numpy)

        names = list(manifest())
    except ImportError:  # _package has said so
        return []
    except SpasmVideoError as error:
        return [Finding("networks", fine=False, seen=error.problem, remedy=error.remedy)]
    return [_network(name) for name in names]


def _network(name: str) -> Finding:
    from spasm_video.observe.weights import load_network  # noqa: PLC0415 (needs numpy)

    try:
        load_network(name)
    except SpasmVideoError as error:
        return Finding(f"network {name}", fine=False, seen=error.problem, remedy=error.remedy)
    return Finding(f"network {name}", fine=True, seen="present and unchanged")


def _temporary_folder() -> Finding:
    folder = tempfile.gettempdir()
    if not _can_write(folder):
        return Finding("temporary folder", False, f"{folder}: cannot write", "export TMPDIR=FOLDER")
    free_gb = shutil.disk_usage(folder).free / 1e9
    return Finding(
        "temporary folder",
        free_gb >= ROOM_GB,
        f"{folder}: {free_gb:.1f} GB free",
        f"Free {ROOM_GB:g} GB, or name a roomier folder: export TMPDIR=FOLDER",
    )


def _current_folder() -> Finding:
    fine = _can_write(".")
    seen = f"{Path.cwd()}: {'can write' if fine else 'cannot write'}"
    return Finding("this folder", fine, seen, "Name another one: --out FOLDER", needed=False)


def _can_write(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cores() -> Finding:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("processor cores", fine=True, seen=str(count), needed=False)


def _window() -> Finding:
    """Where the package is missing, ``_package`` has said so."""
    from spasm_video.cli.live import refuse_no_screen  # noqa: PLC0415 (siblings)

    part = "window of live"
    try:
        refuse_no_screen()
    except SpasmVideoError as error:
        seen = error.problem.rstrip(".")
        return Finding(part, fine=False, seen=seen, remedy=error.remedy, needed=False)
    except ImportError as error:
        return Finding(part, fine=False, seen=str(error), remedy="See above.", needed=False)
    return Finding(part, fine=True, seen="can be shown", needed=False)


def _extra(name: str) -> Finding:
    purpose, modules = EXTRAS[name]
    fine = all(util.find_spec(module) for module in modules)
    seen = purpose if fine else f"absent; for {purpose}"
    return Finding(f"extra {name}", fine, seen, f"pip install 'spasm-video[{name}]'", needed=False)
