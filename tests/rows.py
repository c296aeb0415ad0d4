"""Comparing parses of one description in different formats, and checks that hold for any parse."""

from __future__ import annotations

import re
from typing import Any

from models.records import Parsed
from models.tables import TABLES
from parsers.soundness import find_contradiction

# Issues are about one document: a hyphen at the end of a printed line may be doubtful.
SPANS = {"char_start", "char_end", "boxes", "page_start", "page_end", "document_id", "worst_issue"}

FREE_TEXT = {"summary", "target_groups.direct", "target_groups.indirect", "final_report"}


def squeeze(value: object) -> object:
    """A value without what formats may soundly differ in: white space, list marks, line-end hyphens."""
    if not isinstance(value, str):
        return value
    return re.sub(r"[\s\-–‐•*·]", "", value)


def comparable(parsed: Parsed, table: str) -> list[dict[str, Any]]:
    """The rows of a table without offsets, squeezed."""
    left_out = SPANS | ({"raw", "label"} if table == "fields" else set())
    if table == "sections":
        left_out |= {"n_words"}
    rows = [{key: squeeze(value) for key, value in row.items() if key not in left_out} for row in parsed.tables[table]]
    for row in rows:
        if table == "sections" and row["name"] not in FREE_TEXT:
            # Tables print their labels without colons.
            row["text"] = str(row["text"]).replace(":", "")
    if table == "fields":
        rows.sort(key=lambda row: (row["section_number"], row["field"], row["ordinal"]))
    return rows


def check_invariants(parsed: Parsed) -> None:
    """What is true of every parse, whatever the document: ``find_contradiction`` and the columns of every row."""
    assert not (parsed.document["reason"] or "").startswith("parser_error"), parsed.document["reason"]
    assert find_contradiction(parsed) is None
    for name, rows in (*parsed.tables.items(), *(("texts", rows) for rows in [parsed.restricted.get("texts", [])])):
        for row in rows:
            assert set(row) == set(TABLES[name].column_names()), (name, set(row) ^ set(TABLES[name].column_names()))
    if parsed.status == "quarantined":
        return
    for rows in parsed.tables.values():
        assert {row["document_id"] for row in rows} <= {parsed.document_id}
    sums = dict.fromkeys(("region", "subregion", "municipality"), 0.0)
    for row in parsed.tables["allocations"]:
        sums[row["level"]] += row["share"]
    assert all(total == 0 or abs(total - 1) < 1e-9 for total in sums.values()), sums
