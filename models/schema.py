"""Arrow schemas of the tables, with everything a reader of the file should know in their metadata."""

from __future__ import annotations

import functools
from types import MappingProxyType

import pyarrow as pa

from models.columns import Column, ColumnType, Table
from models.fields import FIELDS
from models.forms import load_forms
from models.tables import SCHEMA_VERSION, TABLES

BOX_TYPE = pa.struct(
    [("page", pa.int32()), ("x0", pa.float32()), ("y0", pa.float32()), ("x1", pa.float32()), ("y1", pa.float32())]
)

ARROW_TYPES = MappingProxyType(
    {
        ColumnType.STRING: pa.string(),
        ColumnType.BOOL: pa.bool_(),
        ColumnType.INT8: pa.int8(),
        ColumnType.INT16: pa.int16(),
        ColumnType.INT32: pa.int32(),
        ColumnType.INT64: pa.int64(),
        ColumnType.FLOAT64: pa.float64(),
        ColumnType.DATE: pa.date32(),
        ColumnType.TIMESTAMP: pa.timestamp("us", tz="UTC"),
        ColumnType.STRINGS: pa.list_(pa.string()),
        ColumnType.BOXES: pa.list_(BOX_TYPE),
    }
)


@functools.cache
def form_labels() -> MappingProxyType[str, tuple[tuple[str, str, str], ...]]:
    """Column name → ((form, section number, label as printed), …) for every column that a form fills."""
    places: dict[str, list[tuple[str, str, str]]] = {}
    for form in load_forms():
        for section in form.sections:
            for label in section.labels:
                for field in FIELDS:
                    if field.name == label.field:
                        for column in field.columns:
                            places.setdefault(column.name, []).append((form.name, section.number, label.text))
    return MappingProxyType({name: tuple(found) for name, found in places.items()})


def column_metadata(table: Table, column: Column) -> dict[str, str]:
    """Description (English and Finnish), unit, form label and form section of a column."""
    metadata = {"description": column.en, "description_fi": column.fi}
    if column.unit:
        metadata["unit"] = column.unit
    filled = column.name == "project_code" and table.name == "projects"
    filled |= any(column in field.columns for field in FIELDS if field.table == table.name)
    places = form_labels().get(column.name, ()) if filled else ()
    if places:
        metadata["form_label"] = "; ".join(dict.fromkeys(label for _, _, label in places))
        metadata["form_section"] = "; ".join(f"{form} {number}" for form, number, _ in places)
    return metadata


@functools.cache
def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a table by name; raises ``KeyError`` for a name that is not in the contract."""
    table = TABLES[name]
    return pa.schema(
        [
            pa.field(
                column.name, ARROW_TYPES[column.type], not column.required, metadata=column_metadata(table, column)
            )
            for column in table.columns
        ],
        metadata={
            "description": table.en,
            "description_fi": table.fi,
            "primary_key": ",".join(table.key),
            "schema_version": SCHEMA_VERSION,
        },
    )
