"""PDF by PDFium: the first reader."""

from __future__ import annotations

from parsers.document import Document
from parsers.limits import DEFAULT, ReadingLimits
from parsers.readers.pdf_compose import compose_document
from parsers.readers.pdfium_pages import read_pages


def read_pdf(data: bytes, limits: ReadingLimits = DEFAULT) -> Document:
    """A PDF's lines in reading order, with boxes, sizes, cells and folds.

    Raises:
        UnreadableError: ``encrypted``, ``broken_pdf``, ``no_pages``, ``no_text``, ``too_many_pages``.
    """
    pages, metadata = read_pages(data, limits)
    return compose_document(pages, "pdfium", metadata)
