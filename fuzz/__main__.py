"""Every target in turn for a bounded time: ``make fuzz SECONDS=60``.

Prints executions and findings of each target and writes ``build/fuzz/report.json``; findings are files under
``build/fuzz/TARGET/findings``. Ends with 1 where there is a finding. A finding that is mended becomes a case:
its input goes to ``tests/cases/fuzz/TARGET/``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "fuzz"
GRACE = 180
"""Seconds beyond its time after which a target's process is ended."""
MOST_STARTS = 20


def fuzz_target(name: str, seconds: int, seed: int, out: Path = OUT) -> dict[str, Any]:
    """One target, started anew where libFuzzer ended it, until its time is over."""
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    before = _read_counts(folder)
    known = _findings(folder)
    begun, cpu = time.monotonic(), 0.0
    starts = 0
    while (left := int(seconds - (time.monotonic() - begun))) > 0 and starts < MOST_STARTS:
        starts += 1
        cpu += _start(name, folder, left, seed + starts)
    executions, findings, died = (now - old for now, old in zip(_read_counts(folder), before, strict=True))
    new = sorted(_findings(folder) - known)
    return {
        "target": name,
        "seconds": round(time.monotonic() - begun, 1),
        "cpu_seconds": round(cpu, 1),
        "executions": executions,
        "findings": len(new),
        "hits": findings,
        "children_died": died,
        "starts": starts,
        "files": new,
    }


def _start(name: str, folder: Path, seconds: int, seed: int) -> float:
    """Runs the target's process; its CPU time."""
    command = [sys.executable, "-m", "fuzz.one", name, str(folder), str(seconds), str(seed)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603 - our own module
        deadline = time.monotonic() + seconds + GRACE
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = 0
                return usage.ru_utime + usage.ru_stime
            if time.monotonic() > deadline:
                process.kill()
                deadline = float("inf")
            time.sleep(0.2)


def _read_counts(folder: Path) -> tuple[int, ...]:
    import struct

    path = folder / "counts"
    return struct.unpack("<QQQ", path.read_bytes()) if path.exists() else (0, 0, 0)


def _findings(folder: Path) -> set[str]:
    return {path.name for path in (folder / "findings").glob("*") if path.suffix != ".report"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each target (default: 60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help="where corpora, findings and the report go")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: all; {', '.join(TARGETS)}")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; known are: {', '.join(TARGETS)}")
    rows = []
    print(f"{'target':14}{'executions':>12}{'a second':>10}{'CPU s':>8}{'findings':>10}{'died':>7}")
    for name in options.targets or TARGETS:
        row = fuzz_target(name, options.seconds, options.seed, options.out)
        rows.append(row)
        rate = row["executions"] / max(row["seconds"], 1)
        print(
            f"{name:14}{row['executions']:12,}{rate:10.0f}{row['cpu_seconds']:8.0f}{row['findings']:10}"
            f"{row['children_died']:7}",
            flush=True,
        )
        (options.out / "report.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    total = {key: sum(row[key] for row in rows) for key in ("executions", "cpu_seconds", "findings")}
    print(f"{total['executions']:,} executions, {total['cpu_seconds']:.0f} s of CPU time, {total['findings']} findings")
    for row in rows:
        for file in row["files"]:
            print(f"  {options.out / row['target'] / 'findings' / file}")
    return int(total["findings"] > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
