"""Where values stand on the pages: one box a line, around the characters of the value and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from parsers.document import Box, Document, Line

BoxRow = list[float]
"""``[page, x0, y0, x1, y1]``, as records hold it."""


class BoxFinder:
    """Boxes of pieces of a document's lines, from what its reader measured."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._starts = [line.start for line in document.lines] if document.pages else []

    def find(self, pieces: Sequence[Line]) -> list[BoxRow] | None:
        """A box for each piece of a line; None where the document has no pages."""
        if not self._starts:
            return None
        rows = [row for piece in pieces if (row := self._find_one(piece.start, piece.end)) is not None]
        return rows or None

    def _find_one(self, start: int, end: int) -> BoxRow | None:
        line = self._lines[bisect_right(self._starts, start) - 1]
        if line.box is None or end <= start:
            return None
        covered = line.cells and [
            cell for cell in line.cells if cell.box is not None and cell.start < end and start < cell.end
        ]
        if not covered:
            x0, x1 = self._edges(line, line.start, line.end, line.box, start, end)
            return [line.box.page, x0, line.box.y0, x1, line.box.y1]
        edges = []
        for cell in covered:
            assert cell.box is not None
            first, last = max(start, cell.start), min(end, cell.end)
            edges.append((*self._edges(line, cell.start, cell.end, cell.box, first, last), cell.box))
        return [
            line.box.page,
            min(x0 for x0, _, _ in edges),
            min(box.y0 for _, _, box in edges),
            max(x1 for _, x1, _ in edges),
            max(box.y1 for _, _, box in edges),
        ]

    @staticmethod
    def _edges(line: Line, begin: int, stop: int, box: Box, start: int, end: int) -> tuple[float, float]:
        """Left and right edge of characters in a stretch whose own box is known."""
        left = box.x0 if start <= begin else _edge(line, begin, stop, box, start)
        return left, box.x1 if end >= stop else _edge(line, begin, stop, box, end)


def _edge(line: Line, begin: int, stop: int, box: Box, offset: int) -> float:
    """Where a character within a stretch begins.

    Measured where the reader has stopped at the character; between two measured places by the share of letters,
    which is only ever needed inside a value.
    """
    before, x = begin, box.x0
    for mark in line.stops:
        if begin < mark.offset < stop:
            if mark.offset == offset:
                return mark.x
            if mark.offset > offset:
                return x + (mark.x - x) * (offset - before) / (mark.offset - before)
            before, x = mark.offset, mark.x
    return x + (box.x1 - x) * (offset - before) / (stop - before)
