"""The codebook of an export: every column with its meaning in both languages, its values and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.columns import Column, ColumnType, Table
from pipeline.export.notes import Note
from pipeline.export.source import SEPARATOR, Source, count_rows, form_label
from pipeline.export.value_labels import NO_YES, Labels, closed_labels, code_labels

HEAD = ("table", "column", "name_in_file", "type", "unit", "meaning_fi", "meaning_en", "form_label", "values", "limits")
MOST_VALUES = 60
"""A longer list (the municipalities) is named, not repeated."""

Names = Mapping[tuple[str, str], str]
"""By table and column, the column's name in the file where it had to be another."""
Codes = Mapping[tuple[str, str], Mapping[str, int]]
"""By table and column, the numbers that stand for the words of a closed vocabulary (Stata)."""


def codebook_rows(source: Source, notes: Sequence[Note], names: Names, codes: Codes) -> Iterator[tuple[str, ...]]:
    """A row for each table and one for each of its columns, as ``HEAD`` says."""
    for table in source.tables:
        about = _limits(notes, table.name, "")
        yield (table.name, "", "", f"{count_rows(source, table)} rows", "", table.fi, table.en, "", "", about)
        for column in table.columns:
            yield (
                table.name,
                column.name,
                names.get((table.name, column.name), column.name),
                _type(column),
                column.unit,
                column.fi,
                column.en,
                form_label(table, column),
                _values(table, column, codes.get((table.name, column.name))),
                _limits(notes, table.name, column.name),
            )


def _type(column: Column) -> str:
    if column.type is ColumnType.STRINGS:
        return f"list of text, parted by {SEPARATOR}"
    if column.type is ColumnType.BOXES:
        return "JSON text: list of boxes"
    return {"string": "text", "timestamp": "time, UTC", "date32": "date"}.get(column.type.value, column.type.value)


def _values(table: Table, column: Column, numbers: Mapping[str, int] | None) -> str:
    if column.type is ColumnType.BOOL:
        return "; ".join(f"{number} = {fi} / {en}" for number, (fi, en) in enumerate(NO_YES))
    labels: Labels | None = closed_labels(table.name, column.name)
    if labels is None:
        labels = code_labels(column.name)
        if labels is not None and len(labels) > MOST_VALUES:
            return f"{len(labels)} codes: see the tables codes_*"
    return "; ".join(
        f"{'' if numbers is None else f'{numbers[value]} = '}{value} = {fi}{'' if fi == en else f' / {en}'}"
        for value, (fi, en) in (labels or {}).items()
    )


def _limits(notes: Sequence[Note], table: str, column: str) -> str:
    return "; ".join(f"{note.what} ({note.count})" for note in notes if (note.table, note.column) == (table, column))
