"""
A Dask cluster: the site's own by its address, or one of this machine.

Each worker of Dask has a process of its own beside it that measures (a ``Lane``): a video
that kills or hangs it costs neither the worker nor the tasks that wait there. When a whole
machine is lost, Dask gives its tasks to others.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import uuid
from contextlib import ExitStack, contextmanager
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Self

from spasm_video import __version__
from spasm_video.batch.engine import DIED, TRIES, Ended, mistake
from spasm_video.batch.lane import Lane
from spasm_video.errors import InputError, MissingPartError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

LOCAL = "local"
_CONNECT_S = 30.0


class DaskEngine:
    """
    Runs tasks on the workers of a Dask cluster, one at a time for each of their threads.

    ``address`` is that of its scheduler, or "local" for ``workers`` processes of this machine.

    Raises
    ------
    MissingPartError : Dask is not installed
    InputError : no scheduler answers at the address; later, workers have other versions
    """

    def __init__(self, address: str, workers: int, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._closing = ExitStack()
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise MissingPartError(
                "Dask is not installed.", "Install it: pip install 'spasm-video[dask]'"
            ) from error
        if address == LOCAL:
            address = self._closing.enter_context(_own_cluster(workers))
        try:
            self._client = self._closing.enter_context(
                distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
            )
        except (OSError, ValueError) as error:
            self._closing.close()
            raise InputError(
                f"No Dask scheduler answers at {address}.",
                "Start one with: dask scheduler; it prints its address, as tcp://10.0.0.5:8786",
            ) from error

    def __enter__(self) -> Self:
        """Use the engine in a ``with`` block: its connection, or cluster, ends with it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the cluster."""
        self._closing.close()

    @property
    def workers(self) -> int:
        """How many tasks run at once, as far as workers have come."""
        return sum(self._client.nthreads().values())

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Generator[Ended]:
        """What became of each task; see ``Engine``."""
        as_completed: Any = import_module("distributed").as_completed
        self._refuse_others()
        call = uuid.uuid4().hex[:8]
        places: dict[str, tuple[int, int]] = {}

        def begin(index: int, attempt: int) -> Any:
            key = f"spasm-video-{call}-{index}-{attempt}"
            places[key] = (index, attempt)
            return self._client.submit(
                _in_lane, call, work, tasks[index], self._timeout_s, key=key, pure=False
            )

        ending = as_completed(
            [begin(index, 1) for index in range(len(tasks))], loop=self._client.loop
        )
        try:
            for future in ending:
                index, attempt = places.pop(future.key)
                value, lost = _outcome(future)
                future.release()
                if lost and attempt < TRIES:
                    ending.add(begin(index, attempt + 1))
                else:
                    yield Ended(index, value, lost)
        finally:
            self._client.cancel(list(ending.futures), force=True)
            self._client.run(_close_lanes, call, on_error="ignore")

    def _refuse_others(self) -> None:
        """A worker with other versions would give other bytes under the same key."""
        ours = _versions()
        for worker, theirs in self._client.run(_versions).items():
            other = [f"{n} {theirs[n]} (here {ours[n]})" for n in ours if theirs[n] != ours[n]]
            if other:
                raise InputError(
                    f"The worker {worker} has {', '.join(other)}.",
                    "Install the same versions on every machine.",
                )


def _versions() -> dict[str, str]:
    """Of what decides the bytes of a result."""
    found = {name: metadata.version(name) for name in ("av", "numpy", "onnxruntime", "scipy")}
    return {"spasm_video": __version__} | found


def _outcome(future: Any) -> tuple[Any, str]:
    """Value and why it was lost, of a future that has ended."""
    distributed: Any = import_module("distributed")
    if future.status == "finished":
        ended: Ended = future.result()
        return ended.value, ended.lost
    error = future.exception()
    return None, DIED if isinstance(error, distributed.KilledWorker) else mistake(error)


@contextmanager
def _own_cluster(workers: int) -> Iterator[str]:
    distributed: Any = import_module("distributed")
    with distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,  # it complains while it is taken down
    ) as cluster:
        yield cluster.scheduler_address


_lanes: dict[str, list[Lane]] = {}  # of this worker of Dask, by the call they work for
_idle: dict[str, list[Lane]] = {}  # those of them that wait
_lock = threading.Lock()


def _in_lane(call: str, work: Callable[[Any], Any], task: Any, timeout_s: float) -> Ended:
    """Do a task in a process of its own beside this worker, which stays for the next."""
    with _lock:
        if not _idle.setdefault(call, []):
            # A nanny marks its worker as one without children; a lane ends with it by itself.
            multiprocessing.current_process().daemon = False
            _idle[call].append(Lane(None, timeout_s))
            _lanes.setdefault(call, []).extend(_idle[call])
        lane = _idle[call].pop()
    ended = lane.do(work, task)
    with _lock:
        if call in _idle:
            _idle[call].append(lane)
    return ended


def _close_lanes(call: str) -> None:
    """End the processes of a call, at work or not: a worker of Dask cannot end before them."""
    with _lock:
        _idle.pop(call, None)
        lanes = _lanes.pop(call, [])
    for lane in lanes:
        lane.close()
