"""WARC files for tests: sound ones as warcio writes them, and records by hand with whatever is wrong with them."""

from __future__ import annotations

import gzip
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SITE = "https://esimerkki.fi"
DATE = "2018-03-12T10:00:00Z"


def answer(body: bytes, *headers: str, status: str = "200 OK", content_type: str = "text/html") -> bytes:
    """What a server sends."""
    lines = (f"HTTP/1.1 {status}", *((f"Content-Type: {content_type}",) if content_type else ()), *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    block: bytes,
    *headers: str,
    kind: str = "response",
    path: str = "/hanke?id=1",
    date: str = DATE,
    content_type: str = "application/http; msgtype=response",
    length: int | None = None,
) -> bytes:
    """A record; ``length`` is what it says of its block's, which may be a lie."""
    lines = (
        "WARC/1.1",
        f"WARC-Type: {kind}",
        *((f"WARC-Target-URI: {SITE}{path}",) if path else ()),
        "WARC-Record-ID: <urn:uuid:7d7b8c9a-0000-4000-8000-000000000001>",
        f"WARC-Date: {date}",
        f"Content-Type: {content_type}",
        *headers,
        f"Content-Length: {len(block) if length is None else length}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """A member of its own for each, as in every sound .warc.gz."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def chunked(body: bytes, size: int = 700) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=y\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class _Writer(WARCWriter):
    def _create_temp_file(self) -> io.BytesIO:
        return io.BytesIO()  # warcio's own would never be closed


def write_by_warcio(pages: dict[str, bytes], *, gzipped: bool, revisits: dict[str, str] | None = None) -> bytes:
    """A file as warcio makes it, with requests and an information record; ``revisits``: path → path it equals."""
    sink = io.BytesIO()
    writer = _Writer(sink, gzip=gzipped, warc_version="WARC/1.1")
    writer.write_record(writer.create_warcinfo_record("kuvaukset.warc.gz", {"software": "käsin"}))
    digests = {}
    for path, body in pages.items():
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        made = writer.create_warc_record(
            SITE + path, "response", io.BytesIO(body), http_headers=head, warc_headers_dict={"WARC-Date": DATE}
        )
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "esimerkki.fi")], is_http_request=True)
        writer.write_request_response_pair(writer.create_warc_record(SITE + path, "request", http_headers=asked), made)
        digests[path] = made.rec_headers.get_header("WARC-Payload-Digest")
    for path, original in (revisits or {}).items():
        writer.write_record(writer.create_revisit_record(SITE + path, digests[original], SITE + original, DATE))
    return sink.getvalue()
