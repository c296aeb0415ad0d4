"""Speed and memory, ours and others', on the same invented files in one run: ``make bench``.

Writes ``docs/performance.md`` with its plots and ``benchmarks/results/performance.json``. CPU time, not the clock, but
for whole runs; everything that is compared takes turns. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import samples
from benchmarks.measure import Figures, measure_files, peak_memory, read_run, run_command, settle
from benchmarks.performance_page import write_performance_page
from benchmarks.stages import time_stages
from benchmarks.workloads import MINER, PARSE, PDFIUM, PLUMBER, READ
from parsers.readers.pdf import read_pdf

RESULTS = Path(__file__).parent / "results" / "performance.json"
ARCHIVES = (250, 1000)
"""Projects of the archives over which memory is compared."""
WORKERS = 1500
"""Projects of the archive that is run by one worker and by two."""


def measure_formats(folder: Path, say: Callable[[str], None], texts: int) -> Figures:
    """Reading and parsing by format; the same descriptions in each."""
    contents = samples.invent_contents(texts)
    few = contents[:3]
    found: Figures = {}
    say("texts")
    written = samples.write_texts(folder, contents)
    measure_files(written[:2], 2)  # warm
    found["text"] = measure_files(written, 7)
    for layout in samples.PAGES_OF:
        say(f"pages: {layout}")
        found[layout] = measure_files(samples.write_pages(folder, few, layout), 7)
    stages = {"text": time_stages(written, 7), "service": time_stages(samples.write_pages(folder, few, "service"), 7)}
    for producer in samples.PRODUCERS:
        say(f"prints: {producer}")
        prints = samples.write_prints(folder, few, producer)
        if prints:
            found[producer] = measure_files(prints, 7) | {
                "pages": [read_pdf(path.read_bytes()).pages for path in prints]
            }
            stages[producer] = time_stages(prints, 7)
    return {"formats": found, "stages": stages}


def measure_memory(folder: Path, say: Callable[[str], None]) -> Figures:
    """Peak memory of one process that reads an 8-page PDF, and then one of 60 pages."""
    say("memory")
    content = samples.invent_contents(1)[0]
    short, long = samples.write_prints(folder, [content], "reportlab")[0], samples.write_long_print(folder, content)
    peaks = {work: peak_memory(work, long, short) for work in (READ, PARSE, PDFIUM, MINER, PLUMBER)}
    return {
        "pages": [read_pdf(path.read_bytes()).pages for path in (short, long)],
        "mib": {work: {"short": before, "long": after} for work, (before, after) in peaks.items()},
    }


def measure_runs(folder: Path, say: Callable[[str], None]) -> Figures:
    """Whole runs: memory over two sizes, nothing changed, and two workers against one."""
    rows = []
    for projects in ARCHIVES:
        say(f"runs of {projects} projects")
        archive, out = _make_archive(folder, projects), folder / f"out{projects}"
        for kind in ("from nothing", "nothing changed"):
            seconds, memory = run_command("run", archive, "--out", str(out), "--quiet", "--language", "off")
            documents = sum(read_run(out)["documents"].values())
            rows.append(
                {"documents": documents, "run": kind, "seconds": round(seconds, 2), "largest_process_mib": memory}
            )
    archive = _make_archive(folder, WORKERS)
    parse: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(3):
        for workers, seen in parse.items():
            say(f"{workers} workers, turn {turn + 1}")
            out = folder / f"workers{workers}_{turn}"
            options = ("--workers", str(workers), "--quiet", "--language", "off")
            run_command("run", archive, "--out", str(out), *options)
            seen.append(read_run(out)["seconds"]["parse"])
    least = {workers: min(seconds) for workers, seconds in parse.items()}
    return {
        "sizes": rows,
        "workers": {
            "projects": WORKERS,
            "parse_seconds": {str(workers): round(seconds, 2) for workers, seconds in least.items()},
            "ratio": round(least[1] / least[2], 2),
        },
    }


def _make_archive(folder: Path, projects: int) -> str:
    target = folder / f"archive{projects}"
    run_command("make-archive", str(target), "--projects", str(projects), "--seed", "3", "--quiet")
    return str(target / "archive")


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--texts", type=int, default=20, help="texts that are measured (20)")
    parser.add_argument("--no-runs", action="store_true", help="leave out whole runs (they take some minutes)")
    parser.add_argument("--print", action="store_true", help="print the figures as JSON and write nothing")
    parser.add_argument("--page", action="store_true", help="only write the page anew, from the last figures")
    options = parser.parse_args()
    if options.page:
        write_performance_page(json.loads(RESULTS.read_text(encoding="utf-8")))
        return

    def say(step: str) -> None:
        print(f"measuring {step} …", flush=True)

    settle()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found: Figures = {
            "machine": {"python": platform.python_version(), "cores": len(os.sched_getaffinity(0))},
            "load": round(os.getloadavg()[0], 1),
            **measure_formats(folder, say, options.texts),
            "memory": measure_memory(folder, say),
        }
        if not options.no_runs:
            found["runs"] = measure_runs(folder, say)
    if options.print:
        print(json.dumps(found, indent=1))
        return
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written: {write_performance_page(found)}")


if __name__ == "__main__":
    main()
