"""What a Dask worker does: a batch of tasks in a guarded child of its own, as the pool of one machine does it.

A document that aborts, hangs or eats memory costs itself here, too, and not the worker: its limits are the child's.
"""

from __future__ import annotations

import contextlib
import threading

from pipeline.errors import PipelineError
from pipeline.fingerprint import table_fingerprint
from pipeline.progress import Stop
from pipeline.workers import Job, Outcome, Pool, Task

Given = list[tuple[int, bytes, int]]
"""(number, payload, weight) of each task."""
Found = list[tuple[int, bytes | None, str | None, str, bytes]]
"""The fields of each task's outcome."""


class OtherProgramError(PipelineError):
    """A worker has another version of the program than the run: its results would be other ones."""


_idle: list[tuple[Job, Pool]] = []
_lock = threading.Lock()


def work(job: Job, program: str, given: Given) -> Found:
    """Outcomes of the tasks; ``program`` is ``describe_program`` of the run. Raises ``PipelineError``."""
    if program != describe_program(job):
        raise OtherProgramError("another version of the program")
    pool = _take(job)
    try:
        outcomes = list(pool.run(Task(*one) for one in given))
    except BaseException:
        pool.__exit__()
        raise
    with _lock:
        _idle.append((job, pool))  # its child is ready for the next batch
    return [(one.number, one.result, one.failure, one.detail, one.payload) for one in outcomes]


def describe_program(job: Job) -> str:
    """Changes whenever the same task might have another outcome."""
    return table_fingerprint(str(job.options.get("parser", "parsers.parse")))


def read_outcomes(found: Found) -> list[Outcome]:
    """The outcomes that ``work`` gives."""
    return [Outcome(*one) for one in found]


def release() -> int:
    """End the children that wait for work; how many pools."""
    with _lock:
        pools = [pool for _, pool in _idle]
        _idle.clear()
    for pool in pools:
        with contextlib.suppress(OSError):
            pool.__exit__()
    return len(pools)


def _take(job: Job) -> Pool:
    """A pool of one child for the job; those of earlier jobs are ended."""
    with _lock:
        mine = next((place for place, (other, _) in enumerate(_idle) if other == job), None)
        if mine is not None:
            return _idle.pop(mine)[1]
        stale = [pool for _, pool in _idle]
        _idle.clear()
    for pool in stale:
        pool.__exit__()
    return Pool(job, 1, Stop())
