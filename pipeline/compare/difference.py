"""Any two snapshots compared: counts by table and every change, for a terminal, a page or a machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.tables import TABLES
from pipeline.compare.changes import Change, find_changes
from pipeline.errors import SettingsError
from pipeline.snapshot import latest_snapshot
from pipeline.snapshot_parts import View, open_view


@dataclass(slots=True)
class Difference:
    """What is different in ``new`` from ``old``."""

    old: str
    new: str
    rows: dict[str, tuple[int, int]]
    """Rows by table, before and now, where they differ."""
    documents: dict[str, tuple[int, int]]
    """Documents by status."""
    issues: dict[str, tuple[int, int]]
    """Issues by code."""
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Changes by (table, change, cause)."""
    changes: list[Change] = field(default_factory=list)
    """The first of them, sorted by project within each group of projects."""

    @property
    def total(self) -> int:
        return self.counts.total()


def choose_snapshot(given: Path) -> Path:
    """A snapshot's folder: the one given, or the latest of an output folder; raises ``SettingsError``."""
    if (given / "datapackage.json").is_file():
        return given.resolve()
    latest = latest_snapshot(given)
    if latest is None:
        raise SettingsError(f"{given} is neither a snapshot nor an output folder with one")
    return latest.resolve()


def compare_snapshots(old: Path, new: Path, most: int) -> Difference:
    """Compare two snapshots, keeping ``most`` changes; raises ``DamagedSnapshotError``."""
    one, other = open_view(old), open_view(new)
    found = Difference(
        old.name,
        new.name,
        _different(_rows(one), _rows(other)),
        _different(_numbers(one, "documents"), _numbers(other, "documents")),
        _different(_numbers(one, "issues"), _numbers(other, "issues")),
    )
    for changes in find_changes(one, other):
        found.counts.update((change[1], change[4], change[7]) for change in changes)
        found.changes += changes[: most - len(found.changes)]
    return found


def describe_difference(found: Difference) -> dict[str, Any]:
    """For machines."""

    def pairs(numbers: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
        return {name: {"old": old, "new": new} for name, (old, new) in numbers.items()}

    columns = TABLES["changes"].column_names()
    return {
        "old": found.old,
        "new": found.new,
        "rows": pairs(found.rows),
        "documents": pairs(found.documents),
        "issues": pairs(found.issues),
        "total": found.total,
        "counts": [
            {"table": table, "change": change, "cause": cause, "count": count}
            for (table, change, cause), count in sorted(found.counts.items())
        ],
        "changes": [dict(zip(columns, change, strict=True)) for change in found.changes],
    }


def _rows(view: View) -> dict[str, int]:
    rows = dict.fromkeys(TABLES, 0)
    for part in view.parts:
        rows[part.table] += part.rows
    del rows["changes"]  # of each with its own predecessor
    return rows


def _numbers(view: View, name: str) -> dict[str, int]:
    numbers = view.run.get(name)
    return {str(key): int(value) for key, value in numbers.items()} if isinstance(numbers, dict) else {}


def _different(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    pairs = {name: (old.get(name, 0), new.get(name, 0)) for name in dict.fromkeys((*old, *new))}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
