"""The reader for a document's bytes."""

from __future__ import annotations

from parsers.document import Document, UnreadableError
from parsers.limits import DEFAULT, ReadingLimits
from parsers.readers.html import read_html
from parsers.readers.pdf import read_pdf
from parsers.readers.sniff import HTML, MHTML, PDF, PLAIN, name_kind, sniff_media_type
from parsers.readers.text import read_text


def read_document(
    data: bytes, *, name: str = "", charset: str | None = None, limits: ReadingLimits = DEFAULT
) -> Document:
    """The document that the bytes hold, told by content first; raises ``UnreadableError``."""
    document = _read(data, name, charset, limits)
    limits.check_characters(len(document.text))
    return document


def _read(data: bytes, name: str, charset: str | None, limits: ReadingLimits) -> Document:
    if not data:
        raise UnreadableError("empty")
    kind = sniff_media_type(data, name)
    if kind == PDF:
        return read_pdf(data, limits)
    if kind == HTML:
        return read_html(data, charset=charset)
    if kind == MHTML:
        from parsers.readers.mhtml import read_mhtml

        return read_mhtml(data)
    if kind == PLAIN:
        return read_text(data, charset=charset)
    raise UnreadableError("unknown_format", name_kind(data) or "")


def read_pdf_again(data: bytes, limits: ReadingLimits = DEFAULT) -> Document:
    """A PDF by the second reader, which is loaded only when there is need for it."""
    from parsers.readers.pdf_plumber import read_pdf_with_pdfplumber

    document = read_pdf_with_pdfplumber(data, limits)
    limits.check_characters(len(document.text))
    return document
