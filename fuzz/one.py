"""One target under atheris, in a process of its own: ``python -m fuzz.one TARGET FOLDER SECONDS SEED``.

``FOLDER`` keeps the corpus that grew (``corpus``), findings (``findings``: inputs, and what was raised beside them) and
``counts``, which is right whatever ends the process.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
import sys
import time
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["parsers", "pipeline.containers", "pipeline.archive", "pipeline.names"]):
    from fuzz.targets import TARGETS

from fuzz import corpus
from fuzz.guard import Fate, try_in_child

COUNTS = struct.Struct("<QQQ")
"""Executions, findings (repeats too), children that died."""
MOST_OF_A_KIND = 3
"""Inputs kept for each place where something is raised."""
TIMEOUT = 60
"""Wall-clock seconds of one input: a hang."""


class Recorder:
    """Runs inputs, counts them, and keeps those that break something."""

    def __init__(self, name: str, folder: Path) -> None:
        self.target = TARGETS[name]
        self.findings = folder / "findings"
        self.findings.mkdir(parents=True, exist_ok=True)
        path = folder / "counts"
        if not path.exists():
            path.write_bytes(COUNTS.pack(0, 0, 0))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), COUNTS.size)
        self._kinds: dict[str, int] = {}

    def run(self, data: bytes) -> None:
        self._count(0)
        if self.target.guarded:
            fate = try_in_child(self.target.run, data, int(self.target.seconds) * 2)
            if fate is Fate.DIED:
                self._count(2)
                return
        begun = time.process_time()
        try:
            self.target.run(data)
        except Exception as error:
            self._keep(data, _signature(error), "".join(traceback.format_exception(error)))
        spent = time.process_time() - begun
        if spent > self.target.seconds:
            self._keep(data, "slow", f"{spent:.1f} s of CPU time for {len(data)} bytes\n")

    def _count(self, place: int) -> None:
        counts = list(COUNTS.unpack(self._map[:]))
        counts[place] += 1
        self._map[:] = COUNTS.pack(*counts)

    def _keep(self, data: bytes, kind: str, report: str) -> None:
        self._count(1)
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if self._kinds[kind] <= MOST_OF_A_KIND:
            name = f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"
            (self.findings / name).write_bytes(data)
            (self.findings / f"{name}.report").write_text(report, "utf-8", errors="backslashreplace")


def _signature(error: Exception) -> str:
    """The same for the same fault: what was raised, where, and its words without numbers."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    words = re.sub(r"[^a-z_.]+", "-", str(error).lower())[:60].strip("-")
    return f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}-{words}"


class LineMutator:
    """Mutates by bytes half of the time, else by lines: repeated, moved, dropped, or taken from the forms."""

    def __init__(self) -> None:
        self.words = [word.encode() for word in (*corpus.form_words(), *corpus.VALUES)]

    def __call__(self, data: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(data, most))
        lines = data.split(b"\n")
        for turn in range(1 + seed // 2 % 4):
            pick = seed // 7 + turn * 7919
            at, other = pick % len(lines), pick // 13 % len(lines)
            word = self.words[pick // 29 % len(self.words)]
            match pick // 5 % 6:
                case 0:
                    lines.insert(at, lines[other])
                case 1:
                    lines[at], lines[other] = lines[other], lines[at]
                case 2 if len(lines) > 1:
                    del lines[at]
                case 3:
                    lines.insert(at, word)
                case 4:
                    lines[at] = word + b" " + lines[at]
                case _:
                    lines[at] += b" " + word
        return b"\n".join(lines)[:most]


def main(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz until the time is over; does not return."""
    target = TARGETS[name]
    seeds = folder / "corpus"
    seeds.mkdir(parents=True, exist_ok=True)
    for data in target.corpus():
        (seeds / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    dictionary = folder / "dictionary"
    corpus.write_dictionary(dictionary)
    options = {
        "max_total_time": seconds,
        "max_len": target.largest,
        "timeout": TIMEOUT,
        "rss_limit_mb": 3000,
        "seed": seed,
        "dict": dictionary,
        "artifact_prefix": f"{folder / 'findings'}/",
        "verbosity": 0,
        "close_fd_mask": 1,
        "reload": 0,
        "report_slow_units": 10_000,
    }
    arguments = [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(seeds)]
    recorder = Recorder(name, folder)
    if target.by_lines:
        atheris.Setup(arguments, recorder.run, custom_mutator=LineMutator())
    else:
        atheris.Setup(arguments, recorder.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
