"""From the parsed documents of a bucket to its part files: choose current documents, put columns together, write.

A project's documents are all in one bucket, and a bucket is made of nothing but them; so buckets can be made in any
order, by anyone, one at a time in memory.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, repeat
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from models.corrections import Correction
from models.tables import ARCHIVE_TABLES, DOCUMENT_TABLES, TABLES
from pipeline.corrections import choose_corrections, correct_packed
from pipeline.current import Candidate, choose_current
from pipeline.packed import Packed, decode_packed
from pipeline.soundness import check_bucket, key_columns
from pipeline.write import Part, build_table, write_part

BUCKET_TABLES = tuple(name for name in TABLES if name not in ARCHIVE_TABLES)
"""Tables whose rows belong to one document or project each."""


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed document with what only the archive knows of it."""

    packed: Packed
    path: str
    captured_at: str | None


def assemble_bucket(
    sources: Sequence[Source], corrections: Sequence[Correction] = ()
) -> Iterator[tuple[str, pa.Table]]:
    """The tables of a bucket, rows sorted by key; every table, empty ones too."""
    by_document = sorted(sources, key=lambda source: source.packed.document_id)
    readable = [source for source in by_document if source.packed.project_code is not None]
    by_project = sorted(readable, key=lambda source: (source.packed.project_code or "", source.packed.document_id))
    current = _choose(by_project)
    if corrections:
        by_document = [_correct(source, corrections, current) for source in by_document]
        corrected = {source.packed.document_id: source for source in by_document}
        by_project = [corrected[source.packed.document_id] for source in by_project]
    for name in BUCKET_TABLES:
        if name == "documents":
            columns = _document_columns(by_document, current)
        elif name == "captures":
            columns = _capture_columns(by_project, current)
        elif name in DOCUMENT_TABLES:
            columns = _collect(name, by_document)
        else:
            columns = _collect(name, [source for source in by_project if source.packed.document_id in current])
        yield name, build_table(name, columns)


def _correct(source: Source, corrections: Sequence[Correction], current: frozenset[str]) -> Source:
    packed = source.packed
    chosen = choose_corrections(corrections, packed, current=packed.document_id in current)
    return replace(source, packed=correct_packed(packed, chosen)) if chosen else source


def _choose(by_project: Sequence[Source]) -> frozenset[str]:
    chosen = set()
    for _, group in groupby(by_project, key=lambda source: source.packed.project_code):
        candidates = [
            Candidate(
                source.packed.document_id,
                source.packed.status,
                source.captured_at,
                source.packed.ended,
                source.packed.final_report,
                source.packed.characters,
            )
            for source in group
        ]
        current = choose_current(candidates)
        if current is not None:
            chosen.add(current)
    return frozenset(chosen)


def _collect(name: str, sources: Sequence[Source]) -> list[list[Any]]:
    table = TABLES[name]
    collected: list[list[Any]] = [[] for _ in table.columns]
    for source in sources:
        packed = source.packed
        count = packed.rows.get(name, 0)
        if not count:
            continue
        for column, values, into in zip(table.columns, packed.columns[name], collected, strict=True):
            if values is not None and len(values) == count:
                into += values
            elif values is not None:
                into += repeat(values[0], count)
            else:
                constant = packed.document_id if column.name == "document_id" else packed.project_code
                into += repeat(constant, count)
    return collected


def _role(packed: Packed, current: frozenset[str]) -> str | None:
    if packed.project_code is None:
        return None
    return "current" if packed.document_id in current else "superseded"


def _document_columns(sources: Sequence[Source], current: frozenset[str]) -> list[list[Any]]:
    rows = [
        source.packed.document
        | {
            "document_id": source.packed.document_id,
            "path": source.path,
            "project_code": source.packed.project_code,
            "role": _role(source.packed, current),
            "captured_at": source.captured_at,
        }
        for source in sources
    ]
    return [[row[column.name] for row in rows] for column in TABLES["documents"].columns]


def _capture_columns(sources: Sequence[Source], current: frozenset[str]) -> list[list[Any]]:
    project_names = TABLES["projects"].column_names()
    rows = []
    for source in sources:
        packed = source.packed
        values = packed.columns.get("projects", [None] * len(project_names))
        project = {name: column[0] for name, column in zip(project_names, values, strict=True) if column}
        project |= {
            "document_id": packed.document_id,
            "project_code": packed.project_code,
            "captured_at": source.captured_at,
            "role": _role(packed, current),
        }
        rows.append(project)
    return [[row.get(column.name) for row in rows] for column in TABLES["captures"].columns]


def make_handler(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """The handler of a pool's children: payload is a bucket's number, result what came of it (``decode_built``).

    ``options``: ``cache`` (path of the database), ``root`` (the snapshot's folder), ``corrections`` (their values).
    """
    cache = f"file:{options['cache']}?mode=ro"
    root = Path(options["root"])
    corrections = [Correction(*values) for values in options.get("corrections", ())]

    def handle(payload: bytes) -> bytes:
        bucket = int(payload)
        with contextlib.closing(sqlite3.connect(cache, uri=True, timeout=60.0)) as database:
            rows = database.execute(
                """SELECT record, path, captured_at FROM document JOIN parsed USING (document_id)
                WHERE bucket = ? ORDER BY document_id""",
                (bucket,),
            )
            sources = [Source(decode_packed(record), path, captured_at) for record, path, captured_at in rows]
        built = Built([], {})
        keys: dict[str, pa.Table] = {}
        for name, table in assemble_bucket(sources, corrections):
            keys[name] = table.select(list(key_columns(name)))
            if table.num_rows or bucket == 0:  # a table has a part even where it has no rows
                built.parts.append(write_part(root, name, bucket, table))
            if name == "issues":
                built.issues.update(Counter(map(str, table["code"].to_pylist())))
        check_bucket(keys)
        return encode_built(built)

    return handle


class Built(msgspec.Struct, frozen=True, array_like=True):
    """What came of a bucket."""

    parts: list[Part]
    issues: dict[str, int]
    """Issues by code."""


def encode_built(built: Built) -> bytes:
    return _encoder.encode(built)


def decode_built(data: bytes) -> Built:
    """The value of ``encode_built``; raises ``msgspec.DecodeError``."""
    return _decoder.decode(data)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Built)
