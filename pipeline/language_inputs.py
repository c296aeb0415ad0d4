"""What the language stage reads: the free text of a bucket's current documents, from the tables just assembled."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.columns import ValueType
from models.fields import FIELD
from parsers.passages import OffsetMap, align_passage
from pipeline.write import table_folder

INPUT_TABLES = ("documents", "texts", "projects", "sections", "fields", "locations", "partners")
"""All that the language tables are made of."""

_OWN_BODY = ("summary", "final_report")
_COLUMNS = {
    "documents": ("document_id", "role"),
    "texts": ("document_id", "text"),
    "projects": ("project_code", "document_id", "applicant_name", "applicant_business_id"),
    "sections": ("document_id", "section_number", "name", "text", "char_start", "char_end"),
    "fields": ("document_id", "section_number", "field", "value", "char_start", "char_end"),
    "locations": ("project_code", "level", "code", "current_code"),
    "partners": ("project_code", "name", "business_id"),
}


class Request(msgspec.Struct, frozen=True, array_like=True):
    """What a child is told of a document."""

    texts: list[str]
    """Folds undone."""
    places: list[tuple[str, str]]
    """(level, code) of the target area."""
    parties: list[tuple[str, str | None]]
    """(name, business id) of applicant and partners."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of free text: a section's own body, or a justification."""

    section_name: str
    section_number: str
    field: str | None
    text: str
    offsets: OffsetMap


@dataclass(frozen=True, slots=True)
class Reading:
    """A current document with its free text."""

    project_code: str
    document_id: str
    passages: tuple[Passage, ...]
    request: Request
    key: bytes
    """Same texts, same area, same parties, same program: same key."""
    lost: int
    """Passages whose place in the text was not found."""


def read_bucket(root: Path, part: str, fingerprint: str) -> Iterator[Reading]:
    """The current documents of the bucket whose parts are called ``part``, by project."""
    tables = {name: _read(root, name, part) for name in INPUT_TABLES}
    current = {row["document_id"] for row in tables["documents"].to_pylist() if row["role"] == "current"}
    texts = {str(row["document_id"]): str(row["text"]) for row in tables["texts"].to_pylist()}
    sections = _group(tables["sections"].to_pylist(), "document_id")
    free = [name for name, field in FIELD.items() if field.type is ValueType.FREE_TEXT]
    # a criterion's justification is a field of its own name for each criterion
    fields = tables["fields"]
    is_free = pc.or_(
        pc.is_in(fields["field"], value_set=pa.array(free, pa.string())),
        pc.starts_with(fields["field"], "justification."),
    )
    justifications = _group(fields.filter(is_free).to_pylist(), "document_id")
    places = _group(tables["locations"].to_pylist(), "project_code")
    partners = _group(tables["partners"].to_pylist(), "project_code")
    for project in tables["projects"].to_pylist():
        document_id, code = project["document_id"], project["project_code"]
        if document_id not in current:
            continue
        passages, lost = _find_passages(
            texts.get(document_id, ""), sections.get(document_id, []), justifications.get(document_id, [])
        )
        parties = [(project["applicant_name"], project["applicant_business_id"])]
        parties += [(row["name"], row["business_id"]) for row in partners.get(code, [])]
        request = Request(
            [passage.text for passage in passages],
            sorted(
                {
                    (row["level"], row[key])
                    for row in places.get(code, [])
                    for key in ("code", "current_code")
                    if row[key]
                }
            ),
            [(name, number) for name, number in parties if name],
        )
        digest = hashlib.sha256(fingerprint.encode() + b"\0" + msgspec.msgpack.encode(request)).digest()
        yield Reading(code, document_id, tuple(passages), request, digest, lost)


def _read(root: Path, table: str, part: str) -> pa.Table:
    path = root / table_folder(table) / part
    columns = list(_COLUMNS[table])
    if not path.exists():  # a bucket without rows has no part
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    return pq.read_table(path, columns=columns, use_threads=False)


def _group(rows: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _find_passages(
    text: str, sections: Sequence[dict[str, Any]], justifications: Sequence[dict[str, Any]]
) -> tuple[list[Passage], int]:
    """The free text in the document's order: bodies of free sections, and justifications."""
    found: list[tuple[int, Passage]] = []
    lost = 0
    names = {row["section_number"]: row["name"] for row in sections}
    wanted = [
        (row["char_start"], row["char_end"], row["name"], row["section_number"], None, row["text"])
        for row in sections
        if row["name"] in _OWN_BODY or row["name"].startswith("target_groups")
    ]
    wanted += [
        (
            row["char_start"],
            row["char_end"],
            names.get(row["section_number"]),
            row["section_number"],
            row["field"],
            row["value"],
        )
        for row in justifications
    ]
    for start, end, name, number, field, joined in wanted:
        if not joined or name is None or start is None:
            continue
        offsets = align_passage(text, start, end, joined)
        if offsets is None:
            lost += 1
            continue
        found.append((offsets.source[0], Passage(name, number, field, joined, offsets)))
    found.sort(key=lambda one: one[0])
    return [passage for _, passage in found], lost


def read_texts(root: Path, part: str) -> dict[str, str]:
    """Texts of a bucket by document."""
    table = _read(root, "texts", part)
    return {str(row["document_id"]): str(row["text"]) for row in table.to_pylist()}
