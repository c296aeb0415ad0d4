"""The last stage: tables that are made of the archive as a whole, from the assembled ones; and the code lists.

It is done anew in every run: it reads few columns, and what changed anywhere may change any row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.published_codes import CODE_TABLES, list_code_rows
from pipeline import archive_checks
from pipeline.organisations import PARTNER_COLUMNS, PROJECT_COLUMNS, Organisations
from pipeline.write import Part, build_table, table_folder, write_part


@dataclass(frozen=True, slots=True)
class ArchiveTables:
    """What the last stage made."""

    parts: list[Part]
    replaced: dict[Part, Part]
    """Parts of ``documents`` that were written anew, since a count in them changed: old and new."""
    issues: Counter[str]
    """Issues of the archive as a whole by code."""


def write_archive_tables(root: Path, parts: Sequence[Part], buckets: int) -> ArchiveTables:
    """Write what the last stage makes under ``root``, where ``parts`` stand already."""
    made = [_write_codes(root, table.name) for table in CODE_TABLES]
    made += _write_organisations(root, parts)
    issues = archive_checks.find_issues(_read(root, parts, "projects", archive_checks.COLUMNS))
    if issues:
        own = _count_own_issues(root, parts, {issue[0] for issue in issues})
        table = build_table("issues", archive_checks.issue_columns(issues, own))
        made.append(write_part(root, "issues", buckets, table))
    replaced = _count_all_issues(root, parts, Counter(issue[0] for issue in issues))
    return ArchiveTables(made, replaced, Counter(rule.id for _, _, rule, _ in issues))


def _write_codes(root: Path, name: str) -> Part:
    columns = [list(column) for column in zip(*list_code_rows(name), strict=True)]
    return write_part(root, name, 0, build_table(name, columns))


def _write_organisations(root: Path, parts: Sequence[Part]) -> list[Part]:
    found = Organisations()
    found.add_projects(_read(root, parts, "projects", PROJECT_COLUMNS))
    found.add_partners(_read(root, parts, "partners", PARTNER_COLUMNS))
    return [
        write_part(root, "organisations", 0, build_table("organisations", found.organisation_columns())),
        write_part(root, "organisation_names", 0, build_table("organisation_names", found.name_columns())),
    ]


def _count_own_issues(root: Path, parts: Sequence[Part], documents: set[str]) -> dict[str, int]:
    """Issues that some documents have by themselves; their ordinals run from 1 without a gap."""
    wanted = pa.array(sorted(documents), pa.string())
    counts: Counter[str] = Counter()
    for table in _tables(root, parts, "issues", ("document_id",)):
        counts.update(
            map(str, table["document_id"].filter(pc.is_in(table["document_id"], value_set=wanted)).to_pylist())
        )
    return dict(counts)


def _count_all_issues(root: Path, parts: Sequence[Part], of_archive: Mapping[str, int]) -> dict[Part, Part]:
    """Make ``documents.issues`` the number of rows in ``issues``: parts where it was another are written anew.

    A part that was linked from the snapshot before counts that one's issues of the archive.
    """
    by_name = {part.name: part for part in parts if part.table == "issues"}
    replaced: dict[Part, Part] = {}
    for part in parts:
        if part.table != "documents":
            continue
        found = _open(root, part, ("document_id", "issues"))
        counts = Counter(of_archive)
        if part.name in by_name:
            counts.update(map(str, _open(root, by_name[part.name], ("document_id",))["document_id"].to_pylist()))
        wanted = [counts[str(one)] for one in found["document_id"].to_pylist()]
        if wanted != found["issues"].to_pylist():
            whole = _open(root, part, None)
            place = whole.schema.get_field_index("issues")
            field = whole.schema.field(place)
            whole = whole.set_column(place, field, pa.array(wanted, field.type))
            number = int(part.name.removeprefix("part-").removesuffix(".parquet"))
            replaced[part] = write_part(root, "documents", number, whole.combine_chunks())
    return replaced


def _read(root: Path, parts: Sequence[Part], table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for found in _tables(root, parts, table, columns):
        yield from found.to_pylist()


def _tables(root: Path, parts: Sequence[Part], table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    for part in sorted((part for part in parts if part.table == table), key=lambda part: part.name):
        yield _open(root, part, columns)


def _open(root: Path, part: Part, columns: Sequence[str] | None) -> pa.Table:
    path = root / table_folder(part.table) / part.name
    return pq.read_table(path, columns=None if columns is None else list(columns), use_threads=False)
