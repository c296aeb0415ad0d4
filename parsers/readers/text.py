"""The text reader: bytes of a plain text file to a ``Document``.

Whole-text operations find out what a file has (tabs, columns, folded lines, odd characters); only a file that has
them pays for them. A description of 22 kB with a line for each paragraph goes through one light loop over its lines.
"""

from __future__ import annotations

import re

from parsers.document import Document, Join, Kind, ReaderNote, UnreadableError
from parsers.readers.build import MARKS, Piece, build_document, strip_mark
from parsers.readers.clean import clean_characters, odd_characters
from parsers.readers.columns import Cells, find_columns, split_tabs
from parsers.readers.encoding import Decoded, decode
from parsers.readers.folding import RawLine, find_joins
from parsers.readers.hyphens import collect_words, decide_hyphen
from parsers.readers.sniff import name_kind

# A page break between lines is white space; alone it ends a line.
_PAGE_BREAK = re.compile(r"(?:\r\n|[\r\n])?\x0c")
# A soft hyphen prints where its line ends: there it is a hyphen that folding put in, elsewhere it is nothing.
_SOFT_AT_END = re.compile("(?<=\\w)\u00ad(?=[ \t]{0,99}(?:[\r\n\u2028\u2029]|$))")
_ODD_SPACES = re.compile(r"[^\S\n\t ]")
_SMALL_START = re.compile(r"\n[ \t]{0,60}[a-zåäö]")
_FEWEST_SMALL = 4
_SOFT_END = "\ufffe"
_TAB = 8


def read_text(data: bytes, *, charset: str | None = None) -> Document:
    """A plain text file as a ``Document``; ``charset`` is that of an HTTP header, if there was one.

    Raises ``UnreadableError``: ``empty`` (no bytes), ``not_text`` (binary), ``no_text`` (white space only).
    """
    if not data:
        raise UnreadableError("empty")
    decoded = decode(data, header=charset)
    odd = odd_characters(decoded.text)
    dropped = count_controls(decoded.text, odd)
    check_is_text(data, decoded, dropped)
    text = clean_text(decoded.text, odd)
    return build_document(
        split_pieces(text),
        media_type="text/plain",
        reader="text",
        dropped=dropped,
        notes=(*decoded.notes, *note_damage(text if odd else "")),
    )


def check_is_text(data: bytes, decoded: Decoded, controls: int) -> None:
    """Raises ``UnreadableError("not_text")`` for bytes of another kind: more than a few control characters."""
    size = len(decoded.text)
    if not (controls or decoded.replaced):
        return
    most = size * (0.01 if decoded.encoding == "cp1252" else 0.1)
    if controls > most + 2 or decoded.replaced > size * 0.1 + 2 or name_kind(data) is not None:
        raise UnreadableError("not_text", f"{controls + decoded.replaced} of {size} characters")


def note_damage(text: str) -> tuple[ReaderNote, ...]:
    """A note where U+FFFD stands for characters that are lost."""
    lost = text.count("\ufffd") + sum(map(text.count, _surrogates(text)))
    return (ReaderNote("undecodable_characters", detail=str(lost)),) if lost else ()


def clean_text(text: str, odd: str) -> str:
    """``clean_characters`` for a whole file: page breaks and soft hyphens at line ends looked at first."""
    if not odd:
        return text
    if "\x0c" in odd:
        text = _PAGE_BREAK.sub("\n", text)
    if "\u00ad" in odd:
        text = _SOFT_AT_END.sub(_SOFT_END, text)
    text = clean_characters(text, odd)
    if any(character.isspace() for character in odd):
        text = _ODD_SPACES.sub(" ", text)
    return text


def split_pieces(text: str) -> list[Piece]:
    """The lines of a cleaned text: list marks made ``- ``, cells and folds found where there is evidence of any."""
    if "\t" in text or "  " in text or _SOFT_END in text or len(_SMALL_START.findall(text)) >= _FEWEST_SMALL:
        return _split_carefully(text)
    pieces: list[Piece] = []
    blank = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            blank = True
            continue
        if line[0] in MARKS and (item := strip_mark(line)):
            pieces.append(Piece("- " + item, Kind.LIST_ITEM, blank))
        else:
            pieces.append(Piece(line, Kind.TEXT, blank))
        blank = False
    return pieces


def _split_carefully(text: str) -> list[Piece]:
    raws: list[str] = []
    blanks: list[bool] = []
    blank = False
    for raw in text.split("\n"):
        if line := raw.rstrip():
            raws.append(line)
            blanks.append(blank)
            blank = False
        else:
            blank = True
    soft_ends = {number for number, raw in enumerate(raws) if raw.endswith(_SOFT_END)} if _SOFT_END in text else set()
    if soft_ends:
        raws = [raw[:-1] + "-" if number in soft_ends else raw for number, raw in enumerate(raws)]
        raws = [raw.replace(_SOFT_END, "") for raw in raws]
    table: dict[int, Cells] = {}
    if "\t" in text:
        table = {number: cells for number, raw in enumerate(raws) if "\t" in raw and len(cells := split_tabs(raw)) > 1}
        raws = [raw.expandtabs(_TAB) if "\t" in raw else raw for raw in raws]
    if "  " in text:
        table = find_columns(["" if number in table else raw for number, raw in enumerate(raws)]) | table
    pieces = [
        _make_piece(raw, blank, table.get(number)) for number, (raw, blank) in enumerate(zip(raws, blanks, strict=True))
    ]
    rows = [
        RawLine(raw, blank, piece.kind is Kind.LIST_ITEM, piece.kind is Kind.ROW)
        for raw, blank, piece in zip(raws, blanks, pieces, strict=True)
    ]
    joins = find_joins(rows)
    joins.update(_join_soft_ends(soft_ends, rows))
    for number, (join, doubtful) in joins.items():
        piece = pieces[number]
        kind = Kind.TEXT if piece.kind is Kind.LIST_ITEM else piece.kind
        pieces[number] = piece._replace(join=join, doubtful=doubtful, kind=kind)
    return [piece for piece in pieces if piece.text]


def _make_piece(raw: str, blank: bool, cells: Cells | None) -> Piece:
    line = " ".join(raw.split())
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
    if soft_ends:
        words = collect_words("\n".join([row.raw for row in rows]))
        for number in soft_ends:
            if number + 1 < len(rows) and not rows[number + 1].blank and not rows[number + 1].is_item:
                after = rows[number + 1].raw.lstrip()
                joins[number + 1] = decide_hyphen(rows[number].raw, after, words.__contains__)
    return joins


def count_controls(text: str, odd: str) -> int:
    """Control characters that are no white space: they are left out."""
    return sum(text.count(character) for character in odd if character < "\xa0" and not character.isspace())


def _surrogates(text: str) -> set[str]:
    return set(re.findall("[\ud800-\udfff]", text)) if text and not text.isascii() else set()
