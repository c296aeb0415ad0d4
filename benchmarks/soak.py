"""Very many small documents in one run: do memory, open files and temporary space stay flat? ``make soak``.

Writes a tar of invented descriptions of 1 to 2 kB, reads it with the command line as a user would, and looks at all
its processes every few seconds (Linux's ``/proc``). A figure is flat when its mean in the last quarter of reading is
not far above that in the second quarter: the first is warming up. Writes ``benchmarks/results/soak.json``; ends with 1
where something grows.

Arguments: ``--documents 200000 --workers 2 --every 3``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "soak.json"
COMMAND = Path(sys.executable).with_name("hankekuvaus")
WORDS = re.findall(
    r"\w+",
    "alueella hankkeessa kehitetään yritysten osaamista kokeillaan uusia toimintatapoja järjestetään työpajoja "
    "koulutetaan ohjaajia tuetaan nuoria yhteistyössä kuntien oppilaitosten järjestöjen kanssa mallia levitetään "
    "kevään syksyn aikana tulokset kootaan oppaaksi asiakkaat saavat neuvontaa verkossa palvelua parannetaan",
)
GROWTH = {"parent_mb": 24.0, "largest_child_mb": 24.0, "parent_files": 6.0, "child_files": 6.0, "temp_mb": 1.0}
"""By how much a figure may be higher in the last quarter of a stage than in the second."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is seen at one time."""

    seconds: float
    stage: str
    """``parse`` until the first file of the new snapshot, then ``tables``."""
    parent_mb: float
    """Resident memory of the run's own process; 10^6 bytes, as everywhere here."""
    largest_child_mb: float
    parent_files: int
    """Open file handles."""
    child_files: int
    """Of the child with the most."""
    children: int
    temp_mb: float
    out_mb: float


def write_archive(path: Path, documents: int, seed: int) -> None:
    """A tar with so many texts; every fourth is a later capture of a project that is there already."""
    rng = random.Random(seed)  # noqa: S311 - invented texts
    with tarfile.open(path, "w") as archive:
        for number in range(documents):
            data = make_document(number, documents, rng).encode()
            entry = tarfile.TarInfo(f"{number // 1000:04}/kuvaus-{number:06}.txt")
            entry.size, entry.mtime = len(data), 1_500_000_000 + number
            archive.addfile(entry, io.BytesIO(data))


def make_document(number: int, documents: int, rng: random.Random) -> str:
    """One description of 1 to 2 kB; all are different."""
    projects = max(1, documents * 3 // 4)
    project = number % projects
    granted = rng.randrange(5_000, 400_000)
    return "\n".join(
        [
            "Euroopan unioni Vipuvoimaa EU:lta",
            "Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus",
            "1 Hanke",
            f"Hankekoodi: {'SA'[project // 90_000 % 2]}{10_000 + project % 90_000}",
            f"Hankkeen nimi: Esimerkkihanke {project}: {' '.join(rng.sample(WORDS, 4))}",
            "Toimintalinja: 3. Työllisyys ja työvoiman liikkuvuus",
            f"Suunnitelman mukainen toteutusaika: Alkaa 1.{rng.randrange(1, 13)}.2016 ja päättyy 31.12.2018",
            "Toiminnan tila: Toiminnassa",
            "2 Hakijan perustiedot",
            f"Hakijan virallinen nimi: Esimerkkilän kehittäjät {project % 997} ry",
            "Organisaatiotyyppi: Yhdistys",
            "3 Suunnitelman mukainen tiivistelmä toteutuksesta",
            f"{' '.join(rng.choices(WORDS, k=rng.randrange(60, 150)))} (asiakirja {number}).",
            "4 Hankkeen kohderyhmät",
            "4.1 Varsinaiset kohderyhmät",
            " ".join(rng.choices(WORDS, k=12)),
            "5 Projektin julkinen rahoitus, euroa",
            f"Myönnetty EU- ja valtion rahoitus: {granted}",
        ]
    )


def watch(process: subprocess.Popen[bytes], temp: Path, out: Path, every: float) -> list[Sample]:
    """Look at a run until it ends."""
    samples, begun = [], time.monotonic()
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError):  # it may end while we look
            samples.append(_look(process.pid, temp, out, time.monotonic() - begun))
        time.sleep(every)
    return samples


def _look(parent: int, temp: Path, out: Path, seconds: float) -> Sample:
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()]
    memory, files = [], []
    for child in children:
        try:
            memory.append(_resident(child))
            files.append(_handles(child))
        except OSError:
            continue  # it ended
    drafts = list((out / "snapshots").glob(".unfinished-*"))
    return Sample(
        round(seconds, 1),
        "tables" if drafts else "parse",
        _resident(parent),
        max(memory, default=0.0),
        _handles(parent),
        max(files, default=0),
        len(children),
        _size(temp),
        _size(out),
    )


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _handles(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _size(folder: Path) -> float:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:
            continue  # gone
    return round(total / 1e6, 2)


def summarise(samples: Sequence[Sample]) -> dict[str, Any]:
    """For each stage and figure: mean of the second and the last quarter, the highest, and growth in 1,000 seconds."""
    found: dict[str, Any] = {}
    for stage in ("parse", "tables"):
        first = next((at for at, sample in enumerate(samples) if sample.stage == "tables"), len(samples))
        # what comes after publishing looks like reading, too
        part = [
            sample for at, sample in enumerate(samples) if sample.stage == stage and (at < first) == (stage == "parse")
        ]
        if len(part) < 8:
            continue
        quarter = len(part) // 4
        found[stage] = {"samples": len(part), "seconds": round(part[-1].seconds - part[0].seconds, 1)}
        for name in GROWTH:
            values = [float(getattr(sample, name)) for sample in part]
            later = values[quarter:]
            found[stage][name] = {
                "second_quarter": round(sum(values[quarter : 2 * quarter]) / quarter, 2),
                "last_quarter": round(sum(values[-quarter:]) / quarter, 2),
                "highest": max(values),
                "slope_per_1000_s": slope([sample.seconds for sample in part[quarter:]], later),
            }
    return found


def slope(seconds: Sequence[float], values: Sequence[float]) -> float:
    """Growth in 1,000 seconds, by least squares."""
    middle, mean = sum(seconds) / len(seconds), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in seconds)
    together = sum((at - middle) * (value - mean) for at, value in zip(seconds, values, strict=True))
    return round(1000 * together / spread, 3) if spread else 0.0


def find_growth(summary: dict[str, Any], stages: Sequence[str] = ("parse",)) -> list[str]:
    """Figures that grow more than they may."""
    return [
        f"{stage}: {name} from {part[name]['second_quarter']} to {part[name]['last_quarter']}"
        for stage, part in summary.items()
        if stage in stages
        for name, most in GROWTH.items()
        if part[name]["last_quarter"] - part[name]["second_quarter"] > most
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two looks")
    parser.add_argument("--json", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="hankekuvaus-soak-") as name:
        folder = Path(name)
        archive, out, temp = folder / "soak.tar", folder / "out", folder / "temp"
        temp.mkdir()
        write_archive(archive, options.documents, 1)
        print(f"{options.documents} documents, {archive.stat().st_size / 1e6:.0f} MB", flush=True)
        command = [COMMAND, "run", archive, "--out", out, "--language", "off", "--workers", str(options.workers)]
        begun = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - our own command
            [*map(str, command), "--json"], stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(temp)}
        ) as process:
            samples = watch(process, temp, out, options.every)
            assert process.stdout is not None
            run = json.loads(process.stdout.read())
        seconds = time.monotonic() - begun
        left = sorted(path.name for path in temp.iterdir())
    summary = summarise(samples)
    faults = find_growth(summary)
    faults += [f"left in the temporary folder: {one}" for one in left]
    if process.returncode or run["documents"].keys() - {"parsed", "partial"}:
        faults.append(f"exit code {process.returncode}, documents {run['documents']}")
    result = {
        "documents": run["documents"],
        "workers": options.workers,
        "seconds": round(seconds, 1),
        "stages": run["seconds"],
        "parse_cpu_seconds": run["parse_cpu_seconds"],
        "rows": sum(run["rows"].values()),
        "out_mb": samples[-1].out_mb,
        "summary": summary,
        "faults": faults,
        "left_in_temp": left,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result, indent=1))
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
