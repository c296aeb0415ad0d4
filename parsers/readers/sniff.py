"""What kind of file some bytes are: told by their content first, by the file's name second."""

from __future__ import annotations

import codecs
import re

from parsers.readers.encoding import find_wide_codec

PLAIN, HTML, MHTML, PDF = "text/plain", "text/html", "multipart/related", "application/pdf"

_HEAD_BYTES = 4096
# Signatures of what this project cannot read, and the word people know them by.
_SIGNATURES = (
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"RIFF", "media"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\0", "sqlite"),
    (b"%!PS", "postscript"),
    (b"bplist00", "webarchive"),
)
_ZIPPED = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"application/vnd.oasis.opendocument", "odt"),
    (b"application/epub+zip", "epub"),
)
_LEADING = re.compile(rb"\s{0,999}(?:<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|\s{1,99}){0,20}", re.DOTALL)
_HTML_START = re.compile(
    rb"<(?:!doctype\s{1,9}html|(?:html|head|body|title|meta|base|link|script|style|div|p|table|h[1-6]|pre|main)[\s>])",
    re.IGNORECASE,
)
_HTML_WITHIN = re.compile(rb"<(?:html|body|head)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_FIRST_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]{1,60}:[ \t\r\n]")
_BY_LINE = re.IGNORECASE | re.MULTILINE
_MESSAGE_HEADER = re.compile(
    rb"^content-type:\s{0,9}(multipart/(?:related|mixed|alternative)|text/html)\b", re.I | re.M
)
_MHTML_NAMES = (".mht", ".mhtml", ".eml")
_HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml", ".asp", ".aspx", ".php")
_TEXT_NAMES = (".txt", ".text", ".md", ".asc")
_CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))


def sniff_media_type(data: bytes, name: str) -> str | None:
    """``application/pdf``, ``text/html``, ``multipart/related`` (MHTML) or ``text/plain``; None for all else.

    ``name`` decides only what the content leaves open: an empty or damaged file, and text that may be HTML.
    ``name_kind`` says what a file is that is None here.
    """
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if b"%PDF-" in data[:1024]:
        return PDF
    if name_kind(data) is not None:
        return None
    head = _read_head(data)
    if head is None:
        return PDF if suffix == ".pdf" else None
    start = _LEADING.match(head)
    if _HTML_START.match(head, start.end() if start else 0):
        return HTML
    if _is_message(head, suffix):
        return MHTML
    if suffix in _HTML_NAMES:
        return HTML
    if suffix == ".pdf" and not data:
        return PDF
    if suffix not in _TEXT_NAMES and _HTML_WITHIN.search(head):
        return HTML
    return PLAIN


def _is_message(head: bytes, suffix: str) -> bool:
    """Whether a file begins with the headers of a MIME message that has a page in it."""
    if not _FIRST_HEADER.match(head):
        return False
    blank = re.search(rb"\r?\n\r?\n", head)
    kind = _MESSAGE_HEADER.search(head, 0, blank.start() if blank else len(head))
    return kind is not None and (kind[1].lower().startswith(b"multipart/") or suffix in _MHTML_NAMES)


def name_kind(data: bytes) -> str | None:
    """A word for a file that is known not to be text (``image``, ``zip``, ``docx``, ...), else None."""
    if data.startswith(b"PK\x03\x04"):
        head = data[:_HEAD_BYTES] + data[-_HEAD_BYTES:]
        for mark, kind in _ZIPPED:
            if mark in head:
                return kind
        return "zip"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            # Two letters are little evidence: a bitmap has its NULs too.
            return None if signature == b"BM" and b"\0" not in data[:32] else kind
    return None


def _read_head(data: bytes) -> bytes | None:
    """The beginning in an ASCII-compatible encoding, or None where it is not text."""
    head = data[:_HEAD_BYTES]
    for mark, codec in ((codecs.BOM_UTF8, ""), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[len(mark) :]
            return head.decode(codec, "replace").encode("utf-8", "replace") if codec else head
    wide = find_wide_codec(head)
    if wide:
        return head.decode(wide, "replace").encode("utf-8", "replace")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return None if controls > len(head) * 0.05 + 2 else head
