"""What is measured on a file: our reading and our whole parse, and what other libraries do with the same bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import parsers.parse
import parsers.rows
from parsers.language import detect_language
from parsers.parse import parse_document
from parsers.readers.dispatch import read_document

Work = Callable[[], object]

READ, PARSE = "our reading", "our whole parse"
PDFIUM, MINER, PLUMBER, POPPLER = "pypdfium2", "pdfminer.six", "pdfplumber", "pdftotext"
SOUP, SOUP_TEXT, LXML = "bs4 baseline", "bs4 get_text", "lxml text_content"
DESCRIBED = {
    READ: "bytes to lines with offsets (`parsers.readers`)",
    PARSE: "bytes to rows, masking and language detection included (`parsers.parse.parse_document`)",
    PDFIUM: "pypdfium2, `get_text_range` of every page and nothing else",
    MINER: "pdfminer.six, `extract_text`",
    PLUMBER: "pdfplumber, `extract_text` of every page",
    POPPLER: "poppler's `pdftotext -layout`, a process of its own with its start",
    SOUP: "BeautifulSoup with what public scripts extract (`benchmarks/peer_soup.py`): fields and some sections",
    SOUP_TEXT: "BeautifulSoup with html.parser, `get_text` only",
    LXML: "lxml, `text_content` only",
}
SLOW = {MINER, PLUMBER}


def _read_bare(data: bytes) -> object:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    count = 0
    for page in document:
        text = page.get_textpage()
        count += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return count


def _read_by_miner(data: bytes) -> object:
    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


def _read_by_plumber(data: bytes) -> object:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return sum(len(page.extract_text()) for page in document.pages)


def _extract_by_soup(data: bytes) -> object:
    from benchmarks.peer_soup import extract_by_soup

    return extract_by_soup(data, "x.html")


def _read_by_soup(data: bytes) -> object:
    from bs4 import BeautifulSoup

    return BeautifulSoup(data, "html.parser").get_text("\n")


def _read_by_lxml(data: bytes) -> object:
    from lxml import html

    return html.fromstring(data).text_content()


_OF_SUFFIX: dict[str, dict[str, Callable[[bytes], object]]] = {
    ".pdf": {PDFIUM: _read_bare, MINER: _read_by_miner, PLUMBER: _read_by_plumber},
    ".html": {SOUP: _extract_by_soup, SOUP_TEXT: _read_by_soup, LXML: _read_by_lxml},
    ".txt": {},
}


def list_works(path: Path) -> dict[str, Work]:
    """By name, what is measured on a file of its format: ours first."""
    data, name = path.read_bytes(), path.name

    def bind(work: Callable[[bytes], object]) -> Work:
        return lambda: work(data)

    works: dict[str, Work] = {
        READ: lambda: read_document(data, name=name, charset=None),
        PARSE: lambda: _parse_new(data, name),
    }
    return works | {name: bind(work) for name, work in _OF_SUFFIX[path.suffix].items()}


def _parse_new(data: bytes, name: str) -> object:
    """A parse of a text that has not been seen: language detection remembers texts, and a run sees each but once."""
    detect_language.cache_clear()
    return parse_document(data, name=name)


def time_apart(path: Path, clock: Callable[[], float]) -> tuple[float, float, float]:
    """Seconds of one whole parse, of the masking in it, and of the language detection in it."""
    data = path.read_bytes()
    spent = {"mask_document": 0.0, "detect_language": 0.0}
    places = {"mask_document": parsers.parse, "detect_language": parsers.rows}
    inner = {name: getattr(module, name) for name, module in places.items()}

    def watch(name: str) -> Callable[..., object]:
        work = inner[name]

        def call(*arguments: object) -> object:
            begun = clock()
            try:
                return work(*arguments)
            finally:
                spent[name] += clock() - begun

        return call

    detect_language.cache_clear()
    for name, module in places.items():
        setattr(module, name, watch(name))
    try:
        begun = clock()
        record = parse_document(data, name=path.name)
        total = clock() - begun
    finally:
        for name, module in places.items():
            setattr(module, name, inner[name])
    if record.status != "parsed":
        raise SystemExit(f"{path.name} was not parsed: {record.document['reason']}")
    return total, spent["mask_document"], spent["detect_language"]


def find_poppler() -> str | None:
    """``pdftotext`` of Debian's poppler-utils; None where it is not installed."""
    return shutil.which("pdftotext")


def run_poppler(program: str, path: Path) -> float:
    """CPU seconds of ``pdftotext -layout``, its start included."""
    import os

    process = subprocess.Popen([program, "-layout", str(path), "-"], stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
