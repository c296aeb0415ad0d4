"""``datapackage.json``: what is in a snapshot, for machines (Frictionless Data Package) and the curious.

Everything comes from the schemas, so it says what the files say. It holds no time: the same tables give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from models.columns import Column, ColumnType
from models.schema import arrow_schema
from models.tables import SCHEMA_VERSION, TABLES
from pipeline.write import Part, table_folder

_TYPES = {
    ColumnType.STRING: "string",
    ColumnType.BOOL: "boolean",
    ColumnType.INT8: "integer",
    ColumnType.INT16: "integer",
    ColumnType.INT32: "integer",
    ColumnType.INT64: "integer",
    ColumnType.FLOAT64: "number",
    ColumnType.DATE: "date",
    ColumnType.TIMESTAMP: "datetime",
    ColumnType.STRINGS: "array",
    ColumnType.BOXES: "array",
}

_TITLE = "Finnish structural-fund projects, from their descriptions"
LICENCE = "Public information of the structural funds' information service; its own terms apply"
SOURCE = (
    "Information service of the structural funds (EURA 2014), Ministry of Economic Affairs and Employment of Finland"
)
CITATION = (
    f"{_TITLE}. Tables made with hankekuvaus (schema {SCHEMA_VERSION}) from project descriptions of the "
    "structural funds' information service, Ministry of Economic Affairs and Employment of Finland."
)
COMPATIBILITY = (
    "Semantic versions: a lost, renamed or retyped table or column raises the first number, a new one the second, a "
    "mended value or description the third. Readers of 1.x can read every 1.y with y >= x."
)


def describe_package(parts: Iterable[Part]) -> bytes:
    """The descriptor of a snapshot with these parts, as JSON."""
    by_table: dict[str, list[Part]] = {name: [] for name in TABLES}
    for part in parts:
        by_table[part.table].append(part)
    package = {
        "profile": "data-package",
        "name": "hankekuvaus",
        "title": _TITLE,
        "title_fi": "Rakennerahastohankkeet kuvauksistaan",
        "description": "Tables made of project descriptions (ESF and ERDF, Finland) by the program hankekuvaus.",
        "version": SCHEMA_VERSION,
        "schema_version": SCHEMA_VERSION,
        "compatibility": COMPATIBILITY,
        "licenses": [{"name": "other", "title": LICENCE}],
        "sources": [{"title": SOURCE}],
        "citation": CITATION,
        "resources": [
            _describe_table(name, sorted(found, key=lambda part: part.name)) for name, found in by_table.items()
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _describe_table(name: str, parts: list[Part]) -> dict[str, Any]:
    table = TABLES[name]
    folder = table_folder(name)
    schema = arrow_schema(name)
    described: dict[str, Any] = {
        # asked for the rows, Frictionless has pandas read them, which knows no missing integers
        "profile": "data-resource",
        "type": "file",
        "name": name,
        "title": table.en,
        "title_fi": table.fi,
        "restricted": table.restricted,
        "path": [f"{folder}/{part.name}" for part in parts],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "byte_count": sum(part.bytes for part in parts),
        "row_count": sum(part.rows for part in parts),
        "parts": [
            {"path": f"{folder}/{part.name}", "rows": part.rows, "bytes": part.bytes, "hash": f"sha256:{part.sha256}"}
            for part in parts
        ],
        "schema": {
            "fields": [_describe_column(column, schema) for column in table.columns],
            "primaryKey": list(table.key),
            "missingValues": [],  # null is null, and an empty text is a text
        },
    }
    keys = [
        {"fields": list(columns), "reference": {"resource": target, "fields": list(TABLES[target].key)}}
        for columns, target in table.references
    ]
    if keys:
        described["schema"]["foreignKeys"] = keys
    return described


def _describe_column(column: Column, schema: pa.Schema) -> dict[str, Any]:
    field = schema.field(column.name)
    described: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "arrow_type": str(field.type)}
    described |= {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    if column.required:
        described["constraints"] = {"required": True}
    return described
