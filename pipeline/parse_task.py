"""What a child does with a file: open it without following or waiting, hash it, and parse what is not known yet."""

from __future__ import annotations

import hashlib
import importlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from models.issues import describe_reason
from models.records import Parsed
from parsers.limits import ReadingLimits
from parsers.scan import is_scan
from pipeline.archive import describe_os_error, kind_of
from pipeline.forget.records import strip_contacts
from pipeline.limits import LIMIT_CODES
from pipeline.packed import encode_packed, pack_parsed

READ_BYTES = 1 << 20
MOST_RECENT = 10_000
"""Documents of which a child remembers that it parsed them."""


class ParseTask(msgspec.Struct, frozen=True, array_like=True):
    """A document to be read; ``source`` is a path, ``data`` the bytes of a member that has none."""

    source: bytes | None
    data: bytes | None
    suffix: str
    """All that the parser hears of the name, so that a renamed file stays the same document."""
    charset: str | None
    force: bool = False
    """Parse even what the cache knows."""
    verdict: tuple[str, str] | None = None
    """Issue code and detail: do not parse, write the record of a document that cannot be parsed."""


class ParseResult(msgspec.Struct, frozen=True, array_like=True):
    """What became of a file; ``record`` is None where there is none or where the cache has it."""

    status: str
    """As in ``files.status``; ``read`` if all is well."""
    reason: str | None = None
    document_id: str | None = None
    size: int | None = None
    read_at_ns: int = 0
    record: bytes | None = None
    project_code: str | None = None
    document_status: str = ""
    stated_date: str | None = None
    ended: bool = False
    final_report: bool = False
    characters: int = 0
    cpu_seconds: float = 0.0
    media_type: str | None = None
    form: str | None = None
    """What the document went through, as in ``documents``: by it is known when it must be parsed again."""
    by_terms: bool = False
    """What became of it depends on the run's terms: a PDF without text, or a document over a limit."""


class Parser(Protocol):
    """The module that ``RunSettings.parser`` names."""

    def parse_document(self, data: bytes, *, name: str, charset: str | None, limits: ReadingLimits) -> Parsed: ...

    def quarantine(self, data: bytes, code: str, detail: str = "", *, document_id: str | None = None) -> Parsed: ...


ScanReader = Callable[[bytes], Parsed]

_task_decoder = msgspec.msgpack.Decoder(ParseTask)
_result_encoder = msgspec.msgpack.Encoder()


def make_handler(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """The handler of a pool's children, by the ``options`` that ``pipeline.parse_stage`` gives."""
    parser: Parser = importlib.import_module(options["parser"])
    known = _Known(options["cache"], options["versions"], options["limits"], options.get("known", ()))
    file_bytes: int = options["file_bytes"]
    limits = ReadingLimits(*options["reading"])
    forgotten = frozenset(options.get("forgotten", ()))
    read_scan: ScanReader | None = None
    if options["ocr"]:
        # only a run that asks for it pays for it
        from pipeline.ocr import read_scan

    def handle(payload: bytes) -> bytes:
        task = _task_decoder.decode(payload)
        return _result_encoder.encode(_handle(parser, read_scan, known, file_bytes, limits, forgotten, task))

    return handle


class _Known:
    """The cache, as a child may ask it."""

    def __init__(self, path: str, versions: list[str], limits: str, known: Sequence[str]) -> None:
        # on another machine there is no path: SQLite's log is shared by memory
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60.0) if path else None
        self._arguments = (*versions, limits)
        marks = ", ".join("?" * len(versions))
        self._sql = (
            f"SELECT 1 FROM parsed WHERE document_id = ? AND version IN ({marks}) AND (limits IS NULL OR limits = ?)"  # noqa: S608
        )
        self._known = frozenset(known)
        self._recent: set[str] = set()

    def add(self, document_id: str) -> None:
        """This child has just parsed it: its record is on its way to the cache."""
        if len(self._recent) >= MOST_RECENT:
            self._recent.clear()
        self._recent.add(document_id)

    def has(self, document_id: str) -> bool:
        if document_id in self._recent or document_id in self._known:
            return True
        if self._database is None:
            return False
        return self._database.execute(self._sql, (document_id, *self._arguments)).fetchone() is not None


def _handle(
    parser: Parser,
    read_scan: ScanReader | None,
    known: _Known,
    file_bytes: int,
    limits: ReadingLimits,
    forgotten: frozenset[str],
    task: ParseTask,
) -> ParseResult:
    now = time.time_ns()
    if task.data is not None:
        data = task.data
    else:
        assert task.source is not None
        try:
            read = read_file(task.source, file_bytes)
        except OSError as error:
            status, reason = describe_os_error(error)
            return ParseResult(status, reason)
        if isinstance(read, ParseResult):
            return read
        data = read
    document_id = hashlib.sha256(data).hexdigest()
    if not task.force and task.verdict is None and known.has(document_id):
        return ParseResult("read", document_id=document_id, size=len(data), read_at_ns=now)
    begun = time.process_time()
    parsed, by_terms = _parse(parser, read_scan, limits, data, document_id, task)
    cpu_seconds = time.process_time() - begun
    known.add(document_id)
    packed = pack_parsed(parsed)
    if packed.project_code in forgotten:
        packed = strip_contacts(packed)
    return ParseResult(
        "read",
        document_id=document_id,
        size=len(data),
        read_at_ns=now,
        record=encode_packed(packed),
        project_code=packed.project_code,
        document_status=packed.status,
        stated_date=packed.stated_date,
        ended=packed.ended,
        final_report=packed.final_report,
        characters=packed.characters,
        cpu_seconds=cpu_seconds,
        media_type=packed.document["media_type"],
        form=packed.document["form"],
        by_terms=by_terms,
    )


def _parse(
    parser: Parser,
    read_scan: ScanReader | None,
    limits: ReadingLimits,
    data: bytes,
    document_id: str,
    task: ParseTask,
) -> tuple[Parsed, bool]:
    """The record, and whether the run's terms made it what it is."""
    if task.verdict is not None:
        code, detail = task.verdict
        return parser.quarantine(data, code, detail, document_id=document_id), False
    try:
        parsed = parser.parse_document(data, name=f"document{task.suffix}", charset=task.charset, limits=limits)
        scan = is_scan(data, parsed)
        limited = str(parsed.document["reason"] or "").partition(":")[0] in LIMIT_CODES
        return (read_scan(data) if scan and read_scan is not None else parsed), scan or limited
    except MemoryError:
        raise  # for the parent: tried again in a fresh process
    # The parser promises not to raise; if it does, that is a fault of ours and costs one document.
    except Exception as error:
        return parser.quarantine(data, "parser_error", type(error).__name__, document_id=document_id), False


def read_file(source: bytes, file_bytes: int) -> bytes | ParseResult:
    """The bytes of a regular file; what it turned out to be if it is none, or too large. Raises ``OSError``."""
    # O_NONBLOCK: a pipe that took the file's place since it was listed must not block
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            return ParseResult("special", describe_reason("special_file", kind_of(info.st_mode)))
        if info.st_size > file_bytes:
            return ParseResult("too_large", describe_reason("too_large", f"{info.st_size} bytes"), size=info.st_size)
        parts: list[bytes] = []
        size = 0
        # until the end, whatever the size said: the file may grow, and a file system may give less than was asked for
        while part := os.read(handle, max(info.st_size - size, READ_BYTES)):
            parts.append(part)
            size += len(part)
            if size > file_bytes:
                return ParseResult("too_large", describe_reason("too_large", f"over {file_bytes} bytes"))
        return parts[0] if len(parts) == 1 else b"".join(parts)
    finally:
        os.close(handle)
