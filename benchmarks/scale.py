"""What a run costs as archives grow: time against pure parsing, a night in which little changes, memory, reading.

    python -m benchmarks.scale                       20,000 documents; memory at 10,000 and 100,000
    python -m benchmarks.scale --documents 2000 --memory 500 2000

Every figure is a ratio of two things measured in the same call on the same machine. Where other work goes on there, the
clock measures that, too; so each figure stands twice: by the clock, and by processor time as a machine with two free
cores would spend it (stages with children: all their time halved; stages of the parent alone: its own).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.samples import SIZES, lay_out
from parsers.parse import parse_document
from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.invent import MAX_PROJECTS, invent_project

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "scale.json"
SEED = 23
SAMPLE = 400
"""Documents parsed alone, for the pure cost of parsing."""
CHANGED = 100
WORKERS = 2
PARALLEL = ("parse", "assemble")
"""Stages whose work children share."""
FOLDER_FILES = 1000

BARS = {
    "full run / (pure parsing / 2)": 1.3,
    "nothing changed / full run": 0.05,
    "100 changed / full run": 0.2,
    "seconds of pd.read_parquet(projects)": 1.0,
    "peak memory, largest / smallest archive": 1.2,
}


def invent(number: int) -> ProjectContent:
    """The last capture of a project; for more of them than one seed gives."""
    return invent_project(SEED + number // MAX_PROJECTS, number % MAX_PROJECTS).captures[-1].content


def make_text(number: int) -> bytes:
    """A description of about 22 kB, of a project that no other number gives."""
    content = invent(number)
    more = number
    while len(data := lay_out(content)) < SIZES.start:
        more += 7919  # another project's, far away
        summary = invent(more).summary
        content = replace(content, final_report=f"{content.final_report or ''}\n\n{summary}".strip())
    code = f"{'ASRTUV'[number // 100_000]}{number % 100_000:05}"
    return data.replace(content.project_code.encode(), code.encode())


def write_archive(folder: Path, documents: int) -> None:
    """Texts in folders of a thousand, each of another project; files that are there already stay."""
    for number in range(documents):
        path = folder / f"{number // FOLDER_FILES:03}" / f"{number:06}.txt"
        if number % FOLDER_FILES == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(make_text(number))
            os.utime(path, (1_600_000_000, 1_600_000_000))


def measure_parsing(folder: Path, documents: int) -> float:
    """CPU milliseconds of parsing a document, and nothing else."""
    paths = sorted(folder.rglob("*.txt"))[:documents]
    chosen = [path.read_bytes() for path in paths[:: max(1, len(paths) // SAMPLE)]]
    parse_document(chosen[0], name="x.txt")
    begun = time.process_time()
    for data in chosen:
        assert parse_document(data, name="x.txt").status in ("parsed", "partial")
    return (time.process_time() - begun) / len(chosen) * 1000


def run_measured(archive: Path, out: Path) -> dict[str, Any]:
    """A run in a process of its own: ``measure_run`` of it."""
    command = [sys.executable, "-m", "benchmarks.scale", "--measure", str(archive), str(out)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_run(archive: Path, out: Path) -> dict[str, Any]:
    """A run in this process: seconds by the clock, CPU seconds by stage of parent and children, peak memory in MiB."""
    import pipeline.run
    from pipeline.settings import RunSettings

    stages: dict[str, dict[str, float]] = {}

    def used(who: int) -> float:
        usage = resource.getrusage(who)
        return usage.ru_utime + usage.ru_stime

    class Clock(pipeline.run._Clock):
        @contextmanager
        def stage(self, name: str) -> Iterator[None]:
            before = used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN)
            with super().stage(name):
                yield
            stages[name] = {
                "clock": self.seconds[name],
                "parent": round(used(resource.RUSAGE_SELF) - before[0], 3),
                "children": round(used(resource.RUSAGE_CHILDREN) - before[1], 3),
            }

    pipeline.run._Clock = Clock  # type: ignore[misc]
    settings = RunSettings(workers=WORKERS)
    result = pipeline.run.run_archive([archive], out, settings=settings)
    total = stages.pop("total")
    return {
        "documents": sum(result.documents.values()),
        "parsed": result.parsed,
        "clock_seconds": total["clock"],
        "free_seconds": round(free_seconds(total, stages), 3),
        "stages": stages,
        "parent_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "child_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "files": sum(path.is_file() for path in result.snapshot.rglob("*")),
        "snapshot_mib": round(sum(path.stat().st_size for path in result.snapshot.rglob("*")) / 2**20, 1),
        "cache_mib": round(sum(path.stat().st_size for path in (out / "cache").iterdir()) / 2**20, 1),
    }


def free_seconds(total: dict[str, float], stages: dict[str, dict[str, float]]) -> float:
    """What the run would take where its processes have two cores for themselves."""
    shared = [stage for name, stage in stages.items() if name in PARALLEL]
    halved = sum(stage["parent"] + stage["children"] for stage in shared) / WORKERS
    alone = total["parent"] + total["children"] - sum(stage["parent"] + stage["children"] for stage in shared)
    return halved + alone


def measure_night(folder: Path, documents: int) -> dict[str, Any]:
    """A full run, one with nothing changed, one with 100 documents changed, against pure parsing."""
    archive, out = folder / "night", folder / "out"
    write_archive(archive, documents)
    parsing = measure_parsing(archive, documents)
    full = run_measured(archive, out)
    nothing = run_measured(archive, out)
    changed = min(CHANGED, documents // 10)
    for path in sorted(archive.rglob("*.txt"))[:: documents // changed][:changed]:
        path.write_bytes(path.read_bytes().replace(b"hank", b"Hank", 1) + b"\n")
    some = run_measured(archive, out)
    again = measure_parsing(archive, documents)  # before and after, since the machine may be slower now than then
    pure = (parsing + again) / 2 * documents / 1000 / WORKERS
    seconds = measure_reading(out)
    runs = {"full run": full, "nothing changed": nothing, f"{changed} changed": some}
    ratios = {}
    for kind in ("clock", "free"):
        whole = full[f"{kind}_seconds"]
        ratios[kind] = {
            "full run / (pure parsing / 2)": round(whole / pure, 3),
            "nothing changed / full run": round(nothing[f"{kind}_seconds"] / whole, 4),
            "100 changed / full run": round(some[f"{kind}_seconds"] / whole, 4),
        }
    ratios["clock"]["seconds of pd.read_parquet(projects)"] = seconds
    return {
        "documents": documents,
        "parse_ms": {"before": round(parsing, 2), "after": round(again, 2)},
        "pure_seconds_of_two": round(pure, 1),
        "runs": runs,
        "ratios": ratios,
    }


def measure_reading(out: Path) -> float:
    """Seconds by the clock of reading table ``projects`` with pandas, the best of three."""
    import pandas as pd

    seconds = []
    for _ in range(3):
        begun = time.monotonic()
        frame = pd.read_parquet(out / "latest" / "tables" / "projects")
        seconds.append(time.monotonic() - begun)
        assert len(frame)
    return round(min(seconds), 3)


def measure_memory(folder: Path, sizes: list[int]) -> dict[str, Any]:
    """Peak memory of full runs over archives of several sizes."""
    rows = []
    for documents in sizes:
        archive = folder / "memory"
        write_archive(archive, documents)  # the larger archive goes on from the smaller one
        rows.append(run_measured(archive, folder / f"out{documents}"))
    peaks = [max(row["parent_mib"], row["child_mib"]) for row in rows]
    return {"runs": rows, "peaks_mib": peaks, "ratio": round(peaks[-1] / peaks[0], 3)}


def main() -> None:
    """Measure, print the ratios beside their bars, and write ``benchmarks/results/scale.json``."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    options.add_argument("--documents", type=int, default=20_000)
    options.add_argument("--memory", type=int, nargs="*", default=[10_000, 100_000], metavar="DOCUMENTS")
    options.add_argument("--folder", type=Path, help="where to work; kept (default: a temporary folder)")
    options.add_argument("--no-result", action="store_true", help="do not write benchmarks/results/scale.json")
    options.add_argument("--measure", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        print(json.dumps(measure_run(*given.measure)))
        return
    result: dict[str, Any] = {"python": platform.python_version(), "cores": len(os.sched_getaffinity(0))}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if given.documents:
            result["night"] = measure_night(folder, given.documents)
        if given.memory:
            result["memory"] = measure_memory(folder, given.memory)
    result["load_average"] = round(os.getloadavg()[0], 1)
    show(result)
    if not given.no_result:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")


def show(result: dict[str, Any]) -> None:
    """Print every ratio beside its bar."""
    if night := result.get("night"):
        print(
            f"{night['documents']:,} documents, pure parsing {night['parse_ms']} ms each; load {result['load_average']}"
        )
        for kind, ratios in night["ratios"].items():
            for name, value in ratios.items():
                print(f"  {kind:<6}{name:<42}{value:8.3f}   bar {BARS[name]}")
        for name, run in night["runs"].items():
            print(f"  {name}: {run['clock_seconds']} s, {run['free_seconds']} s on free cores")
            for stage, spent in run["stages"].items():
                print(f"      {stage:<10} {spent}")
    if memory := result.get("memory"):
        name = "peak memory, largest / smallest archive"
        print(f"  {name:<48}{memory['ratio']:8.3f}   bar {BARS[name]}   {memory['peaks_mib']} MiB")


if __name__ == "__main__":
    main()
