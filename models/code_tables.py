"""Reading one CSV of ``models/codes``: rows that know their file and line, and errors that say what to do."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import NoReturn


class CodeListError(ValueError):
    """A code list of the package is broken: ``FILE:LINE: what is wrong. What to do.``"""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a code list, with the place it came from; cells are stripped of nothing and never None."""

    file: str
    line: int
    cells: dict[str, str]

    def fail(self, what: str, remedy: str) -> NoReturn:
        """Raises ``CodeListError`` for this row."""
        raise CodeListError(f"models/codes/{self.file}:{self.line}: {what}. {remedy}.")

    def text(self, column: str) -> str:
        """The cell, which must not be empty."""
        value = self.cells[column]
        if not value:
            self.fail(f"{column} is empty", f"Fill it in, or remove the row of {next(iter(self.cells.values()))!r}")
        return value

    def optional(self, column: str) -> str:
        """The cell, ``""`` where empty."""
        return self.cells[column]

    def several(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds a list parted by ``|``."""
        value = self.cells[column]
        if not value:
            return ()
        parts = tuple(value.split("|"))
        if len(set(parts)) != len(parts) or any(not part or part != part.strip() for part in parts):
            self.fail(f"{column} {value!r} has an empty or repeated part", "Part names by | without spaces around it")
        return parts

    def matching(self, column: str, pattern: str, example: str) -> str:
        """The cell, which must be of a shape."""
        value = self.text(column)
        if not re.fullmatch(pattern, value):
            self.fail(f"{column} {value!r} is not of the shape of {example!r}", "Correct it")
        return value

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which must be one of a few words."""
        value = self.text(column)
        if value not in allowed:
            self.fail(f"{column} {value!r} is not one of {', '.join(allowed)}", "Use one of these")
        return value

    def year(self, column: str) -> int | None:
        """The year in the cell, None where empty."""
        value = self.cells[column]
        if not value:
            return None
        if not re.fullmatch(r"(?:19|20)\d\d", value):
            self.fail(f"{column} {value!r} is not a year", "Write four digits, or leave it empty for an open end")
        return int(value)


def read_rows(folder: Traversable, file: str, header: str) -> list[CodeRow]:
    """The rows of a list; ``header`` is the first line it must have. Raises ``CodeListError``."""
    columns = header.split(",")
    try:
        content = (folder / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CodeListError(f"models/codes/{file}: the file is missing. Install the package again.") from None
    except UnicodeDecodeError as error:
        raise CodeListError(f"models/codes/{file}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from None
    if not unicodedata.is_normalized("NFC", content):
        raise CodeListError(f"models/codes/{file}: letters in decomposed form. Save it in Unicode form NFC.")
    reader = csv.reader(content.splitlines(), strict=True)
    rows: list[CodeRow] = []
    try:
        for cells in reader:
            row = CodeRow(file, reader.line_num, dict(zip(columns, cells, strict=False)))
            if reader.line_num == 1:
                if cells != columns:
                    row.fail(f"the header is {','.join(cells)!r}", f"It must be {header!r}")
                continue
            if len(cells) != len(columns):
                row.fail(f"{len(cells)} cells for {len(columns)} columns", "Quote cells that hold a comma")
            if any(cell != " ".join(cell.split()) for cell in cells):
                row.fail("stray white space in a cell", "Remove it")
            rows.append(row)
    except csv.Error as error:
        raise CodeListError(f"models/codes/{file}:{reader.line_num}: {error}. Mend the quotes.") from None
    if not rows:
        raise CodeListError(f"models/codes/{file}: no rows. Install the package again.")
    return rows
