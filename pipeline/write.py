"""Tables as Parquet bytes, and part files on disk. The same rows give the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from models.columns import Column, ColumnType
from models.schema import ARROW_TYPES, BOX_TYPE, arrow_schema
from models.tables import TABLES
from pipeline.errors import UnsoundError

ROW_GROUP_ROWS = 1 << 16

_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}
"""Everything that has a default which another version of Arrow may change."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A part file of a table: what the data package says of it."""

    table: str
    name: str
    rows: int
    bytes: int
    sha256: str


def table_folder(table: str) -> str:
    """Where the parts of a table stand in a snapshot."""
    return f"restricted/{table}" if TABLES[table].restricted else f"tables/{table}"


def part_name(number: int) -> str:
    return f"part-{number:05d}.parquet"


def build_table(name: str, columns: Sequence[list[Any]]) -> pa.Table:
    """An Arrow table of values by column, as ``models.records`` describes them; they have been checked before."""
    schema = arrow_schema(name)
    arrays = [build_array(column, values) for column, values in zip(TABLES[name].columns, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def build_array(column: Column, values: list[Any]) -> pa.Array[Any] | pa.ChunkedArray[Any]:
    """An Arrow array by the column's type."""
    if column.type in (ColumnType.DATE, ColumnType.TIMESTAMP):
        return pa.array(values, pa.string()).cast(ARROW_TYPES[column.type])
    if column.type is ColumnType.BOXES:
        return _build_boxes(values)
    return pa.array(values, ARROW_TYPES[column.type])


def _build_boxes(values: list[list[list[float]] | None]) -> pa.Array[Any]:
    # columns instead of a dict for every box
    offsets: list[int | None] = []
    flat: list[list[float]] = []
    for boxes in values:
        offsets.append(None if boxes is None else len(flat))
        if boxes:
            flat += boxes
    offsets.append(len(flat))
    sides = list(zip(*flat, strict=True)) if flat else [()] * len(BOX_TYPE)
    pages, *coordinates = sides
    # whole numbers as floats first: Arrow refuses those that a float32 would round
    children = [pa.array(pages, BOX_TYPE[0].type), *(pa.array(map(float, side), pa.float32()) for side in coordinates)]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(children, fields=list(BOX_TYPE))
    )


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=ROW_GROUP_ROWS, **_PARQUET)
    return sink.getvalue()


def write_part(root: Path, table: str, number: int, rows: pa.Table) -> Part:
    """Write a part file under ``root``, wait until it is on the disk and read it back; raises ``OSError``."""
    data = parquet_bytes(rows)
    name = part_name(number)
    path = root / table_folder(table) / name
    write_file(path, data, private=TABLES[table].restricted)
    _check_written(path, rows)
    return Part(table, name, rows.num_rows, len(data), hashlib.sha256(data).hexdigest())


def _check_written(path: Path, rows: pa.Table) -> None:
    """A part file, read back from the disk, holds the rows that were to be written; raises ``UnsoundError``."""
    try:
        found = pq.read_table(io.BytesIO(path.read_bytes()))
    except pa.ArrowException as error:
        raise UnsoundError(f"{path.name} of {path.parent.name} cannot be read back ({type(error).__name__})") from error
    # a column with NaN equals nothing, itself included: such columns are compared as they are printed
    sound = found.schema.equals(rows.schema) and all(
        one.equals(other) or str(one.to_pylist()) == str(other.to_pylist())
        for one, other in zip(found.columns, rows.columns, strict=True)
    )
    if not sound:
        raise UnsoundError(f"{path.name} of {path.parent.name} read back is not what was written")


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file and wait until it is on the disk; a ``private`` one is its owner's alone from the beginning."""
    path.unlink(missing_ok=True)  # never into a file that is there: it may be a link to one of an older snapshot
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600 if private else 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
