"""WARC files: what a crawler fetched, as members that are named by their addresses and know when they were fetched.

``response`` records give what the server sent, ``resource`` and ``conversion`` records what they hold. A ``revisit``
record says that its content is that of an earlier capture: it comes out with that one's digest, for whoever knows all
captures. The other kinds describe the crawl and hold no documents. Damage costs the record in which it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import IO
from urllib.parse import urlsplit

from models.issues import describe_reason
from pipeline.archive import IGNORED_SUFFIXES, REVISIT, Member, container_kind, suffix_of
from pipeline.container_budget import Budget, ContainerError
from pipeline.http_body import (
    CONTAINER_SUFFIXES,
    HEAD_BYTES,
    SUFFIXES,
    Answer,
    BodyError,
    charset_of,
    is_ignored_type,
    media_type_of,
    parse_answer,
    parse_headers,
    unpack_body,
)
from pipeline.names import show_path, utc_time
from pipeline.warc_stream import BLOCK, WarcStream

Nested = Callable[[Member, bytes], Iterator[Member]]
"""What to do with a capture that is a container: its rows, the members' and its own."""

MOST_RESCANNED = 4 << 30
"""Bytes of one file that may be looked through again because a record's length was wrong."""
GOOD = (200, 203)
"""Answers that hold what was asked for."""

_DOCUMENTS = ("response", "resource", "conversion")
_BOOKKEEPING = ("warcinfo", "request", "metadata")
_FIRST_LINE = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]{0,9}\r?\n")
_UNKNOWN_TYPES = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the file."""

    headers: dict[str, str]
    length: int
    """As it says."""
    block: bytes | None
    """None where it is larger than a member may be."""
    fault: str | None = None
    """What is wrong with it."""


def read_warc(file: IO[bytes], prefix: str, budget: Budget, nested: Nested) -> Iterator[Member]:
    """Members of a WARC file, plain or gzipped, in order; ``file`` is only ever read on.

    Raises ``ContainerError`` where there is no record at all or the budget is spent.
    """
    stream = WarcStream(file, budget)
    found = False
    for number, record in enumerate(_read_records(stream, budget.member_bytes), 1):
        budget.enter()
        if isinstance(record, str):
            yield Member(f"{prefix}damage {number}", "truncated", describe_reason("truncated", record))
            continue
        found = True
        kind = record.headers.get("warc-type", "").lower()
        if kind not in _BOOKKEEPING:
            yield from _read_member(record, kind, prefix, number, budget, nested)
    if not found:
        raise ContainerError("truncated", describe_reason("truncated", "no WARC record"))


def _read_records(stream: WarcStream, most: int) -> Iterator[Record | str]:
    """Records, and for every damaged place without a record of its own what is wrong there."""
    rescanned = 0
    while True:
        while stream.skip_line_ends():
            head = _read_head(stream)
            if head is None:
                yield stream.damage or "no record where one should begin"
                if not stream.skip_to_record():
                    break
                continue
            record, swallowed = _read_block(stream, head, most)
            yield record
            if record.fault:
                rescanned += len(swallowed)
                if rescanned > MOST_RESCANNED:
                    raise ContainerError("truncated", describe_reason("truncated", "too many lengths are wrong"))
                stream.push_back(swallowed)  # its length is wrong: others may be within it
                if not stream.skip_to_record():
                    break
        else:
            if stream.damage:
                yield stream.damage
        if not stream.next_stretch():
            break
        if stream.gap:
            yield stream.gap


def _read_head(stream: WarcStream) -> dict[str, str] | None:
    line = stream.read_line(HEAD_BYTES)
    if _FIRST_LINE.fullmatch(line) is None:
        stream.push_back(line[1:])
        return None
    lines = [line]
    size = len(line)
    while line.strip():
        line = stream.read_line(HEAD_BYTES - size)
        if not line.endswith(b"\n"):
            return None
        lines.append(line)
        size += len(line)
    try:
        return parse_headers(b"".join(lines))[1]
    except ValueError:
        return None


def _read_block(stream: WarcStream, headers: dict[str, str], most: int) -> tuple[Record, bytes]:
    """The record, and what was read of it beyond its head."""
    said = headers.get("content-length", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        return Record(headers, 0, b"", "its length is no number"), b""
    length = int(said)
    parts: list[bytes] = []
    size = 0
    while size < length and (part := stream.read(min(16 * BLOCK, length - size))):
        size += len(part)
        if size <= most:
            parts.append(part)
    block = b"".join(parts)
    whole = block if size <= most else None
    if size < length:
        return Record(headers, length, whole, f"{stream.damage or 'cut short'}: {size} of {length} bytes"), block
    end = stream.read(4)
    if end == b"\r\n\r\n":
        return Record(headers, length, whole), b""  # whatever comes next
    stream.push_back(end)
    if stream.skip_line_ends():
        after = stream.read(5)
        stream.push_back(after)
        if after != b"WARC/":
            return Record(headers, length, whole, "its length is wrong"), block
    elif stream.damage:
        return Record(headers, length, whole, stream.damage), b""
    return Record(headers, length, whole), b""


def _read_member(
    record: Record, kind: str, prefix: str, number: int, budget: Budget, nested: Nested
) -> Iterator[Member]:
    address = _address(record.headers, number)
    member = Member(
        prefix + show_path(address.encode(errors="surrogateescape")),
        size=record.length,
        captured_at=utc_time(record.headers.get("warc-date", "")),
        url=address,
        digest=record.headers.get("warc-payload-digest"),
        suffix=_suffix_of_address(address),
    )
    if record.fault or record.block is None:
        if record.fault:
            yield _fail(member, "truncated", record.fault)
        else:
            yield _fail(member, "too_large", f"{record.length} bytes")
    elif kind == "revisit":
        yield from _revisit(member, record.block)
    elif kind not in _DOCUMENTS:
        yield _fail(member, "unreadable", "a record of a kind that is not known here")
    elif "warc-truncated" in record.headers:
        yield _fail(member, "truncated", "the crawler did not fetch all of it")
    elif "warc-segment-number" in record.headers:
        yield _fail(member, "truncated", "a record in several parts")
    else:
        try:
            yield from _read_document(member, record, budget, nested)
        except BodyError as error:
            yield _fail(member, error.code, error.detail)


def _read_document(member: Member, record: Record, budget: Budget, nested: Nested) -> Iterator[Member]:
    assert record.block is not None
    content_type = record.headers.get("content-type", "")
    data = record.block
    if media_type_of(content_type) == "application/http":
        answer = parse_answer(data)
        content_type = answer.headers.get("content-type", "")
        member = replace(member, captured_at=member.captured_at or _http_date(answer))
        if answer.status not in GOOD:
            yield _ignore(member, "http_status", f"the answer was {answer.status}")
            return
        if _is_ignored(content_type, member.suffix or ""):
            yield _ignore(member, "ignored_type")
            return
        data = unpack_body(answer, budget.member_bytes, budget.spend)
        payload = answer.body
    elif record.headers.get("warc-type", "").lower() == "response":
        yield _ignore(member, "ignored_type")  # of DNS and the like
        return
    else:
        if _is_ignored(content_type, member.suffix or ""):
            yield _ignore(member, "ignored_type")
            return
        payload = data
    budget.spend(len(data))
    media_type = media_type_of(content_type)
    suffix = SUFFIXES.get(media_type) or CONTAINER_SUFFIXES.get(media_type) or member.suffix
    member = replace(
        member,
        suffix=suffix,
        size=len(data),
        data=data,
        charset=charset_of(content_type),
        digest=member.digest or _digest(payload),
    )
    if _is_container(data, suffix or ""):
        yield from nested(member, data)
    else:
        yield member


def _digest(payload: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def _is_container(data: bytes, suffix: str) -> bool:
    kind = container_kind(f"x{suffix}")
    # a server may have called packed what it unpacked itself
    return kind is not None and (kind != "gz" or data.startswith(b"\x1f\x8b"))


def _revisit(member: Member, block: bytes) -> Iterator[Member]:
    if block.strip():
        try:
            answer = parse_answer(block)
        except BodyError:
            answer = None
        if answer is not None and _is_ignored(answer.headers.get("content-type", ""), member.suffix or ""):
            yield _ignore(member, "ignored_type")
            return
    elif member.suffix in IGNORED_SUFFIXES:
        yield _ignore(member, "ignored_type")
        return
    if member.digest is None:
        yield _fail(member, "revisit_unresolved", "it names no digest")
    else:
        yield replace(member, status=REVISIT, size=None)


def _is_ignored(content_type: str, suffix: str) -> bool:
    media_type = media_type_of(content_type)
    return is_ignored_type(media_type) or (media_type in _UNKNOWN_TYPES and suffix in IGNORED_SUFFIXES)


def _fail(member: Member, code: str, detail: str) -> Member:
    status = "unreadable" if code == "revisit_unresolved" else code
    return replace(member, status=status, reason=describe_reason(code, detail), digest=None)


def _ignore(member: Member, code: str, detail: str = "") -> Member:
    return replace(member, status="ignored", reason=describe_reason(code, detail))


def _address(headers: dict[str, str], number: int) -> str:
    named = headers.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")
    return named or headers.get("warc-record-id", "").strip("<> ") or f"record {number}"


def _suffix_of_address(address: str) -> str:
    try:
        return suffix_of(urlsplit(address).path)
    except ValueError:
        return ""


def _http_date(answer: Answer) -> str | None:
    try:
        return utc_time(parsedate_to_datetime(answer.headers.get("date", "")).isoformat())
    except (ValueError, OverflowError):
        return None
