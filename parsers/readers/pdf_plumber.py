"""PDF by pdfplumber: the second reader, for documents that do not validate when PDFium has read them.

It is thirty times slower and sees what PDFium does not tell: ruling lines between cells. Its letters become the same
fragments, so that all that follows (reading order, rows, folds, furniture) is the same.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from parsers.document import Document, UnreadableError
from parsers.limits import DEFAULT, ReadingLimits
from parsers.readers.clean import clean_line
from parsers.readers.pdf_compose import compose_document
from parsers.readers.pdf_lines import BOLD, BULLETS, LIGATURES, Fragment, Page
from parsers.readers.pdf_marks import attach_drawn_marks, find_indented, is_mark

# What pdfminer is known to raise on damaged files, beside its own errors.
_DAMAGE = (
    PSException, PdfminerException, MalformedPDFException, ValueError, KeyError, TypeError, AttributeError,
    IndexError, AssertionError, ArithmeticError, RecursionError, NotImplementedError, EOFError, struct.error,
    zlib.error,
)  # fmt: skip
_CID = re.compile(r"\(cid:\d{1,6}\)")
_MARKS = BULLETS | {"\ufffd"}
"""A letter that pdfminer cannot name is a list mark when it stands alone: bullets of standard fonts are such."""
_CELL_GAP, _SPACE_GAP = 1.0, 0.14
"""Widths, in ems, of the gaps that part cells and words."""


def read_pdf_with_pdfplumber(data: bytes, limits: ReadingLimits = DEFAULT) -> Document:
    """The same as ``read_pdf`` gives, seen by pdfplumber.

    Raises:
        UnreadableError: ``encrypted``, ``broken_pdf``, ``no_pages``, ``no_text``, ``too_many_pages``.
    """
    # What pdfminer logs quotes the file's bytes.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            pages = []
            limits.check_pages(len(document.pages))
            for number, page in enumerate(document.pages, start=1):
                pages.append(_read_page(page, number))
                page.close()
            metadata = {name: str(document.metadata.get(name, "")) for name in ("CreationDate", "Producer")}
    except _DAMAGE as error:
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        locked = isinstance(cause, PDFPasswordIncorrect)
        raise UnreadableError("encrypted" if locked else "broken_pdf", type(cause).__name__) from None
    return compose_document(pages, "pdfplumber", metadata)


def _read_page(page: PlumberPage, number: int) -> Page:
    left, top, right, bottom = map(float, page.bbox if page.rotation else page.cropbox)
    made = Page(number, right - left, bottom - top, images=len(page.images))
    rules = sorted({round(float(edge["x0"]), 1) for edge in page.edges if edge["orientation"] == "v"})
    letters = [letter for letter in page.chars if letter["upright"] and letter["text"] and letter["matrix"][0] > 0]
    made.fragments = _gather_letters(letters, rules, left, top)
    shapes = [shape for shape in (*page.curves, *page.rects) if is_mark(float(shape["width"]), float(shape["height"]))]
    if shapes and (indented := find_indented(made.fragments)):
        sides = [tuple(float(shape[side]) for side in ("x0", "top", "x1", "bottom")) for shape in shapes]
        attach_drawn_marks(indented, [(x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in sides])
    return made


def _gather_letters(letters: Sequence[dict[str, Any]], rules: Sequence[float], x: float, y: float) -> list[Fragment]:
    fragments: list[Fragment] = []
    run: list[dict[str, Any]] = []
    split = False
    for letter in letters:
        if run:
            last = run[-1]
            size = float(letter["size"]) or 1.0
            gap = float(letter["x0"]) - float(last["x1"])
            level = abs(float(letter["bottom"]) - float(last["bottom"])) < 0.35 * size
            crossed = bisect_left(rules, float(last["x1"]) - 1) < bisect_right(rules, float(letter["x0"]) + 1)
            apart = gap > _CELL_GAP * size or (crossed and gap > 0.25 * size)
            if not level or gap < -0.5 * size or apart:
                _close_run(fragments, run, split, x, y)
                split = level and apart
                run = []
        run.append(letter)
    if run:
        _close_run(fragments, run, split, x, y)
    return fragments


def _close_run(fragments: list[Fragment], run: Sequence[dict[str, Any]], split: bool, x: float, y: float) -> None:
    """A stretch of letters as a fragment, list marks taken off."""
    letters = [letter for letter in run if not letter["text"].isspace()]
    if not letters:
        return
    pieces: list[str] = []
    before = None
    for letter in run:
        if before is not None and float(letter["x0"]) - float(before["x1"]) > _SPACE_GAP * float(letter["size"]):
            pieces.append(" ")
        pieces.append(_CID.sub("\ufffd", letter["text"]))
        before = letter
    text = clean_line("".join(pieces).translate(LIGATURES))
    if not text:
        return
    first, last = letters[0], letters[-1]
    bullet, indent = False, float(first["x0"])
    apart = len(letters) > 1 and float(letters[1]["x0"]) - float(first["x1"]) > 0.6 * float(first["size"])
    if (text[0] in _MARKS or (text[0] == "o" and apart)) and (
        text[1:2] == " " or (len(text) == 1 and text not in "*-–—")
    ):
        bullet, text = True, text[1:].lstrip()
        indent = float(letters[1]["x0"]) if len(letters) > 1 else indent
    size = float(first["size"])
    bottom = max(float(letter["bottom"]) for letter in letters)
    top = min(float(letter["top"]) for letter in letters)
    fragments.append(
        Fragment(
            text,
            float(first["x0"]) - x,
            top - y,
            float(last["x1"]) - x,
            bottom - y,
            bottom - y - 0.21 * size,
            round(size, 2),
            all(BOLD.search(letter["fontname"]) for letter in (first, last)),
            len(text) > 1 and text[-1] in "-‐‑",
            bullet,
            indent - x,
            (),
            split,
        )
    )
