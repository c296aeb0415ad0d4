"""Checks that compare projects with each other, made on the assembled tables: issues of the archive as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from models.checks import RULES, NotRepeated, Rule, Stage
from models.tables import TABLES

MOST_NAMED = 5
"""Other projects that a message names."""

ARCHIVE_RULES = tuple(rule for rule in RULES if rule.stage is Stage.ARCHIVE)

_COMPARED = [column.partition(".")[2] for rule in ARCHIVE_RULES for column in rule.columns]
COLUMNS = ("project_code", "document_id", *dict.fromkeys(_COMPARED))
"""Columns of ``projects`` that the rules need."""


def find_issues(projects: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, Rule, str]]:
    """(document_id, project_code, rule, detail) of every broken rule, sorted by document."""
    rows = list(projects)
    found: list[tuple[str, str, Rule, str]] = []
    for rule in ARCHIVE_RULES:
        assert isinstance(rule.condition, NotRepeated)
        names = [column.partition(".")[2] for column in rule.columns]
        groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            values = tuple(row[name] for name in names)
            if None not in values and max(values) >= rule.condition.least:
                groups[values].append(row)
        for group in groups.values():
            # Thousands may share a sum: of each group only the first codes are ever named.
            first = sorted(row["project_code"] for row in group)[: MOST_NAMED + 1]
            others = len(group) - 1
            for row in group if others else ():
                named = [code for code in first if code != row["project_code"]][:MOST_NAMED]
                more = f" and {others - MOST_NAMED} more" if others > MOST_NAMED else ""
                found.append((row["document_id"], row["project_code"], rule, ", ".join(named) + more))
    return sorted(found, key=lambda issue: (issue[0], issue[2].id))


def issue_columns(found: Iterable[tuple[str, str, Rule, str]], last_ordinals: Mapping[str, int]) -> list[list[Any]]:
    """Columns of ``issues``; ordinals go on after the document's own (``last_ordinals``)."""
    ordinals = dict(last_ordinals)
    rows = []
    for document_id, project_code, rule, detail in found:
        ordinals[document_id] = ordinals.get(document_id, 0) + 1
        rows.append(
            {
                "document_id": document_id,
                "project_code": project_code,
                "ordinal": ordinals[document_id],
                "severity": rule.severity.value,
                "code": rule.id,
                "message": f"{rule.message} ({detail})",
                "field": rule.columns[0].partition(".")[2],
            }
        )
    return [[row.get(name) for row in rows] for name in TABLES["issues"].column_names()]
