"""Plain-text layouts: the seed's own, and what copying and conversion make of it.

Each takes blocks and a random generator and gives the text, line ends ``\\n``, every value in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from pipeline.synthetic.form_text import Block, Kind, Row, RowKind, split_chunks

Gaps = Literal["all", "texts", "none"]
MARKS = ("* ", "• ", "- ")
SOME_GAPS: tuple[Gaps, ...] = ("all", "texts")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """What the plain layouts differ in."""

    gaps: Gaps = "all"
    """Blank lines between all blocks, around headings and paragraphs only, or nowhere."""
    separator: str = ": "
    own_lines: bool = False
    """A value stands on the line below its label."""
    mark: str = "* "
    """What begins a list item; inside a chunk with other lines too."""
    heading: str = "{number} {title}"
    cell: str = " "
    """What parts the cells of a table row."""
    heads: str = "{0} {1}"
    """The table's head row; a leading cell, if any, included."""
    numbers: Literal["inline", "aligned", "below"] = "inline"
    """The two numbers: in the criterion's line, in columns by spaces, or on lines of their own below it."""


def spaced(blocks: Sequence[Block], rng: Random) -> str:
    """As the text of the service's page: a blank line between blocks, none inside 8.1 and 8.2."""
    return join_lines(lay_out(blocks, TextStyle(mark=rng.choice(MARKS), heads=rng.choice(("{0}{1}", "{0} {1}")))))


def tight(blocks: Sequence[Block], rng: Random) -> str:
    """No blank line anywhere: paragraphs stand one below the other."""
    return join_lines(lay_out(blocks, TextStyle(gaps="none", mark=rng.choice(MARKS))))


def tabs(blocks: Sequence[Block], rng: Random) -> str:
    """As pasted from a spreadsheet or a table: cells, and sometimes labels and values, parted by tabs."""
    separator = rng.choice((": ", ":\t"))
    gaps = rng.choice(SOME_GAPS)
    style = TextStyle(gaps=gaps, separator=separator, mark=rng.choice(MARKS), cell="\t", heads="\t{0}\t{1}")
    return join_lines(lay_out(blocks, style))


def aligned(blocks: Sequence[Block], rng: Random) -> str:
    """The table's numbers in columns made with spaces."""
    style = TextStyle(gaps="texts", mark=rng.choice(MARKS), numbers="aligned", heads=" " * 82 + "{0}  {1}")
    return join_lines(lay_out(blocks, style))


def glued_heads(blocks: Sequence[Block], rng: Random) -> str:
    """As a script takes a page's text: table heads glued together, fields close to each other."""
    style = TextStyle(gaps="texts", mark=rng.choice(MARKS), heads="{0}{1}", separator=rng.choice((": ", ":  ")))
    return join_lines(lay_out(blocks, style))


def folded(blocks: Sequence[Block], rng: Random) -> str:
    """All lines folded at 60-100 columns, headings and labels too; blank lines between blocks."""
    width = rng.randint(60, 100)
    lines = lay_out(blocks, TextStyle(mark=rng.choice(MARKS)))
    return join_lines(part for line in lines for part in fold_line(line, width))


def label_lines(blocks: Sequence[Block], rng: Random) -> str:
    """Labels and values on lines of their own, with or without the label's colon."""
    style = TextStyle(
        gaps=rng.choice(SOME_GAPS), own_lines=True, separator=rng.choice((":", "")), mark=rng.choice(MARKS)
    )
    return join_lines(lay_out(blocks, style))


def score_lines(blocks: Sequence[Block], rng: Random) -> str:
    """A table read cell by cell: heads and numbers on lines of their own below the criterion."""
    return join_lines(lay_out(blocks, TextStyle(mark=rng.choice(MARKS), heads="{0}\n{1}", numbers="below")))


def join_lines(lines: Iterable[str]) -> str:
    """The file's text: lines with ``\\n`` after each."""
    return "\n".join(lines) + "\n"


def lay_out(blocks: Sequence[Block], style: TextStyle) -> list[str]:
    """The lines of a text in a style; ``""`` is a blank line."""
    lines: list[str] = []
    before: Kind | None = None
    for block in blocks:
        if before is not None and _has_gap(block, before, style):
            lines.append("")
        lines.extend(_block_lines(block, style))
        before = block.kind
    return lines


def _has_gap(block: Block, before: Kind, style: TextStyle) -> bool:
    if style.gaps == "none" or block.kind is Kind.PARTNER:
        return False
    if block.kind in (Kind.PARAGRAPH, Kind.ITEM):
        return block.opens and before is not Kind.QUESTION
    if block.kind is Kind.QUESTION:
        return before is Kind.HEADING
    if style.gaps == "texts":
        return block.kind in (Kind.HEADING, Kind.TITLE) or before in (Kind.HEADING, Kind.TITLE, Kind.BRAND)
    return True


def _block_lines(block: Block, style: TextStyle) -> list[str]:
    match block.kind:
        case Kind.HEADING:
            line = style.heading.format(number=block.number, title=block.text, marks="#" * (block.level + 1))
            return [line.replace(".. ", ". ")]  # the older form's own dot and the layout's
        case Kind.FIELD | Kind.QUESTION:
            return _label_lines(block, style)
        case Kind.ITEM:
            return [style.mark + block.text]
        case Kind.TABLE:
            return [line for row in block.rows for line in _row_lines(row, style)]
    return [block.text]


def _label_lines(block: Block, style: TextStyle) -> list[str]:
    if style.own_lines:
        return [block.label + style.separator, *([block.value] if block.value else [])]
    return [f"{block.label}{style.separator}{block.value}".rstrip()]


def _row_lines(row: Row, style: TextStyle) -> list[str]:
    if row.kind is RowKind.HEAD:
        return style.heads.format(row.direct, row.indirect).split("\n")
    if row.kind is RowKind.DIMENSION:
        return [row.label]
    if style.numbers == "below":
        lines = [row.label, row.direct, row.indirect]
    elif style.numbers == "aligned":
        lines = [f"{row.label:<80}  {row.direct:>7}  {row.indirect:>9}"]
    else:
        lines = [style.cell.join((row.label, row.direct, row.indirect))]
    return lines + free_lines(row.justification, style)


def free_lines(text: str, style: TextStyle) -> list[str]:
    """The lines of a free text in a style: chunks parted by a blank line where the style has any."""
    lines: list[str] = []
    for chunk in split_chunks(text):
        if lines and style.gaps != "none":
            lines.append("")
        lines.extend(style.mark + line[2:] if line.startswith("- ") else line for line in chunk)
    return lines


def fold_line(line: str, width: int, hang: str = "") -> list[str]:
    """A line folded between words so that no part is longer than ``width`` unless a word is."""
    if len(line) <= width:
        return [line]
    parts: list[str] = []
    words: list[str] = []
    length = 0
    indent = ""
    for word in line.split(" "):
        if words and length + 1 + len(word) > width:
            parts.append(indent + " ".join(words))
            words, length, indent = [], len(hang) - 1, hang
        words.append(word)
        length += len(word) + (1 if length or len(words) > 1 else 0)
    parts.append(indent + " ".join(words))
    return parts
