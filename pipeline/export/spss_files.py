"""SPSS files (``.sav``): variable labels, value labels, measures and dates.

SPSS labels text as well as numbers, so codes and closed vocabularies stay as they are in the tables and show their
labels; yes/no is 1/0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyreadstat

from models.columns import Column, ColumnType, Table
from pipeline.export.codebook import HEAD, codebook_rows
from pipeline.export.csv_files import guard, write_rows
from pipeline.export.files import replace_file
from pipeline.export.frames import build_frame, cut_bytes
from pipeline.export.notes import Notes
from pipeline.export.source import Source, is_text
from pipeline.export.value_labels import NO_YES, closed_labels, code_labels

MOST_TEXT = 32_767
"""Bytes of UTF-8 in a text variable."""
MOST_LABEL = 256
MOST_VALUE_LABEL = 120
MOST_NAME = 64
"""Bytes; no column of ours comes near (a test says so)."""


def write_spss(source: Source, folder: Path, notes: Notes, language: str) -> list[Path]:
    """A ``.sav`` for each table and ``codebook.csv``; their paths. ``language`` of the labels: ``fi`` or ``en``."""
    written = [_write_table(source, table, folder, notes, language) for table in source.tables]
    book = folder / "codebook.csv"
    rows = codebook_rows(source, notes.listed(), {}, {})
    write_rows(book, HEAD, ([guard(value) for value in row] for row in rows))
    return [*written, book]


def _write_table(source: Source, table: Table, folder: Path, notes: Notes, language: str) -> Path:
    frame = build_frame(source, table, notes, MOST_TEXT)
    path = folder / f"{table.name}.sav"
    with replace_file(path) as unfinished:
        pyreadstat.write_sav(
            frame,
            str(unfinished),
            file_label=cut_bytes(f"{table.name} {source.name}", 64),
            column_labels={
                column.name: cut_bytes(column.fi if language == "fi" else column.en, MOST_LABEL)
                for column in table.columns
            },
            variable_value_labels={
                column.name: labels for column in table.columns if (labels := _value_labels(table, column, language))
            },
            variable_measure={column.name: _measure(column) for column in table.columns},
            variable_format={column.name: form for column in table.columns if (form := _format(column))},
            row_compress=True,
        )
    return path


def _value_labels(table: Table, column: Column, language: str) -> dict[Any, str]:
    place = 0 if language == "fi" else 1
    if column.type is ColumnType.BOOL:
        return {number: pair[place] for number, pair in enumerate(NO_YES)}
    if column.type is not ColumnType.STRING:
        return {}
    labels = closed_labels(table.name, column.name) or code_labels(column.name) or {}
    return {value: cut_bytes(pair[place], MOST_VALUE_LABEL) for value, pair in labels.items()}


def _measure(column: Column) -> str:
    return "nominal" if is_text(column) or column.type is ColumnType.BOOL else "scale"


def _format(column: Column) -> str:
    if column.type in (ColumnType.INT8, ColumnType.INT16, ColumnType.INT32, ColumnType.INT64, ColumnType.BOOL):
        return "F12.0"
    return {ColumnType.FLOAT64: "F12.4", ColumnType.DATE: "SDATE10"}.get(column.type, "")
