"""What is different from the snapshot before, and why it may be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.report.figures import Figures, load_figures

NOTABLE = 0.01
"""Coverage of a field that changed by this share of all projects is shown."""
EXAMPLES = 10
MOST_VALUES = 30
_VALUE_KEY = ("table", "column", "change", "cause")
_HOW = ("workers", "full", "verify", "keep", "keep_days", "gate", "accept", "acknowledged")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """How often values of a column changed, for one cause (table ``changes``)."""

    table: str
    column: str
    change: str
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference to the snapshot before."""

    previous: str
    why: list[str]
    """What else is different that may be the cause, in words."""
    appeared: list[str] = field(default_factory=list)
    """Codes of projects that are new."""
    gone: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Codes of projects whose current document is another."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of the snapshot before, by table."""
    documents: dict[str, int] = field(default_factory=dict)
    issues: dict[str, int] = field(default_factory=dict)
    coverage: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Share of projects with a value, before and now, of fields where it moved notably."""
    values: list[ValueChange] = field(default_factory=list)
    """Most frequent first."""


def find_changes(folder: Path, run: Mapping[str, Any], figures: Figures, previous: Path | None) -> Changes | None:
    """Compare with ``previous``; None without one that can be read."""
    if previous is None:
        return None
    try:
        before = json.loads((previous / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    try:
        appeared, gone, replaced = _compare_projects(previous, folder)
    except pa.ArrowException:  # the snapshot before is damaged; this one is not
        return None
    earlier = load_figures(previous)
    return Changes(
        previous=previous.name,
        why=_find_causes(before, run),
        appeared=appeared,
        gone=gone,
        replaced=replaced,
        rows=before.get("rows", {}),
        documents=before.get("documents", {}),
        issues=before.get("issues", {}),
        coverage=_compare_coverage(earlier, figures) if earlier is not None else {},
        values=_count_values(folder),
    )


def _count_values(folder: Path) -> list[ValueChange]:
    """Rows of table ``changes``, counted; nothing of the values themselves."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for path in sorted((folder / "tables" / "changes").glob("part-*.parquet")):
        rows = pq.read_table(path, columns=list(_VALUE_KEY), use_threads=False)
        grouped = rows.group_by(list(_VALUE_KEY), use_threads=False).aggregate([([], "count_all")])
        for row in grouped.to_pylist():
            counts[row["table"], row["column"], row["change"], row["cause"]] += row["count_all"]
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [ValueChange(*key, count) for key, count in ordered[:MOST_VALUES]]


def _compare_projects(previous: Path, folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Codes of new, gone and replaced projects; part files that are the same file are not read."""
    before, now = _read_projects(previous, folder), _read_projects(folder, previous)
    return (
        sorted(now.keys() - before.keys()),
        sorted(before.keys() - now.keys()),
        sorted(code for code, document in now.items() if before.get(code, document) != document),
    )


def _read_projects(folder: Path, other: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((folder / "tables" / "projects").glob("part-*.parquet")):
        twin = other / "tables" / "projects" / path.name
        if twin.exists() and twin.samefile(path):
            continue
        table = pq.read_table(path, columns=["project_code", "document_id"], use_threads=False)
        codes, documents = (table[name].to_pylist() for name in ("project_code", "document_id"))
        found.update((str(code), str(document)) for code, document in zip(codes, documents, strict=True))
    return found


def _find_causes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    causes = []
    old, new = before.get("versions", {}), now.get("versions", {})
    if old.get("parser_fingerprint") != new.get("parser_fingerprint"):
        causes.append("The parser or the form definitions changed: every document was parsed again.")
    if old.get("schema") != new.get("schema"):
        causes.append(f"The schema changed from {old.get('schema')} to {new.get('schema')}.")
    if before.get("archives") != now.get("archives"):
        causes.append("Other archives were read.")
    if _result_settings(before) != _result_settings(now):
        causes.append("The settings of the run changed.")
    if before.get("files") != now.get("files"):
        causes.append("The archive holds other files than before.")
    elif now.get("parsed") and not causes and not now.get("settings", {}).get("full"):
        causes.append("Files changed in place.")
    return causes


def _result_settings(run: Mapping[str, Any]) -> dict[str, Any]:
    """The settings but for those that change how a run works, not what comes of it."""
    return {name: value for name, value in run.get("settings", {}).items() if name not in _HOW}


def _compare_coverage(before: Figures, now: Figures) -> dict[str, tuple[float, float]]:
    if not before.projects or not now.projects:
        return {}
    old = {one.field: one.count / before.projects for one in before.coverage}
    new = {one.field: one.count / now.projects for one in now.coverage}
    return {
        name: (old.get(name, 0.0), new.get(name, 0.0))
        for name in dict.fromkeys((*new, *old))
        if abs(old.get(name, 0.0) - new.get(name, 0.0)) >= NOTABLE
    }
