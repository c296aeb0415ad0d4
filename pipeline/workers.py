"""A pool of killable children: one document at a time is in doubt, and a document that kills costs only itself.

``concurrent.futures`` loses every pending task when a worker dies and ``multiprocessing.Pool`` hangs. Here a dead
child's batch is given to a new one, without the task it died at: that one is tried once more, alone, in a fresh child,
and only if it kills again is it given up.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pipeline.errors import WorkerError
from pipeline.progress import Stop
from pipeline.settings import Limits
from pipeline.worker import NOTE, Hello, Results, receive_frame, send_frame

POLL_SECONDS = 0.2
BATCH_TASKS = 32
BATCH_BYTES = 1 << 20
START_SECONDS = 120.0
"""A child that has not begun by then never will."""
LAST_WORDS_SECONDS = 1.0
"""A child whose channel is closed is about to end: how it does is worth waiting for."""
MAX_FRUITLESS = 3
"""Children that may die one after the other without having begun a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a child to do."""

    number: int
    payload: bytes
    weight: int = 0
    """Bytes to be read for it; batches are kept small by it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: a ``result``, or a ``failure``: ``crash``, ``timeout``, ``memory``, ``error``."""

    number: int
    result: bytes | None
    failure: str | None = None
    detail: str = ""
    """A signal's or an exception class's name."""
    payload: bytes = b""
    """The task's, where it failed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all children of a pool do."""

    handler: str
    """``module:function``, called in the child with ``options``; gives the function from payload to result."""
    options: dict[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pipeline.worker import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
_decoder = msgspec.msgpack.Decoder(Results)
_encoder = msgspec.msgpack.Encoder()


class _Child:
    """A child process with its channel and the page in which it notes its task."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pending: dict[int, Task] = {}
        self.fresh = True
        self.started = time.monotonic()
        self.killed_for: str | None = None
        self.channel, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as page:
            page.write(NOTE.pack(-1, 0.0, 0))
            page.flush()
            self.page = mmap.mmap(page.fileno(), NOTE.size)
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), str(theirs.fileno()), str(page.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), page.fileno()),
                process_group=0,  # Ctrl-C is for the parent
            )
        # a child that sends half a message and stops must not hold up the others for ever
        self.channel.settimeout(job.limits.wall_seconds)
        hello = Hello(
            parent=os.getpid(),
            handler=job.handler,
            options=job.options,
            cpu_seconds=job.limits.cpu_seconds,
            memory_bytes=job.limits.memory_bytes,
        )
        with contextlib.suppress(OSError):  # a child that is dead already shows as an end of file
            send_frame(self.channel, _encoder.encode(hello))

    def give(self, batch: list[Task]) -> None:
        self.pending = {task.number: task for task in batch}
        with contextlib.suppress(OSError):
            send_frame(self.channel, _encoder.encode([(task.number, task.payload) for task in batch]))

    def note(self) -> tuple[int, float, int]:
        number, since, resident = NOTE.unpack_from(self.page, 0)
        return number, since, resident

    def kill(self, why: str | None = None) -> None:
        self.killed_for = why
        # not Popen.kill: it would reap a child that is dead already, and with it how it died
        os.kill(self.process.pid, signal.SIGKILL)

    def close(self, grace: float = 0.0) -> tuple[int, int]:
        """End the child, at the latest after ``grace`` seconds; its exit status and its peak memory in bytes."""
        self.channel.close()
        deadline = time.monotonic() + grace
        pid, raw, usage = os.wait4(self.process.pid, os.WNOHANG)
        while not pid and time.monotonic() < deadline:
            time.sleep(0.005)
            pid, raw, usage = os.wait4(self.process.pid, os.WNOHANG)
        if not pid:
            os.kill(self.process.pid, signal.SIGKILL)
            _, raw, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(raw)
        self.page.close()
        return self.process.returncode, usage.ru_maxrss * 1024


class Pool:
    """Children that work on tasks; a context manager, so that none of them outlives it."""

    def __init__(self, job: Job, workers: int, stop: Stop, batch_tasks: int = BATCH_TASKS) -> None:
        self._job = job
        self._workers = workers
        self._stop = stop
        self._batch_tasks = batch_tasks
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._again: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._suspects: set[int] = set()
        self._fruitless = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
        for child in list(self._children):
            self._remove(child)
        self._selector.close()

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Outcomes of all tasks, in no particular order; ``tasks`` is read as children become free."""
        while True:
            self._stop.check()
            for child in list(self._children):
                if not child.pending:
                    self._feed(child, tasks)
            while len(self._children) < self._workers:
                batch = self._next_batch(tasks)
                if not batch:
                    break
                self._start(batch)
            if not any(child.pending for child in self._children):
                return
            for key, _ in self._selector.select(POLL_SECONDS):
                yield from self._listen(key.data, tasks)
            self._watch()

    def _start(self, batch: list[Task]) -> None:
        child = _Child(self._job)
        self._children.append(child)
        self._selector.register(child.channel, selectors.EVENT_READ, child)
        child.give(batch)

    def _remove(self, child: _Child, grace: float = 0.0) -> tuple[int, int]:
        self._children.remove(child)
        self._selector.unregister(child.channel)
        return child.close(grace)

    def _feed(self, child: _Child, tasks: Iterator[Task]) -> None:
        if self._alone and not child.fresh:
            self._remove(child)  # a suspect gets a child of its own
            return
        batch = self._next_batch(tasks)
        if batch:
            child.give(batch)

    def _next_batch(self, tasks: Iterator[Task]) -> list[Task]:
        if self._alone:
            return [self._alone.popleft()]
        batch: list[Task] = []
        weight = 0
        while len(batch) < self._batch_tasks and weight < BATCH_BYTES:
            task = self._again.popleft() if self._again else next(tasks, None)
            if task is None:
                break
            batch.append(task)
            weight += task.weight
        return batch

    def _listen(self, child: _Child, tasks: Iterator[Task]) -> Iterator[Outcome]:
        try:
            results = _decoder.decode(receive_frame(child.channel))
        except (EOFError, OSError):  # OSError: reset or timed out
            yield from self._bury(child)
            return
        child.fresh = False
        self._fruitless = 0
        for number, _ in results.done:
            del child.pending[number]
        failed = [(child.pending.pop(number), name) for number, name in results.failed]
        if results.leaves:
            self._remove(child)
        elif results.last:
            self._feed(child, tasks)  # first, so that it works while its results are kept
        for number, result in results.done:
            yield Outcome(number, result)
        for task, name in failed:
            if name == "MemoryError":
                yield from self._suspect(task, "memory", name)
            else:
                yield Outcome(task.number, None, "error", name, task.payload)

    def _bury(self, child: _Child) -> Iterator[Outcome]:
        number, _, resident = child.note()
        pending, why = child.pending, child.killed_for
        status, peak = self._remove(child, LAST_WORDS_SECONDS)
        culprit = pending.pop(number, None)
        self._again.extend(pending.values())
        if culprit is None:
            self._fruitless += 1
            if self._fruitless >= MAX_FRUITLESS:
                raise WorkerError(f"child processes die before they begin to work ({_how(status)}); see above")
            return
        self._fruitless = 0
        if why is None:
            if status == -signal.SIGXCPU:
                why = "timeout"
            else:
                why = "memory" if peak - resident > self._job.limits.memory_bytes // 2 else "crash"
        if why == "timeout":
            # no detail: which of the limits comes first depends on how busy the machine is
            yield Outcome(culprit.number, None, why, payload=culprit.payload)
        else:
            yield from self._suspect(culprit, why, _how(status))

    def _suspect(self, task: Task, why: str, detail: str) -> Iterator[Outcome]:
        if task.number in self._suspects:
            yield Outcome(task.number, None, why, detail, task.payload)
        else:
            self._suspects.add(task.number)
            self._alone.append(task)

    def _watch(self) -> None:
        now = time.monotonic()
        for child in self._children:
            number, since, _ = child.note()
            if number in child.pending:
                late = now - since > self._job.limits.wall_seconds
            else:
                late = child.fresh and now - child.started > START_SECONDS
            if late:
                child.kill("timeout")


def _how(status: int) -> str:
    if status >= 0:
        return f"exit code {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
