"""What a parse leaves: rows of the contract's tables as plain values, ready for a cache, JSON or Arrow.

A row is a dict with a key for every column of its table (``models.tables``). Its values are JSON's own: dates are ISO
strings (``2015-05-01``), boxes are lists of ``[page, x0, y0, x1, y1]``. ``pipeline`` turns them into Arrow by
column type.
"""

from __future__ import annotations

from typing import Any

import msgspec

Row = dict[str, Any]


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """All rows that one document gives, personal data already apart.

    ``tables`` holds public rows of ``projects`` (at most one), ``sections, scores, indicators, locations,
    allocations, partners, fields, texts, issues``; ``restricted`` rows of ``contacts`` (at most one) and, as
    ``texts``, the unmasked text. ``captures`` and ``files`` are the pipeline's, and so are ``path, role, captured_at``
    of ``document``, the row of ``documents``.
    """

    document_id: str
    project_code: str | None
    """None if quarantined."""
    status: str
    """``parsed``, ``partial`` or ``quarantined``."""
    document: Row
    tables: dict[str, list[Row]]
    restricted: dict[str, list[Row]]
    stated_date: str | None = None
    """ISO 8601, UTC: when the document says it was saved."""
    ended: bool = False
    """The project's state says that it no longer runs."""
    final_report: bool = False
    """The document has a final report."""
    characters: int = 0


def encode_parsed(parsed: Parsed) -> bytes:
    """The record as MessagePack."""
    return _ENCODER.encode(parsed)


def decode_parsed(data: bytes) -> Parsed:
    """The record of ``encode_parsed``; raises ``msgspec.DecodeError`` for anything else."""
    return _DECODER.decode(data)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Parsed)
