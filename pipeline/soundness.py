"""What must hold of tables before anyone sees them: checked in every run, on the way to the disk and before the switch.

A table that fails here is a fault of the program, whatever was in the archive: the run ends, the last snapshot stays.
What a single document can get wrong was found before, where it was parsed (``parsers.soundness``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.tables import DOCUMENT_TABLES, TABLES
from pipeline.errors import UnsoundError
from pipeline.write import Part, table_folder


def key_columns(name: str) -> tuple[str, ...]:
    """Columns of a table made of documents that ``check_bucket`` needs."""
    wanted = {*TABLES[name].key, "document_id", "project_code", *(("role",) if name == "documents" else ())}
    return tuple(column for column in TABLES[name].column_names() if column in wanted)


def check_bucket(keys: Mapping[str, pa.Table]) -> None:
    """Keys are unique, every row's document and project are there, every project has one current document.

    ``keys``: for every table made of documents its ``key_columns``. Raises ``UnsoundError``.
    """
    documents, projects = keys["documents"], keys["projects"]
    current = documents.filter(pc.field("role") == "current")
    for name, table in keys.items():
        _check_unique(name, table)
        if not _all_in(table["document_id"], documents["document_id"]):
            raise UnsoundError(f"table {name} has rows of a document that is not in documents")
        if name not in DOCUMENT_TABLES and not _all_in(table["document_id"], current["document_id"]):
            raise UnsoundError(f"table {name} has rows of a document that is not its project's current one")
        if name in ("captures", "documents") and not _all_in(table["project_code"], projects["project_code"]):
            raise UnsoundError(f"table {name} has a project that is not in projects")
    if current.num_rows != projects.num_rows or len(pc.unique(current["project_code"])) != current.num_rows:
        raise UnsoundError("a project has no current document, or more than one")


def check_draft(folder: Path, parts: Sequence[Part], files: Mapping[str, int], documents: Mapping[str, int]) -> None:
    """The counts of ``run.json`` are those of the tables, and every file's document is there; raises ``UnsoundError``.

    ``files`` and ``documents`` are counts by status.
    """
    rows = dict.fromkeys(TABLES, 0)
    for part in parts:
        path = folder / table_folder(part.table) / part.name
        if pq.read_metadata(path).num_rows != part.rows:
            raise UnsoundError(f"{part.name} of {part.table} has another number of rows than was counted")
        rows[part.table] += part.rows
    readable = sum(count for status, count in documents.items() if status != "quarantined")
    expected = {"files": sum(files.values()), "documents": sum(documents.values()), "captures": readable}
    for name, count in {**expected, "texts": readable}.items():
        if rows[name] != count:
            raise UnsoundError(f"table {name} has {rows[name]} rows instead of {count}")
    known = _read_column(folder, "documents", parts)
    if not _all_in(_read_column(folder, "files", parts), known):
        raise UnsoundError("table files has a document that is not in documents")
    if len(pc.unique(known)) != len(known):
        raise UnsoundError("a document is in table documents more than once")


def _check_unique(name: str, table: pa.Table) -> None:
    keys = list(TABLES[name].key)
    if table.group_by(keys, use_threads=False).aggregate([]).num_rows != table.num_rows:
        raise UnsoundError(f"a key of table {name} stands more than once")


def _all_in(values: pa.ChunkedArray, known: pa.ChunkedArray) -> bool:  # type: ignore[type-arg]
    return bool(pc.all(pc.is_in(values.drop_null(), value_set=known)).as_py() is not False)


def _read_column(folder: Path, table: str, parts: Iterable[Part]) -> pa.ChunkedArray:  # type: ignore[type-arg]
    names = [part.name for part in parts if part.table == table]
    read = [pq.read_table(folder / table_folder(table) / name, columns=["document_id"]) for name in names]
    return pa.concat_tables(read)["document_id"] if read else pa.chunked_array([], pa.string())
