"""A parsed document without its persons: what is kept of a project that must forget them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from models.columns import ValueType
from models.fields import FIELD
from models.issues import ISSUE_CODES
from models.records import Row
from models.tables import TABLES
from parsers.erase import Names, erase_names
from pipeline.packed import Packed, Values, pack_rows

CODE = "forgotten"
"""Issue code of a document whose persons were left out."""

FREE_COLUMNS = {
    "texts": ("text",),
    "sections": ("text",),
    "fields": ("value",),
    "projects": tuple(
        name for name in TABLES["projects"].column_names() if name in FIELD and FIELD[name].type is ValueType.FREE_TEXT
    ),
    "scores": ("justification",),
    "sentences": ("text",),
    "entities": ("text", "lemma"),
    "issues": ("excerpt",),
    "changes": ("old", "new"),
}
"""Columns in which a person may be named; ``fields.raw`` follows ``texts``."""

_KEYS = ("project_code", "document_id")


def is_free(field: str) -> bool:
    """A field that asks for free text, or that the form does not know: its value may name anybody."""
    return (
        field == "unknown"
        or field.startswith("justification.")
        or (field in FIELD and FIELD[field].type is ValueType.FREE_TEXT)
    )


def strip_contacts(packed: Packed) -> Packed:
    """The record with empty contacts and an issue that says why."""
    rows, columns = dict(packed.rows), dict(packed.columns)
    if "contacts" in columns:
        names = TABLES["contacts"].column_names()
        columns["contacts"] = [None if name in _KEYS else [None] for name in names]
    issues = read_rows(packed, "issues")
    code = ISSUE_CODES[CODE]
    row: Row = dict.fromkeys(TABLES["issues"].column_names())
    row |= {"document_id": packed.document_id, "project_code": packed.project_code, "code": CODE}
    row |= {"severity": code.severity.value, "message": code.message}
    row["ordinal"] = max((issue["ordinal"] for issue in issues), default=0) + 1
    rows["issues"], columns["issues"] = pack_rows(TABLES["issues"], [*issues, row])
    if "projects" in columns:
        place = TABLES["projects"].column_names().index("worst_issue")
        project = list(columns["projects"])
        if project[place] in (None, [None]):
            project[place] = [code.severity.value]
        columns["projects"] = project
    document = packed.document | {"issues": len(issues) + 1}
    return msgspec.structs.replace(packed, rows=rows, columns=columns, document=document)


def mask_record(packed: Packed, names: Names) -> Packed:
    """The record with every name masked in every text."""
    columns = dict(packed.columns)
    for table, free in FREE_COLUMNS.items():
        if table in columns:
            columns[table] = _mask_columns(packed, table, free, lambda text: erase_names(text, names))
    texts, fields = columns.get("texts"), columns.get("fields")
    if texts and fields:
        (text,) = texts[TABLES["texts"].column_names().index("text")] or [""]
        columns["fields"] = _slice_raw(fields, packed.rows["fields"], text)
    return msgspec.structs.replace(packed, columns=columns)


def public_values(rows: Sequence[Row]) -> set[str]:
    """Values of rows of ``fields`` within which nothing is masked."""
    return {
        str(value)
        for row in rows
        if not row["restricted"] and not is_free(row["field"])
        for value in (row["raw"], row["value"])
        if value and any(sign.isalpha() for sign in str(value))
    }


def free_texts(packed: Packed) -> list[str]:
    """The texts of a document in which persons are looked for."""
    found = [row["text"] for row in read_rows(packed, "sections")]
    found += [row["value"] for row in read_rows(packed, "fields") if is_free(row["field"]) and not row["restricted"]]
    return [text for text in found if text]


def read_rows(packed: Packed, table: str) -> list[Row]:
    """The rows of a table."""
    count = packed.rows.get(table, 0)
    columns = packed.columns.get(table, [])
    names = TABLES[table].column_names()
    own = {"document_id": packed.document_id, "project_code": packed.project_code}
    return [
        {
            name: own[name] if values is None else values[place % len(values)]
            for name, values in zip(names, columns, strict=True)
        }
        for place in range(count)
    ]


def _mask_columns(packed: Packed, table: str, free: Sequence[str], mask: Callable[[str], str]) -> list[Values | None]:
    columns = list(packed.columns[table])
    names = TABLES[table].column_names()
    if table == "fields":
        fields = columns[names.index("field")] or []
        place = names.index("value")
        values = _spread(columns[place], packed.rows[table])
        columns[place] = [
            mask(value) if value and is_free(field) else value
            for value, field in zip(values, _spread(fields, packed.rows[table]), strict=True)
        ]
        return columns
    for name in free:
        place = names.index(name)
        columns[place] = [mask(value) if value else value for value in columns[place] or []]
    return columns


def _spread(values: Values | None, count: int) -> Iterator[Any]:
    values = values or [None]
    return (values[place % len(values)] for place in range(count))


def _slice_raw(columns: list[Values | None], count: int, text: str) -> list[Values | None]:
    names = TABLES["fields"].column_names()
    starts, ends, raws = (_spread(columns[names.index(name)], count) for name in ("char_start", "char_end", "raw"))
    columns = list(columns)
    columns[names.index("raw")] = [
        raw if raw is None or start is None else text[start:end]
        for start, end, raw in zip(starts, ends, raws, strict=True)
    ]
    return columns
