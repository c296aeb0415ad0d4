"""A Dask cluster instead of children of this machine: the same tasks, the same outcomes, the same bytes.

Each worker does its batch in a guarded child (``pipeline.cluster_task``), so limits hold there as they do here. A
worker that dies gives its batch back: Dask hands it to another, ``allowed-failures`` times. A batch at which workers
die again and again is taken apart, and a document that even alone kills workers is done here, in a guarded child.
"""

# Dask has no types, so what is of it is Any.
# ruff: noqa: ANN401
from __future__ import annotations

import contextlib
import importlib
import queue
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import msgspec

from pipeline.cluster_task import describe_program, read_outcomes, release, work
from pipeline.errors import SettingsError, WorkerError
from pipeline.progress import Stop
from pipeline.workers import BATCH_BYTES, BATCH_TASKS, Job, Outcome, Pool, Task

CONNECT_SECONDS = 20
POLL_SECONDS = 0.2
COUNT_SECONDS = 2.0
"""How often workers are counted: they may come and go."""
AHEAD = 2
"""Batches given out for each thread of the cluster, so that none waits for the next."""
MAX_LOST = 3
"""Times that a batch may get lost with its workers' memory before the run ends."""


class AnyPool(Protocol):
    """What gives tasks to somebody: ``pipeline.workers.Pool`` or ``ClusterPool``."""

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]: ...


PoolMaker = Callable[[Job, int, Stop, int], AbstractContextManager[AnyPool]]
"""From a job, a number of children, the stop and the most tasks of a batch."""


class SlurmSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Table ``[slurm]`` of a settings file: what ``dask_jobqueue.SLURMCluster`` is told."""

    jobs: int
    """Jobs to be submitted."""
    cores: int
    memory: str
    """Of a job, as SLURM is asked for it: ``16GB``."""
    processes: int | None = None
    queue: str | None = None
    account: str | None = None
    walltime: str = "04:00:00"
    interface: str | None = None
    local_directory: str | None = None
    log_directory: str | None = None
    python: str | None = None
    job_extra_directives: list[str] = []
    job_script_prologue: list[str] = []
    wait_seconds: float = 3600.0
    """How long the first worker may stand in the queue."""


class SlurmFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    slurm: SlurmSection


def load_slurm(path: Path) -> SlurmSection:
    """Read and check a settings file; raises ``SettingsError``."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), SlurmFile).slurm
    except OSError as error:
        raise SettingsError(f"--scheduler {path}: neither an address (tcp://…) nor a file: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if found.jobs < 1 or found.cores < 1:
        raise SettingsError(f"{path}: jobs and cores must be 1 or more")
    return found


@contextlib.contextmanager
def open_pools(scheduler: str, stop: Stop) -> Iterator[PoolMaker]:
    """What makes pools: of this machine without a ``scheduler``, else of the cluster, to which it connects.

    ``scheduler`` is an address (``tcp://…``, ``tls://…``) or the path of a settings file with ``[slurm]``. Raises
    ``SettingsError``, or ``WorkerError`` where the cluster cannot be reached.
    """
    if not scheduler:
        yield Pool
        return
    slurm = None if "://" in scheduler else load_slurm(Path(scheduler))
    distributed = _load("distributed")
    with contextlib.ExitStack() as stack:
        if slurm is not None:
            cluster = stack.enter_context(start_slurm(slurm))
            cluster.scale(jobs=slurm.jobs)
        try:
            client = distributed.Client(
                cluster if slurm is not None else scheduler, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise WorkerError(f"no Dask scheduler answers at {scheduler} ({type(error).__name__})") from error
        stack.callback(client.close, timeout=CONNECT_SECONDS)
        _wait_for_workers(client, stop, slurm.wait_seconds if slurm is not None else CONNECT_SECONDS)
        stack.callback(_release, client)
        yield lambda job, _workers, given_stop, batch: ClusterPool(client, job, given_stop, batch)


def start_slurm(slurm: SlurmSection) -> Any:
    """A ``SLURMCluster`` that has submitted nothing yet."""
    settings = {name: value for name, value in msgspec.structs.asdict(slurm).items() if value is not None}
    for name in ("jobs", "wait_seconds"):
        del settings[name]
    jobqueue = _load("dask_jobqueue")
    return jobqueue.SLURMCluster(**settings, scheduler_options={"dashboard": False})


def _load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SettingsError("--scheduler needs more packages: pip install 'hankekuvaus[dask]'") from error


def _wait_for_workers(client: Any, stop: Stop, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not client.nthreads():
        stop.check()
        if time.monotonic() > until:
            raise WorkerError(f"the Dask cluster has no workers after {seconds:.0f} s")
        time.sleep(POLL_SECONDS)


def _release(client: Any) -> None:
    # what is left ends with its worker
    with contextlib.suppress(OSError, RuntimeError, TimeoutError):
        client.run(release, on_error="ignore")


class ClusterPool:
    """Tasks on a cluster's workers; the counterpart of ``pipeline.workers.Pool``."""

    def __init__(self, client: Any, job: Job, stop: Stop, batch_tasks: int = BATCH_TASKS) -> None:
        self._client = client
        self._job = job
        self._program = describe_program(job)
        self._stop = stop
        self._batch_tasks = batch_tasks
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._given: dict[str, tuple[Any, list[Task], int]] = {}
        """Key → (future, batch, times it got lost)."""
        self._again: deque[tuple[list[Task], int]] = deque()
        self._slots = 0
        self._counted = 0.0
        self._seen = time.monotonic()

    def __enter__(self) -> ClusterPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._given:
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                self._client.cancel([future for future, _, _ in self._given.values()])
        self._given.clear()

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Outcomes of all tasks, in no particular order; ``tasks`` is read as workers become free."""
        while True:
            self._stop.check()
            self._count()
            while len(self._given) < self._slots and (more := self._next_batch(tasks)):
                self._give(*more)
            if not self._given:
                if self._slots:
                    return
                time.sleep(POLL_SECONDS)
                continue
            try:
                future = self._done.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if future.key in self._given:  # else it was cancelled
                yield from self._receive(*self._given.pop(future.key))

    def _count(self) -> None:
        """How much may be given out; raises ``WorkerError`` where nobody is left."""
        now = time.monotonic()
        if now - self._counted < COUNT_SECONDS:
            return
        self._counted = now
        try:
            threads = sum(self._client.nthreads().values())
        except (OSError, RuntimeError, TimeoutError) as error:
            raise WorkerError(f"the Dask scheduler is gone ({type(error).__name__}); run again") from error
        self._slots = threads * AHEAD
        if threads:
            self._seen = now
        elif now - self._seen > CONNECT_SECONDS * 6:
            raise WorkerError("all workers of the Dask cluster are gone; what is parsed is kept, run again")

    def _next_batch(self, tasks: Iterator[Task]) -> tuple[list[Task], int] | None:
        if self._again:
            return self._again.popleft()
        batch: list[Task] = []
        weight = 0
        while len(batch) < self._batch_tasks and weight < BATCH_BYTES:
            task = next(tasks, None)
            if task is None:
                break
            batch.append(task)
            weight += task.weight
        return (batch, 0) if batch else None

    def _give(self, batch: list[Task], lost: int) -> None:
        given = [(task.number, task.payload, task.weight) for task in batch]
        future = self._client.submit(work, self._job, self._program, given, pure=False)
        self._given[future.key] = (future, batch, lost)
        future.add_done_callback(self._done.put)

    def _receive(self, future: Any, batch: list[Task], lost: int) -> Iterator[Outcome]:
        if future.status == "finished":
            yield from read_outcomes(future.result())
        elif future.status == "error":
            error = future.exception()
            kind = type(error).__name__
            if kind != "KilledWorker":
                hint = "; install the same version everywhere" if kind == "OtherProgramError" else ""
                raise WorkerError(f"a worker of the Dask cluster cannot work ({kind}){hint}") from error
            if len(batch) > 1:
                self._again.extend(([task], 0) for task in batch)
            else:  # even alone it ends workers: here it ends a child
                with Pool(self._job, 1, self._stop, 1) as pool:
                    yield from pool.run(iter(batch))
        elif lost < MAX_LOST:
            self._again.append((batch, lost + 1))
        else:
            raise WorkerError(f"the Dask cluster lost the same work {MAX_LOST + 1} times ({future.status})")
