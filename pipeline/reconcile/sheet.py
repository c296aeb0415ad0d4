"""The cells of a list, from CSV or a spreadsheet, as text; nothing is understood or repaired here."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from parsers.readers.encoding import decode
from pipeline.errors import PipelineError
from pipeline.exit_codes import ExitCode

MOST_BYTES = 512 << 20
MOST_UNPACKED = 2 << 30
MOST_COLUMNS = 200
"""A spreadsheet may claim sixteen thousand in every row."""


class ListError(PipelineError):
    """The list cannot be read; the message says what to do."""

    exit_code = ExitCode.USAGE


def read_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that is not empty; raises ``ListError``."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ListError(f"{path.name} has more than {MOST_BYTES >> 20} MiB: that is no list of projects")
        data = path.read_bytes()
    except OSError as error:
        raise ListError(f"{path}: {error.strerror}") from error
    rows = _read_spreadsheet(path) if data.startswith(b"PK\x03\x04") else _read_csv(data)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield line, cells


def _read_csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(data).text
    if "\0" in text:
        raise ListError("the list is neither CSV nor xlsx; save it as one of them")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ListError(f"line {reader.line_num} of the list is no CSV ({error}); mend it by hand") from error


def _read_spreadsheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ModuleNotFoundError:
        raise ListError("reading xlsx needs the package openpyxl; install it, or save the list as CSV") from None
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise ListError(
                    f"{path.name} unpacks to more than {MOST_UNPACKED >> 30} GiB: that is no list of projects"
                )
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            # the list is the longest sheet: covers and legends stand beside it
            sheet = max(book.worksheets, key=lambda one: one.max_row or 0)
            for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
                yield line, [_show(cell) for cell in cells]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise ListError(f"{path.name} is no spreadsheet that can be read; save it as xlsx or CSV") from error


def _show(cell: object) -> str:
    """A cell as the list's CSV prints it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.day}.{cell.month}.{cell.year}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
