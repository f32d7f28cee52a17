"""What every engine of a batch does: processes of this machine, and a Dask cluster over TCP."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spasm_video.batch.cluster import DaskEngine
from spasm_video.batch.engine import DIED, Ended, mistake, too_slow
from spasm_video.batch.local import LocalEngine
from spasm_video.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spasm_video.batch.engine import Engine

TIMEOUT_S = 2.0
WORKERS = 2
WHAT = ("square", "raise", "die", "square", "die once", "hang", "square", "square", "square")

only_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(
    scope="class", params=["processes", pytest.param("dask over tcp", marks=only_loopback)]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine with two workers."""
    if request.param == "processes":
        yield LocalEngine(WORKERS, TIMEOUT_S)
        return
    address = request.getfixturevalue("scheduler")
    with DaskEngine(address, WORKERS, TIMEOUT_S) as dask:
        deadline_s = time.monotonic() + 60
        while dask.workers < WORKERS:
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        yield dask


@pytest.fixture(scope="class")
def notes(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each try of a chore leaves a note with its process."""
    return tmp_path_factory.mktemp(type(engine).__name__)


@pytest.fixture(scope="class")
def ended(engine: Engine, chores: Any, notes: Path) -> list[Ended]:
    """What became of good and bad chores that were given together."""
    tasks = [chores.Chore(what, number, notes) for number, what in enumerate(WHAT)]
    return sorted(engine.run(chores.do, tasks), key=lambda one: one.index)


class TestEngine:
    """One contract for all."""

    def test_every_task_ends_once(self, ended: list[Ended]) -> None:
        """None is lost on the way and none is told twice."""
        assert [one.index for one in ended] == list(range(len(WHAT)))

    def test_a_good_task_gives_its_value(self, ended: list[Ended]) -> None:
        """Whatever happened beside it."""
        good = [one for one in ended if WHAT[one.index] in {"square", "die once"}]

        assert good == [Ended(one.index, one.index**2) for one in good]

    def test_a_bad_task_costs_itself_alone_and_says_why(self, ended: list[Ended]) -> None:
        """The mistake by its name on one line, the death and the time-out in words."""
        lost = {WHAT[one.index]: one.lost for one in ended if one.lost}

        assert lost == {
            "raise": mistake(ZeroDivisionError("one over nothing")),
            "die": DIED,
            "hang": too_slow(TIMEOUT_S),
        }

    @pytest.mark.usefixtures("ended")
    def test_a_bad_task_is_tried_twice_in_two_processes(self, notes: Path) -> None:
        """Once more after its process died or hung, and then given up."""
        tried = {
            WHAT[number]: [note.read_text() for note in notes.glob(f"{number}-*")]
            for number in (2, 4, 5)
        }

        assert {what: len(set(pids)) for what, pids in tried.items()} == {
            "die": 2, "die once": 2, "hang": 2,
        }  # fmt: skip
        assert len(list(notes.glob("1-*"))) == 2

    @pytest.mark.usefixtures("ended")
    def test_a_process_that_hung_is_gone(self, notes: Path) -> None:
        """Killed, not left behind."""
        pids = [int(note.read_text()) for note in notes.glob("5-*")]

        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)

    def test_each_worker_has_one_thread_a_library(self, engine: Engine, chores: Any) -> None:
        """Videos are what runs side by side; on this machine each has its own core."""
        (ended,) = engine.run(chores.threads, [None])
        openmp, opencv, cores = ended.value

        assert (openmp, opencv) == ("1", 1)
        assert cores == 1 or not isinstance(engine, LocalEngine)

    def test_nothing_to_do_is_done_at_once(self, engine: Engine, chores: Any) -> None:
        """Empty in, empty out."""
        assert list(engine.run(chores.do, [])) == []

    def test_work_that_is_broken_off_stops(
        self, engine: Engine, chores: Any, tmp_path: Path
    ) -> None:
        """Closed after the first result: what hangs beside it is ended, not waited for."""
        tasks = [chores.Chore(what, n, tmp_path) for n, what in enumerate(("square", "hang"))]

        with closing(engine.run(chores.do, tasks)) as running:
            assert next(running) == Ended(0, 0)

        notes = list(tmp_path.glob("1-*"))
        assert len(notes) <= 1
        assert not any(Path(f"/proc/{note.read_text()}").exists() for note in notes)


@only_loopback
def test_no_scheduler_is_told_with_the_way_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback of sockets."""
    monkeypatch.setattr("spasm_video.batch.cluster._CONNECT_S", 0.2)

    with pytest.raises(InputError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        DaskEngine("tcp://127.0.0.1:9", 1, TIMEOUT_S)
