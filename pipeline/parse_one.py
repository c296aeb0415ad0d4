"""One document parsed outside a run, with the same care: in a child process with limits, which may die without harm."""

from __future__ import annotations

from typing import Any

import msgspec

from models.records import Parsed, decode_parsed, encode_parsed
from parsers.limits import ReadingLimits
from parsers.parse import parse_document, quarantine
from parsers.scan import is_scan
from pipeline.archive import suffix_of
from pipeline.progress import Stop, catch_signals
from pipeline.settings import Limits
from pipeline.worker import Handler
from pipeline.workers import Job, Pool, Task


class Input(msgspec.Struct, frozen=True, array_like=True):
    """What the child gets."""

    data: bytes
    name: str
    ocr: bool = False


def make_handler(options: dict[str, Any]) -> Handler:
    """The child's function from an encoded ``Input`` to an encoded ``Parsed``."""
    reading = ReadingLimits(*options.get("reading", ()))
    decoder = msgspec.msgpack.Decoder(Input)

    def handle(payload: bytes) -> bytes:
        given = decoder.decode(payload)
        parsed = parse_document(given.data, name=f"document{suffix_of(given.name)}", limits=reading)
        if given.ocr and is_scan(given.data, parsed):
            from pipeline.ocr import read_scan

            parsed = read_scan(given.data)
        return encode_parsed(parsed)

    return handle


def parse_one(data: bytes, name: str, limits: Limits | None = None, *, ocr: bool = False) -> Parsed:
    """Parse one document; whatever it does to the child, a record comes back.

    Of ``name``, a file name, only the suffix counts, as in a run. Raises ``InterruptedRunError`` on SIGINT and
    ``WorkerError`` if children cannot work; with ``ocr``, ``SettingsError`` where Tesseract is missing.
    """
    if ocr:
        from pipeline.ocr import find_tesseract

        find_tesseract()
    limits = limits or Limits()
    job = Job(f"{__name__}:make_handler", {"reading": [limits.pages, limits.characters]}, limits)
    task = Task(0, msgspec.msgpack.encode(Input(data, name, ocr)), len(data))
    with catch_signals(Stop()) as stop, Pool(job, 1, stop) as pool:
        (outcome,) = pool.run(iter([task]))
    if outcome.result is not None:
        return decode_parsed(outcome.result)
    assert outcome.failure is not None
    return quarantine(data, "parser_error" if outcome.failure == "error" else outcome.failure, outcome.detail)
