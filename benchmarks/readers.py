"""Our reading and our whole parse beside other libraries, on the same files: ``python -m benchmarks.readers``.

CPU milliseconds, least and median of interleaved rounds, so that a busy machine harms all alike;
ratios are of the least.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pdfplumber
import pypdfium2
from bs4 import BeautifulSoup
from lxml import html as lxml_html
from pdfminer.high_level import extract_text

import parsers.parse
import parsers.rows
from parsers.language import detect_language
from parsers.parse import parse_document
from parsers.readers.dispatch import read_document

SAMPLES = Path(__file__).parents[1] / "data/sample/archive/every_format/S29001"
Work = Callable[[], object]


def read_bare(data: bytes) -> int:
    """Every page's text by pypdfium2 and nothing else."""
    document = pypdfium2.PdfDocument(data)
    count = 0
    for page in document:
        text = page.get_textpage()
        count += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return count


def read_by_plumber(data: bytes) -> int:
    """Every page's text by pdfplumber."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        return sum(len(page.extract_text()) for page in document.pages)


def list_work(path: Path) -> dict[str, Work]:
    """What is measured on a file; the first slow ones are measured less often."""
    data, name = path.read_bytes(), path.name
    ours: dict[str, Work] = {
        "our reading": lambda: read_document(data, name=name),
        "our whole parse": lambda: parse_document(data, name=name),
    }
    if path.suffix == ".pdf":
        return ours | {
            "pypdfium2 get_text_range": lambda: read_bare(data),
            "pdfminer.six extract_text": lambda: extract_text(io.BytesIO(data)),
            "pdfplumber extract_text": lambda: read_by_plumber(data),
        }
    if path.suffix == ".html":
        return ours | {
            "bs4 get_text": lambda: BeautifulSoup(data, "html.parser").get_text("\n"),
            "lxml text_content": lambda: lxml_html.fromstring(data).text_content(),
        }
    return ours


def measure(work: dict[str, Work], rounds: int) -> dict[str, dict[str, float]]:
    """Least and median CPU milliseconds of each, taken in turns."""
    seen: dict[str, list[float]] = {name: [] for name in work}
    for name, one in work.items():
        one()  # what is done once a process is not counted
        seen[name].clear()
    for number in range(rounds):
        for name, one in work.items():
            if number >= 3 and name.startswith("pdf"):
                continue
            # language detection remembers texts: every document is new to a run
            detect_language.cache_clear()
            begun = time.process_time()
            one()
            seen[name].append(1000 * (time.process_time() - begun))
    return {
        name: {"least": round(min(times), 2), "median": round(statistics.median(times), 2)}
        for name, times in seen.items()
    }


@contextmanager
def watch_apart(seconds: dict[str, float]) -> Iterator[None]:
    """CPU seconds of masking and language detection while documents are parsed."""
    functions: dict[str, tuple[object, Callable[..., object]]] = {
        "mask_document": (parsers.parse, vars(parsers.parse)["mask_document"]),
        "detect_language": (parsers.rows, vars(parsers.rows)["detect_language"]),
    }

    def timed(name: str, inner: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            begun = time.process_time()
            try:
                return inner(*arguments)
            finally:
                seconds[name] = seconds.get(name, 0.0) + time.process_time() - begun

        return call

    for name, (module, inner) in functions.items():
        setattr(module, name, timed(name, inner))
    try:
        yield
    finally:
        for name, (module, inner) in functions.items():
            setattr(module, name, inner)


def measure_apart(path: Path, rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of masking and language detection within one parse."""
    data = path.read_bytes()
    runs: list[dict[str, float]] = []
    for _ in range(rounds):
        seconds: dict[str, float] = {}
        detect_language.cache_clear()
        with watch_apart(seconds):
            parse_document(data, name=path.name)
        runs.append(seconds)
    return {name: round(1000 * statistics.median(run[name] for run in runs), 2) for name in runs[0]}


def time_poppler(path: Path, rounds: int) -> float | None:
    """Least CPU milliseconds of ``pdftotext -layout``, its start included; None where poppler-utils is missing."""
    if shutil.which("pdftotext") is None:
        return None
    times: list[float] = []
    for _ in range(rounds):
        done = subprocess.run(  # noqa: S603 - our own words
            ["bash", "-c", 'TIMEFORMAT="%U %S"; time pdftotext -layout "$0" - > /dev/null', str(path)],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(1000 * sum(float(part) for part in re.findall(r"\d+\.\d+", done.stderr)))
    return round(min(times), 1)


def main() -> None:
    """Measure the sample's printings of one project and print JSON."""
    found: dict[str, object] = {}
    for path in sorted(SAMPLES.iterdir()):
        figures = measure(list_work(path), 30)
        least = {name: both["least"] for name, both in figures.items()}
        row: dict[str, object] = {"bytes": path.stat().st_size, "cpu_ms": figures, "apart_ms": measure_apart(path, 15)}
        for base in ("pypdfium2 get_text_range", "pdfplumber extract_text", "bs4 get_text"):
            if base in least:
                row[f"reading / {base}"] = round(least["our reading"] / least[base], 3)
                row[f"whole parse / {base}"] = round(least["our whole parse"] / least[base], 3)
        if path.suffix == ".pdf":
            row["pdftotext -layout, with its start"] = time_poppler(path, 5) or "poppler-utils is not installed"
        found[path.name] = row
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
