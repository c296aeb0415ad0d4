"""Where values stand on the pages: one box a line, around the characters of the value and nothing else."""

from __future__ import annotations

import itertools
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
        covered = [cell for cell in line.cells if cell.box is not None and cell.start < end and start < cell.end]
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
        """Left and right edge of characters in a stretch whose own box is known.

        Measured where the reader has stopped at the character; between two measured places by the share of letters,
        which is only ever needed inside a value.
        """
        known = [
            (begin, box.x0),
            *((mark.offset, mark.x) for mark in line.stops if begin < mark.offset < stop),
            (stop, box.x1),
        ]

        def place(offset: int) -> float:
            for (before, x), (after, far) in itertools.pairwise(known):
                if before <= offset <= after:
                    return far if offset == after else x + (far - x) * (offset - before) / (after - before)
            return box.x1

        return place(start), place(end)
