"""The truth of an archive, a document at a time: its tables are read side by side, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.records import Row
from pipeline.errors import PipelineError
from pipeline.exit_codes import ExitCode

TABLES = (
    "projects",
    "sections",
    "scores",
    "indicators",
    "locations",
    "allocations",
    "partners",
    "fields",
    "contacts",
    "secrets",
)
_BATCH_ROWS = 2_000


class TruthError(PipelineError):
    """The truth is not there, or not as ``make-archive`` writes it."""

    exit_code = ExitCode.USAGE


def find_truth(path: Path) -> Path:
    """The folder with the truth's tables: ``path`` itself or its ``truth``."""
    for folder in (path, path / "truth"):
        if (folder / "documents.parquet").is_file():
            return folder
    raise TruthError(f"{path}: no documents.parquet; give the folder truth that make-archive wrote")


def count_documents(folder: Path) -> int:
    """How many documents the truth has."""
    try:
        return int(pq.read_metadata(folder / "documents.parquet").num_rows)
    except (OSError, pa.ArrowException) as error:
        raise TruthError(f"{folder}: documents.parquet cannot be read ({type(error).__name__})") from error


def read_truth(folder: Path) -> Iterator[dict[str, list[Row]]]:
    """The rows by table of one document after the other, in the order of ``documents``.

    Raises ``TruthError`` for a table that cannot be read, that stands in another order or has rows of no document.
    """
    streams = {name: _Stream(folder / f"{name}.parquet") for name in TABLES}
    for path, rows in _groups(folder / "documents.parquet"):
        found = {name: stream.take(path) for name, stream in streams.items()}
        yield {"documents": rows, **found}
    for name, stream in streams.items():
        if stream.waiting is not None:
            raise TruthError(f"{folder / name}.parquet: rows out of order, or of no document: {stream.waiting[0]}")


def _groups(file: Path) -> Iterator[tuple[str, list[Row]]]:
    try:
        reader = pq.ParquetFile(file)
        rows = (row for batch in reader.iter_batches(_BATCH_ROWS) for row in batch.to_pylist())
        for path, group in groupby(rows, key=_path_of):
            yield path, list(group)
    except (OSError, pa.ArrowException) as error:
        raise TruthError(f"{file}: cannot be read ({type(error).__name__})") from error


def _path_of(row: dict[str, Any]) -> str:
    path = row.get("path")
    if not isinstance(path, str):
        raise TruthError("a table of the truth has no column path")
    return path


class _Stream:
    """The groups of one table, each taken when its document comes."""

    def __init__(self, file: Path) -> None:
        self._groups = _groups(file)
        self.waiting = next(self._groups, None)

    def take(self, path: str) -> list[Row]:
        if self.waiting is None or self.waiting[0] != path:
            return []
        rows = self.waiting[1]
        self.waiting = next(self._groups, None)
        return rows
