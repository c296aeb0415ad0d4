"""What a document and a run cost, measured on invented documents: ``make bench``.

CPU time, not the clock; ratios are taken within one run on one machine. Nothing is downloaded; the documents are
those of ``pipeline.synthetic`` and ``data/sample``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pdfplumber

import parsers.parse
import parsers.rows
from parsers.language import detect_language
from parsers.parse import parse_document
from parsers.readers.pdf import read_pdf
from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.layouts import LAYOUTS

ROOT = Path(__file__).parent.parent
PDF = ROOT / "data" / "sample" / "archive" / "eakr" / "prints" / "A79003.pdf"
SIZES = range(20_000, 24_000)
"""Bytes of the texts taken for "a text of 22 kB"."""
TEXTS = 40
ARCHIVES = (250, 1000)
"""Projects of the archives over which memory is compared."""


class Meter:
    """CPU time of some functions while they are called from elsewhere."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def watch(self, module: ModuleType, name: str, function: Callable[..., Any] | None = None) -> Iterator[None]:
        inner = function or getattr(module, name)
        before = getattr(module, name)

        def timed(*arguments: object, **options: object) -> object:
            begun = time.process_time()
            try:
                return inner(*arguments, **options)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begun

        setattr(module, name, timed)
        try:
            yield
        finally:
            setattr(module, name, before)


def invent_texts(count: int) -> list[bytes]:
    """Texts of about 22 kB, each of another project; the final report goes on with summaries of other projects."""
    found: list[bytes] = []
    number = 0
    while len(found) < count:
        content = invent_project(11, number).captures[-1].content
        number += 1
        data = lay_out(content)
        while len(data) < SIZES.start:
            more = f"{content.final_report or ''}\n\n{invent_project(11, number).captures[-1].content.summary}"
            content = replace(content, final_report=more.strip())
            number += 1
            data = lay_out(content)
        if len(data) in SIZES and not content.missing_sections:
            found.append(data)
    return found


def lay_out(content: ProjectContent) -> bytes:
    """The description as plain text."""
    return LAYOUTS["spaced"].render(render_blocks(content), Random(1)).encode()  # noqa: S311 - a layout's dice


def measure_texts() -> dict[str, Any]:
    """CPU milliseconds of parsing a text, by its parts; each text is parsed once, so that no cache helps."""
    warm, *texts = invent_texts(TEXTS + 1)
    parse_document(warm, name="x.txt")
    meter = Meter()
    rows: list[dict[str, float]] = []
    uncached: Callable[..., Any] = detect_language.__wrapped__
    with meter.watch(parsers.parse, "mask_document"), meter.watch(parsers.rows, "detect_language", uncached):
        for data in texts:
            meter.seconds = {}
            begun = time.process_time()
            record = parse_document(data, name="x.txt")
            total = time.process_time() - begun
            assert record.status == "parsed", record.document
            masking, language = meter.seconds["mask_document"], meter.seconds["detect_language"]
            rows.append({"total": total, "masking": masking, "language": language, "rest": total - masking - language})
    middle = {name: round(statistics.median(row[name] for row in rows) * 1000, 2) for name in rows[0]}
    return {"texts": len(texts), "kilobytes": round(statistics.mean(map(len, texts)) / 1000, 1), "cpu_ms": middle}


def best_of(times: int, work: Callable[[], object]) -> float:
    """The least CPU seconds of some repetitions."""
    seconds = []
    for _ in range(times):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def measure_pdf() -> dict[str, Any]:
    """Reading and parsing an 8-page PDF beside pdfplumber's ``extract_text`` of the same file."""
    data = PDF.read_bytes()

    def read_by_pdfplumber() -> int:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return sum(len(page.extract_text()) for page in pdf.pages)

    read_by_pdfplumber()
    parse_document(data, name="x.pdf")
    theirs = best_of(3, read_by_pdfplumber)
    reading = best_of(20, lambda: read_pdf(data))
    whole = best_of(20, lambda: parse_document(data, name="x.pdf"))
    return {
        "pages": read_pdf(data).pages,
        "cpu_ms": {
            "reading": round(reading * 1000, 1),
            "whole parse": round(whole * 1000, 1),
            "pdfplumber extract_text": round(theirs * 1000, 1),
        },
        "times faster": {"reading": round(theirs / reading, 1), "whole parse": round(theirs / whole, 1)},
    }


def run_command(*arguments: str) -> tuple[float, int]:
    """Wall seconds of a command, and the most memory that any of its processes had, in MiB."""
    begun = time.monotonic()
    process = subprocess.Popen([Path(sys.executable).with_name("hankekuvaus"), *arguments])  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 3), arguments
    return time.monotonic() - begun, usage.ru_maxrss // 1024


def measure_runs() -> list[dict[str, Any]]:
    """Whole runs over archives of two sizes, from nothing and again with nothing changed."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for projects in ARCHIVES:
            archive, out = f"{folder}/{projects}", f"{folder}/out{projects}"
            run_command("make-archive", archive, "--projects", str(projects), "--seed", "3", "--quiet")
            documents = sum(path.is_file() for path in Path(archive, "archive").rglob("*"))
            for kind in ("from nothing", "nothing changed"):
                seconds, memory = run_command("run", f"{archive}/archive", "--out", out, "--quiet")
                rows.append(
                    {
                        "documents": documents,
                        "run": kind,
                        "seconds": round(seconds, 1),
                        "documents_per_second": round(documents / seconds),
                        "peak_memory_mib": memory,
                    }
                )
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("--json", action="store_true", help="print JSON for machines")
    as_json = parser.parse_args().json
    result: dict[str, Any] = {
        "machine": {"python": platform.python_version(), "cores": len(os.sched_getaffinity(0))},
        "text": measure_texts(),
        "pdf": measure_pdf(),
        "runs": measure_runs(),
    }
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print(f"Python {result['machine']['python']}, {result['machine']['cores']} cores")
    text, pdf = result["text"], result["pdf"]
    print(f"\nA text of {text['kilobytes']} kB (median of {text['texts']} texts, CPU ms)")
    for name, value in text["cpu_ms"].items():
        print(f"  {name:<26}{value:8.2f}")
    print(f"\nA PDF of {pdf['pages']} pages (CPU ms, times faster than pdfplumber)")
    for name, value in pdf["cpu_ms"].items():
        ratio = pdf["times faster"].get(name)
        print(f"  {name:<26}{value:8.1f}" + (f"{ratio:8.1f}" if ratio else ""))
    print("\nRuns (text and HTML)")
    for row in result["runs"]:
        print(
            f"  {row['documents']:>6} documents, {row['run']:<16}{row['seconds']:6.1f} s"
            f"{row['documents_per_second']:>7}/s{row['peak_memory_mib']:>6} MiB in the largest process"
        )


if __name__ == "__main__":
    main()
