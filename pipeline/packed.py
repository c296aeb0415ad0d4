"""A parsed document as the cache keeps it: columns instead of rows, every value checked against its column's type.

Columns are what Arrow wants, and names that stand once instead of in every row make the record a third as big. Values
that no table could hold (a lone surrogate, a number out of range, a day that is none) are nulled here one by one, each
with an issue, so that none of them can spoil a batch later.
"""

from __future__ import annotations

import math
import operator
import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from types import NoneType
from typing import Any

import msgspec
import pyarrow as pa

from models.columns import Column, ColumnType, Table
from models.issues import ISSUE_CODES
from models.records import Parsed, Row
from models.tables import ARCHIVE_TABLES, TABLES
from pipeline.errors import CorruptCacheError
from pipeline.names import utc_time

Values = list[Any]

OWN_COLUMNS = ("path", "role", "captured_at")
"""Columns of ``documents`` that the pipeline fills."""

PIPELINE_TABLES = ("documents", "captures", *ARCHIVE_TABLES)


class Packed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is kept of a document."""

    document_id: str
    project_code: str | None
    status: str
    stated_date: str | None
    """UTC, as ``pipeline.names.utc_time`` writes it."""
    ended: bool
    final_report: bool
    characters: int
    document: Row
    """The row of ``documents`` without ``OWN_COLUMNS``."""
    rows: dict[str, int]
    """Rows of each table that has any."""
    columns: dict[str, list[Values | None]]
    """Table → values of each of its columns, rows by key; a single one where all rows have the same; None for
    ``document_id`` and ``project_code``, which stand above."""


def pack_parsed(parsed: Parsed) -> Packed:
    """The record as columns; never raises for the values in it."""
    problems: list[tuple[str, str]] = []
    rows: dict[str, int] = {}
    columns: dict[str, list[Values | None]] = {}
    for table in TABLES.values():
        found = (parsed.restricted if table.restricted else parsed.tables).get(table.name)
        if found and table.name not in PIPELINE_TABLES and table.name != "issues":
            rows[table.name], columns[table.name] = _pack_table(table, found, problems)
    document = _clean_row(TABLES["documents"], parsed.document, problems)
    project_code = _clean_code(parsed, problems)
    issues = [*parsed.tables.get("issues", []), *_issue_rows(parsed, project_code, problems)]
    if issues:
        rows["issues"], columns["issues"] = _pack_table(TABLES["issues"], issues, [])
    document["issues"] = len(issues)
    return Packed(
        document_id=parsed.document_id,
        project_code=project_code,
        status=parsed.status,
        stated_date=utc_time(parsed.stated_date) if parsed.stated_date else None,
        ended=parsed.ended,
        final_report=parsed.final_report,
        characters=parsed.characters,
        document=document,
        rows=rows,
        columns=columns,
    )


def pack_rows(table: Table, found: Sequence[Row]) -> tuple[int, list[Values | None]]:
    """(count, columns) of rows that are none of a parser's: values that no table can hold are nulled in silence."""
    return _pack_table(table, found, [])


def encode_packed(packed: Packed) -> bytes:
    """The record, compressed and with a checksum."""
    plain = _ENCODER.encode(packed)
    return _HEAD.pack(len(plain), zlib.crc32(plain)) + bytes(_CODEC.compress(plain, asbytes=True))


def decode_packed(data: bytes) -> Packed:
    """The record of ``encode_packed``; raises ``CorruptCacheError`` for anything else."""
    try:
        size, checksum = _HEAD.unpack_from(data)
        if size > MAX_BYTES:
            raise CorruptCacheError("a record of the cache has an impossible size")
        plain = _CODEC.decompress(memoryview(data)[_HEAD.size :], size, asbytes=True)
        if zlib.crc32(plain) != checksum:
            raise CorruptCacheError("a record of the cache has a wrong checksum")
        return _DECODER.decode(plain)
    except (struct.error, pa.ArrowException, OSError, msgspec.DecodeError) as error:
        raise CorruptCacheError(f"a record of the cache cannot be read ({type(error).__name__})") from error


MAX_FLOAT = 1.7e308
MAX_COORDINATE = 1e9
"""Points: a page of 350 km."""

MAX_BYTES = 1 << 31

_HEAD = struct.Struct("<QI")
_CODEC = pa.Codec("lz4_raw")  # a tenth of zlib's time for a quarter more bytes
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Packed)


def _pack_table(table: Table, found: Sequence[Row], problems: list[tuple[str, str]]) -> tuple[int, list[Values | None]]:
    keys = [name for name in table.key if name not in ("document_id", "project_code")]
    if keys and len(found) > 1:
        found = _sort_rows(found, keys)
    count = len(found)
    columns: list[Values | None] = []
    for column, values in zip(table.columns, _transpose(table, found), strict=True):
        if column.name in ("document_id", "project_code"):
            columns.append(None)
            continue
        if not _fits(column, values):
            values = [_clean(table, column, value, problems) for value in values]
        constant = count > 1 and values.count(values[0]) == count
        columns.append([values[0]] if constant else list(values))
    return count, columns


def _transpose(table: Table, found: Sequence[Row]) -> Sequence[Sequence[Any]]:
    names = table.column_names()
    try:
        return list(zip(*map(operator.itemgetter(*names), found), strict=True))
    except KeyError:  # a row that lacks a column has null there
        return [[row.get(name) for row in found] for name in names]


def _sort_rows(found: Sequence[Row], keys: list[str]) -> Sequence[Row]:
    try:
        return sorted(found, key=operator.itemgetter(*keys))
    except (TypeError, KeyError):  # a null or a wrong type in a key: order by what can be compared
        return sorted(found, key=lambda row: [str(row.get(key) or "") for key in keys])


def _clean_row(table: Table, row: Row, problems: list[tuple[str, str]]) -> Row:
    return {
        column.name: _clean(table, column, row.get(column.name), problems)
        for column in table.columns
        if column.name not in OWN_COLUMNS and column.name != "project_code"
    }


def _clean_code(parsed: Parsed, problems: list[tuple[str, str]]) -> str | None:
    if parsed.status == "quarantined":
        return None
    column = TABLES["projects"].columns[0]
    code = _clean(TABLES["projects"], column, parsed.project_code, problems)
    return str(code) if code else f"?{parsed.document_id[:16]}"


def _issue_rows(parsed: Parsed, project_code: str | None, problems: list[tuple[str, str]]) -> list[Row]:
    last = max((row["ordinal"] for row in parsed.tables.get("issues", [])), default=0)
    code = ISSUE_CODES["value_unstorable"]
    return [
        {
            "document_id": parsed.document_id,
            "project_code": project_code,
            "ordinal": last + number,
            "severity": code.severity.value,
            "code": code.code,
            "message": f"{code.message} ({table}.{column})",
            "field": column,
        }
        for number, (table, column) in enumerate(problems, 1)
    ]


# Values


def _text(value: object) -> bool:
    return type(value) is str and _encodable(value)


def _encodable(value: str) -> bool:
    if value.isascii():  # a flag of the string
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(bits: int) -> Callable[[object], bool]:
    limit = 1 << (bits - 1)
    return lambda value: type(value) is int and -limit <= value < limit


def _day(value: object) -> bool:
    if type(value) is not str or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) <= MAX_FLOAT  # type: ignore[arg-type]


def _coordinate(value: object) -> bool:
    return _number(value) and abs(value) < MAX_COORDINATE  # type: ignore[arg-type]


def _boxes(value: object) -> bool:
    return type(value) is list and all(
        type(box) is list and len(box) == 5 and _whole(32)(box[0]) and all(map(_coordinate, box[1:])) for box in value
    )


_TESTS: dict[ColumnType, Callable[[Any], bool]] = {
    ColumnType.STRING: _text,
    ColumnType.BOOL: lambda value: type(value) is bool,
    ColumnType.INT8: _whole(8),
    ColumnType.INT16: _whole(16),
    ColumnType.INT32: _whole(32),
    ColumnType.INT64: _whole(64),
    ColumnType.FLOAT64: _number,
    ColumnType.DATE: _day,
    ColumnType.TIMESTAMP: lambda value: type(value) is str and utc_time(value) == value,
    ColumnType.STRINGS: lambda value: type(value) is list and all(map(_text, value)),
    ColumnType.BOXES: _boxes,
}

_PLACEHOLDERS: dict[ColumnType, Any] = {
    ColumnType.STRING: "",
    ColumnType.BOOL: False,
    ColumnType.FLOAT64: math.nan,
    ColumnType.STRINGS: [],
}


_KINDS: dict[ColumnType, set[type]] = {
    ColumnType.STRING: {str},
    ColumnType.BOOL: {bool},
    ColumnType.INT8: {int},
    ColumnType.INT16: {int},
    ColumnType.INT32: {int},
    ColumnType.INT64: {int},
    ColumnType.FLOAT64: {float, int},
}


def _fits(column: Column, values: Sequence[Any]) -> bool:
    """All values can be stored. There are thousands in a document, so whole columns are looked at where it can be."""
    kinds = set(map(type, values))
    if NoneType in kinds:
        if column.required:
            return False
        kinds.remove(NoneType)
        if not kinds:
            return True
        values = [value for value in values if value is not None]
    allowed = _KINDS.get(column.type)
    if allowed is None:
        return all(map(_TESTS[column.type], values))
    if not kinds <= allowed:
        return False
    if column.type is ColumnType.STRING:
        return _encodable("".join(values))
    if column.type is ColumnType.BOOL:
        return True
    if column.type is ColumnType.FLOAT64:
        return all(map(_number, values))
    return _TESTS[column.type](min(values)) and _TESTS[column.type](max(values))


def _clean(table: Table, column: Column, value: object, problems: list[tuple[str, str]]) -> object:
    if value is None and not column.required:
        return None
    if _TESTS[column.type](value):
        return value
    if not (table.name == "documents" and column.name == "issues"):
        problems.append((table.name, column.name))
    return _PLACEHOLDERS.get(column.type, 0) if column.required else None
