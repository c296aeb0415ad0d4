"""CSV as RFC 4180 has it: comma, UTF-8 with a mark that Excel looks for, ISO dates, decimal points, `true`/`false`.

A spreadsheet runs a cell that begins like a formula, and descriptions are other people's words. Such text gets an
apostrophe before it; text that begins with an apostrophe gets one too, so that taking one away undoes it exactly.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from models.columns import Table
from pipeline.export.codebook import HEAD, codebook_rows
from pipeline.export.files import replace_file
from pipeline.export.notes import Notes
from pipeline.export.source import Source, is_text, read_rows

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
GUARDED = "text that a spreadsheet would run as a formula begins with an added '"


def write_csv(source: Source, folder: Path, notes: Notes) -> list[Path]:
    """A file for each table and ``codebook.csv``; their paths."""
    written = [_write_table(source, table, folder, notes) for table in source.tables]
    book = folder / "codebook.csv"
    rows = codebook_rows(source, notes.listed(), {}, {})
    write_rows(book, HEAD, ([guard(value) for value in row] for row in rows))
    return [*written, book]


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _write_table(source: Source, table: Table, folder: Path, notes: Notes) -> Path:
    formats = [_format_text(table.name, column.name, notes) if is_text(column) else _format for column in table.columns]
    path = folder / f"{table.name}.csv"
    rows = ([form(value) for form, value in zip(formats, row, strict=True)] for row in read_rows(source, table))
    write_rows(path, table.column_names(), rows)
    return path


def write_rows(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file, whole or not at all."""
    with replace_file(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _format_text(table: str, column: str, notes: Notes) -> Callable[[object], str]:
    def form(value: object) -> str:
        if value is None:
            return ""
        text = guard(str(value))
        if text != value:
            notes.add(table, column, GUARDED)
        return text

    return form


def _format(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='seconds')}Z"
    return str(value)
