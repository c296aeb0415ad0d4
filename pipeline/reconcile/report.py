"""What a comparison found: a summary, a table of differences, and a page."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from pipeline.reconcile.compare import KINDS, Comparison
from pipeline.reconcile.project_list import REPAIRS, ProjectList
from pipeline.web_page import make_page, safe
from pipeline.write import parquet_bytes

COLUMNS = ("project_code", "column", "kind", "in_list", "in_archive", "line", "document_id")
_STYLE = """body { font: 15px/1.45 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; } th, td { border: 1px solid #bbb; padding: .25em .6em;
text-align: left; vertical-align: top; } th { background: #eee; } .wrap { overflow-x: auto; }"""


def summarise(listed: ProjectList, found: Comparison) -> dict[str, Any]:
    """Counts, JSON's own types only."""
    kinds = Counter(one.kind for one in found.differences)
    pairs = Counter((one.column, one.kind) for one in found.differences)
    return {
        "rows_in_list": len(listed.rows),
        "projects_compared": found.compared,
        "joint_projects": found.joint,
        "projects_outside_the_list": len(found.outside),
        "columns_compared": list(listed.columns),
        "differences": {kind: kinds[kind] for kind in KINDS},
        "by_column": {f"{column} {kind}": count for (column, kind), count in sorted(pairs.items())},
        "repairs": {name: count for name, count in _count_repairs(listed).items() if count},
    }


def _count_repairs(listed: ProjectList) -> dict[str, int]:
    counts = Counter(repair.repair for repair in listed.repairs)
    return {name: counts[name] for name in REPAIRS}


def list_differences(found: Comparison) -> list[dict[str, Any]]:
    """Rows with ``COLUMNS``."""
    return [{name: getattr(one, name) for name in COLUMNS} for one in found.differences]


def describe(listed: ProjectList, found: Comparison) -> dict[str, Any]:
    """Everything, for machines."""
    return {
        "summary": summarise(listed, found),
        "differences": list_differences(found),
        "repairs": [asdict(repair) for repair in listed.repairs],
        "outside": list(found.outside),
    }


def write_csv(found: Comparison) -> bytes:
    """The differences as CSV."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in list_differences(found))
    return sink.getvalue().encode()


def write_parquet(found: Comparison) -> bytes:
    """The differences as Parquet; values of all types as text."""
    rows = list_differences(found)
    columns = {
        name: pa.array(
            [None if row[name] is None else row[name] if name == "line" else str(row[name]) for row in rows],
            pa.int32() if name == "line" else pa.string(),
        )
        for name in COLUMNS
    }
    return parquet_bytes(pa.table(columns))


def write_page(listed: ProjectList, found: Comparison, title: str) -> str:
    """The summary, the differences and the repairs as a page that stands alone."""
    counts = summarise(listed, found)
    about = [
        ("Rows in the list", counts["rows_in_list"]),
        ("Projects that both have", counts["projects_compared"]),
        ("Of these joint projects", counts["joint_projects"]),
        ("Projects the list cannot have", counts["projects_outside_the_list"]),
    ]
    kinds = [(kind, count, KINDS[kind]) for kind, count in counts["differences"].items()]
    repairs = [(name, count, REPAIRS[name]) for name, count in counts["repairs"].items()]
    shown = ("line", "project_code", "repair", "column", "before", "after")
    told = [[getattr(one, name) for name in shown] for one in listed.repairs if one.repair not in ("cents_rounded",)]
    body = [
        f"<h1>{safe(title)}</h1>",
        _table(("What", "Count"), about),
        "<h2>Differences</h2>",
        _table(("Kind", "Count", "Meaning"), kinds),
        _table(COLUMNS, ([row[name] for name in COLUMNS] for row in list_differences(found))),
        "<h2>What was repaired in the list</h2>",
        _table(("Repair", "Count", "Meaning"), repairs),
        _table(shown, told),
    ]
    return make_page(title, body, style=_STYLE)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{safe(one)}</th>" for one in heads)
    lines = ["".join(f"<td>{'' if cell is None else safe(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f'<div class="wrap"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'
