"""CPU time and peak memory, taken so that a busy machine harms all alike: in turns, the least of several rounds."""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.workloads import PARSE, POPPLER, SLOW, find_poppler, list_works, run_poppler, time_apart
from pipeline.worker import COLLECT_AFTER

Figures = dict[str, Any]
# The peak of getrusage would begin with that of the parent; the kernel's own mark begins with the process.
_MEMORY_CHILD = """
import re, sys
from pathlib import Path
from benchmarks.workloads import list_works
def peak():
    return re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
path = Path(sys.argv[2])
works = list_works(path)
warm = list_works(Path(sys.argv[3])).get(sys.argv[1])
if warm: warm()
before = peak()
if sys.argv[1] in works: works[sys.argv[1]]()
print(before, peak())
"""

# Between this process, which is large, and the command: the kernel counts a parent's memory as its child's.
_LAUNCHER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def settle() -> None:
    """The garbage collector as in a worker: what is loaded stays, and is not looked at again with every document."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def least_cpu(works: dict[str, Callable[[], object]], rounds: int, slow_rounds: int = 1) -> dict[str, float]:
    """The least CPU milliseconds of each, over rounds in which they take turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()  # what is done once in a process is not counted
    for number in range(rounds):
        for name, work in works.items():
            if name in SLOW and number >= slow_rounds:
                continue
            begun = time.process_time()
            work()
            times[name].append(time.process_time() - begun)
    return {name: 1000 * min(seconds) for name, seconds in times.items()}


def measure_files(paths: Sequence[Path], rounds: int) -> Figures:
    """Mean over the files of what each work costs in CPU milliseconds, and our parse with two parts of it apart."""
    rows: list[dict[str, float]] = []
    poppler = find_poppler()
    for path in paths:
        row = least_cpu(list_works(path), rounds)
        if poppler and path.suffix == ".pdf":
            row[POPPLER] = 1000 * min(run_poppler(poppler, path) for _ in range(3))
        runs = [time_apart(path, time.process_time) for _ in range(rounds)]
        row["masking"] = 1000 * min(masking for _, masking, _ in runs)
        row["language"] = 1000 * min(language for _, _, language in runs)
        row["apart"] = 1000 * min(total - masking - language for total, masking, language in runs)
        rows.append(row)
    names = rows[0]
    return {
        "files": len(paths),
        "kilobytes": round(statistics.mean(path.stat().st_size for path in paths) / 1000, 1),
        "cpu_ms": {name: round(statistics.mean(row[name] for row in rows), 3) for name in names},
        "median_apart_ms": round(statistics.median(row["apart"] for row in rows), 3),
        "documents_per_second": round(1000 / statistics.mean(row[PARSE] for row in rows)),
    }


def peak_memory(work: str, path: Path, warm: Path) -> tuple[float, float]:
    """MiB of a fresh process that has done a work on the file ``warm``, and its peak after doing it on ``path`` too."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _MEMORY_CHILD, work, str(path), str(warm)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = map(int, done.stdout.split())
    return round(before / 1024, 1), round(after / 1024, 1)


def run_command(*arguments: str) -> tuple[float, int]:
    """Wall seconds of a command of ours, and the most memory (MiB) that any of its processes had."""
    command = [str(Path(sys.executable).with_name("hankekuvaus")), *arguments]
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", _LAUNCHER, *command], stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    seconds = time.monotonic() - begun
    code, peak = map(int, done.stdout.split()[-2:])
    if code not in (0, 3):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, peak // 1024


def read_run(out: Path) -> Figures:
    """What the newest snapshot says of the run that made it."""
    found: Figures = json.loads((out / "latest" / "run.json").read_text(encoding="utf-8"))
    return found
