"""The MHTML reader: a page that a browser saved in one file, as a MIME message, to a ``Document``.

Only headers go through the standard library's parser. The body is split at its boundary, so that the time is linear
and nesting bounded.
"""

from __future__ import annotations

import binascii
import quopri
from collections.abc import Iterator
from datetime import UTC
from email.errors import HeaderParseError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from parsers.document import Document, UnreadableError
from parsers.readers.html import format_time, read_html
from parsers.readers.text import read_text

_DEEPEST = 4
_MOST_HEADER_BYTES = 65_536
_MOST_PARTS = 10_000
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_mhtml(data: bytes) -> Document:
    """The main page of an MHTML file as a ``Document``; its ``Date`` header is the ``stated_date``.

    The page is the part that ``start`` names, else the first HTML part, else the first plain text. Raises
    ``UnreadableError``: ``empty``, ``no_text`` (no page in it), ``too_deep`` (messages within messages).
    """
    if not data:
        raise UnreadableError("empty")
    headers, body = _split_message(data)
    stated = _read_date(headers)
    start = str(headers.get_param("start", "") or "").strip("<> ")
    found: dict[str, tuple[Message, bytes]] = {}
    for part, content in _list_parts(headers, body, 0):
        kind = part.get_content_type()
        content_id = str(part.get("Content-ID", "") or "").strip("<> ")
        if start and content_id == start and kind in (*_HTML_TYPES, "text/plain"):
            found = {kind: (part, content)}
            break
        found.setdefault(kind, (part, content))
    for kind in _HTML_TYPES:
        if kind in found:
            part, content = found[kind]
            return read_html(_decode_content(part, content), charset=part.get_content_charset(), stated_date=stated)
    if "text/plain" in found:
        part, content = found["text/plain"]
        return read_text(_decode_content(part, content), charset=part.get_content_charset())
    raise UnreadableError("no_text")


def _split_message(data: bytes) -> tuple[Message, bytes]:
    """Headers and body; a header block that never ends is cut, so that it costs no more than its size."""
    ends = [(at, length) for mark, length in ((b"\r\n\r\n", 4), (b"\n\n", 2)) if (at := data.find(mark)) >= 0]
    at, length = min(ends, default=(len(data), 0))
    headers = BytesHeaderParser().parsebytes(data[: min(at, _MOST_HEADER_BYTES)] + b"\n\n")
    return headers, data[at + length :]


def _list_parts(headers: Message, body: bytes, depth: int) -> Iterator[tuple[Message, bytes]]:
    """The parts that hold something, in order, those of inner multiparts where they stand."""
    if headers.get_content_maintype() != "multipart":
        yield headers, body
        return
    if depth >= _DEEPEST:
        raise UnreadableError("too_deep", f"{depth} multiparts")
    boundary = headers.get_boundary()
    if not boundary:
        return
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    # A boundary stands at the start of a line; the last one has two more dashes, and what follows it is nothing.
    for chunk in (b"\n" + body).split(b"\n" + mark)[1 : _MOST_PARTS + 1]:
        if chunk.startswith(b"--"):
            return
        part, content = _split_message(chunk.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n"))
        yield from _list_parts(part, content, depth + 1)


def _decode_content(part: Message, content: bytes) -> bytes:
    coding = str(part.get("Content-Transfer-Encoding", "") or "").strip().lower()
    if coding == "quoted-printable":
        return quopri.decodestring(content)
    if coding == "base64":
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:
            # Cut in the middle of a group: what is whole is read.
            letters = b"".join(content.split())
            try:
                return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
            except binascii.Error:
                raise UnreadableError("not_text", "base64") from None
    return content


def _read_date(headers: Message) -> str | None:
    value = headers.get("Date")
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(str(value))
    except (ValueError, HeaderParseError, OverflowError):
        return None
    return format_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
