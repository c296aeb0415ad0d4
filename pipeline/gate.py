"""The gate: a new snapshot whose tables differ too much from the last ones is not published unless told otherwise.

A difference counts when its share is above a threshold *and* it is worth ``least_documents`` documents: in a small
archive one document is many per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from models.change_tables import CHANGE_TABLES
from models.columns import ColumnType
from models.issues import ISSUE_CODES
from models.published_codes import CODE_TABLES
from models.severity import Severity
from models.tables import TABLES
from pipeline.left_out import Acknowledged, count_left_out
from pipeline.snapshot_parts import DamagedSnapshotError, View, same_parts
from pipeline.thresholds import Thresholds
from pipeline.write import Part, table_folder

_NOT_COMPARED = frozenset(table.name for table in (*CHANGE_TABLES, *CODE_TABLES))
_ROWS_NOT_COMPARED = _NOT_COMPARED | {"issues"}
"""Fewer issues are no loss; they are compared by code."""
_COVERAGE_NOT_COMPARED = _ROWS_NOT_COMPARED | {"files"}
_BETTER_NULL = frozenset({"reason", "worst_issue"})
_NO_STATISTICS = frozenset({ColumnType.BOXES, ColumnType.STRINGS})


@dataclass(frozen=True, slots=True)
class Counts:
    """What of a snapshot the gate compares beside its part files; acknowledged documents and files are not in it."""

    documents: Mapping[str, int]
    """By status."""
    unread_files: int
    files: int
    issues: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says; ``run.json`` has it as ``gate``."""

    compared_with: str | None
    """Name of the last snapshot; None where there is nothing to compare with."""
    passed: bool
    accepted: bool = False
    """It did not pass, but a person accepts the snapshot."""
    findings: tuple[str, ...] = ()
    """What differs too much, a sentence each."""
    note: str = ""

    @property
    def publishes(self) -> bool:
        return self.passed or self.accepted


def judge(old: View | None, new: View, thresholds: Thresholds, known: Acknowledged, *, accept: bool) -> Verdict:
    """Compare a draft with the last snapshot."""
    if old is None:
        return Verdict(None, passed=True, note="There is no earlier snapshot to compare with.")
    try:
        before, now = count_view(old, known), count_view(new, known)
        if before is None or now is None:
            return Verdict(None, passed=True, note="The last snapshot does not say what it holds.")
        findings = tuple(_find(old, new, before, now, thresholds))
    except DamagedSnapshotError as error:
        return Verdict(None, passed=True, note=f"The last snapshot cannot be compared with: {error}.")
    return Verdict(old.folder.name, not findings, accept and bool(findings), findings)


def count_view(view: View, known: Acknowledged) -> Counts | None:
    """Of a snapshot or a draft; None where its ``run.json`` does not say. Raises ``DamagedSnapshotError``."""
    try:
        documents, files, issues = (
            {str(name): int(number) for name, number in view.run[kind].items()}
            for kind in ("documents", "files", "issues")
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    left_out = count_left_out(view, files, documents, known)
    documents["quarantined"] = left_out.quarantined
    return Counts(documents, left_out.unread, sum(files.values()), issues)


def _find(old: View, new: View, before: Counts, now: Counts, limits: Thresholds) -> Iterator[str]:
    documents = sum(before.documents.values()) or 1
    yield from _compare_rows(old, new, documents, limits)
    yield from _compare_coverage(old, new, documents, limits)
    yield from _compare_statuses(before, now, limits)
    yield from _compare_issues(before, now, limits)


def _compare_rows(old: View, new: View, documents: int, limits: Thresholds) -> Iterator[str]:
    was, now = _count_rows(old), _count_rows(new)
    for table in (name for name in TABLES if name not in _ROWS_NOT_COMPARED):
        lost = was.get(table, 0) - now.get(table, 0)
        if lost <= 0:
            continue
        share = lost / was[table]
        if share * 100 > limits.rows_percent and share * documents >= limits.least_documents:
            yield (
                f"Table {table} has {now.get(table, 0):,} rows, before {was[table]:,}: {share:.1%} fewer, "
                f"allowed are {limits.rows_percent:g} %."
            )


def _count_rows(view: View) -> dict[str, int]:
    rows: dict[str, int] = {}
    for part in view.parts:
        rows[part.table] = rows.get(part.table, 0) + part.rows
    return rows


def _compare_coverage(old: View, new: View, documents: int, limits: Thresholds) -> Iterator[str]:
    was, now = _by_table(old), _by_table(new)
    for table in (name for name in TABLES if name not in _COVERAGE_NOT_COMPARED):
        one, other = was.get(table, []), now.get(table, [])
        rows, rows_now = sum(part.rows for part in one), sum(part.rows for part in other)
        if not rows or not rows_now or same_parts(one, other):
            continue
        before, after = _count_nulls(old, one), _count_nulls(new, other)
        for column in TABLES[table].columns:
            if column.name in _BETTER_NULL or column.name not in before or column.name not in after:
                continue
            had, has = 1 - before[column.name] / rows, 1 - after[column.name] / rows_now
            lost = had - has
            if lost * 100 > limits.coverage_points and lost * documents >= limits.least_documents:
                yield (
                    f"{table}.{column.name} has a value in {has:.1%} of its rows, before in {had:.1%}; "
                    f"allowed are {limits.coverage_points:g} percentage points less."
                )


def _by_table(view: View) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in view.parts:
        found.setdefault(part.table, []).append(part)
    return found


def _count_nulls(view: View, parts: list[Part]) -> dict[str, int]:
    """Nulls by column, from the statistics in the files' footers; raises ``DamagedSnapshotError``."""
    nulls: dict[str, int] = {}
    counted = {column.name for column in TABLES[parts[0].table].columns if column.type not in _NO_STATISTICS}
    for part in parts:
        path = view.folder / table_folder(part.table) / part.name
        try:
            footer = pq.read_metadata(path)
        except (OSError, pa.ArrowException) as error:
            raise DamagedSnapshotError(f"{path} cannot be read ({type(error).__name__})") from error
        for group in range(footer.num_row_groups):
            for number in range(footer.num_columns):
                chunk = footer.row_group(group).column(number)
                if chunk.path_in_schema in counted and chunk.statistics is not None:
                    count = chunk.statistics.null_count or 0
                    nulls[chunk.path_in_schema] = nulls.get(chunk.path_in_schema, 0) + count
    return nulls


def _compare_statuses(before: Counts, now: Counts, limits: Thresholds) -> Iterator[str]:
    whole, whole_now = sum(before.documents.values()), sum(now.documents.values())
    for status, points in (("quarantined", limits.quarantined_points), ("partial", limits.partial_points)):
        yield from _compare_shares(
            f"documents are {status}",
            (before.documents.get(status, 0), whole),
            (now.documents.get(status, 0), whole_now),
            points,
            limits.least_documents,
        )
    yield from _compare_shares(
        "files cannot be read",
        (before.unread_files, before.files),
        (now.unread_files, now.files),
        limits.quarantined_points,
        limits.least_documents,
    )


def _compare_shares(what: str, old: tuple[int, int], new: tuple[int, int], points: float, least: int) -> Iterator[str]:
    was, now = (count / whole if whole else 0.0 for count, whole in (old, new))
    if (now - was) * 100 > points and (now - was) * new[1] >= least:
        yield f"{new[0]:,} {what} ({now:.1%}), before {old[0]:,} ({was:.1%}); allowed are {points:g} points more."


def _compare_issues(before: Counts, now: Counts, limits: Thresholds) -> Iterator[str]:
    whole, whole_now = sum(before.documents.values()) or 1, sum(now.documents.values()) or 1
    for code in sorted(now.issues):
        declared = ISSUE_CODES.get(code)
        if declared is not None and declared.severity is Severity.INFO:
            continue
        was, is_now = before.issues.get(code, 0) / whole, now.issues[code] / whole_now
        risen = is_now - was
        if (
            risen * 100 > limits.issues_per_100
            and risen * whole_now >= limits.least_documents
            and (not was or risen / was * 100 > limits.issues_percent)
        ):
            yield (
                f"Issue {code} stands {now.issues[code]:,} times, before {before.issues.get(code, 0):,}: among 100 "
                f"documents {risen * 100:.1f} more, allowed are {limits.issues_per_100:g}."
            )
