"""The last stage: tables that are made of the archive as a whole, from the assembled ones; and the code lists.

It is done anew in every run: it reads few columns, and what changed anywhere may change any row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.published_codes import CODE_TABLES, list_code_rows
from pipeline import archive_checks
from pipeline.organisations import PARTNER_COLUMNS, PROJECT_COLUMNS, Organisations
from pipeline.write import Part, build_table, table_folder, write_part


def write_archive_tables(root: Path, parts: Sequence[Part], buckets: int) -> tuple[list[Part], Counter[str]]:
    """Write what the last stage makes under ``root``, where ``parts`` stand already: (new parts, issues by code)."""
    made = [_write_codes(root, table.name) for table in CODE_TABLES]
    made += _write_organisations(root, parts)
    issues = archive_checks.find_issues(_read(root, parts, "projects", archive_checks.COLUMNS))
    if issues:
        last = _count_issues(root, parts, {issue[0] for issue in issues})
        table = build_table("issues", archive_checks.issue_columns(issues, last))
        made.append(write_part(root, "issues", buckets, table))
    return made, Counter(rule.id for _, _, rule, _ in issues)


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


def _count_issues(root: Path, parts: Sequence[Part], documents: set[str]) -> dict[str, int]:
    """Issues of some documents so far; ordinals run from 1 without a gap."""
    wanted = pa.array(sorted(documents), pa.string())
    counts: dict[str, int] = {}
    for table in _tables(root, parts, "documents", ("document_id", "issues")):
        chosen = table.filter(pc.is_in(table["document_id"], value_set=wanted))
        counts |= {str(row["document_id"]): int(row["issues"]) for row in chosen.to_pylist()}
    return counts


def _read(root: Path, parts: Sequence[Part], table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for found in _tables(root, parts, table, columns):
        yield from found.to_pylist()


def _tables(root: Path, parts: Sequence[Part], table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    folder = root / table_folder(table)
    for part in sorted(part.name for part in parts if part.table == table):
        yield pq.read_table(folder / part, columns=list(columns), use_threads=False)
