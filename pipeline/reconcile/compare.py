"""A list compared with a snapshot, project by project and column by column.

A euro more or less is no difference; nor are commas, spaces, case and lost characters in names, or another name of the
same authority. Of a joint project any participant may be named, and its rows in the list add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from models.forms import load_forms
from models.project_list import LIST_COLUMN, SUMS, ListKind
from parsers.derived import find_authority
from pipeline.reconcile.keys import are_same_names, find_listed_authority
from pipeline.reconcile.project_list import Listed, ProjectList, Value
from pipeline.write import table_folder

TOLERANCE_EUR = 1

KINDS = {
    "missing_in_archive": "The list has it, the archive has not.",
    "missing_in_list": "The archive has it, the list has not.",
    "different": "Both have it, and differ.",
    "later_state": "They differ as two moments of one project do: one of them is later.",
}
"""What a difference can be."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which list and archive differ; ``column`` is ``project_code`` where a whole project is missing."""

    project_code: str
    column: str
    kind: str
    in_list: Value
    in_archive: Value
    line: int | None
    """Of the list; its first of the project."""
    document_id: str | None


@dataclass(frozen=True, slots=True)
class Archived:
    """A project of a snapshot, as far as a list can be about it."""

    values: Mapping[str, Any]
    """By column of ``projects``; dates as ISO strings."""
    captured_at: date | None
    ended: bool
    participants: tuple[str, ...]
    """Names of partners."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it."""

    differences: tuple[Difference, ...]
    compared: int
    """Projects that both have."""
    joint: int
    """Of these: projects that the list has in several rows, or under a partner's name."""
    outside: tuple[str, ...]
    """Projects of the archive that the list cannot have: of another programme period, or without a readable code."""


def read_archived(snapshot: Path) -> dict[str, Archived]:
    """The current projects of a snapshot by code."""
    captured = {
        row["document_id"]: row["captured_at"]
        for row in _rows(snapshot, "documents", ["document_id", "captured_at"], pc.field("role") == "current")
    }
    partners: dict[str, list[str]] = {}
    for row in _rows(snapshot, "partners", ["project_code", "name"]):
        partners.setdefault(row["project_code"], []).append(row["name"])
    ended = {(form.name, status) for form in load_forms() for status in form.ended_statuses}
    found = {}
    for row in _rows(snapshot, "projects", ["document_id", "form", *LIST_COLUMN]):
        moment = captured.get(row["document_id"])
        values = {name: _plain(value) for name, value in row.items()}
        found[row["project_code"]] = Archived(
            values,
            moment.date() if isinstance(moment, datetime) else None,
            (row["form"], row["status"]) in ended,
            tuple(partners.get(row["project_code"], ())),
        )
    return found


def _rows(snapshot: Path, table: str, columns: Sequence[str], chosen: Any = None) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - an expression of pyarrow
    found = ds.dataset(snapshot / table_folder(table), format="parquet")
    for batch in found.to_batches(columns=list(columns), filter=chosen):
        yield from batch.to_pylist()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def compare(listed: ProjectList, archived: Mapping[str, Archived], as_of: date | None = None) -> Comparison:
    """Every difference, sorted by project and column; ``as_of`` is the day of the list, where it is known."""
    groups: dict[str, list[Listed]] = {}
    for row in listed.rows:
        groups.setdefault(row.project_code, []).append(row)
    differences: list[Difference] = []
    joint = compared = 0
    for code, rows in groups.items():
        project = archived.get(code)
        if project is None:
            differences.append(Difference(code, "project_code", "missing_in_archive", code, None, rows[0].line, None))
            continue
        compared += 1
        found, is_joint = _compare_project(rows, project, listed.columns, as_of)
        differences += found
        joint += is_joint
    periods = _periods(groups)
    outside = []
    for code, project in archived.items():
        if code in groups:
            continue
        if code.startswith("?") or not _periods([code]) & periods:
            outside.append(code)
            continue
        document = project.values["document_id"]
        differences.append(Difference(code, "project_code", "missing_in_list", None, code, None, document))
    order = list(LIST_COLUMN)
    differences.sort(key=lambda one: (one.project_code, order.index(one.column)))
    return Comparison(tuple(differences), compared, joint, tuple(sorted(outside)))


def _periods(codes: Iterable[str]) -> set[str]:
    """The programme periods that project codes can be of."""
    forms = load_forms()
    patterns = [(form.programme_period, re.compile(pattern)) for form in forms for _, pattern in form.code_patterns]
    return {period for code in codes for period, pattern in patterns if pattern.fullmatch(code)}


def _compare_project(
    rows: Sequence[Listed], project: Archived, columns: Sequence[str], as_of: date | None
) -> tuple[list[Difference], bool]:
    later = _find_later(rows, project, as_of)
    found = []
    joint = len(rows) > 1
    for column in columns:
        in_archive = project.values[column]
        values = [row.values[column] for row in rows]
        in_list = _merge(column, values, in_archive)
        if column == "applicant_name" and in_list is not None and not _same(column, in_list, in_archive):
            names = [str(value) for value in values if value is not None]
            if any(are_same_names(name, other) for name in names for other in project.participants):
                joint = True
                continue
        kind = _judge(column, in_list, in_archive, later)
        if kind is not None:
            document = project.values["document_id"]
            code = rows[0].project_code
            found.append(Difference(code, column, kind, in_list, in_archive, rows[0].line, document))
    return found, joint


def _merge(column: str, values: Sequence[Value], in_archive: Value) -> Value:
    """One value of several rows of a project: the archive's if it is among them, sums together, else the first."""
    present = [value for value in values if value is not None]
    for value in present:
        if _same(column, value, in_archive):
            return value
    if column in SUMS and len(present) > 1:
        return sum(int(value) for value in present)
    return present[0] if present else None


def _find_later(rows: Sequence[Listed], project: Archived, as_of: date | None) -> str | None:
    """Which of the two is later: ``archive``, ``list``, or None where nothing tells."""
    if as_of is not None and project.captured_at is not None:
        return "archive" if project.captured_at > as_of else "list"
    status = rows[0].values.get("status")
    if status is None or project.values["status"] is None or _same("status", status, project.values["status"]):
        return None
    return "archive" if project.ended else "list"


def _judge(column: str, in_list: Value, in_archive: Value, later: str | None) -> str | None:
    """What a pair of values is; None for no difference."""
    if in_list is None and in_archive is None:
        return None
    if in_list is None:
        return "missing_in_list"
    if in_archive is None:
        return "missing_in_archive"
    if _same(column, in_list, in_archive):
        return None
    if LIST_COLUMN[column].changes:
        if later is not None:
            return "later_state"
        # What was paid only grows: more of it is later, whatever the dates say.
        if column.startswith("realised") and int(in_archive) > int(in_list):
            return "later_state"
    return "different"


def _same(column: str, in_list: Value, in_archive: Value) -> bool:
    if in_list is None or in_archive is None:
        return in_list is in_archive
    kind = LIST_COLUMN[column].kind
    if kind is ListKind.EUROS:
        return abs(int(in_list) - int(in_archive)) <= TOLERANCE_EUR
    if kind is ListKind.AUTHORITY:
        codes = find_listed_authority(str(in_list)), find_authority(str(in_archive))
        if None not in codes:
            return codes[0] == codes[1]
    if kind in (ListKind.NAME, ListKind.AUTHORITY, ListKind.WORD):
        return are_same_names(str(in_list), str(in_archive))
    return in_list == in_archive
