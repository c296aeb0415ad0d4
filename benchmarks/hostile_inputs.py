"""Every hostile input by itself between two sound documents: what became of it, how long it took, how much memory.

Writes ``docs/hostile.md``; ends with 1 where an outcome is not the expected one, a sibling was harmed or something
was written outside the output. Arguments: words that names of cases must hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from hostile.archive import CASES, SIBLINGS, is_expected, read_outcomes, write_cases  # noqa: E402 - after the path is set
from hostile.case import Case  # noqa: E402

SECONDS = 900

# in a process of its own, so that the peak is this case's alone; in memory kilobytes
_RUN = """
import json, resource, sys, time
from pathlib import Path
from pipeline.run import run_archive
from pipeline.settings import RunSettings
begun = time.monotonic()
run_archive([Path(sys.argv[1])], Path(sys.argv[2]), settings=RunSettings(workers=1))
seconds = time.monotonic() - begun
# not RUSAGE_SELF: Linux counts in it what the process that started this one had
own = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(json.dumps([seconds, own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
_HEAD = """# Hostile inputs

<!-- Written by `make hostile`; do not edit. -->

Each input by itself in an archive between two sound descriptions, default limits, one worker. *Outcome* is the
document's status or the code of its reason ([issues.md](issues.md)), for archives that of the file. *Peak* is resident
memory of the run's own process, and of the largest child (at least what the run had when it started that child). *As
expected* also means: both siblings parsed, nothing written beside the output.

| input | bytes | outcome | seconds | peak, run MB | peak, child MB | as expected |
|---|---|---|---|---|---|---|
"""


def try_case(case: Case) -> tuple[str, bool]:
    """The case's row of the table, and whether all is as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_cases(folder / "archive", [case])
        size = (folder / "archive" / case.name).stat().st_size
        (folder / "temp").mkdir()
        command = [sys.executable, "-c", _RUN, str(folder / "archive"), str(folder / "out")]
        environment = os.environ | {"TMPDIR": str(folder / "temp")}
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
                command, capture_output=True, text=True, timeout=SECONDS, env=environment, check=True, cwd=ROOT
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            return f"| {case.name} | {size:,} | run failed: {type(error).__name__} | | | | **no** |", False
        seconds, own, child = json.loads(done.stdout.splitlines()[-1])
        outcomes = read_outcomes(folder / "out" / "latest")
        sound = (
            is_expected(case.name, outcomes.get(case.name, set()))
            and all(outcomes[sibling] == {"parsed"} for sibling in SIBLINGS)
            and {path.name for path in folder.iterdir()} == {"archive", "out", "temp"}
            and not list((folder / "temp").iterdir())
        )
        outcome = ", ".join(sorted(outcomes.get(case.name, {"none"})))
        figures = f"{seconds:.1f} | {own / 1024:.0f} | {child / 1024:.0f}"
        return f"| {case.name} | {size:,} | {outcome} | {figures} | {'yes' if sound else '**no**'} |", sound


def main(words: list[str]) -> int:
    lines, failures = [], 0
    for case in CASES:
        if not words or any(word in case.name for word in words):
            line, sound = try_case(case)
            print(line, flush=True)
            lines.append(line)
            failures += not sound
    if not words:
        (ROOT / "docs" / "hostile.md").write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} inputs, {failures} not as expected")
    return int(failures > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
