"""Which projects have other documents than before, and which documents the program only reads differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from models.fields import FIELD
from pipeline.snapshot_parts import View, group_parts, read_columns, same_parts
from pipeline.write import Part

_CORRECTED = "correction"
"""``fields.method`` of a value that a person gave."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What people corrected in a project, in the one snapshot and not, or not so, in the other."""

    columns: frozenset[tuple[str, str]] = frozenset()
    """(table, column) filled by fields with such a correction."""


@dataclass(slots=True)
class Moved:
    """Documents that are in both snapshots, in other groups: the program found another project code in them."""

    ids: set[bytes] = field(default_factory=set)


def show_code(project_code: str | None, document_id: str) -> str:
    """The project's code, or what stands for it where a document has none."""
    return project_code if project_code is not None else f"?{document_id[:16]}"


def find_moved(old: View, new: View, groups: int) -> Moved:
    """Read the ids of documents of every group that changed; no more is kept of them than what came or went."""
    before, after = group_parts(old, groups), group_parts(new, groups)
    gone: set[bytes] = set()
    came: set[bytes] = set()
    for group in range(groups):
        one, other = before.get(("documents", group), []), after.get(("documents", group), [])
        if not same_parts(one, other):
            was, now = _ids(old, one), _ids(new, other)
            gone |= was - now
            came |= now - was
    return Moved(gone & came)


def _ids(view: View, parts: Sequence[Part]) -> set[bytes]:
    return {
        bytes.fromhex(str(one))
        for table in read_columns(view, parts, ["document_id"])
        for one in table["document_id"].to_pylist()
    }


def documents_by_project(view: View, parts: Sequence[Part]) -> dict[str, frozenset[tuple[object, ...]]]:
    """Project → its documents with all that is compared of them."""
    columns = ["project_code", "document_id", "status", "reason", "role", "captured_at"]
    found: dict[str, set[tuple[object, ...]]] = {}
    for table in read_columns(view, parts, columns):
        for code, document, *rest in zip(*(table[name].to_pylist() for name in columns), strict=True):
            found.setdefault(show_code(code, document), set()).add((document, *rest))
    return {code: frozenset(rows) for code, rows in found.items()}


def corrections_by_project(view: View, parts: Sequence[Part]) -> dict[str, frozenset[tuple[object, ...]]]:
    """Project → fields that people corrected, with the value they gave."""
    columns = ["project_code", "document_id", "field", "ordinal", "value", "method"]
    found: dict[str, set[tuple[object, ...]]] = {}
    # most parts have none, and one column is soon read
    having = [
        part
        for part, table in zip(parts, read_columns(view, parts, ["method"]), strict=True)
        if pc.any(pc.equal(table["method"], pa.scalar(_CORRECTED))).as_py()
    ]
    for table in read_columns(view, having, columns):
        chosen: pa.Table = table.filter(pc.equal(table["method"], pa.scalar(_CORRECTED)))
        for code, *rest in zip(*(chosen[name].to_pylist() for name in columns[:5]), strict=True):
            found.setdefault(str(code), set()).add(tuple(rest))
    return {code: frozenset(rows) for code, rows in found.items()}


def corrected_columns(changed: frozenset[tuple[object, ...]]) -> Corrections:
    """The columns that corrected fields fill; lists fill their table's rows, ``column`` ``*`` included."""
    columns: set[tuple[str, str]] = set()
    for _, name, *_ in changed:
        field_name = str(name)
        declared = FIELD.get(field_name)
        if declared is not None:
            columns |= {(declared.table, column.name) for column in declared.columns} or {(declared.table, "*")}
        elif field_name.startswith("score."):
            columns |= {("scores", "direct"), ("scores", "indirect")}
        elif field_name.startswith("justification."):
            columns.add(("scores", "justification"))
    return Corrections(frozenset(columns))
