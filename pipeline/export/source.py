"""What is exported: the public tables of a snapshot, read in batches, with their descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.columns import Column, ColumnType, Table
from models.schema import arrow_schema
from models.tables import TABLES
from pipeline.errors import PipelineError, SettingsError
from pipeline.progress import Progress, Silent

BATCH_ROWS = 1 << 14
SEPARATOR = "|"
"""Between the values of a list: no name, code or type in the tables holds it."""


class ExportError(PipelineError):
    """The snapshot cannot be exported as asked."""


@dataclass(frozen=True, slots=True)
class Source:
    """A snapshot and the tables of it that are wanted."""

    snapshot: Path
    tables: tuple[Table, ...]
    progress: Progress = field(default_factory=Silent, compare=False)
    """Told of every row that is read."""

    @property
    def name(self) -> str:
        return self.snapshot.name


def choose_tables(names: Sequence[str]) -> tuple[Table, ...]:
    """The public tables with these names, or all of them; raises ``SettingsError``. Restricted ones: never."""
    public = {table.name: table for table in TABLES.values() if not table.restricted}
    for name in names:
        if name in TABLES and name not in public:
            raise SettingsError(f"table {name} holds personal data and is never exported")
        if name not in public:
            raise SettingsError(f"there is no table {name!r}; there are: {', '.join(public)}")
    return tuple(public[name] for name in dict.fromkeys(names)) if names else tuple(public.values())


def open_source(snapshot: Path, names: Sequence[str]) -> Source:
    """The tables of a snapshot; those without a file (the language tables of a run without them) are left out."""
    snapshot = snapshot.resolve()
    tables = choose_tables(names)
    there = tuple(table for table in tables if _parts(snapshot, table))
    if names and len(there) < len(tables):
        missing = [table.name for table in tables if table not in there]
        raise SettingsError(f"the snapshot has no table {', '.join(missing)}")
    return Source(snapshot, there)


def count_rows(source: Source, table: Table) -> int:
    return sum(int(pq.read_metadata(part).num_rows) for part in _parts(source.snapshot, table))


def read_rows(source: Source, table: Table) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples of ``str, int, float, bool, date, datetime`` (UTC, naive) or None; lists are flattened to text."""
    for part in _parts(source.snapshot, table):
        for batch in pq.ParquetFile(part).iter_batches(BATCH_ROWS):
            columns = [
                flatten(column, batch.column(column.name).to_pylist())
                if column.name in batch.schema.names
                else [None] * batch.num_rows
                for column in table.columns
            ]
            yield from zip(*columns, strict=True)
            source.progress.advance(batch.num_rows)


def read_columns(source: Source, table: Table) -> dict[str, list[Any]]:
    """The same by column, for formats that are written whole."""
    found: dict[str, list[Any]] = {column.name: [] for column in table.columns}
    for part in _parts(source.snapshot, table):
        read: pa.Table = pq.ParquetFile(part).read()
        for column in table.columns:
            if column.name in read.schema.names:
                found[column.name] += flatten(column, read.column(column.name).to_pylist())
            else:
                found[column.name] += [None] * read.num_rows
        source.progress.advance(read.num_rows)
    return found


def flatten(column: Column, values: list[Any]) -> list[Any]:
    """Values that a flat file can hold."""
    if column.type is ColumnType.STRINGS:
        return [None if value is None else SEPARATOR.join(value) for value in values]
    if column.type is ColumnType.BOXES:
        return [None if value is None else json.dumps(value, separators=(",", ":")) for value in values]
    if column.type is ColumnType.TIMESTAMP:
        return [None if value is None else value.replace(tzinfo=None) for value in values]
    return values


def is_text(column: Column) -> bool:
    """Is it text in a flat file?"""
    return column.type in (ColumnType.STRING, ColumnType.STRINGS, ColumnType.BOXES)


def form_label(table: Table, column: Column) -> str:
    """The labels under which the form prints it; empty for what the program adds."""
    metadata = arrow_schema(table.name).field(column.name).metadata or {}
    return metadata.get(b"form_label", b"").decode()


def _parts(snapshot: Path, table: Table) -> list[Path]:
    if table.restricted:  # whatever is asked
        raise ExportError(f"table {table.name} holds personal data and is never exported")
    return sorted((snapshot / "tables" / table.name).glob("part-*.parquet"))
