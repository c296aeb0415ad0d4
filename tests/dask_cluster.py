"""A Dask scheduler and workers as processes of their own on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


@contextlib.contextmanager
def start_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address and the workers, one thread each and no nanny: killed, they stay dead."""
    folder.mkdir()
    file = folder / "scheduler.json"
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    environment = os.environ | {"PYTHONPATH": path, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    local = ("--no-dashboard", "--scheduler-file", str(file))
    commands = [["dask_scheduler", "--host", "127.0.0.1", "--port", "0"]]
    commands += [["dask_worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]] * workers
    with contextlib.ExitStack() as stack:
        started = []
        for number, (module, *arguments) in enumerate(commands):
            log = stack.enter_context((folder / f"{number}.log").open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *local],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
            )
            stack.callback(_end, process)
            started.append(process)
        deadline = time.monotonic() + 60
        while not file.exists() or not file.read_text():
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], started[1:]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
