"""The lines of a cleaned text: list marks, cells, folds and page furniture, looked for only where there may be any.

Whole-text operations find out what a file has; a description of 22 kB with a line for each paragraph goes through one
light loop over its lines.
"""

from __future__ import annotations

from bisect import bisect_left

from parsers.document import Join, Kind, Line, make_line
from parsers.readers.build import MARKS, Piece, strip_mark
from parsers.readers.columns import Cells, find_columns, split_tabs
from parsers.readers.folding import RawLine, find_joins, make_word_test
from parsers.readers.hyphens import decide_hyphen
from parsers.readers.text_pages import find_furniture

SOFT_END = "\ufffe"
"""At a line's end: a soft hyphen, or pdfium's mark for a hyphen there."""
PAGE_START = "\x0c"
"""At a line's beginning: here a page begins."""
_SMALL = frozenset("abcdefghijklmnopqrstuvwxyzåäö")
# Lines that go on with a small letter or behind a comma: more than a few, or two where no line is long, and the text
# may have been folded.
_FEW = 3
_LONG = 120
_TAB = 8


def read_plain_lines(text: str) -> tuple[str, tuple[Line, ...]] | None:
    """The canonical text and the lines of a cleaned text that has a line for each paragraph; None for any other.

    One loop does all, and gives up where something needs a closer look: most texts are as plain as that.
    """
    if "\t" in text or SOFT_END in text or PAGE_START in text:
        return None
    parts: list[str] = []
    lines: list[Line] = []
    marks, plain, in_list, begins = MARKS, Kind.TEXT, Kind.LIST_ITEM, Join.NONE
    small, blank, offset, going_on = _SMALL, False, 0, 0
    for raw in text.split("\n"):
        if "  " in raw:
            return None
        line = raw.strip()
        if not line:
            blank = bool(parts)
            continue
        first = line[0]
        if first in small or raw[-1] == ",":
            going_on += (first in small and bool(parts)) + (raw[-1] == ",")
            if going_on > _FEW:
                return None
        kind = plain
        if first in marks and (item := strip_mark(line)):
            line, kind = "- " + item, in_list
        if blank:
            parts.append("")
            offset += 1
        end = offset + len(line)
        lines.append(make_line((offset, end, kind, begins, blank, False, None, None, None, False, (), ())))
        parts.append(line)
        offset = end + 1
        blank = False
    if going_on > 1 and max(map(len, parts)) <= _LONG:
        return None
    return "\n".join(parts), tuple(lines)


def split_pieces(text: str) -> list[Piece]:
    """The lines of a cleaned text, list marks made ``- ``."""
    plain = read_plain_lines(text)
    if plain is None:
        return _split_carefully(text)
    canonical, lines = plain
    return [Piece(canonical[line.start : line.end], line.kind, line.blank_before) for line in lines]


def _split_carefully(text: str) -> list[Piece]:
    raws: list[str] = []
    cuts: list[int] = []
    blanks: list[bool] = []
    pages: list[int] = [0]
    blank = False
    for raw in text.split("\n"):
        if raw[:1] == PAGE_START:
            pages.append(len(raws))
            raw = raw.strip(PAGE_START)
        if line := raw.rstrip():
            raws.append(line)
            cuts.append(len(raw) - len(line))
            blanks.append(blank)
            blank = False
        else:
            blank = True
    soft_ends: set[int] = set()
    if SOFT_END in text:
        soft_ends = {number for number, raw in enumerate(raws) if raw.endswith(SOFT_END)}
        raws = [raw[:-1] + "-" if number in soft_ends else raw for number, raw in enumerate(raws)]
        raws = [raw.replace(SOFT_END, "") for raw in raws]
    table: dict[int, Cells] = {}
    if "\t" in text:
        table = {number: cells for number, raw in enumerate(raws) if "\t" in raw and len(cells := split_tabs(raw)) > 1}
        raws = [raw.expandtabs(_TAB) if "\t" in raw else raw for raw in raws]
    if "  " in text:
        table = find_columns(["" if number in table else raw for number, raw in enumerate(raws)]) | table
    furniture = find_furniture(raws, pages) if len(pages) > 1 else set()
    pieces = [
        Piece(" ".join(raw.split()), Kind.FURNITURE, blank)
        if number in furniture
        else _make_piece(raw, blank, table.get(number))
        for number, (raw, blank) in enumerate(zip(raws, blanks, strict=True))
    ]
    _join_folds(pieces, raws, cuts, pages, soft_ends)
    return pieces


def _join_folds(pieces: list[Piece], raws: list[str], cuts: list[int], pages: list[int], soft_ends: set[int]) -> None:
    """Sets how pieces hang together with those before them, furniture between them aside."""
    flow = [number for number, piece in enumerate(pieces) if piece.kind is not Kind.FURNITURE]
    opening = _find_page_openings(pages, flow) if len(pages) > 1 else set()
    rows = []
    for number in flow:
        _, kind, blank, *_ = pieces[number]
        # What parts two pages may be nothing but their edges.
        opens = number in opening
        is_item, is_row = kind is Kind.LIST_ITEM, kind is Kind.ROW
        rows.append(RawLine(raws[number], blank and not opens, is_item, is_row, cuts[number], opens))
    joins = find_joins(rows)
    if soft_ends:
        joins.update(_join_soft_ends({at for at, number in enumerate(flow) if number in soft_ends}, rows))
    for at, (join, doubtful) in joins.items():
        piece = pieces[flow[at]]
        kind = Kind.TEXT if piece.kind is Kind.LIST_ITEM else piece.kind
        pieces[flow[at]] = Piece(piece.text, kind, False, piece.bold, join, doubtful, piece.cells)


def _find_page_openings(pages: list[int], flow: list[int]) -> set[int]:
    """The first line of each page but the first that is not furniture."""
    opening: set[int] = set()
    for start in pages[1:]:
        at = bisect_left(flow, start)
        if at < len(flow):
            opening.add(flow[at])
    return opening


def _make_piece(raw: str, blank: bool, cells: Cells | None) -> Piece:
    line = raw.strip()
    if "  " in line:
        line = " ".join(line.split())
    if line[:1] in MARKS and (item := strip_mark(line)):
        return Piece("- " + item, Kind.LIST_ITEM, blank)
    if cells:
        return Piece(" ".join([cell for _, cell in cells]), Kind.ROW, blank, cells=_fold_cells(cells))
    return Piece(line, Kind.TEXT, blank)


def _fold_cells(cells: Cells) -> Cells:
    return tuple((column, " ".join(cell.split())) for column, cell in cells)


def _join_soft_ends(soft_ends: set[int], rows: list[RawLine]) -> dict[int, tuple[Join, bool]]:
    """A soft hyphen or pdfium's mark at a line's end says that the line was folded, whatever the rest looks like."""
    joins: dict[int, tuple[Join, bool]] = {}
    has_word = make_word_test(rows)
    for number in soft_ends:
        if number + 1 < len(rows) and not rows[number + 1].blank and not rows[number + 1].is_item:
            after = rows[number + 1].raw.lstrip()
            joins[number + 1] = decide_hyphen(rows[number].raw, after, has_word)
    return joins
