"""The bytes of a WARC file, plain or gzipped member by member, so that damage in one place costs one place only.

warcio's own iterator ends at the first damage, takes a broken gzip member for its end, reads lines of any length and
prints what it stumbles over, which is text of documents. So it is used for headers only, and the framing is here.
"""

from __future__ import annotations

import re
import zlib
from typing import IO

from models.issues import describe_reason
from pipeline.container_budget import Budget, ContainerError

BLOCK = 1 << 16
MOST_TRIES = 1000
"""Places that look like the beginning of a gzip member, after damage, but are none."""

_MAGIC = b"\x1f\x8b"
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_RECORD = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]{0,9}\r?\n")
_LONGEST = 20
"""Bytes of a record's first line."""


class WarcStream:
    """Bytes in stretches: the members of a gzipped file, or all of a plain one. A record never leaves its stretch."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._raw = file.read(BLOCK)
        """Bytes of the file that are still to be unpacked."""
        self._gzipped = self._raw.startswith(_MAGIC)
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._at_start = True
        self._ended = False
        self._buffer = b""
        self._at = 0
        self._tries = 0
        self.damage: str | None = None
        """What is wrong with this stretch, known once it is read to its end."""
        self.gap: str | None = None
        """What lies before this stretch and is none."""

    def next_stretch(self) -> bool:
        """Go to the next gzip member, past damage and what is none; False at the end of the file."""
        if not self._gzipped:
            return False
        while self._buffer_is_empty() and not self._ended:
            self._load()
        self._buffer, self._at = b"", 0
        whole, self.damage, self.gap = self.damage is None, None, None
        if whole:
            self._raw = self._raw.lstrip(b"\0") or self._read_padding()
            if len(self._raw) < len(_MAGIC):
                self._raw += self._file.read(BLOCK)
            if not self._raw:
                return False
            if not self._raw.startswith(_MAGIC):
                self.gap = "no gzip member where one should begin"
        if not self._find_member():
            return False
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._at_start, self._ended = True, False
        return True

    def _read_padding(self) -> bytes:
        while raw := self._file.read(BLOCK):
            if kept := raw.lstrip(b"\0"):
                return kept
        return b""

    def _find_member(self) -> bool:
        while True:
            found = _MEMBER.search(self._raw)
            if found is not None:
                self._raw = self._raw[found.start() :]
                return True
            more = self._file.read(BLOCK)
            if not more:
                self._raw = b""
                return False
            self._budget.let_pass(len(more))
            self._raw = self._raw[-3:] + more

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; fewer only at the end of the stretch."""
        parts: list[bytes] = []
        while size > 0:
            if self._buffer_is_empty():
                if not self._load():
                    break
                continue
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read_line(self, most: int) -> bytes:
        """A line with its end; cut after ``most`` bytes, and without an end at that of the stretch."""
        parts: list[bytes] = []
        while most > 0:
            if self._buffer_is_empty():
                if not self._load():
                    break
                continue
            end = self._buffer.find(b"\n", self._at, self._at + most) + 1
            part = self._buffer[self._at : end or self._at + most]
            self._at += len(part)
            most -= len(part)
            parts.append(part)
            if end:
                break
        return b"".join(parts)

    def push_back(self, data: bytes) -> None:
        """Bytes that are to be read once more."""
        self._buffer, self._at = data + self._buffer[self._at :], 0

    def skip_line_ends(self) -> bool:
        """Pass what lies between records; False at the end of the stretch."""
        while True:
            if self._buffer_is_empty():
                if not self._load():
                    return False
                continue
            kept = self._buffer[self._at :].lstrip(b"\r\n") if self._buffer[self._at] in b"\r\n" else None
            if kept is None:
                return True
            self._at = len(self._buffer) - len(kept)

    def skip_to_record(self) -> bool:
        """Pass what is no record, to what looks like the beginning of one; False at the end of the stretch."""
        before = b""
        while True:
            if self._buffer_is_empty():
                if not self._load():
                    return False
                continue
            window = before + self._buffer[self._at :]
            found = _RECORD.search(window)
            if found is not None:
                self._buffer, self._at = window[found.start() :], 0
                return True
            before = window[-_LONGEST:]
            self._at = len(self._buffer)

    def _buffer_is_empty(self) -> bool:
        return self._at >= len(self._buffer)

    def _load(self) -> bool:
        """Fill the empty buffer; False at the end of the stretch."""
        if not self._gzipped:
            self._buffer, self._at = self._raw or self._file.read(BLOCK), 0
            self._raw = b""
            self._budget.let_pass(len(self._buffer))
            return bool(self._buffer)
        while not self._ended:
            if data := self._unpack():
                self._budget.let_pass(len(data))
                self._buffer, self._at = data, 0
                return True
        return False

    def _unpack(self) -> bytes:
        fed = self._raw or self._file.read(BLOCK)
        try:
            data = self._unpacker.decompress(fed, 4 * BLOCK)
        except zlib.error:
            self._tries += 1
            if self._tries > MOST_TRIES:
                raise ContainerError("truncated", describe_reason("truncated", "damaged in too many places")) from None
            self._ended, self.damage = True, "a gzip member is damaged"
            # the next one may begin right here, but not where this one did
            self._raw = fed[1:] if self._at_start else fed
            return b""
        if not fed and not data and not self._unpacker.eof:
            self._ended, self.damage, self._raw = True, "the file ends within a gzip member", b""
            return b""
        self._at_start = False
        if self._unpacker.eof:
            self._ended, self._raw = True, self._unpacker.unused_data
        else:
            self._raw = self._unpacker.unconsumed_tail
        return data
