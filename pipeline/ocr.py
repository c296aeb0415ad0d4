"""Scans read with Debian's Tesseract: pictures of pages to its process, hOCR back, all through pipes.

Nothing is written to disk, and nothing of the project installs it. Only PDFs without text come here.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import time

import pypdfium2 as pdfium
from PIL import Image

from models.records import Parsed
from parsers.document import UnreadableError
from parsers.parse import quarantine
from parsers.readers.pdf_ocr import ScannedPage, read_hocr
from parsers.scan import parse_scan
from pipeline.errors import SettingsError

LANGUAGE = "fin"
DPI = 300
MOST_PAGES = 60
MOST_PIXELS = 40_000_000
"""Of a page: larger ones are rendered smaller."""
PAGE_SECONDS = 60.0
DOCUMENT_SECONDS = 500.0
"""Less than a child's own limit, so that a slow scan gives its reason and does not cost the child."""
_DOUBTFUL = 60.0
"""Per cent of confidence below which a page may lie on its side."""
_ONE_COLUMN, _ORIENTATION_ONLY = "4", "0"
"""Tesseract's page segmentation modes; the usual one loses lone numbers of a table's column."""
_ROTATE = re.compile(r"^Rotate: (\d{1,3})", re.MULTILINE)
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_MISSING = (
    "--ocr needs Debian's packages tesseract-ocr and tesseract-ocr-fin, and {lack}. "
    "Install them (apt-get install tesseract-ocr tesseract-ocr-fin) or run without --ocr"
)


@functools.cache
def find_tesseract() -> str:
    """Tesseract's version, such as ``tesseract 5.3.0``; raises ``SettingsError`` where it or its Finnish is missing."""
    if shutil.which("tesseract") is None:
        raise SettingsError(_MISSING.format(lack="there is no tesseract on the PATH"))
    try:
        languages, told = _ask("--list-langs"), _ask("--version")
    except (OSError, subprocess.SubprocessError) as error:
        raise SettingsError(_MISSING.format(lack=f"tesseract does not run ({type(error).__name__})")) from error
    if LANGUAGE not in languages.split():
        raise SettingsError(_MISSING.format(lack="tesseract has no Finnish"))
    return told.partition("\n")[0].strip()


def read_scan(data: bytes) -> Parsed:
    """The rows of a PDF whose pages are pictures; a record with its reason where that cannot be done."""
    try:
        scans = _read_pages(data)
    except UnreadableError as error:
        return quarantine(data, error.code, error.detail)
    return parse_scan(data, scans)


def _read_pages(data: bytes) -> list[ScannedPage]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        raise UnreadableError("broken_pdf") from None
    until = time.monotonic() + DOCUMENT_SECONDS
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableError("no_text", f"{len(document)} pages; at most {MOST_PAGES} are read from pictures")
        return [_read_page(document, index, until) for index in range(len(document))]
    finally:
        document.close()


def _read_page(document: pdfium.PdfDocument, index: int, until: float) -> ScannedPage:
    number = index + 1
    try:
        page = document[index]
        width, height = page.get_size()
        # a page of nonsense size must not ask for memory without end
        scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True).to_pil()
        page.close()
    except (pdfium.PdfiumError, ValueError):
        raise UnreadableError("broken_pdf", f"page {number} cannot be drawn") from None
    dpi = max(round(scale * 72), 70)
    read = read_hocr(_recognise(picture, number, dpi, until), number, 1 / scale)
    if read.sure >= _DOUBTFUL:
        return read
    found = _ROTATE.search(_run(picture, number, dpi, until, "--psm", _ORIENTATION_ONLY, "-l", "osd").decode())
    quarters = int(found[1]) // 90 if found else 0
    if quarters * 90 not in _TURNS:
        return read
    turned = picture.transpose(_TURNS[quarters * 90])
    again = read_hocr(_recognise(turned, number, dpi, until), number, 1 / scale, quarters)
    return again if again.sure > read.sure else read


def _recognise(picture: Image.Image, number: int, dpi: int, until: float) -> bytes:
    return _run(picture, number, dpi, until, "--psm", _ONE_COLUMN, "-l", LANGUAGE, "hocr")


def _run(picture: Image.Image, number: int, dpi: int, until: float, *words: str) -> bytes:
    """What Tesseract prints; for a page on which it finds nothing to tell the way up of, nothing."""
    header = b"P5 %d %d 255\n" % picture.size
    # the order of words is Tesseract's: configuration files (hocr) come last
    command = ["tesseract", "stdin", "stdout", "--dpi", str(dpi), *words]
    left = min(PAGE_SECONDS, until - time.monotonic())
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command,
            input=header + picture.tobytes(),
            capture_output=True,
            timeout=max(left, 0.1),
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError("timeout", f"tesseract on page {number}") from None
    except OSError as error:
        raise UnreadableError("no_text", f"tesseract cannot be run: {type(error).__name__}") from None
    if done.returncode and "osd" in words:
        return b""
    if done.returncode:
        raise UnreadableError("no_text", f"tesseract ended with {done.returncode} on page {number}")
    return done.stdout


def _ask(option: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        ["tesseract", option],  # noqa: S607 - Debian's, wherever the PATH has it
        capture_output=True,
        text=True,
        timeout=30.0,
        env=_environment(),
        check=True,
    )
    return done.stdout or done.stderr


def _environment() -> dict[str, str]:
    """One thread a process, as every core has its worker; messages in one language."""
    return {**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
