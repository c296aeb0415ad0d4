"""Figures from the tables of a snapshot, one part file at a time, so that memory does not grow with the archive.

A project's documents are all in the part files of one number: so the fields of current documents are found by those
documents' projects, part by part.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.fields import FIELDS
from models.issues import ISSUE_CODES
from pipeline.left_out import FINE
from pipeline.report.figures import CoverageFigure, Example, Figures, IssueFigure, LabelFigure, ReasonFigure

EXAMPLES = 3
PATHS = 5
LABELS = 30
UNKNOWN_YEAR = "?"


def collect_figures(folder: Path, run: Mapping[str, Any]) -> Figures:
    """The figures of the snapshot in ``folder``; ``run`` holds the counts of ``run.json``."""
    years: Counter[str] = Counter()
    coverage: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for part, fields in _parts(folder, "fields", ["document_id", "section_number", "field", "state", "label"]):
        current = _read_part(folder, "projects", part, ["document_id", "start_date"])
        if current is not None:
            _add_coverage(fields, current, years, coverage)
        _add_labels(fields, labels)
    common = sorted(((len(found), *key) for key, found in labels.items() if len(found) > 1), key=_most_first)
    return Figures(
        files=dict(sorted(run["files"].items())),
        documents=dict(sorted(run["documents"].items())),
        rows=dict(run["rows"]),
        projects=years.total(),
        years=dict(sorted(years.items())),
        reasons=_collect_reasons(folder),
        coverage=_order_coverage(coverage),
        issues=_collect_issues(folder),
        labels=[LabelFigure(label, section, count) for count, section, label in common[:LABELS]],
        rare_labels=sum(len(found) == 1 for found in labels.values()),
    )


def _most_first(item: tuple[int, str, str]) -> tuple[int, str, str]:
    return (-item[0], item[1], item[2])


def _parts(folder: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    for path in sorted((folder / "tables" / table).glob("part-*.parquet")):
        yield path.name, pq.read_table(path, columns=list(columns), use_threads=False)


def _read_part(folder: Path, table: str, part: str, columns: Sequence[str]) -> pa.Table | None:
    path = folder / "tables" / table / part
    return pq.read_table(path, columns=list(columns), use_threads=False) if path.exists() else None


def _add_coverage(fields: pa.Table, current: pa.Table, years: Counter[str], coverage: dict[str, Counter[str]]) -> None:
    known = pc.year(current["start_date"]).cast(pa.string()).fill_null(UNKNOWN_YEAR)
    projects = pa.table({"document_id": current["document_id"], "year": known})
    years.update(str(year) for year in projects["year"].to_pylist())
    filled = fields.filter(pc.field("state") == "value").select(["document_id", "field"])
    distinct = filled.group_by(["document_id", "field"], use_threads=False).aggregate([])
    joined = distinct.join(projects, "document_id", join_type="inner", use_threads=False)
    counts = joined.group_by(["field", "year"], use_threads=False).aggregate([([], "count_all")])
    for field, year, count in zip(*(counts[name].to_pylist() for name in ("field", "year", "count_all")), strict=True):
        coverage[str(field)][str(year)] += int(count or 0)
    for field in pc.unique(fields["field"]).to_pylist():  # also those that no document has
        coverage.setdefault(str(field), Counter())


def _add_labels(fields: pa.Table, labels: dict[tuple[str, str], set[str]]) -> None:
    unknown = fields.filter((pc.field("state") == "undeclared") & pc.field("label").is_valid())
    for row in unknown.select(["document_id", "section_number", "label"]).to_pylist():
        labels[row["section_number"], row["label"]].add(row["document_id"])


def _order_coverage(coverage: Mapping[str, Counter[str]]) -> list[CoverageFigure]:
    """In the vocabulary's order, then by name; ``unknown`` is no field of the form."""
    order = {field.name: place for place, field in enumerate(FIELDS)}
    names = sorted(coverage, key=lambda name: (order.get(name, len(order)), name))
    return [
        CoverageFigure(name, coverage[name].total(), dict(sorted(coverage[name].items())))
        for name in names
        if name != "unknown"
    ]


def _collect_issues(folder: Path) -> list[IssueFigure]:
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    severities: dict[str, str] = {}
    examples: dict[str, list[tuple[tuple[str, str, str, str], Example]]] = defaultdict(list)
    names = ["code", "severity", "project_code", "document_id", "section_number", "field"]
    for part, issues in _parts(folder, "issues", names):
        firsts: dict[tuple[str, str], Example] = {}
        for code, severity, *rest in zip(*(issues[name].to_pylist() for name in names), strict=True):
            project, document, section, field = rest
            counts[code] += 1
            severities[code] = severity
            firsts.setdefault((code, document), Example(project, document, section, field, part))
        for (code, _), example in firsts.items():
            documents[code] += 1
            examples[code].append((_example_order(example), example))
        for code, found in examples.items():
            examples[code] = heapq.nsmallest(EXAMPLES, found, key=lambda pair: pair[0])
    ranks = ("error", "warning", "info")
    ordered = sorted(counts, key=lambda code: (ranks.index(severities[code]), -counts[code], code))
    return [
        IssueFigure(code, severities[code], counts[code], documents[code], [one for _, one in examples[code]])
        for code in ordered
    ]


def _example_order(example: Example) -> tuple[str, str, str, str]:
    return (example.project_code or "~", example.document_id, example.section_number or "", example.field or "")


def _collect_reasons(folder: Path) -> list[ReasonFigure]:
    """Reasons of documents that are not ``parsed`` and of files that were not read, most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for table, condition in (
        ("documents", pc.field("status") != "parsed"),
        ("files", ~pc.field("status").isin(FINE)),
    ):
        for _, rows in _parts(folder, table, ["path", "status", "reason"]):
            for row in rows.filter(condition).to_pylist():
                for code in _codes(row["reason"] or ""):
                    key = (row["status"], code)
                    counts[key] += 1
                    paths[key] = heapq.nsmallest(PATHS, [*paths[key], row["path"]])
    ordered = sorted(counts, key=lambda key: (key[0], -counts[key], key[1]))
    return [ReasonFigure(status, code, counts[status, code], paths[status, code]) for status, code in ordered]


def _codes(reason: str) -> list[str]:
    """The codes that a reason names: ``code: message (detail); code: …``."""
    found = [code for part in reason.split("; ") if (code := part.partition(":")[0]) in ISSUE_CODES]
    return list(dict.fromkeys(found)) or ["other"]
