"""What the snapshots know of the persons of projects: read before anything is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.records import Row
from models.tables import TABLES
from parsers.erase import Names, merge_names
from pipeline.forget.records import public_values
from pipeline.write import table_folder

_CONTACTS = tuple(
    name for name in TABLES["contacts"].column_names() if name not in ("project_code", "document_id", "contact_name")
)
_WHOLE = ("changes", "keywords", "issues")
"""Tables that have rows of a project in parts other than its bucket's."""
_MASKED_TABLES = (
    "texts", "sections", "fields", "projects", "scores", "sentences", "entities", "lemmas", "keywords", "issues",
    "changes",
)  # fmt: skip
RESTRICTED = ("contacts", "persons")


@dataclass(frozen=True, slots=True)
class Holding:
    """What a snapshot has of the projects."""

    snapshot: Path
    parts: frozenset[str]
    """Names of part files of their buckets."""
    documents: dict[str, str]
    """document_id → project_code."""
    contacts: int
    """Contact persons with any value."""
    persons: int
    """Persons named in free text."""
    names: dict[str, Names]
    """By project."""

    def public_files(self) -> list[Path]:
        """Part files in which a person may be named, relative to the snapshot."""
        return self._files(_MASKED_TABLES)

    def restricted_files(self) -> list[Path]:
        """The same of personal data as such."""
        return self._files(RESTRICTED)

    def _files(self, tables: Iterable[str]) -> list[Path]:
        return [
            path.relative_to(self.snapshot)
            for table in tables
            for path in sorted((self.snapshot / table_folder(table)).glob("*.parquet"))
            if path.name in self.parts or table in _WHOLE
        ]


def find_holding(snapshot: Path, codes: Collection[str]) -> Holding:
    """What a snapshot has of the projects; raises ``OSError`` or ``pa.ArrowException`` for a damaged one."""
    wanted = pa.array(sorted(codes), pa.string())
    parts: set[str] = set()
    documents: dict[str, str] = {}
    for path in sorted((snapshot / table_folder("documents")).glob("*.parquet")):
        table = pq.read_table(path, columns=["document_id", "project_code"], use_threads=False)
        found = table.filter(pc.is_in(table["project_code"], value_set=wanted)).to_pylist()
        if found:
            parts.add(path.name)
            documents |= {row["document_id"]: row["project_code"] for row in found}
    by_project: dict[str, list[Names]] = {}
    contacts = persons = 0
    for row in _read(snapshot, "contacts", parts, wanted):
        name = row["contact_name"]
        values = tuple(str(row[column]) for column in _CONTACTS if row[column])
        if name or values:
            contacts += 1
            by_project.setdefault(row["project_code"], []).append(Names((name,) if name else (), values))
    for row in _read(snapshot, "persons", parts, wanted):
        persons += 1
        by_project.setdefault(row["project_code"], []).append(Names((row["lemma"] or row["text"],), (row["text"],)))
    for code, rows in _by_project(_read(snapshot, "fields", parts, wanted)).items():
        if code in by_project:
            by_project[code].append(Names(public=tuple(public_values(rows))))
    names = {code: merge_names(found) for code, found in by_project.items()}
    return Holding(snapshot, frozenset(parts), documents, contacts, persons, names)


def merge_by_project(holdings: Sequence[Holding]) -> dict[str, Names]:
    """What all snapshots together know."""
    codes = sorted({code for holding in holdings for code in holding.names})
    return {code: merge_names(one.names[code] for one in holdings if code in one.names) for code in codes}


def _read(snapshot: Path, table: str, parts: Collection[str], wanted: pa.Array) -> list[Row]:  # type: ignore[type-arg]
    rows: list[Row] = []
    for part in sorted(parts):
        path = snapshot / table_folder(table) / part
        if path.exists():
            found = pq.read_table(path, use_threads=False)
            rows += found.filter(pc.is_in(found["project_code"], value_set=wanted)).to_pylist()
    return rows


def _by_project(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["project_code"], []).append(row)
    return found
