"""Comparing parses of one description in different formats, and checks that hold for any parse."""

from __future__ import annotations

import re
from typing import Any

from models.records import Parsed
from models.tables import TABLES

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
    """What is true of every parse, whatever the document."""
    document = parsed.document
    if parsed.status == "quarantined":
        assert document["reason"]
        return
    text = parsed.tables["texts"][0]["text"]
    unmasked = parsed.restricted["texts"][0]["text"]
    assert len(text) == len(unmasked)
    for row in parsed.tables["fields"]:
        if row["raw"] is not None:
            assert text[row["char_start"] : row["char_end"]] == row["raw"], row
        else:
            assert row["char_start"] is None
    for row in parsed.tables["issues"]:
        if row["char_start"] is not None:
            assert 0 <= row["char_start"] <= row["char_end"] <= len(text)
    assert document["claimed_characters"] + document["unclaimed_characters"] == document["characters"]
    assert document["characters"] == len("".join(unmasked.split()))
    for name, rows in parsed.tables.items():
        table = TABLES[name]
        for row in rows:
            assert set(row) == set(table.column_names()), (name, set(row) ^ set(table.column_names()))
        if name not in ("projects",):
            keys = [tuple(row[column] for column in table.key) for row in rows]
            assert len(set(keys)) == len(keys), (name, [key for key in keys if keys.count(key) > 1][:3])
    if parsed.tables["scores"]:
        assert len(parsed.tables["scores"]) == 15
