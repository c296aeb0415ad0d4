"""Rows of tables: fragments side by side gathered, names folded around their numbers, rows torn by page breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.readers.pdf_lines import Fragment, Page, TextLine

_NUMBER = re.compile(r"[-–+]?\d{1,3}(?:[.,]\d{1,2})?")
NAME_LINES = 6
"""Most lines a table name is folded over."""


def is_number(text: str) -> bool:
    """Whether a cell holds a short number and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def gather_rows(page: Page, fragments: list[Fragment], column: int) -> list[TextLine]:
    """Lines of a block; fragments side by side become the cells of one row, folded cells run on below."""
    lines: list[TextLine] = []
    row_start = 0
    for fragment in fragments:
        if lines:
            line = lines[-1]
            last = line.last
            if fragment.x0 >= last.x1 - 0.5 and abs(fragment.base - last.base) < 0.3 * fragment.size:
                line.parts.append(fragment)
                line.row = True
                continue
            if fragment.base < last.base - 0.3 * fragment.size or _is_between(lines, fragment):
                start = _find_row_start(lines, fragment)
                if start is not None:
                    for number in range(start, len(lines)):
                        lines[number].row = True
                        lines[number].continues = number > start
                    lines[-1].parts.append(fragment)
                    row_start = start
                    continue
            first = lines[row_start] if row_start < len(lines) else line
            if (
                line.row
                and len(first.parts) + len(line.parts) > 2
                and not is_number(last.text)
                and abs(fragment.x0 - last.x0) < 1.5
                and len(line.parts) > 1
                and 0 < fragment.base - last.base < 1.7 * last.size
                and fragment.bold == last.bold
            ):
                lines.append(TextLine(fragment, page, column, row=True, continues=True))
                continue
            if (
                line.continues
                and len(line.parts) == 1
                and abs(fragment.x0 - last.x0) < 1.5
                and last.x0 > lines[row_start].first.x1
                and 0 < fragment.base - last.base < 1.7 * last.size
            ):
                lines.append(TextLine(fragment, page, column, row=True, continues=True))
                continue
        row_start = len(lines)
        lines.append(TextLine(fragment, page, column))
    return lines


def _is_between(lines: list[TextLine], fragment: Fragment) -> bool:
    """Whether a fragment stands right of the line before it, less than a line lower: beside the middle of a name."""
    last = lines[-1].last
    return fragment.x0 >= last.x1 - 0.5 and fragment.base < last.base + 0.9 * last.size


def _find_row_start(lines: list[TextLine], fragment: Fragment) -> int | None:
    """The line with which the row begins that a fragment right of and above the last line belongs to."""
    last = lines[-1]
    names: list[int] = []
    for number in range(len(lines) - 1, max(len(lines) - 1 - NAME_LINES, -1), -1):
        line = lines[number]
        if fragment.x0 < line.last.x1 - 1 or (number < len(lines) - 1 and len(line.parts) > 1):
            break
        if abs(line.first.x0 - last.first.x0) > 1.5 or line.first.bold != last.first.bold:
            break
        names.append(number)
    if not names:
        return None
    middle = (fragment.y0 + fragment.y1) / 2
    bottom = last.first.y1
    fitting: list[int] = []
    for number in names:
        first = lines[number].first
        distance = min(abs((first.y0 + bottom) / 2 - middle), abs(first.base - fragment.base))
        if distance < 0.35 * fragment.size:
            fitting.append(number)
    if not fitting:
        return len(lines) - 1 if abs(last.first.base - fragment.base) < 0.9 * fragment.size else None
    # Names begin with a capital: of two readings (numbers beside the first or the middle line) that one.
    return next((number for number in fitting if lines[number].first.text[0].isupper()), fitting[0])


def mend_broken_rows(lines: list[TextLine]) -> list[TextLine]:
    """Rows that a page break tears: their name is read whole, what stands beside it comes after it.

    ``lines`` are the document's, furniture left out. A value may stand on the page before its name (beside the middle
    of a cell that the break empties), or between two parts of the name.
    """
    at = 1
    while at < len(lines):
        at = _mend_break(lines, at) if lines[at - 1].page is not lines[at].page else at + 1
    return lines


def _mend_break(lines: list[TextLine], at: int) -> int:
    """Mends the row that ends on the page before line ``at``, if it is torn; where to go on."""
    above, head = lines[at - 1], at
    table = _find_columns(lines, at - 1)
    if (ahead := _find_columns_ahead(lines, at)) is not None:
        if _is_torn_value(above, lines[at], ahead):
            lines[at].continues = True
            return at + 1
        if table is None or (len(above.parts) == 1 and abs(above.first.x0 - ahead[1]) < 2):
            table = ahead
    alone = all(is_number(part.text) for part in above.parts) and not above.continues
    if table is None and not alone:
        return at + 1
    left = table[0] if table is not None else lines[at].first.x0
    if len(lines[at].parts) > 1 and at + 1 < len(lines) and lines[at].first.x0 > min(left, lines[at + 1].first.x0) + 2:
        at += 1  # the table's head, repeated on the new page
    below = lines[at]
    if alone:
        # Numbers on their own at the end of a page are beside a name that the next one begins with.
        left = below.first.x0
        orphan = above.first.x0 > left + 4 * above.first.size
    else:
        assert table is not None
        orphan = abs(above.first.x0 - table[1]) < 2
    torn = (
        not orphan and len(above.parts) > 1 and below.first.text[0].islower() and below.first.bold == above.first.bold
    )
    if len(below.parts) > 1 or abs(below.first.x0 - left) > 2 or not (orphan or torn):
        return head + 1
    end = at + 1
    while end < min(len(lines), at + NAME_LINES) and _continues_name(lines[end - 1], lines[end]):
        end += 1
    names, values = lines[at:end], above
    if torn:
        values = TextLine(above.parts[1], above.page, above.column)
        values.parts += above.parts[2:]
        del above.parts[1:]
        names = [above, *names]
    for number, line in enumerate([*names, values]):
        line.row, line.continues = True, line.continues if line is above and torn else number > 0
    lines[head - 1 : end] = [*lines[head:at], *names, values]
    return end + 1 + torn


def _find_columns(lines: Sequence[TextLine], number: int) -> tuple[float, float] | None:
    """Left edges of the first two columns of the table that a page ends with."""
    for line in reversed(lines[max(number - 12, 0) : number + 1]):
        if len(line.parts) > 1 and line.parts[0].text and not is_number(line.parts[0].text):
            return line.parts[0].x0, line.parts[1].x0
    return None


def _find_columns_ahead(lines: Sequence[TextLine], number: int) -> tuple[float, float] | None:
    """Left edges of the two columns of the table of labels that a page begins with."""
    for line in lines[number : number + 8]:
        if len(line.parts) == 2 and line.page is lines[number].page and not is_number(line.parts[0].text):
            return line.parts[0].x0, line.parts[1].x0
    return None


def _is_torn_value(above: TextLine, below: TextLine, columns: tuple[float, float]) -> bool:
    """Whether a page begins with a value, or the rest of one, whose label stands on the page before."""
    label, value = columns
    part = below.first
    if len(below.parts) > 1 or abs(part.x0 - value) > 2 or value - label < 4 * part.size:
        return False
    if len(above.parts) == 1:
        return abs(above.first.x0 - label) < 2 and above.first.bold == part.bold and above.first.size == part.size
    return abs(above.last.x0 - value) < 2 and (above.last.text[-1] in ",;" or part.text[0].islower())


def _continues_name(above: TextLine, below: TextLine) -> bool:
    a, b = above.first, below.first
    return (
        len(below.parts) == 1
        and above.page is below.page
        and abs(a.x0 - b.x0) < 1.5
        and a.bold == b.bold
        and not b.text[0].isupper()
        and not b.text.replace(" ", "").isdigit()
        and a.text[-1] not in ".!?:;"
        and 0 < b.base - a.base < 1.6 * a.size
    )
