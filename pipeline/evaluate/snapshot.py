"""Judges a published snapshot: current documents by all their tables, superseded ones by captures and fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.records import Row
from pipeline.errors import PipelineError
from pipeline.evaluate.judge import Judgement, judge_document
from pipeline.evaluate.judged import PARSED_TABLES
from pipeline.evaluate.masking import masking_found, masking_truth
from pipeline.evaluate.truth_reading import count_documents, find_truth, read_truth
from pipeline.exit_codes import ExitCode
from pipeline.progress import Progress, Silent

_CURRENT = (*PARSED_TABLES, "documents", "captures")
_SUPERSEDED = ("documents", "captures", "fields", "masking")
_PUBLIC = (*PARSED_TABLES[:8], "texts", "issues")


class SnapshotError(PipelineError):
    """The output folder holds no snapshot that can be judged."""

    exit_code = ExitCode.USAGE


def find_snapshot(out: Path) -> Path:
    """The newest snapshot of an output folder, resolved once so that a run beside us cannot switch it."""
    for folder in (out / "latest", out):
        if (folder / "tables" / "documents").is_dir():
            return folder.resolve()
    raise SnapshotError(f"{out}: no snapshot; give the folder of `hankekuvaus run --out`")


def evaluate_snapshot(out: Path, truth: Path, progress: Progress | None = None) -> Judgement:
    """Judge the newest snapshot of ``out``.

    Documents of the truth that the snapshot does not know count as not read; restricted tables are judged where they
    may be read. Raises ``SnapshotError`` or ``TruthError`` for folders that hold neither.
    """
    snapshot, truth = find_snapshot(out), find_truth(truth)
    progress = progress or Silent()
    progress.begin("evaluate", count_documents(truth))
    tables = {name: _Table(snapshot / "tables" / name) for name in (*_PUBLIC, "captures", "documents")}
    contacts = _Table(snapshot / "restricted" / "contacts")
    by_path = _documents_by_path(snapshot, tables["documents"])
    judgement = Judgement()
    for rows in read_truth(truth):
        document = by_path.get(rows["documents"][0]["path"])
        found = {} if document is None else {name: table.rows(document) for name, table in tables.items()}
        if document is not None:
            found["contacts"] = contacts.rows(document)
        _judge(judgement, rows, found)
        progress.advance()
    return judgement


def _judge(judgement: Judgement, truth: dict[str, list[Row]], found: dict[str, list[Row]]) -> None:
    document = next(iter(found.get("documents", ())), None)
    reason = None
    if document is None:
        reason = "not in the snapshot"
    elif document["status"] == "quarantined":
        reason = str(document["reason"])
    current = truth["documents"][0]["role"] == "current"
    truth = {**truth, "captures": truth["projects"], "masking": masking_truth(truth)}
    if truth["documents"][0].get("captured_at") is None and document is not None:
        found["documents"] = [{**document, "captured_at": None}]  # a time that only the document itself states
    public = {name: found[name] for name in _PUBLIC if name in found}
    found = {**found, "masking": masking_found(truth, public)}
    judge_document(judgement, truth, found, _CURRENT if current else _SUPERSEDED, reason)


class _Table:
    """A table of a snapshot; its rows are looked up by document."""

    def __init__(self, folder: Path) -> None:
        try:
            self._table = pq.read_table(folder) if folder.is_dir() else None
        except PermissionError:
            self._table = None
        except (OSError, pa.ArrowException) as error:
            raise SnapshotError(f"{folder}: cannot be read ({type(error).__name__})") from error
        self._places: dict[str, list[int]] = {}
        if self._table is not None:
            for place, document in enumerate(self._table.column("document_id").to_pylist()):
                self._places.setdefault(str(document), []).append(place)

    def rows(self, document: str) -> list[dict[str, Any]]:
        places = self._places.get(document)
        return self._table.take(places).to_pylist() if places and self._table is not None else []

    def all_rows(self, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        if self._table is not None:
            yield from self._table.select(columns).to_pylist()


def _documents_by_path(snapshot: Path, documents: _Table) -> Mapping[str, str]:
    """Document ids by path; a duplicate's path leads to the same document."""
    paths: dict[str, str] = {row["path"]: row["document_id"] for row in documents.all_rows(("path", "document_id"))}
    for row in _Table(snapshot / "tables" / "files").all_rows(("path", "document_id")):
        document: str | None = row["document_id"]
        if document:
            paths.setdefault(row["path"], document)
    return paths
