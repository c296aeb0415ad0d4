"""What a web server sent, out of a capture of it: headers, and the body without chunks and compression.

Strict where warcio's readers are lenient: damage is told and never taken for the end. Many crawlers keep the headers
of a body that they unpacked themselves, so a body that does not look packed at all counts as unpacked.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

HEAD_BYTES = 1 << 16
MOST_CODINGS = 3
PIECE = 1 << 18

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]{0,9}([0-9A-Fa-f]{1,12})[ \t]{0,9}(?:;[^\r\n]{0,1000})?\r?\n")
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)

SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "multipart/related": ".mhtml",
    "message/rfc822": ".mhtml",
}
"""Media types and the suffix that files of them have."""
CONTAINER_SUFFIXES = {"application/zip": ".zip", "application/x-zip-compressed": ".zip", "application/x-tar": ".tar"}
_IGNORED_TYPES = frozenset(("text/css", "text/javascript", "application/javascript", "application/x-javascript"))
_IGNORED_MORE = frozenset(("application/json", "application/manifest+json", "application/ld+json", "text/ecmascript"))
_IGNORED_KINDS = frozenset(("image", "font", "audio", "video"))


class BodyError(Exception):
    """A body cannot be unpacked; ``code`` is that of a reason."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    """By name in lower case; of repeated ones the first."""
    body: bytes
    """As it was sent."""

    @property
    def media_type(self) -> str:
        return media_type_of(self.headers.get("content-type", ""))


def media_type_of(content_type: str) -> str:
    """``text/html`` of ``Text/HTML; charset=utf-8``."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str | None:
    """The charset that a header names."""
    found = _CHARSET.search(content_type[:1000])
    return found[1] if found else None


def is_ignored_type(media_type: str) -> bool:
    """Pictures, scripts, style sheets and the like: nothing to read."""
    return media_type in _IGNORED_TYPES or media_type in _IGNORED_MORE or media_type.split("/")[0] in _IGNORED_KINDS


def parse_headers(head: bytes) -> tuple[str, dict[str, str]]:
    """The first line's rest and the headers; raises ``ValueError`` where it is no head."""
    try:
        parsed = StatusAndHeadersParser((), verify=False).parse(io.BytesIO(head))
    except (StatusAndHeadersParserException, EOFError) as error:
        raise ValueError("no head") from error
    headers: dict[str, str] = {}
    for name, value in parsed.headers:
        headers.setdefault(name.strip().lower(), value.strip())
    return str(parsed.statusline), headers


def parse_answer(block: bytes) -> Answer:
    """An HTTP answer as it came over the line; raises ``BodyError`` where it is none."""
    end = _HEAD_END.search(block, 0, HEAD_BYTES) if block[:5].upper() == b"HTTP/" else None
    if end is None:
        raise BodyError("truncated", "no HTTP head")
    line, headers = parse_headers(block[: end.end()])
    code = line.split(" ", 1)[0]
    return Answer(int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 0, headers, block[end.end() :])


def unpack_body(answer: Answer, most: int, spend: Callable[[int], None]) -> bytes:
    """The body without chunks and compression, ``most`` bytes at most; raises ``BodyError``.

    ``spend`` is called with the number of bytes of every unpacking.
    """
    data = answer.body
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        data = join_chunks(data)
    codings = [part.strip() for part in answer.headers.get("content-encoding", "").lower().split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    length = answer.headers.get("content-length", "")
    if not codings and length.isascii() and length.isdigit() and len(data) < int(length[:18]):
        raise BodyError("truncated", f"{len(data)} of {length[:18]} bytes")
    if len(codings) > MOST_CODINGS:
        raise BodyError("unreadable", "too many content codings")
    for coding in reversed(codings):
        data = _unpack(data, coding, most, spend)
    return data


def join_chunks(data: bytes) -> bytes:
    """A chunked body in one; one that does not begin with a chunk's size is taken as it is."""
    parts: list[bytes] = []
    at = 0
    while True:
        head = _CHUNK_SIZE.match(data, at)
        if head is None:
            if not parts:
                return data
            raise BodyError("truncated", "a chunk is missing")
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        part = data[head.end() : head.end() + size]
        at = head.end() + size
        if len(part) < size:
            raise BodyError("truncated", "a chunk is cut short")
        end = data[at : at + 2]
        at += 2 if end == b"\r\n" else end[:1] == b"\n"
        parts.append(part)


def _unpack(data: bytes, coding: str, most: int, spend: Callable[[int], None]) -> bytes:
    if coding in ("gzip", "x-gzip"):
        if not data.startswith(b"\x1f\x8b"):
            return data
        return _inflate(data, 16 + zlib.MAX_WBITS, most, spend)
    if coding == "deflate":
        return _inflate(data, zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS, most, spend)
    if coding == "br":
        return _unpack_brotli(data, most, spend)
    if coding == "zstd":
        return _unpack_zstd(data, most, spend) if data.startswith(b"\x28\xb5\x2f\xfd") else data
    raise BodyError("unreadable", "unknown content coding")


def _is_zlib(data: bytes) -> bool:
    return len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _inflate(data: bytes, bits: int, most: int, spend: Callable[[int], None]) -> bytes:
    unpacker = zlib.decompressobj(bits)
    parts: list[bytes] = []
    size = 0
    rest = data
    while not unpacker.eof:
        try:
            part = unpacker.decompress(rest, PIECE)
        except zlib.error as error:
            if not parts and bits < 0:
                return data  # raw deflate has no signature: it was not packed at all
            raise BodyError("truncated", "the compression is damaged") from error
        if not part and not unpacker.unconsumed_tail and not unpacker.eof:
            raise BodyError("truncated", "the compression is cut short")
        rest = unpacker.unconsumed_tail
        size += _count(len(part), size, most, spend)
        parts.append(part)
    return b"".join(parts)


def _unpack_brotli(data: bytes, most: int, spend: Callable[[int], None]) -> bytes:
    if importlib.util.find_spec("brotli") is None:
        raise BodyError("unreadable", "compressed with br: pip install brotli")
    # Any: it has no types
    brotli: Any = importlib.import_module("brotli")
    unpacker = brotli.Decompressor()
    if not hasattr(unpacker, "can_accept_more_data"):
        raise BodyError("unreadable", "compressed with br: pip install 'brotli>=1.2'")  # older ones have no limit
    parts: list[bytes] = []
    size = 0
    rest = data
    while not unpacker.is_finished():
        try:
            part = unpacker.process(rest, output_buffer_limit=PIECE)
        except brotli.error as error:
            if not size:
                return data  # it has no signature: it was not packed at all
            raise BodyError("truncated", "the compression is damaged") from error
        if not part and not rest:
            raise BodyError("truncated", "the compression is cut short")
        rest = b""
        size += _count(len(part), size, most, spend)
        parts.append(part)
    return b"".join(parts)


def _unpack_zstd(data: bytes, most: int, spend: Callable[[int], None]) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            while part := stream.read(PIECE):
                size += _count(len(part), size, most, spend)
                parts.append(part)
    except (pa.ArrowException, OSError) as error:
        raise BodyError("truncated", "the compression is damaged") from error
    return b"".join(parts)


def _count(more: int, size: int, most: int, spend: Callable[[int], None]) -> int:
    spend(more)
    if size + more > most:
        raise BodyError("too_large", f"over {most} bytes")
    return more
