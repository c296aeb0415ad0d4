"""A document that aborts, hangs or eats memory costs itself and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InterruptedRunError, WorkerError
from pipeline.progress import Stop
from pipeline.settings import MEBIBYTE, Limits
from pipeline.workers import Job, Outcome, Pool, Task

LIMITS = Limits(cpu_seconds=1, wall_seconds=2.0, memory_bytes=200 * MEBIBYTE)


def make_handler(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """Runs in the child: the payload is what to do."""

    def handle(payload: bytes) -> bytes:
        deed = payload.decode()
        if deed == "pid":
            return str(os.getpid()).encode()
        if deed == "abort":
            os.abort()
        if deed == "exit":
            os._exit(3)
        if deed == "spin":
            while True:
                pass
        if deed == "burn":
            begun = time.process_time()
            while time.process_time() - begun < 0.4:
                pass
        if deed == "sleep":
            time.sleep(600)
        if deed == "eat":
            hoard = [bytearray(MEBIBYTE)]
            while True:
                hoard.append(bytearray(MEBIBYTE))
        if deed == "raise":
            raise ValueError("secret text")
        if deed == "disk":
            raise OSError(28, "secret text")
        if deed.startswith("once "):
            # dies the first time only, as a child does that the system killed for another's greed
            flag = Path(deed.removeprefix("once "))
            if not flag.exists():
                flag.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if deed.startswith("note "):
            with Path(deed.removeprefix("note ")).open("a") as file:
                file.write("x")
        return options.get("prefix", "").encode() + payload

    return handle


def make_nothing(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """A handler that cannot be made."""
    raise SystemExit(options["code"])


def work(*deeds: str, workers: int = 2, **options: Any) -> dict[int, Outcome]:
    job = Job("test_workers:make_handler", options, LIMITS)
    with Pool(job, workers, Stop()) as pool:
        outcomes = list(pool.run(Task(number, deed.encode()) for number, deed in enumerate(deeds)))
    assert sorted(outcome.number for outcome in outcomes) == list(range(len(deeds)))
    return {outcome.number: outcome for outcome in outcomes}


def test_every_task_gets_its_result() -> None:
    outcomes = work(*(f"task {number}" for number in range(200)), prefix="done: ")
    assert all(outcomes[number].result == f"done: task {number}".encode() for number in range(200))


@pytest.mark.parametrize(
    ("deed", "failure", "detail"),
    [
        ("abort", "crash", "SIGABRT"),
        ("exit", "crash", "exit code 3"),
        ("spin", "timeout", ""),
        ("sleep", "timeout", ""),
        ("eat", "memory", "MemoryError"),
        ("raise", "error", "ValueError"),
        ("disk", "error", "OSError ENOSPC"),
    ],
)
def test_a_bad_task_costs_itself_only(deed: str, failure: str, detail: str) -> None:
    deeds = [*(f"a{number}" for number in range(40)), deed, *(f"b{number}" for number in range(40))]
    outcomes = work(*deeds)
    bad = outcomes.pop(40)
    assert (bad.result, bad.failure, bad.detail) == (None, failure, detail)
    assert all(outcome.result == deeds[number].encode() for number, outcome in outcomes.items())


def test_cpu_time_is_limited_for_each_task() -> None:
    # 1 s is allowed: the fifth task of 0.4 s would be beyond it if the limit did not move along
    job = Job("test_workers:make_handler", {}, Limits(cpu_seconds=1, wall_seconds=60.0))
    with Pool(job, 1, Stop()) as pool:
        tasks = [*(Task(number, b"burn") for number in range(6)), Task(6, b"spin")]
        failures = {outcome.number: outcome.failure for outcome in pool.run(iter(tasks))}
    assert failures == dict.fromkeys(range(6)) | {6: "timeout"}


def test_several_bad_tasks_in_one_batch(tmp_path: Path) -> None:
    deeds = ["abort", "a", "exit", "eat", "raise", "b", "abort", f"once {tmp_path / 'flag'}"]
    outcomes = work(*deeds, workers=1)
    assert [outcomes[number].failure for number in range(8)] == [
        "crash", None, "crash", "memory", "error", None, "crash", None,
    ]  # fmt: skip


def test_a_task_whose_child_was_killed_by_others_is_innocent(tmp_path: Path) -> None:
    outcomes = work("a", f"once {tmp_path / 'flag'}", "b")
    assert (tmp_path / "flag").exists()
    assert all(outcome.failure is None for outcome in outcomes.values())


def test_results_that_were_reported_are_not_made_again(tmp_path: Path) -> None:
    # the first batch ends before the second kills the child
    deeds = [*(f"note {tmp_path / 'note'}" for _ in range(32)), "abort"]
    work(*deeds, workers=1)
    assert (tmp_path / "note").read_text() == "x" * 32


def test_children_that_cannot_start_end_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        Pool(Job("test_workers:make_nothing", {"code": 7}, LIMITS), 2, Stop()) as pool,
        pytest.raises(WorkerError, match="exit code 7"),
    ):
        list(pool.run(iter([Task(0, b"a")])))
    with Pool(Job("no_such_module:f", {}, LIMITS), 1, Stop()) as pool, pytest.raises(WorkerError):
        list(pool.run(iter([Task(0, b"a")])))
    assert "no_such_module" in capfd.readouterr().err


def test_a_stop_ends_children_at_once() -> None:
    stop = Stop()
    begun = time.monotonic()
    with Pool(Job("test_workers:make_handler", {}, LIMITS), 1, stop) as pool:
        outcomes = pool.run(iter([Task(0, b"pid"), *(Task(number, b"sleep") for number in range(1, 50))]))
        stop.signal = signal.SIGTERM
        with pytest.raises(InterruptedRunError, match="SIGTERM"):
            list(outcomes)
    assert time.monotonic() - begun < 2


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


_PARENT = """
import sys
from pipeline.progress import Stop
from pipeline.settings import Limits
from pipeline.workers import Job, Pool, Task
with Pool(Job("test_workers:make_handler", {}, Limits()), 2, Stop(), batch_tasks=1) as pool:
    for outcome in pool.run(iter([Task(0, b"pid"), Task(1, b"pid"), Task(2, b"sleep"), Task(3, b"spin")])):
        print(outcome.result.decode(), flush=True)
"""


def test_children_die_with_their_parent() -> None:
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
    ) as parent:
        assert parent.stdout is not None
        pids = {int(parent.stdout.readline()) for _ in range(2)}
        time.sleep(0.3)
        assert any(map(alive, pids))
        parent.kill()
        parent.wait()
        for _ in range(50):
            if not any(map(alive, pids)):
                break
            time.sleep(0.1)
        left = [pid for pid in pids if alive(pid)]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert not left


def test_no_child_outlives_its_pool() -> None:
    outcomes = work("pid", "pid", "pid", workers=3)
    assert not any(alive(int(outcome.result or b"0")) for outcome in outcomes.values())
