"""One Excel workbook: a sheet for each table, a codebook, and a sheet of what Excel's limits changed.

Written row by row, so that memory does not grow with the tables. Text is always written as text: nothing in a
description becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.columns import Column, Table
from pipeline.export.codebook import HEAD, codebook_rows
from pipeline.export.files import replace_file
from pipeline.export.notes import Notes
from pipeline.export.source import Source, read_rows

MOST_ROWS = 1 << 20
MOST_CHARACTERS = 32_767
"""In a cell, in UTF-16 units."""
MOST_DIGITS = 10**15
"""Excel keeps 15 digits of a number."""
FIRST_DATE = date(1900, 3, 1)
"""Excel believes in a 29 February 1900."""
CUT = f"text longer than {MOST_CHARACTERS} characters is cut at its end"


def write_xlsx(source: Source, folder: Path, notes: Notes, *, most_rows: int = MOST_ROWS) -> list[Path]:
    """``hankekuvaus.xlsx``; its path. ``most_rows`` is the height of a sheet."""
    path = folder / "hankekuvaus.xlsx"
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with replace_file(path) as unfinished, xlsxwriter.Workbook(str(unfinished), options) as book:
        book.set_properties({"title": "hankekuvaus", "comments": f"Snapshot {source.name}"})
        head = book.add_format({"bold": True, "bg_color": "#DCE6F0", "text_wrap": True, "valign": "top"})
        formats = {
            "date32": book.add_format({"num_format": "yyyy-mm-dd"}),
            "timestamp": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        codebook = book.add_worksheet("codebook")
        limits = book.add_worksheet("limits")
        for table in source.tables:
            _write_table(book, source, table, notes, head, formats, most_rows)
        found = notes.listed()
        _write_plain(codebook, HEAD, codebook_rows(source, found, {}, {}), head)
        _write_plain(
            limits,
            ("table", "column", "what", "values"),
            ((note.table, note.column, note.what, note.count) for note in found),
            head,
        )
    return [path]


def _write_table(
    book: xlsxwriter.Workbook,
    source: Source,
    table: Table,
    notes: Notes,
    head: Format,
    formats: dict[str, Format],
    most_rows: int,
) -> None:
    sheet, row = _begin_sheet(book, table, 1, head), 0
    sheets = 1
    for values in read_rows(source, table):
        row += 1
        if row == most_rows:
            sheets, row = sheets + 1, 1
            sheet = _begin_sheet(book, table, sheets, head)
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            if value is not None:
                _write_cell(sheet, row, place, column, value, table.name, notes, formats)
    if sheets > 1:
        notes.add(table.name, "", f"more rows than a sheet holds: sheets {table.name}, {table.name} (2), …", sheets)


def _begin_sheet(book: xlsxwriter.Workbook, table: Table, number: int, head: Format) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(table.name if number == 1 else f"{table.name} ({number})")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, min(max(len(column.name) + 2, 12), 40))
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, head)
    return sheet


def _write_cell(
    sheet: Worksheet,
    row: int,
    place: int,
    column: Column,
    value: object,
    table: str,
    notes: Notes,
    formats: dict[str, Format],
) -> None:
    form = formats.get(column.type.value)
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, date):  # a datetime is one
        day = value.date() if isinstance(value, datetime) else value
        if day >= FIRST_DATE:
            sheet.write_datetime(row, place, value, form)
        else:
            sheet.write_string(row, place, value.isoformat())
            notes.add(table, column.name, "a date before March 1900 is text")
    elif isinstance(value, int | float):
        if abs(value) < MOST_DIGITS:
            sheet.write_number(row, place, value)
        else:  # infinities and what is no number come here too
            sheet.write_string(row, place, str(value))
            notes.add(table, column.name, "a number of more than 15 digits is text")
    else:
        whole = str(value)
        text = cut_text(whole)
        if len(text) < len(whole):
            notes.add(table, column.name, CUT)
        sheet.write_string(row, place, text)


def cut_text(text: str) -> str:
    """Text that a cell can hold; Excel counts characters outside the basic plane twice."""
    if 2 * len(text) <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * MOST_CHARACTERS].decode("utf-16-le", "ignore")


def _write_plain(sheet: Worksheet, names: tuple[str, ...], rows: Iterable[Sequence[str | int]], head: Format) -> None:
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        sheet.set_column(place, place, 45 if name.startswith(("meaning", "values", "what", "limits")) else 22)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, head)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, cut_text(value))
