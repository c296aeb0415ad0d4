"""What is different between two snapshots: rows of table ``changes``, a group of projects at a time in memory.

Only part files whose hashes differ are read. Where the same program made both, only projects whose documents or
corrections changed can differ, so only their rows are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from models.change_tables import COMPARED, WHOLE_ROW, Compared
from models.tables import TABLES
from pipeline.compare.cells import show_pair, show_value
from pipeline.compare.documents import (
    Corrections,
    Moved,
    corrected_columns,
    corrections_by_project,
    documents_by_project,
    find_moved,
    show_code,
)
from pipeline.snapshot_parts import View, group_parts, read_columns, same_parts
from pipeline.write import Part

Change = tuple[str, str, str, str, str, str | None, str | None, str]
"""A row of ``changes``, in the order of its columns."""

Parts = Mapping[tuple[str, int], Sequence[Part]]


@dataclass(frozen=True, slots=True)
class _Group:
    """All that is known of a group of projects before its values are compared."""

    old_documents: Mapping[str, frozenset[tuple[object, ...]]]
    new_documents: Mapping[str, frozenset[tuple[object, ...]]]
    corrections: Mapping[str, Corrections]
    """Projects in which people's corrections differ."""
    moved: Moved
    same_program: bool

    def cause(self, code: str, table: str, column: str) -> str:
        old = {str(row[0]) for row in self.old_documents.get(code, ())}
        new = {str(row[0]) for row in self.new_documents.get(code, ())}
        if any(bytes.fromhex(one) not in self.moved.ids for one in old ^ new):
            return "document"
        corrections = self.corrections.get(code)
        if corrections is not None and (
            self.same_program or (table, column) in corrections.columns or (table, WHOLE_ROW) in corrections.columns
        ):
            return "correction"
        if self.same_program and old == new and self._dates(code):
            return "document"
        return "parser"

    def _dates(self, code: str) -> bool:
        """Whether a document has another date: it is the file's name or container that says so."""
        old = {(row[0], row[-1]) for row in self.old_documents.get(code, ())}
        return old != {(row[0], row[-1]) for row in self.new_documents.get(code, ())}


def find_changes(old: View, new: View) -> Iterator[list[Change]]:
    """The changes of every group, sorted by key; as many lists as there are groups, most of them empty.

    Raises ``DamagedSnapshotError``.
    """
    groups = min(old.buckets, new.buckets)
    same_program = is_same_program(old.run, new.run)
    before, after = group_parts(old, groups), group_parts(new, groups)
    moved = find_moved(old, new, groups)
    for number in range(groups):
        changed = [
            name
            for name in (*COMPARED, "fields")
            if not same_parts(before.get((name, number), []), after.get((name, number), []))
        ]
        found = _compare_group(old, new, before, after, number, changed, moved, same_program) if changed else ()
        yield sorted(found, key=lambda change: change[:4])


def is_same_program(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the same program made both, so that the same documents give the same rows; both as ``run.json`` says."""
    one, other = old.get("versions"), new.get("versions")
    name = "table_fingerprint"
    return isinstance(one, dict) and isinstance(other, dict) and name in one and one[name] == other.get(name)


def _compare_group(
    old: View,
    new: View,
    before: Parts,
    after: Parts,
    number: int,
    changed: Sequence[str],
    moved: Moved,
    same_program: bool,
) -> Iterator[Change]:
    def parts(grouped: Parts, table: str) -> Sequence[Part]:
        return grouped.get((table, number), [])

    old_documents = documents_by_project(old, parts(before, "documents"))
    new_documents = documents_by_project(new, parts(after, "documents"))
    corrections: dict[str, Corrections] = {}
    if "fields" in changed:
        was = corrections_by_project(old, parts(before, "fields"))
        now = corrections_by_project(new, parts(after, "fields"))
        for code in was.keys() | now.keys():
            different = was.get(code, frozenset()) ^ now.get(code, frozenset())
            if different:
                corrections[code] = corrected_columns(different)
    wanted: set[str] | None = None
    if same_program:
        wanted = {
            code
            for code in old_documents.keys() | new_documents.keys()
            if old_documents.get(code) != new_documents.get(code)
        } | corrections.keys()
        if not wanted:
            return
    group = _Group(old_documents, new_documents, corrections, moved, same_program)
    whole: set[str] = set()
    for table in (name for name in COMPARED if name in changed):
        one = _read_rows(old, parts(before, table), table, wanted)
        other = _read_rows(new, parts(after, table), table, wanted)
        columns = _compared_columns(table)
        for code, key in one.keys() | other.keys():
            if code in whole and table != "documents":
                continue  # that the project came or went says it all
            for change in _compare_row(table, code, key, columns, one.get((code, key)), other.get((code, key))):
                if table == "projects" and change[3] == WHOLE_ROW:
                    whole.add(code)
                yield (*change, group.cause(code, table, change[3]))


def _compared_columns(table: str) -> list[str]:
    compared = COMPARED[table]
    skipped = {"document_id"} - ({"document_id"} if table == "projects" else set())
    skipped |= {*compared.key, *compared.ignored}
    return [name for name in TABLES[table].column_names() if name not in skipped]


def _read_rows(
    view: View, parts: Sequence[Part], table: str, wanted: set[str] | None
) -> dict[tuple[str, str], dict[str, Any]]:
    """(project, key of the row) → its values; alike rows are numbered."""
    compared = COMPARED[table]
    columns = list(
        dict.fromkeys(("project_code", "document_id", *compared.key, compared.named_by, *_compared_columns(table)))
    )
    chosen = None if wanted is None else pa.array(sorted(wanted), pa.string())
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for found in read_columns(view, parts, columns):
        kept = found
        if chosen is not None:
            mask = pc.is_in(found["project_code"], value_set=chosen)
            if table == "documents":  # those of no project are few
                mask = pc.or_(mask, pc.is_null(found["project_code"]))
            kept = found.filter(mask)
        for row in kept.to_pylist():
            code = show_code(row["project_code"], row["document_id"])
            key = _show_key(compared, row)
            seen[code, key] += 1
            number = seen[code, key]
            rows[code, key if number == 1 else f"{key} #{number}"] = row
    return rows


def _show_key(compared: Compared, row: Mapping[str, Any]) -> str:
    return " / ".join(show_value(row.get(name)) or "–" for name in compared.key)


def _compare_row(
    table: str,
    code: str,
    key: str,
    columns: Sequence[str],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> Iterator[tuple[str, str, str, str, str, str | None, str | None]]:
    if old is None or new is None:
        named = COMPARED[table].named_by
        change = "added" if old is None else "removed"
        was, now = show_pair((old or {}).get(named), (new or {}).get(named))
        yield code, table, key, WHOLE_ROW, change, was, now
        return
    for column in columns:
        # a column that one of the programs does not know is no change of the data
        if column in old and column in new and old[column] != new[column]:
            yield code, table, key, column, "changed", *show_pair(old[column], new[column])
