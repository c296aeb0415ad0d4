"""Objects of remote archives on their way to the children: fetched many at a time by the parent, which parses none."""

from __future__ import annotations

from collections.abc import Iterator

from models.issues import describe_reason
from pipeline.archive import describe_os_error
from pipeline.cache import Cache
from pipeline.parse_task import ParseResult
from pipeline.remote_files import BATCH_BYTES, BATCH_OBJECTS, is_remote, read_objects

Row = tuple[int, bytes, int | None, str, str]
"""Number, source, size, suffix and charset of a member."""


def fetch_remote(cache: Cache, rows: Iterator[Row], file_bytes: int) -> Iterator[tuple[Row, bytes | None]]:
    """The rows with the bytes of those that are remote; what cannot be fetched gets its row in ``files`` instead."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        if not is_remote(row[1]):
            yield row, None
            continue
        batch.append(row)
        size += row[2] or 0
        if len(batch) >= BATCH_OBJECTS or size >= BATCH_BYTES:
            yield from _fetch(cache, batch, file_bytes)
            batch, size = [], 0
    if batch:
        yield from _fetch(cache, batch, file_bytes)


def _fetch(cache: Cache, batch: list[Row], file_bytes: int) -> Iterator[tuple[Row, bytes]]:
    found = read_objects([(source, size) for _, source, size, _, _ in batch], file_bytes)
    lost: list[tuple[int, ParseResult]] = []
    for row, data in zip(batch, found, strict=True):
        if isinstance(data, OSError):
            lost.append((row[0], ParseResult(*describe_os_error(data))))
        elif len(data) > file_bytes:
            reason = describe_reason("too_large", f"over {file_bytes} bytes")
            lost.append((row[0], ParseResult("too_large", reason)))
    with cache.transaction():
        for seq, result in lost:
            cache.store(seq, result)
    numbers = {seq for seq, _ in lost}
    for row, data in zip(batch, found, strict=True):
        if row[0] not in numbers:
            assert isinstance(data, bytes)
            yield row, data
