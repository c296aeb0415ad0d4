"""The last step of the text and HTML readers: lines without offsets become a ``Document``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import NamedTuple

from parsers.document import Cell, Document, Join, Kind, Line, ReaderNote, UnreadableError, make_line
from parsers.readers.clean import clean_line, odd_characters

# Marks that stand for a list item only with white space after them, and those that always do. U+F0B7, U+F0A7 and
# U+F0D8 are bullets of the fonts Symbol and Wingdings as they come out of Word.
_SPACED_MARKS = "*-–—o"
_SURE_MARKS = "•·‣◦●○▪■□➢►\uf0b7\uf0a7\uf0d8"
MARKS = frozenset(_SPACED_MARKS + _SURE_MARKS)
_SURE = frozenset(_SURE_MARKS)


class Piece(NamedTuple):
    """A line before offsets are counted: its text, one line, white space folded; with ``columns``, its cells."""

    text: str
    kind: Kind = Kind.TEXT
    blank: bool = False
    bold: bool = False
    join: Join = Join.NONE
    doubtful: bool = False
    cells: tuple[tuple[int, str], ...] = ()
    """(column, text) of each cell that is not empty; ``text`` is these joined by one space."""


make_piece: Callable[[Iterable[object]], Piece] = functools.partial(tuple.__new__, Piece)
"""A ``Piece`` of all its fields in their order, cheaply: see ``parsers.document.make_line``."""


def strip_mark(text: str) -> str | None:
    """A list item's text behind its mark; None where the line does not begin with one."""
    first = text[:1]
    if first in MARKS and len(text) > 1:
        if text[1].isspace():
            return text[2:].lstrip() or None
        if first in _SURE:
            return text[1:]
    return None


def build_document(
    pieces: list[Piece],
    *,
    media_type: str,
    reader: str,
    dropped: int = 0,
    stated_date: str | None = None,
    notes: tuple[ReaderNote, ...] = (),
) -> Document:
    """Pieces to a document: characters cleaned where there is anything to clean, offsets counted, text joined.

    Raises ``UnreadableError("no_text")`` where no piece holds a character.
    """
    if odd_characters("\n".join([piece.text for piece in pieces])):
        pieces = _clean_pieces(pieces)
    if not pieces:
        raise UnreadableError("no_text")
    parts: list[str] = []
    lines: list[Line] = []
    offset = 0
    for text, kind, blank, bold, join, doubtful, cells in pieces:
        if not parts:
            blank, join, doubtful = False, Join.NONE, False
        elif blank:
            parts.append("\n\n")
            offset += 2
        else:
            parts.append("\n")
            offset += 1
        parts.append(text)
        start = offset
        offset += len(text)
        spans = _span_cells(start, cells) if cells else ()
        lines.append(make_line((start, offset, kind, join, blank, doubtful, None, None, None, bold, spans, ())))
    return Document("".join(parts), tuple(lines), media_type, reader, None, dropped, stated_date, notes)


def _span_cells(start: int, cells: tuple[tuple[int, str], ...]) -> tuple[Cell, ...]:
    spans = []
    for column, text in cells:
        spans.append(Cell(start, start + len(text), column))
        start += len(text) + 1
    return tuple(spans)


def _clean(text: str) -> str:
    """``clean_line``, and without U+FFFE, which means something only at the end of a line."""
    return clean_line(text.replace("\ufffe", ""))


def _clean_pieces(pieces: list[Piece]) -> list[Piece]:
    """Every piece cleaned by itself, since cleaning may change lengths; a piece left empty leaves its blank line."""
    cleaned: list[Piece] = []
    blank = False
    for piece in pieces:
        blank = blank or piece.blank
        cells = tuple((column, text) for column, raw in piece.cells if (text := _clean(raw)))
        text = " ".join([text for _, text in cells]) if piece.cells else _clean(piece.text)
        if piece.kind is Kind.LIST_ITEM and text in ("", "-"):
            continue
        if text:
            cleaned.append(piece._replace(text=text, cells=cells, blank=blank))
            blank = False
    return cleaned
