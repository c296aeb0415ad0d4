"""Tables as pandas frames for the statistical packages: plain numbers, dates and text of a bounded length."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.columns import Column, ColumnType, Table
from pipeline.export.notes import Notes
from pipeline.export.source import Source, is_text, read_columns

MOST_WHOLE = 2**53
"""Both packages keep numbers as doubles."""
EMPTY = "no value is empty text here"
ROUNDED = "a whole number above 2^53 is rounded"
CONTROL = "a NUL character is left out"


def build_frame(source: Source, table: Table, notes: Notes, most_bytes: int) -> pd.DataFrame:
    """A table with nulls as the packages have them; text is cut at ``most_bytes`` of UTF-8."""
    values = read_columns(source, table)
    return pd.DataFrame(
        {column.name: _series(table, column, values.pop(column.name), notes, most_bytes) for column in table.columns}
    )


def cut_bytes(text: str, most: int) -> str:
    """The beginning of a text that fits into so many bytes of UTF-8."""
    if 4 * len(text) <= most:
        return text
    data = text.encode()
    return text if len(data) <= most else data[:most].decode(errors="ignore")


def cut_characters(text: str, most: int) -> str:
    """The same for labels, with a sign that they go on."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _series(table: Table, column: Column, values: list[Any], notes: Notes, most_bytes: int) -> pd.Series:
    if is_text(column):
        return pd.Series([_text(table, column, value, notes, most_bytes) for value in values], dtype=object)
    if column.type is ColumnType.DATE:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[us]")
    if column.type is ColumnType.TIMESTAMP:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[us]")
    if column.type is ColumnType.FLOAT64:
        return pd.Series(values, dtype="float64")
    if column.type is ColumnType.BOOL:
        values = [None if value is None else int(value) for value in values]
    notes.add(table.name, column.name, ROUNDED, sum(value is not None and abs(value) > MOST_WHOLE for value in values))
    small = column.type in (ColumnType.BOOL, ColumnType.INT8, ColumnType.INT16)
    return pd.Series(values, dtype="float64" if None in values or not small else "int16")


def _text(table: Table, column: Column, value: str | None, notes: Notes, most_bytes: int) -> str:
    if value is None:
        notes.add(table.name, column.name, EMPTY)
        return ""
    if "\0" in value:
        notes.add(table.name, column.name, CONTROL)
        value = value.replace("\0", "")
    text = cut_bytes(value, most_bytes)
    if len(text) < len(value):
        notes.add(table.name, column.name, f"text longer than {most_bytes} bytes is cut at its end")
    return text
