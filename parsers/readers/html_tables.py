"""Table rows and definitions to lines.

A row is one line, its cells joined by one space. Where cells hold more than one line, the first lines make the row and
the others follow it as lines of their own, cell by cell; cells that hold the same number of lines each make that many
rows. A row with one cell, and one whose cells hold headings, lists, tables or many lines (a page laid out by a
table), is its blocks one after the other. A definition's term and its text are a row of two cells.
"""

from __future__ import annotations

from parsers.document import Kind
from parsers.readers.build import Piece
from parsers.readers.html_events import Attributes

_BLOCK_KINDS = (Kind.HEADING, Kind.LIST_ITEM, Kind.ROW)
_MOST_LINES_IN_CELL = 12
_MOST_COLUMNS = 1000


class Table:
    """A table, or a list of definitions, that is being read; ``outer`` gets the lines of its rows."""

    __slots__ = ("_blank", "_cells", "_column", "_is_definitions", "_seen", "_spans", "outer")

    def __init__(self, outer: list[Piece], is_definitions: bool) -> None:
        self.outer = outer
        self._is_definitions = is_definitions
        self._blank = True
        self._cells: list[tuple[int, list[Piece]]] = []
        self._column = 0
        self._seen = 0
        """Cells of this row, empty ones counted."""
        self._spans: dict[int, int] = {}
        """Rows, this one counted, that cells of this row and those above reach down, by column."""

    def open_cell(self, tag: str, attributes: Attributes | None, blank: bool) -> list[Piece]:
        """Begins a cell; the list is for its lines. ``blank``: a blank line stands before it."""
        if self._is_definitions and tag == "dt":
            self.end_row()
        if self._is_definitions:
            if tag != "dt" and self._cells and self._cells[-1][0] == 1:
                return self._cells[-1][1]
            column = int(tag != "dt")
        else:
            column = self._place_cell(attributes) if attributes else self._next_column()
            if not attributes:
                self._column = min(column + 1, _MOST_COLUMNS)
        self._blank = self._blank or (blank and not self._seen)
        self._seen += 1
        lines: list[Piece] = []
        self._cells.append((column, lines))
        return lines

    def end_row(self) -> None:
        """Ends the row, if there is one: its lines go to ``outer``."""
        if not self._seen:
            return
        cells = [cell for cell in self._cells if cell[1]]
        if cells:
            lines = _lay_out_row(cells, self._seen)
            if lines[0].blank != self._blank:
                lines[0] = lines[0]._replace(blank=self._blank)
            self.outer.extend(lines)
            self._blank = False
        self._cells = []
        self._column = self._seen = 0
        if self._spans:
            self._spans = {column: rows - 1 for column, rows in self._spans.items() if rows > 1}

    def _next_column(self) -> int:
        column = self._column
        while self._spans.get(column, 0) > 0:
            column += 1
        return column

    def _place_cell(self, attributes: Attributes) -> int:
        column = self._next_column()
        if "colspan" not in attributes and "rowspan" not in attributes:
            self._column = min(column + 1, _MOST_COLUMNS)
            return column
        self._column = min(column + _read_span(attributes, "colspan"), _MOST_COLUMNS)
        rows = _read_span(attributes, "rowspan")
        if rows > 1:
            self._spans.update(dict.fromkeys(range(column, self._column), rows))
        return column


def _lay_out_row(cells: list[tuple[int, list[Piece]]], seen: int) -> list[Piece]:
    """The lines of a row whose cells hold at least one line each, of ``seen`` cells with the empty ones."""
    if seen == 1:
        return cells[0][1]
    most = max([len(lines) for _, lines in cells])
    if most == 1 and all(lines[0].kind is Kind.TEXT for _, lines in cells):
        return [_join_cells([(column, lines[0]) for column, lines in cells])]
    blocks = any(line.kind in _BLOCK_KINDS for _, lines in cells for line in lines)
    if blocks or most > _MOST_LINES_IN_CELL:
        return [line for _, lines in cells for line in lines]
    if len(cells) > 1 and all(len(lines) == most for _, lines in cells):
        return [_join_cells([(column, lines[number]) for column, lines in cells]) for number in range(most)]
    row = _join_cells([(column, lines[0]) for column, lines in cells])
    return [row, *[line for _, lines in cells for line in lines[1:]]]


def _join_cells(cells: list[tuple[int, Piece]]) -> Piece:
    texts = tuple([(column, piece.text) for column, piece in cells])
    bold = all(piece.bold for _, piece in cells)
    return Piece(" ".join([text for _, text in texts]), Kind.ROW, False, bold, cells=texts)


def _read_span(attributes: Attributes, name: str) -> int:
    value = attributes.get(name)
    return max(1, int(value)) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1
