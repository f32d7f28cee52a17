"""Stores to test: a file, and a real PostgreSQL server that is started for the tests."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.anatomy import Region, Side
from spasm_video.history import Measure, Segment, Session
from spasm_video.records import AffectedSide, Kind, RegionPart, SpasmEvent
from spasm_video.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

NAN = float("nan")
DATABASES = ("sqlite", "postgresql")
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Server:
    """PostgreSQL on a socket of its own, under a user without rights, gone after the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        self.run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        self.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def run(self, program: str, *arguments: str) -> None:
        """Call one of the server's programs."""
        command = [*self.as_user, str(_PROGRAMS[-1] / program), *arguments]
        done = subprocess.run(
            command, cwd="/", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert done.returncode == 0, done.stderr.decode()

    def new_database(self) -> str:
        """The address of an empty database."""
        self.count += 1
        name = f"store{self.count}"
        self.run("createdb", "-h", str(self.folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End it, and leave nothing."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real server; skipped where Debian's postgresql is not installed."""
    if not _PROGRAMS:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and runuser is missing")
    # Not pytest's own folder: the server's user may not look into that of root, and the name
    # of a socket must be short.
    running = Server(Path(tempfile.mkdtemp(prefix="pg")))
    yield running
    running.stop()


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store of each kind."""
    with open_store(address, "tester") as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    with open_store(str(tmp_path / "store.sqlite"), "tester") as opened:
        yield opened


EVENT = SpasmEvent(
    1.25, 1.5, 1.75, Side.LEFT, Kind.CLONIC,
    (RegionPart(Region.EYELID, 2.5, 0.0), RegionPart(Region.CHEEK, 1.25, 33.0)), 0.875,
    other_babinski=True,
)  # fmt: skip


def a_session(subject: str = "P01", **changes: Any) -> Session:
    """A session with two numbers, one of them unknown, and a spasm."""
    video = {"sha256": changes.pop("video", "a" * 64)}
    known: dict[str, Any] = {
        "subject": subject,
        "date": dt.date(2026, 3, 2),
        "segment": Segment.REST,
        "side": AffectedSide.LEFT,
        "duration_s": 60.0,
        "usable_s": 58.5,
        "measures": (
            Measure("spasms_per_min", 12.5, 9.25, 16.75, "1/min"),
            Measure("tonic_fraction", NAN, NAN, NAN, "1", "Too short."),
        ),
        "events": (EVENT,),
        "summary": {"spasms_per_min": {"value": 12.5}},
        "made_with": {"package_version": "1", "params_hash": "abc", "video": video},
    }
    return Session(**(known | changes))
