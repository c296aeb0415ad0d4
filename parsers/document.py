"""What every reader gives and everything after the readers works on: one ``Document``.

A document is its canonical text and its lines. The canonical text is NFC, has ``\\n`` line ends, no
trailing or repeated white space within a line, no soft hyphens, NBSP or zero-width characters, at most one
empty line in a row; table rows are their cells joined by one space; list items begin ``- ``.

All offsets are 0-based, half-open code points into that text.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple

BROWSERS_HYPHEN = "\u2010"
"""What browsers write where they part a word at a line's end; no keyboard has it."""
HYPHENS = ("-", BROWSERS_HYPHEN, "\u2011")
"""Hyphens that a line may end in."""


class Join(IntEnum):
    """How a line hangs together with the line before it (only a reader knows)."""

    NONE = 0
    """The line begins anew."""
    SPACE = 1
    """The line before was folded here: joined by one space."""
    KEEP_HYPHEN = 2
    """The line before ends in a hyphen of the word's own (``Pohjois-`` + ``Pohjanmaa``): joined by nothing."""
    DROP_HYPHEN = 3
    """The line before ends in a hyphen that the folding put there (``rahoi-`` + ``tus``): hyphen dropped."""


class Kind(Enum):
    """What the source says of a line."""

    TEXT = "text"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    ROW = "row"
    FURNITURE = "furniture"
    """Running heads, page numbers, print dates: in the text, claimed, but in no body."""


class Box(NamedTuple):
    """A rectangle on a page; PDF points, origin top left; ``page`` from 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Cell(NamedTuple):
    """A table cell of a line."""

    start: int
    end: int
    column: int
    """0-based column of the table; an empty cell has no ``Cell``, so columns may skip."""
    box: Box | None = None
    """Where the cell's text stands, in a PDF: cells of one line need not share a base line."""


class Stop(NamedTuple):
    """Where within a line of a PDF a character stands: its offset and its left edge, in points."""

    offset: int
    x: float


class Line(NamedTuple):
    """One non-empty line of the canonical text: ``text[start:end]`` holds no line end.

    A tuple, since there are hundreds in a document and most of a parse is spent on making and looking at them.
    """

    start: int
    end: int
    kind: Kind = Kind.TEXT
    join: Join = Join.NONE
    blank_before: bool = False
    """An empty line stands before it in the text (in HTML: a new block; in a PDF: a gap)."""
    doubtful_hyphen: bool = False
    """``join`` had to guess about the hyphen at the end of the line before."""
    page: int | None = None
    box: Box | None = None
    size: float | None = None
    """Font size in points as drawn."""
    bold: bool = False
    cells: tuple[Cell, ...] = ()
    """The cells, where the source has a table row (also a definition's term and text); else empty."""
    stops: tuple[Stop, ...] = ()
    """Left edges of characters that a PDF reader measured (behind a label's colon, after commas, at cells)."""


make_line: Callable[[Iterable[object]], Line] = functools.partial(tuple.__new__, Line)
"""A ``Line`` of all its fields in their order, at half the price: by the hundred this is what a parse consists of."""


def begin_anew(line: Line) -> Line:
    """``line`` as the first one of a value: it continues none."""
    return make_line((*line[:3], Join.NONE, *line[4:])) if line.join else line


@dataclass(frozen=True, slots=True)
class ReaderNote:
    """Something a reader has to say that becomes a row of ``issues``: a code of ``models.issues`` and a span."""

    code: str
    start: int | None = None
    end: int | None = None
    detail: str = ""
    """Numbers and names of encodings only: never text of the document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A description as read: ``text`` and its ``lines`` in order, which cover all of it but line ends."""

    text: str
    lines: tuple[Line, ...]
    media_type: str
    """``text/plain``, ``text/html``, ``application/pdf``."""
    reader: str
    """Who read it: ``text``, ``lexbor``, ``lxml``, ``pdfium``, ``pdfplumber``."""
    pages: int | None = None
    dropped_characters: int = 0
    """Characters of the source's text, white space not counted, that are not in ``text`` (navigation, hidden)."""
    stated_date: str | None = None
    """An ISO 8601 time (UTC) at which the document says it was saved or printed."""
    notes: tuple[ReaderNote, ...] = field(default=())


class UnreadableError(Exception):
    """The bytes cannot be read as a document; ``code`` is a reason of ``models.issues``, ``detail`` numbers only."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


_JOIN = operator.attrgetter("join")
_BLANK_BEFORE = operator.attrgetter("blank_before")


def joined(text: str, lines: Sequence[Line]) -> str:
    """The text of lines with every fold undone; other line ends are kept, blank lines stay one blank line."""
    if not lines:
        return ""
    if len(lines) == 1:
        return text[lines[0].start : lines[0].end]
    after = lines[1:]
    if not any(map(_JOIN, after)):
        # Nothing to undo: where no other line stands between them, the text already is what it should be.
        piece = text[lines[0].start : lines[-1].end]
        if piece.count("\n") == len(after) + list(map(_BLANK_BEFORE, after)).count(True):
            return piece
    parts = [text[lines[0].start : lines[0].end]]
    for line in after:
        join = line.join
        if not join:
            parts.append("\n\n" if line.blank_before else "\n")
        elif join is Join.SPACE:
            parts.append(" ")
        elif join is Join.DROP_HYPHEN and parts[-1].endswith(HYPHENS):
            parts[-1] = parts[-1][:-1]
        parts.append(text[line.start : line.end])
    return "".join(parts)
